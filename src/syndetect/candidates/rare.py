"""Rare features: which articles have them, in tables made by sorting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.runs import by_row
from syndetect.candidates.seeds import Postings
from syndetect.jit import F32, F64, I64, U8, U32, U64, allocating_kernel, kernel
from syndetect.sketch.features import fact, is_too_small, note, one, slot_of, table_for, two
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import EVIDENCE, FACT, Words
from syndetect.threads import spread

RARE = 0.2  # least weight of a feature that may propose a pair
CARRIERS = 100  # articles at most that a feature brings together
MOST = 1 << 26  # features that may propose pairs, in all; of more, some are chosen by their key
CHUNK = 1 << 18  # tokens of a task
_PARTS = np.append(np.arange(64, dtype=np.uint64) << np.uint64(58), np.uint64(2**64 - 1))  # of keys
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


@allocating_kernel
def _list_rare(
    words: U32,
    offsets: I64,
    weights: F32,
    held: tuple[I64, I64, I64],
    thin: int,
    low: int,
    high: int,
    marks: U8,
    norms: F64,
) -> U64:
    """Rare features of the rows `low` to `high`, key and row.

    Of a passage that belongs to a statement only its first articles have features listed. `norms`
    (float64, articles x 2) receives the sum of all squared weights, and that of the weights of facts.
    """
    out = np.empty(1 << 12, np.uint64)
    keys, size = table_for(0), 0
    for row in range(low, high):
        first, end = offsets[row], offsets[row + 1]
        if is_too_small(keys, end - first):
            keys = table_for(end - first)
        keys[:] = 0
        if size + 2 * (end - first) > len(out):
            larger = np.empty(2 * (size + 2 * (end - first)), np.uint64)
            larger[:size] = out[:size]
            out = larger
        total, facts, passage, last = 0.0, 0.0, held[0][row], held[0][row + 1]
        for k in range(first, end):
            while passage < last and first + held[1][passage, 1] <= k:
                passage += 1
            known = passage < last and first + held[1][passage, 0] <= k
            known = known and held[2][held[1][passage, 2]] < row
            if marks[k] & EVIDENCE == FACT and note(keys, fact(words[k])):
                facts += np.float64(weights[slot_of(one(words[k]))])
            for width in range(2 if k + 1 < end else 1):
                key = two(words[k], words[k + 1]) if width else one(words[k])
                if not note(keys, key):
                    continue
                weight = np.float64(weights[slot_of(key)])
                total += weight * weight
                if weight >= RARE and not known and np.int64(key & _LOW) % thin == 0:
                    out[size] = (key >> _HALF) << _HALF | np.uint64(row)
                    size += 1
        norms[row, 0], norms[row, 1] = total, facts
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
    passages = (held.offsets, held.passages, held.firsts)

    def list_(task: tuple[int, int]) -> NDArray[np.uint64]:
        found = _list_rare(
            words.words, words.offsets, weights, passages, thin, *task, words.marks, norms
        )
        return np.sort(found)

    listed = spread(list_, chunks_of(words.offsets, CHUNK))
    cuts = [np.searchsorted(keys, _PARTS) for keys in listed]

    def group(part: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        mine = [keys[cut[part] : cut[part + 1]] for keys, cut in zip(listed, cuts, strict=True)]
        keys = np.concatenate([np.empty(0, np.uint64), *mine])
        keys.sort()
        owners, sizes = np.empty(len(keys), np.uint32), np.empty(len(keys) // 2, np.int64)
        total, count = _group(keys, owners, sizes)
        return owners[:total].copy(), sizes[:count].copy()

    grouped = spread(group, range(len(_PARTS) - 1))
    owners = np.concatenate([part for part, _ in grouped])
    buckets = np.concatenate([np.zeros(1, np.int64), *(sizes for _, sizes in grouped)])
    np.cumsum(buckets, out=buckets)
    starts, features, _ = by_row(Postings(owners, owners, buckets), len(words))
    return owners, buckets, starts, features
