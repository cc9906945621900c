"""How long each stage takes on the seed articles; every benchmark checks its answer first.

As plain tests they run with the others. For times::

    make bench
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasketch
import numpy as np
import pytest

import syndetect as sd
from syndetect.sketch.minhash import sign
from syndetect.sketch.shingles import shingle
from syndetect.text.corpus import Corpus
from syndetect.text.tokens import tokenize

SEEDS = Path(__file__).parents[1] / "seeds"
COPIES = 200  # how often the five articles are laid end to end for the stages


@pytest.fixture(name="texts", scope="module")
def _texts() -> list[str]:
    return [article.text for article in sd.read(SEEDS)]


@pytest.fixture(name="corpus", scope="module")
def _corpus(texts: list[str]) -> Corpus:
    return Corpus.from_texts(texts * COPIES)


def test_tokenize(benchmark: Any, corpus: Corpus) -> None:
    tokens = benchmark(tokenize, corpus)
    assert len(tokens.hashes) == COPIES * 1920
    benchmark.extra_info["bytes"] = len(corpus.data)


def test_shingle(benchmark: Any, corpus: Corpus) -> None:
    tokens = tokenize(corpus)
    shingles = benchmark(shingle, tokens, 5)
    assert len(shingles.hashes) == len(tokens.hashes) - 4 * len(corpus)


def test_sign(benchmark: Any, corpus: Corpus) -> None:
    shingles = shingle(tokenize(corpus), 5)
    signatures = benchmark(sign, shingles, 128, 1)
    assert signatures.shape == (5 * COPIES, 128)
    assert np.array_equal(signatures[:5], signatures[-5:])


def test_minhash_from_raw_text(benchmark: Any, texts: list[str]) -> None:
    signatures = benchmark(sd.minhash, texts * COPIES)
    assert np.array_equal(signatures[:5], sd.minhash(texts))


def test_datasketch_from_raw_text(benchmark: Any, texts: list[str]) -> None:
    """The same from the library whose signatures these are, on words parted by spaces."""

    def signatures() -> list[datasketch.MinHash]:
        words = [text.lower().split() for text in texts * COPIES]
        return datasketch.MinHash.bulk(
            [[" ".join(w[i : i + 5]).encode() for i in range(len(w) - 4)] for w in words],
            num_perm=128,
        )

    found = benchmark(signatures)
    assert [len(sketch) for sketch in found] == [128] * 5 * COPIES


def test_detect(benchmark: Any) -> None:
    articles = sd.read(SEEDS)
    found = benchmark(sd.detect, articles)
    assert [len(statement.copies) for statement in found.statements] == [5]


def test_compare(benchmark: Any, texts: list[str]) -> None:
    found = benchmark(sd.compare, texts[1], texts[3])
    assert len(found.matches) == 4


def test_dedupe(benchmark: Any, texts: list[str]) -> None:
    changed = [f"{text} Edition {k}." for k in range(COPIES) for text in texts]
    found = benchmark(sd.dedupe, changed, threshold=0.7)
    assert found.keep.sum() == 5
