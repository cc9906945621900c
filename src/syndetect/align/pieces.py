"""Pieces: an alignment with the statement, cut into what a reader would point at.

A piece lies within one sentence of the statement and is contiguous in the article. Its ends
are drawn to the ends of the sentence where only a few words differ there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from syndetect.settings import Settings
from syndetect.text.reading import Reading

Link = tuple[int, int]  # a token of the statement and the equal token of the article
WEAK_END = 150  # a run at an end, beyond an edit, that carries less is chance
WEAK_PIECE = 400  # a piece that carries less, and less than two thirds of its sentence, is chance
NEAR = 25  # tokens of an attribution, after which a piece may go on
NEAR_END = 3  # tokens missing at the end of a sentence that may all have been swapped
FAR_END = 0.6  # share of a sentence that may be missing at one end if some of it is still there
FARTHEST = 30  # but never more tokens than this
STILL_THERE = 0.25  # share of the evidence missing there that must be
SLACK = 2  # tokens by which what stands in their place may be longer


@dataclass(frozen=True, slots=True)
class Change:
    """Tokens of the statement that stand otherwise in the article, either range may be empty."""

    before_start: int
    before_end: int
    after_start: int
    after_end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece in tokens: its ranges in statement and article, its links, its edits."""

    statement_start: int
    statement_end: int
    start: int
    end: int
    links: tuple[Link, ...]
    edits: tuple[Change, ...]


def cut_pieces(
    statement: Reading,
    article: Reading,
    alignments: Sequence[Sequence[Link]],
    settings: Settings,
    stops: Callable[[str], bool],
    weak: int = WEAK_PIECE,
) -> list[Piece]:
    """The pieces of one article, in its order.

    Args:
        statement: The statement's text.
        article: The article.
        alignments: Links of each alignment, ascending.
        settings: `interruption` and `omission` are used.
        stops: Whether a word of the article introduces what follows and so never belongs to it.
        weak: Least evidence of a piece that is not most of its sentence, hundredths.
    """
    whole = _join(alignments)
    cores = [core for links in whole for core in _cut(statement, article, links, settings)]
    trimmed = sorted((_trim(statement, core) for core in cores), key=lambda core: core[0][1])
    strong = [_is_strong(statement, core, weak) for core in trimmed]
    kept = [
        core
        for number, core in enumerate(trimmed)
        if strong[number]
        or (number and strong[number - 1] and _continues(statement, trimmed[number - 1], core))
        or (
            number + 1 < len(trimmed)
            and strong[number + 1]
            and _continues(statement, core, trimmed[number + 1])
        )
    ]
    linked = {s for core in kept for s, _ in core}
    pieces: list[Piece] = []
    for number, core in enumerate(kept):
        low = pieces[-1].end if pieces else 0
        high = kept[number + 1][0][1] if number + 1 < len(kept) else len(article)
        pieces.append(_extend(statement, article, core, (low, high), linked, stops))
    return pieces


def _join(alignments: Sequence[Sequence[Link]]) -> list[list[Link]]:
    """Alignments that go on where another ends, as at the edge of a tile, become one."""
    joined: list[list[Link]] = []
    for links in sorted(alignments, key=lambda links: links[0]):
        s, a = links[0]
        if joined and joined[-1][-1] == (s - 1, a - 1):
            joined[-1].extend(links)
        else:
            joined.append(list(links))
    return joined


def _continues(statement: Reading, one: Sequence[Link], other: Sequence[Link]) -> bool:
    """Whether `other` goes on in the same sentence of the statement, a few words further on."""
    s, a = one[-1]
    gap = other[0][1] - a
    same = statement.sentence_of(s) == statement.sentence_of(other[0][0])
    return same and other[0][0] == s + 1 and 0 < gap <= NEAR


def _cut(
    statement: Reading, article: Reading, links: Sequence[Link], settings: Settings
) -> list[list[Link]]:
    """Cut links at sentences, interruptions and long omissions."""
    cores: list[list[Link]] = []
    for s, a in links:
        if cores:
            s0, a0 = cores[-1][-1]
            gap = s - s0 > 1 or a - a0 > 1
            parted = (
                statement.sentence_of(s) != statement.sentence_of(s0)
                or (gap and article.sentence_of(a) != article.sentence_of(a0))
                or s - s0 > settings.omission
                or a - a0 > settings.interruption
                or (a - a0 > 1 and _leaves_quotation(article, a0, a))
            )
            if not parted:
                cores[-1].append((s, a))
                continue
        cores.append([(s, a)])
    return cores


def _leaves_quotation(article: Reading, start: int, end: int) -> bool:
    """Whether the text between two tokens closes a quotation and opens another."""
    gap = article.text[article.ends[start] : article.starts[end]]
    return sum(gap.count(mark) for mark in '“”«»„「」『』"') >= 2


def _runs(core: list[Link]) -> list[int]:
    """Places in `core` where a run of adjacent links begins, then its length."""
    starts = [
        k
        for k in range(1, len(core))
        if core[k][0] != core[k - 1][0] + 1 or core[k][1] != core[k - 1][1] + 1
    ]
    return [0, *starts, len(core)]


