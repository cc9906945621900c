"""What is taken into a statement between and beside its pieces, and what is left out."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

import syndetect as sd
from syndetect.statements.spans import RUN, without_repeats
from syndetect.statements.whole import LONGEST, _make_whole
from syndetect.text.marks import ATTRIBUTION, BEGINS
from tests.strategies import SCRIPTS, paragraph

BASE, SIZE = 0, 30
SPANS = np.array([[0, 10], [20, 30]])


def _made(
    others: list[list[int]],
    *,
    marks: dict[int, int] | None = None,
    claimed: slice = slice(0, 0),
    spans: Any = SPANS,
) -> list[list[int]]:
    """The spans of a base of 30 words, 0 to 29, that others have from the first to the tenth and from the twentieth."""
    texts = [list(range(SIZE)), *others]
    offsets = np.cumsum([0, *map(len, texts)])
    words = np.array([word for text in texts for word in text], np.uint32)
    marked = np.zeros(len(words), np.uint8)
    for row in range(len(texts)):
        marked[offsets[row]] = BEGINS
    for place, mark in (marks or {}).items():
        marked[place] |= mark
    taken = np.zeros(len(words), np.bool_)
    pieces = []
    for row, text in enumerate(others, start=1):
        for start, end in spans:
            first, last = text.index(start), text.index(end - 1) + 1
            pieces.append((row, start, end, first, last, 0))
            taken[offsets[row] + first : offsets[row] + last] = True
    for start, end in spans:
        taken[start:end] = True
    taken[claimed] = True
    room = np.empty(LONGEST + 1, np.int64)
    made = _make_whole(BASE, spans, np.array(pieces), (words, marked, offsets), taken, room)
    found: list[list[int]] = made.tolist()
    assert all(taken[start:end].all() for start, end in found)
    return found


def _swapped(*places: int) -> list[int]:
    return [1000 + word if word in places else word for word in range(SIZE)]


@pytest.mark.parametrize(
    ("swapped", "found"),
    [
        ((), [[0, 30]]),
        ((15,), [[0, 30]]),
        ((11, 14, 17), [[0, 30]]),
        ((11, 12, 14, 15, 17, 18), [[0, 10], [20, 30]]),
    ],
)
def test_what_another_has_between_the_pieces_is_taken_in(
    swapped: tuple[int, ...], found: list[list[int]]
) -> None:
    assert _made([_swapped(*swapped)]) == found


def test_one_article_that_has_it_is_enough() -> None:
    without = [word for word in range(SIZE) if not 10 <= word < 20]
    assert _made([without, _swapped(), without]) == [[0, 30]]
    assert _made([without, without]) == [[0, 10], [20, 30]]


def test_what_another_statement_has_stays_there() -> None:
    assert _made([_swapped()], claimed=slice(13, 17)) == [[0, 13], [17, 30]]


def test_an_attribution_is_taken_in_when_all_have_it() -> None:
    said = {10: BEGINS | ATTRIBUTION}
    without = [word for word in range(SIZE) if not 10 <= word < 20]
    assert _made([_swapped(), _swapped()], marks=said) == [[0, 30]]
    assert _made([_swapped(), without], marks=said) == [[0, 10], [20, 30]]


@pytest.mark.parametrize(
    ("swapped", "end"), [((), 30), ((22,), 30), ((22, 25, 28), 20), ((20, 21, 22, 23), 20)]
)
def test_a_sentence_behind_the_pieces_may_differ_in_a_fifth(
    swapped: tuple[int, ...], end: int
) -> None:
    assert _made([_swapped(*swapped)], spans=np.array([[0, 20]]), marks={20: BEGINS}) == [[0, end]]


def test_half_a_sentence_behind_the_pieces_is_not_taken_in() -> None:
    other = [*range(25), *range(1000, 1010)]
    assert _made([other], spans=np.array([[0, 20]]), marks={20: BEGINS}) == [[0, 20]]
    assert _made([other[:25]], spans=np.array([[0, 20]]), marks={20: BEGINS}) == [[0, 25]]


def test_one_word_of_the_next_sentence_is_no_part() -> None:
    rng = random.Random(4)
    first, own, third, *rest = (paragraph(SCRIPTS["latin"], rng, 1) for _ in range(6))
    shared = f"{first} The {own}"
    texts = [
        f"{rest[0]}\n\n{shared}",
        f"{shared}\n\n{rest[1]}",
        f"{rest[2]}\n\n{first} The {third}",
    ]
    (statement,) = sd.detect(texts).statements
    assert statement.text == shared
    (copy,) = (copy for copy in statement.copies if copy.article == 2)
    assert [texts[2][part.start : part.end] for part in copy.parts] == [first]


@pytest.mark.parametrize(
    ("spans", "kept"),
    [
        ([[0, 70]], [[0, 30], [60, 70]]),  # the run stands there again from the 31st token on
        ([[0, 30], [30, 70]], [[0, 30], [60, 70]]),
        ([[0, 30], [60, 70]], [[0, 30], [60, 70]]),
        ([[0, RUN], [RUN + 30, 70]], [[0, RUN], [RUN + 30, 70]]),
        ([[0, 30], [32, 32 + RUN]], [[0, 30]]),
        ([[0, 30], [32, 31 + RUN]], [[0, 30], [32, 31 + RUN]]),  # one token short of a run
        ([[40, 40]], [[40, 40]]),
    ],
)
def test_a_statement_has_a_run_once(spans: list[list[int]], kept: list[list[int]]) -> None:
    words = np.array([*range(30), *range(30), *range(100, 110)], np.uint32)
    found = without_repeats(words, np.array(spans))
    assert found.tolist() == kept
