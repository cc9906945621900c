"""Groups: the sentences of an article that the same others carry."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import appended, sorted_order
from syndetect.jit import I32, I64, U8, U32, Bools, allocating_kernel
from syndetect.statements.sides import Columns, look
from syndetect.text.marks import ATTRIBUTION, BEGINS, EVIDENCE, stands_in_quotation, tells

CARRIED = 400  # evidence by which an article carries a sentence, if it is not two thirds of it
TOGETHER = 0.5  # sentences travel together when so many of the carriers of one carry the other
COMPANY = 0.3  # and they are so many of the carriers of either
TOLD = 0.9  # of its support is left to a sentence that tells what was said: of two wordings that
# others agree with about as much, that of the speaker is the statement's
# Columns of what one side holds of one sentence.
SENTENCE, OTHER, START, END, SIDE, GROUP = range(6)


@allocating_kernel
def parts_of_sentences(sides: Columns, row: int, marks: U8, table: I32) -> tuple[I64, I64]:
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
                part[SENTENCE], part[OTHER], part[SIDE] = first, other, side
                part[START], part[END], part[GROUP] = low, high, -1
                size += 1
    parts = parts[:size]
    return parts[sorted_order(parts[:, SENTENCE])], totals


@allocating_kernel
def group_parts(parts: I64, marks: U8, locals_: I64) -> int:
    """Group sentences that the same others carry, in the column of groups; how many groups.

    `locals_` (int64, articles) is -1 throughout, and is so again afterwards.
    """
    others = 0
    for part in parts:
        if locals_[part[OTHER]] < 0:
            locals_[part[OTHER]] = others
            others += 1
    most = 0
    for k in range(len(parts)):
        most += k == 0 or parts[k, SENTENCE] != parts[k - 1, SENTENCE]
    members, sizes = np.zeros((most, others), np.bool_), np.zeros(most, np.int64)
    seen = np.full(others, -1, np.int64)
    groups = k = 0
    while k < len(parts):
        first, mine = k, 0
        while k < len(parts) and parts[k, SENTENCE] == parts[first, SENTENCE]:
            local = locals_[parts[k, OTHER]]
            mine += seen[local] != first
            seen[local] = first
            k += 1
        if marks[parts[first, SENTENCE]] & ATTRIBUTION:
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
            local = locals_[parts[i, OTHER]]
            sizes[home] += not members[home, local]
            members[home, local] = True
            parts[i, GROUP] = home
    for part in parts:
        locals_[part[OTHER]] = -1
    return groups


@allocating_kernel
def list_groups(
    sides: Columns,
    unexplained: Bools,
    stirred: Bools,
    texts: tuple[U32, U8, I64],
    table: I32,
    low: int,
    high: int,
) -> I64:
    """Groups of sentences of the stirred rows among `low` to `high` with unexplained sides, int64 (groups, 8).

    Columns: row, first token of the sentence that agrees most with others, evidence of all parts,
    their tokens, those of them quoted, how many sentences they are, first token and end.
    """
    _, marks, offsets = texts
    out = np.empty((256, 8), np.int64)
    size, locals_ = np.int64(0), np.full(len(offsets) - 1, -1, np.int64)
    for row in range(low, high):
        wanted = False
        for side in range(sides[0][row], sides[0][row + 1] if stirred[row] else 0):
            wanted = wanted or unexplained[sides[1][side]]
        if not wanted:
            continue
        mine = marks[offsets[row] : offsets[row + 1]]
        parts, totals = parts_of_sentences(sides, row, mine, table)
        groups = group_parts(parts, mine, locals_)
        found, best = np.zeros((groups, 8), np.int64), np.zeros(groups, np.int64)
        found[:, 6] = len(mine)
        k = 0
        while k < len(parts):
            sentence, group, here = parts[k, SENTENCE], parts[k, GROUP], np.int64(0)
            while k < len(parts) and parts[k, SENTENCE] == sentence:
                if group >= 0:
                    start, end = parts[k, START], parts[k, END]
                    begin, stop, _, _, _, weight = look(sides, parts[k, SIDE])
                    share = (totals[end] - totals[start]) / (totals[stop] - totals[begin])
                    here += np.int64(weight * share)
                    found[group, 3] += end - start
                    found[group, 6] = min(found[group, 6], start)
                    found[group, 7] = max(found[group, 7], end)
                    if stands_in_quotation(mine[start:end]):
                        found[group, 4] += end - start
                k += 1
            stop = sentence + 1
            while stop < len(mine) and not mine[stop] & BEGINS:
                stop += 1
            if tells(mine[sentence:stop]):
                here = np.int64(TOLD * here)
            if group >= 0:
                found[group, 2] += here
                found[group, 5] += 1
                if here > best[group]:
                    best[group], found[group, 0], found[group, 1] = here, row, sentence
        out = appended(out, size, found)
        size += groups
    return out[:size].copy()


def in_order(found: NDArray[np.int64]) -> NDArray[np.int64]:
    """Groups by what they agree with; of equals the fuller wording, quoted, in fewer sentences.

    int64 (groups, 4), row, first token of a sentence, first token of the group, its end.
    """
    rows, sentence, support, tokens, quoted, sentences, _, _ = found.T
    order = np.lexsort((sentence, rows, sentences, -quoted, -tokens, -support))
    return found[order][:, (0, 1, 6, 7)]
