"""What `compare` promises."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given

import syndetect as sd
from tests import oracles
from tests.strategies import SCRIPTS, Planted, edited, paragraph, planted, swap


def mirror(found: sd.Comparison) -> sd.Comparison:
    matches = [
        sd.Match(
            match.right_start,
            match.right_end,
            match.left_start,
            match.left_end,
            match.kind,
            match.similarity,
            tuple(
                sd.Edit(
                    e.after,
                    e.before,
                    e.after_start,
                    e.after_end,
                    e.before_start,
                    e.before_end,
                    e.alters_fact,
                )
                for e in match.edits
            ),
        )
        for match in found.matches
    ]
    matches.sort(key=lambda match: match.left_start)
    return sd.Comparison(tuple(matches), found.right_share, found.left_share)


@given(edited())
def test_argument_order_mirrors(texts: list[str]) -> None:
    for left, right in pairwise(texts):
        assert sd.compare(right, left) == mirror(sd.compare(left, right))


@given(edited())
def test_matches_slice_to_equal_words_but_for_the_edits(texts: list[str]) -> None:
    for left, right in pairwise(texts):
        found = sd.compare(left, right)
        assert 0 <= found.left_share <= 1
        assert 0 <= found.right_share <= 1
        for match in found.matches:
            here = oracles.words(left[match.left_start : match.left_end])
            there = oracles.words(right[match.right_start : match.right_end])
            assert (here == there) == (not match.edits)
            assert (match.similarity == 1.0) == (not match.edits)
            for edit in match.edits:
                assert match.left_start <= edit.before_start <= edit.before_end <= match.left_end
                assert match.right_start <= edit.after_start <= edit.after_end <= match.right_end
                assert edit.before == left[edit.before_start : edit.before_end]
                assert edit.after == right[edit.after_start : edit.after_end]


@given(edited())
def test_a_text_matches_itself_whole(texts: list[str]) -> None:
    for text in texts:
        words = oracles.words(text)
        found = sd.compare(text, text)
        if len(words) >= 20:
            assert found.left_share == found.right_share == 1.0
            assert all(match.kind is sd.Kind.VERBATIM for match in found.matches)


def test_a_long_text_matches_itself_sentence_by_sentence() -> None:
    script, rng = SCRIPTS["latin"], random.Random(1)
    text = paragraph(script, rng, 600)
    assert len(text.split()) > 2 * 4096
    found = sd.compare(text, text)
    assert len(found.matches) == 600
    assert {match.kind for match in found.matches} == {sd.Kind.VERBATIM}


@given(planted(carriers=2))
def test_a_planted_statement_is_found(case: Planted) -> None:
    left, right = case.texts()[:2]
    found = sd.compare(left, right)
    before = len(case.articles[0][0])
    assert found.matches[0].left_start == before
    assert found.matches[-1].left_end == before + len(case.statement.rstrip())
    assert all(match.kind is sd.Kind.VERBATIM for match in found.matches)


@given(planted(carriers=2))
def test_swapped_words_come_out_as_edits(case: Planted) -> None:
    swapped = [case.script.sentence(swap(w, case.script, case.rng)) for w in case.sentences]
    left, right = case.render(1, case.script.join(swapped)).texts()[:2]
    found = sd.compare(left, right)
    assert {match.kind for match in found.matches} == {sd.Kind.PARAPHRASED}
    assert all(match.edits for match in found.matches)
