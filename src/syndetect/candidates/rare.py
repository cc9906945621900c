"""Rare features: which articles have them, in tables made by sorting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import parted_by_bits, sorted_by_bits
from syndetect.candidates.runs import by_row
from syndetect.candidates.seeds import Postings
from syndetect.jit import F32, F64, I64, U8, U32, U64, allocating_kernel, inner, kernel
from syndetect.sketch.features import fact, note, one, slot_of, table_for, two
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import EVIDENCE, FACT, Words
from syndetect.threads import spread

RARE = 0.2  # least weight of a feature that may propose a pair
CARRIERS = 100  # articles at most that a feature brings together
MOST = 1 << 26  # features that may propose pairs, in all; of more, some are chosen by their key
CHUNK = 1 << 18  # tokens of a task
_PART_BITS = 6  # keys are grouped by so many of their highest bits
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Held:
    """Which passages of each article belong to which statement.

    Attributes:
        offsets: int64 (articles + 1), article r has the passages ``offsets[r]:offsets[r + 1]``.
        passages: int64 (passages, 3), first token, end, statement; by first token in each article.
        firsts: int64 (statements), the last row of the first articles of each, which stand for it.
    """

    offsets: NDArray[np.int64]
    passages: NDArray[np.int64]
    firsts: NDArray[np.int64]


@inner
def _look_up(words: U32, weights: F32, keys: U64, values: F32) -> None:
    """Key and weight of each word of a text (even places) and of it with the next one (odd places).

    Without anything else in between, the processor looks into many places of the large table at a time.
    """
    for k in range(len(words)):
        keys[2 * k] = one(words[k])
        values[2 * k] = weights[slot_of(keys[2 * k])]
        if k + 1 < len(words):
            keys[2 * k + 1] = two(words[k], words[k + 1])
            values[2 * k + 1] = weights[slot_of(keys[2 * k + 1])]


@allocating_kernel
def _list_rare(
    texts: tuple[U32, U8, I64],
    weights: F32,
    held: tuple[I64, I64, I64],
    thin: int,
    low: int,
    high: int,
    norms: F64,
) -> U64:
    """Rare features of the rows `low` to `high`, key and row.

    Of a passage that belongs to a statement only its first articles have features listed. `norms`
    (float64, articles x 2) receives the sum of all squared weights, and that of the weights of facts.
    """
    words, marks, offsets = texts
    out = np.empty(2 * (offsets[high] - offsets[low]), np.uint64)
    longest = (offsets[low + 1 : high + 1] - offsets[low:high]).max()
    table, keys = table_for(longest), np.empty(2 * longest, np.uint64)
    values, size = np.empty(2 * longest, np.float32), 0
    for row in range(low, high):
        first, end = offsets[row], offsets[row + 1]
        _look_up(words[first:end], weights, keys, values)
        table[:] = 0
        passage, last = held[0][row], held[0][row + 1]
        norms[row] = 0.0
        for k in range(first, end):
            while passage < last and first + held[1][passage, 1] <= k:
                passage += 1
            known = passage < last and first + held[1][passage, 0] <= k
            known = known and held[2][held[1][passage, 2]] < row
            if marks[k] & EVIDENCE == FACT and note(table, fact(words[k])):
                norms[row, 1] += np.float64(values[2 * (k - first)])
            for i in range(2 * (k - first), min(2 * (k - first) + 2, 2 * (end - first) - 1)):
                key, weight = keys[i], np.float64(values[i])
                if not note(table, key):
                    continue
                norms[row, 0] += weight * weight
                if weight >= RARE and not known and np.int64(key & _LOW) % thin == 0:
                    out[size] = (key >> _HALF) << _HALF | np.uint64(row)
                    size += 1
    return out[:size].copy()


@kernel
def _group(keys: U64, owners: U32, sizes: I64) -> tuple[int, int]:
    """Owners of the sorted keys that two to `CARRIERS` articles have; how many, of how many keys."""
    total = count = k = 0
    while k < len(keys):
        end = k + 1
        while end < len(keys) and keys[end] >> _HALF == keys[k] >> _HALF:
            end += 1
        if 1 < end - k <= CARRIERS:
            for i in range(k, end):
                owners[total] = keys[i] & _LOW
                total += 1
            sizes[count] = end - k
            count += 1
        k = end
    return total, count


def post_rare(
    words: Words, weights: NDArray[np.float32], held: Held, norms: NDArray[np.float64]
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
    """Rows by rare feature, where those of each begin; where the features of rows begin, and they.

    `norms` (float64, articles x 2) is filled, see `_list_rare`.
    """
    thin = max(1, 2 * len(words.words) // MOST)
    texts = (words.words, words.marks, words.offsets)
    passages = (held.offsets, held.passages, held.firsts)

    def list_(task: tuple[int, int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        found = _list_rare(texts, weights, passages, thin, *task, norms)
        return parted_by_bits(found, 64 - _PART_BITS, _PART_BITS)

    listed = spread(list_, chunks_of(words.offsets, CHUNK))

    def group(part: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        mine = [keys[bounds[part] : bounds[part + 1]] for keys, bounds in listed]
        keys = np.concatenate([np.empty(0, np.uint64), *mine])  # by row: the tasks ascend
        keys = sorted_by_bits(keys, 32, 32 - _PART_BITS)
        owners, sizes = np.empty(len(keys), np.uint32), np.empty(len(keys) // 2, np.int64)
        total, count = _group(keys, owners, sizes)
        return owners[:total].copy(), sizes[:count].copy()

    grouped = spread(group, range(1 << _PART_BITS))
    owners = np.concatenate([part for part, _ in grouped])
    buckets = np.concatenate([np.zeros(1, np.int64), *(sizes for _, sizes in grouped)])
    np.cumsum(buckets, out=buckets)
    starts, features, _ = by_row(Postings(owners, owners, buckets), len(words))
    return owners, buckets, starts, features
