"""Runs: the words that an article shares with others, seed after seed on one diagonal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.seeds import Postings
from syndetect.jit import I64, U32, inner, kernel
from syndetect.threads import spread

_GROUP_BITS = 8  # rows are grouped by so many of their highest bits
LEFT, X, Y, N = range(4)  # columns of a run: the other article, first tokens in both, how many
_HASH, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(20)

# Owners, places, buckets, hubs; of rows: seeds, offsets.
Seeds = tuple[U32, U32, I64, I64, U32, I64]


@kernel
def bring_hubs(owners: U32, places: U32, buckets: I64, ranks: I64, hubs: int, out: I64) -> None:
    """Put the postings of the best ranked articles first in each bucket; out gets their end."""
    for seed in range(len(buckets) - 1):
        low, high = buckets[seed], buckets[seed + 1]
        out[seed] = high
        carriers = 0
        for k in range(low, high):
            carriers += k == low or owners[k] != owners[k - 1]
        if carriers <= hubs + 1:
            continue
        worst = np.int64(-1)  # the rank of the last hub
        for _ in range(hubs):
            following = np.int64(1 << 62)
            for k in range(low, high):
                rank = ranks[owners[k]]
                if worst < rank < following:
                    following = rank
            worst = following
        end = low
        for k in range(low, high):
            if ranks[owners[k]] <= worst:
                owners[k], owners[end] = owners[end], owners[k]
                places[k], places[end] = places[end], places[k]
                end += 1
        out[seed] = end


@kernel
def _count_rows(owners: U32, shift: int, counts: I64) -> None:
    """How many postings the rows of each group have (rows whose number shifted is the same)."""
    for k in range(len(owners)):
        counts[owners[k] >> shift] += 1


@kernel
def _part_by_row(postings: tuple[U32, U32, I64], shift: int, ends: I64, out: U32) -> None:
    """Owners, places and seeds into the columns of out, grouped by rows; ends moves along."""
    owners, places, buckets = postings
    for seed in range(len(buckets) - 1):
        for k in range(buckets[seed], buckets[seed + 1]):
            group = owners[k] >> shift
            place = ends[group]
            out[0, place], out[1, place], out[2, place] = owners[k], places[k], seed
            ends[group] += 1


@kernel
def _fill_rows(parted: U32, ends: I64, seeds: U32, at: U32) -> None:
    """The seeds of each row and where they stand; ends moves from start to end of each row."""
    for k in range(parted.shape[1]):
        row = parted[0, k]
        at[ends[row]], seeds[ends[row]] = parted[1, k], parted[2, k]
        ends[row] += 1


@inner
def _slot(keys: I64, key: int) -> int:
    """Where a key stands in an open table of a size that is a power of two, or would stand."""
    mask = len(keys) - 1
    slot = np.int64(np.uint64(key) * _HASH >> _SHIFT) & mask
    while keys[slot] != -1 and keys[slot] != key:
        slot = (slot + 1) & mask
    return int(slot)


@inner
def find_runs(
    row: int, order: I64, ranks: I64, seeds: Seeds, width: int, table: tuple[I64, I64], runs: I64
) -> int:
    """Runs that a row shares with better ranked ones, into runs (int64, runs x 4); how many.

    `order` holds its places and seeds by place, `table` an empty table, which is left so. In the
    table, a run stands under its left article and its diagonal; a later one there takes its place.
    """
    owners, places, buckets, hubs, _, _ = seeds
    keys, numbers = table
    count = 0
    for k in range(len(order)):
        place, seed = order[k] >> 32, order[k] & 0xFFFFFFFF
        for hub in range(buckets[seed], hubs[seed]):
            left = np.int64(owners[hub])
            if ranks[left] >= ranks[row]:
                continue
            key = left << 32 | (np.int64(places[hub]) - place + (1 << 31))
            slot = _slot(keys, key)
            if keys[slot] == key:
                run = runs[numbers[slot]]
                if place <= run[Y] + run[N]:
                    run[N] = place + width - run[Y]
                    continue
            keys[slot], numbers[slot] = key, count
            runs[count, LEFT], runs[count, X] = left, places[hub]
            runs[count, Y], runs[count, N] = place, width
            count += 1
    for k in range(count):
        key = runs[k, LEFT] << 32 | (runs[k, X] - runs[k, Y] + (1 << 31))
        numbers[k] = _slot(keys, key)
    for k in range(count):
        keys[numbers[k]] = -1
    return count


def by_row(
    postings: Postings, rows: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32]]:
    """Where the seeds of each row begin, int64 (rows + 1); which they are; where they stand.

    Postings are grouped by ranges of rows first, so that no write is far from the one before.
    """
    offsets = np.zeros(rows + 1, np.int64)
    _count_rows(postings.owners, 0, offsets[1:])
    np.cumsum(offsets, out=offsets)
    total = int(offsets[-1])
    shift = max(int(rows).bit_length() - _GROUP_BITS, 0)
    starts = offsets[np.minimum(np.arange((rows >> shift) + 2) << shift, rows)]
    parted = np.empty((3, total), np.uint32)
    columns = (postings.owners, postings.places, postings.buckets)
    _part_by_row(columns, shift, starts[:-1].copy(), parted)
    seeds, at, ends = np.empty(total, np.uint32), np.empty(total, np.uint32), offsets[:-1].copy()
    spread(
        lambda group: _fill_rows(parted[:, starts[group] : starts[group + 1]], ends, seeds, at),
        range(len(starts) - 1),
    )
    return offsets, seeds, at
