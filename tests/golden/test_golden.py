"""Values that users may have saved; a change of one needs a new format and a line in CHANGELOG."""

from __future__ import annotations

from pathlib import Path

import syndetect as sd
from syndetect.sketch.shingles import shingle
from syndetect.text.corpus import Corpus
from syndetect.text.folding import folding
from syndetect.text.tokens import tokenize

SEEDS = Path(__file__).parents[2] / "seeds"
TEXT = "We’ve advocated that Ämter, 中文 and 1,000.5 организации stand ready."


def test_tokens() -> None:
    tokens = tokenize(Corpus.from_texts([TEXT]))
    assert [f"{token:016x}" for token in tokens.hashes] == TOKENS


def test_shingles() -> None:
    shingles = shingle(tokenize(Corpus.from_texts([TEXT])), 5)
    assert [f"{value:016x}" for value in shingles.hashes] == SHINGLES


def test_signature() -> None:
    assert sd.minhash([TEXT])[0, :8].tolist() == SIGNATURE


def test_settings() -> None:
    assert sd.Settings().fingerprint() == FINGERPRINT


def test_statement() -> None:
    (statement,) = sd.detect(SEEDS).statements
    assert statement.id == "2f1cbbc92178d583"
    places = [
        (str(copy.article)[:3], part.start, part.end, str(part.kind))
        for copy in statement.copies
        for part in copy.parts
    ]
    assert places == PARTS


def test_folding_table() -> None:
    table = folding()
    assert (table.blocks.shape, table.block_of.shape) == (TABLE, (4352,))


TOKENS = [
    "278313fdfd4c47b6",
    "8fee8532af121db2",
    "58cf1779d16b039d",
    "14658f791c242dd4",
    "f00f31b5f3e28f21",
    "fb4aa92c603d3702",
    "87db1e362825719b",
    "63a08bff9ba3a4c2",
    "06bd4607d6a86b7e",
    "d3968588037ea19f",
    "13b66419cde4f053",
]
SHINGLES = [
    "82ff28d4a37a2a1a",
    "d14e4e97924b2396",
    "c2ed97854005ad6f",
    "49b49aff6d37994c",
    "8fd802353d1a7b96",
    "b95312bca2ab73c8",
    "75b3b27e988fc1b1",
]
SIGNATURE = [752592126, 294642259, 1817937042, 14845701, 45036747, 199363907, 506177521, 87113864]
FINGERPRINT = "e0d999e15faaf306"
PARTS = [
    ("000", 145, 348, "verbatim"),
    ("000", 404, 541, "verbatim"),
    ("000", 672, 762, "partial"),
    ("001", 1314, 1411, "verbatim"),
    ("001", 1412, 1686, "paraphrased"),
    ("001", 1687, 1886, "paraphrased"),
    ("001", 1887, 2031, "paraphrased"),
    ("002", 693, 896, "verbatim"),
    ("002", 912, 1049, "verbatim"),
    ("002", 2180, 2425, "reported"),
    ("003", 180, 277, "verbatim"),
    ("003", 278, 529, "verbatim"),
    ("003", 581, 784, "verbatim"),
    ("003", 785, 922, "verbatim"),
    ("004", 490, 587, "verbatim"),
    ("004", 588, 839, "verbatim"),
    ("004", 1239, 1376, "reported"),
    ("004", 1379, 1444, "partial"),
    ("004", 1445, 1582, "verbatim"),
]
TABLE = (603, 256)
