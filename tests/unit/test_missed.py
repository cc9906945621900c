"""Passages beside those that drafts look at: what articles have twice, beside a copy, or unseen."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import syndetect as sd
from syndetect.align.pieces import A0, A1
from syndetect.candidates.blocks import Blocks
from syndetect.candidates.chains import find_candidates
from syndetect.settings import Settings
from syndetect.statements.check import LATE, longest_runs
from syndetect.statements.checked import Checked, joined
from syndetect.statements.missed import add_missed, add_shared
from syndetect.statements.settle import settle_statements
from syndetect.statements.share import claimed_by
from syndetect.text.corpus import Corpus
from syndetect.text.marks import EVIDENCE, SCALE, Words, evidence_table, read_words
from tests.strategies import SCRIPTS, paragraph

HARBOUR = (
    "The ministry announced on Monday that the northern harbour will be closed for nine months "
    "while divers replace the corroded lock gates."
)
DIVERS = (
    "Nobody had expected the corrosion to reach the second row of bolts, engineers found in March."
)
BOLTS = "Spare bolts come from a foundry abroad."


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_sentence_that_an_article_has_twice_is_two_parts_of_its_copy(script: str) -> None:
    rng = random.Random(script)
    said, *hosts = (paragraph(SCRIPTS[script], rng, 3) for _ in range(7))
    gap = SCRIPTS[script].space
    twice = gap.join((hosts[0], said, hosts[1], said, hosts[2]))
    texts = [twice, gap.join((hosts[3], said)), gap.join((said, hosts[4]))]
    (statement,) = sd.detect(texts).statements
    copy = next(copy for copy in statement.copies if copy.article == 0)
    assert copy.used == copy.similarity == 1.0
    first = [(part.start, part.end) for part in copy.parts if part.end <= len(twice) // 2]
    assert 2 * len(first) == len(copy.parts)
    shift = len(said) + len(hosts[1]) + 2 * len(gap)
    later = [(part.start - shift, part.end - shift) for part in copy.parts[len(first) :]]
    assert later == first


def _settled(texts: list[str], seen: int) -> tuple[Checked, Words, Blocks]:
    """Statements of the first `seen` texts alone, the words of all, and the blocks of all."""
    settings, corpus = Settings(), Corpus.from_texts(texts)
    words = read_words(corpus.pieces())
    blocks = find_candidates(
        words, evidence_table(settings), np.empty((0, 7), np.int32), settings
    ).blocks
    some = blocks.take((blocks.left < seen) & (blocks.right < seen))
    ones = np.ones(len(texts), np.int64)
    return settle_statements(corpus, words, some, ones, settings), words, blocks


def _added(texts: list[str], seen: int = 2) -> list[tuple[int, str]]:
    """What is added to the statements of the first texts: the article, and its words."""
    settled, words, blocks = _settled(texts, seen)
    before = {tuple(pair) for pair in settled.pairs.tolist()}
    free = np.ones(len(settled.renderings.pieces), np.bool_)
    claimed = claimed_by(settled, words, free)
    count = claimed.sum()
    made = add_missed(settled, claimed, blocks, words, Settings())
    pieces, of = made.renderings.pieces, made.renderings.pairs
    sizes = pieces[:, A1] - pieces[:, A0]
    assert claimed.sum() == sizes.sum() >= count, "no token belongs to two"
    added = []
    for k, pair in enumerate(made.pairs[of].tolist()):
        if tuple(pair) not in before:
            said = texts[pair[1]].split()[pieces[k, A0] : pieces[k, A1]]
            added.append((pair[1], " ".join(said)))
    return added


def test_an_article_that_no_draft_looked_at_becomes_a_copy() -> None:
    texts = [f"First. {HARBOUR}", f"Second. {HARBOUR}", f"Third and last. {HARBOUR} The end."]
    assert _added(texts) == [(2, HARBOUR)]


def test_a_short_run_that_no_draft_looked_at_becomes_none() -> None:
    some = HARBOUR.split()[4:16]
    texts = [
        f"First. {HARBOUR}",
        f"Second. {HARBOUR}",
        f"Third. {' '.join(some)}, fishermen feared.",
    ]
    table = evidence_table(Settings())
    marks = read_words(Corpus.from_texts([" ".join(some)]).pieces()).marks
    assert 8 * SCALE <= table[marks & EVIDENCE].sum() < 8 * LATE * SCALE
    assert _added(texts) == []


def test_a_clause_beside_a_common_statement_is_taken_however_short() -> None:
    both = f"{HARBOUR} {BOLTS}"
    settled, words, blocks = _settled([f"One: {both}", f"Two: {both}", f"Three: {both}"], 3)
    assert len(settled) == 1
    # as if the last article had lost the clause
    pieces = settled.renderings.pieces
    clause = (settled.pairs[settled.renderings.pairs, 1] == 2) & (
        pieces[:, A0] > len(HARBOUR.split())
    )
    assert clause.any()
    without = settled.only_pieces(~clause)
    claimed = claimed_by(without, words, np.ones(len(without.renderings.pieces), np.bool_))
    made = add_missed(without, claimed, blocks, words, Settings())
    assert made.pairs.tolist() == settled.pairs.tolist()
    assert (made.renderings.pieces[:, : A1 + 1] == pieces[:, : A1 + 1]).all()


def test_pairs_of_both_have_the_pieces_of_both() -> None:
    settled, _, _ = _settled([f"One: {HARBOUR} {DIVERS}", f"Two: {HARBOUR} {DIVERS}"], 2)
    odd = np.arange(len(settled.renderings.pieces)) % 2 == 1
    assert odd.any()
    made = settled.only_pieces(~odd).with_copies(settled.only_pieces(odd))
    assert made.pairs.tolist() == settled.pairs.tolist()
    assert made.renderings.offsets.tolist() == settled.renderings.offsets.tolist()
    assert made.renderings.pieces[:, :A1].tolist() == settled.renderings.pieces[:, :A1].tolist()
    more = replace(settled, pairs=settled.pairs + np.array([0, 5]))
    assert len(settled.with_copies(more).pairs) == 2 * len(settled.pairs)


@given(st.lists(st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4)), max_size=4), max_size=5))
def test_the_longest_run_of_a_list_is_that_of_the_largest_sum(
    lists: list[list[tuple[int, int]]],
) -> None:
    own = read_words(Corpus.from_texts([HARBOUR, DIVERS]).pieces())
    table = evidence_table(Settings())
    runs = np.array([(s, 0, n) for some in lists for s, n in some], np.int64).reshape(-1, 3)
    ends = np.cumsum([0, *map(len, lists)])
    numbers = np.arange(len(lists)) % 2
    bounds = np.stack((ends[:-1], ends[1:]), axis=1)
    found = longest_runs(own, numbers, runs, bounds, table)
    for number, some, most in zip(numbers.tolist(), lists, found.tolist(), strict=True):
        marks = own.marks[own.offsets[number] : own.offsets[number + 1]]
        sums = [int(table[marks[s : s + n] & EVIDENCE].sum()) for s, n in some]
        assert most == max(sums, default=0)


def test_a_part_ends_with_the_sentence_of_the_article() -> None:
    goes_on = "Officials told reporters that the northern harbour stays closed for nine months"
    statement = f"{goes_on} they added later that day in the city."
    stops = f"{goes_on}. They left for lunch at noon and came back when the rain had begun to fall."
    (match,) = sd.compare(statement, stops).matches
    assert stops[match.right_start : match.right_end].rstrip(".") == goes_on


def _shared(texts: list[str], seen: int) -> list[tuple[int, int, str]]:
    """What is added of other statements: the statement, the article, and its words."""
    settled, words, blocks = _settled(texts, seen)
    before = {(*pair, start) for pair, start in _starts(settled)}
    aside = np.zeros(len(words.words), np.bool_)
    made = add_shared(settled, aside, blocks, words, Settings())
    assert before <= {(*pair, start) for pair, start in _starts(made)}, "nothing is lost"
    pieces, pairs = made.renderings.pieces, made.pairs[made.renderings.pairs].tolist()
    return [
        (*pair, " ".join(texts[pair[1]].split()[pieces[k, A0] : pieces[k, A1]]))
        for k, pair in enumerate(pairs)
        if (*pair, pieces[k, A0]) not in before
    ]


def _starts(settled: Checked) -> list[tuple[tuple[int, int], int]]:
    pairs = map(tuple, settled.pairs[settled.renderings.pairs].tolist())
    return list(zip(pairs, settled.renderings.pieces[:, A0].tolist(), strict=True))


def test_a_sentence_of_two_statements_is_a_part_of_both() -> None:
    own = "Fishermen in the eastern bay asked for loans until their boats may leave port again."
    texts = [
        f"First of all. {HARBOUR} {DIVERS}",
        f"Second paper. {HARBOUR} {DIVERS}",
        f"A third one. {HARBOUR} {own}",
        f"And a fourth. {HARBOUR} {own}",
    ]
    settled, words, blocks = _settled(texts, 4)
    home = {int(settled.pairs[k, 1]): int(settled.pairs[k, 0]) for k in range(len(settled.pairs))}
    # as if the last two had been found by themselves, and the sentence had gone to the first two
    apart, _, _ = _settled(texts[2:], 2)
    moved = replace(apart, pairs=apart.pairs + np.array([0, 2]))
    drafts = replace(moved.drafts, bases=moved.drafts.bases + 2)
    both = joined([settled.take(np.arange(len(settled)) == home[0]), replace(moved, drafts=drafts)])
    rows = both.pairs[both.renderings.pairs]
    sentence = both.renderings.pieces[:, A0] < len(f"A third one. {HARBOUR}".split())
    kept = ~((rows[:, 1] == 3) & (rows[:, 0] == 1) & sentence)
    without = both.only_pieces(kept)
    aside = np.zeros(len(words.words), np.bool_)
    made = add_shared(without, aside, blocks, words, Settings())
    assert set(_starts(without)) < set(_starts(both)) <= set(_starts(made))
    assert {row for number, row in made.pairs.tolist() if number == 1} == {0, 1, 2, 3}
    assert {row for number, row in made.pairs.tolist() if number == 0} == {0, 1, 2, 3}
    aside[:] = True
    made = add_shared(without, aside, blocks, words, Settings())
    assert _starts(made) == _starts(without), "what is set aside is shared by none"


def test_nothing_is_shared_where_statements_have_nothing_in_common() -> None:
    texts = [f"First. {HARBOUR}", f"Second. {HARBOUR}", f"Third. {DIVERS}", f"Fourth. {DIVERS}"]
    assert _shared(texts, 4) == []


def test_an_article_joins_a_statement_by_a_long_run_that_another_has() -> None:
    texts = [f"First. {HARBOUR} {DIVERS}", f"Second. {HARBOUR} {DIVERS}", f"Third. {HARBOUR}"]
    added = _shared(texts, 2)
    assert added == [(0, 2, HARBOUR)]
