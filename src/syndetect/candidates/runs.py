"""Runs: the words that an article shares with others, seed after seed on one diagonal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.seeds import Postings
from syndetect.jit import I64, U32, U64, inner, kernel
from syndetect.mapped import empty
from syndetect.text.corpus import chunks_of
from syndetect.threads import spread

COUNT_BITS = 16  # bits that say how many hubs a seed has
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_CHUNK = 1 << 20  # postings of a task
_GROUP_BITS = 8  # rows are grouped by so many of their highest bits
LEFT, X, Y, N = range(4)  # columns of a run: the other article, first tokens in both, how many
_HASH, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(20)

# Lists and hubs as `list_hubs` makes them, the row of each rank; of rows: seeds, offsets.
Seeds = tuple[I64, U64, I64, U32, I64]


@kernel
def list_hubs(
    owners: U32, places: U32, buckets: I64, ranks: I64, hubs: int, lists: I64, out: U64
) -> int:
    """Of each seed the postings of its best ranked articles, as ranks and places; how many.

    Args:
        owners: As in `Postings`.
        places: The same.
        buckets: The same.
        ranks: int64 (articles).
        hubs: How many articles a seed is followed from, unless it has at most one more.
        lists: int64 (seeds), receives where the list of each begins in `out`, and, in the lowest
            `COUNT_BITS`, how long it is.
        out: uint64 (postings), receives a rank and, in the lower half, a place.
    """
    size = np.int64(0)
    for seed in range(len(buckets) - 1):
        low, high, begin = buckets[seed], buckets[seed + 1], size
        carriers = 0
        for k in range(low, high):
            carriers += k == low or owners[k] != owners[k - 1]
        worst = np.int64(1 << 62)  # the rank of the last hub
        if carriers > hubs + 1:
            worst = np.int64(-1)
            for _ in range(hubs):
                following = np.int64(1 << 62)
                for k in range(low, high):
                    rank = ranks[owners[k]]
                    if worst < rank < following:
                        following = rank
                worst = following
        for k in range(low, high):
            rank = ranks[owners[k]]
            if rank <= worst:
                out[size] = np.uint64(rank) << _HALF | np.uint64(places[k])
                size += 1
        lists[seed] = begin << COUNT_BITS | (size - begin)
    return int(size)


@kernel
def _count_rows(owners: U32, shift: int, counts: I64) -> None:
    """How many postings the rows of each group have (rows whose number shifted is the same)."""
    for k in range(len(owners)):
        counts[owners[k] >> shift] += 1


@kernel
def _part_by_row(
    postings: tuple[U32, U32, I64], low: int, high: int, shift: int, ends: I64, out: U32
) -> None:
    """Owners, places and seeds of the seeds `low` to `high` into the columns of out, grouped by rows.

    `ends` (int64, groups) moves along.
    """
    owners, places, buckets = postings
    for seed in range(low, high):
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
    rank: int, order: I64, seeds: Seeds, width: int, table: tuple[I64, I64], runs: I64
) -> int:
    """Runs that a row shares with better ranked ones, into runs (int64, runs x 4); how many.

    `order` holds its places and seeds by place, `table` an empty table, which is left so. In the
    table, a run stands under its left article and its diagonal; a later one there takes its place.
    """
    lists, hubs, rows, _, _ = seeds
    keys, numbers = table
    count = 0
    for k in range(len(order)):
        place, seed = order[k] >> 32, order[k] & 0xFFFFFFFF
        first, size = lists[seed] >> COUNT_BITS, lists[seed] & (1 << COUNT_BITS) - 1
        for hub in range(first, first + size):
            left, x = np.int64(hubs[hub] >> _HALF), np.int64(hubs[hub] & _LOW)
            if left >= rank:
                continue
            key = left << 32 | (x - place + (1 << 31))
            slot = _slot(keys, key)
            if keys[slot] == key:
                run = runs[numbers[slot]]
                if place <= run[Y] + run[N]:
                    run[N] = place + width - run[Y]
                    continue
            keys[slot], numbers[slot] = key, count
            runs[count, LEFT], runs[count, X] = left, x
            runs[count, Y], runs[count, N] = place, width
            count += 1
    for k in range(count):
        key = runs[k, LEFT] << 32 | (runs[k, X] - runs[k, Y] + (1 << 31))
        numbers[k] = _slot(keys, key)
    for k in range(count):
        keys[numbers[k]] = -1
        runs[k, LEFT] = rows[runs[k, LEFT]]
    return count


def by_row(
    postings: Postings, rows: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32]]:
    """Where the seeds of each row begin, int64 (rows + 1); which they are; where they stand.

    Postings are grouped by ranges of rows first, so that no write is far from the one before.
    """
    owners, buckets = postings.owners, postings.buckets
    shift = max(int(rows).bit_length() - _GROUP_BITS, 0)
    groups, tasks = (rows >> shift) + 1, chunks_of(buckets, _CHUNK)
    counts = np.zeros((len(tasks), groups), np.int64)
    spread(
        lambda k: _count_rows(
            owners[buckets[tasks[k][0]] : buckets[tasks[k][1]]], shift, counts[k]
        ),
        range(len(tasks)),
    )
    starts = np.concatenate(([0], np.cumsum(counts.sum(axis=0))))
    ends = starts[:-1] + np.cumsum(counts, axis=0) - counts
    parted = empty((3, len(owners)), np.uint32)
    columns = (owners, postings.places, buckets)
    spread(lambda k: _part_by_row(columns, *tasks[k], shift, ends[k], parted), range(len(tasks)))
    offsets = np.zeros(rows + 1, np.int64)
    spread(
        lambda group: _count_rows(parted[0, starts[group] : starts[group + 1]], 0, offsets[1:]),
        range(groups),
    )
    np.cumsum(offsets, out=offsets)
    seeds, at = empty(len(owners), np.uint32), empty(len(owners), np.uint32)
    following = offsets[:-1].copy()
    spread(
        lambda group: _fill_rows(
            parted[:, starts[group] : starts[group + 1]], following, seeds, at
        ),
        range(groups),
    )
    return offsets, seeds, at
