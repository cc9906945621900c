"""`dedupe`: near-duplicate articles, and which one of them to keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.verify import jaccards, keep
from syndetect.candidates.lsh import band_pairs, choose_bands, likely
from syndetect.errors import SettingsError
from syndetect.io.articles import Texts, collect
from syndetect.io.dates import sort_keys
from syndetect.jit import announced
from syndetect.model import Skipped
from syndetect.progress import Progress
from syndetect.results import Duplicates
from syndetect.settings import Settings
from syndetect.sketch.minhash import Sketches, sketch
from syndetect.sketch.sets import sets_of
from syndetect.text.corpus import Corpus

EXHAUSTIVE = 512  # up to so many distinct articles, every pair is compared: 130,000 pairs, 0.2 s
# Values by which the bands are longer in each look at the articles that are still kept. Boilerplate
# common to thousands of articles puts them all in one bucket, of which only some pairs are looked at;
# longer bands part it. With 400 common and 57 own words in each of 3,000 articles, recall rose from
# 0.91 to 0.97.
FINER = (0, 0, 2, 4, 6, 8, 12, 16)
SEED = 1
PAIRS = 1 << 16  # pairs whose texts are read and compared at once
PAIR = np.dtype([("left", np.int64), ("right", np.int64), ("jaccard", np.float64)])


def dedupe(
    articles: Any,
    *,
    threshold: float = 0.8,
    ngram: int = 5,
    settings: Settings | None = None,
    progress: bool = False,
) -> Duplicates:
    """Find near-duplicate articles by the Jaccard similarity of their word n-grams.

    Articles are taken by date, undated ones last, then in the order given; each is kept unless
    one that is kept already is similar, and is dropped for the most similar of those. One with
    the same words as an earlier one goes where that goes. Up to
    512 distinct articles all pairs are compared; beyond, MinHash signatures propose the pairs
    (Broder 1997; `Settings.recall` of those at the threshold, more above it), and each is
    verified.

    Args:
        articles: As for `detect`.
        threshold: Least Jaccard similarity of duplicates, above 0, at most 1.
        ngram: Words of a shingle, 1 to 64; a shorter article is one shingle.
        settings: `recall` and `num_perm` are used.
        progress: Show on stderr how far it is.

    Returns:
        Which articles to keep, for whom the others are dropped, and the pairs.

    Raises:
        SettingsError: `threshold` or `ngram` is out of its range.
        InputTypeError, InputError, ReadError: As for `detect`.

    Examples:
        >>> import syndetect as sd
        >>> texts = ["The mayor opened the new bridge on Monday morning.",
        ...          "The mayor opened the new bridge on Monday morning!",
        ...          "Rain fell."]
        >>> found = sd.dedupe(texts)
        >>> found.keep.tolist(), found.clusters
        ([True, False, True], ((0, 1),))
    """
    _check(threshold, ngram)
    settings = Settings.of(settings)
    texts = collect(articles)
    with announced(), Progress(shown=progress) as watch:
        pieces = (piece for block in texts.blocks() for piece in Corpus(*block).pieces())
        watched = watch.over("signatures", pieces, texts.expected)
        sketches = sketch(watched, ngram, settings.num_perm, SEED, texts.expected)
        order = np.argsort(sort_keys(texts.dates), kind="stable")  # rank -> position
        counts = sketches.counts[order]
        firsts = _firsts(sketches, order)
        ranks = np.arange(len(order))
        rows = np.flatnonzero((firsts == ranks) & (counts > 0))
        pairs, similarity = _similar(
            rows,
            order,
            sketches,
            _Verifier(texts, order, ngram, threshold, watch),
            threshold,
            settings,
        )
        kept_for = keep(pairs, similarity, len(order))
        equal = np.flatnonzero((firsts != ranks) & (counts > 0))
        kept_for[equal] = kept_for[firsts[equal]]
        moved = equal[kept_for[equal] != firsts[equal]]  # whose first was itself dropped
        places = np.searchsorted(_packed(pairs), kept_for[moved] << 32 | firsts[moved])
    linked = (
        pairs,
        np.stack((firsts[equal], equal), axis=1),
        np.stack((kept_for[moved], moved), axis=1),
    )
    known = (similarity, np.ones(len(equal)), similarity[places])
    pairs, similarity = np.concatenate(linked), np.concatenate(known)

    back = np.empty(len(order), dtype=np.int64)
    back[order] = order[kept_for]
    return Duplicates(
        _fixed(back == np.arange(len(back))),
        _fixed(back),
        _fixed(_listed(order[pairs], similarity)),
        texts.ids,
        _skipped(texts, np.sort(order[counts == 0])),
        threshold,
        settings,
    )


def _skipped(texts: Texts, places: NDArray[np.int64]) -> tuple[Skipped, ...]:
    """The articles without words."""
    sizes = [size for _, offsets in texts.take(places) for size in np.diff(offsets).tolist()]
    reasons = ["no words" if size else "empty" for size in sizes]
    return tuple(
        Skipped(texts.ids[place], reason)
        for place, reason in zip(places.tolist(), reasons, strict=True)
    )


def _firsts(sketches: Sketches, order: NDArray[np.int64]) -> NDArray[np.int64]:
    """int64 (ranks), the first rank with the same words in the same order."""
    _, first, group = np.unique(sketches.digests[order], return_index=True, return_inverse=True)
    return first[group].astype(np.int64)


def _check(threshold: float, ngram: int) -> None:
    if (
        isinstance(threshold, bool)
        or not isinstance(threshold, int | float)
        or not 0 < threshold <= 1
    ):
        raise SettingsError(f"threshold is {threshold!r}: give a value above 0 and at most 1")
    if isinstance(ngram, bool) or not isinstance(ngram, int) or not 1 <= ngram <= 64:
        raise SettingsError(f"ngram is {ngram!r}: give a whole number from 1 to 64")


@dataclass(frozen=True, slots=True)
class _Verifier:
    """Reads the texts of pairs again and compares their shingles.

    Attributes:
        texts: The articles.
        order: int64 (ranks), the position of each rank.
        ngram: Words of a shingle.
        threshold: Least Jaccard similarity.
        watch: Where the work is shown.
    """

    texts: Texts
    order: NDArray[np.int64]
    ngram: int
    threshold: float
    watch: Progress

    def similar(self, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Those of the pairs (ranks, ascending) at or above the threshold, with their Jaccard."""
        found, values = [pairs[:0]], [np.empty(0)]
        for low in range(0, len(pairs), PAIRS):
            some = pairs[low : low + PAIRS]
            positions, places = np.unique(self.order[some], return_inverse=True)
            corpora = (Corpus(*block) for block in self.texts.take(positions))
            sets = sets_of(self.watch.over("comparing", corpora, len(positions)), self.ngram)
            similarity = jaccards(sets, places.reshape(-1, 2), self.threshold)
            alike = similarity >= self.threshold
            found.append(some[alike])
            values.append(similarity[alike])
        return np.concatenate(found), np.concatenate(values)


