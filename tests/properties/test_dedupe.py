"""What `dedupe` promises."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import syndetect as sd
from tests import oracles
from tests.strategies import SCRIPTS, edited

THRESHOLDS = st.one_of(
    st.sampled_from([k / 10 for k in range(3, 11)]), st.floats(0.3, 1.0, allow_nan=False)
)


@given(edited(), THRESHOLDS, st.integers(1, 6))
def test_dedupe_equals_all_pairs(texts: list[str], threshold: float, ngram: int) -> None:
    found = sd.dedupe(texts, threshold=threshold, ngram=ngram)
    kept_for, pairs = oracles.dedupe(texts, threshold, ngram)
    assert found.kept_for.tolist() == kept_for
    assert found.keep.tolist() == [place == keeper for place, keeper in enumerate(kept_for)]
    got = {(left, right): jaccard for left, right, jaccard in found.pairs.tolist()}
    first = {}  # texts with equal words are listed with the first of them only
    for place, text in enumerate(texts):
        first.setdefault(tuple(oracles.shingles(text, ngram)), place)
    firsts = [first[tuple(oracles.shingles(text, ngram))] for text in texts]
    expected = {
        (i, k): value
        for (i, k), value in pairs.items()
        if (firsts[i] == i and firsts[k] == k)
        or firsts[k] == i
        or (firsts[k] != k and kept_for[k] == i)
    }
    assert got == expected


def test_a_text_goes_where_an_earlier_one_with_its_words_goes() -> None:
    words = [f"word{k}" for k in range(20)]
    left_out = " ".join(words[:14] + words[15:])
    other = " ".join([*words[:3], "else", *words[4:]])  # nearer to the whole than the first
    whole = " ".join(words)
    found = sd.dedupe([left_out, whole, other, whole.upper()], threshold=0.5)
    assert found.kept_for.tolist() == [0, 0, 2, 0]


@given(edited(), THRESHOLDS)
def test_clusters_tell_the_same_as_kept_for(texts: list[str], threshold: float) -> None:
    found = sd.dedupe(texts, threshold=threshold)
    members = sorted(place for cluster in found.clusters for place in cluster)
    assert len(members) == len(set(members))
    for keeper, *dropped in found.clusters:
        assert found.keep[keeper]
        assert dropped == np.flatnonzero((found.kept_for == keeper) & ~found.keep).tolist()
    assert sum(len(cluster) - 1 for cluster in found.clusters) == int((~found.keep).sum())


@given(edited())
def test_the_earliest_dated_is_kept(texts: list[str]) -> None:
    articles = [
        {"text": text, "date": f"2020-01-{28 - place:02d}"} for place, text in enumerate(texts)
    ]
    found = sd.dedupe(articles, threshold=0.5)
    kept_for, _ = oracles.dedupe(texts[::-1], 0.5, 5)
    last = len(texts) - 1
    assert found.kept_for.tolist() == [last - keeper for keeper in kept_for[::-1]]


def _dump(count: int, seed: int) -> list[str]:
    """Random texts, a third of them edited copies of an earlier one, some equal."""
    rng, script = random.Random(seed), SCRIPTS["latin"]
    vocabulary = script.words(rng, 3000)
    texts: list[str] = []
    for _ in range(count):
        if texts and rng.random() < 0.35:
            words = rng.choice(texts).split()
            for _ in range(rng.choice((0, 1, 1, 2, 3, 5))):
                words[rng.randrange(len(words))] = rng.choice(vocabulary)
        else:
            words = [rng.choice(vocabulary) for _ in range(rng.randint(30, 90))]
        texts.append(" ".join(words))
    return texts


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.95, 1.0])
def test_signatures_find_the_pairs_of_a_larger_set(threshold: float) -> None:
    texts = _dump(800, seed=7)
    _, expected = oracles.dedupe(texts, threshold, 5)
    found = sd.dedupe(texts, threshold=threshold)
    got = {(left, right): jaccard for left, right, jaccard in found.pairs.tolist()}
    assert all(expected[pair] == jaccard for pair, jaccard in got.items())
    dropped = np.flatnonzero(~found.keep)
    assert len(dropped) > 30
    for place in dropped.tolist():
        keeper = int(found.kept_for[place])
        assert found.keep[keeper]
        assert oracles.jaccard(texts[place], texts[keeper], 5) >= threshold
    kept = {place for place in range(len(texts)) if found.keep[place]}
    missed = [pair for pair in expected if pair[0] in kept and pair[1] in kept]
    limit = 0.01 + 4 * (0.01 * 0.99 / len(expected)) ** 0.5
    assert len(missed) <= limit * len(expected)


def test_many_texts_in_one_bucket_stay_exact() -> None:
    """600 texts of one kind fill single buckets; no article is dropped for a dissimilar one."""
    rng, script = random.Random(3), SCRIPTS["latin"]
    base = script.words(rng, 60)
    texts = []
    for _ in range(600):
        words = list(base)
        for _ in range(rng.randint(0, 8)):
            words[rng.randrange(len(words))] = script.word(rng)
        texts.append(" ".join(words))
    found = sd.dedupe(texts, threshold=0.7)
    kept_for, _ = oracles.dedupe(texts, 0.7, 5)
    assert found.kept_for.tolist() == kept_for


def test_boilerplate_common_to_all_hides_few_pairs() -> None:
    """Most words are the same in all articles: signatures alone cannot part them."""
    rng = random.Random(0)

    def words(count: int) -> list[str]:
        return [f"w{rng.randrange(40000)}" for _ in range(count)]

    common, texts = words(200), []
    for _ in range(300):
        own = words(28)
        texts += [" ".join(common + own), " ".join(common + own[:11] + words(17))]
    _, expected = oracles.dedupe(texts, 0.8, 5)
    found = sd.dedupe(texts, threshold=0.8)
    assert len(expected) > 250
    assert len(found.pairs) >= 0.95 * len(expected)


def test_an_equal_of_a_dropped_article_is_paired_with_the_one_kept() -> None:
    kept = " ".join(f"word{k}" for k in range(20))
    found = sd.dedupe([kept, f"{kept} extra", f"{kept} EXTRA"])
    assert found.kept_for.tolist() == [0, 0, 0]
    assert found.pairs.tolist() == [(0, 1, 16 / 17), (0, 2, 16 / 17), (1, 2, 1.0)]


def test_a_thousand_equal_texts_give_one_pair_each() -> None:
    texts = ["We stand ready to help if requested, the company said."] * 1000
    found = sd.dedupe(texts)
    assert found.keep.sum() == 1
    assert found.pairs["left"].tolist() == [0] * 999
    assert found.pairs["right"].tolist() == list(range(1, 1000))
    assert set(found.pairs["jaccard"].tolist()) == {1.0}
