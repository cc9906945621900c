"""The command, run as a process."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

import syndetect as sd
from tests.unit.test_bad_input import run
from tests.unit.test_io import SAID

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"


def on_terminal(*arguments: str) -> str:
    """What the command shows on a terminal of 100 columns, without colours."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "syndetect", *arguments],
        stdout=child,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"},
    )
    os.close(child)
    shown = b""
    while True:
        try:
            piece = os.read(parent, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(parent)
    assert process.wait() == 0
    return re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).replace("\r\n", "\n")


def flat(text: str) -> str:
    return " ".join(text.split())


def test_detect_on_a_terminal_is_a_page() -> None:
    page = flat(on_terminal("detect", str(SEEDS)))
    (statement,) = sd.detect(SEEDS).statements
    assert "Statement 1 of 1 · 5 articles" in page
    for number, sentence in enumerate(statement.text.split(". "), start=1):
        assert f"{number} {sentence.rstrip('.')}." in page
    for copy in statement.copies:
        assert str(copy.article) in page
    assert (
        "word for word · 100% of the statement · 30% of the article 1, 2, 3, 4 word for word, quoted"
        in page
    )
    assert "governments should [put in place → set up] stronger regulations" in page
    assert "continue [+ steadily] to allow [organizations → businesses] like Thorn" in page
    assert "to use [- Amazon] Rekognition “to help" in page
    assert "3 reported speech: [We’ve → they have] advocated" in page
    assert "2 fragment, quoted: to help rescue human trafficking victims" in page


def test_the_page_in_the_readme_is_the_real_one() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    (shown,) = re.findall(r"```console\n\$ syndetect detect seeds\n(.*?)```", readme, re.DOTALL)
    *pieces, last = (flat(piece) for piece in shown.split("[…]"))
    page = flat(on_terminal("detect", str(SEEDS)))
    assert len(pieces) == 1
    for piece in (*pieces, last):
        head, _, piece = piece.partition("─") if "─" in piece else ("", "", piece)
        assert head.strip() in page
        assert piece.strip("─ ") in page


def test_detect_in_a_pipe_is_json_lines() -> None:
    done = run("detect", SEEDS)
    assert done.returncode == 0
    (line,) = done.stdout.splitlines()
    found = sd.detect(SEEDS)
    assert json.loads(line) == {
        **json.loads(found.to_json())["statements"][0],
        "settings": found.settings.fingerprint(),
    }
    assert "syndetect: passed over gold.json" in done.stderr
    assert "syndetect: 1 statement in 5 of 5 articles" in done.stderr


def test_detect_as_one_json_object_and_to_a_file(tmp_path: Path) -> None:
    done = run("detect", SEEDS, "--format", "json")
    assert json.loads(done.stdout) == json.loads(sd.detect(SEEDS).to_json())
    done = run("detect", SEEDS, "-o", tmp_path / "found.jsonl")
    assert done.stdout == ""
    assert (tmp_path / "found.jsonl").read_text("utf-8") == run("detect", SEEDS).stdout


def test_options_of_detect_reach_the_library() -> None:
    cut = json.loads(run("detect", SEEDS, "--similarity", "0.98").stdout)
    assert len(cut["copies"]) == 3
    assert run("detect", SEEDS, "--min-score", "500").stdout == ""


def test_articles_come_from_stdin() -> None:
    lines = "".join(
        json.dumps({"text": f"{word}. {SAID}"}) + "\n" for word in ("One", "Two")
    ).encode()
    for data in (lines, gzip.compress(lines)):
        done = run("detect", "-", stdin=data)
        assert [copy["article"] for copy in json.loads(done.stdout)["copies"]] == [
            "stdin:1",
            "stdin:2",
        ]
    table = b"body,outlet,published\n" + b"".join(
        b'"%s",Post,2020-06-1%d\n' % (SAID.encode(), k) for k in (2, 1)
    )
    done = run("detect", "-", "--input-format", "csv", stdin=table)
    copies = json.loads(done.stdout)["copies"]
    assert [(copy["article"], copy["source"], copy["date"]) for copy in copies] == [
        ("stdin:2", "Post", "2020-06-11"),
        ("stdin:1", "Post", "2020-06-12"),
    ]


