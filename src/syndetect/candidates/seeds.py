"""Seeds: runs of n tokens that at least two articles share.

Every run of `Settings.seed_ngram` tokens is a seed (seed and extend, as in sequence search:
Altschul et al., Basic local alignment search tool, 1990). Seeds are joined by sorting, one range
of hashes after another, so that never all of them are held at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import sorted_by_bits
from syndetect.growing import Growing
from syndetect.jit import I64, U32, U64, inner, kernel
from syndetect.sketch.shingles import MULTIPLIER
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import Words
from syndetect.threads import spread

REPEATS = 4  # occurrences of one seed that are followed within one article
PARTS = 1 << 8  # groups of seeds by their highest bits
AT_ONCE = 1 << 25  # seeds that are sorted at a time, about
SUPPORT_CAP = 64  # a seed adds at most so much to the support of its carriers
_CHUNK = 1 << 18  # tokens of a task
_MULTIPLIER, _MIX = np.uint64(MULTIPLIER), np.uint64(0xD6E8FEB86659FD93)  # odd
_PART_SHIFT, _REST_SHIFT, _HALF = np.uint64(56), np.uint64(24), np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)
_STEP = 6  # of every 64th token it is known which article it belongs to


@dataclass(frozen=True, slots=True)
class Postings:
    """Where shared seeds stand, grouped by seed.

    Attributes:
        owners: uint32 (postings), row of the article.
        places: uint32 (postings), token of the article where the seed begins.
        buckets: int64 (seeds + 1), seed s stands at ``buckets[s]`` to ``buckets[s + 1]``.
    """

    owners: NDArray[np.uint32]
    places: NDArray[np.uint32]
    buckets: NDArray[np.int64]


@inner
def _list_text(
    words: U32, width: int, first: int, low: int, high: int, ends: I64, out: U64, writing: bool
) -> None:
    """Count the seeds of one text by part in ends, or write them: 32 bits of hash, then place.

    Only seeds of the parts `low` to `high` are taken; `first` is the place of the first token.
    """
    state, leading = np.uint64(0), np.uint64(1)
    for k in range(len(words)):
        if k >= width:
            state -= np.uint64(words[k - width]) * leading
        state = state * _MULTIPLIER + np.uint64(words[k])
        if k < width - 1:
            leading *= _MULTIPLIER
            continue
        mixed = (state ^ state >> _HALF) * _MIX
        part = np.int64(mixed >> _PART_SHIFT)
        if low <= part < high:
            if writing:
                rest = mixed >> _REST_SHIFT & _LOW
                out[ends[part - low]] = rest << _HALF | np.uint64(first + k - width + 1)
            ends[part - low] += 1


@kernel
def _list_texts(
    words: U32,
    offsets: I64,
    rows: tuple[int, int],
    width: int,
    parts: tuple[int, int],
    ends: I64,
    out: U64,
    writing: bool,
) -> None:
    """The same for the texts `rows[0]` to `rows[1]`."""
    for row in range(rows[0], rows[1]):
        first, end = offsets[row], offsets[row + 1]
        _list_text(words[first:end], width, first, parts[0], parts[1], ends, out, writing)


@inner
def _owner(offsets: I64, coarse: U32, place: int) -> int:
    """The row that a token belongs to."""
    row = np.int64(coarse[place >> _STEP])
    while offsets[row + 1] <= place:
        row += 1
    return int(row)


@kernel
def _group(
    seeds: U64, offsets: I64, coarse: U32, owners: U32, places: U32, sizes: I64
) -> tuple[int, int]:
    """Postings of the sorted seeds that two articles share; how many of them, of seeds.

    Articles ascend in each seed, and places in each article; no more than `REPEATS` of these.
    """
    total = count = k = 0
    while k < len(seeds):
        end = k + 1
        while end < len(seeds) and seeds[end] >> _HALF == seeds[k] >> _HALF:
            end += 1
        begin, carriers, repeats, last = total, 0, 0, np.int64(-1)
        for i in range(k, end if end > k + 1 else k):
            place = np.int64(seeds[i] & _LOW)
            owner = (
                last if last >= 0 and place < offsets[last + 1] else _owner(offsets, coarse, place)
            )
            repeats = repeats + 1 if owner == last else 0
            carriers += owner != last
            last = owner
            if repeats < REPEATS:
                owners[total], places[total] = owner, place - offsets[owner]
                total += 1
        if carriers > 1:
            sizes[count] = total - begin
            count += 1
        else:
            total = begin
        k = end
    return total, count


def post(words: Words, width: int) -> Postings:
    """All seeds that at least two articles share."""
    if len(words.words) >= 1 << 32:
        raise OverflowError("more than 4,294,967,295 words at once")
    marks = np.arange(0, len(words.words) + (1 << _STEP), 1 << _STEP)
    coarse = (np.searchsorted(words.offsets, marks, side="right") - 1).astype(np.uint32)
    coarse = np.minimum(coarse, max(len(words) - 1, 0)).astype(np.uint32)
    rows = chunks_of(words.offsets, _CHUNK)
    counts = np.zeros((len(rows), PARTS), np.int64)
    columns = (words.words, words.offsets)
    nothing = np.empty(0, np.uint64)
    spread(
        lambda k: _list_texts(*columns, rows[k], width, (0, PARTS), counts[k], nothing, False),
        range(len(rows)),
    )
    step = max(1, min(PARTS, AT_ONCE * PARTS // max(len(words.words), 1)))
    owners, places = Growing(np.uint32, filed=True), Growing(np.uint32, filed=True)
    sizes = Growing(np.int64)
    for low in range(0, PARTS, step):
        parts = (low, min(low + step, PARTS))
        mine = counts[:, parts[0] : parts[1]]
        for some, some_places, some_sizes in _post_parts(words, width, parts, rows, mine, coarse):
            owners.extend(some)
            places.extend(some_places)
            sizes.extend(some_sizes)
    buckets = np.concatenate(([0], np.cumsum(sizes.array())))
    return Postings(owners.array(), places.array(), buckets)


def _post_parts(
    words: Words,
    width: int,
    parts: tuple[int, int],
    rows: list[tuple[int, int]],
    counts: NDArray[np.int64],
    coarse: NDArray[np.uint32],
) -> list[tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.int64]]]:
    """Of each of some parts: owners, places, and how many postings each seed has.

    `counts` (int64, tasks x parts) says how many seeds of each part the rows of a task have.
    """
    columns = (words.words, words.offsets)
    ends = np.cumsum(counts.T.reshape(-1)).reshape(counts.T.shape)
    starts = np.ascontiguousarray((ends - counts.T).T)
    seeds = np.empty(int(counts.sum()), np.uint64)
    spread(
        lambda k: _list_texts(*columns, rows[k], width, parts, starts[k], seeds, True),
        range(len(rows)),
    )
    bounds = np.concatenate(([0], ends[:, -1] if len(rows) else []))

    def group(part: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.int64]]:
        mine = sorted_by_bits(seeds[int(bounds[part]) : int(bounds[part + 1])], 32, 32)
        out = np.empty(len(mine), np.uint32), np.empty(len(mine), np.uint32)
        sizes = np.empty(len(mine) // 2, np.int64)
        total, count = _group(mine, words.offsets, coarse, *out, sizes)
        return out[0][:total].copy(), out[1][:total].copy(), sizes[:count].copy()

    return spread(group, range(len(bounds) - 1))


@kernel
def _support(owners: U32, buckets: I64, out: I64) -> None:
    """How many other carriers the seeds of each article have, into out (int64, articles)."""
    for seed in range(len(buckets) - 1):
        carriers = 0
        for k in range(buckets[seed], buckets[seed + 1]):
            carriers += k == buckets[seed] or owners[k] != owners[k - 1]
        others = min(carriers - 1, SUPPORT_CAP)
        for k in range(buckets[seed], buckets[seed + 1]):
            out[owners[k]] += others


def rank_by_support(postings: Postings, articles: int) -> NDArray[np.int64]:
    """Rank of each article, 0 for the one whose seeds have the most other carriers."""
    support = np.zeros(articles, dtype=np.int64)
    _support(postings.owners, postings.buckets, support)
    ranks = np.empty(articles, dtype=np.int64)
    ranks[np.argsort(-support, kind="stable")] = np.arange(articles)
    return ranks
