"""Shingle sets: the distinct shingles of each text, sorted, and which texts have equal ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U64, kernel, spread
from syndetect.sketch.shingles import Shingles
from syndetect.text.tokens import chunks_of

_CHUNK = 1 << 18


@kernel
def _sort_rows(hashes: U64, offsets: I64, low: int, high: int, counts: I64) -> None:
    """Sort each text's shingles (uint64) in place, distinct ones first; counts (int64) of those."""
    for text in range(low, high):
        row = hashes[offsets[text] : offsets[text + 1]]
        row.sort()
        count = 0
        for value in row:
            if count == 0 or value != row[count - 1]:
                row[count] = value
                count += 1
        counts[text] = count


@kernel
def _pack(hashes: U64, offsets: I64, counts: I64, starts: I64, out: U64) -> None:
    """Move the first counts[i] shingles of each text to out at starts[i]."""
    for text in range(len(counts)):
        for k in range(counts[text]):
            out[starts[text] + k] = hashes[offsets[text] + k]


def distinct(shingles: Shingles) -> Shingles:
    """The distinct shingles of each text, ascending."""
    hashes, counts = shingles.hashes.copy(), np.zeros(len(shingles), dtype=np.int64)
    spread(
        lambda rows: _sort_rows(hashes, shingles.offsets, *rows, counts),
        chunks_of(shingles.offsets, _CHUNK),
    )
    offsets = np.concatenate(([0], np.cumsum(counts)))
    packed = np.empty(offsets[-1], dtype=np.uint64)
    _pack(hashes, shingles.offsets, counts, offsets, packed)
    return Shingles(packed, offsets)


@kernel
def _digest(hashes: U64, offsets: I64, out: U64) -> None:
    """A 64-bit digest of each text's shingles into out (uint64, wraps)."""
    for text in range(len(out)):
        state = np.uint64(offsets[text + 1] - offsets[text])
        for k in range(offsets[text], offsets[text + 1]):
            state = (state ^ hashes[k]) * np.uint64(0xFF51AFD7ED558CCD)
            state ^= state >> np.uint64(33)
        out[text] = state


@kernel
def _equal_to_first(hashes: U64, offsets: I64, firsts: I64) -> None:
    """Set firsts[i] (int64) to i wherever text i differs from text firsts[i]."""
    for text in range(len(firsts)):
        first = firsts[text]
        size = offsets[text + 1] - offsets[text]
        same = size == offsets[first + 1] - offsets[first]
        for k in range(size if same else 0):
            if hashes[offsets[text] + k] != hashes[offsets[first] + k]:
                same = False
                break
        if not same:
            firsts[text] = text


def first_equals(sets: Shingles) -> NDArray[np.int64]:
    """int64 (texts), the first text with the same set; a text's own row where there is none."""
    digests = np.empty(len(sets), dtype=np.uint64)
    _digest(sets.hashes, sets.offsets, digests)
    _, first, group = np.unique(digests, return_index=True, return_inverse=True)
    firsts = first[group].astype(np.int64)
    _equal_to_first(sets.hashes, sets.offsets, firsts)
    return firsts
