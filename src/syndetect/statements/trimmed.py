"""Statements without what nobody else carries: sentences left to one article, and what a base put in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, RUN, RUN_END, S0
from syndetect.arrays import laid_end_to_end
from syndetect.jit import I32, I64, kernel
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import Drafts

OUTVOTED = 8  # times as many articles go on without some words as have them: the base put them in
INSERTION = 32  # tokens at most that a base put in at a place


def draft_trimmed(settled: Checked, copies: NDArray[np.int64]) -> tuple[Drafts, NDArray[np.bool_]]:
    """Drafts without what only their bases have, and which statements have none such.

    That is sentences that fewer than two articles carry, and words that the others leave out while they go
    on with what follows. Of such words, all who were thought to carry the statement are looked at again: a
    passage around them may have been too short on either side.
    """
    drafts, readings = settled.drafts, settled.readings
    sizes = readings.words.counts
    statement = np.repeat(np.arange(len(settled)), sizes)
    carried, put_in = _is_carried(settled, copies), _is_put_in(settled, copies)
    kept = carried & ~put_in
    whole = np.bincount(statement, ~kept, len(settled)) == 0
    spans, of = _kept_spans(drafts, kept & ~whole[statement], statement)
    chosen = np.unique(of)
    again = np.bincount(statement, put_in, len(settled)) > 0
    numbers, seen = _carriers(settled, again)
    some = np.isin(numbers, chosen)
    numbers, seen = numbers[some], seen[some]
    order = np.argsort(numbers, kind="stable")
    ends = np.append(chosen, len(settled))
    return Drafts(
        drafts.bases[chosen],
        spans,
        np.searchsorted(of, ends),
        seen[order],
        np.searchsorted(numbers[order], ends),
    ), whole


def _carriers(
    settled: Checked, again: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The statement of each article to look at, and the article with the range, int64 (carriers, 3).

    Those of statements that are looked at `again` are those of their drafts, of others those they have.
    """
    pieces, bounds, drafts = settled.renderings.pieces, settled.renderings.offsets, settled.drafts
    lows = np.minimum.reduceat(pieces[:, A0], bounds[:-1])
    highs = np.maximum.reduceat(pieces[:, A1], bounds[:-1])
    known = np.stack((settled.pairs[:, 1], lows, highs), axis=1)
    mine, all_ = ~again[settled.pairs[:, 0]], again[drafts.numbers]
    numbers = np.concatenate((settled.pairs[mine, 0], drafts.numbers[all_]))
    return numbers, np.concatenate((known[mine], drafts.carriers[all_]))


def _is_carried(settled: Checked, copies: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each token of the statements whether two articles carry something of its sentence: bool (tokens)."""
    words, first = settled.readings.words, settled.readings.first
    carriers, seen = np.zeros(len(first), np.int64), np.full(len(first), -1)
    pieces, of = settled.renderings.pieces, settled.renderings.pairs
    _count_carriers(pieces, of, settled.pairs, words.offsets, first, copies, seen, carriers)
    found: NDArray[np.bool_] = carriers[np.repeat(words.offsets[:-1], words.counts) + first] > 1
    return found


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


def _is_put_in(settled: Checked, copies: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Of each token of the statements whether its base put it in: bool (tokens)."""
    count = len(settled.readings.first)
    have, pass_ = np.zeros(count, np.int64), np.zeros(count + 1, np.int64)
    _count_having(
        settled.pairs,
        settled.renderings.offsets,
        settled.renderings.pieces,
        settled.renderings.runs,
        settled.readings.words.offsets,
        copies,
        have,
        pass_,
    )
    found: NDArray[np.bool_] = np.cumsum(pass_[:-1]) >= OUTVOTED * np.maximum(have, 1)
    return found


@kernel
def _count_having(
    pairs: I64,
    bounds: I64,
    pieces: I64,
    runs: I64,
    offsets: I64,
    copies: I64,
    have: I64,
    pass_: I64,
) -> None:
    """How many articles have each token, and go on behind it with nothing in its place.

    The latter is given as where they begin to and cease to.
    """
    for pair in range(len(pairs)):
        first, weight = offsets[pairs[pair, 0]], copies[pairs[pair, 1]]
        s, a = np.int64(0), np.int64(-1)  # the end of the run before
        for k in range(bounds[pair], bounds[pair + 1]):
            for run in runs[pieces[k, RUN] : pieces[k, RUN_END]]:
                for token in range(first + run[0], first + run[0] + run[2]):
                    have[token] += weight
                if run[1] == a and s < run[0] <= s + INSERTION:
                    pass_[first + s] += weight
                    pass_[first + run[0]] -= weight
                s, a = run[0] + run[2], run[1] + run[2]


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
