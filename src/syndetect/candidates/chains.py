"""Chains: runs of words that two articles share, joined where they follow one another.

Seeds that stand on one diagonal make a run; runs with few words between them make a chain, whose
ends go on while that pays, past words that differ (extension with a drop-off as in BLAST: Altschul
et al., 1997). A seed with many carriers is followed from its `Settings.hubs` strongest carriers only, so
that the work grows with the number of carriers and not with its square; every carrier is later
checked against the statement's own text, which makes up for the pairs left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.arrays import grown, sorted_order
from syndetect.candidates.blocks import Blocks
from syndetect.candidates.costs import JUMP, SLIP
from syndetect.candidates.runs import COUNT_BITS, LEFT, N, Seeds, X, Y, by_row, find_runs, list_hubs
from syndetect.candidates.seeds import post, rank_by_support
from syndetect.jit import I32, I64, U8, U32, Bools, allocating_kernel, inner
from syndetect.mapped import read_at_random
from syndetect.settings import Settings
from syndetect.text.corpus import chunks_of
from syndetect.text.marks import EVIDENCE, SCALE, Words
from syndetect.threads import spread

DROP = 3  # penalties by which the ends of a chain may lose before they must have gained
MEET = 5  # words of either text that may differ before they agree again
ALONE = 1 << 16  # articles at most in which one run of as many words as a seed is followed
OPEN = 8  # chains of a pair to which a run may be joined, the last ones
_CHUNK = 1 << 18  # postings of a task
# Columns of a chain.
_X0, _X1, _Y0, _Y1, _WEIGHT = range(5)

Texts = tuple[U32, U8, I64, I32]  # words, marks, offsets, evidence by mark


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that articles share, as far as seeds show them.

    Attributes:
        blocks: The passages of all pairs with half the least evidence or more.
        pairs: How many pairs of articles share seeds.
        nearest: int64 (5), the two articles whose shared seeds hold most evidence, first token
            and end of the longest run they share in the first one, the evidence in hundredths;
            the evidence is 0 when no two articles share a seed.
    """

    blocks: Blocks
    pairs: int
    nearest: NDArray[np.int64]


@inner
def _weigh(marks: U8, table: I32, start: int, end: int) -> int:
    total = np.int64(0)
    for token in range(start, end):
        total += table[marks[token] & EVIDENCE]
    return int(total)


@inner
def _join_runs(runs: I64, order: I64, marks: U8, table: I32, gap: int, chains: I64) -> int:
    """Join the runs of one pair, by their left places, to chains; how many."""
    count = 0
    for number in order:
        x, y, n = runs[number, X], runs[number, Y], runs[number, N]
        home = -1
        for c in range(count - 1, max(count - 1 - OPEN, -1), -1):
            dx, dy = x - chains[c, _X1], y - chains[c, _Y1]
            if max(abs(dx), abs(dy)) <= gap and max(-dx, -dy) < n:
                home = c
                break
        if home < 0:
            home = count
            count += 1
            chains[home, _X0], chains[home, _Y0], chains[home, _WEIGHT] = x, y, 0
        else:
            skip = max(chains[home, _X1] - x, chains[home, _Y1] - y, 0)
            if x + skip < chains[home, _X0] or y + skip < chains[home, _Y0]:
                continue
            x, y, n = x + skip, y + skip, n - skip
        chains[home, _X1], chains[home, _Y1] = x + n, y + n
        chains[home, _WEIGHT] += _weigh(marks, table, x, x + n)
    return count


@inner
def _meet(
    left: U32, right: U32, marks: U8, table: I32, i: int, k: int, step: int, limits: I64
) -> tuple[int, int]:
    """How many words of either text to pass over until they agree again, each up to `MEET`.

    A content word must agree, or two words that follow one another; both numbers are `MEET` + 1
    when nothing does.
    """
    for far in range(1, MEET + 1):
        for near in range(far + 1):
            for turned in range(2):
                a, b = (far, near) if turned else (near, far)
                x, y = i + step * a, k + step * b
                if not (limits[0] <= x < limits[1] and limits[2] <= y < limits[3]):
                    continue
                if left[x] != right[y]:
                    continue
                if table[marks[x] & EVIDENCE] == SCALE:
                    return a, b
                x, y = x + step, y + step
                inside = limits[0] <= x < limits[1] and limits[2] <= y < limits[3]
                if inside and left[x] == right[y]:
                    return a, b
    return MEET + 1, MEET + 1


