"""Shingles: runs of n tokens as 64-bit hashes.

The hash is a polynomial over the hashes of the tokens (Karp and Rabin, Efficient randomized
pattern-matching algorithms, 1987), modulo 2**64.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U64, kernel
from syndetect.text.corpus import chunks_of
from syndetect.text.tokens import Tokens
from syndetect.threads import spread

MULTIPLIER = 0x9E3779B97F4A7C15  # 2^64 / golden ratio, odd (Knuth, TAOCP 3, 6.4)
_MULTIPLIER = np.uint64(MULTIPLIER)
_CHUNK = 1 << 18
_NARROW = 6  # words of a run up to which many runs are hashed at once, each from its words


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
def hash_runs(tokens: U64, n: int, out: U64) -> int:
    """Hash every run of n tokens of one text into out (uint64, wraps); returns how many.

    A text of fewer tokens is one run.
    """
    width = min(n, len(tokens))
    count = len(tokens) - width + 1
    if width == 0:
        return 0
    if width <= _NARROW:
        for i in range(count):
            out[i] = tokens[i]
        for k in range(1, width):
            for i in range(count):
                out[i] = out[i] * _MULTIPLIER + tokens[i + k]
        return count
    state, leading = np.uint64(0), np.uint64(1)
    for k in range(width):
        state = state * _MULTIPLIER + tokens[k]
        leading *= _MULTIPLIER
    out[0] = state
    for i in range(count - 1):
        state = state * _MULTIPLIER + (tokens[i + width] - tokens[i] * leading)
        out[i + 1] = state
    return count


@kernel
def _hash_texts(
    tokens: U64, token_offsets: I64, offsets: I64, n: int, low: int, high: int, out: U64
) -> None:
    """The same for the texts `low` to `high`."""
    for text in range(low, high):
        row = tokens[token_offsets[text] : token_offsets[text + 1]]
        hash_runs(row, n, out[offsets[text] : offsets[text + 1]])


def shingle(tokens: Tokens, n: int) -> Shingles:
    """The runs of `n` tokens of each text; a shorter text is one shingle, an empty one none."""
    return shingle_hashes(tokens.hashes, tokens.offsets, n)


def shingle_hashes(hashes: NDArray[np.uint64], offsets: NDArray[np.int64], n: int) -> Shingles:
    """The same from the hashes of the tokens alone."""
    sizes = np.diff(offsets)
    bounds = np.zeros(len(offsets), dtype=np.int64)
    np.cumsum(np.where(sizes > 0, np.maximum(sizes - n + 1, 1), 0), out=bounds[1:])
    found = np.empty(bounds[-1], dtype=np.uint64)
    spread(
        lambda rows: _hash_texts(hashes, offsets, bounds, n, *rows, found),
        chunks_of(bounds, _CHUNK),
    )
    return Shingles(found, bounds)
