"""Exact Jaccard similarity of shingle sets, and who is kept for whom."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import F64, I64, U64, kernel
from syndetect.sketch.shingles import Shingles
from syndetect.threads import spread

_CHUNK = 1 << 14  # pairs of a task


@kernel
def _jaccards(hashes: U64, offsets: I64, pairs: I64, least: float, out: F64) -> None:
    """Jaccard of each pair of sorted sets into out (float64); 0 where sizes say it is below."""
    for p in range(len(pairs)):
        i, i_end = offsets[pairs[p, 0]], offsets[pairs[p, 0] + 1]
        k, k_end = offsets[pairs[p, 1]], offsets[pairs[p, 1] + 1]
        sizes = i_end - i + k_end - k
        smaller = min(i_end - i, k_end - k)
        out[p] = 0.0
        if smaller == 0 or smaller < least * (sizes - smaller):
            continue
        common = 0
        while i < i_end and k < k_end:
            a, b = hashes[i], hashes[k]
            common += a == b
            i += a <= b
            k += b <= a
        out[p] = common / (sizes - common)


def jaccards(sets: Shingles, pairs: NDArray[np.int64], least: float) -> NDArray[np.float64]:
    """Exact Jaccard similarity of pairs of sets.

    Args:
        sets: Distinct shingles, ascending in each text.
        pairs: int64 (pairs, 2), rows.
        least: Pairs that their sizes alone show to be below may come out as 0.

    Returns:
        float64 (pairs), 0 to 1; an empty set is similar to nothing.
    """
    out = np.empty(len(pairs), dtype=np.float64)
    tasks = [slice(low, low + _CHUNK) for low in range(0, len(pairs), _CHUNK)]
    safe = least * (1 - 1e-12)  # rounding of the size bound must not drop a pair at the threshold
    spread(lambda task: _jaccards(sets.hashes, sets.offsets, pairs[task], safe, out[task]), tasks)
    return out


@kernel
def _keep(pairs: I64, similarity: F64, kept_for: I64) -> None:
    """Drop right rows for the most similar left row that is kept; pairs ascend by right, left."""
    k = 0
    while k < len(pairs):
        right = pairs[k, 1]
        best = -1.0
        while k < len(pairs) and pairs[k, 1] == right:
            left = pairs[k, 0]
            if kept_for[left] == left and similarity[k] > best:
                best, kept_for[right] = similarity[k], left
            k += 1


def keep(pairs: NDArray[np.int64], similarity: NDArray[np.float64], rows: int) -> NDArray[np.int64]:
    """Who is kept: rows in their order, each unless one that is kept already is similar.

    Args:
        pairs: int64 (pairs, 2), similar rows, left < right.
        similarity: float64 (pairs).
        rows: How many rows there are.

    Returns:
        int64 (rows), the row that each is dropped for, itself when it is kept.
    """
    kept_for = np.arange(rows, dtype=np.int64)
    order = np.lexsort((pairs[:, 0], pairs[:, 1]))
    _keep(pairs[order], similarity[order], kept_for)
    return kept_for