@inner
def _extend(
    left: U32, right: U32, marks: U8, table: I32, penalty: int, limits: I64, chain: I64
) -> None:
    """Draw the ends of a chain outward while that pays.

    `limits` (int64, 4) are the first places and the ends up to which it may go in both texts.
    """
    for step in (-1, 1):
        i, k = (chain[_X0] - 1, chain[_Y0] - 1) if step < 0 else (chain[_X1], chain[_Y1])
        score = best = gained = total = np.int64(0)
        while best - score <= DROP * penalty:
            if not (limits[0] <= i < limits[1] and limits[2] <= k < limits[3]):
                break
            if left[i] != right[k]:
                a, b = _meet(left, right, marks, table, i, k, step, limits)
                if a > MEET:
                    break
                score -= penalty * max(a, b)
                i, k = i + step * a, k + step * b
                continue
            value = table[marks[i] & EVIDENCE]
            score, total = score + value, total + value
            if score > best:
                best, gained = score, total
                if step < 0:
                    chain[_X0], chain[_Y0] = i, k
                else:
                    chain[_X1], chain[_Y1] = i + 1, k + 1
            i, k = i + step, k + step
        chain[_WEIGHT] += gained


@inner
def _extend_all(
    left: U32, right: U32, marks: U8, table: I32, penalty: int, limits: I64, chains: I64
) -> None:
    """Extend the chains of one pair, none into the one before or behind it."""
    for c in range(len(chains)):
        limits[0], limits[1], limits[2], limits[3] = 0, len(left), 0, len(right)
        if c and chains[c - 1, _X1] <= chains[c, _X0] and chains[c - 1, _Y1] <= chains[c, _Y0]:
            limits[0], limits[2] = chains[c - 1, _X1], chains[c - 1, _Y1]
        if c + 1 < len(chains):
            x, y = chains[c + 1, _X0], chains[c + 1, _Y0]
            if x >= chains[c, _X1] and y >= chains[c, _Y1]:
                limits[1], limits[3] = x, y
        _extend(left, right, marks, table, penalty, limits, chains[c])


