"""Shingles: runs of n tokens as 64-bit hashes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U64, kernel, spread
from syndetect.text.tokens import Tokens, chunks_of

MULTIPLIER = 0x9E3779B97F4A7C15  # 2^64 / golden ratio, odd (Knuth, TAOCP 3, 6.4)
_MULTIPLIER, _HALF = np.uint64(MULTIPLIER), np.uint64(32)
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Shingles:
    """The shingles of every text, in the order of the text, repetitions included.

    Attributes:
        hashes: uint64 (shingles); the upper 32 bits are the hash that signatures are made of.
        offsets: int64 (texts + 1), text i has the shingles ``offsets[i]`` to ``offsets[i + 1]``;
            the k-th of them begins at the k-th token of the text.
    """

    hashes: NDArray[np.uint64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def of(self, row: int) -> NDArray[np.uint64]:
        """The shingles of one text."""
        return self.hashes[self.offsets[row] : self.offsets[row + 1]]


@kernel
def _hash_runs(
    tokens: U64, token_offsets: I64, offsets: I64, n: int, low: int, high: int, out: U64
) -> None:
    """Hash every run of n tokens of texts `low` to `high` into out (uint64, wraps)."""
    for text in range(low, high):
        first = token_offsets[text]
        width = min(n, token_offsets[text + 1] - first)
        for i in range(offsets[text + 1] - offsets[text]):
            state = np.uint64(0)
            for k in range(first + i, first + i + width):
                state = (state ^ tokens[k]) * _MULTIPLIER
                state ^= state >> _HALF
            out[offsets[text] + i] = state


def shingle(tokens: Tokens, n: int) -> Shingles:
    """The runs of `n` tokens of each text; a shorter text is one shingle, an empty one none."""
    counts = np.where(tokens.counts > 0, np.maximum(tokens.counts - n + 1, 1), 0)
    offsets = np.zeros(len(tokens) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    hashes = np.empty(offsets[-1], dtype=np.uint64)
    spread(
        lambda rows: _hash_runs(tokens.hashes, tokens.offsets, offsets, n, *rows, hashes),
        chunks_of(offsets, _CHUNK),
    )
    return Shingles(hashes, offsets)
