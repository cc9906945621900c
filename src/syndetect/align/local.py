"""Local alignment of tokens: Smith-Waterman, several passages a window.

Smith and Waterman, Identification of common molecular subsequences, 1981. In each window the
best alignment is taken, its tokens are set aside, and the next best is sought among the rest,
until none reaches the least score. A gap costs a penalty a word, or, when that is less, a jump
and little more a word (two-piece gap costs as in Li, Minimap2, 2018), so that an attribution of
any length does not part a sentence; what stands in such a gap is not set aside, since it may be
a sentence that was moved. Scores are whole hundredths of a content word, so that
they are the same on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.cells import (
    BOTH,
    INSERT,
    INSERT_ON,
    LANES,
    LEFT,
    OMIT,
    OMIT_ON,
    RIGHT,
    STEP,
    STOP,
    fill_cells,
)
from syndetect.arrays import concatenated
from syndetect.candidates.costs import JUMP, SLIP
from syndetect.candidates.windows import Windows
from syndetect.jit import I32, I64, U8, U32, inner, kernel
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import EVIDENCE, Words
from syndetect.threads import spread

Costs = tuple[np.int32, np.int32, np.int32]  # a penalty, a jump, a slip
Side = tuple[I32, I32, I32, I64]  # of one text: words, weights, open, places
Room = tuple[Side, Side, tuple[I32, I32, I32, I32, I32, I32, I32], I64, U8, I64]
_CHUNK = 1 << 22  # cells of a task


@dataclass(frozen=True, slots=True)
class Alignments:
    """Aligned passages as runs of equal tokens.

    Attributes:
        window: int64 (alignments), the window each was found in.
        scores: int64 (alignments), in hundredths of a content word.
        runs: int64 (runs, 3), first token of the left text, the equal one of the right text, and how
            many tokens follow one another in both; all ascend in an alignment.
        offsets: int64 (alignments + 1), alignment k has the runs ``offsets[k]`` to ``offsets[k + 1]``.
    """

    window: NDArray[np.int64]
    scores: NDArray[np.int64]
    runs: NDArray[np.int64]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.window)


@inner
def _reverse(side: Side, size: int, words: I32, opened: I32) -> None:
    """Words and whether they are open, from the last token to the first."""
    for k in range(size):
        words[k], opened[k] = side[0][size - 1 - k], side[2][size - 1 - k]


@inner
def _fill(
    left: Side, n: int, right: Side, m: int, costs: Costs, room: Room
) -> tuple[int, int, int]:
    """Scores of all cells with steps in the trace; the best, and the first row that has it.

    Anti-diagonal d has the cells (i, d - i); its steps stand at ``bases[d]``, those of small i
    first.
    """
    _, _, (older, old, new, omitted, inserted, y_words, y_open), bases, trace, _ = room
    older[: n + LANES + 1], old[: n + LANES + 1], new[: n + LANES + 1] = 0, 0, 0
    omitted[: m + LANES], inserted[: n + LANES] = -costs[1], -costs[1]
    _reverse(right, m, y_words, y_open)
    best, best_i, best_j, base = 0, 0, 0, 0
    for d in range(n + m - 1):
        low, high = max(0, d - m + 1), min(n, d + 1)
        bases[d] = base
        highest = 0
        for i in range(low, high, LANES):
            at = (i, i + m - 1 - d, base + i - low, high - i)
            x, y = (left[0], left[1], left[2]), (y_words, y_open)
            found = fill_cells(x, y, (older, old, new), (omitted, inserted), trace, at, costs)
            highest = max(highest, int(found))
        base += high - low
        if highest > 0 and highest >= best:
            i = low
            while new[i + 1] != highest:
                i += 1
            if highest > best or i < best_i:
                best, best_i, best_j = highest, i, d - i
        older, old, new = old, new, older
    return best, best_i, best_j


@inner
def _follow_back(
    left: Side,
    right: Side,
    m: int,
    bases: I64,
    trace: U8,
    i: int,
    j: int,
    links: I64,
) -> int:
    """Links of the alignment that ends at (i, j), descending; sets aside all but long gaps."""
    count = 0
    while i >= 0 and j >= 0:
        step = trace[bases[i + j] + i - max(0, i + j - m + 1)] & STEP
        if step == STOP:
            break
        if step == OMIT:
            while trace[bases[i + j] + i - max(0, i + j - m + 1)] & OMIT_ON:
                i -= 1
            i -= 1
            continue
        if step == INSERT:
            while trace[bases[i + j] + i - max(0, i + j - m + 1)] & INSERT_ON:
                j -= 1
            j -= 1
            continue
        if step == BOTH and left[0][i] == right[0][j]:
            links[count, 0], links[count, 1] = i, j
            count += 1
        if step == BOTH or step == LEFT:
            left[2][i] = 0
            i -= 1
        if step == BOTH or step == RIGHT:
            right[2][j] = 0
            j -= 1
    return count


@inner
def _squeeze(side: Side, size: int) -> int:
    """Drop tokens set aside but for the first of each run, which stays as a bar; the new size."""
    words, weights, opened, places = side
    kept = 0
    for k in range(size):
        if opened[k] or kept == 0 or opened[kept - 1]:
            words[kept], weights[kept] = words[k], weights[k]
            opened[kept], places[kept] = opened[k], places[k]
            kept += 1
    return kept


@inner
def _open(words: U32, marks: U8, table: I32, first: int, side: Side) -> None:
    """Lay out a window of one text; `first` is the place of its first token."""
    for k in range(len(words)):
        side[0][k], side[1][k] = np.int32(words[k]), table[marks[k] & EVIDENCE]
        side[2][k], side[3][k] = -1, first + k


@inner
def _join_links(links: I64, left: I64, right: I64, runs: I64) -> int:
    """Descending links as ascending runs in the texts' own places; how many runs."""
    size = 0
    for k in range(len(links) - 1, -1, -1):
        x, y = left[links[k, 0]], right[links[k, 1]]
        run = runs[max(size - 1, 0)]
        if size and x == run[0] + run[2] and y == run[1] + run[2]:
            run[2] += 1
            continue
        runs[size, 0], runs[size, 1], runs[size, 2] = x, y, 1
        size += 1
    return size


