"""Where articles that are alike in what is rare are so: from the first such sentence to the last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import place_behind
from syndetect.candidates.rewritten import ORDERED
from syndetect.jit import F32, I64, U8, U32, allocating_kernel, inner
from syndetect.sketch.features import one, place_of, read_features, slot_of, table_for, two
from syndetect.text.marks import BEGINS, Words


def locate(
    words: Words, base: int, rows: list[int], weights: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Where an article and others are alike: int64 (others, 4).

    Start and end in the base, start and end in the other, in tokens.

    Args:
        words: The articles.
        base: One of them.
        rows: The others.
        weights: float32, weight of each slot of features, see `sketch.weights.weigh`.
    """
    text = _text(words, base)
    return np.array([_locate(text, _text(words, row), weights) for row in rows])


def _text(words: Words, row: int) -> tuple[U32, U8]:
    """Words and marks of one article."""
    low, high = words.offsets[row : row + 2]
    return words.words[low:high], words.marks[low:high]


@inner
def _sentences_of(marks: U8, start: int, end: int) -> tuple[int, int]:
    """A range of tokens, drawn to the ends of its sentences."""
    while start > 0 and not marks[start] & BEGINS:
        start -= 1
    while end < len(marks) and not marks[end] & BEGINS:
        end += 1
    return start, end


@allocating_kernel
def _in_order(here: I64) -> tuple[int, int]:
    """The first and the last of the places that ascend longest: their numbers, -1 if none."""
    tails, ends = np.empty(len(here), np.int64), np.empty(len(here), np.int64)
    before, size = np.empty(len(here), np.int64), 0
    for k in range(len(here)):
        place = place_behind(ends, size, here[k])
        before[k] = tails[place - 1] if place else -1
        tails[place], ends[place] = k, here[k]
        size = max(size, place + 1)
    last = first = tails[size - 1] if size else np.int64(-1)
    while first >= 0 and before[first] >= 0:
        first = before[first]
    return int(first), int(last)


@allocating_kernel
def _locate(base: tuple[U32, U8], other: tuple[U32, U8], weights: F32) -> tuple[int, int, int, int]:
    """The sentences of both texts from the first common rare feature to the last one.

    Of these, only those are looked at that stand in the same order in both; start and end in the
    base, start and end in the other text.
    """
    words = other[0]
    keys = table_for(len(base[0]))
    first = np.empty(len(keys), np.int64)
    read_features(base[0], keys, first)
    here, there = np.empty(2 * len(words), np.int64), np.empty(2 * len(words), np.int64)
    count = 0
    for k in range(len(words)):
        for width in range(2 if k + 1 < len(words) else 1):
            key = two(words[k], words[k + 1]) if width else one(words[k])
            place = place_of(keys, key)
            if keys[place] != 0 and weights[slot_of(key)] >= ORDERED:
                here[count], there[count] = first[place], k
                count += 1
    begin, last = _in_order(here[:count])
    if last < 0:
        return 0, len(base[0]), 0, len(words)
    start, end = _sentences_of(base[1], here[begin], here[last] + 1)
    low, high = _sentences_of(other[1], there[begin], there[last] + 1)
    return start, end, low, high
