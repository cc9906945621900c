"""Rewritten articles: pairs that share what is rare, though hardly a phrase.

A pair is proposed by the rare words, and pairs of words in a row, that it shares; it is judged by what
share of the weights (`sketch.weights`) of one article the other has too, by how many of these stand
in the same order, and by the facts (`sketch.facts`) that both have. A feature that many articles have
brings none of them together, and each article is compared with few, so that the work grows with the
articles.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import grown, place_behind
from syndetect.candidates.rare import CHUNK, Held, Rarity, post_rare
from syndetect.jit import F32, F64, I32, I64, U8, U32, U64, Bools, allocating_kernel, inner
from syndetect.mapped import let_go
from syndetect.settings import Settings
from syndetect.sketch.facts import share_of_facts
from syndetect.sketch.features import (
    is_too_small,
    one,
    place_of,
    read_features,
    slot_of,
    table_for,
    two,
)
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import EVIDENCE, FACT, SCALE, Words
from syndetect.threads import spread

ORDERED = 0.13  # least weight of features whose order is looked at: one in fifty texts has them
ORDERED_WORD = 0.03  # the same of single words: one in twelve
ENOUGH = 2  # least evidences that the common words of two articles must hold
# Squared weights that are enough where both carry a statement: who quotes the same reports on the same.
# Two of the seed articles, independent reports that quote one statement, have 1.73. Asking for three
# times `ENOUGH` instead left 867 such pairs of a set of rewrites, asking for 2.0 leaves 1,145.
RARE = 1.85
PART_OF_REST = 0.09  # and so much of those of the lesser rest: long texts share something by chance
USUAL = 0.9  # share of the facts of texts with none, see `share_of_facts`
REST = 0.2  # least score of what no common statement explains
WHOLE = 0.85  # what the score of all counts there
EXPLAINED = 0.5  # of an article, statements that another carries too: it is their copy
SHARED = 3  # such features that two articles must share
PART = 12  # and this part of those of the later article that others have too
LINE = 16  # rows in a line of the cache; looking ahead halves the time of counting
COUNT = 13  # bits that count them; of an article with more, so many are looked at
LOOKED_AT = 12  # articles that share most of them, which each article is compared with
Texts = tuple[U32, U8, I64, I32]  # words, marks, offsets, evidence by mark


@dataclass(frozen=True, slots=True)
class Likenesses:
    """Pairs of articles that are alike in what is rare.

    Attributes:
        left: int64 (pairs), row of the earlier article.
        right: int64 (pairs), row of the later one.
        scores: float64 (pairs), see `find_alike`, 0 to 1.
        explained: bool (pairs), whether statements that both carry are half of either.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    scores: NDArray[np.float64]
    explained: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.left)


