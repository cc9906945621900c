"""Candidates by seeds: places where two articles share a run of n tokens.

Every run of `Settings.seed_ngram` tokens is a seed (seed and extend, as in sequence search:
Altschul et al., Basic local alignment search tool, 1990). Seeds are joined by sorting. A run
with many carriers is followed from its `Settings.hubs` strongest carriers only, so that the
work grows with the number of carriers and not with its square; every carrier is later checked
against the statement's own text, which makes up for the pairs left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.windows import Windows, lay_windows
from syndetect.jit import I32, I64, U32, U64, kernel
from syndetect.settings import Settings
from syndetect.sketch.shingles import Shingles
from syndetect.threads import spread

REPEATS = 4  # occurrences of one seed that are followed within one article
PARTS = 1 << 8  # groups of seeds by their highest bits
_PART_SHIFT = np.uint64(56)
SUPPORT_CAP = 64  # a seed adds at most so much to the support of its carriers


@dataclass(frozen=True, slots=True)
class Candidates:
    """Pairs of articles that share seeds.

    Attributes:
        pairs: int64 (pairs, 2), rows of the articles, left < right.
        evidence: int64 (pairs), weight of the left tokens inside shared seeds, in hundredths
            of a content word.
        longest: int64 (pairs, 2), first token and end of the longest shared run in the left.
        windows: Where to align; `Windows.pair` counts the rows of `pairs`.
    """

    pairs: NDArray[np.int64]
    evidence: NDArray[np.int64]
    longest: NDArray[np.int64]
    windows: Windows


@dataclass(frozen=True, slots=True)
class Postings:
    """Seeds that at least two articles share, grouped by seed.

    Attributes:
        owners: uint32 (postings), row of the article.
        places: uint32 (postings), token of the article where the seed begins.
        buckets: int64 (seeds + 1), seed s stands at ``buckets[s]`` to ``buckets[s + 1]``.
        carriers: int64 (seeds), articles that hold the seed.
    """

    owners: NDArray[np.uint32]
    places: NDArray[np.uint32]
    buckets: NDArray[np.int64]
    carriers: NDArray[np.int64]


@kernel
def _count_parts(hashes: U64, counts: I64) -> None:
    """How many hashes have each value of their highest bits (`PARTS`), into counts (int64)."""
    for k in range(len(hashes)):
        counts[hashes[k] >> _PART_SHIFT] += 1


@kernel
def _part(hashes: U64, ends: I64, sorted_hashes: U64, places: I64) -> None:
    """Group hashes by their highest bits, in their order; ends moves from start to end of each."""
    for k in range(len(hashes)):
        part = hashes[k] >> _PART_SHIFT
        sorted_hashes[ends[part]], places[ends[part]] = hashes[k], k
        ends[part] += 1


def post(shingles: Shingles) -> Postings:
    """Group equal seeds; those held by one article only are dropped.

    Hashes are parted by their highest bits and each part is sorted for itself, so that parts go
    side by side and none takes long.
    """
    counts = np.zeros(PARTS, dtype=np.int64)
    _count_parts(shingles.hashes, counts)
    bounds = np.concatenate(([0], np.cumsum(counts)))
    hashes = np.empty(len(shingles.hashes), dtype=np.uint64)
    places = np.empty(len(hashes), dtype=np.int64)
    _part(shingles.hashes, bounds[:-1].copy(), hashes, places)
    found = spread(
        lambda part: _post_part(
            hashes[bounds[part] : bounds[part + 1]],
            places[bounds[part] : bounds[part + 1]],
            shingles.offsets,
        ),
        range(PARTS),
    )
    owners, seeds, sizes, carriers = (
        np.concatenate([piece[k] for piece in found]) for k in range(4)
    )
    return Postings(
        owners.astype(np.uint32),
        seeds.astype(np.uint32),
        np.concatenate(([0], np.cumsum(sizes))),
        carriers,
    )


def _post_part(
    hashes: NDArray[np.uint64], places: NDArray[np.int64], offsets: NDArray[np.int64]
) -> tuple[NDArray[np.int64], ...]:
    """The postings of one part: owners, places in them, and of each seed postings and carriers."""
    order = np.argsort(hashes, kind="stable")
    hashes = hashes[order]
    shared = np.zeros(len(hashes), dtype=bool)
    equal = hashes[1:] == hashes[:-1]
    shared[1:] |= equal
    shared[:-1] |= equal
    hashes, places = hashes[shared], places[order[shared]]
    owners = np.searchsorted(offsets, places, side="right") - 1
    new_seed = np.ones(len(hashes), dtype=bool)
    new_seed[1:] = hashes[1:] != hashes[:-1]
    new_owner = new_seed.copy()
    new_owner[1:] |= owners[1:] != owners[:-1]
    seed_of = np.cumsum(new_seed) - 1
    carriers = np.bincount(seed_of[new_owner])
    owner_starts = np.flatnonzero(new_owner)
    repeat = np.arange(len(hashes)) - owner_starts[np.cumsum(new_owner) - 1]
    kept = (carriers[seed_of] > 1) & (repeat < REPEATS) if len(hashes) else new_seed
    sizes = np.bincount(seed_of[kept], minlength=len(carriers))
    lasting = carriers > 1
    return owners[kept], (places - offsets[owners])[kept], sizes[lasting], carriers[lasting]


def rank_by_support(postings: Postings, articles: int) -> NDArray[np.int64]:
    """Rank of each article, 0 for the one whose seeds have the most other carriers."""
    others = np.minimum(postings.carriers - 1, SUPPORT_CAP)
    weights = np.repeat(others, np.diff(postings.buckets)).astype(np.float64)
    support = np.bincount(postings.owners, weights=weights, minlength=articles)
    ranks = np.empty(articles, dtype=np.int64)
    ranks[np.argsort(-support, kind="stable")] = np.arange(articles)
    return ranks


@kernel
def _follow(
    owners: U32,
    places: U32,
    buckets: I64,
    carriers: I64,
    ranks: I64,
    hubs: int,
    out: U32,
    writing: bool,
) -> int:
    """Shared seeds as rows (left, right, left place, right place) of out; returns how many."""
    count = 0
    for seed in range(len(carriers)):
        low, high = buckets[seed], buckets[seed + 1]
        worst = np.int64(1 << 62)  # the rank of the last hub
        if carriers[seed] > hubs + 1:
            worst = np.int64(-1)
            for _ in range(hubs):
                following = np.int64(1 << 62)
                for k in range(low, high):
                    rank = ranks[owners[k]]
                    if worst < rank < following:
                        following = rank
                worst = following
        for i in range(low, high):
            if ranks[owners[i]] > worst:
                continue
            for k in range(low, high):
                # a pair of hubs is met twice: take it from the better one
                if ranks[owners[k]] <= ranks[owners[i]]:
                    continue
                if writing:
                    left, right = (i, k) if owners[i] < owners[k] else (k, i)
                    out[count, 0], out[count, 1] = owners[left], owners[right]
                    out[count, 2], out[count, 3] = places[left], places[right]
                count += 1
    return count


def _hits(postings: Postings, ranks: NDArray[np.int64], hubs: int) -> NDArray[np.uint32]:
    """All followed seeds: uint32 (hits, 4) by left, right, left place, right place."""
    columns = (postings.owners, postings.places, postings.buckets, postings.carriers, ranks, hubs)
    out = np.empty((0, 4), dtype=np.uint32)
    out = np.empty((_follow(*columns, out, False), 4), dtype=np.uint32)
    _follow(*columns, out, True)
    wide = out.astype(np.uint64)
    high = np.uint64(32)
    return out[np.lexsort((wide[:, 2] << high | wide[:, 3], wide[:, 0] << high | wide[:, 1]))]


@kernel
def _weigh_pairs(
    hits: U32, pairs: I64, width: int, weights: I32, offsets: I64, evidence: I64, longest: I64
) -> None:
    """Evidence and longest run (left tokens) of each pair's hits ``pairs[p]:pairs[p + 1]``."""
    for pair in range(len(pairs) - 1):
        done = run_start = run_end = np.int64(0)
        base = offsets[hits[pairs[pair], 0]]
        for k in range(pairs[pair], pairs[pair + 1]):
            start = np.int64(hits[k, 2])
            end = min(start + width, offsets[hits[k, 0] + 1] - base)
            run_start = run_start if start < run_end and k > pairs[pair] else start
            run_end = end
            if run_end - run_start > longest[pair, 1] - longest[pair, 0]:
                longest[pair, 0], longest[pair, 1] = run_start, run_end
            for token in range(max(done, start), end):
                evidence[pair] += weights[base + token]
            done = max(done, end)


def find_candidates(
    shingles: Shingles,
    weights: NDArray[np.int32],
    token_offsets: NDArray[np.int64],
    settings: Settings,
) -> Candidates:
    """Pairs of articles that share seeds, with the windows in which to align them."""
    postings = post(shingles)
    hits = _hits(postings, rank_by_support(postings, len(shingles)), settings.hubs)
    first = np.ones(len(hits), dtype=bool)
    first[1:] = (hits[1:, :2] != hits[:-1, :2]).any(axis=1)
    bounds = np.append(np.flatnonzero(first), len(hits))
    pairs = hits[bounds[:-1], :2].astype(np.int64)
    evidence = np.zeros(len(pairs), dtype=np.int64)
    longest = np.zeros((len(pairs), 2), dtype=np.int64)
    width = settings.seed_ngram
    _weigh_pairs(hits, bounds, width, weights, token_offsets, evidence, longest)
    windows = lay_windows(hits, bounds, pairs, np.diff(token_offsets), width)
    return Candidates(pairs, evidence, longest, windows)
