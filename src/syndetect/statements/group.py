"""Which passages found a statement: drafts from blocks.

The article that agrees most with the others becomes the base; those of its sentences that
travel together, carried by the same others, become one statement; what they touch is set
aside, and the next base is sought among the rest. This is greedy clustering by
representatives (as in CD-HIT: Li and Godzik, 2006), at the level of passages: a copy is later
checked against the base's wording and never joins through another copy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from syndetect.align.blocks import Blocks
from syndetect.settings import Settings
from syndetect.sketch.weights import SCALE
from syndetect.statements.kind import is_attribution
from syndetect.text.reading import Reading

Range = tuple[int, int]
CARRIED = 400  # evidence by which an article carries a sentence, if it is not two thirds of it
TOGETHER = 0.5  # sentences travel together when their carriers overlap by so much
REPEATED = 0.8  # sentences of one article that share so many of their words are one, repeated
SNAP = 3  # tokens at the ends of a sentence that a statement takes in though no block holds them


class Claims:
    """Which tokens of which article belong to statements already."""

    def __init__(self, offsets: NDArray[np.int64]) -> None:
        self.offsets = offsets
        self._starts: list[int] = offsets.tolist()
        self._mask = np.zeros(offsets[-1], dtype=bool)

    def add(self, row: int, start: int, end: int) -> None:
        """Claim the tokens `start` to `end` of an article."""
        first = self._starts[row]
        self._mask[first + start : first + end] = True

    def share(self, row: int, start: int, end: int) -> float:
        """The share of the tokens that is claimed, 0 to 1."""
        first = self._starts[row]
        return int(np.count_nonzero(self._mask[first + start : first + end])) / (end - start)

    def shares(
        self, rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """The same for many pieces: float64."""
        totals = np.zeros(len(self._mask) + 1, dtype=np.int64)
        np.cumsum(self._mask, out=totals[1:])
        first = self.offsets[rows]
        return np.asarray((totals[first + ends] - totals[first + starts]) / (ends - starts))

    def size(self) -> int:
        """How many tokens are claimed."""
        return int(np.count_nonzero(self._mask))


@dataclass(frozen=True, slots=True)
class Side:
    """One block seen from one of its two articles."""

    block: int
    row: int
    start: int
    end: int
    other: int
    other_start: int
    other_end: int
    weight: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement before its copies are checked.

    Attributes:
        base: Row of the article whose wording it takes.
        spans: Its tokens in the base, ascending and apart.
        carriers: Rows to check, each with the tokens between which it seems to carry it.
    """

    base: int
    spans: tuple[Range, ...]
    carriers: dict[int, Range]


def sides_of(blocks: Blocks) -> dict[int, list[Side]]:
    """The blocks of each article; a block of an article with itself is listed once."""
    sides: dict[int, list[Side]] = {}
    columns = (
        blocks.left.tolist(),
        blocks.right.tolist(),
        blocks.bounds.tolist(),
        blocks.weight.tolist(),
    )
    for block, (left, right, (x0, x1, y0, y1), weight) in enumerate(zip(*columns, strict=True)):
        sides.setdefault(left, []).append(Side(block, left, x0, x1, right, y0, y1, weight))
        if left != right:
            sides.setdefault(right, []).append(Side(block, right, y0, y1, left, x0, x1, weight))
    return sides


def draft_statements(
    blocks: Blocks,
    sides: dict[int, list[Side]],
    claims: Claims,
    reader: Callable[[int], Reading],
    settings: Settings,
) -> list[Draft]:
    """Statements to check next, from the blocks that `claims` do not explain on both sides."""
    least = settings.min_score * SCALE
    is_open = _unexplained(blocks, claims, least)
    unexplained = {
        row: [side for side in found if is_open[side.block]] for row, found in sides.items()
    }
    support = {
        row: sum(side.weight for side in found) for row, found in unexplained.items() if found
    }
    taken = Claims(claims.offsets)
    drafts = []
    for row in _in_order(support, unexplained, reader):
        free = [
            side
            for side in unexplained[row]
            if _is_open(side, taken.share(row, side.start, side.end), least)
        ]
        if not free:
            continue
        reading = reader(row)
        for group in _travelling_together(reading, free):
            spans = _spans(reading, group, settings.interruption)
            weight = sum(reading.evidence(start, end) for start, end in spans)
            if weight < least:
                continue
            carriers = _carriers(row, spans, group, sides)
            for carrier, (start, end) in carriers.items():
                taken.add(carrier, start, end)
            drafts.append(Draft(row, tuple(spans), carriers))
    return drafts


