"""Windows: the rectangles of two texts' tokens in which shared seeds say to align."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U8, U32, U64, allocating_kernel, inner
from syndetect.sketch.shingles import hash_runs
from syndetect.text.marks import EVIDENCE, FACT, Words
from syndetect.threads import spread

REACH = 64  # tokens by which seeds may stand apart in one window, and by which it is widened
MOST = 64  # windows of one pair; what does not fit widens the last
MOST_CELLS = 1 << 22  # cells of a window; a larger one is cut into tiles along its seeds
TILE = 1024  # left tokens of a tile
TOGETHER = 3  # pairs of words near one diagonal that a match has at least
MARGIN = 16  # tokens around what two texts share that are looked at too
_TASK = 1 << 12  # windows of a task
_NONE, _MULTIPLIER = np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(0x9E3779B97F4A7C15)
_SHIFT, _HALF = np.uint64(20), np.uint64(32)


@dataclass(frozen=True, slots=True)
class Windows:
    """Rectangles of tokens.

    Attributes:
        pair: int64 (windows), which pair of texts.
        left: int64 (windows), row of the left text.
        right: int64 (windows), row of the right text.
        bounds: int64 (windows, 4), left start, left end, right start, right end in tokens of
            the text, ends exclusive.
    """

    pair: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    bounds: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.pair)


@allocating_kernel
def _cluster(hits: U32, low: int, high: int, width: int, boxes: I64) -> int:
    """Boxes (int64, MOST x 4) around near seeds of one pair; returns how many."""
    count = 0
    for k in range(low, high):
        x, y = np.int64(hits[k, 2]), np.int64(hits[k, 3])
        home = -1
        for b in range(count - 1, -1, -1):
            near_x = x <= boxes[b, 1] + REACH
            if near_x and boxes[b, 2] - REACH <= y + width and y <= boxes[b, 3] + REACH:
                home = b
                break
        if home < 0 and count < MOST:
            boxes[count] = x, x + width, y, y + width
            count += 1
            continue
        home = home if home >= 0 else count - 1
        boxes[home, 1] = max(boxes[home, 1], x + width)
        boxes[home, 0] = min(boxes[home, 0], x)
        boxes[home, 2] = min(boxes[home, 2], y)
        boxes[home, 3] = max(boxes[home, 3], y + width)
    return count


@allocating_kernel
def _merge(boxes: I64, count: int, left_size: int, right_size: int) -> int:
    """Widen the boxes by REACH and join those that overlap in either text; returns how many."""
    for b in range(count):
        boxes[b, 0], boxes[b, 2] = max(boxes[b, 0] - REACH, 0), max(boxes[b, 2] - REACH, 0)
        boxes[b, 1] = min(boxes[b, 1] + REACH, left_size)
        boxes[b, 3] = min(boxes[b, 3] + REACH, right_size)
    b = 0
    while b < count:
        joined = False
        for c in range(b + 1, count):
            apart_x = boxes[c, 0] >= boxes[b, 1] or boxes[b, 0] >= boxes[c, 1]
            apart_y = boxes[c, 2] >= boxes[b, 3] or boxes[b, 2] >= boxes[c, 3]
            if apart_x and apart_y:
                continue
            boxes[b, 0], boxes[b, 2] = min(boxes[b, 0], boxes[c, 0]), min(boxes[b, 2], boxes[c, 2])
            boxes[b, 1], boxes[b, 3] = max(boxes[b, 1], boxes[c, 1]), max(boxes[b, 3], boxes[c, 3])
            count -= 1
            boxes[c] = boxes[count]
            joined = True
            break
        b = 0 if joined else b + 1
    return count


@allocating_kernel
def _tile(hits: U32, low: int, high: int, box: I64, out: I64, count: int, writing: bool) -> int:
    """Write one box, cut into tiles at shared seeds when it is too large; returns the count."""
    x0, x1, y0, y1 = box[0], box[1], box[2], box[3]
    if (x1 - x0) * (y1 - y0) > MOST_CELLS:
        for k in range(low, high):
            x, y = np.int64(hits[k, 2]), np.int64(hits[k, 3])
            if x < x0 + TILE or x >= x1 or y <= y0 or y >= y1 or y > y0 + 4 * TILE:
                continue
            if writing:
                out[count] = x0, x, y0, y
            count += 1
            x0, y0 = x, y
        x1, y1 = min(x1, x0 + 2 * TILE), min(y1, y0 + 2 * TILE)
    if writing:
        out[count] = x0, x1, y0, y1
    return count + 1


@allocating_kernel
def _lay(
    hits: U32,
    pair_bounds: I64,
    pairs: I64,
    sizes: I64,
    width: int,
    out: I64,
    pair_of: I64,
    writing: bool,
) -> int:
    """Windows of all pairs into out (int64, windows x 4) and pair_of; returns how many."""
    count = 0
    boxes = np.empty((MOST, 4), np.int64)
    for pair in range(len(pairs)):
        low, high = pair_bounds[pair], pair_bounds[pair + 1]
        boxed = _cluster(hits, low, high, width, boxes)
        boxed = _merge(boxes, boxed, sizes[pairs[pair, 0]], sizes[pairs[pair, 1]])
        for b in range(boxed):
            before = count
            count = _tile(hits, low, high, boxes[b], out, count, writing)
            if writing:
                pair_of[before:count] = pair
    return count


def lay_windows(
    hits: NDArray[np.uint32],
    bounds: NDArray[np.int64],
    pairs: NDArray[np.int64],
    sizes: NDArray[np.int64],
    width: int,
) -> Windows:
    """The windows of every pair, from its shared seeds ``hits[bounds[p]:bounds[p + 1]]``."""
    columns = (hits, bounds, pairs, sizes, width)
    out, pair_of = np.empty((0, 4), np.int64), np.empty(0, np.int64)
    count = _lay(*columns, out, pair_of, False)
    out, pair_of = np.empty((count, 4), np.int64), np.empty(count, np.int64)
    _lay(*columns, out, pair_of, True)
    return Windows(pair_of, pairs[pair_of, 0], pairs[pair_of, 1], out)


def whole_windows(
    left: NDArray[np.int64], right: NDArray[np.int64], bounds: NDArray[np.int64]
) -> Windows:
    """One window a pair, as given."""
    return Windows(np.arange(len(left), dtype=np.int64), left, right, bounds)


@inner
def _slot(keys: U64, key: np.uint64) -> int:
    """Where a key stands in an open table whose size is a power of two, or would stand."""
    mask = len(keys) - 1
    slot = np.int64(key * _MULTIPLIER >> _SHIFT) & mask
    while keys[slot] != _NONE and keys[slot] != key:
        slot = (slot + 1) & mask
    return int(slot)


@inner
def _pair_at(words: U32, marks: U8, k: int) -> np.uint64:
    """The word at k and the next as a key; `_NONE` if both are function words."""
    one, other = marks[k] & EVIDENCE, marks[k + 1] & EVIDENCE
    if one % FACT and other % FACT and not (one == other == 2):
        return _NONE
    return np.uint64(words[k]) << _HALF | np.uint64(words[k + 1])


@allocating_kernel
def _index(words: U32, marks: U8) -> tuple[U64, I64]:
    """The first places of all pairs of words of one text in an open table."""
    size = 64
    while size < 3 * len(words):
        size *= 2
    keys, places = np.full(size, _NONE, np.uint64), np.empty(size, np.int64)
    for token in range(len(words) - 1):
        key = _pair_at(words, marks, token)
        if key != _NONE:
            slot = _slot(keys, key)
            if keys[slot] == _NONE:
                keys[slot], places[slot] = key, token
    return keys, places


@inner
def _draw_in(hits: I64, count: int, counts: I64, bounds: I64) -> None:
    """Draw the bounds in to hits (left, right) that have others near their diagonal.

    counts (int64) is zero throughout, and is so again afterwards.
    """
    base = bounds[3]  # no diagonal is less than - base
    for k in range(count):
        counts[1 + (hits[k, 0] - hits[k, 1] + base) // REACH] += 1
    x0 = y0 = np.int64(1 << 62)
    x1 = y1 = np.int64(-1)
    for k in range(count):
        band = 1 + (hits[k, 0] - hits[k, 1] + base) // REACH
        if counts[band - 1] + counts[band] + counts[band + 1] >= TOGETHER:
            x0, x1 = min(x0, hits[k, 0]), max(x1, hits[k, 0] + 2)
            y0, y1 = min(y0, hits[k, 1]), max(y1, hits[k, 1] + 2)
    for k in range(count):
        counts[1 + (hits[k, 0] - hits[k, 1] + base) // REACH] = 0
    if x1 < 0:
        bounds[1], bounds[3] = bounds[0], bounds[2]
        return
    bounds[0], bounds[1] = max(bounds[0], x0 - MARGIN), min(bounds[1], x1 + MARGIN)
    bounds[2], bounds[3] = max(bounds[2], y0 - MARGIN), min(bounds[3], y1 + MARGIN)


@allocating_kernel
def _narrow(
    left: tuple[U32, U8, I64],
    right: tuple[U32, U8, I64],
    rows: I64,
    bounds: I64,
    low: int,
    high: int,
) -> None:
    """Draw in the bounds of windows to where pairs of words of both texts stand together."""
    keys, places, filled = np.empty(0, np.uint64), np.empty(0, np.int64), np.int64(-1)
    hits, counts = np.empty((256, 2), np.int64), np.zeros(256, np.int64)
    for k in range(low, high):
        if rows[k, 0] != filled:
            filled = rows[k, 0]
            first, end = left[2][filled], left[2][filled + 1]
            keys, places = _index(left[0][first:end], left[1][first:end])
        base = right[2][rows[k, 1]]
        begin, stop = bounds[k, 2], bounds[k, 3]
        if len(hits) < stop - begin:
            hits = np.empty((2 * (stop - begin), 2), np.int64)
        if len(counts) < (bounds[k, 1] + stop) // REACH + 4:
            counts = np.zeros(2 * ((bounds[k, 1] + stop) // REACH + 4), np.int64)
        count = 0
        for y in range(begin, stop - 1):
            key = _pair_at(right[0], right[1], base + y)
            if key != _NONE:
                slot = _slot(keys, key)
                if keys[slot] == key:
                    hits[count, 0], hits[count, 1] = places[slot], y
                    count += 1
        _draw_in(hits, count, counts, bounds[k])


def narrow(windows: Windows, left: Words, right: Words) -> Windows:
    """The same windows without the ends that have too little in common for a match.

    Only where `TOGETHER` pairs of words that follow one another stand near one diagonal can there
    be one. Windows must hold whole left texts; some become empty.
    """
    bounds = windows.bounds.copy()
    rows = np.stack((windows.left, windows.right), axis=1)
    texts = ((one.words, one.marks, one.offsets) for one in (left, right))
    columns = (*texts, rows, bounds)
    steps = range(0, len(windows), _TASK)
    spread(lambda low: _narrow(*columns, low, min(low + _TASK, len(windows))), steps)
    return Windows(windows.pair, windows.left, windows.right, bounds)


def shared_seeds(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The seeds that two texts share, by their first places: uint32 (seeds, 4) as `lay_windows` takes."""
    _, places, others = np.intersect1d(left, right, return_indices=True)
    out = np.zeros((len(places), 4), dtype=np.uint32)
    out[:, 1], out[:, 2], out[:, 3] = 1, places, others
    return out[np.argsort(places, kind="stable")]


