"""From settled statements to the columns behind the values that users hold."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, EQUAL, RUN, RUN_END, S0, S1
from syndetect.arrays import laid_end_to_end
from syndetect.findings import Columns, order_of
from syndetect.jit import I64, U8, Bools, allocating_kernel, kernel
from syndetect.statements.checked import Checked
from syndetect.statements.kind import KINDS, find_changes
from syndetect.statements.render import KIND
from syndetect.text.corpus import Corpus
from syndetect.text.marks import Words, stands_in_quotation
from syndetect.text.places import find_places


@kernel
def _list_changes(runs: I64, pieces: I64, counts: I64, out: I64) -> int:
    """The changes of all pieces into out (int64, changes x 4), with how many each has."""
    total = 0
    for k in range(len(pieces)):
        counts[k] = find_changes(runs, pieces[k], out[total:])
        total += counts[k]
    return total


@kernel
def _find_quoted(pieces: I64, rows: I64, offsets: I64, marks: U8, out: Bools) -> None:
    for k in range(len(pieces)):
        first = offsets[rows[k]]
        out[k] = stands_in_quotation(marks[first + pieces[k, A0] : first + pieces[k, A1]])


@allocating_kernel
def _count_used(pieces: I64, offsets: I64, runs: I64, sizes: I64, out: I64) -> None:
    """How many tokens of its statement each pair has, each once, into out (int64, pairs)."""
    seen = np.full(sizes.max() if len(sizes) else 0, -1, np.int64)
    for pair in range(len(sizes)):
        count = np.int64(0)
        for k in range(offsets[pair], offsets[pair + 1]):
            if pieces[k, RUN] == pieces[k, RUN_END]:  # rewritten: which tokens is not known
                count += pieces[k, EQUAL]
            for run in runs[pieces[k, RUN] : pieces[k, RUN_END]]:
                for token in range(run[0], run[0] + run[2]):
                    count += seen[token] != pair
                    seen[token] = pair
        out[pair] = min(count, sizes[pair])


def changes_of(
    runs: NDArray[np.int64], pieces: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The changes of pieces: int64 (changes, 4) as `find_changes` gives them, and bounds.

    Piece k has the changes from the k-th bound on, int64 (pieces + 1).
    """
    counts = np.zeros(len(pieces), np.int64)
    most = int((pieces[:, RUN_END] - pieces[:, RUN] + 1).sum())
    changes = np.empty((most, 4), np.int64)
    total = _list_changes(runs, pieces, counts, changes)
    return changes[:total], np.concatenate(([0], np.cumsum(counts)))


def place_changes(
    corpus: Corpus,
    words: Words,
    texts: NDArray[np.int64],
    changes: NDArray[np.int64],
    firsts: NDArray[np.int64],
) -> Any:
    """Where one side of changes stands; an empty one stands behind the token before it.

    Args:
        corpus: The texts.
        words: Their words.
        texts: int64 (changes), which text.
        changes: int64 (changes, 2), first token and end.
        firsts: int64 (changes), first token of the piece: an empty change there stands before it.
    """
    plain = np.zeros(len(changes), bool)
    return find_places(corpus, words, texts, changes, marked=plain, behind=changes[:, 0] > firsts)