def _in_order(
    support: dict[int, int], sides: dict[int, list[Side]], reader: Callable[[int], Reading]
) -> list[int]:
    """Rows by what they agree with; of equals the fuller wording, quoted, in fewer sentences."""

    def wording(row: int) -> tuple[int, int, int]:
        reading, tokens, quoted, sentences = reader(row), 0, 0, 0
        held = {
            sentence
            for side in sides[row]
            for sentence in range(
                reading.sentence_of(side.start), reading.sentence_of(side.end - 1) + 1
            )
        }
        for sentence in held:
            if not is_attribution(reading, sentence):
                first, last = reading.sentences[sentence], reading.sentences[sentence + 1]
                sentences += 1
                for side in sides[row]:
                    start, end = max(side.start, first), min(side.end, last)
                    if start < end:
                        tokens += end - start
                        if reading.quoted(reading.starts[start], reading.ends[end - 1]):
                            quoted += end - start
        return -tokens, -quoted, sentences

    ties = Counter(support.values())
    keyed = {
        row: (-value, *(wording(row) if ties[value] > 1 else (0, 0, 0)), row)
        for row, value in support.items()
    }
    return sorted(keyed, key=lambda row: keyed[row])


def _unexplained(blocks: Blocks, claims: Claims, least: float) -> list[bool]:
    """Of each block whether, on either end, enough of it is left unclaimed (`_is_open`)."""
    x0, x1, y0, y1 = blocks.bounds.T
    claimed = np.minimum(claims.shares(blocks.left, x0, x1), claims.shares(blocks.right, y0, y1))
    left = blocks.weight * (1 - claimed)
    found = (left >= least) | ((blocks.weight < least) & (2 * left >= blocks.weight))
    listed: list[bool] = found.tolist()
    return listed


def _is_open(side: Side, claimed: float, least: float) -> bool:
    """Whether enough of a block is left for a match, or most of one that is short in itself.

    An attribution parts a quotation into blocks, of which each may be short.
    """
    left = side.weight * (1 - claimed)
    return left >= least or (side.weight < least and 2 * left >= side.weight)


def _travelling_together(reading: Reading, sides: list[Side]) -> list[list[Side]]:
    """The sides of one article by sentence, grouped by sentences that the same others carry."""
    by_sentence: dict[int, list[Side]] = {}
    for side in sides:
        for sentence in range(
            reading.sentence_of(side.start), reading.sentence_of(side.end - 1) + 1
        ):
            first, last = reading.sentences[sentence], reading.sentences[sentence + 1]
            start, end = max(first, side.start), min(last, side.end)
            carried = reading.evidence(start, end)
            if carried >= CARRIED or 3 * carried >= 2 * reading.evidence(first, last):
                by_sentence.setdefault(sentence, []).append(replace(side, start=start, end=end))
    groups: list[tuple[set[int], list[Side]]] = []
    for sentence, found in sorted(by_sentence.items()):
        if is_attribution(reading, sentence):
            continue
        mine = {side.other for side in found}
        for others, group in groups:
            if len(mine & others) >= TOGETHER * min(len(mine), len(others)):
                others |= mine
                group += found
                break
        else:
            groups.append((mine, found))
    return [group for _, group in groups]


def _spans(reading: Reading, sides: list[Side], gap: int) -> list[Range]:
    """The tokens that the sides hold, snapped to sentences where little is missing."""
    held = np.zeros(len(reading) + 1, dtype=bool)
    for side in sides:
        held[side.start : side.end] = True
    edges = np.flatnonzero(np.diff(held, prepend=False)).reshape(-1, 2).tolist()
    spans: list[Range] = []
    seen: list[set[int]] = []
    for start, end in edges:
        first, _ = reading.sentence_bounds(start)
        _, last = reading.sentence_bounds(end - 1)
        if start - first <= SNAP and not reading.has_quote_mark(first, start):
            start = first
        if last - end <= SNAP and not reading.has_quote_mark(end - 1, last - 1):
            end = last
        words = set(reading.hashes[start:end])
        if any(len(words & other) >= REPEATED * len(words | other) for other in seen):
            continue  # the article has the sentence twice, the statement has it once
        seen.append(words)
        if spans and _adjoin(reading, spans[-1][1], start, gap):
            start, end = spans[-1][0], max(end, spans[-1][1])
            spans.pop()
        spans.append((start, end))
    return spans


def _adjoin(reading: Reading, end: int, start: int, gap: int) -> bool:
    """Whether runs that end and start there are one: touching, or nearly so in one sentence."""
    near = start - end < gap and reading.sentence_of(start) == reading.sentence_of(end - 1)
    return start <= end or near


def _carriers(
    base: int, spans: list[Range], group: list[Side], sides: dict[int, list[Side]]
) -> dict[int, Range]:
    """Who may carry the spans: the base, its partners, and the partners of those."""
    carriers: dict[int, Range] = {base: (spans[0][0], spans[-1][1])}

    def widen(row: int, start: int, end: int) -> None:
        low, high = carriers.get(row, (start, end))
        carriers[row] = (min(low, start), max(high, end))

    near: dict[int, list[Range]] = {}
    for side in group:
        near.setdefault(side.other, []).append((side.other_start, side.other_end))
        widen(side.other, side.other_start, side.other_end)
    for row, ranges in near.items():
        for side in sides[row]:
            middle = (side.start + side.end) // 2
            if any(start <= middle < end for start, end in ranges):
                widen(side.other, side.other_start, side.other_end)
    return carriers
