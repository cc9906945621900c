"""Shingle sets: the distinct shingles of each text, sorted."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from syndetect.growing import Growing
from syndetect.jit import I64, U64, allocating_kernel, kernel
from syndetect.sketch.shingles import Shingles, shingle
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.tokens import tokenize
from syndetect.threads import spread, stream

_CHUNK = 1 << 18


@allocating_kernel
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


def sets_of(corpora: Iterable[Corpus], ngram: int) -> Shingles:
    """The sets of texts, made piece by piece, so that neither texts nor tokens pile up."""
    pieces = (piece for corpus in corpora for piece in corpus.pieces())
    hashes, counts = Growing(np.uint64), Growing(np.int64)
    for sets in stream(lambda piece: distinct(shingle(tokenize(piece), ngram)), pieces):
        hashes.extend(sets.hashes)
        counts.extend(np.diff(sets.offsets))
    return Shingles(hashes.array(), np.concatenate(([0], np.cumsum(counts.array()))))
