"""Statements without the sentences that nobody else carries any more."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, S0
from syndetect.arrays import laid_end_to_end
from syndetect.jit import I32, I64, kernel
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import Drafts


def draft_trimmed(settled: Checked, copies: NDArray[np.int64]) -> tuple[Drafts, NDArray[np.bool_]]:
    """Drafts without the sentences that fewer than two articles carry, and which statements have none such."""
    readings, drafts = settled.readings, settled.drafts
    pieces, of, offsets = (
        settled.renderings.pieces,
        settled.renderings.pairs,
        readings.words.offsets,
    )
    carriers, seen = np.zeros(len(readings.first), np.int64), np.full(len(readings.first), -1)
    _count_carriers(pieces, of, settled.pairs, offsets, readings.first, copies, seen, carriers)
    kept = carriers[np.repeat(offsets[:-1], readings.words.counts) + readings.first] > 1
    statement = np.repeat(np.arange(len(settled)), readings.words.counts)
    whole = np.bincount(statement, ~kept, len(settled)) == 0
    spans, of = _kept_spans(drafts, kept & ~whole[statement], statement)
    chosen = np.unique(of)
    lows = np.minimum.reduceat(pieces[:, A0], settled.renderings.offsets[:-1])
    highs = np.maximum.reduceat(pieces[:, A1], settled.renderings.offsets[:-1])
    some = np.isin(settled.pairs[:, 0], chosen)
    seen = np.stack((settled.pairs[:, 1], lows, highs), axis=1)[some]
    order = np.argsort(settled.pairs[some, 0], kind="stable")
    return Drafts(
        drafts.bases[chosen],
        spans,
        np.searchsorted(of, np.append(chosen, len(settled))),
        seen[order],
        np.searchsorted(settled.pairs[some, 0][order], np.append(chosen, len(settled))),
    ), whole


@kernel
def _count_carriers(
    pieces: I64,
    of: I64,
    pairs: I64,
    offsets: I64,
    first: I32,
    copies: I64,
    seen: I64,
    carriers: I64,
) -> None:
    """How many articles carry something of each sentence, at its first token; seen starts at -1."""
    for k in range(len(pieces)):
        statement = offsets[pairs[of[k], 0]]
        token = statement + first[statement + pieces[k, S0]]
        if seen[token] != of[k]:
            seen[token] = of[k]
            carriers[token] += copies[pairs[of[k], 1]]


def _kept_spans(
    drafts: Drafts, kept: NDArray[np.bool_], statement: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The tokens of the bases whose tokens in the statement are kept, as spans, and whose."""
    sizes = drafts.spans[:, 1] - drafts.spans[:, 0]
    places = laid_end_to_end(drafts.spans[:, 0], sizes)[0][kept]
    mine = statement[kept]
    cuts = np.ones(len(places) + 1, dtype=bool)
    cuts[1:-1] = (np.diff(places) != 1) | (np.diff(mine) != 0)
    first = np.flatnonzero(cuts[:-1])
    last = np.flatnonzero(cuts[1:])
    return np.stack((places[first], places[last] + 1), axis=1), mine[first]
