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

from syndetect.jit import Bools, I32, I64, U32, U8, allocating_kernel, part
from syndetect.settings import Settings
from syndetect.sorting import sorted_order
from syndetect.statements.sides import (
    Columns,
    Sides,
    find_unexplained,
    look,
    share_of,
)
from syndetect.statements.spans import find_spans
from syndetect.text.marks import ATTRIBUTION, BEGINS, EVIDENCE, SCALE, Words, stands_in_quotation

CARRIED = 400  # evidence by which an article carries a sentence, if it is not two thirds of it
TOGETHER = 0.5  # sentences travel together when so many of the carriers of one carry the other
LEFT = 0.5  # of a sentence so much must be left for it to found a statement
WHOLLY = 0.9  # a sentence of which an earlier draft holds so much is taken as a whole
COMPANY = 0.3  # and they are so many of the carriers of either
# Columns of what one side holds of one sentence.
_SENTENCE, _OTHER, _START, _END, _SIDE, _GROUP = range(6)


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

    @property
    def numbers(self) -> NDArray[np.int64]:
        """int64 (carriers), the draft of each."""
        return np.repeat(np.arange(len(self)), np.diff(self.carrier_offsets))


def draft_statements(
    sides: Sides,
    words: Words,
    table: NDArray[np.int32],
    claimed: NDArray[np.bool_],
    settings: Settings,
) -> Drafts:
    """Statements to check next, from the blocks that what is claimed does not explain.

    Args:
        sides: The passages of each article.
        words: The articles.
        table: int32 (4), evidence by mark, hundredths.
        claimed: bool (tokens), which belong to statements already.
        settings: `min_score` and `interruption` are used.
    """
    least = settings.min_score * SCALE
    blocks, columns = sides.of, sides.columns
    unexplained = np.empty(len(blocks), dtype=np.bool_)
    find_unexplained(*columns[3:], words.offsets, claimed, least, unexplained)
    texts = (words.words, words.marks, words.offsets)
    taken = claimed.copy()
    locals_ = np.full(len(words), -1, dtype=np.int64)
    found = _list_groups(columns, unexplained, texts, table, locals_)
    rows, spans, carriers = _draft(
        _in_order(found), columns, texts, table, least, settings.interruption, taken, locals_
    )
    return Drafts(rows[:, 0], spans, _offsets(rows[:, 1]), carriers, _offsets(rows[:, 2]))


