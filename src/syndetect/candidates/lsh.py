"""Candidates by locality-sensitive hashing of signatures: bands, joined by sorting.

Banding is Indyk and Motwani's (Approximate nearest neighbors, 1998) as laid out in Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, chapter 3. Bands are chosen for a stated
recall at the threshold and not for a balance of errors, since every candidate is verified.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U32, U64, kernel

# A bucket of up to so many rows gives all its pairs, a larger one those with its first row: as many
# as keep the pairs of a band in bounds, between FEWEST and MOST.
FEWEST, MOST, PAIRS = 16, 256, 8_000_000


@dataclass(frozen=True, slots=True)
class Bands:
    """How a signature is cut: `count` bands of `rows` values."""

    count: int
    rows: int

    def recall(self, jaccard: float) -> float:
        """Probability that a pair of this Jaccard similarity becomes a candidate, 0 to 1.

        Examples:
            >>> round(Bands(18, 7).recall(0.8), 3)
            0.986
        """
        return float(1 - (1 - jaccard**self.rows) ** self.count)

    def finer(self, values: int, num_perm: int) -> Bands:
        """Bands that are longer by so many values, as many as fit into the signature."""
        rows = min(self.rows + values, num_perm)
        return Bands(num_perm // rows, rows)


def choose_bands(threshold: float, num_perm: int, recall: float) -> Bands:
    """The most selective bands whose recall at the threshold is at least `recall`.

    Examples:
        >>> choose_bands(0.8, 128, 0.99)
        Bands(count=21, rows=6)
    """
    for rows in range(num_perm, 0, -1):
        bands = Bands(num_perm // rows, rows)
        if bands.recall(threshold) >= recall:
            return bands
    return Bands(num_perm, 1)


@kernel
def _band_keys(signatures: U32, first: int, rows: int, out: U64) -> None:
    """Hash the values `first` to ``first + rows`` of each signature into out (uint64, wraps)."""
    for text in range(len(out)):
        state = np.uint64(first + 1)
        for k in range(first, first + rows):
            state = (state ^ np.uint64(signatures[text, k])) * np.uint64(0x9E3779B97F4A7C15)
            state ^= state >> np.uint64(32)
        out[text] = state


@kernel
def _bucket_pairs(keys: U64, order: I64, full: int, out: I64, writing: bool) -> int:
    """Pairs (left < right) of rows with equal keys into out (int64, pairs x 2); returns how many.

    `order` sorts the keys and, within equal keys, the rows.
    """
    count = 0
    low = 0
    while low < len(order):
        high = low + 1
        while high < len(order) and keys[order[high]] == keys[order[low]]:
            high += 1
        last = high if high - low <= full else low + 1
        for i in range(low, last):
            for k in range(i + 1, high):
                if writing:
                    out[count, 0], out[count, 1] = order[i], order[k]
                count += 1
        low = high
    return count


def band_pairs(
    signatures: NDArray[np.uint32], bands: Bands, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Candidate pairs among `rows` (ascending) of the signatures, at most MOST a row and band.

    Returns:
        int64 (pairs, 2), left < right, distinct, ascending.
    """
    keys = np.empty(len(rows), dtype=np.uint64)
    chosen = signatures[rows]
    full = min(max(PAIRS // max(len(rows), 1), FEWEST), MOST)
    found = [np.empty(0, dtype=np.int64)]
    for band in range(bands.count):
        _band_keys(chosen, band * bands.rows, bands.rows, keys)
        order = np.argsort(keys, kind="stable")
        out = np.empty((0, 2), dtype=np.int64)
        out = np.empty((_bucket_pairs(keys, order, full, out, False), 2), dtype=np.int64)
        _bucket_pairs(keys, order, full, out, True)
        found.append(rows[out[:, 0]] << 32 | rows[out[:, 1]])
    packed = np.unique(np.concatenate(found))
    return np.stack((packed >> 32, packed & 0xFFFFFFFF), axis=1)