def _similar(
    rows: NDArray[np.int64],
    order: NDArray[np.int64],
    sketches: Sketches,
    verifier: _Verifier,
    threshold: float,
    settings: Settings,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of `rows` (ranks) at or above the threshold, ascending, and their similarity."""
    if len(rows) <= EXHAUSTIVE:
        left, right = np.triu_indices(len(rows), 1)
        return verifier.similar(np.stack((rows[left], rows[right]), axis=1))
    bands = choose_bands(threshold, settings.num_perm, settings.recall)
    known = np.empty(0, dtype=np.int64)
    pairs, similarity = np.empty((0, 2), dtype=np.int64), np.empty(0)
    open_rows = rows
    for finer in FINER:
        found, cut = band_pairs(
            sketches.signatures, order, bands.finer(finer, settings.num_perm), open_rows
        )
        found = found[likely(sketches.signatures, order[found], threshold)]
        new = found[~np.isin(_packed(found), known)]
        known = np.concatenate((known, _packed(new)))
        more, values = verifier.similar(new)
        pairs, similarity = np.concatenate((pairs, more)), np.concatenate((similarity, values))
        if not cut:
            break
        kept_for = keep(pairs, similarity, len(order))
        open_rows = rows[kept_for[rows] == rows]
    ascending = np.argsort(_packed(pairs))
    return pairs[ascending], similarity[ascending]


def _packed(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    return pairs[:, 0] << 32 | pairs[:, 1]


def _listed(places: NDArray[np.int64], similarity: NDArray[np.float64]) -> NDArray[np.void]:
    """Pairs by position, as a structured array, ascending."""
    listed = np.empty(len(places), dtype=PAIR)
    listed["left"], listed["right"] = (
        places.min(axis=1, initial=1 << 62),
        places.max(axis=1, initial=0),
    )
    listed["jaccard"] = similarity
    return np.sort(listed, order=("left", "right"))


def _fixed(array: NDArray[Any]) -> NDArray[Any]:
    """The same array, no longer to be written to."""
    array.flags.writeable = False
    return array
