"""Facts: how far two texts have names and figures in common.

Whoever rewrites a text keeps its names and figures; whoever fills in a template changes them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import F32, F64, I64, U8, U32, allocating_kernel, inner
from syndetect.sketch.features import fact, is_too_small, note, one, place_of, slot_of, table_for
from syndetect.text.marks import EVIDENCE, FACT, Words
from syndetect.threads import spread

FEW = 0.3  # weight of the facts of a text below which their share says little
USUAL = 0.8  # what it is taken for then, where templates are told from copies
_TASK = 1 << 10  # pairs of a task


@inner
def share_of_facts(common: float, one_total: float, other_total: float, usual: float) -> float:
    """The share of the facts of one text that another has too, of the one with less; 0 to 1.

    Where there are few, it is drawn to `usual`, as if `FEW` more stood in both texts.
    """
    least = max(min(one_total, other_total), 0.0)
    return (min(common, least) + FEW * usual) / (least + FEW)


@allocating_kernel
def _compare_facts(
    pairs: I64,
    words: U32,
    marks: U8,
    offsets: I64,
    left_out: tuple[I64, I64],
    weights: F32,
    low: int,
    high: int,
    out: F64,
) -> None:
    """Shares of the pairs `low` to `high`; the passages `left_out` (bounds by pair, then runs) do not count.

    A pair is two rows; of its runs (int64, runs x 3) the first column says in which of the two.
    """
    bounds, runs = left_out
    keys, other = table_for(0), table_for(0)
    for pair in range(low, high):
        totals, common = np.zeros(2, np.float64), 0.0
        for side in range(2):
            first, end = offsets[pairs[pair, side]], offsets[pairs[pair, side] + 1]
            if is_too_small(keys, end - first):
                keys, other = table_for(end - first), table_for(end - first)
            own = other if side else keys
            own[:] = 0
            for k in range(first, end):
                inside = False
                for run in range(bounds[pair], bounds[pair + 1]):
                    mine = runs[run, 0] == side
                    inside = inside or (mine and runs[run, 1] <= k - first < runs[run, 2])
                if inside:
                    continue
                key = one(words[k])
                if side == 0:
                    note(own, key)
                if marks[k] & EVIDENCE == FACT and note(own, fact(words[k])):
                    weight = np.float64(weights[slot_of(key)])
                    totals[side] += weight
                    if side and keys[place_of(keys, key)] != 0:
                        common += weight
        out[pair] = share_of_facts(common, totals[0], totals[1], USUAL)


def compare_facts(
    pairs: NDArray[np.int64],
    words: Words,
    weights: NDArray[np.float32],
    left_out: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
) -> NDArray[np.float64]:
    """The share of their facts that two articles have in common, float64 (pairs), 0 to 1.

    Args:
        pairs: int64 (pairs, 2), rows.
        words: The articles.
        weights: float32, weight of each slot of features, see `sketch.weights.weigh`.
        left_out: Passages that do not count: int64 (pairs + 1), where those of each pair begin, and
            int64 (passages, 3), in which article of the pair (0 or 1), first token and end.
    """
    nothing = np.zeros(len(pairs) + 1, np.int64), np.empty((0, 3), np.int64)
    columns = (words.words, words.marks, words.offsets, left_out or nothing, weights)
    out = np.empty(len(pairs), np.float64)
    spread(
        lambda low: _compare_facts(pairs, *columns, low, min(low + _TASK, len(pairs)), out),
        range(0, len(pairs), _TASK),
    )
    return out
