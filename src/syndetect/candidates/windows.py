"""Windows: the rectangles of two texts' tokens in which shared seeds say to align."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U32, allocating_kernel
from syndetect.sketch.shingles import Shingles

REACH = 64  # tokens by which seeds may stand apart in one window, and by which it is widened
MOST = 64  # windows of one pair; what does not fit widens the last
MOST_CELLS = 1 << 22  # cells of a window; a larger one is cut into tiles along its seeds
TILE = 1024  # left tokens of a tile


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

    def of_pairs(self, kept: NDArray[np.bool_]) -> Windows:
        """The windows of the pairs that are `kept` (bool, one a pair)."""
        rows = kept[self.pair]
        return Windows(self.pair[rows], self.left[rows], self.right[rows], self.bounds[rows])


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


def shared_seeds(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """The seeds that two texts share, by their first places: uint32 (seeds, 4) as `lay_windows` takes."""
    _, places, others = np.intersect1d(left, right, return_indices=True)
    out = np.zeros((len(places), 4), dtype=np.uint32)
    out[:, 1], out[:, 2], out[:, 3] = 1, places, others
    return out[np.argsort(places, kind="stable")]


def refine(windows: Windows, left: Shingles, right: Shingles, width: int, most: int) -> Windows:
    """Windows of more than `most` cells become those around the seeds that their texts share."""
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
            left.of(int(windows.left[row]))[x0:x1], right.of(int(windows.right[row]))[y0:y1]
        )
        pair = np.array([[0, 1]], dtype=np.int64)
        whole = np.array([0, len(hits)], dtype=np.int64)
        laid = lay_windows(hits, whole, pair, sizes[row], width)
        pieces.append(laid.bounds + np.array([x0, x0, y0, y0]))
    rows = np.repeat(np.arange(len(windows)), [len(piece) for piece in pieces])
    return Windows(
        windows.pair[rows], windows.left[rows], windows.right[rows], np.concatenate(pieces)
    )