@allocating_kernel
def _count_shared(
    row: int, turn: int, features: U32, owners: U32, buckets: I64, counts: U32, touched: I64
) -> int:
    """The earlier rows that share most features with one come first in `touched`; how many.

    `counts` (uint32, articles) holds the turn in which a row was last counted, and its count: each
    call takes another turn, from 1 on, so that nothing need be set back.
    """
    size, now, sum_ = 0, np.uint32(turn) << COUNT, np.uint32(0)
    for feature in features:  # look once at each line of the cache: many are then fetched at a time
        for k in range(buckets[feature], buckets[feature + 1], LINE):
            sum_ += owners[k]
    touched[0] = sum_  # so that the looking is not left out
    for feature in features:
        for k in range(buckets[feature], buckets[feature + 1]):
            other = owners[k]
            if other >= row:
                break
            count = max(counts[other], now) + np.uint32(1)
            counts[other] = count
            if count == now + SHARED:
                touched[size] = other
                size += 1
    ranked = np.zeros(LOOKED_AT, np.int64)  # the highest counts, ascending
    for k in range(size):
        count, place = np.int64(counts[touched[k]] - now), 0
        if count <= ranked[0]:
            continue
        while place + 1 < LOOKED_AT and ranked[place + 1] < count:
            ranked[place] = ranked[place + 1]
            place += 1
        ranked[place] = count
    least, room = (
        max(ranked[0], SHARED, len(features) // PART),
        0,
    )  # of those with the least count, the first ones
    for count in ranked:
        room += count == least
    kept = 0
    for k in range(size):
        count = np.int64(counts[touched[k]] - now)
        if count > least or (count == least and room > 0):
            room -= count == least
            touched[kept] = touched[k]
            kept += 1
    return kept


@inner
def _share_in_order(places: I64, count: int, tails: I64) -> float:
    """The share of the first `count` places that ascend, beyond what chance gives, 0 to 1.

    Of places in any order, the longest ascent has about two times their square root (Vershik and
    Kerov, 1977).
    """
    size = 0
    for k in range(count):
        end = place_behind(tails, size, places[k])
        tails[end] = places[k]
        size = max(size, end + 1)
    return max(size - 2 * math.sqrt(count), 0.0) / max(count, 1)


@inner
def _compare(
    texts: Texts,
    row: int,
    weights: F32,
    table: tuple[U64, I64, I64, I64],
    places: I64,
    held: I64,
    carried: Bools,
) -> tuple[float, float, float, float, float, float, int]:
    """How a row resembles the one whose features are in `table`, each counted once.

    The sum of the squared weights of common features, and of those in passages (`held`) of
    statements that both carry; how far common features stand in the same order in both, those in
    such passages left out and then with them, 0 to 1; the sums of the weights of common facts, outside
    such passages and in them; the evidence of the words outside, in hundredths. `places` has five
    rows, as wide as the table.
    """
    words, marks, offsets, values = texts
    keys, first, seen, told = table
    rest, same, facts, known, evidence, passage = 0.0, 0.0, 0.0, 0.0, np.int64(0), 0
    a = b = c = d = 0  # features and words of the rest, and of all
    start = offsets[row]
    for k in range(start, offsets[row + 1]):
        while passage < len(held) and start + held[passage, 1] <= k:
            passage += 1
        inside = passage < len(held) and start + held[passage, 0] <= k
        inside = inside and carried[held[passage, 2]]
        for width in range(2 if k + 1 < offsets[row + 1] else 1):
            key = two(words[k], words[k + 1]) if width else one(words[k])
            place = place_of(keys, key)
            if keys[place] == 0:
                continue
            weight = np.float64(weights[slot_of(key)])
            if width == 0 and marks[k] & EVIDENCE == FACT and told[place] != row:
                told[place] = row
                known += weight if inside else 0.0
                facts += 0.0 if inside else weight
            if seen[place] == row:
                continue
            seen[place] = row
            same += weight * weight if inside else 0.0
            rest += 0.0 if inside else weight * weight
            places[0, a] = places[1, b] = places[2, c] = places[3, d] = first[place]
            if weight >= ORDERED:
                a, c = a + int(not inside), c + 1
            if width == 0 and weight >= ORDERED_WORD:
                b, d = b + int(not inside), d + 1
            if width == 0 and not inside:
                evidence += values[marks[k] & EVIDENCE]
    tails = places[4]
    return (
        rest,
        same,
        _share_in_order(places[0], a, tails) * _share_in_order(places[1], b, tails) ** 2,
        _share_in_order(places[2], c, tails) * _share_in_order(places[3], d, tails) ** 2,
        facts,
        known,
        int(evidence),
    )


@inner
def _score(
    found: tuple[float, float, float, float, float, float, int], one_norm: F64, other_norm: F64
) -> tuple[float, bool]:
    """The score of two articles, and whether statements that both carry explain it."""
    rest, same, rest_order, order, facts, known, _ = found
    norm = min(one_norm[0], other_norm[0])
    shared = share_of_facts(facts + known, one_norm[1], other_norm[1], USUAL) ** 4
    if same >= EXPLAINED * norm:
        return ((rest + same) / norm * shared) ** (1 / 5), True
    if same == 0:
        return (rest / norm * rest_order * shared) ** (1 / 8), False
    beside = share_of_facts(facts, one_norm[1] - known, other_norm[1] - known, USUAL) ** 4
    score = (rest / (norm - same) * rest_order * beside) ** (1 / 8)
    if score >= REST:
        score = max(score, WHOLE * ((rest + same) / norm * order * shared) ** (1 / 8))
    return score, False


@allocating_kernel
def _room(size: int) -> tuple[tuple[U64, I64, I64, I64], I64]:
    """A table of features, and places to find their order, for a text of so many tokens."""
    keys = table_for(size)
    room = len(keys)
    columns = np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int64)
    return (keys, *columns), np.empty((5, room + 1), np.int64)