def refine(windows: Windows, left: Words, right: Words, width: int, most: int) -> Windows:
    """Windows of more than `most` cells become those around the runs that their texts share."""
    sizes = windows.bounds[:, 1::2] - windows.bounds[:, ::2]
    large = sizes[:, 0] * sizes[:, 1] > most
    if not large.any():
        return windows
    pieces = []
    for row in range(len(windows)):
        if not large[row]:
            pieces.append(windows.bounds[row : row + 1])
            continue
        x0, x1, y0, y1 = windows.bounds[row].tolist()
        hits = shared_seeds(
            _seeds(left, int(windows.left[row]), x0, x1, width),
            _seeds(right, int(windows.right[row]), y0, y1, width),
        )
        pair = np.array([[0, 1]], dtype=np.int64)
        whole = np.array([0, len(hits)], dtype=np.int64)
        laid = lay_windows(hits, whole, pair, sizes[row], width)
        pieces.append(laid.bounds + np.array([x0, x0, y0, y0]))
    rows = np.repeat(np.arange(len(windows)), [len(piece) for piece in pieces])
    return Windows(
        windows.pair[rows], windows.left[rows], windows.right[rows], np.concatenate(pieces)
    )


def _seeds(words: Words, row: int, start: int, end: int, width: int) -> NDArray[np.uint64]:
    """Hashes of the runs of `width` tokens of a part of one text."""
    first = words.offsets[row]
    some = words.words[first + start : first + end].astype(np.uint64)
    out = np.empty(len(some), np.uint64)
    return out[: hash_runs(some, width, out)]
