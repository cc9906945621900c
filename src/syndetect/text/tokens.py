"""Tokens: folded words with their places, as arrays.

A token is a word, or one character of a script without spaces between words. Words are
compared without case, accents and points; an apostrophe between letters and a point or comma
between digits belong to the word.

Words of plain ASCII, most of what is read, are found 64 bytes at a time by a mask of word
characters (as simdjson finds structure: Langdale and Lemire, Parsing gigabytes of JSON per second,
2019) and hashed eight words at a time; all others go through a machine that knows Unicode.

The hash of a token is multiplicative over its folded UTF-8, eight bytes a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U8, U16, U32, U64, inner, kernel
from syndetect.text.corpus import PIECE, Corpus, chunks_of
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
from syndetect.threads import spread
from syndetect.vectors import (
    BLOCK,
    GROUP,
    bit_count,
    copy_bytes,
    hash_words,
    lowest_bit,
    word_masks,
)

MULTIPLIER = 0xFF51AFD7ED558CCD  # odd; from the finaliser of MurmurHash3
Table = tuple[U32, U32, U16, U32, U32]  # `Folding` as a plain tuple
Places = tuple[U32, U32, U8]  # starts, ends, classes
Room = tuple[U8, U32, U64]  # a text, its runs, hashes of a group of words
_MULTIPLIER, _HALF, _ZERO = np.uint64(MULTIPLIER), np.uint64(32), np.uint64(0)
_SIX, _NEXT = np.uint64(0x3F), np.uint64(0x80)  # of a byte that continues a code point
_ONE, _EIGHT, _LAST, _MARKED = np.uint64(1), np.uint64(8), np.uint64(1 << 63), np.uint32(1 << 31)
_FULL = np.uint64(64)
PADDING = 2 * BLOCK  # bytes that may be read behind the end of a text


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
def fold_word(token: np.uint64) -> np.uint32:
    """The upper four bytes of a token's hash: those that every byte of the word has changed."""
    return np.uint32(token >> _HALF)


@kernel
def decode(data: U8, i: int) -> tuple[int, int]:
    """Code point and size of the UTF-8 sequence at byte i; valid UTF-8 is taken for granted."""
    first = np.int64(data[i])
    if first < 0xE0:
        return (first & 0x1F) << 6 | (data[i + 1] & 0x3F), 2
    if first < 0xF0:
        return (first & 0x0F) << 12 | (data[i + 1] & 0x3F) << 6 | (data[i + 2] & 0x3F), 3
    high = (first & 0x07) << 18 | (data[i + 1] & 0x3F) << 12
    return high | (data[i + 2] & 0x3F) << 6 | (data[i + 3] & 0x3F), 4


@inner
def _stir(state: np.uint64, lane: np.uint64) -> np.uint64:
    """Take eight bytes of a word into its hash; uint64, wraps."""
    state = (state ^ lane) * _MULTIPLIER
    return state ^ (state >> _HALF)


