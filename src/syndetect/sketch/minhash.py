"""MinHash signatures, equal to datasketch's.

The method is Broder's (On the resemblance and containment of documents, 1997); the family of
permutations is ``affine32`` of datasketch 2: the shingle's 32-bit hash goes through the
finaliser of MurmurHash3, then ``a * h + b mod 2**32`` with odd a for each value of the signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.growing import Growing
from syndetect.jit import I64, U8, U32, U64, inner, kernel
from syndetect.sketch.shingles import Shingles, hash_runs
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.folding import folding
from syndetect.text.tokens import Room as ScanRoom
from syndetect.text.tokens import Table, room_for, scan_text
from syndetect.threads import spread, stream
from syndetect.vectors import STEP, WIDTH, take_minima

Room = tuple[U32, U32]  # hashes of one text, values of one signature
_CHUNK = 1 << 17  # shingles of a task
_DIGEST = np.uint64(0xC4CEB9FE1A85EC53)
EMPTY = np.uint32(0xFFFFFFFF)


@inner
def _finalise(shingle: np.uint64) -> np.uint32:
    """MurmurHash3's 32-bit finaliser of the upper half of a uint64; uint32, wraps."""
    h = np.uint32(shingle >> np.uint64(32))
    h = np.uint32((h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    h = np.uint32((h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(h ^ (h >> np.uint32(16)))


@kernel
def _sign_text(shingles: U64, a: U32, b: U32, hashes: U32, out: U32) -> None:
    """Minima of ``a * h + b`` over the shingles (uint64) of one text into out (uint32, wraps).

    a, b and out have a multiple of `WIDTH` elements, hashes room for the shingles and `STEP` more.
    """
    count = len(shingles)
    for i in range(count):
        hashes[i] = _finalise(shingles[i])
    for i in range(count, count + STEP if count else 0):
        hashes[i] = hashes[count - 1]  # a minimum does not change by what it has seen
    for i in range(0, count, STEP):
        for k in range(0, len(a), WIDTH):
            take_minima(hashes, i, a, b, out, k)


@kernel
def _sign_texts(
    shingles: U64, offsets: I64, a: U32, b: U32, low: int, high: int, room: Room, out: U32
) -> None:
    """Signatures of texts `low` to `high` into the rows of out (uint32, texts x values)."""
    hashes, values = room
    for text in range(low, high):
        values[:] = EMPTY
        _sign_text(shingles[offsets[text] : offsets[text + 1]], a, b, hashes, values)
        for k in range(out.shape[1]):
            out[text, k] = values[k]


@inner
def _digest(shingles: U64) -> np.uint64:
    """One number from the shingles of a text in their order; uint64, wraps."""
    total = np.uint64(len(shingles))
    for i in range(len(shingles)):
        total += (shingles[i] ^ shingles[i] >> np.uint64(32)) * (_DIGEST * np.uint64(2 * i + 1))
    return total


@kernel
def _sketch_texts(
    data: U8,
    offsets: I64,
    table: Table,
    tokens: U64,
    scan_room: ScanRoom,
    n: int,
    a: U32,
    b: U32,
    room: tuple[U64, U32, U32],
    out: U32,
    counts: I64,
    digests: U64,
) -> None:
    """Signatures, token counts and digests of the texts at offsets; they stay in the cache."""
    shingles, hashes, values = room
    for text in range(len(counts)):
        begin, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        counts[text] = scan_text(data, begin, end, table, tokens, None, scan_room)
        count = hash_runs(tokens[: counts[text]], n, shingles)
        digests[text] = _digest(shingles[:count])
        values[:] = EMPTY
        _sign_text(shingles[:count], a, b, hashes, values)
        for k in range(out.shape[1]):
            out[text, k] = values[k]


def permutations(num_perm: int, seed: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The factors and summands that datasketch uses: two uint32 arrays (num_perm)."""
    from datasketch import MinHash

    pair = np.asarray(MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations)
    return np.ascontiguousarray(pair[0], np.uint32), np.ascontiguousarray(pair[1], np.uint32)


def _padded(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The same with zeros up to a multiple of `WIDTH`."""
    return np.pad(values, (0, -len(values) % WIDTH))


def sign(shingles: Shingles, num_perm: int, seed: int) -> NDArray[np.uint32]:
    """Signatures, uint32 (texts, num_perm); a text without shingles has `EMPTY` throughout."""
    a, b = map(_padded, permutations(num_perm, seed))
    out = np.empty((len(shingles), num_perm), dtype=np.uint32)

    def sign_rows(rows: tuple[int, int]) -> None:
        longest = int(np.diff(shingles.offsets[rows[0] : rows[1] + 1]).max(initial=0))
        room = np.empty(longest + STEP, np.uint32), np.empty(len(a), np.uint32)
        _sign_texts(shingles.hashes, shingles.offsets, a, b, *rows, room, out)

    spread(sign_rows, chunks_of(shingles.offsets, _CHUNK))
    return out


@dataclass(frozen=True, slots=True)
class Sketches:
    """What one pass over the raw texts leaves of them.

    Attributes:
        signatures: uint32 (texts, num_perm); of a text without words `EMPTY` throughout.
        counts: int64 (texts), tokens.
        digests: uint64 (texts), equal for equal sequences of shingles.
    """

    signatures: NDArray[np.uint32]
    counts: NDArray[np.int64]
    digests: NDArray[np.uint64]


def sketch(
    corpora: Iterable[Corpus], ngram: int, num_perm: int, seed: int, expected: int | None = None
) -> Sketches:
    """Signatures straight from the texts of one corpus after another, in their order.

    Neither tokens nor shingles are kept, and of the corpora no more than are being worked on.
    `expected` is the number of all texts, as far as that is known.
    """
    a, b = map(_padded, permutations(num_perm, seed))
    columns = (
        Growing(np.uint32, num_perm, expected),
        Growing(np.int64, 0, expected),
        Growing(np.uint64, 0, expected),
    )

    def tasks() -> Iterator[tuple[Corpus, list[NDArray[Any]]]]:
        for corpus in corpora:
            yield corpus, [column.room(len(corpus)) for column in columns]

    def sketch_rows(task: tuple[Corpus, list[NDArray[Any]]]) -> list[NDArray[Any]]:
        corpus, found = task
        longest = int(np.diff(corpus.offsets).max(initial=0)) // 2 + 1
        _sketch_texts(
            corpus.data,
            corpus.offsets,
            tuple(folding()),
            np.empty(longest, np.uint64),
            room_for(corpus.offsets),
            ngram,
            a,
            b,
            (
                np.empty(longest, np.uint64),
                np.empty(longest + STEP, np.uint32),
                np.empty(len(a), np.uint32),
            ),
            *found,
        )
        return found

    for piece in stream(sketch_rows, tasks()):
        for column, rows in zip(columns, piece, strict=True):
            column.extend(rows)
    return Sketches(*(column.array() for column in columns))
