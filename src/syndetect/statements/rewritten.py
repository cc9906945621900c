"""Rewritten copies: articles that retell another from beginning to end.

Of the articles that are alike in what is rare, the one that is most like the others gives the
statement its text; what is like it is its copy, and may be a copy of others, too.
What can be aligned with that text stands as parts of its own, what lies between is rewritten.
"""

from __future__ import annotations

import heapq
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, EQUAL, S0, S1
from syndetect.arrays import count_common, sorted_order
from syndetect.candidates.rare import Held, Rarity
from syndetect.candidates.rewritten import Likenesses, find_alike
from syndetect.jit import I64, U32, allocating_kernel
from syndetect.model import Kind
from syndetect.settings import Settings
from syndetect.statements.check import check_drafts
from syndetect.statements.checked import Checked, joined, nothing, packed
from syndetect.statements.drafts import Drafts
from syndetect.statements.kind import KINDS
from syndetect.statements.located import locate
from syndetect.statements.render import KIND, Renderings
from syndetect.statements.share import TAKEN
from syndetect.statements.sides import share_of
from syndetect.statements.trimmed import draft_trimmed
from syndetect.text.corpus import Corpus
from syndetect.text.marks import Words, evidence_table

NEAREST = 0.6  # share of the score with its nearest with which an article has its place with a base
FIRSTS = 8  # articles of a statement that stand for it when its rewritings are sought
# Part of an article that a statement must hold for rewritings of the article to be copies of it. With
# 0.5, nine more pairs of independent reports in 2,587 stories are matched.
HOME = 0.8
LEAST_GAP = 8  # tokens between parts that are a rewritten part
REWRITTEN = KINDS.index(Kind.REWRITTEN)


def add_rewritten(
    settled: Checked,
    corpus: Corpus,
    words: Words,
    copies: NDArray[np.int64],
    rarity: Rarity,
    settings: Settings,
) -> Checked:
    """The statements, and those that articles carry rewritten as a whole.

    Statements that only articles of one such statement share become parts of it.

    Args:
        settled: The statements found so far.
        corpus: The articles.
        words: Their words.
        copies: int64 (articles), how many articles each row stands for.
        rarity: How rare the features of articles are.
        settings: The thresholds.
    """
    if settings.rewritten >= 1 or len(words) < 2:
        return settled
    held = _held(settled, len(words))
    alike = find_alike(words, rarity, evidence_table(settings), held, settings)
    clusters = _cluster(alike, copies)
    if not clusters:
        return settled
    ranges = [locate(words, base, _rows(others), rarity.weights) for base, others in clusters]
    into, outside = _absorbed(settled, clusters, ranges, words)
    homes = _homes(settled, clusters, into, words)
    gone = (into >= 0) & (homes[into] < 0)
    kept = settled.take(~gone)
    homes = np.append(np.cumsum(~gone) - 1, -1)[homes]
    outside &= gone[settled.pairs[settled.renderings.pairs, 0]]
    rest = _remains_of(settled.only_pieces(outside), corpus, words, copies, settings)
    kept = joined([kept, rest])
    clusters = [
        cluster if home < 0 else (int(kept.drafts.bases[home]), _guests(cluster[1]))
        for cluster, home in zip(clusters, homes.tolist(), strict=True)
    ]
    drafts, alike_in, scores = _draft(clusters, homes, kept.drafts, words, rarity.weights)
    least = np.iinfo(np.int64).min
    found = joined(list(check_drafts(drafts, 0, corpus, words, settings, least)))
    kept = kept.only(~np.isin(packed(kept.pairs), packed(_guest_pairs(found, homes))))
    found = _filled(replace(found, scores=scores), words, alike_in, _held(kept, len(words)))
    own = found.drafts.bases[found.pairs[:, 0]] == found.pairs[:, 1]  # which a home has already
    guests = found.only(~own).take(homes >= 0)
    pairs = np.stack((homes[homes >= 0][guests.pairs[:, 0]], guests.pairs[:, 1]), axis=1)
    _, firsts = np.unique(packed(pairs), return_index=True)  # two clusters may have one home
    guests = replace(guests, pairs=pairs).only(np.isin(np.arange(len(pairs)), firsts))
    shared = np.bincount(found.pairs[:, 0], minlength=len(found)) > 1
    return joined([kept.with_copies(guests), found.take((homes < 0) & shared)])


