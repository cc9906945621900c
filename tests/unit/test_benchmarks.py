"""The dumps that benchmarks run on are what they say they are, and so is what they measure."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

import syndetect as sd
from benchmarks import dumps
from benchmarks.peers import shingles
from benchmarks.quality import pairs, runs
from benchmarks.report import BEGIN, END
from benchmarks.speed import exponent, found_of_planted
from tests.strategies import SCRIPTS, paragraph

ARTICLES = 600


@pytest.fixture(name="path", scope="module")
def _path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "dump.parquet"
    dumps.write(path, dumps.plan(ARTICLES, 7, statements=0.05))
    return path


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_a_dump_is_the_same_each_time_and_in_both_formats(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "dump.jsonl"
    dumps.write(other, dumps.plan(ARTICLES, 7, statements=0.05))
    lines = [json.loads(line) for line in other.read_text("utf-8").splitlines()]
    assert [line["text"] for line in lines] == [row["text"] for row in _rows(path)]
    assert len({line["id"] for line in lines}) == ARTICLES
    assert sum(not line["text"].isascii() for line in lines) > 5
    words = [len(line["text"].split()) for line in lines]
    assert 300 < np.mean(words) < 600


def test_planted_copies_stand_where_they_are_said_to(path: Path) -> None:
    texts = [row["text"] for row in _rows(path)]
    planted = _rows(path.with_suffix(".planted.parquet"))
    assert {row["kind"] for row in planted} == set(dumps.KINDS)
    by_statement: dict[int, dict[str, list[str]]] = {}
    for row in planted:
        text = texts[row["article"]][row["start"] : row["end"]]
        by_statement.setdefault(row["statement"], {}).setdefault(row["kind"], []).append(text)
    compared = 0
    for kinds in by_statement.values():
        for text in kinds.get("verbatim", [])[1:]:
            compared += 1
            assert text == kinds["verbatim"][0]
        for text in kinds.get("partial", []) if "verbatim" in kinds else []:
            assert text in kinds["verbatim"][0]
    assert compared > 20


def test_planted_duplicates_are_as_similar_as_they_should_be(path: Path) -> None:
    texts = [row["text"] for row in _rows(path)]
    duplicates = _rows(path.with_suffix(".duplicates.parquet"))
    assert 0.05 * ARTICLES < len(duplicates) < 0.15 * ARTICLES
    errors = []
    for row in duplicates:
        one, other = (set(shingles(texts[row[name]])) for name in ("article", "base"))
        jaccard = len(one & other) / len(one | other)
        kept = (1 - row["rate"]) ** 5
        assert row["base"] < row["article"]
        if texts[row["article"]].isascii():
            errors.append(jaccard - kept / (2 - kept))
    assert -0.12 < np.mean(errors) < 0.02  # footers of two outlets differ
    assert np.std(errors) < 0.15


def test_what_was_planted_is_counted_as_found(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    sd.detect(path).to_jsonl(out)
    recall = found_of_planted(path, out)
    assert set(recall) == {*dumps.KINDS, "whole", "precision"}
    assert recall["precision"] >= 0.995
    assert min(recall[kind] for kind in ("verbatim", "partial", "interrupted")) >= 0.97
    assert recall["swapped"] >= 0.9


def test_what_was_planted_is_found_among_many_near_duplicates(tmp_path: Path) -> None:
    path, out = tmp_path / "dump.parquet", tmp_path / "out.jsonl"
    dumps.write(path, dumps.plan(4000, 11, duplicates=0.3, statements=0.03))
    sd.detect(path).to_jsonl(out)
    recall = found_of_planted(path, out)
    assert recall["whole"] >= 0.98
    assert recall["swapped"] >= 0.95
    assert recall["precision"] >= 0.995


def test_long_runs_are_looked_for_in_parts() -> None:
    rng = random.Random(3)
    shared, *own = (paragraph(SCRIPTS["latin"], rng, 3) for _ in range(5))
    texts = [f"{own[0]} {shared}", f"{shared} {own[1]}", own[2], own[3]]
    found = sd.detect([{"id": row, "text": text} for row, text in enumerate(texts)])
    none = {"boilerplate": 0, "missed": 0, "found": 0, "inside": 0, "inside several": 0}
    right = {"pairs": 1, "found": 1, "inside": 1, "inside several": 1}
    assert runs.judge(texts, found) == {**none, **right}
    assert runs.judge(texts, sd.detect(own)) == {**none, "pairs": 1, "missed": 1}


def test_articles_have_in_common_what_both_carry_of_a_statement() -> None:
    def copy(article: int, share: float, *places: tuple[int, int]) -> sd.Copy:
        parts = tuple(
            sd.Part(low, high, low, high, sd.Kind.VERBATIM, 1.0, quoted=False, edits=())
            for low, high in places
        )
        return sd.Copy(article, sd.Kind.VERBATIM, 1.0, 1.0, share, parts)

    copies = (copy(0, 0.5, (0, 80), (80, 100)), copy(1, 0.1, (80, 100)), copy(2, 0.4, (0, 80)))
    found = pairs.together([sd.Statement("s", "x" * 100, copies, None)])
    assert found == pytest.approx({(0, 1): 0.1, (0, 2): 0.4})
    copies = (copy(0, 0.5, (0, 100)), copy(1, 0.1, (0, 50), (0, 50)))  # it has its part twice
    found = pairs.together([sd.Statement("s", "x" * 100, copies, None)])
    assert found == pytest.approx({(0, 1): 0.25})


def test_the_exponent_of_growth() -> None:
    rows = [{"articles": n, "seconds": 3e-4 * n**1.5} for n in (10, 100, 1000)]
    assert exponent(rows) == pytest.approx(1.5)


def test_the_page_holds_what_was_measured() -> None:
    page = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")
    measured = page.split(BEGIN)[1].split(END)[0]
    for title in ("Signatures from raw text", "Duplicates from raw text", "Cores"):
        assert f"### {title}" in measured
