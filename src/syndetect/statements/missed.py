"""Passages that statements missed: what an article has in common with a passage that is a copy already.

Drafts look at the partners of the base and at those of each of these, not further, and an alignment
gives each token of a statement one place in an article, though the article may have it twice. Last, a
passage that one statement owns may stand in the text of another, which then has it, too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, WEAK_PIECE, WEIGHT, Limits
from syndetect.arrays import appended, laid_end_to_end
from syndetect.candidates.blocks import Blocks
from syndetect.candidates.windows import MARGIN, Windows
from syndetect.jit import I32, I64, U8, Bools, allocating_kernel, inner, kernel
from syndetect.settings import Settings
from syndetect.statements.check import LATE, align_in, longest_runs
from syndetect.statements.checked import Checked, packed
from syndetect.statements.render import render
from syndetect.text.marks import SCALE, Words, evidence_of, evidence_table
from syndetect.threads import spread

SHARED = (
    0.6  # of the least evidence, a run of what adjoins needs where it is another statement's too
)
NEAR = 5  # tokens that may stand between passages that adjoin
_CHUNK = 1 << 16  # blocks of a task

# Passages of articles by place (first token, end, statement), and where those of each article begin.
Held = tuple[I64, I64]
# Of all articles: marks, which tokens belong to statements, where each begins.
Texts = tuple[U8, Bools, I64]
# Columns of what was missed: statement, article, first token, end, evidence, whether it adjoins.
_STATEMENT, _ROW, _START, _END, _EVIDENCE, _ADJOINS = range(6)


@inner
def _list_free(
    texts: Texts, table: I32, statement: int, row: int, bounds: tuple[int, int], out: I64
) -> int:
    """What of a passage belongs to no statement and carries enough, into out; how many."""
    marks, claimed, offsets = texts
    first = offsets[row]
    token, end = first + bounds[0], first + bounds[1]
    size = 0
    while token < end:
        low = token
        while token < end and not claimed[token]:
            token += 1
        evidence = evidence_of(marks[low:token], table)
        if evidence >= WEAK_PIECE:
            found = out[size]
            found[_STATEMENT], found[_ROW], found[_EVIDENCE] = statement, row, evidence
            found[_START], found[_END] = low - first, token - first
            size += 1
        token += 1
    return size


@inner
def _widen(texts: Texts, found: I64) -> None:
    """Take in a margin of what belongs to no statement either."""
    _, claimed, offsets = texts
    first, stop = offsets[found[_ROW]], offsets[found[_ROW] + 1]
    low, high = first + found[_START], first + found[_END]
    start, end = low, high
    while start > first and low - start < MARGIN and not claimed[start - 1]:
        start -= 1
    while end < stop and end - high < MARGIN and not claimed[end]:
        end += 1
    found[_START], found[_END] = start - first, end - first


@inner
def _adjoins(held: Held, row: int, place: tuple[int, int], found: I64) -> bool:
    """Whether passages of one statement stand next to what was found and to its counterpart.

    This has its `place` in the article `row`.
    """
    passages, firsts = held
    for k in range(firsts[found[_ROW]], firsts[found[_ROW] + 1]):
        behind = 0 <= passages[k, 0] - found[_END] < NEAR
        if not (behind or 0 <= found[_START] - passages[k, 1] < NEAR):
            continue
        for i in range(firsts[row], firsts[row + 1]):
            gap = passages[i, 0] - place[1] if behind else place[0] - passages[i, 1]
            if passages[i, 2] == passages[k, 2] and 0 <= gap < NEAR:
                return True
    return False


@inner
def _held_of(held: Held, row: int, bounds: tuple[int, int], statement: int) -> int:
    """How many tokens of a passage belong to one statement."""
    passages, firsts = held
    count = np.int64(0)
    for k in range(firsts[row], firsts[row + 1]):
        if passages[k, 2] == statement:
            count += max(min(bounds[1], passages[k, 1]) - max(bounds[0], passages[k, 0]), 0)
    return int(count)


@allocating_kernel
def _list_missed(
    left: I32,
    right: I32,
    bounds: I32,
    held: Held,
    texts: Texts,
    table: I32,
    shared: bool,
    low: int,
    high: int,
) -> I64:
    """What passages of blocks lack that stands in a statement on the other side, int64 (passages, 6).

    With `shared`, a passage of which the statement itself has most lacks nothing.
    """
    passages, firsts = held
    out, size = np.empty((64, 6), np.int64), np.int64(0)
    found = np.empty((64, 6), np.int64)
    for block in range(low, high):
        for turned in range(2):
            row, other = (right[block], left[block]) if turned else (left[block], right[block])
            mine, its = 2 * turned, 2 - 2 * turned
            start, end = np.int64(bounds[block, mine]), np.int64(bounds[block, mine + 1])
            first, stop = np.int64(bounds[block, its]), np.int64(bounds[block, its + 1])
            if len(found) < stop - first + 1:
                found = np.empty((2 * (stop - first), 6), np.int64)
            for k in range(firsts[row], firsts[row + 1]):
                one, last = max(start, passages[k, 0]), min(end, passages[k, 1])
                if one >= last or row == other:
                    continue
                y0 = first + (one - start) * (stop - first) // (end - start)
                y1 = stop - (end - last) * (stop - first) // (end - start)
                if shared and 2 * _held_of(held, other, (y0, y1), passages[k, 2]) >= y1 - y0:
                    continue
                count = _list_free(texts, table, passages[k, 2], other, (y0, y1), found)
                for i in range(count):
                    found[i, _ADJOINS] = _adjoins(held, row, (one, last), found[i])
                    _widen(texts, found[i])
                out = appended(out, size, found[:count])
                size += count
    return out[:size].copy()


@allocating_kernel
def _merge(found: I64, out: I64) -> int:
    """Passages, by statement, article and place, as those that do not overlap; how many."""
    size = 0
    for k in range(len(found)):
        last, this = out[max(size - 1, 0)], found[k]
        same = size and last[_STATEMENT] == this[_STATEMENT] and last[_ROW] == this[_ROW]
        if same and this[_START] < last[_END]:
            last[_END] = max(last[_END], this[_END])
            last[_EVIDENCE] = max(last[_EVIDENCE], this[_EVIDENCE])
            last[_ADJOINS] = max(last[_ADJOINS], this[_ADJOINS])
            continue
        out[size] = this
        size += 1
    return size


@allocating_kernel
def _find_free(order: I64, pieces: I64, rows: I64, texts: Texts, out: Bools) -> None:
    """Of each piece of `order` whether nothing in it belongs to a statement, or to one before it."""
    _, claimed, offsets = texts
    for k in order:
        first = offsets[rows[k]]
        mine = claimed[first + pieces[k, A0] : first + pieces[k, A1]]
        out[k] = not np.any(mine)
        mine[:] = mine | out[k]


def add_missed(
    settled: Checked,
    claimed: NDArray[np.bool_],
    blocks: Blocks,
    words: Words,
    settings: Settings,
) -> Checked:
    """The statements with passages, of the copies they have and of others, that no draft looked at.

    They stand where an article has something in common with a passage of a statement, and has it
    outside of all statements itself. Each is aligned with the statement's own text, of which it must
    have a run word for word that is enough for a copy; or, where passages of one statement stand next to it
    in both articles, enough for a piece.

    Args:
        settled: Statements whose passages belong to one statement each.
        claimed: bool (tokens), which belong to statements; what is added is claimed too.
        blocks: Aligned passages of pairs of articles.
        words: The articles.
        settings: The thresholds.
    """
    found = _find_missed(settled, claimed, False, blocks, words, settings)
    pieces, rows = found.renderings.pieces, found.rows_of_pieces()
    free = np.zeros(len(pieces), np.bool_)
    order = np.argsort(-pieces[:, WEIGHT], kind="stable")
    _find_free(order, pieces, rows, (words.marks, claimed, words.offsets), free)
    return settled.with_copies(found.only_pieces(free))


def add_shared(
    settled: Checked,
    aside: NDArray[np.bool_],
    blocks: Blocks,
    words: Words,
    settings: Settings,
) -> Checked:
    """The statements with passages that belong to another one, where an article has them word for word.

    Two statements may share a sentence; who carries it carries something of both. What is added must have
    a run of the statement's own text, as `add_missed` asks for, and no token that the article has
    as a copy of it already. The text of a statement with rewritten copies is a whole article: no other
    article becomes a copy of it by a sentence.

    Args:
        settled: Statements.
        aside: bool (tokens), which were set aside as boilerplate, and are shared by none.
        blocks: Aligned passages of pairs of articles.
        words: The articles.
        settings: The thresholds.
    """
    found = _find_missed(settled, aside, True, blocks, words, settings)
    pieces, of = found.renderings.pieces, found.renderings.pairs
    order = np.lexsort((-pieces[:, WEIGHT], of))
    new = np.zeros(len(pieces), np.bool_)
    _find_new(order, pieces, of, found.pairs, settled.passages(len(words)), new)
    rewritten = np.zeros(len(settled), np.bool_)
    rewritten[settled.pairs[~np.isnan(settled.scores), 0]] = True
    alone = rewritten[found.pairs[:, 0]] & ~np.isin(packed(found.pairs), packed(settled.pairs))
    return settled.with_copies(found.only_pieces(new & ~alone[of]))


@kernel
def _find_new(order: I64, pieces: I64, of: I64, pairs: I64, held: Held, out: Bools) -> None:
    """Of each piece whether its statement has nothing of it in its article, neither so far nor by one before it.

    `order` has those of each pair one behind the other.
    """
    first = 0
    for i in range(len(order)):
        k = order[i]
        if i == 0 or of[k] != of[order[i - 1]]:
            first = i
        a0, a1 = pieces[k, A0], pieces[k, A1]
        free = _held_of(held, pairs[of[k], 1], (a0, a1), pairs[of[k], 0]) == 0
        for other in order[first:i]:
            if out[other] and pieces[other, A0] < a1 and a0 < pieces[other, A1]:
                free = False
        out[k] = free


def _find_missed(
    settled: Checked,
    claimed: NDArray[np.bool_],
    shared: bool,
    blocks: Blocks,
    words: Words,
    settings: Settings,
) -> Checked:
    """Passages of blocks that statements lack, aligned with the texts of these."""
    table, texts = evidence_table(settings), (words.marks, claimed, words.offsets)
    held = settled.passages(len(words))
    columns = (blocks.left, blocks.right, blocks.bounds, held, texts, table, shared)
    listed = spread(
        lambda low: _list_missed(*columns, low, min(low + _CHUNK, len(blocks))),
        range(0, len(blocks), _CHUNK),
    )
    adjoining = round(SHARED * SCALE * settings.min_score) if shared else WEAK_PIECE
    missed = np.concatenate([np.empty((0, 6), np.int64), *listed])
    likely = _likely(missed, adjoining, settled, settings)
    return _aligned(*likely, settled, words, settings)


def _likely(
    found: NDArray[np.int64], adjoining: int, settled: Checked, settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What was found, each place once, where there is as much as a run of it needs; how much that is."""
    found = found[np.lexsort((found[:, _START], found[:, _ROW], found[:, _STATEMENT]))]
    merged = np.empty_like(found)
    merged = merged[: _merge(found, merged)]
    least = round(SCALE * settings.min_score)
    known = np.isin(packed(merged[:, : _ROW + 1]), packed(settled.pairs))
    needed = np.where(known, least, round(LATE * least))
    needed = np.where(merged[:, _ADJOINS] > 0, adjoining, needed)
    likely = merged[:, _EVIDENCE] >= needed
    return merged[likely], needed[likely]


