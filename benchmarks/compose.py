"""The kernels that write invented articles."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pyarrow as pa

# A written word: its number, then bits for a capital and for what stands around it.
WORD, CAPITAL = (1 << 20) - 1, 1 << 20
STOP, COMMA, BREAK, OPENS, CLOSES = (1 << k for k in range(21, 26))
SUCCESSORS = 6  # words that are likely to follow a word
FOLLOWS = 0.4  # how often one of them does
_BODY, _STATEMENT, _FOOTER, _CHANGE, _RENDER = range(5)  # what a stream of chance is for

_jit = numba.njit(nogil=True, cache=True, error_model="numpy")


@_jit
def _next(state: Any) -> np.uint64:
    """SplitMix64 (Steele, Lea and Flood 2014); advances state (uint64, 1)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@_jit
def _below(state: Any, limit: int) -> int:
    return np.int64((_next(state) >> np.uint64(32)) * np.uint64(limit) >> np.uint64(32))


@_jit
def _chance(state: Any) -> float:
    return np.float64(_next(state) >> np.uint64(11)) / 9007199254740992.0


@_jit
def _begin(state: Any, seed: int, purpose: int, number: int) -> None:
    state[0] = np.uint64(seed) * np.uint64(0xD1342543DE82EF95) + np.uint64(purpose)
    state[0] = _next(state) ^ np.uint64(number)
    _next(state)


@_jit
def _word(state: Any, words: Any, previous: int) -> int:
    """The next word: often one that likes to follow the previous one."""
    if previous >= 0 and _chance(state) < FOLLOWS:
        mixed = np.uint64(previous) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(
            _below(state, SUCCESSORS)
        )
        mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
        return np.int64(words[np.int64(mixed >> np.uint64(44))])
    return np.int64(words[_below(state, len(words))])


@_jit
def _sentences(state: Any, words: Any, length: int, out: Any, size: int) -> int:
    """About `length` words in sentences, appended to out at `size`; the new size."""
    end = size + length
    while size < end:
        rest = min(6 + _below(state, 16) + _below(state, 16), end - size)
        previous = -1
        for k in range(rest):
            previous = _word(state, words, previous)
            out[size] = previous | (CAPITAL if k == 0 else 0)
            if k == rest - 1:
                out[size] |= STOP
                if _below(state, 3) == 0:
                    out[size] |= BREAK
            elif _below(state, 14) == 0:
                out[size] |= COMMA
            size += 1
    return size


@_jit
def _changed(state: Any, words: Any, rate: float, out: Any, first: int, size: int) -> int:
    """Swap, insert or drop words of ``out[first:size]`` at a rate; the new size."""
    if rate == 0:
        return size
    kept = out[first:size].copy()
    size = first
    for value in kept:
        if _chance(state) >= rate:
            out[size] = value
            size += 1
            continue
        what = _below(state, 10)
        if what < 8:
            out[size] = (value & ~WORD) | _word(state, words, -1)
            size += 1
        elif what == 8:
            out[size], out[size + 1] = _word(state, words, -1), value
            size += 2
    return size