@inner
def _mix_point(
    state: np.uint64, lane: np.uint64, fill: np.uint64, point: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Append the UTF-8 of a code point to the lane (fill: its bits in use), stir when full."""
    last = point & _SIX | _NEXT
    if point < np.uint64(0x80):
        code, bits = point, np.uint64(8)
    elif point < np.uint64(0x800):
        code, bits = point >> np.uint64(6) | np.uint64(0xC0) | last << np.uint64(8), np.uint64(16)
    else:
        code = (point >> np.uint64(6) & _SIX | _NEXT) | last << np.uint64(8)
        if point < np.uint64(0x10000):
            code = point >> np.uint64(12) | np.uint64(0xE0) | code << np.uint64(8)
            bits = np.uint64(24)
        else:
            code = (point >> np.uint64(12) & _SIX | _NEXT) | code << np.uint64(8)
            code = point >> np.uint64(18) | np.uint64(0xF0) | code << np.uint64(8)
            bits = np.uint64(32)
    lane |= code << fill
    fill += bits
    if fill >= _FULL:
        fill -= _FULL
        state, lane = _stir(state, lane), code >> (bits - fill) if fill else _ZERO
    return state, lane, fill


@inner
def _mix(
    state: np.uint64, lane: np.uint64, fill: np.uint64, value: np.uint32, expansions: U32
) -> tuple[np.uint64, np.uint64, np.uint64]:
    """Append the folded code points of one packed value."""
    point = np.uint64(value & POINT_MASK)
    if value & EXPANDED == 0:
        state, lane, fill = _mix_point(state, lane, fill, point)
        return state, lane, fill
    first = np.int64(point) + 1
    for k in range(first, first + expansions[first - 1]):
        state, lane, fill = _mix_point(state, lane, fill, np.uint64(expansions[k]))
    return state, lane, fill


@inner
def _read_letters(
    data: U8, i: int, end: int, simple: U32, state: np.uint64, lane: np.uint64, fill: np.uint64
) -> tuple[int, np.uint64, np.uint64, np.uint64]:
    """Take in simple letters from byte i on; the place behind them and the hash so far."""
    while i < end and data[i] < 0xE0:
        size, point = 1, np.int64(data[i])
        if point > 127:
            size, point = 2, (point & 0x1F) << 6 | np.int64(data[i + 1] & 0x3F)
        letter = simple[point]
        if not letter:
            break
        code, bits = np.uint64(letter & np.uint32(0xFFFFFF)), np.uint64(letter >> np.uint32(24))
        lane |= code << fill
        fill += bits
        if fill >= _FULL:
            fill -= _FULL
            state, lane = _stir(state, lane), code >> (bits - fill) if fill else _ZERO
        i += size
    return i, state, lane, fill


@inner
def _value_at(data: U8, i: int, table: Table) -> tuple[np.uint32, int]:
    """The packed value of the code point at byte i, and its bytes."""
    first = np.int64(data[i])
    if first < 128:
        return table[1][first], 1
    point, size = decode(data, i)
    return table[3][np.int64(table[2][point >> 8]), point & 255], size


@inner
def _end_word(
    state: np.uint64,
    lane: np.uint64,
    fill: np.uint64,
    start: int,
    after: int,
    hashes: U64,
    places: Places | None,
    count: int,
) -> int:
    """Write down the token from byte `start` to `after`; the new count."""
    hashes[count] = _stir(state, lane) if fill else state
    if places is not None:
        places[0][count], places[1][count] = start, after
    return count + 1


@inner
def _scan_unicode(
    data: U8,
    i: int,
    stop: int,
    end: int,
    table: Table,
    hashes: U64,
    places: Places | None,
    count: int,
) -> tuple[int, int]:
    """Tokens from byte i on, until none is open at `stop` or later; the new count and i."""
    simple, expansions = table[0], table[4]
    start, after, last, joiner = -1, 0, LETTER, np.uint32(0)
    state = lane = fill = _ZERO
    while i < end and (start >= 0 or i < stop):
        if start >= 0 and last == LETTER and not joiner:
            i, state, lane, fill = _read_letters(data, i, end, simple, state, lane, fill)
            after = i
            if i == end:
                break
        value, size = _value_at(data, i, table)
        kind = int(value >> CLASS_SHIFT) & 7
        i += size
        if start >= 0 and not joiner:
            if kind == IGNORED:
                after = i
                continue
            if (kind == APOSTROPHE and last != CHARACTER) or (kind == NUMERIC and last == DIGIT):
                joiner = value
                continue
        word = kind == LETTER or kind == DIGIT or kind == CHARACTER or kind == EXTENDING
        if start >= 0:
            numeric = joiner >> CLASS_SHIFT == NUMERIC
            parted = kind == CHARACTER or (last == CHARACTER and kind != EXTENDING)
            if not word or parted or (numeric and kind != DIGIT):
                count = _end_word(state, lane, fill, start, after, hashes, places, count)
                start = -1
            elif numeric:
                state, lane, fill = _mix(state, lane, fill, joiner, expansions)
        joiner = np.uint32(0)
        if word:
            if start < 0:
                start, last, state, lane, fill = i - size, LETTER, _ZERO, _ZERO, _ZERO
                if places is not None:
                    places[2][count] = kind if kind != EXTENDING else LETTER
            state, lane, fill = _mix(state, lane, fill, value, expansions)
            after = i
            if kind != EXTENDING:
                last = kind
    if start >= 0:
        count = _end_word(state, lane, fill, start, after, hashes, places, count)
    return count, i


@inner
def _split(data: U8, end: int, runs: U32) -> int:
    """First byte and end of each run of word characters into runs (uint32, 2 a run); how many.

    The end of a run after which a mark and another run follow at once carries `_MARKED`. Empty
    runs fill the last group; so many are written that the processor need not foresee how many.
    """
    before = _ZERO  # whether the byte before the block belongs to a run
    count = _ZERO
    for base in range(0, end + 1, BLOCK):
        word, mark = word_masks(data, base)
        if end - base < BLOCK:
            word &= (_ONE << np.uint64(end - base)) - _ONE
        shifted = word << _ONE | before
        before = word >> np.uint64(63)
        edges, left, first = word ^ shifted, word ^ shifted, np.uint64(base)
        for some in range(_ZERO, bit_count(edges), _EIGHT):
            for k in range(some, some + _EIGHT):
                runs[count + k] = first + lowest_bit(left)
                left &= left - _ONE
        marked = edges & shifted & mark & (word >> _ONE | _LAST)
        while marked:
            below = (marked & -marked) - _ONE
            runs[count + bit_count(edges & below)] |= _MARKED
            marked &= marked - _ONE
        count += bit_count(edges)
    for k in range(count, count + np.uint64(2 * GROUP)):
        runs[k] = 0
    return int(count >> _ONE)


@inner
def _place(data: U8, start: int, stop: int, places: Places | None, count: int) -> None:
    """Where a word stands that begins with a letter or an ASCII digit."""
    if places is not None:
        places[0][count], places[1][count] = start, stop
        places[2][count] = DIGIT if data[start] <= 57 else LETTER


@inner
def _scan(data: U8, end: int, table: Table, hashes: U64, places: Places | None, room: Room) -> int:
    """Tokens of ``data[:end]``; how many.

    Up to `PADDING` bytes behind `end` are read. Without `places`, hashes alone are written.
    """
    _, runs, group = room
    done = count = np.int64(0)
    total = _split(data, end, runs)
    for first in range(0, total, GROUP):
        others = hash_words(data, runs, first, _MULTIPLIER, group)
        if not others and np.int64(runs[2 * first]) >= done and first + GROUP <= total:
            for k in range(GROUP):
                start, stop = np.int64(runs[2 * (first + k)]), np.int64(runs[2 * (first + k) + 1])
                hashes[count + k] = group[k]
                _place(data, start, stop, places, count + k)
            count += GROUP
            continue
        for run in range(first, min(first + GROUP, total)):
            start, marked = max(np.int64(runs[2 * run]), done), runs[2 * run + 1] & _MARKED
            stop, k = np.int64(runs[2 * run + 1] ^ marked), run - first
            if start >= stop:
                continue
            if others >> np.uint64(k) & _ONE:
                place, state, lane, fill = _read_letters(
                    data, start, stop, table[0], _ZERO, _ZERO, _ZERO
                )
                if place < stop or marked:
                    count, done = _scan_unicode(
                        data, start, stop, end, table, hashes, places, count
                    )
                    continue
                group[k] = _stir(state, lane) if fill else state
            hashes[count] = group[k]
            _place(data, start, stop, places, count)
            count += 1
    return int(count)


@kernel
def scan_text(
    data: U8, begin: int, end: int, table: Table, hashes: U64, places: Places | None, room: Room
) -> int:
    """Tokens of ``data[begin:end]`` into hashes and places; how many.

    The text is copied first, since up to `PADDING` bytes behind it are read.
    """
    padded = room[0]
    size = end - begin
    copy_bytes(data, begin, padded, 0, size)
    return int(_scan(padded, size, table, hashes, places, room))


@kernel
def _scan_texts(
    data: U8, offsets: I64, table: Table, hashes: U64, places: Places, counts: I64, room: Room
) -> int:
    """Tokens of the texts at `offsets`, end to end; `counts` (int64, texts) receives how many."""
    starts, ends, classes = places
    total = np.int64(0)
    for text in range(len(counts)):
        low, high = np.int64(offsets[text]), np.int64(offsets[text + 1])
        mine = (starts[total:], ends[total:], classes[total:])
        counts[text] = scan_text(data, low, high, table, hashes[total:], mine, room)
        total += counts[text]
    return int(total)


def room_for(offsets: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Room to scan the longest of the texts at `offsets`."""
    longest = int(np.diff(offsets).max(initial=0))
    return (
        np.zeros(longest + PADDING, np.uint8),
        np.empty(longest + 2 * GROUP + 10, np.uint32),
        np.empty(GROUP, np.uint64),
    )


def _tokenize_rows(
    corpus: Corpus, table: Folding, low: int, high: int
) -> tuple[Tokens, NDArray[np.int64]]:
    """The tokens of texts `low` to `high` and how many each has."""
    offsets = corpus.offsets[low : high + 1]
    room = int(offsets[-1] - offsets[0]) // 2 + (high - low)  # a token and its separator: 2 bytes
    hashes = np.empty(room, np.uint64)
    places = np.empty(room, np.uint32), np.empty(room, np.uint32), np.empty(room, np.uint8)
    counts = np.zeros(high - low, np.int64)
    n = _scan_texts(corpus.data, offsets, tuple(table), hashes, places, counts, room_for(offsets))
    starts, ends, classes = places
    found = Tokens(
        hashes[:n].copy(), starts[:n].copy(), ends[:n].copy(), classes[:n].copy(), offsets
    )
    return found, counts


def tokenize(corpus: Corpus) -> Tokens:
    """The tokens of every text, in order."""
    table = folding()
    pieces = spread(
        lambda rows: _tokenize_rows(corpus, table, *rows), chunks_of(corpus.offsets, PIECE)
    )
    offsets = np.zeros(len(corpus) + 1, dtype=np.int64)
    if not pieces:
        none = np.empty(0, np.uint32)
        return Tokens(none.astype(np.uint64), none, none, none.astype(np.uint8), offsets)
    np.cumsum(np.concatenate([counts for _, counts in pieces]), out=offsets[1:])

    def column(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(tokens, name) for tokens, _ in pieces])

    return Tokens(column("hashes"), column("starts"), column("ends"), column("classes"), offsets)
