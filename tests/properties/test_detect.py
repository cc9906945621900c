"""What `detect` promises, on statements planted in random articles."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import syndetect as sd
from syndetect.text.places import sentence_starts
from tests import oracles
from tests.strategies import SCRIPTS, Planted, edited, planted, redress, swap

SPACED = tuple(name for name, script in SCRIPTS.items() if script.space)


def _only(found: sd.Detection) -> sd.Statement:
    assert len(found.statements) == 1, str(found)
    return found.statements[0]


def _copy(statement: sd.Statement, article: int) -> sd.Copy:
    (copy,) = (copy for copy in statement.copies if copy.article == article)
    return copy


def _check_values(found: sd.Detection, texts: list[str]) -> None:
    """Guarantees that hold for every result."""
    for statement in found.statements:
        assert len(statement.copies) >= 2
        assert len({copy.article for copy in statement.copies}) == len(statement.copies)
        starts_ = sentence_starts(statement.text)
        for first, last in pairwise([*starts_, len(statement.text)]):
            carried = [
                any(first <= part.statement_start < last for part in copy.parts)
                for copy in statement.copies
            ]
            assert sum(carried) >= 2, "a sentence that no two articles share"
        for copy in statement.copies:
            text = texts[int(copy.article)]
            boundaries = oracles.tokens(text)
            starts, ends = {start for _, start, _ in boundaries}, {end for _, _, end in boundaries}
            assert 0 < copy.similarity <= 1
            assert 0 < copy.used <= 1
            assert 0 < copy.share <= 1
            assert copy.parts
            last = 0
            for part in copy.parts:
                assert last <= part.start < part.end <= len(text)
                last = part.end
                piece = text[part.start : part.end]
                assert part.start in starts, "a word is cut at the start"
                trimmed = part.start + len(piece)
                while trimmed not in ends:
                    trimmed -= 1
                assert not oracles.words(text[trimmed : part.end]), "a word is cut at the end"
                own = statement.text[part.statement_start : part.statement_end]
                here, there = oracles.words(piece), oracles.words(own)
                if part.kind == sd.Kind.REWRITTEN:
                    assert copy.score is not None
                    assert part.edits == ()
                    continue
                assert (here == there) == (not part.edits)
                if part.kind in (sd.Kind.VERBATIM, sd.Kind.PARTIAL):
                    assert part.similarity == 1.0
                    assert here == there
                for edit in part.edits:
                    assert part.start <= edit.after_start <= edit.after_end <= part.end
                    assert edit.before_start >= part.statement_start
                    assert edit.before_end <= part.statement_end
                    assert edit.after == text[edit.after_start : edit.after_end]
                    assert edit.before == statement.text[edit.before_start : edit.before_end]
                    assert edit.before or edit.after
                # undoing the edits gives the statement's words back
                undone = _undo(text, part)
                assert oracles.words(undone) == there


def _undo(text: str, part: sd.Part) -> str:
    undone, place = "", part.start
    for edit in part.edits:
        undone += text[place : edit.after_start] + " " + edit.before + " "
        place = edit.after_end
    return undone + text[place : part.end]


@given(planted())
def test_a_verbatim_statement_is_found_with_exact_bounds(case: Planted) -> None:
    texts = case.texts()
    found = sd.detect(texts)
    statement = _only(found)
    _check_values(found, texts)
    assert oracles.words(statement.text) == oracles.words(case.statement)
    assert [copy.article for copy in statement.copies] == list(range(len(case.articles)))
    for copy, (before, middle, _) in zip(statement.copies, case.articles, strict=True):
        assert copy.kind is sd.Kind.VERBATIM
        assert copy.used == copy.similarity == 1.0
        assert {part.kind for part in copy.parts} == {sd.Kind.VERBATIM}
        assert copy.parts[0].start == len(before)
        assert copy.parts[-1].end == len(before) + len(middle.rstrip())


@given(planted(), st.integers(0, 4))
def test_other_dress_is_still_word_for_word(case: Planted, choice: int) -> None:
    dressed = case.render(0, redress(case.statement, choice))
    texts = dressed.texts()
    found = sd.detect(texts)
    _check_values(found, texts)
    copy = _copy(_only(found), 0)
    assert copy.kind is sd.Kind.VERBATIM
    assert copy.used == copy.similarity == 1.0


@given(planted(), st.integers(0, 1))
def test_trimming_gives_partial(case: Planted, end: int) -> None:
    words = case.sentences[0]
    kept = words[: len(words) - 3] if end else words[3:]
    if not case.script.space:  # some characters for a match of enough evidence
        kept = words[1:] if end else words[: len(words) - 1]
    trimmed = case.render(0, case.script.space.join(kept) + case.script.stop.strip())
    texts = trimmed.texts()
    found = sd.detect(texts)
    _check_values(found, texts)
    copy = _copy(_only(found), 0)
    assert copy.kind is sd.Kind.PARTIAL
    assert copy.similarity == 1.0
    assert copy.used < 1
    (part,) = copy.parts
    assert oracles.words(texts[0][part.start : part.end]) == oracles.words(
        case.script.space.join(kept)
    )


@given(planted())
def test_swapping_words_gives_paraphrased(case: Planted) -> None:
    rng = case.rng
    swapped = [swap(words, case.script, rng) for words in case.sentences]
    rendering = case.script.join([case.script.sentence(words) for words in swapped])
    texts = case.render(0, rendering).texts()
    found = sd.detect(texts)
    _check_values(found, texts)
    copy = _copy(_only(found), 0)
    assert copy.kind is sd.Kind.PARAPHRASED
    assert copy.similarity < 1
    if case.script.space:
        edits = [edit for part in copy.parts for edit in part.edits]
        pairs = [
            (old, new)
            for before, after in zip(case.sentences, swapped, strict=True)
            for old, new in zip(before, after, strict=True)
            if oracles.words(old) != oracles.words(new)
        ]
        assert [(edit.before, edit.after) for edit in edits] == pairs


@given(planted(scripts=SPACED), st.integers(5, 9))
def test_an_attribution_in_the_middle_does_not_break_it(case: Planted, length: int) -> None:
    rng = case.rng
    words = case.sentences[0]
    middle = len(words) // 2
    attribution = case.script.space.join(case.script.words(rng, length))
    first = case.script.space.join(words[:middle])
    rest = case.script.sentence(words[middle:])
    others = [case.script.sentence(words) for words in case.sentences[1:]]
    rendering = f"“{first},” {attribution}. “" + case.script.join([rest, *others]) + "”"
    texts = case.render(0, rendering).texts()
    found = sd.detect(texts)
    _check_values(found, texts)
    copy = _copy(_only(found), 0)
    assert copy.kind is sd.Kind.VERBATIM
    assert copy.used == copy.similarity == 1.0
    assert not any(part.edits for part in copy.parts)
    assert attribution not in "".join(texts[0][part.start : part.end] for part in copy.parts)


@given(planted(carriers=3), st.randoms(use_true_random=False))
def test_swapped_sentence_order_loses_nothing(case: Planted, rng: random.Random) -> None:
    sentences = list(case.sentences)
    rng.shuffle(sentences)
    shuffled = case.script.join([case.script.sentence(words) for words in sentences])
    texts = case.render(0, shuffled).texts()
    found = sd.detect(texts)
    _check_values(found, texts)
    copy = _copy(_only(found), 0)
    assert copy.used == copy.similarity == 1.0


@given(planted(), st.randoms(use_true_random=False))
def test_input_order_changes_nothing(case: Planted, rng: random.Random) -> None:
    swapped = [case.script.sentence(swap(w, case.script, case.rng)) for w in case.sentences]
    dressed = case.render(0, case.script.join(swapped))
    articles = [sd.Article(f"a{place}", text) for place, text in enumerate(dressed.texts())]
    expected = sd.detect(articles).to_json()
    rng.shuffle(articles)
    assert sd.detect(articles).to_json() == expected


@given(planted(), st.randoms(use_true_random=False))
def test_input_order_does_not_choose_between_equal_wordings(
    case: Planted, rng: random.Random
) -> None:
    """All carriers have the same words in other dress: which dress stands for the statement?"""
    for place in range(3):
        case = case.render(place, redress(case.statement, (0, 3, 4)[place]))
    articles = [sd.Article(f"a{place}", text) for place, text in enumerate(case.texts())]
    expected = sd.detect(articles).to_json()
    for _ in range(3):
        rng.shuffle(articles)
        assert sd.detect(articles).to_json() == expected


@given(st.sampled_from(tuple(SCRIPTS)), st.integers(0, 2**32 - 1))
def test_texts_without_common_wording_never_match(name: str, seed: int) -> None:
    script, rng = SCRIPTS[name], random.Random(seed)
    vocabulary = sorted(
        {script.word(rng) for _ in range(400)} if script.space else set(script.letters)
    )
    rng.shuffle(vocabulary)
    half = len(vocabulary) // 2
    texts = [
        script.join([script.sentence([rng.choice(words) for _ in range(18)]) for _ in range(4)])
        for words in (vocabulary[:half], vocabulary[half:])
    ]
    shared = set(oracles.words(texts[0])) & set(oracles.words(texts[1]))
    if not shared:
        found = sd.detect(texts)
        assert not found.statements
        assert "no two share a run" in str(found)
        assert not sd.compare(*texts).matches


@given(edited())
def test_every_result_keeps_its_guarantees(texts: list[str]) -> None:
    _check_values(sd.detect(texts), texts)


@given(edited())
def test_what_an_exhaustive_comparison_finds_is_in_one_statement(texts: list[str]) -> None:
    found = sd.detect(texts)
    places = {
        (statement.id, copy.article): copy
        for statement in found.statements
        for copy in statement.copies
    }
    carried = {a: {s for s, article in places if article == a} for a in range(len(texts))}
    for left in range(len(texts)):
        for right in range(left + 1, len(texts)):
            if _longest_common_run(texts[left], texts[right]) >= 40:
                assert carried[left] & carried[right], (left, right, str(found))


def _longest_common_run(one: str, other: str) -> int:
    a, b = oracles.words(one), oracles.words(other)
    best, row = 0, [0] * (len(b) + 1)
    for word in a:
        new = [0] * (len(b) + 1)
        for k, there in enumerate(b, start=1):
            if word == there:
                new[k] = row[k - 1] + 1
                best = max(best, new[k])
        row = new
    return best


@pytest.mark.parametrize("threads", ["1", "2", "5"])
def test_threads_change_nothing(threads: str, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = sd.read("seeds")
    monkeypatch.setenv("SYNDETECT_THREADS", "1")
    expected = sd.detect(articles).to_json()
    monkeypatch.setenv("SYNDETECT_THREADS", threads)
    assert sd.detect(articles).to_json() == expected
