"""The kernel that finds sentences and quotations against the same rules as regular expressions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndetect.text.corpus import Corpus
from syndetect.text.marks import BEGINS, QUOTED, read_words
from tests import oracles, sentence_rules

WORDS = ("Alpha", "beta", "Gamma", "delta", "Élan", "über", "Мир", "слово", "33")
GAPS = (
    " ", " ", " ", ", ", ". ", "! ", "? ", "… ", ".\n\n", "\n\n", ".\n", "\n", ": ", " – ", "-",
    ": “", ", “", "” ", ",” ", ".” ", '" ', ' "', '," ', "“", "”", " (", ") ", ".) ", "; ",
    ": „", "“ ", "“, ", " «", "» ", "», ", ": «", "。", "。」", "：「", "、", "؟ ", "। ",
)  # fmt: skip


def _found(text: str) -> tuple[set[int], list[bool]]:
    words = read_words([Corpus.from_texts([text])])
    return set(np.flatnonzero(words.marks & BEGINS).tolist()), (words.marks & QUOTED != 0).tolist()


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), min_size=1, max_size=14))
def test_sentences_begin_where_the_rules_say(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in pieces)
    places = [start for _, start, _ in oracles.tokens(text)]
    expected = {int(np.searchsorted(places, s)) for s in sentence_rules.sentence_starts(text)}
    found, _ = _found(text)
    assert found == {token for token in expected if token < len(places)}


QUOTED_TEXTS = [
    ("He said: “We go now.” They left.", "We go now"),
    ('He said "we go now," and left.', "we go now"),
    ("Er sagte: „Wir gehen jetzt.“ Sie gingen.", "Wir gehen jetzt"),
    ("Il a dit : « Nous partons. » Puis rien.", "Nous partons"),
    ("Sie sagte: »Wir gehen jetzt.« Sie gingen.", "Wir gehen jetzt"),
    ("Hon sade: ”Vi går nu.” De gick.", "Vi går nu"),
    ("She said: ‘We don’t go.’ They left.", "We don’t go"),
    ("他说：「我们走」。", "我们走"),
    ("He said: “We go now.\n\nThey left.", "We go now"),
]


@pytest.mark.parametrize(("text", "quoted"), QUOTED_TEXTS)
def test_words_stand_in_quotations(text: str, quoted: str) -> None:
    start = text.index(quoted)
    inside = [start <= place < start + len(quoted) for _, place, _ in oracles.tokens(text)]
    assert _found(text)[1] == inside


ABBREVIATED = [
    ("Mr. Smith met Dr. Brown. They left.", ["Mr", "They"]),
    ("J. Smith of the U.S. Treasury spoke. He left.", ["J", "He"]),
    ("Rules, e.g. Those of 1990, i.e. The old ones.", ["Rules"]),
    ("Am 10. Juni war es so. Dann nicht.", ["Am", "Dann"]),
    ("At 5 p.m. Friday it rained. It stopped.", ["At", "It"]),
    ("It cost 3.5 million. Nobody paid.", ["It", "Nobody"]),
]


@pytest.mark.parametrize(("text", "firsts"), ABBREVIATED)
def test_points_that_end_no_sentence(text: str, firsts: list[str]) -> None:
    places = [text[start:end] for _, start, end in oracles.tokens(text)]
    assert [places[token] for token in sorted(_found(text)[0])] == firsts


def test_lines_after_an_abbreviation_go_on_unless_they_are_indented() -> None:
    wrapped = "The stake was raised by Acme Inc.\nHoldings said so."
    assert _found(wrapped)[0] == {0}
    assert _found(wrapped.replace("\n", "\n    "))[0] == {0, 7}
