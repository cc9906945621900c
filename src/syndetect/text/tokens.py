"""Tokens: folded words with their places, as arrays.

A token is a word, or one character of a script without spaces between words. Words are
compared without case, accents and points; an apostrophe between letters and a point or comma
between digits belong to the word.

The hash of a token is FNV-1a over its folded code points, 64 bits wide
(http://www.isthe.com/chongo/tech/comp/fnv/).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U8, U16, U32, U64, kernel, spread
from syndetect.text.corpus import Corpus
from syndetect.text.folding import (
    APOSTROPHE,
    CHARACTER,
    CLASS_SHIFT,
    DIGIT,
    EXPANDED,
    EXTENDING,
    IGNORED,
    LETTER,
    NUMERIC,
    POINT_MASK,
    Folding,
    folding,
)

FNV_OFFSET = 0xCBF29CE484222325
FNV_PRIME = 0x100000001B3
Table = tuple[U8, U32, U16, U32, U32]  # `Folding` as a plain tuple
_START, _PRIME = np.uint64(FNV_OFFSET), np.uint64(FNV_PRIME)
_CHUNK = (
    1 << 20
)  # bytes of text per task: small enough to balance threads, large enough to feed one


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a corpus.

    Attributes:
        hashes: uint64 (tokens).
        starts: uint32 (tokens), first byte of the token, counted from the start of its text.
        ends: uint32 (tokens), end of the token, exclusive, counted alike.
        classes: uint8 (tokens), `LETTER`, `DIGIT` (begins with one) or `CHARACTER`.
        offsets: int64 (texts + 1), text i has the tokens ``offsets[i]`` to ``offsets[i + 1]``.
    """

    hashes: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    classes: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """int64 (texts), tokens of each text."""
        return np.diff(self.offsets)


@kernel
def _decode(data: U8, i: int) -> tuple[int, int]:
    """Code point and size of the UTF-8 sequence at byte i; valid UTF-8 is taken for granted."""
    first = np.int64(data[i])
    if first < 0xE0:
        return (first & 0x1F) << 6 | (data[i + 1] & 0x3F), 2
    if first < 0xF0:
        return (first & 0x0F) << 12 | (data[i + 1] & 0x3F) << 6 | (data[i + 2] & 0x3F), 3
    high = (first & 0x07) << 18 | (data[i + 1] & 0x3F) << 12
    return high | (data[i + 2] & 0x3F) << 6 | (data[i + 3] & 0x3F), 4


@kernel
def _mix(state: np.uint64, value: np.uint32, expansions: U32) -> np.uint64:
    """FNV-1a over the folded code points of one packed value; uint64, wraps."""
    point = np.int64(value & POINT_MASK)
    if value & EXPANDED == 0:
        return (state ^ np.uint64(point)) * _PRIME
    for k in range(point + 1, point + 1 + expansions[point]):
        state = (state ^ np.uint64(expansions[k])) * _PRIME
    return state


@kernel
def _scan(
    data: U8,
    begin: int,
    end: int,
    table: Table,
    hashes: U64,
    starts: U32,
    ends: U32,
    classes: U8,
    count: int,
) -> int:
    """Tokens of ``data[begin:end]`` appended from `count` on; returns the new count."""
    plain, ascii_values, block_of, blocks, expansions = table
    start, stop, last, joiner, state = -1, 0, LETTER, np.uint32(0), _START
    i = begin
    while i < end:
        if start >= 0 and not joiner and last != CHARACTER and plain[data[i]]:
            while i < end and plain[data[i]]:  # the rest of a plain ASCII word: most of all bytes
                state = (state ^ np.uint64(plain[data[i]])) * _PRIME
                i += 1
            stop, last = i, DIGIT if data[i - 1] <= 57 else LETTER
            continue
        if data[i] < 128:
            value, size = ascii_values[data[i]], 1
        else:
            point, size = _decode(data, i)
            value = blocks[block_of[point >> 8], point & 255]
        kind = int(value >> CLASS_SHIFT) & 7
        i += size
        if start >= 0 and not joiner:
            if kind == IGNORED:
                stop = i
                continue
            if (kind == APOSTROPHE and last != CHARACTER) or (kind == NUMERIC and last == DIGIT):
                joiner = value
                continue
        word = kind == LETTER or kind == DIGIT or kind == CHARACTER or kind == EXTENDING
        if start >= 0:
            numeric = joiner >> CLASS_SHIFT == NUMERIC
            parted = kind == CHARACTER or (last == CHARACTER and kind != EXTENDING)
            if not word or parted or (numeric and kind != DIGIT):
                hashes[count], starts[count], ends[count] = state, start - begin, stop - begin
                count += 1
                start = -1
            elif numeric:
                state = _mix(state, joiner, expansions)
        joiner = np.uint32(0)
        if word:
            if start < 0:
                start, state, last = i - size, _START, LETTER
                classes[count] = kind if kind != EXTENDING else LETTER
            state = _mix(state, value, expansions)
            stop = i
            if kind != EXTENDING:
                last = kind
    if start >= 0:
        hashes[count], starts[count], ends[count] = state, start - begin, stop - begin
        count += 1
    return count


@kernel
def _scan_texts(
    data: U8,
    offsets: I64,
    table: Table,
    hashes: U64,
    starts: U32,
    ends: U32,
    classes: U8,
    counts: I64,
) -> int:
    """Tokens of the texts at `offsets`, end to end; `counts` (int64, texts) receives how many."""
    count = 0
    for text in range(len(counts)):
        before, low, high = count, int(offsets[text]), int(offsets[text + 1])
        count = _scan(data, low, high, table, hashes, starts, ends, classes, count)
        counts[text] = count - before
    return count


def _tokenize_rows(
    corpus: Corpus, table: Folding, low: int, high: int
) -> tuple[Tokens, NDArray[np.int64]]:
    """The tokens of texts `low` to `high` and how many each has."""
    offsets = corpus.offsets[low : high + 1]
    room = int(offsets[-1] - offsets[0]) // 2 + (high - low)  # a token and its separator: 2 bytes
    hashes = np.empty(room, np.uint64)
    starts, ends = np.empty(room, np.uint32), np.empty(room, np.uint32)
    classes = np.empty(room, np.uint8)
    counts = np.zeros(high - low, np.int64)
    n = _scan_texts(corpus.data, offsets, tuple(table), hashes, starts, ends, classes, counts)
    return Tokens(
        hashes[:n].copy(), starts[:n].copy(), ends[:n].copy(), classes[:n].copy(), offsets
    ), counts


def chunks_of(offsets: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Runs of rows (low, high) that hold about `size` elements each, covering all rows."""
    rows = len(offsets) - 1
    marks = np.arange(offsets[0] + size, offsets[-1], size) if rows else np.empty(0, np.int64)
    cuts = np.unique(np.concatenate(([0], np.searchsorted(offsets, marks), [rows])))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


def tokenize(corpus: Corpus) -> Tokens:
    """The tokens of every text, in order."""
    table = folding()
    pieces = spread(
        lambda rows: _tokenize_rows(corpus, table, *rows), chunks_of(corpus.offsets, _CHUNK)
    )
    offsets = np.zeros(len(corpus) + 1, dtype=np.int64)
    if not pieces:
        none = np.empty(0, np.uint32)
        return Tokens(none.astype(np.uint64), none, none, none.astype(np.uint8), offsets)
    np.cumsum(np.concatenate([counts for _, counts in pieces]), out=offsets[1:])

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(tokens, name) for tokens, _ in pieces])

    return Tokens(column("hashes"), column("starts"), column("ends"), column("classes"), offsets)