def _trim(statement: Reading, core: list[Link]) -> list[Link]:
    """Drop weak runs at the ends that an edit parts from the rest and that end no sentence."""
    runs = _runs(core)
    weight = [sum(statement.evidence(s, s + 1) for s, _ in core[a:b]) for a, b in pairwise(runs)]
    first, last = 0, len(weight) - 1
    start, end = statement.sentence_bounds(core[0][0])
    while first < last and weight[first] < WEAK_END and core[runs[first]][0] > start:
        first += 1
    while last > first and weight[last] < WEAK_END and core[runs[last + 1] - 1][0] < end - 1:
        last -= 1
    return core[runs[first] : runs[last + 1]]


def _is_strong(statement: Reading, core: list[Link], weak: int) -> bool:
    start, end = statement.sentence_bounds(core[0][0])
    carried = sum(statement.evidence(s, s + 1) for s, _ in core)
    return carried >= weak or 3 * carried >= 2 * statement.evidence(start, end)


def _extend(
    statement: Reading,
    article: Reading,
    core: list[Link],
    free: tuple[int, int],
    linked: set[int],
    stops: Callable[[str], bool],
) -> Piece:
    """Draw the ends of a piece to the ends of its sentence where words were swapped."""
    (s0, a0), (s1, a1) = core[0], core[-1]
    s1, a1 = s1 + 1, a1 + 1
    first, last = statement.sentence_bounds(s0)
    low, high = article.sentence_bounds(a0)[0], article.sentence_bounds(a1 - 1)[1]
    missing = range(s0 - 1, first - 1, -1)
    if missing and linked.isdisjoint(missing):
        outward = range(a0 - 1, max(low, free[0]) - 1, -1)
        taken, links = _swapped(statement, article, missing, outward, stops)
        s0, a0, core = (first, a0 - taken, links[::-1] + core) if taken else (s0, a0, core)
    missing = range(s1, last)
    if missing and linked.isdisjoint(missing):
        outward = range(a1, min(high, free[1]))
        taken, links = _swapped(statement, article, missing, outward, stops)
        s1, a1, core = (last, a1 + taken, core + links) if taken else (s1, a1, core)
    return Piece(s0, s1, a0, a1, tuple(core), _changes(core, s0, s1, a0, a1))


def _swapped(
    statement: Reading,
    article: Reading,
    missing: range,
    outward: range,
    stops: Callable[[str], bool],
) -> tuple[int, list[Link]]:
    """How many tokens of the article stand in the place of missing ones, and which are equal.

    Both ranges go outwards from the piece. A few missing words may all have been swapped; of
    more, some must stand there still.
    """
    start, end = statement.sentence_bounds(missing[0])
    if len(missing) > max(NEAR_END, min(FAR_END * (end - start), FARTHEST)):
        return 0, []
    count = 0
    for token in outward[: len(missing) + SLACK + 1]:
        inward = min(token, token - outward.step)
        if article.has_quote_mark(inward, inward + 1) or stops(article.word(token)):
            break
        count += 1
    if count > len(missing) + SLACK:  # neither the sentence nor what opens it ends near
        count = len(missing)
    links = _common(statement, article, missing, outward[:count])
    if links and links[-1][0] == missing[-1]:
        count = abs(links[-1][1] - outward[0]) + 1
    if len(missing) > NEAR_END:
        weight = statement.evidence(min(missing), max(missing) + 1)
        if sum(statement.evidence(s, s + 1) for s, _ in links) < STILL_THERE * weight:
            return 0, []
    return count, links


def _common(statement: Reading, article: Reading, one: range, other: range) -> list[Link]:
    """The longest common subsequence of two short ranges, in their direction."""
    best = [[0] * (len(other) + 1) for _ in range(len(one) + 1)]
    for i in range(len(one) - 1, -1, -1):
        for k in range(len(other) - 1, -1, -1):
            equal = statement.hashes[one[i]] == article.hashes[other[k]]
            best[i][k] = best[i + 1][k + 1] + 1 if equal else max(best[i + 1][k], best[i][k + 1])
    links, i, k = [], 0, 0
    while i < len(one) and k < len(other):
        if statement.hashes[one[i]] == article.hashes[other[k]]:
            links.append((one[i], other[k]))
            i, k = i + 1, k + 1
        elif best[i + 1][k] >= best[i][k + 1]:
            i += 1
        else:
            k += 1
    return links


def _changes(core: list[Link], s0: int, s1: int, a0: int, a1: int) -> tuple[Change, ...]:
    """What stands between the links; two insertions (omissions) around one word are one edit."""
    changes: list[Change] = []
    for s, a in [*core, (s1, a1)]:
        if s > s0 or a > a0:
            change = Change(s0, s, a0, a)
            if changes and _belong_together(changes[-1], change):
                change = Change(changes[-1].before_start, s, changes[-1].after_start, a)
                changes.pop()
            changes.append(change)
        s0, a0 = s + 1, a + 1
    return tuple(changes)


def _belong_together(one: Change, other: Change) -> bool:
    """Two insertions, or two omissions, with a single word between them: "make use of"."""
    adjacent = other.before_start - one.before_end == 1 and other.after_start - one.after_end == 1
    inserted = one.before_start == one.before_end and other.before_start == other.before_end
    omitted = one.after_start == one.after_end and other.after_start == other.after_end
    return adjacent and (inserted or omitted)