def _aligned(
    missed: NDArray[np.int64],
    needed: NDArray[np.int64],
    settled: Checked,
    words: Words,
    settings: Settings,
) -> Checked:
    """What was missed, aligned with the texts of its statements, where a run has what it needs."""
    own, table = settled.readings.words, evidence_table(settings)
    keys, first, number = np.unique(
        packed(missed[:, : _ROW + 1]), return_index=True, return_inverse=True
    )
    bounds = np.zeros((len(missed), 4), np.int64)
    bounds[:, 1], bounds[:, 2:] = own.counts[missed[:, _STATEMENT]], missed[:, _START : _END + 1]
    windows = Windows(np.arange(len(missed)), missed[:, _STATEMENT], missed[:, _ROW], bounds)
    weak = np.full(len(own), WEAK_PIECE)
    of, runs, ends, _ = align_in(windows, own, words, weak, settings)
    run_bounds = np.stack((ends[:-1], ends[1:]), axis=1)
    longest = longest_runs(own, missed[of, _STATEMENT], runs, run_bounds, table)
    sure = np.flatnonzero(longest >= needed[of])
    rows, bounds_of = laid_end_to_end(ends[sure], np.diff(ends)[sure])
    limits = Limits(settings.interruption, settings.omission, WEAK_PIECE)
    pairs = missed[first, : _ROW + 1]
    alignments = (number[of[sure]], runs[rows], bounds_of)
    renderings = render(settled.readings, words, pairs, *alignments, table, limits)
    scores = np.full(len(keys), np.nan)
    found = replace(settled, pairs=pairs, renderings=renderings, scores=scores)
    return found.only(np.diff(renderings.offsets) > 0)
