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
    assert statement.id == "5bc80f802c0a2715"
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
    "3dc101f61a23a718",
    "a290c14db412d078",
    "256cadef3232570c",
    "0e85c0c219564896",
    "afada04c867f4498",
    "af873a4c863e0546",
    "e6f79719051ff286",
    "9bc80fbd5b640ccd",
    "dc32730b0ccc0fe4",
    "ee85a7ad45ce9263",
    "8935baf305f374b4",
]
SHINGLES = [
    "5549ee81f723779b",
    "409aa81b5d1733c7",
    "1907c92bd0b4eb86",
    "08ee811ec9bec543",
    "bd43f12db7147cf9",
    "e3fe30740d6e84fe",
    "e9868e1d49481207",
]
SIGNATURE = [620682150, 374411361, 499639645, 721773370, 52760612, 358716062, 1104743734, 262188004]
FINGERPRINT = "2970f2e458760fac"
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
