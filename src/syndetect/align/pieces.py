"""Pieces: an alignment with the statement, cut into what a reader would point at.

A piece lies within one sentence of the statement and is contiguous in the article. Its ends
are drawn to the ends of the sentence where only a few words differ there (`align.ends`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from syndetect.align.ends import Statement, Text, draw_end
from syndetect.arrays import sorted_order
from syndetect.jit import I32, I64, U8, Bools, allocating_kernel, inner, kernel
from syndetect.text.lexicon import Lexicon
from syndetect.text.marks import BEGINS, EVIDENCE, MARKS, ONE_MARK

WEAK_END = 150  # a run at an end, beyond an edit, that carries less is chance
WEAK_PIECE = 400  # a piece that carries less, and less than two thirds of its sentence, is chance
NEAR = 25  # tokens of an attribution, after which a piece may go on
# Columns of a piece: its ranges in statement and article, equal tokens, their evidence in
# hundredths, the first of its runs and the end of them.
S0, S1, A0, A1, EQUAL, WEIGHT, RUN, RUN_END = range(8)
FIELDS = 8


class Limits(NamedTuple):
    """What parts pieces.

    Attributes:
        interruption: `Settings.interruption`.
        omission: `Settings.omission`.
        weak: Least evidence of a piece that is not most of its sentence, hundredths.
    """

    interruption: int
    omission: int
    weak: int


@kernel
def _evidence(statement: Statement, table: I32, start: int, end: int) -> int:
    total = np.int64(0)
    for token in range(start, end):
        total += table[statement[1][token] & EVIDENCE]
    return int(total)


@inner
def _is_parted(marks: U8, s0: int, a0: int, s: int, a: int, limits: tuple[int, int, int]) -> bool:
    """Whether what stands between (s0, a0) and (s, a) ends a part.

    Another sentence of the article does, a long omission or interruption, or a quotation that
    closes and opens again.
    """
    if s == s0 and a == a0:
        return False
    if s - s0 >= limits[1] or a - a0 >= limits[0]:
        return True
    quotes = 0
    for token in range(a0, a + 1):
        if marks[token] & BEGINS:
            return True
        quotes += (marks[token] & MARKS) // ONE_MARK
    return a > a0 and quotes >= 2


@kernel
def _in_order(runs: I64, bounds: I64, order: I64) -> None:
    """Sort alignments by their first run; `order` (int64) holds their numbers."""
    for k in range(1, len(order)):
        mine = order[k]
        s, a = runs[bounds[mine], 0], runs[bounds[mine], 1]
        i = k
        while i > 0:
            other = bounds[order[i - 1]]
            if runs[other, 0] < s or (runs[other, 0] == s and runs[other, 1] <= a):
                break
            order[i] = order[i - 1]
            i -= 1
        order[i] = mine


@inner
def _cut(
    statement: Statement,
    article: Text,
    runs: I64,
    bounds: I64,
    order: I64,
    limits: tuple[int, int, int],
    out: I64,
    cores: I64,
) -> int:
    """Runs of all alignments into out, cut into cores: first run and end; how many cores.

    An alignment that goes on where another ends, as at the edge of a tile, is part of it.
    """
    first, ends = statement[2], statement[3]
    size = count = np.int64(0)
    last_s = last_a = sentence = np.int64(-1)
    for k in range(len(order)):
        low, high = bounds[order[k]], bounds[order[k] + 1]
        fresh = k == 0 or runs[low, 0] != last_s or runs[low, 1] != last_a
        for r in range(low, high):
            s, a, left = runs[r, 0], runs[r, 1], runs[r, 2]
            while left:
                n = min(left, ends[s] - s)
                if (
                    fresh
                    or first[s] != sentence
                    or _is_parted(article[1], last_s, last_a, s, a, limits)
                ):
                    cores[count, 0], cores[count, 1] = size, size
                    count += 1
                    fresh = False
                    last_s = np.int64(-1)
                if last_s == s and last_a == a:
                    out[size - 1, 2] += n
                else:
                    out[size, 0], out[size, 1], out[size, 2] = s, a, n
                    size += 1
                cores[count - 1, 1] = size
                sentence = np.int64(first[s])
                s, a, left = s + n, a + n, left - n
                last_s, last_a = s, a
    return int(count)


@inner
def _cut_strays(
    statement: Statement, marks: U8, table: I32, runs: I64, core: I64, bounds: tuple[int, int]
) -> None:
    """Drop what little the core has of another sentence of the article at either end.

    `marks` are those of the article, `bounds` those of the sentence of the statement, whose own ends stay.
    """
    run = runs[core[1] - 1]
    weight, n = np.int64(0), run[2] - 1
    while n > 0 and run[0] + run[2] < bounds[1]:
        weight += table[statement[1][run[0] + n] & EVIDENCE]
        if weight >= WEAK_END:
            break
        if marks[run[1] + n] & BEGINS:
            run[2] = n
            break
        n -= 1
    run = runs[core[0]]
    weight, n = np.int64(0), np.int64(0)
    while n + 1 < run[2] and run[0] > bounds[0]:
        weight += table[statement[1][run[0] + n] & EVIDENCE]
        n += 1
        if weight >= WEAK_END:
            break
        if marks[run[1] + n] & BEGINS:
            run[0], run[1], run[2] = run[0] + n, run[1] + n, run[2] - n
            break


@inner
def _trim(statement: Statement, marks: U8, table: I32, runs: I64, core: I64) -> None:
    """Drop weak runs at the ends that an edit parts from the rest and that end no sentence."""
    first, last = core[0], core[1] - 1
    start, end = statement[2][runs[first, 0]], statement[3][runs[first, 0]]
    while first < last and runs[first, 0] > start:
        s = runs[first, 0]
        if _evidence(statement, table, s, s + runs[first, 2]) >= WEAK_END:
            break
        first += 1
    while last > first and runs[last, 0] + runs[last, 2] < end:
        s = runs[last, 0]
        if _evidence(statement, table, s, s + runs[last, 2]) >= WEAK_END:
            break
        last -= 1
    core[0], core[1] = first, last + 1
    _cut_strays(statement, marks, table, runs, core, (np.int64(start), np.int64(end)))


@inner
def _carried(statement: Statement, table: I32, runs: I64, first: int, end: int) -> int:
    total = np.int64(0)
    for r in range(first, end):
        total += _evidence(statement, table, runs[r, 0], runs[r, 0] + runs[r, 2])
    return int(total)


@inner
def _is_strong(statement: Statement, table: I32, runs: I64, core: I64, weak: int) -> bool:
    s = runs[core[0], 0]
    carried = _carried(statement, table, runs, core[0], core[1])
    start, end = np.int64(statement[2][s]), np.int64(statement[3][s])
    return bool(carried >= weak or 3 * carried >= 2 * _evidence(statement, table, start, end))


@inner
def _goes_on(statement: Statement, runs: I64, one: I64, other: I64) -> bool:
    """Whether `other` goes on where `one` ends in the statement.

    At once, or, in the same sentence, a few words further on in the article. A single word of another
    sentence does not.
    """
    last = one[1] - 1
    s, a = runs[last, 0] + runs[last, 2], runs[last, 1] + runs[last, 2]
    gap = runs[other[0], 1] - a + 1
    begins = runs[other[0], 0]
    same = statement[2][s - 1] == statement[2][begins]
    single = one[1] - one[0] == 1 and runs[one[0], 2] == 1
    single = single or (other[1] - other[0] == 1 and runs[other[0], 2] == 1)
    return bool(begins == s and ((gap == 1 and not single) or (same and 0 < gap <= NEAR)))


@kernel
def _keep(statement: Statement, runs: I64, cores: I64, strong: Bools, kept: Bools) -> None:
    """Keep strong cores, and weak ones that go on from a strong one or lead to one."""
    for k in range(len(cores)):
        kept[k] = strong[k]
        if not kept[k] and k and strong[k - 1]:
            kept[k] = _goes_on(statement, runs, cores[k - 1], cores[k])
        if not kept[k] and k + 1 < len(cores) and strong[k + 1]:
            kept[k] = _goes_on(statement, runs, cores[k], cores[k + 1])


@inner
def _append(out: I64, first: int, size: int, s: int, a: int, n: int) -> int:
    """Append a run to those from `first` on, or lengthen the last one; the new size."""
    last = size - 1
    if last >= first and out[last, 0] + out[last, 2] == s and out[last, 1] + out[last, 2] == a:
        out[last, 2] += n
        return size
    out[size, 0], out[size, 1], out[size, 2] = s, a, n
    return size + 1


@allocating_kernel
def _kept_cores(
    statement: Statement,
    article: Text,
    table: I32,
    runs: I64,
    bounds: I64,
    limits: tuple[int, int, int],
) -> tuple[I64, I64]:
    """Runs of the alignments, and the cores of pieces in them, by their places in the article."""
    links = np.int64(0)
    for r in range(bounds[0], bounds[-1]):
        links += runs[r, 2]
    cut, cores = np.empty((links, 3), np.int64), np.empty((links, 2), np.int64)
    order = np.arange(len(bounds) - 1)
    _in_order(runs, bounds, order)
    count = _cut(statement, article, runs, bounds, order, limits, cut, cores)
    starts = np.empty(count, np.int64)
    for k in range(count):
        _trim(statement, article[1], table, cut, cores[k])
        starts[k] = cut[cores[k, 0], 1]
    cores = cores[sorted_order(starts)]
    strong, kept = np.empty(count, np.bool_), np.empty(count, np.bool_)
    for k in range(count):
        strong[k] = _is_strong(statement, table, cut, cores[k], limits[2])
    _keep(statement, cut, cores, strong, kept)
    return cut, cores[kept]


@allocating_kernel
def cut_pieces(
    statement: Statement,
    article: Text,
    table: I32,
    known: Lexicon,
    runs: I64,
    bounds: I64,
    limits: tuple[int, int, int],
    pieces: I64,
    out: I64,
    size: int,
) -> tuple[int, int]:
    """The pieces of one article, in its order, into pieces; their runs into out from `size` on.

    Args:
        statement: Words and marks of the statement, first token and end of each one's sentence.
        article: Words and marks of the article.
        table: Evidence by mark, hundredths.
        known: The words that are known, with their roles.
        runs: int64 (runs, 3), equal runs of the alignments.
        bounds: int64 (alignments + 1), alignment k has the runs ``bounds[k]:bounds[k + 1]``.
        limits: See `Limits`.
        pieces: int64 (pieces, `FIELDS`), room for as many as there are links.
        out: int64 (runs, 3), room for as many, and for those at the ends of pieces.
        size: Runs that stand in out already.

    Returns:
        How many pieces there are, and the new size of out.
    """
    cut, cores = _kept_cores(statement, article, table, runs, bounds, limits)
    linked = np.zeros(len(statement[0]), np.bool_)
    for k in range(len(cores)):
        for r in range(cores[k, 0], cores[k, 1]):
            linked[cut[r, 0] : cut[r, 0] + cut[r, 2]] = True
    taken, best = np.empty((34, 2), np.int64), np.zeros((32, 35), np.int64)
    free, back, on = np.int64(0), np.int64(-1), np.int64(1)
    for k in range(len(cores)):
        low, last = cores[k, 0], cores[k, 1] - 1
        s0, a0 = cut[low, 0], cut[low, 1]
        s1, a1 = cut[last, 0] + cut[last, 2], cut[last, 1] + cut[last, 2]
        after = cut[cores[k + 1, 0], 1] if k + 1 < len(cores) else len(article[0])
        first = np.int64(size)
        width, n = draw_end(
            statement, article, table, known, (s0, a0, free, back), linked, taken, best
        )
        if width:
            for i in range(n - 1, -1, -1):
                size = _append(out, first, size, taken[i, 0], taken[i, 1], on)
            s0, a0 = np.int64(statement[2][s0]), a0 - width
        for r in range(low, last + 1):
            size = _append(out, first, size, cut[r, 0], cut[r, 1], cut[r, 2])
        width, n = draw_end(
            statement, article, table, known, (s1, a1, np.int64(after), on), linked, taken, best
        )
        if width:
            for i in range(n):
                size = _append(out, first, size, taken[i, 0], taken[i, 1], on)
            s1, a1 = np.int64(statement[3][s1 - 1]), a1 + width
        free = a1
        piece = pieces[k]
        piece[S0], piece[S1], piece[A0], piece[A1] = s0, s1, a0, a1
        piece[EQUAL], piece[WEIGHT] = 0, _carried(statement, table, out, first, size)
        for r in range(first, size):
            piece[EQUAL] += out[r, 2]
        piece[RUN], piece[RUN_END] = first, size
    return len(cores), size
