"""MinHash signatures, equal to datasketch's.

The method is Broder's (On the resemblance and containment of documents, 1997); the family of
permutations is ``affine32`` of datasketch 2: the shingle's 32-bit hash goes through the
finaliser of MurmurHash3, then ``a * h + b mod 2**32`` with odd a for each value of the signature.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U32, U64, kernel, spread
from syndetect.sketch.shingles import Shingles
from syndetect.text.tokens import chunks_of

_CHUNK = 1 << 17
EMPTY = np.uint32(0xFFFFFFFF)


@kernel
def _finalise(shingle: np.uint64) -> np.uint32:
    """MurmurHash3's 32-bit finaliser of the upper half of a uint64; uint32, wraps."""
    h = np.uint32(shingle >> np.uint64(32))
    h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@kernel
def _sign_text(shingles: U64, a: U32, b: U32, out: U32) -> None:
    """Minima of ``a * h + b`` over the shingles (uint64) of one text into out (uint32, wraps)."""
    count = len(shingles)
    i = 0
    while i + 4 <= count:  # four shingles a pass: a third of the time of one
        h0, h1 = _finalise(shingles[i]), _finalise(shingles[i + 1])
        h2, h3 = _finalise(shingles[i + 2]), _finalise(shingles[i + 3])
        for k in range(len(a)):
            low = min(np.uint32(a[k] * h0 + b[k]), np.uint32(a[k] * h1 + b[k]))
            high = min(np.uint32(a[k] * h2 + b[k]), np.uint32(a[k] * h3 + b[k]))
            out[k] = min(out[k], min(low, high))
        i += 4
    while i < count:
        h0 = _finalise(shingles[i])
        for k in range(len(a)):
            out[k] = min(out[k], np.uint32(a[k] * h0 + b[k]))
        i += 1


@kernel
def _sign_texts(shingles: U64, offsets: I64, a: U32, b: U32, low: int, high: int, out: U32) -> None:
    """Signatures of texts `low` to `high` into the rows of out (uint32, texts x values)."""
    for text in range(low, high):
        _sign_text(shingles[offsets[text] : offsets[text + 1]], a, b, out[text])


def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The factors and summands that datasketch uses: two uint32 arrays (num_perm)."""
    from datasketch import MinHash

    pair = np.asarray(MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations)
    return np.ascontiguousarray(pair[0], np.uint32), np.ascontiguousarray(pair[1], np.uint32)


def sign(shingles: Shingles, num_perm: int, seed: int) -> NDArray[np.uint32]:
    """Signatures, uint32 (texts, num_perm); a text without shingles has `EMPTY` throughout."""
    a, b = permutations(num_perm, seed)
    out = np.full((len(shingles), num_perm), EMPTY, dtype=np.uint32)
    spread(
        lambda rows: _sign_texts(shingles.hashes, shingles.offsets, a, b, *rows, out),
        chunks_of(shingles.offsets, _CHUNK),
    )
    return out
