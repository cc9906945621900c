"""Bad input, through the command and through the library: one line that helps, or as documented."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import syndetect as sd
from tests.unit.test_io import SAID

Make = Callable[[Path], Path]
LINES = "".join(json.dumps({"id": k, "text": f"{SAID} {k}"}) + "\n" for k in range(3000)).encode()


def run(
    *arguments: object, stdin: bytes = b"", **environment: str
) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "syndetect", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONWARNINGS": "error", **environment},
        check=False,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def told(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that an error is told in."""
    assert "Traceback" not in done.stderr
    lines = [
        line
        for line in done.stderr.splitlines()
        if "compiling" not in line and "passed over" not in line
    ]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("syndetect: ")
    return lines[0]


def put(name: str, data: bytes | str) -> Make:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return make


def folder_with(*names: str) -> Make:
    def make(folder: Path) -> Path:
        inner = folder / "inner"
        inner.mkdir()
        for name in names:
            (inner / name).write_text("x", "utf-8")
        return inner

    return make


def _cut_zstd(folder: Path) -> Path:
    path = folder / "cut.jsonl.zst"
    with pa.OSFile(str(path), "wb") as raw, pa.CompressedOutputStream(raw, "zstd") as stream:
        stream.write(LINES)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


@dataclass(frozen=True)
class Bad:
    """A bad input and what must be said of it."""

    make: Make
    says: str