@_jit
def _render(
    state: Any, words: Any, statement: Any, kind: int, rate: float, out: Any, size: int
) -> tuple[int, int, int]:
    """One copy of a statement appended to out: the new size, its first and last place."""
    if kind == 1:  # a fragment in a sentence of the article's own
        width = max(12, min(len(statement) // 2, 30))
        begin = 1 + _below(state, max(len(statement) - width - 1, 1))
        size = _sentences(state, words, 6, out, size)
        out[size - 1] = out[size - 1] & ~(STOP | BREAK)
        first = size
        for k in range(begin, min(begin + width, len(statement))):
            out[size] = statement[k]
            size += 1
        last = size
        out[size - 1] = out[size - 1] & ~(STOP | BREAK)
        after = _sentences(state, words, 5, out, size)
        out[size] = out[size] & ~CAPITAL
        return after, first, last
    first = size
    for k in range(len(statement)):
        out[size] = statement[k]
        size += 1
        if kind == 2 and k == len(statement) // 2:  # a quotation parted by an attribution
            inside = _sentences(state, words, 7, out, size)
            out[size - 1] = (out[size - 1] & ~(STOP | BREAK)) | COMMA | CLOSES
            size = inside
            out[size - 1] = (out[size - 1] & ~BREAK) | STOP
    size = _changed(state, words, rate, out, first, size)
    if kind == 2:
        out[first] |= OPENS
        out[size - 1] |= CLOSES
    return size, first, size


@_jit
def _compose(
    seed: int, base: int, length: int, source: int, row: int, rate: float, words: Any, low: int,
    high: int, statements: Any, kinds: Any, swaps: Any, sizes: Any, out: Any, places: Any,
) -> int:  # fmt: skip
    """One article as written words in out, the places of its copies in places; the size."""
    state, other = np.zeros(1, np.uint64), np.zeros(1, np.uint64)
    _begin(state, seed, _BODY, base)
    planted, size, done = high - low, 0, 0
    room = np.empty(400, np.int64)
    for k in range(planted + 1):
        share = (length - done) // (planted - k + 1)
        size, done = _sentences(state, words, max(share, 12), out, size), done + share
        if k < planted:
            _begin(other, seed, _STATEMENT, statements[low + k])
            count = _sentences(other, words, sizes[statements[low + k]], room, 0)
            _begin(other, seed, _RENDER, (low + k) * 7 + 1)
            size, places[low + k, 0], places[low + k, 1] = _render(
                other, words, room[:count], kinds[low + k], swaps[low + k], out, size
            )
    if row != base:
        _begin(other, seed, _CHANGE, row)
        size = _changed(other, words, rate, out, 0, size)
    _begin(other, seed, _FOOTER, source)
    if source % 2 == 0:  # every article of such an outlet ends with the same lines
        size = _sentences(other, words, 20 + _below(other, 40), out, size)
    return size


@_jit
def _spell(stream: Any, data: Any, offsets: Any, spaced: bool, out: Any, marks: Any) -> int:
    """UTF-8 of written words; marks (int64, words x 2) gets the characters of each; the bytes."""
    size, characters = 0, 0
    for k in range(len(stream)):
        value = stream[k]
        if value & OPENS:
            out[size] = 34
            size, characters = size + 1, characters + 1
        marks[k, 0] = characters
        form = 2 * (value & WORD) + (1 if value & CAPITAL else 0)
        for i in range(offsets[form], offsets[form + 1]):
            out[size] = data[i]
            size += 1
            characters += 1 if data[i] & 0xC0 != 0x80 else 0
        marks[k, 1] = characters
        begin = size
        if value & (STOP | COMMA):
            out[size] = 46 if value & STOP else 44
            size += 1
        if value & CLOSES:
            out[size] = 34
            size += 1
        if k + 1 < len(stream):
            if value & BREAK:
                out[size], out[size + 1] = 10, 10
                size += 2
            elif spaced or value & STOP:
                out[size] = 32
                size += 1
        characters += size - begin
    return size


@_jit
def _write_rows(
    low: int, high: int, seed: int, plan: Any, words: Any, data: Any, at: Any, voc: Any, spaced: Any,
    firsts: Any, buffer: Any, ends: Any, spans: Any, capacity: int,
) -> int:  # fmt: skip
    """Articles `low` to `high` into buffer; ends gets where each ends; -1 if it is too small."""
    lengths, sources, scripts, bases, rates, statements, kinds, swaps, sizes = plan
    stream, marks = np.empty(1 << 16, np.int64), np.empty((1 << 16, 2), np.int64)
    size = 0
    for row in range(low, high):
        base, script = bases[row], scripts[row]
        mine = (firsts[base], firsts[base + 1])
        count = _compose(
            seed, base, lengths[row], sources[row], row, rates[row], words, mine[0], mine[1],
            statements, kinds, swaps, sizes, stream, spans,
        )  # fmt: skip
        if size + 24 * count + 64 > capacity:
            return -1
        offsets = voc[at[script] : at[script + 1]]
        size += _spell(stream[:count], data, offsets, spaced[script], buffer[size:], marks)
        ends[row - low] = size
        if row == base:
            for k in range(mine[0], mine[1]):
                spans[k, 2], spans[k, 3] = marks[spans[k, 0], 0], marks[spans[k, 1] - 1, 1]
    return size


def compose_rows(plan: Any, low: int, high: int, lines: Any, words: Any) -> tuple[pa.Array, Any]:
    """The texts of articles `low` to `high` and the characters of their planted copies."""
    moved, starts = [], [0]
    shift = 0
    for line in lines:
        moved.append(line.offsets + shift)
        shift += len(line.data)
        starts.append(starts[-1] + len(line.offsets))
    firsts = np.searchsorted(plan.owners, np.arange(len(plan.bases) + 1))
    spans = np.zeros((len(plan.owners), 4), np.int64)
    capacity = (high - low) * 8000 + 24 * (1 << 16)
    buffer, ends = np.empty(capacity, np.uint8), np.zeros(high - low, np.int64)
    columns = (
        plan.lengths, plan.sources, plan.scripts, plan.bases, plan.rates, plan.statements,
        plan.kinds, plan.swaps, plan.sizes,
    )  # fmt: skip
    size = _write_rows(
        low, high, plan.seed, columns, words, np.concatenate([line.data for line in lines]),
        np.array(starts), np.concatenate(moved), np.array([line.spaced for line in lines]),
        firsts, buffer, ends, spans, capacity,
    )  # fmt: skip
    if size < 0:
        raise MemoryError("the texts are longer than the room that was laid out for them")
    offsets = np.concatenate(([0], ends)).astype(np.int64)
    column = pa.LargeStringArray.from_buffers(
        high - low, pa.py_buffer(offsets), pa.py_buffer(buffer[:size].copy())
    )
    mine = slice(firsts[low], firsts[high])
    return column, spans[mine, 2:].T
