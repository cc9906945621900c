"""Places: where runs of tokens stand in their texts, in bytes and characters.

Tokens are found again in the texts that are asked for; nothing else keeps their places.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import order_of
from syndetect.jit import I64, U8, inner, kernel
from syndetect.text.corpus import Corpus
from syndetect.text.folding import folding
from syndetect.text.marks import BEGINS, Words, read_words
from syndetect.text.tokens import Places as TokenPlaces
from syndetect.text.tokens import Room, Table, decode, room_for, scan_text
from syndetect.threads import spread

_TRAILING = frozenset(".,;:!?…。，、；：！？।॥؟،؛)%")
_POINTS = np.array(sorted(map(ord, _TRAILING)), np.int64)
_CHUNK = 1 << 12  # runs of a task


@dataclass(frozen=True, slots=True)
class Places:
    """Where runs stand, as bytes of their text; a sentence's final marks belong to a run.

    Attributes:
        starts: int64 (runs), first byte.
        ends: int64 (runs), end, exclusive.
        lasts: int64 (runs), where the next token begins, or the text ends.
        first_chars: int64 (runs), characters before `starts`.
        end_chars: int64 (runs), characters before `ends`.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lasts: NDArray[np.int64]
    first_chars: NDArray[np.int64]
    end_chars: NDArray[np.int64]


@inner
def _is_trailing(points: I64, point: int) -> bool:
    k = 0
    while k < len(points) and points[k] != point:
        k += 1
    return k < len(points)


@inner
def _characters(data: U8, low: int, high: int) -> int:
    count = 0
    for k in range(low, high):
        count += data[k] & 0xC0 != 0x80
    return count


@inner
def _place_run(
    data: U8,
    begin: int,
    stop: int,
    places: TokenPlaces,
    n: int,
    marks: U8,
    run: I64,
    points: I64,
    out: I64,
) -> None:
    """Bytes of one run into out; an empty run stands behind the token before it.

    A run is (first token, end, whether an empty one stands behind the token before, whether final
    marks belong to it).
    """
    starts, ends, _ = places
    first, end = run[0], run[1]
    if first == end:
        at = np.int64(ends[first - 1]) if run[2] else np.int64(starts[first])
        out[0], out[1], out[2] = at, at, at
        return
    low, high = np.int64(starts[first]), np.int64(ends[end - 1])
    limit = np.int64(starts[end]) if end < n else stop - begin
    out[0], out[2] = low, limit
    if run[3] and (end == n or marks[end] & BEGINS):
        while high < limit:
            point, size = np.int64(data[begin + high]), 1
            if point > 127:
                point, size = decode(data, begin + high)
            if not _is_trailing(points, point):
                break
            high += size
    out[1] = high


@kernel
def _place_runs(
    data: U8,
    offsets: I64,
    texts: I64,
    runs: I64,
    marks: U8,
    firsts: I64,
    table: Table,
    hashes: Any,
    places: TokenPlaces,
    room: Room,
    points: I64,
    out: I64,
) -> None:
    """Places of runs, grouped by text, into the rows of out (int64, runs x 5)."""
    k = 0
    while k < len(runs):
        text = texts[k]
        begin, stop = np.int64(offsets[text]), np.int64(offsets[text + 1])
        n = scan_text(data, begin, stop, table, hashes, places, room)
        mine = marks[firsts[text] : firsts[text + 1]]
        at = chars = np.int64(0)
        while k < len(runs) and texts[k] == text:
            _place_run(data, begin, stop, places, n, mine, runs[k], points, out[k])
            if out[k, 0] < at:
                chars -= _characters(data, begin + out[k, 0], begin + at)
            else:
                chars += _characters(data, begin + at, begin + out[k, 0])
            at = out[k, 0]
            out[k, 3] = chars
            out[k, 4] = chars + _characters(data, begin + at, begin + out[k, 1])
            k += 1


def find_places(
    corpus: Corpus,
    words: Words,
    texts: NDArray[np.int64],
    runs: NDArray[np.int64],
    *,
    marked: NDArray[np.bool_] | None = None,
    behind: NDArray[np.bool_] | None = None,
) -> Places:
    """Where runs of tokens stand.

    Args:
        corpus: The texts.
        words: Their words.
        texts: int64 (runs), the text of each run.
        runs: int64 (runs, 2), first token and end.
        marked: bool (runs), whether final marks belong to the run; by default to all.
        behind: bool (runs), whether an empty run stands behind the token before it, and not
            before the token that it names; by default all.
    """
    rows = np.ones((len(runs), 4), np.int64)
    rows[:, :2] = runs
    if behind is not None:
        rows[:, 2] = behind
    if marked is not None:
        rows[:, 3] = marked
    order = order_of(rows[:, 0], texts)
    texts, rows = texts[order], rows[order]
    out = np.empty((len(rows), 5), np.int64)
    table = tuple(folding())

    def place(task: tuple[int, int]) -> None:
        low, high = task
        mine = np.unique(texts[low:high])
        longest = int((corpus.offsets[mine + 1] - corpus.offsets[mine]).max())
        most = longest // 2 + 1
        columns = np.empty(most, np.uint32), np.empty(most, np.uint32), np.empty(most, np.uint8)
        room = room_for(np.array([0, longest]))
        _place_runs(
            corpus.data, corpus.offsets, texts[low:high], rows[low:high], words.marks, words.offsets,
            table, np.empty(most, np.uint64), columns, room, _POINTS, out[low:high],
        )  # fmt: skip

    cuts = _tasks(texts)
    spread(place, list(pairwise(cuts)))
    found = np.empty_like(out)
    found[order] = out
    return Places(*found.T)


def sentence_starts(text: str) -> list[int]:
    """Characters at which sentences begin, marks that open them included, ascending from 0."""
    corpus = Corpus.from_texts([text])
    words = read_words([corpus])
    firsts = np.flatnonzero(words.marks & BEGINS)[1:]
    runs = np.stack((firsts, firsts), axis=1)
    before = np.zeros(len(firsts), bool)
    found = find_places(corpus, words, np.zeros(len(firsts), np.int64), runs, behind=before)
    starts = [0]
    for start in found.first_chars.tolist():
        while (
            start > starts[-1] and not text[start - 1].isspace() and not text[start - 1].isalnum()
        ):
            start -= 1
        starts.append(start)
    return starts


def _tasks(texts: NDArray[np.int64]) -> list[int]:
    """Cuts between the runs of different texts, about `_CHUNK` runs apart."""
    if not len(texts):
        return []
    changes = np.flatnonzero(np.diff(texts)) + 1
    wanted = np.searchsorted(changes, np.arange(_CHUNK, len(texts), _CHUNK))
    cuts = changes[np.minimum(wanted, len(changes) - 1)] if len(changes) else changes
    return [0, *np.unique(cuts).tolist(), len(texts)]
