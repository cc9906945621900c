"""Every way in, and the ways out."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import syndetect as sd
from syndetect.io.articles import gather
from syndetect.io.columns import Column, order_of_ids, taken
from syndetect.io.dates import parse_date
from syndetect.io.write import write_articles

SAID = "We stand ready to help if requested by the city council of Springfield tomorrow morning."
ROWS: list[dict[str, Any]] = [
    {"id": "a", "text": f"The mayor spoke. {SAID}", "source": "Post", "date": date(2020, 6, 11)},
    {
        "id": "b",
        "text": f"{SAID} It rained – ünd schön.",
        "source": "Times",
        "date": date(2020, 6, 10),
    },
]


def _zstd(path: Path, data: bytes) -> None:
    with pa.OSFile(str(path), "wb") as raw, pa.CompressedOutputStream(raw, "zstd") as stream:
        stream.write(data)


def _lines() -> bytes:
    return b"".join(
        json.dumps({**row, "date": row["date"].isoformat()}).encode() + b"\n" for row in ROWS
    )


def _write(path: Path) -> None:
    name = path.name
    if ".jsonl" in name or ".ndjson" in name:
        data = _lines()
    elif ".json" in name:
        data = b"[" + b",".join(_lines().splitlines()) + b"]"
    elif ".csv" in name:
        sink = pa.BufferOutputStream()
        pyarrow.csv.write_csv(pa.Table.from_pylist(ROWS), sink)
        data = sink.getvalue().to_pybytes()
    elif ".tsv" in name:
        data = b"id\ttext\tsource\tdate\n"
        data += b"".join("\t".join(map(str, row.values())).encode() + b"\n" for row in ROWS)
    else:
        pq.write_table(pa.Table.from_pylist(ROWS), path)
        return
    if name.endswith(".gz"):
        path.write_bytes(gzip.compress(data[:50]) + gzip.compress(data[50:]))  # two members
    elif name.endswith(".zst"):
        _zstd(path, data)
    else:
        path.write_bytes(data)


FILES = [
    "a.jsonl",
    "a.ndjson",
    "a.json",
    "a.csv",
    "a.tsv",
    "a.parquet",
    "a.jsonl.gz",
    "a.csv.gz",
    "a.jsonl.zst",
    "A.CSV.ZST",
]


def _check(found: sd.Detection) -> None:
    (statement,) = found.statements
    assert statement.text == SAID
    assert [(copy.article, copy.source, copy.date) for copy in statement.copies] == [
        ("b", "Times", date(2020, 6, 10)),
        ("a", "Post", date(2020, 6, 11)),
    ]


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / name.lower()
    _write(path)
    articles = sd.read(path)
    assert [article.text for article in articles] == [row["text"] for row in ROWS]
    _check(sd.detect(path))
    _check(sd.detect([path]))
    _check(sd.detect(articles))


def test_every_kind_of_value_is_taken() -> None:
    table = pa.Table.from_pylist(ROWS)
    timestamps = table.set_column(
        3, "date", table["date"].cast(pa.timestamp("ns")).cast(pa.timestamp("ns", "UTC"))
    )
    for articles in (
        ROWS,
        tuple(ROWS),
        iter(ROWS),
        [sd.Article(**row) for row in ROWS],
        table,
        pa.concat_tables([table.slice(0, 1), table.slice(1)]),
        table.slice(0, 2).combine_chunks().to_batches()[0],
        table.cast(table.schema.set(1, pa.field("text", pa.large_string()))),
        pl.DataFrame(ROWS),
        pd.DataFrame(ROWS),
    ):
        _check(sd.detect(articles))
    (statement,) = sd.detect(timestamps).statements
    assert statement.copies[0].date == datetime(2020, 6, 10, tzinfo=UTC)


def test_texts_are_called_by_their_position() -> None:
    texts = [row["text"] for row in ROWS]
    (statement,) = sd.detect(text for text in texts).statements
    assert [copy.article for copy in statement.copies] == [0, 1]
    assert sd.dedupe(texts).keep.tolist() == [True, True]
    assert sd.minhash(pl.DataFrame({"text": texts})).tolist() == sd.minhash(texts).tolist()


def test_a_folder_is_its_text_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one.txt").write_text(ROWS[0]["text"], "utf-8")
    (tmp_path / "sub" / "two.TXT").write_text("\ufeff" + ROWS[1]["text"], "utf-8")
    (tmp_path / "three.txt.gz").write_bytes(gzip.compress(SAID.encode()))
    (tmp_path / "notes.json").write_text("{}", "utf-8")
    articles = gather(sd.read(tmp_path))
    assert [article.id for article in articles] == ["one.txt", "sub/two.TXT", "three.txt.gz"]
    assert articles[1].text == ROWS[1]["text"]
    assert [path.name for path in articles.passed_over] == ["notes.json"]
    assert len(sd.detect(tmp_path).statements[0].copies) == 3


def test_a_folder_of_tables_is_read_whole(tmp_path: Path) -> None:
    for name, row in zip(("p0.parquet", "p1.parquet"), ROWS, strict=True):
        pq.write_table(pa.Table.from_pylist([row]), tmp_path / name)
    _check(sd.detect(tmp_path))


def test_rows_without_an_id_are_called_by_file_and_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('body,outlet,published\n"x, y",Post,2020-06-10\nz,,\n', "utf-8")
    (tmp_path / "b.jsonl").write_text('{"content": "v"}\n\n{"content": null}\n', "utf-8")
    articles = sd.read([tmp_path / "a.csv", tmp_path / "b.jsonl"])
    assert [(a.id, a.text, a.source, a.date) for a in articles] == [
        ("a.csv:1", "x, y", "Post", date(2020, 6, 10)),
        ("a.csv:2", "z", None, None),
        ("b.jsonl:1", "v", None, None),
        ("b.jsonl:2", "", None, None),
    ]
    assert repr(articles) == "<4 articles, 6 bytes of text>"
    assert [article.text for article in articles[1:3]] == ["z", "v"]


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("nr;words;paper;day\n7;hello;Post;06/10/2020\n", "utf-8")
    (article,) = sd.read(path, text="words", id="nr", source="paper", date="")
    assert article == sd.Article("7", "hello", source="Post")
    with pytest.raises(sd.SyndetectError, match="'06/10/2020' is no date"):
        sd.read(path, text="words", date="day")


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text(folder, "utf-8")
    articles = sd.read([tmp_path / "x" / "a.txt", tmp_path / "y" / "a.txt"])
    assert [article.id for article in articles] == [
        str(tmp_path / "x" / "a.txt"),
        str(tmp_path / "y" / "a.txt"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-06-10", date(2020, 6, 10)),
        ("2020-06-10T14:30:00Z", datetime(2020, 6, 10, 14, 30, tzinfo=UTC)),
        ("Wed, 10 Jun 2020 14:30:00 +0000", datetime(2020, 6, 10, 14, 30, tzinfo=UTC)),
        ("10 June 2020", date(2020, 6, 10)),
        ("June 10, 2020", date(2020, 6, 10)),
        ("10.06.2020", date(2020, 6, 10)),
        ("26-FEB-1987 15:02:20.00", datetime(1987, 2, 26, 15, 2, 20)),
        (" ", None),
        (None, None),
    ],
)
def test_dates_are_read(text: str | None, expected: date | None) -> None:
    assert parse_date(text, "here") == expected


@pytest.mark.parametrize("name", ["o.jsonl", "o.csv", "o.parquet", "o.jsonl.gz", "o.csv.zst"])
@pytest.mark.parametrize("source", ["a.jsonl", "a.csv", "a.parquet"])
def test_what_is_kept_is_written_with_all_its_columns(
    source: str, name: str, tmp_path: Path
) -> None:
    _write(tmp_path / source)
    articles = gather(sd.read(tmp_path / source))
    write_articles(articles, np.array([False, True]), tmp_path / name)
    (article,) = sd.read(tmp_path / name)
    assert (article.id, article.text, article.source) == ("b", ROWS[1]["text"], "Times")
    assert article.date == date(2020, 6, 10)
    assert {path.name for path in tmp_path.iterdir()} == {source, name}


def test_unknown_columns_and_mixed_values_survive(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"text":"a b","tags":[1],"n":1}\n{"text":"c d","n":"x"}\n', "utf-8")
    articles = gather(sd.read(path))
    write_articles(articles, np.array([True, True]), tmp_path / "o.jsonl")
    assert (tmp_path / "o.jsonl").read_text("utf-8") == path.read_text("utf-8")
    write_articles(articles, np.array([True, True]), tmp_path / "o.parquet")
    assert pq.read_table(tmp_path / "o.parquet")["n"].to_pylist() == ["1", "x"]


def test_what_json_does_not_know_is_written_so_that_it_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        f'{{"text":"a \\ud800","n":NaN,"big":{1 << 70}}}\n{{"text":"b","n":NaN}}\n', "utf-8"
    )
    articles = gather(sd.read(path))
    write_articles(articles, np.array([True, True]), tmp_path / "o.jsonl")
    one, two = map(json.loads, (tmp_path / "o.jsonl").read_text("utf-8").splitlines())
    assert one == {"text": "a \ud800", "n": None, "big": 1 << 70}
    assert two == {"text": "b", "n": None}


def test_results_as_json_lines_and_arrow(tmp_path: Path) -> None:
    found = sd.detect(ROWS)
    whole = json.loads(found.to_json())
    (statement,) = whole["statements"]
    assert whole["settings"] == sd.Settings().fingerprint()
    assert statement["copies"][0]["date"] == "2020-06-10"
    found.to_jsonl(tmp_path / "found.jsonl")
    (line,) = (tmp_path / "found.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == {**statement, "settings": whole["settings"]}
    table = found.to_arrow()
    assert table.num_rows == 2
    assert table["article"].to_pylist() == ["b", "a"]
    assert table.schema.metadata[b"syndetect.settings"].decode() == whole["settings"]
    assert sd.detect([row["text"] for row in ROWS]).to_arrow()["article"].type == pa.int64()
    assert sd.detect([]).to_arrow().num_rows == 0


TAKEN = {
    "strings": pa.array(["ä", None, "b", "", "b"]),
    "large strings": pa.array(["ä", None, "b", "", "b"], pa.large_string()),
    "string views": pa.array(["ä", None, "b", "", "b"], pa.string_view()),
    "a dictionary": pa.array(["ä", None, "b", "", "b"]).dictionary_encode(),
    "a full dictionary": pa.DictionaryArray.from_arrays(
        pa.array(np.arange(-128, 128) & 127, pa.int8()), [f"outlet {k}" for k in range(128)]
    ),
    "a dictionary with nothing in it": pa.DictionaryArray.from_arrays(
        [0, 1, None, 0, 1], ["a", None]
    ),
    "nothing": pa.nulls(5),
    "numbers": pa.array([3, 1, 2, -5, 1 << 60]),
    "unsigned numbers": pa.array([3, 1, 2, 5, (1 << 64) - 1], pa.uint64()),
    "days": pa.array([date(2020, 6, k) if k > 1 else None for k in range(1, 6)]),
    "moments": pa.array([k * 10**15 for k in range(5)], pa.timestamp("us", "Europe/Berlin")),
}


@pytest.mark.parametrize("name", TAKEN)
def test_values_that_are_taken_are_those_of_arrow(name: str) -> None:
    array = TAKEN[name]
    rows = np.array([4, 0, 0, 3, 2, 1])
    for chunks in ([array], [array[:2], array[2:]]):
        column: Column[Any] = Column(pa.chunked_array(chunks))
        values = list(column)
        found = taken(column, rows)
        assert found == [values[row] for row in rows]
        assert [type(value) for value in found] == [type(values[row]) for row in rows]
        assert taken(column, rows[:0]) == []


@pytest.mark.parametrize(
    "ids",
    [
        [3, -1, 2, 1 << 60],
        np.array([(1 << 64) - 1, 0, 5], np.uint64),
        ["z", "é", "Z", "𐀀", "\uffff", "", "10", "9"],
    ],
)
def test_ids_have_one_order_wherever_they_stand(ids: Any) -> None:
    array = pa.array(ids)
    column: Column[str | int] = Column(pa.chunked_array([array[:2], array[2:]]))
    ids = array.to_pylist()
    assert [ids[place] for place in order_of_ids(column)] == sorted(ids)
    assert order_of_ids(ids).tolist() == order_of_ids(column).tolist()
    mixed = [*ids, "text", 7]
    found = [mixed[place] for place in order_of_ids(mixed)]
    assert found == [
        *sorted(i for i in mixed if isinstance(i, int)),
        *sorted(i for i in mixed if isinstance(i, str)),
    ]