@inner
def _align_window(
    n: int, m: int, costs: Costs, least: int, window: int, room: Room, found: I64, runs: I64
) -> tuple[int, int]:
    """All alignments of one window; rows (window, score, runs) to found; how many of both."""
    left, right, _, bases, trace, links = room
    alignments = total = 0
    while n and m and alignments < len(found):
        score, i, j = _fill(left, n, right, m, costs, room)
        if score < least:
            break
        linked = _follow_back(left, right, m, bases, trace, i, j, links)
        count = _join_links(links[:linked], left[3], right[3], runs[total:])
        total += count
        found[alignments, 0], found[alignments, 1], found[alignments, 2] = window, score, count
        alignments += 1
        n, m = _squeeze(left, n), _squeeze(right, m)
    return alignments, total


@kernel
def _align_windows(
    left: tuple[U32, U8],
    right: tuple[U32, U8],
    starts: I64,
    table: I32,
    bounds: I64,
    low: int,
    high: int,
    costs: Costs,
    least: I64,
    room: Room,
    found: I64,
    runs: I64,
) -> tuple[int, int]:
    """The alignments of windows `low` to `high`, whose texts begin at the tokens `starts`."""
    alignments = total = 0
    for window in range(low, high):
        x0, x1 = bounds[window, 0], bounds[window, 1]
        y0, y1 = bounds[window, 2], bounds[window, 3]
        x, y = starts[window, 0], starts[window, 1]
        _open(left[0][x + x0 : x + x1], left[1][x + x0 : x + x1], table, x0, room[0])
        _open(right[0][y + y0 : y + y1], right[1][y + y0 : y + y1], table, y0, room[1])
        size = min(x1 - x0, y1 - y0)
        more, joined = _align_window(
            x1 - x0,
            y1 - y0,
            costs,
            least[window],
            window,
            room,
            found[alignments : alignments + size],
            runs[total:],
        )
        alignments, total = alignments + more, total + joined
    return alignments, total


def _side(size: int) -> tuple[Any, ...]:
    """Room for one text of a window."""
    words = (np.zeros(size + LANES, np.int32) for _ in range(3))
    return *words, np.empty(size, np.int64)


def _room_for(n: int, m: int, cells: int) -> tuple[Any, ...]:
    """Room for windows of up to n times m tokens."""
    lines = (n + 1, n + 1, n + 1, m, n, m, m)  # as `_fill` takes them
    return (
        _side(n),
        _side(m),
        tuple(np.zeros(size + LANES, np.int32) for size in lines),
        np.empty(n + m, np.int64),
        np.empty(cells + LANES, np.uint8),
        np.empty((min(n, m), 2), np.int64),
    )


def align(
    left: Words,
    right: Words,
    table: NDArray[np.int32],
    windows: Windows,
    penalty: int,
    least: NDArray[np.int64],
) -> Alignments:
    """Align the texts in their windows.

    Args:
        left: The left texts.
        right: The right texts.
        table: int32 (4), evidence by mark, hundredths.
        windows: Where.
        penalty: Cost of a token swapped, inserted or dropped, hundredths.
        least: int64 (windows), least score of an alignment, hundredths.
    """
    sizes = windows.bounds[:, 1::2] - windows.bounds[:, ::2]
    cells = sizes[:, 0] * sizes[:, 1]
    starts = np.stack((left.offsets[windows.left], right.offsets[windows.right]), axis=1)
    costs = (np.int32(penalty), np.int32(JUMP * penalty), np.int32(max(penalty // SLIP, 1)))
    texts = (left.words, left.marks), (right.words, right.marks)

    def align_rows(rows: tuple[int, int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        some = slice(*rows)
        total = int(sizes[some].min(axis=1, initial=1 << 62).sum())
        found, runs = np.empty((total, 3), np.int64), np.empty((total, 3), np.int64)
        n, m = sizes[some].max(axis=0).tolist()
        room = _room_for(n, m, int(cells[some].max()))
        alignments, joined = _align_windows(
            *texts, starts, table, windows.bounds, *rows, costs, least, room, found, runs
        )
        return found[:alignments].copy(), runs[:joined].copy()

    tasks = chunks_of(np.concatenate(([0], np.cumsum(cells))), _CHUNK)
    pieces = spread(align_rows, tasks)
    none = np.empty((0, 3), np.int64)
    found = concatenated([none, *(piece for piece, _ in pieces)])
    runs = concatenated([none, *(piece for _, piece in pieces)])
    offsets = np.concatenate(([0], np.cumsum(found[:, 2])))
    return Alignments(found[:, 0], found[:, 1], runs, offsets)
