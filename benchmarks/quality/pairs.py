"""Pairs of articles: those that one statement brings together, and what others would say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

import syndetect as sd

Pair = tuple[int, int]
PASSAGE = 0.05  # two articles are copies when what they have in common is such a share of either
Parts = list[tuple[int, int, int]]  # of a copy: start and end in the statement, size in the article


def together(statements: Iterable[sd.Statement]) -> dict[Pair, float]:
    """Pairs of articles that carry the same of one statement, and the largest share this has of either.

    Two articles of which one carries the first sentence and the other the last do not meet.
    """
    pairs: dict[Pair, float] = defaultdict(float)
    for statement in statements:
        copies = sorted(
            (
                int(copy.article),
                copy.share,
                [(p.statement_start, p.statement_end, p.end - p.start) for p in copy.parts],
            )
            for copy in statement.copies
        )
        for (one, share, mine), (other, more, theirs) in combinations(copies, 2):
            common = max(share * _common(mine, theirs), more * _common(theirs, mine))
            if common:
                pairs[one, other] = max(pairs[one, other], common)
    return pairs


def _common(mine: Parts, theirs: Parts) -> float:
    """The share of one copy's parts that stands where the other has the statement too."""
    spans: list[tuple[int, int]] = []  # of the other, without what it has twice
    for first, last, _ in sorted(theirs):
        first = max(first, spans[-1][1] if spans else 0)
        if first < last:
            spans.append((first, last))
    held = sum(
        size * max(min(end, last) - max(start, first), 0) / (end - start)
        for start, end, size in mine
        for first, last in spans
    )
    return held / sum(size for _, _, size in mine)


def same(labels: Sequence[Any]) -> set[Pair]:
    """All pairs with one label."""
    rows = defaultdict(list)
    for row, label in enumerate(labels):
        rows[label].append(row)
    return {pair for some in rows.values() for pair in combinations(some, 2)}


def owners(runs: Sequence[set[tuple[str, ...]]]) -> list[tuple[tuple[str, ...], list[int]]]:
    """Each run of words that two texts or more have, and who has it, ascending."""
    found: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for row, some in enumerate(runs):
        for run in some:
            found[run].append(row)
    return [(run, rows) for run, rows in found.items() if len(rows) > 1]


def related(labels: Sequence[Any], runs: Iterable[list[int]]) -> set[Pair]:
    """All pairs of rows whose labels have a run of words in common."""
    rows = defaultdict(list)
    for row, label in enumerate(labels):
        rows[label].append(row)
    linked = {
        pair for some in runs for pair in combinations(sorted({str(labels[k]) for k in some}), 2)
    }
    by_name = {str(label): some for label, some in rows.items()}
    return {
        (min(a, b), max(a, b))
        for one, other in linked
        for a in by_name[one]
        for b in by_name[other]
    }


def judge(found: Iterable[Pair], right: set[Pair]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    pairs = set(found)
    hits = len(pairs & right)
    precision, recall = hits / max(len(pairs), 1), hits / len(right)
    return precision, recall, 2 * hits / (len(pairs) + len(right))


def widened(found: Iterable[Pair], right: set[Pair], true: set[Pair]) -> tuple[float, float, float]:
    """Precision by wider labels, recall by the labels as they are, and F1 of these two."""
    pairs = set(found)
    precision, recall = len(pairs & true) / max(len(pairs), 1), len(pairs & right) / len(right)
    return precision, recall, 2 * precision * recall / (precision + recall)


def best_threshold(
    scores: Iterable[tuple[int, int, float]], right: set[Pair]
) -> tuple[float, float, float, float]:
    """The threshold with the best F1 and what it gives: a flattered baseline."""
    ranked = sorted(scores, key=lambda row: -row[2])
    hits, best = 0, (0.0, 0.0, 0.0, 0.0)
    for count, (one, other, score) in enumerate(ranked, start=1):
        hits += (one, other) in right
        f1 = 2 * hits / (count + len(right))
        if f1 > best[2]:
            best = (hits / count, hits / len(right), f1, score)
    return best


def _grams(text: str, n: int) -> list[str]:
    words = text.lower().split()
    return [" ".join(words[k : k + n]) for k in range(len(words) - n + 1)]


def _matrix(texts: Sequence[str], n: int) -> Any:
    """Which texts have which n-grams, scipy sparse (texts, n-grams)."""
    from scipy import sparse

    places: dict[str, int] = {}
    rows, columns = [], []
    for row, text in enumerate(texts):
        for gram in set(_grams(text, n)):
            rows.append(row)
            columns.append(places.setdefault(gram, len(places)))
    shape = (len(texts), max(len(places), 1))
    return sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape)


Scores = list[tuple[int, int, float]]


def _scores(common: Any, value: Callable[..., NDArray[np.float64]]) -> Scores:
    upper = common.tocoo()
    kept = upper.row < upper.col
    one, other = upper.row[kept], upper.col[kept]
    found = value(one, other, upper.data[kept])
    return list(zip(one.tolist(), other.tolist(), found.tolist(), strict=True))


def jaccard(texts: Sequence[str], n: int) -> Scores:
    """Pairs with a common n-gram, and their Jaccard similarity."""
    grams = _matrix(texts, n)
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    return _scores(grams @ grams.T, lambda a, b, both: both / (sizes[a] + sizes[b] - both))


def containment(texts: Sequence[str], n: int) -> Scores:
    """The same with the share of the smaller set that the larger one has."""
    grams = _matrix(texts, n)
    sizes = np.asarray(grams.sum(axis=1)).ravel()
    return _scores(grams @ grams.T, lambda a, b, both: both / np.minimum(sizes[a], sizes[b]))


def tfidf(texts: Sequence[str], n: int) -> Scores:
    """The same with the cosine of n-grams by inverse document frequency."""
    from scipy import sparse

    grams = _matrix(texts, n)
    frequency = np.asarray(grams.sum(axis=0)).ravel()
    weighted = grams @ sparse.diags(np.log(len(texts) / frequency) + 1)
    norms = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
    weighted = sparse.diags(1 / np.maximum(norms, 1e-12)) @ weighted
    return _scores(weighted @ weighted.T, lambda _a, _b, both: both)


def minhash(texts: Sequence[str], threshold: float) -> set[Pair]:
    """Pairs that datasketch proposes from 5-grams, 128 values, and whose estimate is high enough."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=128)
    found: set[Pair] = set()
    sketches: list[Any] = []
    for row, text in enumerate(texts):
        sketch = MinHash(num_perm=128)
        sketch.update_batch([gram.encode() for gram in set(_grams(text, 5))])
        for other in index.query(sketch):
            if sketches[other].jaccard(sketch) >= threshold:
                found.add((other, row))
        index.insert(row, sketch)
        sketches.append(sketch)
    return found


def kinds_of(found: sd.Detection) -> Counter[str]:
    """How many copies have each kind."""
    return Counter(str(copy.kind) for statement in found.statements for copy in statement.copies)