def _held(settled: Checked, rows: int) -> Held:
    """The passages of each article."""
    passages, offsets = settled.passages(rows)
    by_statement = settled.pairs[np.lexsort((settled.pairs[:, 1], settled.pairs[:, 0]))]
    ends = np.searchsorted(by_statement[:, 0], np.arange(len(settled) + 1))
    firsts = by_statement[np.minimum(ends[:-1] + FIRSTS, ends[1:]) - 1, 1]
    return Held(offsets, passages, firsts)


def _remains_of(
    absorbed: Checked,
    corpus: Corpus,
    words: Words,
    copies: NDArray[np.int64],
    settings: Settings,
) -> Checked:
    """Statements of the sentences that become no part of a rewritten one, if two articles have them."""
    if not len(absorbed.pairs):
        return nothing()
    drafts, _ = draft_trimmed(absorbed, copies)
    found = joined([nothing(), *check_drafts(drafts, 0, corpus, words, settings)])
    articles = np.bincount(found.pairs[:, 0], copies[found.pairs[:, 1]], len(found))
    return found.take(articles > 1)


class Member(NamedTuple):
    """An article that is like the base of a cluster.

    Attributes:
        row: The article.
        score: How like it is.
        explained: Whether statements that both carry explain that.
        placed: Whether it has its place with this base, and not with another.
    """

    row: int
    score: float
    explained: bool
    placed: bool


Cluster = tuple[int, list[Member]]  # the base, the others


def _cluster(alike: Likenesses, copies: NDArray[np.int64]) -> list[Cluster]:
    """Bases and those that are like them, the base with the highest sum of scores first.

    The sum counts every article of a row (`copies`), equal ones with a score of 1. A row has its place with
    one base, and is then none itself; but it is a copy of every base that it is like, since it is
    compared with each (stars that share satellites: Aslam, Pelekhov and Rus, The star clustering algorithm
    for static and dynamic information organization, 2004). What is like no base becomes one, too.
    """
    rows = len(copies)
    each = np.concatenate((alike.left, alike.right))
    other = np.concatenate((alike.right, alike.left))
    scores, explained = np.tile(alike.scores, 2), np.tile(alike.explained, 2)
    best = np.zeros(rows)
    np.maximum.at(best, each, scores)
    near, weights = scores >= NEAREST * best[other], scores * copies[other]
    order = np.lexsort((other, each))
    bounds = np.searchsorted(each[order], np.arange(rows + 1)).tolist()
    sums = np.bincount(each, weights, rows) + copies - 1
    heap = [(-float(sums[row]), row) for row in np.unique(each).tolist()]
    heapq.heapify(heap)
    free, met, found = np.ones(rows, np.bool_), np.zeros(rows, np.bool_), []

    def add(row: int, placed: NDArray[np.int64]) -> None:
        mine = order[bounds[row] : bounds[row + 1]]
        here = np.isin(mine, placed)
        mine, here = mine[here | ~explained[mine]], here[here | ~explained[mine]]
        columns = (other[mine], scores[mine], explained[mine], here)
        found.append((row, list(map(Member, *(column.tolist() for column in columns)))))
        met[[row, *other[mine]]] = True

    while heap:
        total, row = heapq.heappop(heap)
        mine = order[bounds[row] : bounds[row + 1]]
        mine = mine[free[other[mine]]]
        placed = mine[near[mine]]
        if not free[row] or not len(placed):
            continue
        now = -float(weights[mine].sum() + copies[row] - 1)
        if now > total + 1e-9:
            heapq.heappush(heap, (now, row))
            continue
        free[row] = False
        free[other[placed]] = False
        if not explained[placed].all():
            add(row, placed)
    alone = np.flatnonzero(free & (np.bincount(each[~explained], minlength=rows) > 0))
    for row in alone[np.argsort(-sums[alone], kind="stable")].tolist():
        if not met[row]:
            add(row, placed=order[:0])
    return found