def _offsets(ends: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate((np.zeros(1, np.int64), ends))


@allocating_kernel
def _parts_of_sentences(
    sides: Columns, row: int, marks: U8, table: I32
) -> tuple[I64, I64]:
    """What each side holds of each sentence, if enough, by sentence; evidence before each token."""
    sentence_of, totals = np.empty(len(marks), np.int64), np.zeros(len(marks) + 1, np.int64)
    firsts = np.empty(len(marks) + 1, np.int64)
    count = 0
    for k in range(len(marks)):
        if k == 0 or marks[k] & BEGINS:
            firsts[count] = k
            count += 1
        sentence_of[k] = count - 1
        totals[k + 1] = totals[k] + table[marks[k] & EVIDENCE]
    firsts[count] = len(marks)
    most = 0
    for side in range(sides[0][row], sides[0][row + 1]):
        start, end, _, _, _, _ = look(sides, side)
        most += sentence_of[end - 1] - sentence_of[start] + 1
    parts = np.empty((most, 6), np.int64)
    size = 0
    for side in range(sides[0][row], sides[0][row + 1]):
        start, end, other, _, _, _ = look(sides, side)
        for sentence in range(sentence_of[start], sentence_of[end - 1] + 1):
            first, last = firsts[sentence], firsts[sentence + 1]
            low, high = max(first, start), min(last, end)
            carried = totals[high] - totals[low]
            if carried >= CARRIED or 3 * carried >= 2 * (totals[last] - totals[first]):
                part = parts[size]
                part[_SENTENCE], part[_OTHER], part[_SIDE] = first, other, side
                part[_START], part[_END], part[_GROUP] = low, high, -1
                size += 1
    parts = parts[:size]
    return parts[sorted_order(parts[:, _SENTENCE])], totals


@allocating_kernel
def _group(parts: I64, marks: U8, locals_: I64) -> int:
    """Group sentences that the same others carry, in the column of groups; how many groups.

    `locals_` (int64, articles) is -1 throughout, and is so again afterwards.
    """
    others = 0
    for part in parts:
        if locals_[part[_OTHER]] < 0:
            locals_[part[_OTHER]] = others
            others += 1
    most = 0
    for k in range(len(parts)):
        most += k == 0 or parts[k, _SENTENCE] != parts[k - 1, _SENTENCE]
    members, sizes = np.zeros((most, others), np.bool_), np.zeros(most, np.int64)
    seen = np.full(others, -1, np.int64)
    groups = k = 0
    while k < len(parts):
        first, mine = k, 0
        while k < len(parts) and parts[k, _SENTENCE] == parts[first, _SENTENCE]:
            local = locals_[parts[k, _OTHER]]
            mine += seen[local] != first
            seen[local] = first
            k += 1
        if marks[parts[first, _SENTENCE]] & ATTRIBUTION:
            continue
        home = -1
        for group in range(groups):
            common = 0
            for local in range(others):
                common += members[group, local] and seen[local] == first
            fewer, more = min(mine, sizes[group]), max(mine, sizes[group])
            if common >= max(TOGETHER * fewer, COMPANY * more):
                home = group
                break
        if home < 0:
            home = groups
            groups += 1
        for i in range(first, k):
            local = locals_[parts[i, _OTHER]]
            sizes[home] += not members[home, local]
            members[home, local] = True
            parts[i, _GROUP] = home
    for part in parts:
        locals_[part[_OTHER]] = -1
    return groups


@allocating_kernel
def _appended(rows: I64, size: int, more: I64) -> I64:
    """The rows with others behind the first `size` of them."""
    if size + len(more) > len(rows):
        larger = np.empty((2 * (size + len(more)), rows.shape[1]), np.int64)
        larger[:size] = rows[:size]
        rows = larger
    rows[size : size + len(more)] = more
    return rows


@allocating_kernel
def _list_groups(
    sides: Columns,
    unexplained: Bools,
    texts: tuple[U32, U8, I64],
    table: I32,
    locals_: I64,
) -> I64:
    """Groups of sentences of all rows with unexplained sides, int64 (groups, 8).

    Columns: row, first token of the sentence that agrees most with others, evidence of all parts,
    their tokens, those of them quoted, how many sentences they are, first token and end.
    """
    _, marks, offsets = texts
    out = np.empty((256, 8), np.int64)
    size = np.int64(0)
    for row in range(len(offsets) - 1):
        wanted = False
        for side in range(sides[0][row], sides[0][row + 1]):
            wanted = wanted or unexplained[sides[1][side]]
        if not wanted:
            continue
        mine = marks[offsets[row] : offsets[row + 1]]
        parts, totals = _parts_of_sentences(sides, row, mine, table)
        groups = _group(parts, mine, locals_)
        found, best = np.zeros((groups, 8), np.int64), np.zeros(groups, np.int64)
        found[:, 6] = len(mine)
        k = 0
        while k < len(parts):
            sentence, group, here = parts[k, _SENTENCE], parts[k, _GROUP], np.int64(0)
            while k < len(parts) and parts[k, _SENTENCE] == sentence:
                if group >= 0:
                    start, end = parts[k, _START], parts[k, _END]
                    low, high, _, _, _, weight = look(sides, parts[k, _SIDE])
                    share = (totals[end] - totals[start]) / (totals[high] - totals[low])
                    here += np.int64(weight * share)
                    found[group, 3] += end - start
                    found[group, 6] = min(found[group, 6], start)
                    found[group, 7] = max(found[group, 7], end)
                    if stands_in_quotation(mine[start:end]):
                        found[group, 4] += end - start
                k += 1
            if group >= 0:
                found[group, 2] += here
                found[group, 5] += 1
                if here > best[group]:
                    best[group], found[group, 0], found[group, 1] = here, row, sentence
        out = _appended(out, size, found)
        size += groups
    return out[:size].copy()


def _in_order(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups by what they agree with; of equals the fuller wording, quoted, in fewer sentences.

    int64 (groups, 4), row, first token of a sentence, first token of the group, its end.
    """
    rows, sentence, support, tokens, quoted, sentences, _, _ = found.T
    order = np.lexsort((sentence, rows, sentences, -quoted, -tokens, -support))
    return found[order][:, (0, 1, 6, 7)]


@part
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
    return total


@part
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


@part
def _counterpart(part: I64, sides: Columns) -> tuple[int, int, int]:
    """The other article of a part, and where the part stands there: its start and end."""
    start, end, other, other_start, other_end, _ = look(sides, part[_SIDE])
    low, high = other_start + part[_START] - start, other_end - (end - part[_END])
    return other, min(low, other_end - 1), max(high, min(low, other_end - 1) + 1)


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
        if part[_GROUP] == group:
            most += 1 + sides[0][part[_OTHER] + 1] - sides[0][part[_OTHER]]
    carriers = np.empty((most, 3), np.int64)
    size = np.int64(0)
    for k in range(len(spans)):
        found = (base, spans[k, 0], spans[k, 1])
        size = _widen(carriers, size, locals_, offsets, taken, found)
    for part in parts:
        if part[_GROUP] == group:
            other, low, high = _counterpart(part, sides)
            size = _widen(carriers, size, locals_, offsets, taken, (other, low, high))
    for part in parts:
        if part[_GROUP] != group:
            continue
        other, low, high = _counterpart(part, sides)
        for side in range(sides[0][other], sides[0][other + 1]):
            start, end, row, row_start, row_end, _ = look(sides, side)
            if low <= (start + end) // 2 < high:
                found = (row, row_start, row_end)
                size = _widen(carriers, size, locals_, offsets, taken, found)
    for carrier in carriers[:size]:
        locals_[carrier[0]] = -1
    return carriers[:size]


@allocating_kernel
def _left_over(parts: I64, marks: U8, taken: Bools, table: I32) -> tuple[I64, I64]:
    """Starts and ends of what parts hold that no earlier draft has, if it is enough to carry.

    A sentence that is taken as a whole stays, so that each article may have it from the statement
    of which it carries the most.
    """
    most = 0
    for part in parts:
        most += part[_END] - part[_START]
    starts, ends = np.empty(most, np.int64), np.empty(most, np.int64)
    count = 0
    for part in parts:
        start, end = part[_START], part[_END]
        share = share_of(taken, start, end)
        if share == 0 or share >= WHOLLY:
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
        parts, _ = _parts_of_sentences(sides, row, text[1], table)
        for group in range(_group(parts, text[1], locals_)):
            mine = parts[parts[:, _GROUP] == group]
            if not np.any(mine[:, _SENTENCE] == sentence):
                continue  # its turn comes with a sentence of its own
            starts, ends = _left_over(mine, text[1], aside, table)
            if not len(starts):
                continue
            some = find_spans(text[0], text[1], starts, ends, gap)
            if _new_evidence(text[1], aside, table, some) < least:
                continue
            found = _carriers(row, some, parts, group, sides, locals_, offsets, taken)
            spans = _appended(spans, span_count, some)
            carriers = _appended(carriers, carrier_count, found)
            span_count, carrier_count = span_count + len(some), carrier_count + len(found)
            drafts = _appended(drafts, count, np.array([[row, span_count, carrier_count]]))
            count += 1
    return drafts[:count].copy(), spans[:span_count].copy(), carriers[:carrier_count].copy()