def test_a_page_names_outlets_and_dates(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f'text,outlet,date\n"{SAID}",Post,2020-06-10\n"{SAID}",Times,2020-06-09\n', "utf-8"
    )
    page = flat(on_terminal("detect", str(path)))
    assert "Statement 1 of 1 · 2 articles · first Times (a.csv:2), 2020-06-09" in page
    assert "Post (a.csv:1) 2020-06-10 word for word · 100% of the statement" in page


def test_an_empty_page_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SAID, "utf-8")
    (tmp_path / "b.txt").write_text(
        "Nothing of this kind was ever heard in the streets of the old town.", "utf-8"
    )
    assert "no statement in 2 articles: no two share a run of 5 words" in flat(
        on_terminal("detect", str(tmp_path))
    )


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"{SAID[:40]}\x1b]0;owned\x07{SAID[40:]}", "utf-8")
    (tmp_path / "b.txt").write_text(f"{SAID[:40]}\x1b]0;owned\x07{SAID[40:]}", "utf-8")
    page = on_terminal("detect", str(tmp_path))
    assert "\x1b" not in page
    assert "\x07" not in page
    assert "owned" in page


def test_compare_shows_both_ways(tmp_path: Path) -> None:
    left, right = sorted(SEEDS.glob("*.txt"))[1], sorted(SEEDS.glob("*.txt"))[3]
    page = flat(on_terminal("compare", str(left), str(right)))
    assert "4 common passages" in page
    assert "[set up → put in place]" in page
    lines = run("compare", left, right).stdout.splitlines()
    whole = json.loads(run("compare", left, right, "--format", "json").stdout)
    assert [json.loads(line) for line in lines] == whole["matches"]
    assert len(lines) == 4
    done = run("compare", left, "-", stdin=right.read_bytes())
    assert done.stdout.splitlines() == lines
    done = run("compare", left, "-", stdin=b"Nothing in common.")
    assert (done.returncode, done.stdout) == (0, "")
    assert "no passage in common" in done.stderr


def test_dedupe_writes_what_it_keeps(tmp_path: Path) -> None:
    rows = [
        {"id": k, "text": f"{SAID} Number {k // 2} was drawn in the lottery.", "n": k}
        for k in range(4)
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    done = run("dedupe", path, "-o", tmp_path / "out.jsonl", "--threshold", "0.9")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"kept": 0, "dropped": [{"article": 1, "jaccard": 1.0}]},
        {"kept": 2, "dropped": [{"article": 3, "jaccard": 1.0}]},
    ]
    kept = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
    assert kept == [rows[0], rows[2]]
    assert "4 articles, 2 kept, 2 dropped" in done.stderr
    page = flat(on_terminal("dedupe", str(path), "--threshold", "0.9"))
    assert page == "kept 0 dropped 1 Jaccard 1.000 kept 2 dropped 3 Jaccard 1.000"
    whole = json.loads(run("dedupe", path, "--format", "json", "--threshold", "0.9").stdout)
    assert (whole["articles"], len(whole["clusters"]), whole["skipped"]) == (4, 2, [])
    assert flat(on_terminal("dedupe", str(SEEDS))) == "no duplicates"


def test_a_reader_that_leaves_early_is_no_error() -> None:
    done = subprocess.run(
        f"'{sys.executable}' -m syndetect detect '{SEEDS}' | head -c 10; echo \" ${{PIPESTATUS[0]}}\"",
        shell=True, executable="/bin/bash", capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout.decode().endswith(" 0\n")
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("verb", ["detect", "compare", "dedupe"])
def test_every_option_is_in_the_docs(verb: str) -> None:
    help_ = run(verb, "--help").stdout
    documented = (ROOT / "docs" / "command.md").read_text("utf-8")
    options = re.findall(r"--[a-z-]+", help_)
    assert len(options) > 3
    assert [option for option in options if f"`{option}" not in documented] == []
    assert run("--version").stdout == f"syndetect {sd.__version__}\n"
