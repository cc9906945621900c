"""Spans: the tokens of a base that become a statement, drawn to the ends of its sentences."""

from __future__ import annotations

import numpy as np

from syndetect.arrays import count_common, distinct_words
from syndetect.jit import I64, U8, U32, allocating_kernel, inner
from syndetect.sketch.features import note, table_for, two
from syndetect.text.marks import BEGINS, MARKS

_LOW = np.uint64(0xFFFFFFFF)
REPEATED = 0.8  # sentences of one article that share so many of their words are one, repeated
RUN = 20  # tokens in a row that a statement has once, though its base has them twice
SNAP = 3  # tokens at the ends of a sentence that a statement takes in though no block holds them


@inner
def _snap(marks: U8, start: int, end: int) -> tuple[int, int]:
    """A run, drawn to the ends of its sentences where little is missing, and no quotation mark."""
    first = start
    while first > 0 and start - first <= SNAP and not marks[first] & BEGINS:
        if marks[first] & MARKS:
            break
        first -= 1
    if start - first > SNAP or not (first == 0 or marks[first] & BEGINS):
        first = start
    last = end
    while last < len(marks) and last - end <= SNAP and not marks[last] & BEGINS:
        if marks[last] & MARKS:
            break
        last += 1
    if last - end > SNAP or not (last == len(marks) or marks[last] & BEGINS):
        last = end
    return first, last


@allocating_kernel
def _is_repeated(words: U32, spans: I64, sizes: I64, count: int, start: int, end: int) -> bool:
    """Whether an earlier one of the first `count` spans has nearly the same words."""
    mine = distinct_words(words[start:end])
    sizes[count] = len(mine)
    for k in range(count):
        if min(len(mine), sizes[k]) < REPEATED * max(len(mine), sizes[k]):
            continue
        common = count_common(mine, distinct_words(words[spans[k, 0] : spans[k, 1]]))
        if common >= REPEATED * (len(mine) + sizes[k] - common):
            return True
    return False


@allocating_kernel
def without_repeats(words: U32, spans: I64) -> I64:
    """The spans of a base (int64, spans x 2) without runs of `RUN` tokens that they have had before."""
    total = (spans[:, 1] - spans[:, 0]).sum()
    if total < 2 * RUN:
        return spans
    seen, dropped = table_for(total), np.zeros(len(words), np.bool_)
    found = False
    for span in spans:
        for end in range(span[0] + RUN, span[1] + 1):
            key = np.uint64(0)
            for k in range(end - RUN, end):
                key = np.uint64(two(words[k], np.uint32(key & _LOW)))
            if not note(seen, key):
                dropped[end - RUN : end] = True
                found = True
    if not found:
        return spans
    out, size = np.empty((total, 2), np.int64), 0
    for span in spans:
        for k in range(span[0], span[1]):
            if not dropped[k]:
                if k == span[0] or dropped[k - 1]:
                    out[size, 0] = k
                    size += 1
                out[size - 1, 1] = k + 1
    return out[:size]


@allocating_kernel
def find_spans(words: U32, marks: U8, starts: I64, ends: I64, gap: int) -> I64:
    """The tokens that passages hold, int64 (spans, 2), ascending.

    Args:
        words: uint32, of the base.
        marks: uint8, of the base.
        starts: int64, first token of each passage.
        ends: int64, their ends.
        gap: Runs in one sentence with fewer tokens than this between them are one.
    """
    held = np.zeros(len(words) + 1, np.bool_)
    for k in range(len(starts)):
        held[starts[k] : ends[k]] = True
    seen, sizes = np.empty((len(starts), 2), np.int64), np.empty(len(starts) + 1, np.int64)
    spans = np.empty((len(starts), 2), np.int64)
    count = size = 0
    token = starts.min()
    while token < len(words):
        if not held[token]:
            token += 1
            continue
        start = token
        while held[token]:
            token += 1
        first, last = _snap(marks, start, token)
        if _is_repeated(words, seen, sizes, count, first, last):
            continue  # the article has the sentence twice, the statement has it once
        seen[count, 0], seen[count, 1] = first, last
        count += 1
        if size and _adjoin(marks, spans[size - 1, 1], first, gap):
            spans[size - 1, 1] = max(last, spans[size - 1, 1])
            continue
        spans[size, 0], spans[size, 1] = first, last
        size += 1
    return spans[:size]


@inner
def _adjoin(marks: U8, end: int, start: int, gap: int) -> bool:
    """Whether runs that end and start there are one: touching, or nearly so in one sentence."""
    if start <= end:
        return True
    if start - end >= gap:
        return False
    begun = False
    for token in range(end, start + 1):
        begun = begun or marks[token] & BEGINS != 0
    return not begun