def _absorbed(
    settled: Checked,
    clusters: list[Cluster],
    ranges: list[NDArray[np.int64]],
    words: Words,
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The cluster in which all carriers of a statement have their place, else -1: int64 (statements).

    It is not where half of the statement stands outside of what is alike (`ranges`) in any of them. Which
    pieces do is told too, bool (pieces).
    """
    cluster = np.full(len(words), -1)
    alike = np.stack((np.zeros(len(words), np.int64), words.counts), axis=1)
    for number, ((base, others), mine) in enumerate(zip(clusters, ranges, strict=True)):
        placed = np.array([member.placed for member in others])
        rows = np.array(_rows(others))[placed]
        cluster[base] = cluster[rows] = number
        alike[base] = mine[:, 0].min(), mine[:, 1].max()
        alike[rows] = mine[placed, 2:]
    of = cluster[settled.pairs[:, 1]]
    lowest, highest = np.full(len(settled), len(clusters)), np.full(len(settled), -1)
    np.minimum.at(lowest, settled.pairs[:, 0], of)
    np.maximum.at(highest, settled.pairs[:, 0], of)
    pieces, rows_of = settled.renderings.pieces, settled.rows_of_pieces()
    start, end = pieces[:, A0], pieces[:, A1]
    inside = np.clip(end, *alike[rows_of].T) - np.clip(start, *alike[rows_of].T)
    outside = np.bincount(
        settled.renderings.pairs, end - start - 2 * inside, minlength=len(settled.pairs)
    )
    lost = np.bincount(settled.pairs[:, 0], outside > 0, len(settled)) > 0
    into = np.where((lowest == highest) & ~lost, lowest, -1)
    return into, 2 * inside < end - start


def _homes(
    settled: Checked, clusters: list[Cluster], into: NDArray[np.int64], words: Words
) -> NDArray[np.int64]:
    """The statement that the rewritings of a cluster are copies of, else -1: int64 (clusters).

    It holds most of the base, and another article of the cluster carries it. Its copies are not all
    in the cluster, of which it would become a part (`into`).
    """
    statements, rows = settled.pairs[:, 0], settled.pairs[:, 1]
    bases, pieces = settled.drafts.bases, settled.renderings.pieces
    sizes = np.bincount(settled.renderings.pairs, pieces[:, A1] - pieces[:, A0], len(rows))
    large = np.flatnonzero((sizes >= HOME * words.counts[rows]) & (into[statements] < 0))
    by_row = large[np.lexsort((statements[large], -sizes[large], rows[large]))]
    bounds = np.searchsorted(rows[by_row], np.arange(len(words) + 1))
    ends = np.searchsorted(statements, np.arange(len(settled) + 1))
    homes = np.full(len(clusters), -1)
    for number, (base, others) in enumerate(clusters):
        guests = set(_rows(_guests(others)))
        known = {member.row for member in others if member.explained}
        for pair in by_row[bounds[base] : bounds[base + 1]]:
            home = statements[pair]
            carriers = rows[ends[home] : ends[home + 1]].tolist()
            if not known.isdisjoint(carriers) and bases[home] not in guests:
                homes[number] = home
                break
    return homes


def _rows(members: list[Member]) -> list[int]:
    return [member.row for member in members]


def _guests(members: list[Member]) -> list[Member]:
    """The articles of a cluster that no common statement explains."""
    return [member for member in members if not member.explained]


def _guest_pairs(found: Checked, homes: NDArray[np.int64]) -> NDArray[np.int64]:
    """What is found at home: int64 (pairs, 2), the home and the row of the article."""
    numbers, rows = found.pairs[:, 0], found.pairs[:, 1]
    guests = (homes[numbers] >= 0) & (found.drafts.bases[numbers] != rows)
    return np.stack((homes[numbers[guests]], rows[guests]), axis=1)


def _draft(
    clusters: list[Cluster],
    homes: NDArray[np.int64],
    known: Drafts,
    words: Words,
    weights: NDArray[np.float32],
) -> tuple[Drafts, NDArray[np.int64], NDArray[np.float64]]:
    """Drafts, for each of their carriers the ranges that are alike, and the scores.

    A cluster that has a home has the spans of it, among the drafts that are `known`.
    """
    spans, carriers, ranges, scores = [], [], [], []
    for (base, others), home in zip(clusters, homes.tolist(), strict=True):
        rows = sorted([(base, np.nan), *((member.row, member.score) for member in others)])
        own = locate(words, base, [row for row, _ in rows], weights)
        away = np.array([row != base for row, _ in rows])
        mine = np.array([[own[away, 0].min(), own[away, 1].max()]])
        if home >= 0:
            mine = known.spans[known.span_offsets[home] : known.span_offsets[home + 1]]
        spans.append(mine)
        sizes = mine[:, 1] - mine[:, 0]
        own[:, :2] = np.clip(own[:, :2, None] - mine[:, 0], 0, sizes).sum(axis=2)
        ranges.append(own)
        for row, score in rows:
            carriers.append((row, 0, words.counts[row]))
            scores.append(score)
    drafts = Drafts(
        np.array([base for base, _ in clusters]),
        np.concatenate(spans),
        np.cumsum([0, *map(len, spans)]),
        np.array(carriers),
        np.cumsum([0, *map(len, ranges)]),
    )
    return drafts, np.concatenate(ranges), np.array(scores)


@allocating_kernel
def _sorted(words: U32) -> U32:
    found: U32 = words[sorted_order(words.astype(np.int64))]
    return found


@allocating_kernel
def _fill(statement: U32, article: U32, pieces: I64, bounds: I64, others: I64) -> I64:
    """The pieces of one article, and rewritten ones between them; `bounds` as `_locate` gives them.

    What belongs to other statements (`others`, passages as in `Held`) stays with them.
    """
    held = np.zeros(len(article), np.bool_)
    for passage in others:
        held[passage[0] : passage[1]] = True
    kept = np.empty(len(pieces), np.bool_)
    for k in range(len(pieces)):
        kept[k] = share_of(held, pieces[k, A0], pieces[k, A1]) < TAKEN
    pieces = pieces[kept]
    for piece in pieces:
        held[piece[A0] : piece[A1]] = True
    order = sorted_order(pieces[:, A0])
    out = np.zeros((2 * len(pieces) + len(others) + 1, KIND + 1), np.int64)
    size, at, token = 0, 0, bounds[2]
    floor = np.int64(max(bounds[0], 0))
    while token < bounds[3]:
        start = token
        while token < bounds[3] and not held[token]:
            token += 1
        while at < len(order) and pieces[order[at], A0] < start:
            floor = max(floor, pieces[order[at], S1])
            at += 1
        ceiling = min(bounds[1], len(statement))
        if at < len(order) and pieces[order[at], S0] >= floor:
            ceiling = min(ceiling, pieces[order[at], S0])
        if token - start >= LEAST_GAP and ceiling - floor >= LEAST_GAP:
            row = out[size]
            row[S0], row[S1], row[A0], row[A1], row[KIND] = floor, ceiling, start, token, REWRITTEN
            row[EQUAL] = count_common(
                _sorted(statement[floor:ceiling]), _sorted(article[start:token])
            )
            size += 1
        while token < bounds[3] and held[token]:
            token += 1
    for piece in pieces:
        out[size] = piece
        size += 1
    rows: I64 = out[sorted_order(out[:size, A0])]
    return rows


def _filled(found: Checked, words: Words, ranges: NDArray[np.int64], others: Held) -> Checked:
    """The same with rewritten pieces between those that could be aligned."""
    texts, bounds, parts = found.readings.words, found.renderings.offsets, []
    for pair, (number, row) in enumerate(found.pairs.tolist()):
        mine = found.renderings.pieces[bounds[pair] : bounds[pair + 1]]
        if found.drafts.bases[number] != row:
            statement = texts.words[texts.offsets[number] : texts.offsets[number + 1]]
            article = words.words[words.offsets[row] : words.offsets[row + 1]]
            elsewhere = others.passages[others.offsets[row] : others.offsets[row + 1]]
            mine = _fill(statement, article, mine, ranges[pair], elsewhere)
        parts.append(mine)
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts])))
    renderings = Renderings(np.concatenate(parts), offsets, found.renderings.runs)
    return replace(found, renderings=renderings).only(np.diff(offsets) > 0)