@inner
def _find_strong(chains: I64, penalty: int, least: int, strong: Bools) -> None:
    """Which chains of a pair hold enough evidence, with those before and behind them.

    What stands between two chains costs as in an alignment; half the least evidence is enough,
    since words that differ may have parted more.
    """
    score, first = np.int64(0), 0
    for c in range(len(chains)):
        strong[c] = False
        if c:
            apart = max(chains[c, _X0] - chains[c - 1, _X1], chains[c, _Y0] - chains[c - 1, _Y1], 0)
            behind = chains[c, _Y0] < chains[c - 1, _Y0]
            score -= penalty * min(apart, JUMP + apart // SLIP) if not behind else score
        if score <= 0:
            score, first = np.int64(0), c
        score += chains[c, _WEIGHT]
        if 2 * score >= least:
            for k in range(first, c + 1):
                strong[k] = True


@allocating_kernel
def _places_of(seeds: Seeds, at: U32, row: int) -> tuple[I64, int]:
    """Places and numbers of the seeds of a row, by place, and how many runs they make at most."""
    first, end = seeds[4][row], seeds[4][row + 1]
    keys, most = np.empty(end - first, np.int64), np.int64(0)
    for k in range(first, end):
        keys[k - first] = np.int64(at[k]) << 32 | np.int64(seeds[3][k])
        most += seeds[0][seeds[3][k]] & (1 << COUNT_BITS) - 1
    return keys[sorted_order(keys)], int(most)


@inner
def _put(chains: I64, strong: Bools, left: int, right: int, out: I64, size: int) -> int:
    """Append the strong chains of two rows to out (see `Blocks`); its new size."""
    for c in range(len(chains)):
        if strong[c]:
            out[size, 0], out[size, 1] = left, right
            for k in range(_X0, _WEIGHT + 1):
                out[size, 2 + k] = chains[c, k]
            size += 1
    return size


@allocating_kernel
def _chain_rows(
    low: int,
    high: int,
    texts: Texts,
    seeds: Seeds,
    at: U32,
    ranks: I64,
    costs: tuple[int, int, int, int],
    nearest: I64,
) -> tuple[I32, int]:
    """Passages of the rows `low` to `high` with better ranked ones, as rows of a block; pairs."""
    words, marks, offsets, table = texts
    width, gap, penalty, least = costs
    keys, numbers = np.full(1 << 10, -1, np.int64), np.empty(1 << 10, np.int64)
    runs, chains = np.empty((64, 4), np.int64), np.empty((64, 5), np.int64)
    out, limits = np.empty((256, 7), np.int64), np.empty(4, np.int64)
    strong = np.empty(64, np.bool_)
    none = size = pairs = np.int64(0)
    for row in range(low, high):
        order, most = _places_of(seeds, at, row)
        runs = grown(runs, none, most)
        while len(keys) < 2 * most:
            keys = np.full(2 * len(keys), -1, np.int64)
            numbers = np.empty(len(keys), np.int64)
        count = find_runs(ranks[row], order, seeds, width, (keys, numbers), runs)
        if not count:
            continue
        by = sorted_order(runs[:count, LEFT] << 32 | runs[:count, X])
        chains = grown(chains, none, np.int64(count))
        if len(strong) < count:
            strong = np.empty(2 * count, np.bool_)
        right = words[offsets[row] : offsets[row + 1]]
        k = 0
        while k < count:
            left, begin = runs[by[k], LEFT], k
            while k < count and runs[by[k], LEFT] == left:
                k += 1
            pairs += 1
            if len(ranks) > ALONE and k - begin == 1 and runs[by[begin], N] == width:
                continue
            span = (offsets[left], offsets[left + 1])
            mine, other = marks[span[0] : span[1]], words[span[0] : span[1]]
            found = chains[: _join_runs(runs, by[begin:k], mine, table, gap, chains)]
            _note_nearest(runs, by[begin:k], found, row, nearest)
            _extend_all(other, right, mine, table, penalty, limits, found)
            _find_strong(found, penalty, least, strong)
            out = grown(out, size, np.int64(len(found)))
            size = _put(found, strong, left, row, out, size)
    return out[:size].astype(np.int32), int(pairs)


@inner
def _note_nearest(runs: I64, order: I64, chains: I64, row: int, nearest: I64) -> None:
    """Remember a pair whose seeds hold more evidence than those of any before."""
    evidence = np.int64(0)
    for c in range(len(chains)):
        evidence += chains[c, _WEIGHT]
    if evidence <= nearest[4]:
        return
    longest = order[0]
    for number in order:
        if runs[number, N] > runs[longest, N]:
            longest = number
    nearest[0], nearest[1], nearest[4] = runs[longest, LEFT], row, evidence
    nearest[2], nearest[3] = runs[longest, X], runs[longest, X] + runs[longest, N]


def find_candidates(
    words: Words, table: NDArray[np.int32], equals: NDArray[np.int32], settings: Settings
) -> Candidates:
    """Passages that articles share, from each article with the strongest others.

    Args:
        words: The articles.
        table: int32 (4), evidence by mark, hundredths.
        equals: int32 (passages, 7), passages that are known already, as `Blocks.of` takes them.
        settings: `seed_ngram`, `hubs`, `interruption`, `penalty` and `min_score` are used.
    """
    postings = post(words, settings.seed_ngram)
    for column in (words.words, words.marks):
        read_at_random(column)
    ranks = rank_by_support(postings, len(words))
    offsets, seeds, at = by_row(postings, len(words))
    lists = np.empty(len(postings.buckets) - 1, np.int64)
    hubs = np.empty(len(postings.owners), np.uint64)
    columns = (postings.owners, postings.places, postings.buckets)
    size = list_hubs(*columns, ranks, settings.hubs, lists, hubs)
    rows = np.argsort(ranks)
    followed = (lists, hubs[:size], rows, seeds, offsets)
    del postings, columns
    penalty, least = round(SCALE * settings.penalty), round(SCALE * settings.min_score)
    costs = settings.seed_ngram, settings.interruption, penalty, least
    texts = (words.words, words.marks, words.offsets, table)
    tasks = chunks_of(offsets, _CHUNK)
    nearest = np.zeros((len(tasks), 5), np.int64)

    def chain(task: int) -> tuple[NDArray[np.int32], int]:
        found: tuple[NDArray[np.int32], int] = _chain_rows(
            *tasks[task], texts, followed, at, ranks, costs, nearest[task]
        )
        return found

    found = spread(chain, range(len(tasks)))
    passages = np.concatenate([*(piece for piece, _ in found), equals])
    best = nearest[np.argmax(nearest[:, 4])] if len(tasks) else np.zeros(5, np.int64)
    return Candidates(Blocks.of(passages), sum(pairs for _, pairs in found), best)
