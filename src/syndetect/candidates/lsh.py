"""Candidates by locality-sensitive hashing of signatures: bands, joined by sorting.

Banding is Indyk and Motwani's (Approximate nearest neighbors, 1998) as laid out in Leskovec,
Rajaraman and Ullman, Mining of Massive Datasets, chapter 3. Bands are chosen for a stated
recall at the threshold and not for a balance of errors, since every candidate is verified.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import sorted_by_bits
from syndetect.jit import I64, U32, U64, kernel
from syndetect.threads import spread

# A bucket of up to so many rows gives all its pairs, a larger one those with its first row: as many
# as keep the pairs of a band in bounds, between FEWEST and MOST.
FEWEST, MOST, PAIRS = 16, 256, 8_000_000
DOUBT = 5.0  # standard deviations by which signatures may agree less than the threshold asks
_CHUNK = 1 << 16  # pairs of a task
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


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
def _band_keys(
    signatures: U32, texts: I64, first: int, rows: int, mask: np.uint64, out: U64
) -> None:
    """Hash the values `first` to ``first + rows`` of signatures into out (uint64, wraps).

    The bits of the mask, the lowest ones, hold the number of the row instead.
    """
    for k in range(len(texts)):
        state = np.uint64(first + 1)
        for value in range(first, first + rows):
            state = (state ^ np.uint64(signatures[texts[k], value])) * _MULTIPLIER
            state ^= state >> np.uint64(32)
        out[k] = state & ~mask | np.uint64(k)


@kernel
def _bucket_pairs(
    keys: U64, mask: np.uint64, full: int, out: I64, writing: bool
) -> tuple[int, bool]:
    """Pairs (left < right) of rows with equal keys into out (int64, left << 32 | right).

    The keys ascend, and the bits of the mask are the rows. Returns how many there are, and
    whether a bucket was too large to give all of its own.
    """
    count, cut = 0, False
    low = 0
    while low < len(keys):
        high = low + 1
        while high < len(keys) and keys[high] | mask == keys[low] | mask:
            high += 1
        last = high
        if high - low > full:
            last, cut = low + 1, True
        for i in range(low, last):
            for k in range(i + 1, high):
                if writing:
                    out[count] = np.int64(keys[i] & mask) << 32 | np.int64(keys[k] & mask)
                count += 1
        low = high
    return count, cut


def band_pairs(
    signatures: NDArray[np.uint32],
    order: NDArray[np.int64],
    bands: Bands,
    rows: NDArray[np.int64],
) -> tuple[NDArray[np.int64], bool]:
    """Candidate pairs among `rows` (ranks, ascending), at most MOST a row and band.

    Args:
        signatures: uint32 (texts, values).
        order: int64 (ranks), the text of each rank.
        bands: How signatures are cut.
        rows: int64, the ranks to look at.

    Returns:
        int64 (pairs, 2), left < right, distinct, ascending; and whether a bucket was too large
        to give all its pairs.
    """
    texts = order[rows]
    full = min(max(PAIRS // max(len(rows), 1), FEWEST), MOST)
    own = len(rows).bit_length()  # bits of a row
    mask = np.uint64((1 << own) - 1)

    def pairs_of(band: int) -> tuple[NDArray[np.int64], bool]:
        keys = np.empty(len(rows), dtype=np.uint64)
        _band_keys(signatures, texts, band * bands.rows, bands.rows, mask, keys)
        keys = sorted_by_bits(keys, own, 64 - own)
        count, cut = _bucket_pairs(keys, mask, full, texts[:0], False)
        out = np.empty(count, dtype=np.int64)
        _bucket_pairs(keys, mask, full, out, True)
        return out, cut

    found = spread(pairs_of, range(bands.count))
    packed = np.unique(np.concatenate([pairs for pairs, _ in found]))
    pairs = np.stack((rows[packed >> 32], rows[packed & 0xFFFFFFFF]), axis=1)
    return pairs, any(cut for _, cut in found)


@kernel
def _agreements(signatures: U32, pairs: I64, out: I64) -> None:
    """Equal values of each pair of signatures into out (int64)."""
    for p in range(len(pairs)):
        count = 0
        for value in range(signatures.shape[1]):
            count += signatures[pairs[p, 0], value] == signatures[pairs[p, 1], value]
        out[p] = count


def likely(
    signatures: NDArray[np.uint32], pairs: NDArray[np.int64], threshold: float
) -> NDArray[np.bool_]:
    """Which pairs may reach the threshold: those whose signatures agree nearly so often.

    A pair at the threshold agrees less often than is asked for here in one case in a million
    (`DOUBT` standard deviations of a binomial).
    """
    agreements = np.empty(len(pairs), dtype=np.int64)
    tasks = [slice(low, low + _CHUNK) for low in range(0, len(pairs), _CHUNK)]
    spread(lambda task: _agreements(signatures, pairs[task], agreements[task]), tasks)
    values = signatures.shape[1]
    least = threshold * values - DOUBT * (values * threshold * (1 - threshold)) ** 0.5
    return np.asarray(agreements >= least)
