"""Which statement each passage belongs to: the one of which its article carries the most."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, EQUAL, S0, S1, WEIGHT
from syndetect.arrays import order_of
from syndetect.jit import F64, I64, Bools, allocating_kernel, kernel
from syndetect.mapped import empty
from syndetect.settings import Settings
from syndetect.statements.check import leasts_of
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import THRICE
from syndetect.statements.sides import share_of
from syndetect.text.marks import SCALE, Words
from syndetect.threads import spread

TAKEN = 0.5  # a piece of which so much belongs to another statement is that statement's
PRECEDENCE = 1.5  # an article must carry so much more of a statement that was drafted a round later
SPARED = 2  # times that statements left without copies may be spared for want of others
_ROWS = 1 << 12  # articles whose passages are shared out at a time


def claimed_by(
    checked: Checked, words: Words, free: NDArray[np.bool_] | None = None
) -> NDArray[np.bool_]:
    """Of each token whether a piece has it, of those that are `free` or of all: bool (tokens)."""
    claimed: NDArray[np.bool_] = empty(len(words.words), np.bool_)
    claimed[:] = False
    pieces = checked.renderings.pieces
    kept = np.arange(len(pieces)) if free is None else np.flatnonzero(free)
    _claim(pieces, checked.rows_of_pieces(), kept, words.offsets, claimed)
    return claimed


@kernel
def _claim(pieces: I64, rows: I64, kept: I64, offsets: I64, claimed: Bools) -> None:
    for k in kept:
        first = offsets[rows[k]]
        claimed[first + pieces[k, A0] : first + pieces[k, A1]] = True


def assign(
    checked: Checked, words: Words, copies: NDArray[np.int64], settings: Settings
) -> tuple[Checked, NDArray[np.bool_]]:
    """Give each passage to one statement, the one of which its article carries the most.

    A statement left with one carrier is no statement, and what it took goes back to the
    others. The result is the statements that remain, and of their pieces which they keep, bool.
    """
    pairs, pieces = checked.pairs, checked.renderings.pieces
    held = checked.renderings.weights
    weights = held / PRECEDENCE ** checked.rounds[pairs[:, 0]]
    by_weight = np.argsort(-weights, kind="stable")  # of equals, the earlier statement
    order = by_weight[order_of(pairs[by_weight, 1])]
    bounds = np.searchsorted(pairs[order, 1], np.arange(len(words) + 1))
    leasts = leasts_of(checked.readings.words, settings)[pairs[:, 0]]
    leasts = np.minimum(leasts, held)  # one with less has all that it needs
    least, penalty = round(SCALE * settings.min_score), SCALE * settings.penalty
    carried, free = np.zeros(len(pairs)), np.zeros(len(pieces), np.bool_)
    lasts = np.ones(len(checked), np.bool_)
    rows, spare = np.flatnonzero(np.diff(bounds)), SPARED
    columns = (pairs, checked.renderings.offsets, pieces)
    out = (free, carried)
    while True:
        tasks = [rows[low : low + _ROWS] for low in range(0, len(rows), _ROWS)]
        spread(
            lambda some: _share_out(
                some, order, bounds, columns, words.counts, leasts, lasts, penalty, out
            ),
            tasks,
        )
        lasting = np.zeros(len(checked), np.bool_)
        for share, others in ((1.0, 1), (THRICE, 2)):
            sure = carried >= share * least  # a weaker rendering may be a copy, but founds nothing
            carriers = np.bincount(pairs[sure, 0], copies[pairs[sure, 1]], len(checked))
            lasting |= carriers > others
        going = lasts & ~lasting
        if going.any() and spare:
            going &= ~_spared(checked, lasts, lasting, len(words))
            spare -= 1
        if not going.any():
            return checked.take(lasts), free[lasts[pairs[checked.renderings.pairs, 0]]]
        lasts[going] = False
        rows = np.unique(pairs[going[pairs[:, 0]], 1])


def _spared(
    checked: Checked, lasts: NDArray[np.bool_], lasting: NDArray[np.bool_], rows: int
) -> NDArray[np.bool_]:
    """Statements that lost their copies only to others that did not last either: bool.

    Two drafts of one passage may share out its two articles, so that neither has two copies.
    """
    weights = np.bincount(checked.pairs[:, 0], checked.renderings.weights, len(checked))
    going = np.flatnonzero(lasts & ~lasting)
    order = going[np.lexsort((going, weights[going]))]
    bounds = np.searchsorted(checked.pairs[:, 0], np.arange(len(checked) + 1))
    spared = np.zeros(len(checked), dtype=np.bool_)
    _spare(order, bounds, checked.pairs[:, 1], np.zeros(rows, np.bool_), spared)
    return spared


@kernel
def _spare(order: I64, bounds: I64, rows: I64, touched: Bools, spared: Bools) -> None:
    """Spare each statement that shares an article with one that goes, the lightest first."""
    for statement in order:
        for k in range(bounds[statement], bounds[statement + 1]):
            spared[statement] = spared[statement] or touched[rows[k]]
        if not spared[statement]:
            for k in range(bounds[statement], bounds[statement + 1]):
                touched[rows[k]] = True


@allocating_kernel
def _share_out(
    rows: I64,
    order: I64,
    bounds: I64,
    columns: tuple[I64, I64, I64],
    counts: I64,
    leasts: I64,
    lasts: Bools,
    penalty: float,
    out: tuple[Bools, F64],
) -> None:
    """Which pieces of some rows belong to their statement, and to none of which there is more; what they score.

    A token swapped, inserted or dropped costs the penalty.
    """
    pairs, offsets, pieces = columns
    free, carried = out
    for row in rows:
        taken = np.zeros(counts[row], np.bool_)
        for pair in order[bounds[row] : bounds[row + 1]]:
            weight, there = np.int64(0), lasts[pairs[pair, 0]]
            for k in range(offsets[pair], offsets[pair + 1]):
                free[k] = there and share_of(taken, pieces[k, A0], pieces[k, A1]) < TAKEN
                if free[k]:
                    weight += pieces[k, WEIGHT]
            carried[pair] = 0.0
            for k in range(offsets[pair], offsets[pair + 1]):
                free[k] = free[k] and weight >= leasts[pair]
                if free[k]:
                    piece = pieces[k]
                    taken[piece[A0] : piece[A1]] = True
                    size = max(piece[A1] - piece[A0], piece[S1] - piece[S0])
                    carried[pair] += piece[WEIGHT] - penalty * (size - piece[EQUAL])
