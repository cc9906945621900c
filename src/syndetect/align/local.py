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

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.windows import Windows
from syndetect.jit import I32, I64, U8, U64, Bools, allocating_kernel, kernel
from syndetect.text.corpus import chunks_of
from syndetect.text.tokens import Tokens
from syndetect.threads import spread

JUMP = 5  # penalties that a long gap costs at once: from six words on it is cheaper than each word
SLIP = 14  # what a word of a long gap costs beyond that, as the part of a penalty

_STOP, _BOTH, _LEFT, _RIGHT, _OMIT, _INSERT = (np.uint8(k) for k in range(6))
_STEP, _OMIT_ON, _INSERT_ON = np.uint8(7), np.uint8(8), np.uint8(16)  # the last two: a gap goes on
Costs = tuple[np.int32, np.int32, np.int32]  # a penalty, a jump, a slip
_CHUNK = 1 << 22  # cells of a task


@dataclass(frozen=True, slots=True)
class Alignments:
    """Aligned passages as lists of equal tokens.

    Attributes:
        window: int64 (alignments), the window each was found in.
        scores: int64 (alignments), in hundredths of a content word.
        offsets: int64 (alignments + 1), alignment k has the links ``offsets[k]`` to
            ``offsets[k + 1]``.
        left: int64 (links), token of the left text.
        right: int64 (links), the equal token of the right text; both ascend.
    """

    window: NDArray[np.int64]
    scores: NDArray[np.int64]
    offsets: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.window)


@kernel
def _fill(
    x: U64,
    y: U64,
    weights: I32,
    costs: Costs,
    x_done: Bools,
    y_done: Bools,
    row: I32,
    omitted: I32,
    trace: U8,
) -> tuple[np.int32, int, int]:
    """Scores of all cells (int32, one row kept) with steps in trace; returns the best and where."""
    penalty, jump, slip = costs
    best, best_i, best_j = np.int32(0), 0, 0
    row[:], omitted[:] = 0, -jump
    for i in range(len(x)):
        corner, inserted = np.int32(0), -jump
        for j in range(len(y)):
            above, beside = row[j + 1], row[j]
            score, step, along = np.int32(0), _STOP, np.uint8(0)
            if x_done[i] or y_done[j]:
                omitted[j], inserted = -jump, -jump
            else:
                if omitted[j] - slip >= above - jump:
                    along |= _OMIT_ON
                if inserted - slip >= beside - jump:
                    along |= _INSERT_ON
                omitted[j] = max(omitted[j] - slip, above - jump)
                inserted = max(inserted - slip, beside - jump)
                match = corner + (weights[i] if x[i] == y[j] else -penalty)
                if match > score:
                    score, step = match, _BOTH
                if above - penalty > score:
                    score, step = above - penalty, _LEFT
                if beside - penalty > score:
                    score, step = beside - penalty, _RIGHT
                if omitted[j] > score:
                    score, step = omitted[j], _OMIT
                if inserted > score:
                    score, step = inserted, _INSERT
            corner = above
            row[j + 1] = score
            trace[i * len(y) + j] = step | along
            if score > best:
                best, best_i, best_j = score, i, j
    return best, best_i, best_j


@kernel
def _follow_back(
    x: U64,
    y: U64,
    trace: U8,
    i: int,
    j: int,
    x_done: Bools,
    y_done: Bools,
    left: I64,
    right: I64,
) -> int:
    """Links of the alignment that ends at (i, j), descending; sets aside all but long gaps."""
    count, width = 0, len(y)
    while i >= 0 and j >= 0 and trace[i * width + j] & _STEP != _STOP:
        step = trace[i * width + j] & _STEP
        if step == _OMIT:
            while trace[i * width + j] & _OMIT_ON:
                i -= 1
            i -= 1
            continue
        if step == _INSERT:
            while trace[i * width + j] & _INSERT_ON:
                j -= 1
            j -= 1
            continue
        if step == _BOTH and x[i] == y[j]:
            left[count], right[count] = i, j
            count += 1
        if step == _BOTH or step == _LEFT:
            x_done[i] = True
            i -= 1
        if step == _BOTH or step == _RIGHT:
            y_done[j] = True
            j -= 1
    return count


@kernel
def _squeeze(tokens: U64, weights: I32, done: Bools, places: I64, size: int) -> int:
    """Drop tokens set aside but for the first of each run, which stays as a bar; the new size."""
    kept = 0
    for k in range(size):
        if not (done[k] and kept > 0 and done[kept - 1]):
            tokens[kept], weights[kept] = tokens[k], weights[k]
            done[kept], places[kept] = done[k], places[k]
            kept += 1
    return kept


