"""Statements with their checked copies: draft, align with the text, claim, and again.

Every carrier of a draft is aligned with the statement's own text. An article's passage belongs
to the statement of which the article carries the most; what no statement explains is drafted
anew, until nothing is left.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from syndetect.align.local import align
from syndetect.align.pieces import A0, A1, S0, WEAK_PIECE, WEIGHT, Limits
from syndetect.arrays import laid_end_to_end
from syndetect.candidates.blocks import Blocks
from syndetect.candidates.windows import REACH, narrow, refine, whole_windows
from syndetect.jit import I64, Bools, kernel
from syndetect.settings import Settings
from syndetect.statements.checked import Checked, joined, nothing
from syndetect.statements.drafts import Drafts, draft_statements
from syndetect.statements.render import Readings, render
from syndetect.statements.sides import share_of, sides_of
from syndetect.statements.text import complete_sentences, compose_all, spell_out, statement_id
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.marks import SCALE, Words, evidence_table, read_words
from syndetect.text.tokens import tokenize

MOST_CELLS = 1 << 24  # up to so many pairs of tokens, statement and article are compared whole
TAKEN = 0.5  # a piece of which so much belongs to another statement is that statement's
PRECEDENCE = 1.5  # an article must carry so much more of a statement that was drafted a round later
AT_ONCE = 1 << 17  # carriers that are aligned before their alignments are let go
SPARED = 2  # times that statements left without copies may be spared for want of others
ROUNDS = 8  # drafts after drafts; two rounds settled every corpus that was measured


def settle_statements(
    corpus: Corpus, words: Words, blocks: Blocks, copies: NDArray[np.int64], settings: Settings
) -> Checked:
    """Statements and the articles that carry them.

    Args:
        corpus: The articles.
        words: Their words.
        blocks: Aligned passages of pairs of articles.
        copies: int64 (articles), how many articles each row stands for.
        settings: The thresholds.
    """
    table = evidence_table(settings)
    sides = sides_of(blocks, len(words))
    checked = settled = nothing()
    claimed = np.zeros(len(words.words), dtype=np.bool_)
    for round_ in range(ROUNDS):
        drafts = draft_statements(sides, words, table, claimed, settings)
        if not len(drafts):
            break
        checked = joined([checked, *_check(drafts, round_, corpus, words, settings)])
        before = int(claimed.sum())
        checked, settled = _assign(checked, words, copies, settings)
        claimed[:] = False
        pieces = settled.renderings.pieces
        _claim(pieces, settled.rows_of_pieces(), words.offsets, claimed)
        if claimed.sum() == before:
            break
    for _ in range(ROUNDS):  # passages went to other statements: what is left must be shared
        drafts, whole = _trimmed(settled, copies)
        if not len(drafts):
            break
        trimmed = _check(drafts, 0, corpus, words, settings)
        _, settled = _assign(joined([whole, *trimmed]), words, copies, settings)
    return settled


@kernel
def _claim(pieces: I64, rows: I64, offsets: I64, claimed: Bools) -> None:
    for k in range(len(pieces)):
        first = offsets[rows[k]]
        claimed[first + pieces[k, A0] : first + pieces[k, A1]] = True


def _trimmed(settled: Checked, copies: NDArray[np.int64]) -> tuple[Drafts, Checked]:
    """Drafts without the sentences that fewer than two articles carry, and the other statements."""
    readings, pieces, drafts = settled.readings, settled.renderings.pieces, settled.drafts
    offsets, numbers = readings.words.offsets, settled.pairs[settled.renderings.pairs, 0]
    tokens = offsets[numbers] + readings.first[offsets[numbers] + pieces[:, S0]]
    carried = np.unique(np.stack((tokens, settled.renderings.pairs), axis=1), axis=0)
    carriers = np.bincount(
        carried[:, 0], copies[settled.pairs[carried[:, 1], 1]], len(readings.first)
    )
    kept = carriers[np.repeat(offsets[:-1], readings.words.counts) + readings.first] > 1
    statement = np.repeat(np.arange(len(settled)), readings.words.counts)
    whole = np.bincount(statement, ~kept, len(settled)) == 0
    spans, of = _kept_spans(drafts, kept & ~whole[statement], statement)
    chosen = np.unique(of)
    lows = np.minimum.reduceat(pieces[:, A0], settled.renderings.offsets[:-1])
    highs = np.maximum.reduceat(pieces[:, A1], settled.renderings.offsets[:-1])
    some = np.isin(settled.pairs[:, 0], chosen)
    seen = np.stack((settled.pairs[:, 1], lows, highs), axis=1)[some]
    order = np.argsort(settled.pairs[some, 0], kind="stable")
    return Drafts(
        drafts.bases[chosen],
        spans,
        np.searchsorted(of, np.append(chosen, len(settled))),
        seen[order],
        np.searchsorted(settled.pairs[some, 0][order], np.append(chosen, len(settled))),
    ), settled.take(whole)


def _kept_spans(
    drafts: Drafts, kept: NDArray[np.bool_], statement: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The tokens of the bases whose tokens in the statement are kept, as spans, and whose."""
    sizes = drafts.spans[:, 1] - drafts.spans[:, 0]
    firsts = np.repeat(drafts.spans[:, 0] - np.cumsum(sizes) + sizes, sizes)
    places = (firsts + np.arange(len(firsts)))[kept]
    mine = statement[kept]
    cuts = np.ones(len(places) + 1, dtype=bool)
    cuts[1:-1] = (np.diff(places) != 1) | (np.diff(mine) != 0)
    first = np.flatnonzero(cuts[:-1])
    last = np.flatnonzero(cuts[1:])
    return np.stack((places[first], places[last] + 1), axis=1), mine[first]


