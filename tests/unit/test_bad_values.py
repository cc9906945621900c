"""Bad values and options given to the library: one line that helps."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import syndetect as sd

VALUES: list[tuple[Any, type[Exception], str]] = [
    ("one text", TypeError, "articles is one str, but many articles are expected"),
    (b"bytes", TypeError, "articles is one bytes"),
    (5, TypeError, "articles is a int: give an iterable"),
    (None, TypeError, "articles is a NoneType"),
    ({"text": "a"}, TypeError, "articles is a dict"),
    (["a", b"b"], TypeError, "article 1 is bytes"),
    (["a", None], TypeError, "article 1 is NoneType"),
    (["a", Path("b")], TypeError, r"article 1 is (Posix|Windows)Path \(a path among texts"),
    ([{"text": 3}], TypeError, r"article 0: 'text' is int \('3'\), not a string"),
    ([{"txt": "a"}], ValueError, "article 0: there is no 'text' among 'txt'"),
    ([{"text": "a", "id": 1.5}], TypeError, "article 0: its id is 1.5"),
    ([{"text": "a", "id": "x"}] * 2, ValueError, "2 articles have the id 'x'"),
    ([{"text": "a", "date": "soon"}], ValueError, "article 0: 'soon' is no date"),
    (pd.DataFrame({"text": ["a", 3]}), TypeError, "the table cannot be read through Arrow"),
    (pa.table({"txt": ["a"]}), ValueError, "the table: there is no column 'text' among 'txt'"),
    (pa.table({"text": [1]}), TypeError, "the table: column 'text' is int64, not strings"),
    (
        pd.DataFrame({"text": ["a", "b"], "id": ["x", "x"]}),
        ValueError,
        "2 articles have the id 'x'",
    ),
    (pa.table({"text": ["a"], "id": [None]}), TypeError, "row 1 of column 'id' is None"),
    (Path("/nowhere/at/all"), OSError, "/nowhere/at/all: there is no such file or folder"),
]


@pytest.mark.parametrize(("value", "kind", "says"), VALUES)
def test_bad_values_are_told(value: Any, kind: type[Exception], says: str) -> None:
    for verb in (sd.detect, sd.dedupe):
        with pytest.raises(sd.SyndetectError, match=says) as caught:
            verb(value)
        assert isinstance(caught.value, kind)


def test_bad_options_are_told_by_the_library() -> None:
    bad: list[tuple[Callable[[], object], str]] = [
        (lambda: sd.dedupe([], threshold=0), "threshold is 0: give a value above 0"),
        (lambda: sd.dedupe([], threshold=1.01), "threshold is 1.01"),
        (lambda: sd.dedupe([], threshold=float("nan")), "threshold is nan"),
        (lambda: sd.dedupe([], ngram=0), "ngram is 0: give a whole number from 1 to 64"),
        (lambda: sd.minhash(["a"], num_perm=0), "num_perm is 0"),
        (lambda: sd.minhash(["a"], seed=-1), "seed is -1"),
        (lambda: sd.minhash("a"), "texts is one str"),
        (lambda: sd.compare("a", 5), "text_b is int, not str"),  # type: ignore[arg-type]
        (lambda: sd.Settings(min_score=0), "Settings.min_score is 0: give a value from 1 to 1000"),
        (lambda: sd.Settings(hubs=2.5), "Settings.hubs is 2.5"),  # type: ignore[arg-type]
        (lambda: sd.Settings(recall=True), "Settings.recall is True"),
        (lambda: sd.Article(1.5, "a"), "the id of an article is 1.5"),  # type: ignore[arg-type]
        (lambda: sd.Article("a", None), "article 'a': its text is NoneType"),  # type: ignore[arg-type]
        (lambda: sd.read(5), "path is a int"),  # type: ignore[arg-type]
        (lambda: sd.detect([], settings={}), "settings is a dict"),  # type: ignore[arg-type]
        (lambda: sd.dedupe([], settings="x"), "settings is a str"),  # type: ignore[arg-type]
        (lambda: sd.detect([]).at(similarity="x"), "similarity is 'x'"),  # type: ignore[arg-type]
        (lambda: sd.read("seeds", encoding="undefined"), "encoding 'undefined' is not known"),
        (lambda: sd.read([]), "there is no path to read"),
        (lambda: sd.read("seeds", encoding="no-such"), "encoding 'no-such' is not known"),
        (lambda: sd.read("seeds", format="pdf"), "format is 'pdf'"),  # type: ignore[arg-type]
    ]
    for call, says in bad:
        with pytest.raises(sd.SyndetectError, match=re.escape(says)):
            call()


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "9999"])
def test_a_wrong_thread_count_is_told(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYNDETECT_THREADS", value)
    with pytest.raises(sd.SyndetectError, match=f"SYNDETECT_THREADS is '{value}'"):
        sd.detect(["a", "b"])
