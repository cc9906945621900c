"""Statements made whole: those that the same articles carry are one, and what lies between their pieces is theirs.

Sentences that others carry as well, or seem to, are drafted before the rest, and part it; what is left
between them is often too short to be a statement.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, S0, S1
from syndetect.arrays import appended, sorted_order
from syndetect.jit import I64, U8, U32, Bools, allocating_kernel, inner
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import Drafts
from syndetect.statements.spans import without_repeats
from syndetect.text.marks import ATTRIBUTION, BEGINS, Words

ALIKE = 0.7  # of what lies between two pieces, another article must have so many tokens, in order
BESIDE, SLACK = 0.8, 4  # and of a sentence beside the pieces, so many, shifted by so much
LONGEST = 256  # tokens between two pieces that are compared
TRIED = 8  # articles that are asked what they have between two pieces,
HALF = 0.5  # of which so many must have it
LEAST = 4  # tokens that stand in the statement though other statements part them from its pieces

Texts = tuple[U32, U8, I64]  # words, marks and offsets of the articles

# Of statements: their pairs in order, where those of each begin, the pairs, the first piece of each, pieces.
PiecesOf = tuple[I64, I64, I64, I64, I64]

# Columns of a piece: its article; where it stands in the base of its statement, and in the article;
# its statement.
_ROW, _X0, _X1, _Y0, _Y1, _STATEMENT = range(6)


def _by_carriers(settled: Checked) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Statements by the articles that carry them, few articles first; where a new set of these begins.

    int64 (statements) and int64 (sets + 1). Statements of one set ascend.
    """
    pairs = settled.pairs[np.lexsort((settled.pairs[:, 1], settled.pairs[:, 0]))]
    bounds = np.searchsorted(pairs[:, 0], np.arange(len(settled) + 1)).tolist()
    rows = pairs[:, 1].astype(">i8")  # big-endian bytes compare as the numbers do
    keys = [(high - low, rows[low:high].tobytes()) for low, high in pairwise(bounds)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    new = [k for k in range(len(order)) if not k or keys[order[k]] != keys[order[k - 1]]]
    return np.array(order, np.int64), np.array([*new, len(order)], np.int64)


@inner
def _ends(offsets: I64, rows: tuple[int, int]) -> tuple[int, int, int, int]:
    """The first token and the end of two articles."""
    return offsets[rows[0]], offsets[rows[0] + 1], offsets[rows[1]], offsets[rows[1] + 1]


@inner
def _reach(texts: Texts, claimed: Bools, x: int, y: int, rows: tuple[int, int], step: int) -> int:
    """How many tokens from x and y on two articles agree, up to the last end of a sentence.

    They belong to no statement, and no attribution begins with them. Where the tokens of a statement
    follow in the first article, that is an end as well. A step of -1 goes backward.
    """
    words, marks, offsets = texts
    low, high, other_low, other_high = _ends(offsets, rows)
    most = count = 0
    while low <= x < high and other_low <= y < other_high:
        if claimed[x] or claimed[y] or words[x] != words[y] or marks[x] & ATTRIBUTION:
            break
        count += 1
        x, y = x + step, y + step
        # the tokens that would come first behind the end
        i, k = (x + 1, y + 1) if step < 0 else (x, y)
        edge = i == low or i == high or k == other_low or k == other_high or claimed[x]
        if edge or marks[i] & BEGINS or marks[k] & BEGINS:
            most = count
    return most


@inner
def _count_alike(
    words: U32, claimed: Bools, one: tuple[int, int], other: tuple[int, int], room: I64
) -> int:
    """Tokens of a longest common subsequence of two ranges, of those that belong to no statement."""
    room[:] = 0
    size = other[1] - other[0]
    for x in range(one[0], one[1]):
        corner = np.int64(0)
        for k in range(size):
            above, y = room[k + 1], other[0] + k
            same = words[x] == words[y] and not claimed[y]
            room[k + 1] = corner + 1 if same else max(above, room[k])
            corner = above
    return int(room[size])


@inner
def _reach_alike(
    texts: Texts, claimed: Bools, x: int, y: int, rows: tuple[int, int], step: int, room: I64
) -> int:
    """How many tokens of whole sentences from x on are much like what is from y on in another article.

    A sentence that belongs to a statement in part counts as far as it is free, one that only says who
    speaks does not.
    """
    words, marks, offsets = texts
    low, high, other_low, other_high = _ends(offsets, rows)
    total = 0
    while True:
        size = 0
        while low <= x + step * size < high and not claimed[x + step * size]:
            at = x + step * size
            if size and step > 0 and marks[at] & BEGINS:
                break
            size += 1
            if step < 0 and marks[at] & BEGINS:
                break
        first, start = (x, y - SLACK) if step > 0 else (x - size + 1, y - size + 1 - SLACK)
        other = (max(start, other_low), min(start + size + 2 * SLACK, other_high))
        if size == 0 or marks[first] & ATTRIBUTION or other[1] - other[0] >= len(room):
            return total
        alike = _count_alike(words, claimed, (first, first + size), other, room)
        if other[0] >= other[1] or alike < BESIDE * size:
            return total
        total += size
        x, y = x + step * size, y + step * size


@inner
def _is_shared(
    part: tuple[int, int],
    gap: tuple[int, int],
    pieces: I64,
    first: int,
    texts: Texts,
    claimed: Bools,
    room: I64,
) -> bool:
    """Whether another article has most of a part of a gap of the base as well.

    An attribution must be in all that are asked: it may be one article's own. Pieces stand by article and
    place, `first` is the base's first token.
    """
    words, marks, offsets = texts
    asked = alike = 0
    for k in range(len(pieces) - 1):
        one, two = pieces[k], pieces[k + 1]
        if one[_ROW] != two[_ROW] or first + one[_X1] > gap[0] or first + two[_X0] < gap[1]:
            continue
        start = offsets[one[_ROW]]
        other = (start + one[_Y1], start + two[_Y0])
        if asked < TRIED and other[1] - other[0] < len(room):
            asked += 1
            count = _count_alike(words, claimed, part, other, room)
            alike += count >= ALIKE * (part[1] - part[0])
    said = False
    for mark in marks[part[0] : part[1]]:
        said = said or mark & ATTRIBUTION != 0
    return bool(alike and alike >= HALF * asked and (not said or alike == asked))


@inner
def _fill(held: Bools, pieces: I64, base: int, texts: Texts, claimed: Bools, room: I64) -> None:
    """Hold what lies between the spans of a base, belongs to no statement, and is shared."""
    first, end = texts[2][base], texts[2][base + 1]
    last = token = first
    while token < end:
        if held[token - first]:
            last = token = token + 1
            continue
        after = token
        while after < end and not held[after - first]:
            after += 1
        low = last
        while last > first and after < end and low < after and after - last < len(room):
            high = low
            while high < after and not claimed[high]:
                high += 1
            near = high > low and (low == last or high == after or high - low >= LEAST)
            gap = (last, after)
            if near and _is_shared((low, high), gap, pieces, first, texts, claimed, room):
                held[low - first : high - first] = True
            low = high + 1
        token = after


@allocating_kernel
def _make_whole(base: int, spans: I64, pieces: I64, texts: Texts, claimed: Bools, room: I64) -> I64:
    """Spans of a base (int64, spans x 2), with what another carrier has as well between and beside them.

    Pieces stand by article and place. What is taken in is claimed in the base.
    """
    first, offsets = texts[2][base], texts[2]
    held = np.zeros(offsets[base + 1] - first, np.bool_)
    for span in spans:
        held[span[0] : span[1]] = True
    _fill(held, pieces, base, texts, claimed, room)
    for piece in pieces:
        rows, start = (base, piece[_ROW]), offsets[piece[_ROW]]
        x, y = first + piece[_X0] - 1, start + piece[_Y0] - 1
        count = _reach(texts, claimed, x, y, rows, -1)
        count = max(count, _reach_alike(texts, claimed, x, y, rows, -1, room))
        held[piece[_X0] - count : piece[_X0]] = True
        x, y = first + piece[_X1], start + piece[_Y1]
        count = _reach(texts, claimed, x, y, rows, 1)
        count = max(count, _reach_alike(texts, claimed, x, y, rows, 1, room))
        held[piece[_X1] : piece[_X1] + count] = True
    out, size = np.empty((len(held) // 2 + 1, 2), np.int64), 0
    for k in range(len(held)):
        if held[k]:
            claimed[first + k] = True
            if k == 0 or not held[k - 1]:
                out[size, 0] = k
                size += 1
            out[size - 1, 1] = k + 1
    found: I64 = without_repeats(texts[0][first : offsets[base + 1]], out[:size])
    return found


@inner
def _place(spans: I64, token: int) -> int:
    """Where a token of a statement stands in its base, whose spans the statement has."""
    k = 0
    while token >= spans[k, 1] - spans[k, 0]:
        token -= spans[k, 1] - spans[k, 0]
        k += 1
    return int(spans[k, 0] + token)


@allocating_kernel
def _gather(some: I64, drafts: tuple[I64, I64, I64], pieces_of: PiecesOf) -> I64:
    """The pieces of some statements, int64 (pieces, 6), by article and place."""
    by, bounds, pairs, offsets, pieces = pieces_of
    total = size = 0
    for number in some:
        for pair in by[bounds[number] : bounds[number + 1]]:
            total += offsets[pair + 1] - offsets[pair]
    out, keys = np.empty((total, 6), np.int64), np.empty(total, np.int64)
    for number in some:
        spans = drafts[1][drafts[2][number] : drafts[2][number + 1]]
        for pair in by[bounds[number] : bounds[number + 1]]:
            for k in range(offsets[pair], offsets[pair + 1]):
                piece, mine = pieces[k], out[size]
                mine[_ROW], mine[_STATEMENT] = pairs[pair, 1], number
                mine[_X0] = _place(spans, piece[S0])
                mine[_X1] = _place(spans, piece[S1] - 1) + 1
                mine[_Y0], mine[_Y1] = piece[A0], piece[A1]
                keys[size] = pairs[pair, 1] << 32 | piece[A0]
                size += 1
    ordered: I64 = out[sorted_order(keys)]
    return ordered


@allocating_kernel
def _carriers_of(pieces: I64) -> I64:
    """Of each article where its pieces begin and end, int64 (articles, 3)."""
    out, size = np.empty((len(pieces), 3), np.int64), 0
    for piece in pieces:
        if size == 0 or out[size - 1, 0] != piece[_ROW]:
            out[size, 0], out[size, 1], out[size, 2] = piece[_ROW], piece[_Y0], piece[_Y1]
            size += 1
        out[size - 1, 2] = max(out[size - 1, 2], piece[_Y1])
    return out[:size]


@allocating_kernel
def _spans_in(base: int, own: I64, drafts: tuple[I64, I64, I64]) -> I64:
    """What a base has of statements, int64 (spans, 2), from its own pieces.

    Of a statement that is made of this base it is what that has of it, and nothing that was left out.
    """
    size = most = 0
    for piece in own:
        most += drafts[2][piece[_STATEMENT] + 1] - drafts[2][piece[_STATEMENT]] + 1
    out = np.empty((most, 2), np.int64)
    for piece in own:
        number = piece[_STATEMENT]
        if drafts[0][number] != base:
            out[size, 0], out[size, 1] = piece[_Y0], piece[_Y1]
            size += 1
            continue
        for span in drafts[1][drafts[2][number] : drafts[2][number + 1]]:
            start, end = max(span[0], piece[_X0]), min(span[1], piece[_X1])
            if start < end:
                out[size, 0], out[size, 1] = start, end
                size += 1
    return out[:size]


@allocating_kernel
def _draft_sets(
    order: I64,
    sets: I64,
    sizes: I64,
    copies: I64,
    drafts: tuple[I64, I64, I64],
    pieces_of: PiecesOf,
    texts: Texts,
    claimed: Bools,
    replaced: Bools,
) -> tuple[I64, I64, I64]:
    """Drafts as rows (base, end of its spans, end of its carriers), all spans, all carriers."""
    rows, spans, carriers = (
        np.empty((64, 3), np.int64), np.empty((64, 2), np.int64), np.empty((64, 3), np.int64),
    )  # fmt: skip
    count = span_count = carrier_count = np.int64(0)
    room = np.empty(LONGEST + 1, np.int64)
    for k in range(len(sets) - 1):
        some = order[sets[k] : sets[k + 1]]
        longest = some[np.argmax(sizes[some])]
        base = drafts[0][longest]
        mine = _gather(some, drafts, pieces_of)
        own = mine[mine[:, _ROW] == base]
        if not len(own):
            continue
        known = drafts[0][mine[:, _STATEMENT]] == base  # where they stand in it is known
        if copies[base] == 1:
            known &= mine[:, _ROW] != base
        made = _make_whole(base, _spans_in(base, own, drafts), mine[known], texts, claimed, room)
        if len(some) == 1 and (made[:, 1] - made[:, 0]).sum() == sizes[longest]:
            continue
        replaced[some] = True
        found = _carriers_of(mine)
        spans = appended(spans, span_count, made)
        carriers = appended(carriers, carrier_count, found)
        span_count, carrier_count = span_count + len(made), carrier_count + len(found)
        rows = appended(rows, count, np.array([[base, span_count, carrier_count]]))
        count += 1
    return rows[:count].copy(), spans[:span_count].copy(), carriers[:carrier_count].copy()


def draft_whole(
    settled: Checked, words: Words, claimed: NDArray[np.bool_], copies: NDArray[np.int64]
) -> tuple[Drafts, NDArray[np.bool_]]:
    """Drafts of statements that are not whole, and which statements these replace.

    Statements that the same articles carry become one, of which the longest gives the base. What stands
    between and beside its pieces is taken in where another article has the same there and no other
    statement has it.

    Args:
        settled: Statements whose passages belong to one statement each.
        words: The articles.
        claimed: bool (tokens), which belong to statements; what is taken in is added.
        copies: int64 (articles), how many articles each row stands for.
    """
    order, sets = _by_carriers(settled)
    by = np.argsort(settled.pairs[:, 0], kind="stable")
    bounds = np.searchsorted(settled.pairs[by, 0], np.arange(len(settled) + 1))
    drafts, renderings = settled.drafts, settled.renderings
    replaced = np.zeros(len(settled), np.bool_)
    drafted = _draft_sets(
        order,
        sets,
        settled.readings.words.counts,
        copies,
        (drafts.bases, drafts.spans, drafts.span_offsets),
        (by, bounds, settled.pairs, renderings.offsets, renderings.pieces),
        (words.words, words.marks, words.offsets),
        claimed,
        replaced,
    )
    return Drafts.of(*drafted), replaced