def _check(
    drafts: Drafts, round_: int, corpus: Corpus, words: Words, settings: Settings
) -> Iterator[Checked]:
    """Align every carrier with the statement's text, some drafts at a time."""
    for low, high in chunks_of(drafts.carrier_offsets, AT_ONCE):
        yield _check_some(drafts.part(low, high), round_, corpus, words, settings)


def _check_some(
    drafts: Drafts, round_: int, corpus: Corpus, words: Words, settings: Settings
) -> Checked:
    """Align every carrier with the statement's text."""
    table = evidence_table(settings)
    texts, own, hashes = _texts(drafts, corpus, words)
    readings = Readings.of(own, complete_sentences(words, drafts, own))
    left, right = drafts.numbers, drafts.carriers[:, 0]
    others = np.flatnonzero(drafts.bases[left] != right)
    found = _align(drafts, others, own, words, settings)
    pairs = np.stack((left, right), axis=1)
    limits = Limits(settings.interruption, settings.omission, WEAK_PIECE)
    renderings = render(readings, words, pairs, *_with_bases(drafts, found), table, limits)
    least = round(SCALE * settings.min_score)
    ids = [
        statement_id(hashes[low:high])
        for low, high in zip(own.offsets[:-1].tolist(), own.offsets[1:].tolist(), strict=True)
    ]
    rounds = np.full(len(drafts), round_, dtype=np.int64)
    checked = Checked(texts, ids, readings, drafts, rounds, pairs, renderings)
    return checked.only(renderings.weights >= least)


def _texts(
    drafts: Drafts, corpus: Corpus, words: Words
) -> tuple[list[str], Words, NDArray[np.uint64]]:
    """The texts of drafts, their words, and the hashes of these.

    A text must have the words that its spans have; where putting its pieces together has made
    others of them, it stands there word by word.
    """
    texts = list(compose_all(corpus, words, drafts))
    made = Corpus.from_texts(texts)
    own = read_words(made.pieces())
    ends = np.concatenate(([0], np.cumsum(drafts.spans[:, 1] - drafts.spans[:, 0])))
    sizes = np.diff(ends[drafts.span_offsets])
    others = np.flatnonzero(own.counts != sizes).tolist()
    if others:
        for number in others:
            texts[number] = spell_out(corpus, words, drafts, number)
        made = Corpus.from_texts(texts)
        own = read_words(made.pieces())
    if not np.array_equal(own.counts, sizes):
        raise AssertionError("a text that stands word by word has other words than its spans")
    return texts, own, tokenize(made).hashes


