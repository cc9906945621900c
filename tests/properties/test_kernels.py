"""The kernels against their plain twins."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import datasketch
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import syndetect as sd
from syndetect import arrays
from syndetect.align.local import align
from syndetect.candidates.windows import whole_windows
from syndetect.sketch.shingles import shingle
from syndetect.text.corpus import Corpus
from syndetect.text.marks import Words
from syndetect.text.tokens import tokenize
from tests import oracles
from tests.strategies import edited

# Characters that every interpreter's Unicode version knows, and knows alike.
OLD = "".join(
    char
    for char in map(chr, range(0x3100))
    if unicodedata.ucd_3_2_0.category(char) not in ("Cn", "Cs")
)
SPECIAL = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "aZé1２٣'’.,-\u0301\u00ad\u200b\u200d\u0640\u0e31ก中がｶﾞか\u3099가ﬁß½™\0\ud800👍🇺\ufe0f"
        ),
        st.sampled_from(OLD),
    ),
    max_size=40,
)


def _tokens_of(text: str) -> list[tuple[int, int, int]]:
    corpus = Corpus.from_texts([text])
    tokens = tokenize(corpus)
    before = np.cumsum([0, *((corpus.data & 0xC0) != 0x80)])  # characters before each byte
    starts, ends = before[tokens.starts], before[tokens.ends]
    return list(zip(tokens.hashes.tolist(), starts.tolist(), ends.tolist(), strict=True))


@given(SPECIAL)
def test_tokens_equal_the_documented_rules(text: str) -> None:
    expected = [(oracles.word_hash(word), start, end) for word, start, end in oracles.tokens(text)]
    assert _tokens_of(text) == expected


@given(edited())
def test_tokens_of_near_duplicates_equal_the_documented_rules(texts: list[str]) -> None:
    for text in texts:
        assert [h for h, _, _ in _tokens_of(text)] == [
            oracles.word_hash(w) for w in oracles.words(text)
        ]


@given(
    st.lists(
        st.one_of(
            st.integers(1, 40).map(lambda size: ("Sixteen letters " * 3)[:size].replace(" ", "x")),
            st.sampled_from(("It's", "3,5", "1.", "Élan", "Ж", "“the", "日本語", "it'", "U.S.A.")),
        ),
        min_size=1,
        max_size=40,
    ),
    st.sampled_from((" ", ", ", "'", "\n\n", "—")),
)
def test_words_of_any_length_side_by_side_equal_the_documented_rules(
    words: list[str], between: str
) -> None:
    text = between.join(words)
    expected = [(oracles.word_hash(word), start, end) for word, start, end in oracles.tokens(text)]
    assert _tokens_of(text) == expected


@given(edited(), st.integers(1, 9))
def test_shingle_hashes_equal_the_documented_hash(texts: list[str], n: int) -> None:
    found = shingle(tokenize(Corpus.from_texts(texts)), n)
    for row, text in enumerate(texts):
        expected = [oracles.shingle_hash(run) for run in oracles.shingles(text, n)]
        assert found.hashes[found.offsets[row] : found.offsets[row + 1]].tolist() == expected


@given(edited(), st.integers(1, 6), st.sampled_from((1, 16, 128, 130)), st.integers(0, 2**32 - 1))
def test_minhash_equals_datasketch(texts: list[str], n: int, num_perm: int, seed: int) -> None:
    signatures = sd.minhash(texts, ngram=n, num_perm=num_perm, seed=seed)
    assert signatures.dtype == np.uint32
    assert signatures.shape == (len(texts), num_perm)
    for row, text in zip(signatures, texts, strict=True):
        sketch = datasketch.MinHash(num_perm=num_perm, seed=seed, hashfunc=lambda value: value)
        for run in oracles.shingles(text, n):
            sketch.update(oracles.shingle_hash(run) >> 32)
        assert np.array_equal(row, sketch.hashvalues)


TOKENS = st.lists(st.integers(0, 5), max_size=24)


@given(TOKENS, TOKENS, st.integers(10, 120), st.integers(50, 400))
def test_alignment_equals_the_full_table(
    x: list[int], y: list[int], penalty: int, least: int
) -> None:
    weights = [40 if token % 2 else 100 for token in x]
    left, right = (
        Words(
            np.array(values, dtype=np.uint32),
            np.array([token % 2 for token in values], dtype=np.uint8),
            np.array([0, len(values)]),
        )
        for values in (x, y)
    )
    table = np.array([100, 40, 40, 100], dtype=np.int32)
    one = np.zeros(1, dtype=np.int64)
    windows = whole_windows(one, one, np.array([[0, len(x), 0, len(y)]]))
    leasts = np.full(len(windows), least, np.int64)
    found = align(left, right, table, windows, penalty, leasts)
    got = []
    for score, a, b in zip(found.scores, found.offsets, found.offsets[1:], strict=False):
        runs = found.runs[a:b].tolist()
        got.append((int(score), [(i + k, j + k) for i, j, size in runs for k in range(size)]))
        assert all(  # a run is as long as it can be
            (i + size, j + size) != other[:2] for (i, j, size), other in pairwise(runs)
        )
    assert got == oracles.local_alignments(x, y, weights, penalty, least)


@pytest.mark.parametrize("jaccard", [0.2, 0.5, 0.8, 0.95])
def test_signatures_estimate_the_jaccard_within_four_standard_errors(jaccard: float) -> None:
    num_perm, size = 512, 1000
    common = round(2 * size * jaccard / (1 + jaccard))
    errors = []
    for seed in range(8):
        names = [f"w{seed}x{k}" for k in range(2 * size)]
        texts = [" ".join(names[:size]), " ".join(names[size - common : 2 * size - common])]
        a, b = sd.minhash(texts, ngram=1, num_perm=num_perm, seed=seed + 1)
        errors.append(float((a == b).mean()) - oracles.jaccard(*texts, 1))
    limit = 4 * (jaccard * (1 - jaccard) / num_perm) ** 0.5
    assert max(map(abs, errors)) <= limit
    assert abs(sum(errors) / len(errors)) <= limit / len(errors) ** 0.5


@given(edited())
def test_a_signature_is_found_in_a_datasketch_index(texts: list[str]) -> None:
    index = datasketch.MinHashLSH(threshold=0.5, num_perm=128)
    sketches = [datasketch.MinHash(hashvalues=row, scheme="affine32") for row in sd.minhash(texts)]
    for place, sketch in enumerate(sketches):
        index.insert(place, sketch)
    for place, sketch in enumerate(sketches):
        assert place in index.query(sketch)


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=9),
    st.integers(0, 3),
    st.lists(st.integers(0, 2**20), max_size=60),
    st.sampled_from((8, 64, 1 << 20)),
)
def test_arrays_copied_in_threads_equal_those_that_numpy_copies(
    sizes: list[int], width: int, rows: list[int], copied: int
) -> None:
    ends = np.cumsum([0, *sizes])
    shapes = [(size, width) if width else (size,) for size in sizes]
    parts = [
        np.arange(100 * end, 100 * end + np.prod(shape)).reshape(shape)
        for end, shape in zip(ends.tolist(), shapes, strict=False)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "_COPIED", copied)
        patch.setenv("SYNDETECT_THREADS", "3")
        whole = arrays.concatenated(parts)
        assert np.array_equal(whole, np.concatenate(parts))
        chosen = np.array(rows if len(whole) else [], np.int64) % max(len(whole), 1)
        assert np.array_equal(arrays.picked(whole, chosen), whole[chosen])
