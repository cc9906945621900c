"""Boilerplate: wording that recurs because of an outlet or a template, not because of a statement.

An article that fills in a template shares a little with many others, here with these and there with
those, and has other names and figures than they. A statement whose carriers are such articles is a
piece of the template if they report on different things. What one outlet prints again and again
under articles on different things is a notice of that outlet. And what only names, in the midst of
prose, is a dateline, a title or a list.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, RUN, RUN_END
from syndetect.arrays import laid_end_to_end
from syndetect.candidates.blocks import Blocks
from syndetect.jit import F32, F64, I32, I64, U8, U32, allocating_kernel, kernel
from syndetect.settings import Settings
from syndetect.sketch.facts import compare_facts
from syndetect.sketch.features import one, slot_of
from syndetect.statements.checked import Checked
from syndetect.statements.sides import Columns, Sides, look, sides_of
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import BEGINS, EVIDENCE, FACT, SCALE, Words, evidence_table, weigh_texts
from syndetect.threads import spread

PARTNERS = 20  # articles that a filled-in template shares wording with, at least
COVERED = 0.4  # of its words, those that any of them has too
EACH = 0.35  # of these, those that one of them has, on average, at most
SHORT = 32  # and no more than so many words
STRANGE = 0.6  # share of facts that it has in common with each of these but the nearest, at most
NEAREST = 2  # of `PARTNERS`; a copy or two of itself do not count
APART = 0.5  # share of facts in common below which two articles report on different things
BEYOND = 5  # so many times more articles share something of a template than carry it here
OWN = 1.2  # weight of the facts of a statement that is more than a template: some seven rare names
KEPT = 0.7  # share of them that its copies keep
PLAIN = 0.07  # mean weight of its content words below which a passage names nothing
TOUCHED = 3  # words that an article must share with a passage to count as sharing something of it
PRINTINGS = 3  # texts of one outlet that make its notice
OF_ONE = 0.8  # of all that carry it
NOTICE = 0.5  # share of an article that a notice is at most
NAMING = 0.75  # share of names and figures among the words of a passage that says nothing of them
NAMING_SHORT = 0.5  # the same of a passage with less than the least evidence
PROSE = 0.5  # and among those of its article, at most: else it is written so throughout
_CHUNK = 1 << 14  # sides of a task


@allocating_kernel
def _look_around(sides: Columns, counts: I64, low: int, high: int, partners: I32, out: I64) -> None:
    """Of the rows `low` to `high`: how many others share passages, how many words any and all of them do.

    These go into out (int64, rows x 3; of all, the sum), and `PARTNERS` of the others, spaced evenly, into partners.
    """
    seen, found = np.full(len(counts), -1, np.int64), np.empty(len(counts), np.int64)
    for row in range(low, high):
        covered, count, total = np.zeros(counts[row], np.bool_), 0, 0
        for side in range(sides[0][row], sides[0][row + 1]):
            start, end, other, _, _, _ = look(sides, side)
            if other != row:
                covered[start:end] = True
                total += end - start
                if seen[other] != row:
                    seen[other] = row
                    found[count] = other
                    count += 1
        out[row, 0], out[row, 1], out[row, 2] = count, covered.sum(), total
        if count >= PARTNERS:
            for k in range(PARTNERS):
                partners[row, k] = found[k * count // PARTNERS]


def _templated(sides: Sides, words: Words, weights: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which articles fill in a template: bool (articles)."""
    counts = words.counts
    partners = np.zeros((len(words), PARTNERS), np.int32)
    found = np.zeros((len(words), 3), np.int64)
    spread(
        lambda rows: _look_around(sides.columns, counts, *rows, partners, found),
        chunks_of(sides.offsets, max(len(sides.blocks) // 16, _CHUNK)),
    )
    count, covered, total = found.T
    mixed = total <= count * np.minimum(EACH * covered, SHORT)
    rows = np.flatnonzero((count >= PARTNERS) & (covered >= COVERED * counts) & mixed)
    pairs = np.stack((np.repeat(rows, PARTNERS), partners[rows].ravel()), axis=1)
    shares = compare_facts(pairs.astype(np.int64), words, weights).reshape(-1, PARTNERS)
    out = np.zeros(len(words), np.bool_)
    out[rows[np.sort(shares, axis=1)[:, -1 - NEAREST] < STRANGE]] = True
    return out


@allocating_kernel
def _count_beyond(
    numbers: I64,
    sides: Columns,
    bases: I64,
    spans: tuple[I64, I64],
    carriers: tuple[I64, I64],
    out: I64,
) -> None:
    """How many articles share something of the base's wording of some statements without carrying it."""
    seen = np.full(len(sides[0]) - 1, -1, np.int64)
    for number in numbers:
        base = bases[number]
        for k in range(carriers[0][number], carriers[0][number + 1]):
            seen[carriers[1][k]] = number
        for side in range(sides[0][base], sides[0][base + 1]):
            start, end, other, _, _, _ = look(sides, side)
            for k in range(spans[0][number], spans[0][number + 1]):
                touched = min(end, spans[1][k, 1]) - max(start, spans[1][k, 0])
                if touched > TOUCHED and seen[other] != number:
                    seen[other] = number
                    out[number] += 1


@kernel
def _mean_weights(words: U32, marks: U8, offsets: I64, weights: F32, out: F64) -> None:
    """The mean weight of the content words of each text, 0 to 1."""
    for text in range(len(out)):
        total, count = 0.0, 0
        for k in range(offsets[text], offsets[text + 1]):
            if marks[k] & EVIDENCE != 1:
                total += weights[slot_of(one(words[k]))]
                count += 1
        out[text] = total / max(count, 1)


@kernel
def _count_facts(
    numbers: I64,
    texts: tuple[U32, U8, I64],
    bounds: I64,
    pairs: I64,
    offsets: I64,
    pieces: I64,
    runs: I64,
    weights: F32,
    totals: F64,
    kept: F64,
) -> None:
    """The weight of the facts of some statements, and of those that each rendering keeps.

    `pairs` (int64) are the pairs of each statement, from its bound on.
    """
    words, marks, firsts = texts
    for number in numbers:
        first = firsts[number]
        for k in range(first, firsts[number + 1]):
            if marks[k] & EVIDENCE == FACT:
                totals[number] += weights[slot_of(one(words[k]))]
        for pair in pairs[bounds[number] : bounds[number + 1]]:
            for piece in range(offsets[pair], offsets[pair + 1]):
                for run in range(pieces[piece, RUN], pieces[piece, RUN_END]):
                    for k in range(first + runs[run, 0], first + runs[run, 0] + runs[run, 2]):
                        if marks[k] & EVIDENCE == FACT:
                            kept[pair] += weights[slot_of(one(words[k]))]


def _medians(
    numbers: NDArray[np.int64], values: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """The lower median of the values with each number below `size`; 1 where there are none."""
    order = np.lexsort((values, numbers))
    bounds = np.searchsorted(numbers[order], np.arange(size + 1))
    middle = (bounds[:-1] + bounds[1:] - 1) // 2
    out = np.ones(size)
    some = bounds[:-1] < bounds[1:]
    out[some] = values[order][middle[some]]
    return out


def _tell_facts(
    settled: Checked,
    numbers: NDArray[np.int64],
    by_statement: tuple[NDArray[np.int64], NDArray[np.int64]],
    weights: NDArray[np.float32],
) -> NDArray[np.bool_]:
    """Which of some statements tell facts of their own, which half of their copies keep: bool (statements)."""
    own, renderings = settled.readings.words, settled.renderings
    totals, kept = np.zeros(len(settled)), np.zeros(len(settled.pairs))
    columns = (renderings.offsets, renderings.pieces, renderings.runs, weights)
    texts = (own.words, own.marks, own.offsets)
    _count_facts(numbers, texts, *by_statement, *columns, totals, kept)
    bases = settled.drafts.bases[settled.pairs[:, 0]]
    others = np.flatnonzero(settled.pairs[:, 1] != bases)
    medians = _medians(settled.pairs[others, 0], kept[others], len(settled))
    return np.asarray((totals >= OWN) & (medians >= KEPT * totals))


def _apart(
    settled: Checked,
    numbers: NDArray[np.int64],
    words: Words,
    weights: NDArray[np.float32],
    *,
    outside: bool,
) -> NDArray[np.bool_]:
    """Of which of some statements half of the carriers report on other things than the base.

    With `outside`, the passages of the statement itself do not count.
    """
    wanted = np.zeros(len(settled), np.bool_)
    wanted[numbers] = True
    bases = settled.drafts.bases[settled.pairs[:, 0]]
    some = np.flatnonzero(wanted[settled.pairs[:, 0]] & (settled.pairs[:, 1] != bases))
    pairs = np.stack((bases[some], settled.pairs[some, 1]), axis=1)
    left_out = _passages(settled, some) if outside else None
    shares = compare_facts(pairs, words, weights, left_out)
    medians = _medians(settled.pairs[some, 0], shares, len(settled))
    return wanted & (medians < APART)


def _passages(
    settled: Checked, some: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of some pairs, the passages of the statement in its base (0) and in the other article (1)."""
    drafts, renderings = settled.drafts, settled.renderings
    numbers = settled.pairs[some, 0]
    in_base = np.diff(drafts.span_offsets)[numbers]
    own = np.diff(renderings.offsets)[some]
    spans, _ = laid_end_to_end(drafts.span_offsets[numbers], in_base)
    pieces, _ = laid_end_to_end(renderings.offsets[some], own)
    rows = np.concatenate(
        (np.repeat(np.arange(len(some)), in_base), np.repeat(np.arange(len(some)), own))
    )
    runs = np.concatenate(
        (
            np.insert(drafts.spans[spans], 0, 0, axis=1),
            np.insert(renderings.pieces[pieces][:, (A0, A1)], 0, 1, axis=1),
        )
    )
    order = np.argsort(rows, kind="stable")
    return np.searchsorted(rows[order], np.arange(len(some) + 1)), runs[order]


def _of_templates(
    settled: Checked, blocks: Blocks, words: Words, weights: NDArray[np.float32], least: float
) -> NDArray[np.bool_]:
    """Which statements are pieces of templates: bool (statements)."""
    sides = sides_of(blocks, len(words))
    templated = _templated(sides, words, weights)
    carriers = np.bincount(settled.pairs[:, 0], minlength=len(settled))
    filled = np.bincount(settled.pairs[:, 0], templated[settled.pairs[:, 1]], len(settled))
    numbers = np.flatnonzero(filled >= least * np.maximum(carriers, 1))
    if not len(numbers):
        return np.zeros(len(settled), np.bool_)
    beyond, means = np.zeros(len(settled), np.int64), np.empty(len(settled))
    by_statement = np.argsort(settled.pairs[:, 0], kind="stable")
    bounds = np.searchsorted(settled.pairs[by_statement, 0], np.arange(len(settled) + 1))
    drafts = settled.drafts
    columns: Any = (
        drafts.bases,
        (drafts.span_offsets, drafts.spans),
        (bounds, settled.pairs[by_statement, 1]),
    )
    _count_beyond(numbers, sides.columns, *columns, beyond)
    own = settled.readings.words
    _mean_weights(own.words, own.marks, own.offsets, weights, means)
    found = _apart(settled, numbers, words, weights, outside=False)
    found[numbers] |= beyond[numbers] >= BEYOND * carriers[numbers]
    found[numbers] |= means[numbers] < PLAIN
    return found & ~_tell_facts(settled, numbers, (bounds, by_statement), weights)


def _of_outlets(
    settled: Checked,
    words: Words,
    weights: NDArray[np.float32],
    members: tuple[NDArray[np.int64], NDArray[np.int64]],
    outlets: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Which statements are notices of one outlet: bool (statements)."""
    positions, offsets = members
    sizes = np.diff(offsets)[settled.pairs[:, 1]]
    places, _ = laid_end_to_end(offsets[settled.pairs[:, 1]], sizes)
    number, row = (np.repeat(settled.pairs[:, k], sizes) for k in (0, 1))
    outlet = outlets[positions[places]]
    total = np.bincount(number, minlength=len(settled))
    known = outlet >= 0
    key = number[known] * (outlets.max(initial=0) + 1) + outlet[known]
    keys, first, counts = np.unique(key, return_index=True, return_counts=True)
    texts = np.unique(np.stack((key, row[known]), axis=1), axis=0)[:, 0]
    printings = np.diff(np.searchsorted(texts, np.append(keys, keys[-1:] + 1)))
    of = number[known][first]
    some = of[(printings >= PRINTINGS) & (counts >= OF_ONE * total[of])]
    tokens = np.bincount(
        settled.renderings.pairs,
        settled.renderings.pieces[:, A1] - settled.renderings.pieces[:, A0],
        len(settled.pairs),
    )
    shares = tokens / words.counts[settled.pairs[:, 1]]
    small = _medians(settled.pairs[:, 0], shares, len(settled)) < NOTICE
    return _apart(settled, some[small[some]], words, weights, outside=True)


@kernel
def _count_names(marks: U8, firsts: I64, ends: I64, numbers: I64, out: I64) -> None:
    """Names and figures (0) and all tokens (1) of runs of tokens into the rows of `out`, by number.

    The first word of a sentence is written like a name, and counts as neither.
    """
    for k in range(len(numbers)):
        for token in range(firsts[k], ends[k]):
            if marks[token] & BEGINS == 0:
                out[numbers[k], 0] += marks[token] & EVIDENCE == FACT
                out[numbers[k], 1] += 1


def _of_names(settled: Checked, words: Words, settings: Settings) -> NDArray[np.bool_]:
    """Which statements only name in their copies, while these articles do more: bool (statements)."""
    numbers, rows = settled.pairs.T
    pieces, of = settled.renderings.pieces, settled.renderings.pairs
    inside, around = np.zeros((2, len(settled), 2), np.int64)
    firsts, ends = words.offsets[rows[of]] + pieces[:, A0], words.offsets[rows[of]] + pieces[:, A1]
    _count_names(words.marks, firsts, ends, numbers[of], inside)
    own, evidence = settled.readings.words, np.empty(len(settled), np.int64)
    weigh_texts(own.marks, own.offsets, evidence_table(settings), evidence)
    share = np.where(evidence < round(SCALE * settings.min_score), NAMING_SHORT, NAMING)
    naming = (inside[:, 1] > 0) & (inside[:, 0] >= share * inside[:, 1])
    some = np.flatnonzero(naming[numbers])
    bounds = words.offsets[rows[some]], words.offsets[rows[some] + 1]
    _count_names(words.marks, *bounds, numbers[some], around)
    return np.asarray(naming & (around[:, 0] < PROSE * around[:, 1]))


def find_boilerplate(
    settled: Checked,
    blocks: Blocks,
    words: Words,
    weights: NDArray[np.float32],
    members: tuple[NDArray[np.int64], NDArray[np.int64]],
    outlets: NDArray[np.int64],
    settings: Settings,
) -> NDArray[np.bool_]:
    """Which statements are boilerplate: bool (statements).

    Args:
        settled: The statements.
        blocks: Passages that pairs of articles share.
        words: The articles.
        weights: float32, weight of each slot of features, see `sketch.weights.weigh`.
        members: Positions of the articles that each text stands for, and where they begin.
        outlets: int64 (articles), a number for each outlet, -1 where none is named.
        settings: `boilerplate` is used.
    """
    if settings.boilerplate >= 1 or not len(settled):
        return np.zeros(len(settled), np.bool_)
    found = _of_templates(settled, blocks, words, weights, settings.boilerplate)
    found |= _of_outlets(settled, words, weights, members, outlets)
    return found | _of_names(settled, words, settings)