def _align(
    drafts: Drafts, rows: NDArray[np.int64], own: Words, words: Words, settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Align some of the carriers: the carrier of each alignment, its runs, and their bounds."""
    left, right, seen = drafts.numbers[rows], drafts.carriers[rows, 0], drafts.carriers[rows, 1:]
    bounds = np.zeros((len(rows), 4), dtype=np.int64)
    bounds[:, 1] = own.counts[left]
    reach = bounds[:, 1] + REACH  # parts of a copy may stand apart
    bounds[:, 2] = np.maximum(seen[:, 0] - reach, 0)
    bounds[:, 3] = np.minimum(seen[:, 1] + reach, words.counts[right])
    windows = narrow(whole_windows(left, right, bounds), own, words)
    windows = refine(windows, own, words, settings.seed_ngram, MOST_CELLS)
    penalty, least = round(SCALE * settings.penalty), round(SCALE * settings.min_score)
    found = align(own, words, evidence_table(settings), windows, penalty, least)
    runs, run_bounds = found.runs()
    return rows[windows.pair[found.window]], runs, run_bounds


def _with_bases(
    drafts: Drafts, found: tuple[NDArray[np.int64], ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The same with the alignments of the bases, which are what the statements were made of."""
    of, runs, bounds = found
    sizes = drafts.spans[:, 1] - drafts.spans[:, 0]
    numbers = np.repeat(np.arange(len(drafts)), np.diff(drafts.span_offsets))
    ends = np.cumsum(sizes)
    places = ends - sizes
    firsts = places[drafts.span_offsets[:-1]] if len(drafts) else places
    own = np.stack((places - firsts[numbers], drafts.spans[:, 0], sizes), axis=1)
    bases = np.flatnonzero(drafts.bases[drafts.numbers] == drafts.carriers[:, 0])
    mine = drafts.numbers[bases]  # a base may have lost all that it held to other statements
    both = np.concatenate((of, bases))
    order = np.argsort(both, kind="stable")
    starts = np.concatenate((bounds[:-1], len(runs) + drafts.span_offsets[mine]))[order]
    counts = np.concatenate((np.diff(bounds), np.diff(drafts.span_offsets)[mine]))[order]
    rows, joined_bounds = laid_end_to_end(starts, counts)
    return both[order], np.concatenate((runs, own))[rows], joined_bounds


def _assign(
    checked: Checked, words: Words, copies: NDArray[np.int64], settings: Settings
) -> tuple[Checked, Checked]:
    """Give each passage to one statement, the one of which its article carries the most.

    A statement left with one carrier is no statement, and what it took goes back to the
    others: the first result lacks those, the second has the renderings that remain.
    """
    least = round(SCALE * settings.min_score)
    spare = SPARED
    while True:
        weights = checked.renderings.weights / PRECEDENCE ** checked.rounds[checked.pairs[:, 0]]
        order = np.lexsort((checked.pairs[:, 1], checked.pairs[:, 0], -weights))
        taken = np.zeros(len(words.words), dtype=np.bool_)
        pieces, free = checked.renderings.pieces, np.zeros(len(checked.renderings.pieces), bool)
        _share_out(
            order,
            checked.pairs,
            checked.renderings.offsets,
            pieces,
            words.offsets,
            least,
            taken,
            free,
        )
        kept = checked.only_pieces(free)
        lasting = np.bincount(kept.pairs[:, 0], copies[kept.pairs[:, 1]], len(checked)) > 1
        if lasting.all():
            return checked, kept
        if spare:
            lasting |= _spared(checked, lasting, len(words))
            spare -= 1
        checked = checked.take(lasting)


def _spared(checked: Checked, lasting: NDArray[np.bool_], rows: int) -> NDArray[np.bool_]:
    """Statements that lost their copies only to others that did not last either: bool.

    Two drafts of one passage may share out its two articles, so that neither has two copies.
    """
    weights = np.bincount(checked.pairs[:, 0], checked.renderings.weights, len(checked))
    order = np.lexsort((np.arange(len(checked)), weights))
    by = np.argsort(checked.pairs[:, 0], kind="stable")
    bounds = np.searchsorted(checked.pairs[by, 0], np.arange(len(checked) + 1))
    spared = np.zeros(len(checked), dtype=np.bool_)
    touched = np.zeros(rows, dtype=np.bool_)
    _spare(order, bounds, checked.pairs[by, 1], lasting, touched, spared)
    return spared


@kernel
def _spare(
    order: I64, bounds: I64, rows: I64, lasting: Bools, touched: Bools, spared: Bools
) -> None:
    """Spare each statement that shares an article with one that goes, the lightest first."""
    for statement in order:
        if lasting[statement]:
            continue
        for k in range(bounds[statement], bounds[statement + 1]):
            spared[statement] = spared[statement] or touched[rows[k]]
        if not spared[statement]:
            for k in range(bounds[statement], bounds[statement + 1]):
                touched[rows[k]] = True


@kernel
def _share_out(
    order: I64,
    pairs: I64,
    bounds: I64,
    pieces: I64,
    offsets: I64,
    least: int,
    taken: Bools,
    free: Bools,
) -> None:
    """Which pieces belong to their statement, and to no other of which the article carries more."""
    for pair in order:
        first = offsets[pairs[pair, 1]]
        weight = np.int64(0)
        for k in range(bounds[pair], bounds[pair + 1]):
            free[k] = share_of(taken, first + pieces[k, A0], first + pieces[k, A1]) < TAKEN
            if free[k]:
                weight += pieces[k, WEIGHT]
        for k in range(bounds[pair], bounds[pair + 1]):
            free[k] = free[k] and weight >= least
            if free[k]:
                taken[first + pieces[k, A0] : first + pieces[k, A1]] = True
