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

# Columns of a piece: its article; where it stands in the base, and in the article.
_ROW, _X0, _X1, _Y0, _Y1 = range(5)


def _by_carriers(settled: Checked) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Statements by the articles that carry them, few articles first; where a new set of these begins.

    int64 (statements) and int64 (sets + 1).
    """
    pairs = settled.pairs[np.lexsort((settled.pairs[:, 1], settled.pairs[:, 0]))]
    bounds = np.searchsorted(pairs[:, 0], np.arange(len(settled) + 1)).tolist()
    rows = pairs[:, 1].astype(">i8")  # big-endian bytes compare as the numbers do
    keys = [(high - low, rows[low:high].tobytes()) for low, high in pairwise(bounds)]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    new = [k for k in range(len(order)) if not k or keys[order[k]] != keys[order[k - 1]]]
    return np.array(order, np.int64), np.array([*new, len(order)], np.int64)


@inner
def _agree(words: U32, marks: U8, claimed: Bools, x: int, y: int) -> bool:
    """Whether two tokens are equal, neither belongs to a statement, and no attribution begins."""
    free = not (claimed[x] or claimed[y] or marks[x] & ATTRIBUTION)
    return bool(free and words[x] == words[y])


@inner
def _reach(
    words: U32,
    marks: U8,
    claimed: Bools,
    x: int,
    y: int,
    ends: tuple[int, int, int, int],
    step: int,
) -> int:
    """How many tokens from x and y on two articles agree, up to the last end of a sentence.

    `ends` are the first tokens of both and their ends; a step of -1 goes backward.
    """
    most = count = 0
    while ends[0] <= x < ends[1] and ends[2] <= y < ends[3] and _agree(words, marks, claimed, x, y):
        count += 1
        x, y = x + step, y + step
        at = x + 1 if step < 0 else x  # the token that would come first behind the end
        if at == ends[0] or at == ends[1] or marks[at] & BEGINS:
            most = count
    return most


@allocating_kernel
def _make_whole(
    base: int, spans: I64, pieces: I64, texts: tuple[U32, U8, I64], claimed: Bools
) -> I64:
    """Spans of a base (int64, spans x 2, ascending), with what another carrier has as well between and beside them.

    Pieces (int64, pieces x 5) stand by article and place. What is taken in is claimed in the base.
    """
    words, marks, offsets = texts
    first, end = offsets[base], offsets[base + 1]
    out, size = np.empty((len(spans), 2), np.int64), 0
    for span in spans:
        if size and span[0] <= out[size - 1, 1]:
            out[size - 1, 1] = max(out[size - 1, 1], span[1])
            continue
        whole = False
        for k in range(len(pieces) if size else 0):
            piece, after = pieces[k], pieces[min(k + 1, len(pieces) - 1)]
            gap = span[0] - out[size - 1, 1]
            if whole or piece[_X1] != out[size - 1, 1] or after[_X0] != span[0]:
                continue
            whole = after[_ROW] == piece[_ROW] and after[_Y0] - piece[_Y1] == gap
            start = offsets[piece[_ROW]] + piece[_Y1]
            for i in range(gap if whole else 0):
                whole = whole and _agree(words, marks, claimed, first + piece[_X1] + i, start + i)
        if whole:
            out[size - 1, 1] = span[1]
        else:
            out[size] = span
            size += 1
    back = ahead = 0
    for piece in pieces:
        low, high = offsets[piece[_ROW]], offsets[piece[_ROW] + 1]
        ends = (first, end, low, high)
        if piece[_X0] == out[0, 0]:
            x, y = first + piece[_X0] - 1, low + piece[_Y0] - 1
            back = max(back, _reach(words, marks, claimed, x, y, ends, -1))
        if piece[_X1] == out[size - 1, 1]:
            x, y = first + piece[_X1], low + piece[_Y1]
            ahead = max(ahead, _reach(words, marks, claimed, x, y, ends, 1))
    out[0, 0] -= back
    out[size - 1, 1] += ahead
    for span in out[:size]:
        claimed[first + span[0] : first + span[1]] = True
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
        made = _make_whole(base, own, known, texts, claimed)
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
