"""The five seed articles against what a reader found by hand."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import syndetect as sd

SEEDS = Path(__file__).parents[2] / "seeds"


@cache
def found() -> sd.Detection:
    return sd.detect(SEEDS)


@cache
def gold() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SEEDS / "gold.json").read_text("utf-8"))
    return loaded


def _overlap(part: sd.Part, passage: dict[str, Any]) -> int:
    return max(0, min(part.end, passage["end"]) - max(part.start, passage["start"]))


def _union(part: sd.Part, passage: dict[str, Any]) -> int:
    return max(part.end, passage["end"]) - min(part.start, passage["start"])


def _parts() -> list[tuple[str | int, sd.Part]]:
    (statement,) = found().statements
    return [(copy.article, part) for copy in statement.copies for part in copy.parts]


def _best(passage: dict[str, Any]) -> sd.Part:
    mine = [part for article, part in _parts() if article == passage["article"]]
    return max(mine, key=lambda part: _overlap(part, passage))


def test_one_statement_stands_in_all_five() -> None:
    (statement,) = found().statements
    assert [copy.article for copy in statement.copies] == sorted(
        p.name for p in SEEDS.glob("*.txt")
    )
    assert found().skipped == ()
    assert found().articles == 5


def test_the_statement_holds_all_sentences_in_their_original_wording() -> None:
    (statement,) = found().statements
    assert statement.text == " ".join(gold()["sentences"].values())
    assert statement.first is None


@pytest.mark.parametrize("number", range(19))
def test_every_passage_is_found_with_its_bounds_and_kind(number: int) -> None:
    passage = gold()["parts"][number]
    part = _best(passage)
    assert _overlap(part, passage) >= 0.9 * (passage["end"] - passage["start"])
    assert _overlap(part, passage) >= 0.8 * _union(part, passage)
    assert part.kind == passage["kind"]


def test_no_part_is_stray() -> None:
    assert len(gold()["parts"]) == 19
    hit = [_best(passage) for passage in gold()["parts"]]
    assert [part for _, part in _parts() if part not in hit] == []


def test_swapped_words_come_out_as_edits() -> None:
    (statement,) = found().statements
    (copy,) = (copy for copy in statement.copies if str(copy.article).startswith("001"))
    assert copy.kind is sd.Kind.PARAPHRASED
    assert [str(edit) for part in copy.parts for edit in part.edits] == [
        "+ steadily",
        "organizations → businesses",
        "use → make use of",
        "with → making use of",
        "put in place → set up",
        "take on → undertake",
        "might → may possibly",
    ]


def test_quotations_are_told_from_the_newspapers_own_words() -> None:
    quoted = {(str(article)[:3], part.kind): part.quoted for article, part in _parts()}
    assert quoted["000", sd.Kind.PARTIAL]
    assert not quoted["002", sd.Kind.REPORTED]
    assert not quoted["004", sd.Kind.REPORTED]
    assert quoted["003", sd.Kind.VERBATIM]
    assert not quoted["001", sd.Kind.PARAPHRASED]


def test_whole_articles_are_no_duplicates() -> None:
    articles = sd.read(SEEDS)
    kept = sd.dedupe(articles, threshold=0.5)
    assert kept.keep.all()
    assert len(kept.pairs) == 0
    close = sd.dedupe(articles, threshold=0.001)
    assert 0.05 < close.pairs["jaccard"].max() < 0.14


def test_an_edited_copy_is_named_with_its_exact_jaccard() -> None:
    from tests import oracles

    articles = [*sd.read(SEEDS)]
    edited = articles[3].text.replace("today announced", "said on Wednesday")
    found = sd.dedupe([*articles, sd.Article("copy", edited)], threshold=0.5)
    assert found.clusters == ((3, 5),)
    ((left, right, jaccard),) = found.pairs.tolist()
    assert (left, right) == (3, 5)
    assert jaccard == oracles.jaccard(articles[3].text, edited, 5)


def test_a_statement_can_be_cut_again_by_similarity() -> None:
    (statement,) = found().at(similarity=0.98).statements
    assert [str(copy.article)[:3] for copy in statement.copies] == ["000", "003", "004"]
    assert found().at(similarity=1.0).statements[0].copies[0].similarity == 1.0
    with pytest.raises(sd.SyndetectError, match="similarity is 2"):
        found().at(similarity=2)
