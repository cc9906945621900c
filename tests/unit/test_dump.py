"""Large files are left where they are and give the same results."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import syndetect as sd
from syndetect.io import dump, read
from syndetect.io.articles import collect, gather
from syndetect.io.dump import Dump
from syndetect.io.write import write_articles

ROWS = 900


def _records() -> list[dict[str, Any]]:
    rng = np.random.default_rng(3)
    words = [f"wort{k}" for k in range(3000)]
    records: list[dict[str, Any]] = []
    for row in range(ROWS):
        text = " ".join(rng.choice(words, 60))
        if row % 7 == 3:
            text = records[row - 3]["text"].replace("wort1", "Wört1", 1) + " Ende"
        if row % 50 == 9:
            text = records[row - 8]["text"]
        day = f"2024-03-{row % 28 + 1:02d}"
        records.append({"id": f"a{row}", "text": text, "source": f"s{row % 5}", "date": day})
    records[20]["text"] = ""
    return records


@pytest.fixture(name="paths", params=["parquet", "jsonl"])
def _paths(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(read, "LARGE", 0)
    monkeypatch.setattr(dump, "ROWS", 64)
    monkeypatch.setattr(dump, "LINES", 1 << 12)
    records, found = _records(), []
    for number, part in enumerate((records[:400], records[400:])):
        path = tmp_path / f"dump{number}.{request.param}"
        if request.param == "parquet":
            pq.write_table(pa.Table.from_pylist(part), path, row_group_size=150)
        else:
            lines = [json.dumps(record, ensure_ascii=False) for record in part]
            path.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
        found.append(path)
    return found


def test_dedupe_of_files_equals_that_of_records(paths: list[Path], tmp_path: Path) -> None:
    articles = collect(paths)
    assert isinstance(articles, Dump)
    assert articles.expected == (ROWS if paths[0].suffix == ".parquet" else None)
    found, expected = sd.dedupe(articles, threshold=0.7), sd.dedupe(_records(), threshold=0.7)
    assert found.kept_for.tolist() == expected.kept_for.tolist()
    assert found.pairs.tolist() == expected.pairs.tolist()
    assert 100 < len(found.pairs) < ROWS
    assert list(found.ids) == list(expected.ids)
    assert found.skipped == expected.skipped
    assert [item.reason for item in found.skipped] == ["empty"]
    assert str(found) == str(expected)

    out = tmp_path / f"kept{paths[0].suffix}"
    write_articles(articles, found.keep, out)
    kept = [article.id for article in sd.read(out)]
    assert kept == [f"a{row}" for row in range(ROWS) if expected.keep[row]]
    other = tmp_path / "kept.csv"
    write_articles(articles, found.keep, other)
    assert [article.id for article in sd.read(other)] == kept


def test_minhash_and_detect_of_files_equal_those_of_records(paths: list[Path]) -> None:
    texts = [record["text"] for record in _records()]
    assert np.array_equal(sd.minhash(paths), sd.minhash(texts))
    assert sd.detect(paths).to_json() == sd.detect(_records()).to_json()


def test_texts_are_taken_in_the_order_asked_for(paths: list[Path]) -> None:
    articles = collect(paths)
    rows = np.array([0, 3, 3, 399, 400, 500, 899])
    texts = [
        bytes(data[a:b]).decode()
        for data, offsets in articles.take(rows)
        for a, b in pairwise(offsets)
    ]
    records = _records()
    assert texts == [records[row]["text"] for row in rows]


def test_a_file_that_changes_is_an_error(paths: list[Path], tmp_path: Path) -> None:
    articles = collect(paths)
    found = sd.dedupe(articles)
    out = tmp_path / f"out{paths[0].suffix}"
    out.write_bytes(b"as it was")
    os.utime(paths[1], ns=(1, 1))
    with pytest.raises(sd.SyndetectError, match="changed while it was being read"):
        write_articles(articles, found.keep, out)
    assert out.read_bytes() == b"as it was"
    paths[1].unlink()
    with pytest.raises(sd.SyndetectError, match="cannot be read any more"):
        sd.dedupe(articles)


def test_one_id_in_two_files_is_an_error(paths: list[Path], tmp_path: Path) -> None:
    copy = tmp_path / f"copy{paths[0].suffix}"
    copy.write_bytes(paths[0].read_bytes())
    with pytest.raises(sd.SyndetectError, match="2 articles have the id 'a0'"):
        sd.dedupe([*paths, copy])


def test_the_mark_of_a_file_is_no_part_of_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, "LARGE", 0)
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    for path in paths:
        path.write_bytes(b'\xef\xbb\xbf{"text": "%s"}\r\n' % path.name.encode())
    articles = collect(paths)
    found = sd.dedupe(articles)
    assert list(found.ids) == ["a.jsonl:1", "b.jsonl:1"]
    write_articles(articles, found.keep, tmp_path / "out.jsonl")
    expected = b'{"text": "a.jsonl"}\n{"text": "b.jsonl"}\n'
    assert (tmp_path / "out.jsonl").read_bytes() == expected


def test_a_format_that_was_named_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "LARGE", 0)
    path = tmp_path / "articles.dump"
    path.write_text('{"text": "a b c"}\n')
    articles = read.open_articles([path], "jsonl")
    assert isinstance(articles, Dump)
    assert articles.expected is None
    assert gather(articles).ids == ["articles.dump:1"]


def test_a_broken_line_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "LARGE", 0)
    path = tmp_path / "broken.jsonl"
    for content, message in (
        (b'{"text": "a"}\n{"text": ', "line 2: broken JSON"),
        (b'{"text": "a"}\n{"text": "\xe4"}', "line 2: byte 10 .0xe4. is not utf-8"),
        (b'{"text": "a"}\n[1]', "line 2: it is no JSON object"),
        (b'{"txt": "a"}', "there is no 'text'"),
    ):
        path.write_bytes(content)
        with pytest.raises(sd.SyndetectError, match=message):
            sd.dedupe(path)
    path = tmp_path / "cut.parquet"
    pq.write_table(pa.table({"text": ["a b c"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(sd.SyndetectError, match="no Parquet file, or a damaged one"):
        sd.dedupe(path)