CASES = {
    "missing": Bad(
        lambda folder: folder / "nothing.txt", r"nothing\.txt: there is no such file or folder"
    ),
    "empty folder": Bad(folder_with(), r"inner: the folder holds no articles \(0 other files\)"),
    "folder of other files": Bad(folder_with("a.md", "b.json"), r"no articles \(2 other files\)"),
    "unknown name": Bad(put("a.docx", "x"), r"a\.docx: the name does not tell the format"),
    "invalid UTF-8": Bad(
        put("a.txt", b"Caf\xe9"), r"a\.txt: byte 3 \(0xe9\) is not utf-8: name the encoding"
    ),
    "invalid UTF-8 in CSV": Bad(
        put("a.csv", b"text\nCaf\xe9\n"), r"a\.csv: byte 8 \(0xe9\) is not utf-8"
    ),
    "invalid UTF-8 in JSON": Bad(
        put("a.jsonl", b'{"text": "\xff"}'), r"a\.jsonl: byte 10 \(0xff\)"
    ),
    "broken JSON": Bad(
        put("a.jsonl", '{"text": "a"}\n{"text": "b"}\n{"text": \n'),
        r"a\.jsonl: line 3: broken JSON",
    ),
    "no object": Bad(
        put("a.jsonl", '{"text": "a"}\n7\n'), r"a\.jsonl: line 2: it is no JSON object"
    ),
    "no text key": Bad(
        put("a.jsonl", '{"text": "a"}\n{"txt": "b"}\n'), r"line 2: there is no 'text' among 'txt'"
    ),
    "text that is a number": Bad(
        put("a.jsonl", '{"text": 5}\n'), r"a\.jsonl: line 1: 'text' is int \('5'\), not a string"
    ),
    "id that is a list": Bad(
        put("a.jsonl", '{"text": "a", "id": [1]}'), r"line 1: its id is \[1\]"
    ),
    "bad date": Bad(
        put("a.jsonl", '{"text": "a", "date": "6/10/20"}'), r"line 1: '6/10/20' is no date"
    ),
    "duplicate ids": Bad(
        put(
            "a.jsonl",
            '{"text": "a", "id": "x"}\n{"text": "b", "id": "y"}\n{"text": "b", "id": "x"}\n',
        ),
        r"a\.jsonl: 2 articles have the id 'x' \(the first two are number 1 and 3 of 3\)",
    ),
    "missing column": Bad(put("a.csv", "id,txt\n1,a\n"), r"no column 'text' among 'id', 'txt'"),
    "duplicate ids in a table": Bad(
        put("a.csv", "id,text\n1,a\n1,b\n"), r"2 articles have the id '1'"
    ),
    "two columns of one name": Bad(
        put("a.csv", "id,text,text\n1,a,b\n"), r"a\.csv: two columns are called 'text'"
    ),
    "endless number": Bad(put("a.jsonl", '{"n": ' + "9" * 5000 + "}"), r"line 1: broken JSON"),
    "impossible date": Bad(
        put("a.jsonl", '{"text": "a", "date": "Mon, 1 Jan 99999999999999999999 00:00:00 GMT"}'),
        r"line 1: 'Mon, 1 Jan .*is no date",
    ),
    "ragged CSV": Bad(
        put("a.csv", "id,text\n1,a\n2\n"), r"a\.csv: broken CSV .*Expected 2 columns, got 1"
    ),
    "empty CSV": Bad(put("a.csv", ""), r"a\.csv: the CSV file is empty"),
    "corrupt Parquet": Bad(
        put("a.parquet", b"PAR1 and then nothing"), r"a\.parquet: no Parquet file"
    ),
    "empty Parquet": Bad(put("a.parquet", b""), r"a\.parquet: no Parquet file"),
    "no gzip": Bad(put("a.jsonl.gz", LINES), r"a\.jsonl\.gz: the gzip data is damaged or cut off"),
    "truncated gzip": Bad(
        put("a.jsonl.gz", gzip.compress(LINES)[:-200]),
        r"a\.jsonl\.gz: the gzip data is damaged or cut off",
    ),
    "corrupt gzip": Bad(
        put("a.jsonl.gz", (lambda d: d[:3000] + b"\0\0\0\0" + d[3004:])(gzip.compress(LINES))),
        r"a\.jsonl\.gz: ",
    ),
    "truncated zstd": Bad(_cut_zstd, r"cut\.jsonl\.zst: the zstd data is damaged or cut off"),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_files_are_told_by_the_library(name: str, tmp_path: Path) -> None:
    path = CASES[name].make(tmp_path)
    for verb in (sd.detect, sd.dedupe, sd.read):
        with pytest.raises(sd.SyndetectError, match=CASES[name].says) as caught:
            verb(path)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", CASES)
def test_bad_files_are_told_by_the_command(name: str, tmp_path: Path) -> None:
    path = CASES[name].make(tmp_path)
    done = run("detect", path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.search(CASES[name].says, told(done))


def test_the_encoding_can_be_named(tmp_path: Path) -> None:
    path = put("a.txt", "Café".encode("latin-1"))(tmp_path)
    assert sd.read(path, encoding="latin-1")[0].text == "Café"
    assert run("detect", path, "--encoding", "latin-1").returncode == 0


def test_a_column_that_was_named_must_be_there(tmp_path: Path) -> None:
    for path in (
        put("a.csv", "id,text\n1,a\n")(tmp_path),
        put("a.jsonl", '{"text": "a"}')(tmp_path),
    ):
        for name in ("text", "id", "source", "date", "title", "url"):
            with pytest.raises(
                sd.SyndetectError, match=f"no column 'nope' among .*--{name}-column"
            ):
                sd.read(path, **{name: "nope"})  # type: ignore[arg-type]


def test_what_arrow_cannot_hold_is_written_as_text(tmp_path: Path) -> None:
    path = put("a.jsonl", '{"id": 1180591620717411303424, "text": "x \\ud800 y"}')(tmp_path)
    done = run("dedupe", path, "-o", tmp_path / "o.parquet")
    assert done.returncode == 0, done.stderr
    assert sd.read(tmp_path / "o.parquet")[0].text == "x \\ud800 y"
    articles = [sd.Article(k, f"\ud800. {SAID}") for k in (2**70, 2**71)]
    assert sd.detect(articles).to_arrow()["article"].to_pylist() == [str(2**70), str(2**71)]


def test_other_line_ends_and_utf16_are_read(tmp_path: Path) -> None:
    path = put("a.csv", "id,text\r1,a b\r2,c d\r")(tmp_path)
    assert [article.text for article in sd.read(path)] == ["a b", "c d"]
    path = put("u.txt", "Café".encode("utf-16"))(tmp_path)
    assert sd.read(path)[0].text == "Café"


def test_missing_values_of_tables_are_none() -> None:
    rows = pd.DataFrame({"text": ["a b"], "source": [float("nan")], "date": [pd.NaT]}).to_dict(
        "records"
    )
    from syndetect.io.articles import gather

    (article,) = gather(rows)
    assert (article.source, article.date) == (None, None)
    assert len(gather(pd.Series(["a b", "c d"]))) == 2


def test_nul_bytes_and_lone_surrogates_only_part_words() -> None:
    texts = [f"\0{SAID}\0More\0", f"\ud83d {SAID} \udc00", f"x\0{SAID}"]
    found = sd.detect(texts)
    (statement,) = found.statements
    assert len(statement.copies) == 3
    for copy in statement.copies:
        (part,) = copy.parts
        assert texts[int(copy.article)][part.start : part.end] == SAID
    json.loads(found.to_json())
    odd = sd.detect([{"text": texts[1], "id": "\ud800"}, {"text": texts[2], "id": "b"}])
    assert len(json.loads(odd.to_json())["statements"]) == 1


def test_nul_bytes_and_lone_surrogates_pass_through_the_command(tmp_path: Path) -> None:
    texts = [f"\0{SAID}\0More\0", f"\ud83d {SAID} \udc00"]
    path = put("a.jsonl", "".join(json.dumps({"text": text}) + "\n" for text in texts))(tmp_path)
    (line,) = run("detect", path).stdout.splitlines()
    for copy in json.loads(line)["copies"]:
        (part,) = copy["parts"]
        text = texts[int(copy["article"].rpartition(":")[2]) - 1]
        assert text[part["start"] : part["end"]] == SAID
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_bytes(text.encode("utf-8", "replace"))
    assert (
        len(json.loads(run("detect", tmp_path / "0.txt", tmp_path / "1.txt").stdout)["copies"]) == 2
    )


def test_an_article_of_twenty_megabytes(tmp_path: Path) -> None:
    words = " ".join(f"w{k * 7919 % 1000003}" for k in range(2_700_000))
    large = f"{words[:9_000_000]} {SAID} {words[9_000_000:]}"
    assert len(large.encode()) > 20_000_000
    found = sd.detect([large, f"Before. {SAID} After."])
    (statement,) = found.statements
    assert statement.text == SAID
    (part,) = next(copy for copy in statement.copies if copy.article == 0).parts
    assert large[part.start : part.end] == SAID
    (tmp_path / "large.txt").write_text(large, "utf-8")
    (tmp_path / "small.txt").write_text(f"Before. {SAID} After.", "utf-8")
    done = run("detect", tmp_path)
    (copy, _) = json.loads(done.stdout)["copies"]
    assert [(p["start"], p["end"]) for p in copy["parts"]] == [(part.start, part.end)]


def test_empty_and_short_articles_are_legal(tmp_path: Path) -> None:
    path = put("a.jsonl", '{"text": ""}\n{"text": null}\n{"text": "Too short."}\n')(tmp_path)
    done = run("detect", path)
    assert done.returncode == 0
    assert done.stdout == ""
    assert "3 skipped" in done.stderr
    assert "skipped a.jsonl:1: empty" in done.stderr
    assert "skipped a.jsonl:3: too short: evidence" in done.stderr
    found = sd.dedupe(path)
    assert found.keep.all()
    assert [skipped.article for skipped in found.skipped] == ["a.jsonl:1", "a.jsonl:2"]


def test_an_output_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    path = put("a.jsonl", LINES[:20000].rpartition(b"\n")[0])(tmp_path)
    before = sorted(tmp_path.iterdir())
    for verb in ("detect", "dedupe"):
        done = run(verb, path, "-o", tmp_path / "no" / "such" / "out.jsonl")
        assert done.returncode == 1
        assert "out.jsonl: it cannot be written (No such file or directory)" in told_last(done)
        done = run(verb, path, "-o", tmp_path)
        assert done.returncode == 1
    assert "the name does not tell the format" in told(
        run("dedupe", path, "-o", tmp_path / "o.doc")
    )
    assert sorted(tmp_path.iterdir()) == before


def told_last(done: subprocess.CompletedProcess[str]) -> str:
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def test_a_stdout_that_takes_nothing_is_told(tmp_path: Path) -> None:
    path = put("a.jsonl", LINES)(tmp_path)
    with path.open("rb") as shut:  # open for reading only: every write fails
        done = subprocess.run(
            [sys.executable, "-m", "syndetect", "detect", str(path)],
            stdout=shut,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert b"Bad file descriptor" in done.stderr.splitlines()[-1]
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()])
@pytest.mark.parametrize("column", ["id", "text", "source", "date"])
def test_strings_of_a_table_that_are_not_utf_8_are_told(
    column: str, kind: pa.DataType, tmp_path: Path
) -> None:
    good = pa.array([f"{k} {SAID}" for k in range(3)], kind)
    bad = pa.array([b"a", b"caf\xe9", b"c"]).view(pa.string()).cast(kind)
    table = pa.table({"text": good, column: bad})
    with pytest.raises(sd.SyndetectError, match=f"row 2 of column '{column}' is not utf-8"):
        sd.detect(table)
    pq.write_table(table, tmp_path / "a.parquet")
    done = run("detect", str(tmp_path / "a.parquet"))
    assert f"a.parquet: row 2 of column '{column}' is not utf-8" in told(done)


def test_another_column_that_is_not_utf_8_is_told_when_it_cannot_be_written(tmp_path: Path) -> None:
    note = pa.array([b"a", b"caf\xe9"]).view(pa.string())
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a b c d e f", "g h i j k l"], "note": note}), path)
    done = run("dedupe", str(path), "-o", str(tmp_path / "o.jsonl"))
    assert "cannot be written as JSON lines" in told(done)
    assert list(tmp_path.iterdir()) == [path]
    assert run("dedupe", str(path), "-o", str(tmp_path / "o.parquet")).returncode == 0


def test_an_old_output_is_untouched_when_the_new_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from syndetect import results

    target = tmp_path / "out.jsonl"
    target.write_text("old", "utf-8")
    found = sd.detect([f"a {SAID}", f"b {SAID}"])

    def fail(value: object) -> bytes:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results, "to_line", fail)
    with pytest.raises(sd.SyndetectError, match="No space left on device"):
        found.to_jsonl(target)
    assert target.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


