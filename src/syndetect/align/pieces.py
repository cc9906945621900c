"""Pieces: an alignment with the statement, cut into what a reader would point at.

A piece lies within one sentence of the statement and is contiguous in the article. Its ends
are drawn to the ends of the sentence where only a few words differ there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from syndetect.settings import Settings
from syndetect.text.reading import Reading

Run = tuple[int, int, int]  # a token of the statement, the equal one of the article, how many
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
    """A piece in tokens: its ranges in statement and article, its equal runs, its edits.

    `equal` counts the tokens of the runs, `weight` is their evidence in hundredths.
    """

    statement_start: int
    statement_end: int
    start: int
    end: int
    runs: tuple[Run, ...]
    edits: tuple[Change, ...]
    equal: int
    weight: int


def cut_pieces(
    statement: Reading,
    article: Reading,
    alignments: Sequence[Sequence[Run]],
    settings: Settings,
    stops: Callable[[str], bool],
    weak: int = WEAK_PIECE,
) -> list[Piece]:
    """The pieces of one article, in its order.

    Args:
        statement: The statement's text.
        article: The article.
        alignments: Equal runs of each alignment, ascending.
        settings: `interruption` and `omission` are used.
        stops: Whether a word of the article introduces what follows and so never belongs to it.
        weak: Least evidence of a piece that is not most of its sentence, hundredths.
    """
    whole = _join(alignments)
    cores = [core for runs in whole for core in _cut(statement, article, runs, settings)]
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
    linked = {token for core in kept for s, _, n in core for token in range(s, s + n)}
    pieces: list[Piece] = []
    for number, core in enumerate(kept):
        low = pieces[-1].end if pieces else 0
        high = kept[number + 1][0][1] if number + 1 < len(kept) else len(article)
        pieces.append(_extend(statement, article, core, (low, high), linked, stops))
    return pieces


def _join(alignments: Sequence[Sequence[Run]]) -> list[list[Run]]:
    """Alignments that go on where another ends, as at the edge of a tile, become one."""
    joined: list[list[Run]] = []
    for runs in sorted(alignments, key=lambda runs: runs[0]):
        if joined and _ends(joined[-1]) == runs[0][:2]:
            joined[-1] = _chained([*joined[-1], *runs])
        else:
            joined.append(list(runs))
    return joined


def _ends(core: Sequence[Run]) -> tuple[int, int]:
    """Where the last run ends in both texts."""
    s, a, n = core[-1]
    return s + n, a + n


def _chained(runs: Sequence[Run]) -> list[Run]:
    """The same runs, those that touch in both texts made one."""
    chained: list[Run] = []
    for s, a, n in runs:
        if chained and _ends(chained) == (s, a):
            s, a, n = chained[-1][0], chained[-1][1], chained[-1][2] + n
            chained.pop()
        chained.append((s, a, n))
    return chained


def _evidence(statement: Reading, core: Sequence[Run]) -> int:
    totals = statement.totals
    return sum([totals[s + n] - totals[s] for s, _, n in core])


def _continues(statement: Reading, one: Sequence[Run], other: Sequence[Run]) -> bool:
    """Whether `other` goes on in the same sentence of the statement, a few words further on."""
    s, a = _ends(one)
    gap = other[0][1] - a + 1
    same = statement.sentence_of(s - 1) == statement.sentence_of(other[0][0])
    return same and other[0][0] == s and 0 < gap <= NEAR


def _cut(
    statement: Reading, article: Reading, runs: Sequence[Run], settings: Settings
) -> list[list[Run]]:
    """Cut runs at sentences, interruptions and long omissions."""
    cores: list[list[Run]] = []
    before = -1  # the sentence of the last run
    for s, a, n in runs:
        while n:
            sentence = statement.sentence_of(s)
            size = min(n, statement.sentences[sentence + 1] - s)
            if sentence != before or _parted(article, *_ends(cores[-1]), s, a, settings):
                cores.append([])
            cores[-1].append((s, a, size))
            s, a, n, before = s + size, a + size, n - size, sentence
    return cores


def _parted(article: Reading, s0: int, a0: int, s: int, a: int, settings: Settings) -> bool:
    """Whether what stands between (s0, a0) and (s, a) ends a part."""
    if s == s0 and a == a0:
        return False
    return (
        article.sentence_of(a) != article.sentence_of(a0 - 1)
        or s - s0 >= settings.omission
        or a - a0 >= settings.interruption
        or (a > a0 and _leaves_quotation(article, a0 - 1, a))
    )


def _leaves_quotation(article: Reading, start: int, end: int) -> bool:
    """Whether the text between two tokens closes a quotation and opens another."""
    gap = article.text[article.ends[start] : article.starts[end]]
    return sum(gap.count(mark) for mark in '“”«»„「」『』"') >= 2


def _trim(statement: Reading, core: list[Run]) -> list[Run]:
    """Drop weak runs at the ends that an edit parts from the rest and that end no sentence."""
    weight = [statement.evidence(s, s + n) for s, _, n in core]
    first, last = 0, len(weight) - 1
    start, end = statement.sentence_bounds(core[0][0])
    while first < last and weight[first] < WEAK_END and core[first][0] > start:
        first += 1
    while last > first and weight[last] < WEAK_END and core[last][0] + core[last][2] < end:
        last -= 1
    return core[first : last + 1]


def _is_strong(statement: Reading, core: list[Run], weak: int) -> bool:
    start, end = statement.sentence_bounds(core[0][0])
    carried = _evidence(statement, core)
    return carried >= weak or 3 * carried >= 2 * statement.evidence(start, end)


def _extend(
    statement: Reading,
    article: Reading,
    core: list[Run],
    free: tuple[int, int],
    linked: set[int],
    stops: Callable[[str], bool],
) -> Piece:
    """Draw the ends of a piece to the ends of its sentence where words were swapped."""
    (s0, a0, _), (s1, a1) = core[0], _ends(core)
    first, last = statement.sentence_bounds(s0)
    low, high = article.sentence_bounds(a0)[0], article.sentence_bounds(a1 - 1)[1]
    missing = range(s0 - 1, first - 1, -1)
    if missing and linked.isdisjoint(missing):
        outward = range(a0 - 1, max(low, free[0]) - 1, -1)
        taken, links = _swapped(statement, article, missing, outward, stops)
        if taken:
            s0, a0, core = first, a0 - taken, [*((s, a, 1) for s, a in links[::-1]), *core]
    missing = range(s1, last)
    if missing and linked.isdisjoint(missing):
        outward = range(a1, min(high, free[1]))
        taken, links = _swapped(statement, article, missing, outward, stops)
        if taken:
            s1, a1, core = last, a1 + taken, [*core, *((s, a, 1) for s, a in links)]
    core = _chained(core)
    equal, weight = sum([n for _, _, n in core]), _evidence(statement, core)
    return Piece(s0, s1, a0, a1, tuple(core), _changes(core, s0, s1, a0, a1), equal, weight)


def _swapped(
    statement: Reading,
    article: Reading,
    missing: range,
    outward: range,
    stops: Callable[[str], bool],
) -> tuple[int, list[tuple[int, int]]]:
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


def _common(
    statement: Reading, article: Reading, one: range, other: range
) -> list[tuple[int, int]]:
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


def _changes(core: list[Run], s0: int, s1: int, a0: int, a1: int) -> tuple[Change, ...]:
    """What stands between the runs; two insertions (omissions) around one word are one edit."""
    changes: list[Change] = []
    for s, a, n in [*core, (s1, a1, 0)]:
        if s > s0 or a > a0:
            change = Change(s0, s, a0, a)
            if changes and _belong_together(changes[-1], change):
                change = Change(changes[-1].before_start, s, changes[-1].after_start, a)
                changes.pop()
            changes.append(change)
        s0, a0 = s + n, a + n
    return tuple(changes)


def _belong_together(one: Change, other: Change) -> bool:
    """Two insertions, or two omissions, with a single word between them: "make use of"."""
    adjacent = other.before_start - one.before_end == 1 and other.after_start - one.after_end == 1
    inserted = one.before_start == one.before_end and other.before_start == other.before_end
    omitted = one.after_start == one.after_end and other.after_start == other.after_end
    return adjacent and (inserted or omitted)
