"""What is done with arrays beside the work of kernels: sort them, let them grow, copy them, lay ranges out.

numba's own sorting takes seconds to compile for every kind of key.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I64, U32, U64, allocating_kernel, inner, kernel
from syndetect.mapped import empty
from syndetect.threads import spread

_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_DIGIT = 11  # bits at most that are sorted by at a time: their counts stay in the nearest cache
_COPIED = 1 << 23  # bytes of a task of copying


@inner
def _merge(keys: I64, order: I64, low: int, middle: int, high: int, out: I64) -> None:
    """Merge two runs of places whose keys ascend; of equal keys the earlier place comes first."""
    i, k = low, middle
    for place in range(low, high):
        if k >= high or (i < middle and keys[order[i]] <= keys[order[k]]):
            out[place] = order[i]
            i += 1
        else:
            out[place] = order[k]
            k += 1


@allocating_kernel
def sorted_order(keys: I64) -> I64:
    """The places of keys (int64) in ascending order, int64; equal ones keep their order."""
    count = len(keys)
    order, other = np.empty(count, np.int64), np.empty(count, np.int64)
    for low in range(0, count, 8):  # short runs by insertion
        for k in range(low, min(low + 8, count)):
            i = k
            while i > low and keys[order[i - 1]] > keys[k]:
                order[i] = order[i - 1]
                i -= 1
            order[i] = k
    step = 8
    while step < count:
        for low in range(0, count, 2 * step):
            middle, high = min(low + step, count), min(low + 2 * step, count)
            _merge(keys, order, low, middle, high, other)
        order, other = other, order
        step *= 2
    return order


@kernel
def _sort_by_digits(keys: U64, room: U64, low: int, width: int, ends: I64) -> None:
    """Sort by digits of `width` bits, from the bit `low` on, as many as `ends` has rows.

    The result is in `room` if they are odd in number; each row of `ends` then says where the keys of each
    of its digits end.
    """
    mask = np.uint64((1 << width) - 1)
    ends[:] = 0
    for key in keys:
        rest = key >> np.uint64(low)
        for digit in range(len(ends)):
            ends[digit, rest & mask] += 1
            rest >>= np.uint64(width)
    for digit in range(len(ends)):
        total = np.int64(0)
        for value in range(1 << width):
            count = ends[digit, value]
            ends[digit, value] = total
            total += count
        shift = np.uint64(low + digit * width)
        for key in keys:
            own = key >> shift & mask
            room[ends[digit, own]] = key
            ends[digit, own] += 1
        keys, room = room, keys


def parted_by_bits(
    keys: NDArray[np.uint64], low: int, bits: int
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Keys in the order of some few of their bits, from `low` on, and where those of each value begin.

    Keys with the same bits keep their order.

    Returns:
        uint64 (keys), and int64 (2**bits + 1).
    """
    out, ends = np.empty_like(keys), np.empty((1, 1 << bits), np.int64)
    _sort_by_digits(keys, out, low, bits, ends)
    return out, np.append(0, ends[0])


def sorted_by_bits(keys: NDArray[np.uint64], low: int, bits: int) -> NDArray[np.uint64]:
    """Keys in the order of some of their bits, from `low` on; those with the same bits keep theirs.

    What is in `keys` is lost. Sorting by digits takes a sixth of the time of comparing.
    """
    if len(keys) < 2:
        return keys
    digits = -(-bits // _DIGIT)
    width = -(-bits // digits)
    room, ends = np.empty_like(keys), np.empty((digits, 1 << width), np.int64)
    _sort_by_digits(keys, room, low, width, ends)
    return room if digits % 2 else keys


def order_of(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """The places of rows in ascending order of whole numbers from 0 to 2**32 - 1, the last column first.

    As `numpy.lexsort`, by digits: int64 (rows).
    """
    order = np.arange(len(columns[0]), dtype=np.uint64)
    for column in columns:
        keys = column[order.astype(np.int64)].astype(np.uint64) << _HALF | order
        order = sorted_by_bits(keys, 32, max(int(column.max(initial=0)).bit_length(), 1)) & _LOW
    return order.astype(np.int64)


@allocating_kernel
def distinct_words(words: U32) -> U32:
    """The different words (uint32), ascending."""
    keys = words.astype(np.int64)
    order = sorted_order(keys)
    out = np.empty(len(words), np.uint32)
    count = 0
    for k in range(len(order)):
        if k == 0 or keys[order[k]] != keys[order[k - 1]]:
            out[count] = words[order[k]]
            count += 1
    return out[:count]


@inner
def count_common(one: U32, other: U32) -> int:
    """Elements that two ascending arrays share, each as often as both have it."""
    i = k = count = 0
    while i < len(one) and k < len(other):
        a, b = one[i], other[k]
        count += a == b
        i += a <= b
        k += b <= a
    return count


@inner
def place_behind(values: I64, size: int, value: int) -> int:
    """The place behind all of the first `size` ascending values that are not greater than one."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if values[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


def concatenated(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Arrays of one kind, of which there is at least one, end to end, where `mapped.empty` puts them.

    They are copied in threads: new memory is cleared by the system when it is first written to.
    """
    ends = list(accumulate(map(len, arrays)))
    out = empty((ends[-1], *arrays[0].shape[1:]), arrays[0].dtype)
    step = max(_COPIED // max(out[:1].nbytes, 1), 1)
    if ends[-1] <= step:
        return np.concatenate(arrays, out=out)

    def copy(low: int) -> None:
        high = min(low + step, ends[-1])
        first, last = bisect_right(ends, low), bisect_left(ends, high)
        some = list(arrays[first : last + 1])
        some[-1] = some[-1][: high - (ends[last] - len(some[-1]))]
        some[0] = some[0][low - (ends[first] - len(arrays[first])) :]
        np.concatenate(some, out=out[low:high])

    spread(copy, range(0, ends[-1], step))
    return out


def picked(array: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[Any]:
    """Some rows of an array, where `mapped.empty` puts them."""
    out = empty((len(rows), *array.shape[1:]), array.dtype)
    step = max(_COPIED // max(array[:1].nbytes, 1), 1)

    def pick(low: int) -> None:
        some = slice(low, low + step)
        np.take(array, rows[some], axis=0, out=out[some], mode="clip")

    spread(pick, range(0, len(rows), step))
    return out


@allocating_kernel
def grown(rows: I64, size: int, more: int) -> I64:
    """The rows (int64, rows x columns), with room for `more` behind the first `size`."""
    if size + more <= len(rows):
        return rows
    larger = np.empty((2 * (size + more), rows.shape[1]), np.int64)
    larger[:size] = rows[:size]
    return larger


@allocating_kernel
def appended(rows: I64, size: int, more: I64) -> I64:
    """The rows with others behind the first `size` of them."""
    rows = grown(rows, size, np.int64(len(more)))
    rows[size : size + len(more)] = more
    return rows


def laid_end_to_end(
    starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places of ranges, one range behind the other, and where each begins among them.

    Args:
        starts: int64 (ranges), first place of each.
        sizes: int64 (ranges), how many places each has.

    Returns:
        int64 (places), and int64 (ranges + 1).
    """
    bounds = np.concatenate(([0], np.cumsum(sizes)))
    return np.repeat(starts - bounds[:-1], sizes) + np.arange(bounds[-1]), bounds