@allocating_kernel
def _align_window(
    x: U64,
    y: U64,
    weights: I32,
    costs: Costs,
    least: int,
    window: int,
    trace: U8,
    found: I64,
    left: I64,
    right: I64,
) -> tuple[int, int]:
    """All alignments of one window; rows (window, score, end of links) to found."""
    n, m = len(x), len(y)
    x, y, weights, unused = x.copy(), y.copy(), weights.copy(), np.zeros(m, np.int32)
    x_done, y_done = np.zeros(n, np.bool_), np.zeros(m, np.bool_)
    x_places, y_places = np.arange(n), np.arange(m)
    row, omitted = np.zeros(m + 1, np.int32), np.zeros(m, np.int32)
    alignments = links = 0
    while True:
        xs, ys, xd, yd = x[:n], y[:m], x_done[:n], y_done[:m]
        score, i, j = _fill(xs, ys, weights, costs, xd, yd, row, omitted, trace)
        if score < least or alignments == len(found):
            return alignments, links
        count = _follow_back(xs, ys, trace, i, j, xd, yd, left[links:], right[links:])
        for k in range(count // 2):  # ascending, and in the window's own places
            a, b = links + k, links + count - 1 - k
            left[a], left[b], right[a], right[b] = left[b], left[a], right[b], right[a]
        for k in range(links, links + count):
            left[k], right[k] = x_places[left[k]], y_places[right[k]]
        links += count
        found[alignments] = window, score, links
        alignments += 1
        n = _squeeze(x, weights, x_done, x_places, n)
        m = _squeeze(y, unused, y_done, y_places, m)


def _align_rows(
    texts: tuple[Tokens, Tokens],
    weights: NDArray[np.int32],
    windows: Windows,
    rows: tuple[int, int],
    costs: tuple[np.int32, np.int32, np.int32],
    least: int,
) -> list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]]:
    """The alignments of windows `rows[0]` to `rows[1]`: per window (found, left, right)."""
    results = []
    trace = np.empty(0, dtype=np.uint8)
    for window in range(*rows):
        x0, x1, y0, y1 = windows.bounds[window].tolist()
        x_base = int(texts[0].offsets[windows.left[window]])
        y_base = int(texts[1].offsets[windows.right[window]])
        x = texts[0].hashes[x_base + x0 : x_base + x1]
        y = texts[1].hashes[y_base + y0 : y_base + y1]
        if trace.size < x.size * y.size:
            trace = np.empty(x.size * y.size, dtype=np.uint8)
        w = weights[x_base + x0 : x_base + x1]
        room = min(x.size, y.size)
        found = np.empty((room, 3), dtype=np.int64)
        left, right = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int64)
        n, links = _align_window(x, y, w, costs, least, window, trace, found, left, right)
        results.append((found[:n], left[:links] + x0, right[:links] + y0))
    return results


def align(
    left: Tokens,
    right: Tokens,
    weights: NDArray[np.int32],
    windows: Windows,
    penalty: int,
    least: int,
) -> Alignments:
    """Align the texts in their windows.

    Args:
        left: Tokens of the left texts.
        right: Tokens of the right texts.
        weights: int32, evidence of the left tokens, hundredths.
        windows: Where.
        penalty: Cost of a token swapped, inserted or dropped, hundredths.
        least: Least score of an alignment, hundredths.
    """
    sizes = windows.bounds[:, 1] - windows.bounds[:, 0]
    cells = sizes * (windows.bounds[:, 3] - windows.bounds[:, 2])
    costs = (np.int32(penalty), np.int32(JUMP * penalty), np.int32(max(penalty // SLIP, 1)))
    tasks = chunks_of(np.concatenate(([0], np.cumsum(cells))), _CHUNK)
    pieces = spread(
        lambda rows: _align_rows((left, right), weights, windows, rows, costs, least), tasks
    )
    results = [result for piece in pieces for result in piece if len(result[0])]
    if not results:
        none = np.empty(0, dtype=np.int64)
        return Alignments(none, none, np.zeros(1, dtype=np.int64), none, none)
    lengths = np.concatenate([np.diff(found[:, 2], prepend=0) for found, _, _ in results])
    found = np.concatenate([found for found, _, _ in results])
    return Alignments(
        found[:, 0],
        found[:, 1],
        np.concatenate(([0], np.cumsum(lengths))),
        np.concatenate([links for _, links, _ in results]),
        np.concatenate([links for _, _, links in results]),
    )
