"""Rare features: which articles have them, in tables made by sorting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import concatenated, parted_by_bits, sorted_by_bits
from syndetect.candidates.runs import by_row
from syndetect.candidates.seeds import Postings
from syndetect.jit import F32, F64, I64, U8, U32, U64, allocating_kernel, inner, kernel
from syndetect.mapped import empty
from syndetect.sketch.features import fact, note, one, slot_of, table_for, two
from syndetect.sketch.weights import weigh
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.marks import EVIDENCE, FACT, Words
from syndetect.threads import Pause, spread

RARE = 0.2  # least weight of a feature that may propose a pair
CARRIERS = 100  # articles at most that a feature brings together
MOST = 1 << 26  # features that may propose pairs, in all; of more, some are chosen by their key
CHUNK = 1 << 18  # tokens of a task
_STEP = 1 << 16  # and of one that is done beside others
ONE, TWO = np.uint8(1), np.uint8(2)
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


@dataclass(frozen=True, slots=True)
class Rarity:
    """How rare the features of articles are.

    Attributes:
        weights: float32, weight of each slot of features, see `sketch.weights.weigh`.
        proposing: uint8 (tokens), whether the word (`ONE`), and it with the next (`TWO`), may propose
            pairs; of a feature that a text has twice, the first alone.
        norms: float64 (articles, 2), the sum of all squared weights, and that of the weights of facts.
    """

    weights: NDArray[np.float32]
    proposing: NDArray[np.uint8]
    norms: NDArray[np.float64]

    @classmethod
    def of(cls, corpus: Corpus, words: Words, pause: Pause) -> Rarity:
        """That of some articles; it calls `pause` between its steps, see `threads.beside`."""
        weights = weigh(corpus, words, pause)
        thin = max(1, 2 * len(words.words) // MOST)
        proposing = empty(len(words.words), np.uint8)
        norms = np.empty((len(words), 2), np.float64)
        texts = (words.words, words.marks, words.offsets)

        def find(task: tuple[int, int]) -> None:
            pause()
            _find_rare(texts, weights, thin, *task, proposing, norms)

        tasks, done = chunks_of(words.offsets, _STEP), 0
        while done < len(tasks) and pause():
            find(tasks[done])
            done += 1
        spread(find, tasks[done:])
        return cls(weights, proposing, norms)


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
def _find_rare(
    texts: tuple[U32, U8, I64],
    weights: F32,
    thin: int,
    low: int,
    high: int,
    proposing: U8,
    norms: F64,
) -> None:
    """What `Rarity` tells of the rows `low` to `high`."""
    words, marks, offsets = texts
    longest = (offsets[low + 1 : high + 1] - offsets[low:high]).max()
    table, keys = table_for(longest), np.empty(2 * longest, np.uint64)
    values = np.empty(2 * longest, np.float32)
    for row in range(low, high):
        first, end = offsets[row], offsets[row + 1]
        _look_up(words[first:end], weights, keys, values)
        table[:] = 0
        norms[row] = 0.0
        for k in range(first, end):
            if marks[k] & EVIDENCE == FACT and note(table, fact(words[k])):
                norms[row, 1] += np.float64(values[2 * (k - first)])
            proposing[k] = 0
            for i in range(2 * (k - first), min(2 * (k - first) + 2, 2 * (end - first) - 1)):
                key, weight = keys[i], np.float64(values[i])
                if not note(table, key):
                    continue
                norms[row, 0] += weight * weight
                if weight >= RARE and np.int64(key & _LOW) % thin == 0:
                    proposing[k] |= TWO if i & 1 else ONE


@allocating_kernel
def _list_rare(texts: tuple[U32, U8, I64], held: tuple[I64, I64, I64], low: int, high: int) -> U64:
    """Features of the rows `low` to `high` that may propose pairs, key and row.

    Of a passage that belongs to a statement only its first articles have features listed.
    """
    words, proposing, offsets = texts
    out, size = np.empty(2 * (offsets[high] - offsets[low]), np.uint64), 0
    for row in range(low, high):
        first, end = offsets[row], offsets[row + 1]
        passage, last = held[0][row], held[0][row + 1]
        for k in range(first, end):
            if proposing[k] == 0:
                continue
            while passage < last and first + held[1][passage, 1] <= k:
                passage += 1
            known = passage < last and first + held[1][passage, 0] <= k
            if known and held[2][held[1][passage, 2]] < row:
                continue
            if proposing[k] & ONE:
                out[size] = one(words[k]) >> _HALF << _HALF | np.uint64(row)
                size += 1
            if proposing[k] & TWO:
                out[size] = two(words[k], words[k + 1]) >> _HALF << _HALF | np.uint64(row)
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
    words: Words, proposing: NDArray[np.uint8], held: Held
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64], NDArray[np.uint32]]:
    """Rows by rare feature, where those of each begin; where the features of rows begin, and they.

    Args:
        words: The articles.
        proposing: Of `Rarity`.
        held: The passages that belong to statements.
    """
    texts = (words.words, proposing, words.offsets)
    passages = (held.offsets, held.passages, held.firsts)

    def list_(task: tuple[int, int]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        found = _list_rare(texts, passages, *task)
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
    owners = concatenated([part for part, _ in grouped])
    buckets = np.concatenate([np.zeros(1, np.int64), *(sizes for _, sizes in grouped)])
    np.cumsum(buckets, out=buckets)
    starts, features, _ = by_row(Postings(owners, owners, buckets), len(words))
    return owners, buckets, starts, features
