"""Passages that statements missed: what an article has in common with a passage that is a copy already.

Drafts look at the partners of the base and at those of each of these, not further, and an alignment
gives each token of a statement one place in an article, though the article may have it twice.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from syndetect.align.local import align
from syndetect.align.pieces import A0, A1, WEAK_PIECE, Limits
from syndetect.arrays import appended
from syndetect.candidates.blocks import Blocks
from syndetect.candidates.windows import MARGIN, Windows, narrow, refine
from syndetect.jit import I32, I64, U8, Bools, allocating_kernel, inner
from syndetect.settings import Settings
from syndetect.statements.check import MOST_CELLS, leasts_of
from syndetect.statements.checked import Checked, packed
from syndetect.statements.render import render
from syndetect.text.marks import EVIDENCE, SCALE, Words, evidence_table
from syndetect.threads import spread

_CHUNK = 1 << 16  # blocks of a task

# Passages of articles by place (first token, end, statement), and where those of each article begin.
Held = tuple[I64, I64]
# Of all articles: marks, which tokens belong to statements, where each begins.
Texts = tuple[U8, Bools, I64]
# Columns of what was missed: statement, article, first token, end, evidence.
_STATEMENT, _ROW, _START, _END, _EVIDENCE = range(5)


@inner
def _list_free(
    texts: Texts, table: I32, statement: int, row: int, bounds: tuple[int, int], out: I64
) -> int:
    """What of a passage belongs to no statement and carries enough, with a margin, into out; how many."""
    marks, claimed, offsets = texts
    first, stop = offsets[row], offsets[row + 1]
    token, end = first + bounds[0], first + bounds[1]
    size = 0
    while token < end:
        low, evidence = token, np.int64(0)
        while token < end and not claimed[token]:
            evidence += table[marks[token] & EVIDENCE]
            token += 1
        if evidence >= WEAK_PIECE:
            start, high = low, token
            while start > first and low - start < MARGIN and not claimed[start - 1]:
                start -= 1
            while high < stop and high - token < MARGIN and not claimed[high]:
                high += 1
            found = out[size]
            found[_STATEMENT], found[_ROW], found[_EVIDENCE] = statement, row, evidence
            found[_START], found[_END] = start - first, high - first
            size += 1
        token += 1
    return size


@allocating_kernel
def _list_missed(
    left: I32, right: I32, bounds: I32, held: Held, texts: Texts, table: I32, low: int, high: int
) -> I64:
    """What passages of blocks lack that stands in a statement on the other side, int64 (passages, 5)."""
    passages, firsts = held
    out, size = np.empty((64, 5), np.int64), np.int64(0)
    found = np.empty((64, 5), np.int64)
    for block in range(low, high):
        for turned in range(2):
            row, other = (right[block], left[block]) if turned else (left[block], right[block])
            mine, its = 2 * turned, 2 - 2 * turned
            start, end = np.int64(bounds[block, mine]), np.int64(bounds[block, mine + 1])
            first, stop = np.int64(bounds[block, its]), np.int64(bounds[block, its + 1])
            if len(found) < stop - first + 1:
                found = np.empty((2 * (stop - first), 5), np.int64)
            for k in range(firsts[row], firsts[row + 1]):
                one, last = max(start, passages[k, 0]), min(end, passages[k, 1])
                if one >= last or row == other:
                    continue
                y0 = first + (one - start) * (stop - first) // (end - start)
                y1 = stop - (end - last) * (stop - first) // (end - start)
                count = _list_free(texts, table, passages[k, 2], other, (y0, y1), found)
                out = appended(out, size, found[:count])
                size += count
    return out[:size].copy()


@allocating_kernel
def _merge(found: I64, out: I64) -> int:
    """Passages, by statement, article and place, as those that do not overlap; how many."""
    size = 0
    for k in range(len(found)):
        last, this = out[max(size - 1, 0)], found[k]
        same = size and last[_STATEMENT] == this[_STATEMENT] and last[_ROW] == this[_ROW]
        if same and this[_START] < last[_END]:
            last[_END] = max(last[_END], this[_END])
            last[_EVIDENCE] = max(last[_EVIDENCE], this[_EVIDENCE])
            continue
        out[size] = this
        size += 1
    return size


def _held(settled: Checked, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    of, pieces = settled.rows_of_pieces(), settled.renderings.pieces
    order = np.lexsort((pieces[:, A0], of))
    statements = settled.pairs[settled.renderings.pairs, 0]
    passages = np.stack((pieces[:, A0], pieces[:, A1], statements), axis=1)[order]
    return passages, np.searchsorted(of[order], np.arange(rows + 1))


@allocating_kernel
def _find_free(pieces: I64, rows: I64, texts: Texts, out: Bools) -> None:
    """Of each piece whether nothing in it belongs to a statement."""
    for k in range(len(pieces)):
        first = texts[2][rows[k]]
        out[k] = not np.any(texts[1][first + pieces[k, A0] : first + pieces[k, A1]])


def add_missed(
    checked: Checked,
    free: NDArray[np.bool_],
    claimed: NDArray[np.bool_],
    blocks: Blocks,
    words: Words,
    settings: Settings,
) -> Checked:
    """The statements with copies, and further pieces of copies, that no draft looked at.

    They stand where an article has something in common with a passage of a statement, and has it
    outside of all statements itself. Each is aligned with the statement's own text.

    Args:
        checked: Statements and the articles that carry them.
        free: bool (pieces), those that their statements keep.
        claimed: bool (tokens), which these are made of.
        blocks: Aligned passages of pairs of articles.
        words: The articles.
        settings: The thresholds.
    """
    table, texts = evidence_table(settings), (words.marks, claimed, words.offsets)
    settled = checked.only_pieces(free)
    held = _held(settled, len(words))
    columns = (blocks.left, blocks.right, blocks.bounds, held, texts, table)
    listed = spread(
        lambda low: _list_missed(*columns, low, min(low + _CHUNK, len(blocks))),
        range(0, len(blocks), _CHUNK),
    )
    leasts = leasts_of(checked.readings.words, settings)
    missed = _likely(np.concatenate([np.empty((0, 5), np.int64), *listed]), settled, leasts)
    found = _aligned(missed, checked, words, settings)
    mine = np.empty(len(found.renderings.pieces), np.bool_)
    _find_free(found.renderings.pieces, found.rows_of_pieces(), texts, mine)
    found = found.only_pieces(mine)
    known = np.isin(packed(found.pairs), packed(settled.pairs))
    enough = found.renderings.weights >= leasts[found.pairs[:, 0]]
    return checked.with_copies(found.only(known | enough))


def _likely(
    found: NDArray[np.int64], settled: Checked, leasts: NDArray[np.int64]
) -> NDArray[np.int64]:
    """What was found, each place once, where it adds to a copy or is enough to be one."""
    found = found[np.lexsort((found[:, _START], found[:, _ROW], found[:, _STATEMENT]))]
    merged = np.empty_like(found)
    merged = merged[: _merge(found, merged)]
    keys = packed(merged[:, : _ROW + 1])
    _, of = np.unique(keys, return_inverse=True)
    enough = np.bincount(of, merged[:, _EVIDENCE])[of] >= leasts[merged[:, _STATEMENT]]
    likely: NDArray[np.int64] = merged[enough | np.isin(keys, packed(settled.pairs))]
    return likely


def _aligned(
    missed: NDArray[np.int64], checked: Checked, words: Words, settings: Settings
) -> Checked:
    """What was missed, aligned with the texts of its statements."""
    own, table = checked.readings.words, evidence_table(settings)
    _, first, of = np.unique(packed(missed[:, : _ROW + 1]), return_index=True, return_inverse=True)
    statements, rows = missed[:, _STATEMENT], missed[:, _ROW]
    bounds = np.zeros((len(missed), 4), np.int64)
    bounds[:, 1], bounds[:, 2:] = own.counts[statements], missed[:, _START : _END + 1]
    windows = narrow(Windows(of, statements, rows, bounds), own, words)
    windows = refine(windows, own, words, settings.seed_ngram, MOST_CELLS)
    least = np.full(len(windows), WEAK_PIECE)
    found = align(own, words, table, windows, round(SCALE * settings.penalty), least)
    pairs = missed[first, : _ROW + 1]
    limits = Limits(settings.interruption, settings.omission, WEAK_PIECE)
    alignments = (windows.pair[found.window], *found.runs())
    renderings = render(checked.readings, words, pairs, *alignments, table, limits)
    scores = np.full(len(pairs), np.nan)
    return replace(checked, pairs=pairs, renderings=renderings, scores=scores)
