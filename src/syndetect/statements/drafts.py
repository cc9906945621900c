"""Which passages found a statement: drafts from blocks.

Those sentences of an article that travel together, carried by the same others, may become one
statement; the group that agrees most with others does so first; what they touch is set
aside, and the next base is sought among the rest. This is greedy clustering by
representatives (as in CD-HIT: Li and Godzik, 2006), at the level of passages: a copy is later
checked against the base's wording and never joins through another copy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import appended
from syndetect.jit import I32, I64, U8, U32, Bools, allocating_kernel, inner
from syndetect.mapped import empty
from syndetect.settings import Settings
from syndetect.statements.groups import (
    CARRIED,
    END,
    GROUP,
    OTHER,
    SENTENCE,
    SIDE,
    START,
    group_parts,
    in_order,
    list_groups,
    parts_of_sentences,
)
from syndetect.statements.sides import (
    Columns,
    Sides,
    find_unexplained,
    look,
    share_of,
)
from syndetect.statements.spans import find_spans
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import BEGINS, EVIDENCE, SCALE, Words
from syndetect.threads import spread

_TASK, _TASKS = 1 << 14, 64  # sides of a task at least, tasks at most
# Where three articles carry a statement, this share of the least evidence is enough: of planted copies
# of twelve words, half of them function words or more, 157 instead of 143 of 224 are then found.
THRICE = 0.85
# Of an article with so many passages, only those are followed that hold what is drafted, not all of the
# sentence: without it, drafting 100,000 articles with one common paragraph took time with the square.
MANY = 1 << 10
LEFT = 0.5  # of a sentence so much must be left for it to found a statement


@dataclass(frozen=True, slots=True)
class Drafts:
    """Statements before their copies are checked.

    Attributes:
        bases: int64 (drafts), row of the article whose wording each takes.
        spans: int64 (spans, 2), its tokens in the base, ascending and apart.
        span_offsets: int64 (drafts + 1), draft d has ``spans[span_offsets[d]:span_offsets[d + 1]]``.
        carriers: int64 (carriers, 3), a row to check, and the tokens between which it seems to
            carry the statement.
        carrier_offsets: int64 (drafts + 1), as `span_offsets`.
    """

    bases: NDArray[np.int64]
    spans: NDArray[np.int64]
    span_offsets: NDArray[np.int64]
    carriers: NDArray[np.int64]
    carrier_offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.bases)

    @classmethod
    def of(
        cls, rows: NDArray[np.int64], spans: NDArray[np.int64], carriers: NDArray[np.int64]
    ) -> Drafts:
        """Drafts from rows (base, end of its spans, end of its carriers), all spans, all carriers."""
        ends = np.insert(rows[:, 1:], 0, 0, axis=0)
        return cls(rows[:, 0], spans, ends[:, 0], carriers, ends[:, 1])

    def part(self, low: int, high: int) -> Drafts:
        """The drafts `low` to `high`."""
        spans, carriers = self.span_offsets[low : high + 1], self.carrier_offsets[low : high + 1]
        return Drafts(
            self.bases[low:high],
            self.spans[spans[0] : spans[-1]],
            spans - spans[0],
            self.carriers[carriers[0] : carriers[-1]],
            carriers - carriers[0],
        )

    @property
    def numbers(self) -> NDArray[np.int64]:
        """int64 (carriers), the draft of each."""
        return np.repeat(np.arange(len(self)), np.diff(self.carrier_offsets))


def draft_statements(
    sides: Sides,
    words: Words,
    table: NDArray[np.int32],
    claimed: NDArray[np.bool_],
    stirred: NDArray[np.bool_],
    settings: Settings,
) -> Drafts:
    """Statements to check next, from the blocks that what is claimed does not explain.

    Args:
        sides: The passages of each article.
        words: The articles.
        table: int32 (4), evidence by mark, hundredths.
        claimed: bool (tokens), which belong to statements already.
        stirred: bool (articles), which may found a statement: of the others, what is claimed is
            what it was when they founded none.
        settings: `min_score` and `interruption` are used.
    """
    least = THRICE * settings.min_score * SCALE
    blocks, columns = sides.of, sides.columns
    unexplained = find_unexplained(blocks, words.offsets, claimed, least)
    texts = (words.words, words.marks, words.offsets)
    taken = empty(len(claimed), np.bool_)
    taken[:] = claimed
    locals_ = np.full(len(words), -1, dtype=np.int64)
    tasks = chunks_of(sides.offsets, max(len(sides.blocks) // _TASKS, _TASK))
    found = np.concatenate(
        [
            np.empty((0, 8), np.int64),
            *spread(
                lambda rows: list_groups(columns, unexplained, stirred, texts, table, *rows), tasks
            ),
        ]
    )
    drafted = _draft(
        in_order(found), columns, texts, table, least, settings.interruption, taken, locals_
    )
    return Drafts.of(*drafted)


@inner
def _new_evidence(marks: U8, taken: Bools, table: I32, spans: I64) -> int:
    """Evidence of the tokens of spans that are not taken, in hundredths.

    Of a sentence of which less than `LEFT` is left, nothing counts.
    """
    total = np.int64(0)
    for k in range(len(spans)):
        start = spans[k, 0]
        while start < spans[k, 1]:
            end, free, evidence = start, 0, np.int64(0)
            while end < spans[k, 1] and (end == start or not marks[end] & BEGINS):
                if not taken[end]:
                    free += 1
                    evidence += table[marks[end] & EVIDENCE]
                end += 1
            if free >= LEFT * (end - start):
                total += evidence
            start = end
    return int(total)


@inner
def _widen(
    carriers: I64,
    size: int,
    locals_: I64,
    offsets: I64,
    taken: Bools,
    found: tuple[int, int, int],
) -> int:
    """Take a row into the carriers, or widen its range; the new size.

    Of the row, only the passage itself is taken, not what lies between it and others.
    """
    row, start, end = found
    taken[offsets[row] + start : offsets[row] + end] = True
    if locals_[row] < 0:
        locals_[row] = size
        carriers[size, 0], carriers[size, 1], carriers[size, 2] = row, start, end
        return size + 1
    carrier = locals_[row]
    carriers[carrier, 1] = min(carriers[carrier, 1], start)
    carriers[carrier, 2] = max(carriers[carrier, 2], end)
    return size


@inner
def _counterpart(part: I64, spans: I64, sides: Columns) -> tuple[int, int, int]:
    """The other article of a part, and where what it has of the spans stands there, if anything.

    It is a start and an end, which is 0 where there is nothing.
    """
    start, end, other, other_start, other_end, _ = look(sides, part[SIDE])
    first, last = part[END], part[START]
    for k in range(len(spans)):
        if spans[k, 0] < part[END] and spans[k, 1] > part[START]:
            first = min(first, max(spans[k, 0], part[START]))
            last = max(last, min(spans[k, 1], part[END]))
    if first >= last:
        return other, 0, 0
    low = min(other_start + first - start, other_end - 1)
    return other, low, max(other_end - (end - last), low + 1)


@allocating_kernel
def _carriers(
    base: int,
    spans: I64,
    parts: I64,
    group: int,
    sides: Columns,
    locals_: I64,
    offsets: I64,
    taken: Bools,
) -> I64:
    """Who may carry the spans: the base, its partners, and the partners of those."""
    most = 1
    for part in parts:
        if part[GROUP] == group:
            most += 1 + sides[0][part[OTHER] + 1] - sides[0][part[OTHER]]
    carriers = np.empty((most, 3), np.int64)
    size, whole = np.int64(0), np.empty((1, 2), np.int64)
    for k in range(len(spans)):
        found = (base, spans[k, 0], spans[k, 1])
        size = _widen(carriers, size, locals_, offsets, taken, found)
    for part in parts:
        if part[GROUP] == group:
            whole[0, 0], whole[0, 1] = part[START], part[END]
            found = _counterpart(part, whole, sides)
            size = _widen(carriers, size, locals_, offsets, taken, found)
    for part in parts:
        if part[GROUP] != group:
            continue
        whole[0, 0], whole[0, 1] = part[START], part[END]
        many = sides[0][part[OTHER] + 1] - sides[0][part[OTHER]] > MANY
        other, low, high = _counterpart(part, spans if many else whole, sides)
        if high == 0:
            continue
        for side in range(sides[0][other], sides[0][other + 1]):
            start, end, row, row_start, row_end, _ = look(sides, side)
            first, last = max(start, low), min(end, high)
            if row != other and 2 * (last - first) >= min(end - start, high - low):
                first = min(row_start + first - start, row_end - 1)  # no more than the part
                last = max(row_end - (end - last), first + 1)
                size = _widen(carriers, size, locals_, offsets, taken, (row, first, last))
    for carrier in carriers[:size]:
        locals_[carrier[0]] = -1
    return carriers[:size]


@allocating_kernel
def _left_over(parts: I64, marks: U8, taken: Bools, table: I32) -> tuple[I64, I64]:
    """Starts and ends of what parts hold that no earlier draft has, if it is enough to carry.

    A sentence stands in one statement only: all its carriers meet there.
    """
    most = 0
    for part in parts:
        most += part[END] - part[START]
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    count = 0
    for part in parts:
        start, end = part[START], part[END]
        if share_of(taken, start, end) == 0:
            starts[count], ends[count] = start, end
            count += 1
            continue
        token = start
        while token < end:
            first, evidence = token, np.int64(0)
            while token < end and not taken[token]:
                evidence += table[marks[token] & EVIDENCE]
                token += 1
            if evidence >= CARRIED:
                starts[count], ends[count] = first, token
                count += 1
            token += 1
    return starts[:count], ends[:count]


@allocating_kernel
def _draft(
    order: I64,
    sides: Columns,
    texts: tuple[U32, U8, I64],
    table: I32,
    least: float,
    gap: int,
    taken: Bools,
    locals_: I64,
) -> tuple[I64, I64, I64]:
    """Drafts as rows (base, end of its spans, end of its carriers), all spans, all carriers."""
    words, marks, offsets = texts
    drafts, spans, carriers = (
        np.empty((64, 3), np.int64), np.empty((64, 2), np.int64), np.empty((64, 3), np.int64),
    )  # fmt: skip
    count = span_count = carrier_count = np.int64(0)
    whole = np.empty((1, 2), np.int64)
    for turn in order:
        row, sentence = turn[0], turn[1]
        first, end = offsets[row], offsets[row + 1]
        text, aside = (words[first:end], marks[first:end]), taken[first:end]
        whole[0, 0], whole[0, 1] = turn[2], turn[3]
        if _new_evidence(text[1], aside, table, whole) < least:
            continue
        parts, _ = parts_of_sentences(sides, row, text[1], table)
        for group in range(group_parts(parts, text[1], locals_)):
            mine = parts[parts[:, GROUP] == group]
            if not np.any(mine[:, SENTENCE] == sentence):
                continue  # its turn comes with a sentence of its own
            starts, ends = _left_over(mine, text[1], aside, table)
            if not len(starts):
                continue
            some = find_spans(text[0], text[1], starts, ends, gap)
            if _new_evidence(text[1], aside, table, some) < least:
                continue
            found = _carriers(row, some, parts, group, sides, locals_, offsets, taken)
            spans = appended(spans, span_count, some)
            carriers = appended(carriers, carrier_count, found)
            span_count, carrier_count = span_count + len(some), carrier_count + len(found)
            drafts = appended(drafts, count, np.array([[row, span_count, carrier_count]]))
            count += 1
    return drafts[:count].copy(), spans[:span_count].copy(), carriers[:carrier_count].copy()