def build_columns(
    settled: Checked,
    corpus: Corpus,
    words: Words,
    members: tuple[NDArray[np.int64], NDArray[np.int64]],
    ranks: NDArray[np.int64],
    article: Any,
) -> Columns:
    """Columns of all statements.

    Args:
        settled: The statements.
        corpus: The distinct texts.
        words: Their words.
        members: Positions of the articles that each text stands for, and where they begin.
        ranks: int64 (articles), what copies stand by.
        article: Gives ids, outlets and dates of positions.
    """
    pieces, runs = settled.renderings.pieces, settled.renderings.runs
    pairs, of = settled.pairs, settled.renderings.pairs
    rows, numbers = pairs[of, 1], pairs[of, 0]
    own = Corpus.from_texts(settled.texts)
    there = find_places(corpus, words, rows, pieces[:, (A0, A1)])
    here = find_places(own, settled.readings.words, numbers, pieces[:, (S0, S1)])
    changes, edits = changes_of(runs, pieces)
    piece = np.repeat(np.arange(len(pieces)), np.diff(edits))
    before = place_changes(
        own, settled.readings.words, numbers[piece], changes[:, :2], pieces[piece, S0]
    )
    after = place_changes(corpus, words, rows[piece], changes[:, 2:], pieces[piece, A0])
    said, said_bounds = _gather(corpus, rows[piece], after.starts, after.ends)
    quoted = np.empty(len(pieces), np.bool_)
    _find_quoted(pieces, rows, words.offsets, words.marks, quoted)

    copy_pairs, positions, bounds, order = _copies(settled, members, ranks)
    measures, kinds = _measure(settled, words)
    return Columns(
        [settled.ids[number] for number in order],
        [settled.texts[number] for number in order],
        bounds,
        article(positions),
        measures[copy_pairs],
        kinds[copy_pairs],
        copy_pairs,
        settled.renderings.offsets,
        np.stack((there.first_chars, there.end_chars, here.first_chars, here.end_chars), axis=1),
        pieces[:, KIND].astype(np.uint8),
        _similarity(pieces),
        quoted,
        edits,
        np.stack(
            (before.first_chars, before.end_chars, after.first_chars, after.end_chars), axis=1
        ),
        said,
        said_bounds,
    )


def _similarity(pieces: NDArray[np.int64]) -> NDArray[np.float64]:
    both = pieces[:, A1] - pieces[:, A0] + pieces[:, S1] - pieces[:, S0]
    return np.asarray(2 * pieces[:, EQUAL] / both)


def _gather(
    corpus: Corpus, rows: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[bytes, NDArray[np.int64]]:
    """The bytes of ranges of texts, end to end, and where each begins."""
    places, bounds = laid_end_to_end(corpus.offsets[rows] + starts, ends - starts)
    return corpus.data[places].tobytes(), bounds


def _copies(
    settled: Checked, members: tuple[NDArray[np.int64], NDArray[np.int64]], ranks: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Of each copy its pair and article; where statements begin; their order."""
    positions, offsets = members
    pairs = settled.pairs
    sizes = np.diff(offsets)[pairs[:, 1]]
    pair = np.repeat(np.arange(len(pairs)), sizes)
    ends = np.cumsum(sizes)
    within = np.arange(len(pair)) - np.repeat(ends - sizes, sizes)
    article = positions[offsets[pairs[pair, 1]] + within]
    number = pairs[pair, 0]
    copies = np.bincount(number, minlength=len(settled))
    order = order_of(copies, settled.texts, settled.ids)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    by = np.lexsort((ranks[article], place[number]))
    bounds = np.concatenate(([0], np.cumsum(copies[order])))
    return pair[by], article[by], bounds, order


def _measure(settled: Checked, words: Words) -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    """Similarity, used, share and score of each pair, float64 (pairs, 4), and its kind, uint8."""
    pieces, of, count = settled.renderings.pieces, settled.renderings.pairs, len(settled.pairs)

    def total(values: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.bincount(of, values, count).astype(np.float64)

    equal, own = total(pieces[:, EQUAL]), total(pieces[:, A1] - pieces[:, A0])
    aligned = total(pieces[:, S1] - pieces[:, S0])
    sizes = settled.readings.words.counts[settled.pairs[:, 0]]
    tokens = words.counts[settled.pairs[:, 1]]
    rewritten = pieces[:, RUN] == pieces[:, RUN_END]
    by_kind = np.bincount(
        of * len(KINDS) + pieces[:, KIND],
        np.where(rewritten, pieces[:, A1] - pieces[:, A0], pieces[:, EQUAL]),
        count * len(KINDS),
    ).reshape(count, len(KINDS))
    used = np.empty(count, np.int64)
    _count_used(pieces, settled.renderings.offsets, settled.renderings.runs, sizes, used)
    measures = np.stack(
        (2 * equal / (own + aligned), used / sizes, own / tokens, settled.scores), axis=1
    )
    return measures, by_kind.argmax(axis=1).astype(np.uint8)  # of equals the one named first