@allocating_kernel
def _find_alike(
    low: int,
    high: int,
    texts: Texts,
    weights: F32,
    norms: F64,
    posted: tuple[U32, I64, I64, U32],
    held: tuple[I64, I64, I64],
    least: tuple[float, float],
) -> tuple[I64, F64]:
    """Pairs of the rows `low` to `high` with earlier ones, whether explained, and their scores."""
    words, _, offsets, _ = texts
    owners, buckets, starts, features = posted
    pairs, scores, size = np.empty((64, 3), np.int64), np.empty(64, np.float64), 0
    counts, touched = np.zeros(len(norms), np.uint32), np.empty(len(norms), np.int64)
    carried = np.zeros(len(held[2]), np.bool_)
    table, places = _room(0)
    for row in range(low, high):
        mine = features[starts[row] : starts[row + 1]][: (1 << COUNT) - 1]
        found = _count_shared(row, row - low + 1, mine, owners, buckets, counts, touched)
        if found == 0:
            continue
        first, end = offsets[row], offsets[row + 1]
        if is_too_small(table[0], end - first):
            table, places = _room(end - first)
        table[0][:], table[2][:], table[3][:] = 0, -1, -1
        read_features(words[first:end], table[0], table[1])
        passages = held[1][held[0][row] : held[0][row + 1]]
        for passage in passages:
            carried[passage[2]] = True
        for other in touched[:found]:
            theirs = held[1][held[0][other] : held[0][other + 1]]
            same = _compare(texts, other, weights, table, places, theirs, carried)
            score, explained = _score(same, norms[row], norms[other])
            lesser = min(norms[row, 0], norms[other, 0])
            enough = same[6] >= least[1] and (
                same[1] == 0 or same[0] >= max(RARE, PART_OF_REST * (lesser - same[1]))
            )
            if score < least[0] or not (enough or explained):
                continue
            if size == len(scores):
                values = np.empty(2 * size, np.float64)
                values[:size] = scores
                scores = values
            pairs = grown(pairs, np.int64(size), 1)
            pairs[size, 0], pairs[size, 1], pairs[size, 2] = other, row, explained
            scores[size] = score
            size += 1
        for passage in passages:
            carried[passage[2]] = False
    return pairs[:size].copy(), scores[:size].copy()


def find_alike(
    words: Words,
    rarity: Rarity,
    table: NDArray[np.int32],
    held: Held,
    settings: Settings,
) -> Likenesses:
    """Pairs of articles that are alike in what is rare, apart from statements that both carry.

    The score is a weighted geometric mean of four shares: of the squared weights of the features of one
    article, those that the other has too (of the one with less), weight 1; of the common rare features
    (weight 1) and of the common words (2), those that stand in one order in both, less what chance
    gives; and of the weights of the facts of one article, those that the other has too (4). Independent
    reports of one event have its names in common, but fewer, and not their order. Where both carry
    statements, these are left out, and what remains must hold `RARE` of the weights, too; if it is alike
    at all, the whole counts `WHOLE` where that is more.

    Args:
        words: The articles.
        rarity: How rare their features are.
        table: int32 (4), evidence by mark, hundredths.
        held: The passages that belong to statements.
        settings: `rewritten` and `min_score` are used.
    """
    posted = post_rare(words, rarity.proposing, held)
    let_go(rarity.proposing)  # what it tells stands in the postings now
    weighed = rarity.weights, rarity.norms
    texts = (words.words, words.marks, words.offsets, table)
    least = (settings.rewritten, ENOUGH * SCALE * settings.min_score)
    passages = (held.offsets, held.passages, held.firsts)
    found = spread(
        lambda task: _find_alike(*task, texts, *weighed, posted, passages, least),
        chunks_of(words.offsets, CHUNK),
    )
    pairs = np.concatenate([np.empty((0, 3), np.int64), *(some for some, _ in found)])
    scores = np.concatenate([np.empty(0, np.float64), *(some for _, some in found)])
    return Likenesses(pairs[:, 0], pairs[:, 1], scores, pairs[:, 2] > 0)
