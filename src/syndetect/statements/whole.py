"""Statements made whole: those that the same articles carry are one, and what lies between their pieces is theirs.

Sentences that others carry as well, or seem to, are drafted before the rest, and part it; what is left
between them is often too short to be a statement.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, S0, S1
from syndetect.arrays import laid_end_to_end
from syndetect.jit import I64, U8, U32, Bools, allocating_kernel, inner
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import Drafts
from syndetect.text.marks import ATTRIBUTION, BEGINS, Words

ALIKE = 0.7  # of what lies between two pieces, another article must have so many tokens, in order
BESIDE, SLACK = 0.8, 4  # and of a sentence beside the pieces, so many, shifted by so much
LONGEST = 256  # tokens between two pieces that are compared
TRIED = 8  # articles that are asked what they have between two pieces
LEAST = 4  # tokens that stand in the statement though other statements part them from its pieces

Texts = tuple[U32, U8, I64]  # words, marks and offsets of the articles

# Columns of a piece: its article; where it stands in the base of its statement, and in the article.
_ROW, _X0, _X1, _Y0, _Y1 = range(5)


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
def _reach(texts: Texts, claimed: Bools, x: int, y: int, rows: tuple[int, int], step: int) -> int:
    """How many tokens from x and y on two articles agree, up to the last end of a sentence.

    They belong to no statement, and no attribution begins with them. Where the tokens of a statement
    follow in the first article, that is an end as well. A step of -1 goes backward.
    """
    words, marks, offsets = texts
    low, high, other_low, other_high = (
        offsets[rows[0]], offsets[rows[0] + 1], offsets[rows[1]], offsets[rows[1] + 1],
    )  # fmt: skip
    most = count = 0
    while low <= x < high and other_low <= y < other_high:
        if claimed[x] or claimed[y] or words[x] != words[y] or marks[x] & ATTRIBUTION:
            break
        count += 1
        x, y = x + step, y + step
        i, k = (x + 1, y + 1) if step < 0 else (x, y)  # the tokens that would come first behind the end
        if i == low or i == high or marks[i] & BEGINS or k == other_low or k == other_high:
            most = count
        elif marks[k] & BEGINS or claimed[x]:
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
    low, high, other_low, other_high = (
        offsets[rows[0]], offsets[rows[0] + 1], offsets[rows[1]], offsets[rows[1] + 1],
    )  # fmt: skip
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
    return bool(alike and (not said or alike == asked))


@inner
def _fill(
    held: Bools, pieces: I64, base: int, texts: Texts, claimed: Bools, room: I64
) -> None:
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
            near = low == last or high == after or high - low >= LEAST
            if near and high > low:
                if _is_shared((low, high), (last, after), pieces, first, texts, claimed, room):
                    held[low - first : high - first] = True
            low = high + 1
        token = after


@allocating_kernel
def _make_whole(
    base: int, spans: I64, pieces: I64, texts: Texts, claimed: Bools, room: I64
) -> I64:
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
    return out[:size]


def _pieces_in_bases(settled: Checked) -> NDArray[np.int64]:
    """Of each piece its article, where it stands in the base of its statement, and in the article: int64 (pieces, 5)."""
    drafts, offsets = settled.drafts, settled.readings.words.offsets
    places, _ = laid_end_to_end(drafts.spans[:, 0], drafts.spans[:, 1] - drafts.spans[:, 0])
    pieces = settled.renderings.pieces
    firsts = offsets[settled.pairs[settled.renderings.pairs, 0]]
    starts, ends = places[firsts + pieces[:, S0]], places[firsts + pieces[:, S1] - 1] + 1
    rows = settled.rows_of_pieces()
    return np.stack((rows, starts, ends, pieces[:, A0], pieces[:, A1]), axis=1)


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
    order, bounds = _by_carriers(settled)
    pieces, number = _pieces_in_bases(settled), settled.pairs[settled.renderings.pairs, 0]
    by = np.argsort(number, kind="stable")
    firsts = np.searchsorted(number[by], np.arange(len(settled) + 1))
    sizes, of_base = settled.readings.words.counts, settled.drafts.bases
    texts = (words.words, words.marks, words.offsets)
    replaced = np.zeros(len(settled), np.bool_)
    room = np.empty(LONGEST + 1, np.int64)
    bases, spans, carriers = [], [], []
    for low, high in pairwise(bounds.tolist()):
        some = np.sort(order[low:high])
        base = int(of_base[some[np.argmax(sizes[some])]])
        places, _ = laid_end_to_end(firsts[some], firsts[some + 1] - firsts[some])
        mine = pieces[by[places]]
        known = mine[of_base[number[by[places]]] == base]  # where they stand in it is known
        own = mine[mine[:, _ROW] == base][:, (_Y0, _Y1)]
        own = own[np.argsort(own[:, 0], kind="stable")]
        if not len(own):
            continue
        if copies[base] == 1:
            known = known[known[:, _ROW] != base]
        known = known[np.lexsort((known[:, _Y0], known[:, _ROW]))]
        made = _make_whole(base, own, known, texts, claimed, room)
        if high - low == 1 and int((made[:, 1] - made[:, 0]).sum()) == sizes[some[0]]:
            continue
        replaced[some] = True
        bases.append(base)
        spans.append(made)
        each, start = np.unique(mine[:, _ROW], return_inverse=True)
        lows, highs = np.full(len(each), np.iinfo(np.int64).max), np.zeros(len(each), np.int64)
        np.minimum.at(lows, start, mine[:, _Y0])
        np.maximum.at(highs, start, mine[:, _Y1])
        carriers.append(np.stack((each, lows, highs), axis=1))
    return Drafts(
        np.array(bases, np.int64),
        np.concatenate([np.empty((0, 2), np.int64), *spans]),
        np.cumsum([0, *map(len, spans)]),
        np.concatenate([np.empty((0, 3), np.int64), *carriers]),
        np.cumsum([0, *map(len, carriers)]),
    ), replaced