USAGE = {
    "no verb": (),
    "unknown verb": ("find", "seeds"),
    "no path": ("detect",),
    "unknown option": ("detect", "seeds", "--loud"),
    "wrong format": ("detect", "seeds", "--format", "xml"),
    "no number": ("dedupe", "seeds", "--threshold", "high"),
    "one text": ("compare", "seeds"),
    "stdin twice": ("compare", "-", "-"),
}


@pytest.mark.parametrize("name", USAGE)
def test_a_wrong_call_exits_with_two(name: str) -> None:
    done = run(*USAGE[name])
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    if USAGE[name]:
        assert "--help)" in told(done)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("dedupe", "seeds", "--threshold", "1.5"),
            "threshold is 1.5: give a value above 0 and at most 1",
        ),
        (("dedupe", "seeds", "--ngram", "0"), "ngram is 0"),
        (("detect", "seeds", "--similarity", "7"), "similarity is 7.0: give a value from 0 to 1"),
        (("detect", "seeds", "--min-score", "0"), "Settings.min_score is 0.0"),
        (("compare", "seeds", "README.md"), "seeds: it is a folder: give two text files"),
        (("detect", "seeds", "-o", "found.csv"), "found.csv: detect writes JSON lines"),
        (("detect", "seeds", "--encoding", "klingon"), "encoding 'klingon' is not known"),
    ],
)
def test_a_value_out_of_range_is_told(arguments: tuple[str, ...], says: str) -> None:
    done = run(*arguments)
    assert done.returncode == 1
    assert says in told(done)
