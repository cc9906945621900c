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
from syndetect.align.pieces import A0, A1, EQUAL, S0, S1, WEAK_PIECE, WEIGHT, Limits
from syndetect.arrays import laid_end_to_end
from syndetect.candidates.blocks import Blocks
from syndetect.candidates.windows import REACH, narrow, refine, whole_windows
from syndetect.jit import I64, Bools, allocating_kernel, kernel
from syndetect.mapped import empty, give_back
from syndetect.settings import Settings
from syndetect.statements.checked import Checked, joined, nothing
from syndetect.statements.drafts import THRICE, Drafts, draft_statements
from syndetect.statements.render import Readings, render
from syndetect.statements.sides import share_of, sides_of
from syndetect.statements.text import complete_sentences, compose_all, spell_out, statement_id
from syndetect.statements.trimmed import draft_trimmed
from syndetect.statements.whole import draft_whole
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.marks import SCALE, Words, evidence_table, read_words, weigh_texts
from syndetect.text.tokens import tokenize
from syndetect.threads import spread

MOST_CELLS = 1 << 24  # up to so many pairs of tokens, statement and article are compared whole
TAKEN = 0.5  # a piece of which so much belongs to another statement is that statement's
PRECEDENCE = 1.5  # an article must carry so much more of a statement that was drafted a round later
AT_ONCE = 1 << 17  # carriers that are aligned before their alignments are let go
SHORT = 0.55  # of the evidence of a statement, so much is enough for a copy of it
PART = 0.47  # and so much for a part of it: an attribution may stand between two
SPARED = 2  # times that statements left without copies may be spared for want of others
_ROWS = 1 << 12  # articles whose passages are shared out at a time
ROUNDS = (
    3  # drafts after drafts; of 15,254 statements in 100,000 articles, a fourth round found one
)


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
    checked, free = _settle_drafts(corpus, words, blocks, copies, settings)
    checked, free = _made_whole(checked, free, corpus, words, copies, settings)
    for _ in range(ROUNDS):  # passages went to other statements: what is left must be shared
        drafts, whole = draft_trimmed(checked.only_pieces(free), copies)
        if not len(drafts):
            break
        checked, free = _replaced(checked.take(whole), drafts, corpus, words, copies, settings)
    checked, free = _made_whole(checked, free, corpus, words, copies, settings)
    return checked.only_pieces(free)


def _made_whole(
    checked: Checked,
    free: NDArray[np.bool_],
    corpus: Corpus,
    words: Words,
    copies: NDArray[np.int64],
    settings: Settings,
) -> tuple[Checked, NDArray[np.bool_]]:
    """The same, those that the same articles carry as one, with what lies between their pieces."""
    claimed = _claimed_by(checked, words, free)
    drafts, parted = draft_whole(checked.only_pieces(free), words, claimed, copies)
    if not len(drafts):
        return checked, free
    return _replaced(checked.take(~parted), drafts, corpus, words, copies, settings)


def _replaced(
    others: Checked,
    drafts: Drafts,
    corpus: Corpus,
    words: Words,
    copies: NDArray[np.int64],
    settings: Settings,
) -> tuple[Checked, NDArray[np.bool_]]:
    """Statements and checked drafts, with all passages shared out anew.

    What a statement had to leave to one that is no more comes back to it.
    """
    new = check_drafts(drafts, 0, corpus, words, settings)
    return _assign(joined([others, *new]), words, copies, settings)


def _settle_drafts(
    corpus: Corpus, words: Words, blocks: Blocks, copies: NDArray[np.int64], settings: Settings
) -> tuple[Checked, NDArray[np.bool_]]:
    """Draft statements, check and share out, and draft again from what is left."""
    table = evidence_table(settings)
    sides = sides_of(blocks, len(words))
    checked, free = nothing(), np.empty(0, dtype=np.bool_)
    claimed = _claimed_by(checked, words, free)
    stirred = np.ones(len(words), dtype=np.bool_)
    for round_ in range(ROUNDS):
        drafts = draft_statements(sides, words, table, claimed, stirred, settings)
        if not len(drafts):
            break
        checked = joined([checked, *check_drafts(drafts, round_, corpus, words, settings)])
        give_back()
        checked, free = _assign(checked, words, copies, settings)
        stirred[:] = False
        stirred[drafts.carriers[:, 0]] = True
        before, claimed = claimed, _claimed_by(checked, words, free)
        if np.array_equal(before, claimed):
            break
        _find_changed(before, claimed, words.offsets, stirred)
    return checked, free


def _claimed_by(checked: Checked, words: Words, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of each token whether a piece has it, of those that are `free`: bool (tokens)."""
    claimed: NDArray[np.bool_] = empty(len(words.words), np.bool_)
    claimed[:] = False
    pieces = checked.renderings.pieces
    _claim(pieces, checked.rows_of_pieces(), np.flatnonzero(free), words.offsets, claimed)
    return claimed


@kernel
def _claim(pieces: I64, rows: I64, kept: I64, offsets: I64, claimed: Bools) -> None:
    for k in kept:
        first = offsets[rows[k]]
        claimed[first + pieces[k, A0] : first + pieces[k, A1]] = True


@kernel
def _find_changed(before: Bools, claimed: Bools, offsets: I64, changed: Bools) -> None:
    """Of each row whether its claimed tokens changed, added to `changed`."""
    for row in range(len(changed)):
        token = offsets[row]
        while not changed[row] and token < offsets[row + 1]:
            changed[row] = before[token] != claimed[token]
            token += 1


def check_drafts(
    drafts: Drafts,
    round_: int,
    corpus: Corpus,
    words: Words,
    settings: Settings,
    least: int | None = None,
) -> Iterator[Checked]:
    """Align every carrier with the statement's text, some drafts at a time.

    Carriers with less evidence than `least`, in hundredths, are left out; by default, than
    `leasts_of` asks for.
    """
    for low, high in chunks_of(drafts.carrier_offsets, AT_ONCE):
        yield _check_some(drafts.part(low, high), round_, corpus, words, settings, least)


def leasts_of(own: Words, settings: Settings, share: float = SHORT) -> NDArray[np.int64]:
    """The least evidence of a copy of each statement, hundredths, int64 (statements).

    That of the settings; of a short statement, a share of what the statement itself holds.
    """
    evidence = np.empty(len(own), np.int64)
    weigh_texts(own.marks, own.offsets, evidence_table(settings), evidence)
    least = np.minimum(round(SCALE * settings.min_score), share * evidence)
    return np.asarray(least, dtype=np.int64)


def _check_some(
    drafts: Drafts,
    round_: int,
    corpus: Corpus,
    words: Words,
    settings: Settings,
    least: int | None,
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
    ids = [
        statement_id(hashes[low:high])
        for low, high in zip(own.offsets[:-1].tolist(), own.offsets[1:].tolist(), strict=True)
    ]
    rounds = np.full(len(drafts), round_, dtype=np.int64)
    scores = np.full(len(pairs), np.nan)
    checked = Checked(texts, ids, readings, drafts, rounds, pairs, renderings, scores)
    leasts = leasts_of(own, settings)[left] if least is None else least
    return checked.only(renderings.weights >= leasts)


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
    least = leasts_of(own, settings, PART)[windows.left]
    penalty = round(SCALE * settings.penalty)
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
) -> tuple[Checked, NDArray[np.bool_]]:
    """Give each passage to one statement, the one of which its article carries the most.

    A statement left with one carrier is no statement, and what it took goes back to the
    others. The result is the statements that remain, and of their pieces which they keep, bool.
    """
    pairs, pieces = checked.pairs, checked.renderings.pieces
    weights = checked.renderings.weights / PRECEDENCE ** checked.rounds[pairs[:, 0]]
    order = np.lexsort((pairs[:, 0], -weights, pairs[:, 1]))
    bounds = np.searchsorted(pairs[order, 1], np.arange(len(words) + 1))
    leasts = leasts_of(checked.readings.words, settings)
    least, of = round(SCALE * settings.min_score), checked.renderings.pairs
    sizes = np.maximum(pieces[:, A1] - pieces[:, A0], pieces[:, S1] - pieces[:, S0])
    scores = pieces[:, WEIGHT] - SCALE * settings.penalty * (sizes - pieces[:, EQUAL])
    free, lasts = np.zeros(len(pieces), np.bool_), np.ones(len(checked), np.bool_)
    rows, spare = np.flatnonzero(np.diff(bounds)), SPARED
    columns = (pairs, checked.renderings.offsets, pieces)
    while True:
        tasks = [rows[low : low + _ROWS] for low in range(0, len(rows), _ROWS)]
        spread(
            lambda some: _share_out(
                some, order, bounds, columns, words.counts, leasts, lasts, free
            ),
            tasks,
        )
        carried = np.bincount(of, free * scores, len(pairs))
        lasting = np.zeros(len(checked), np.bool_)
        for share, others in ((1.0, 1), (THRICE, 2)):
            held = carried >= share * least  # a weaker rendering may be a copy, but founds nothing
            carriers = np.bincount(pairs[held, 0], copies[pairs[held, 1]], len(checked))
            lasting |= carriers > others
        going = lasts & ~lasting
        if going.any() and spare:
            going &= ~_spared(checked, lasts, lasting, len(words))
            spare -= 1
        if not going.any():
            return checked.take(lasts), free[lasts[pairs[checked.renderings.pairs, 0]]]
        lasts[going] = False
        rows = np.unique(pairs[going[pairs[:, 0]], 1])


def _spared(
    checked: Checked, lasts: NDArray[np.bool_], lasting: NDArray[np.bool_], rows: int
) -> NDArray[np.bool_]:
    """Statements that lost their copies only to others that did not last either: bool.

    Two drafts of one passage may share out its two articles, so that neither has two copies.
    """
    weights = np.bincount(checked.pairs[:, 0], checked.renderings.weights, len(checked))
    going = np.flatnonzero(lasts & ~lasting)
    order = going[np.lexsort((going, weights[going]))]
    bounds = np.searchsorted(checked.pairs[:, 0], np.arange(len(checked) + 1))
    spared = np.zeros(len(checked), dtype=np.bool_)
    _spare(order, bounds, checked.pairs[:, 1], np.zeros(rows, np.bool_), spared)
    return spared


@kernel
def _spare(order: I64, bounds: I64, rows: I64, touched: Bools, spared: Bools) -> None:
    """Spare each statement that shares an article with one that goes, the lightest first."""
    for statement in order:
        for k in range(bounds[statement], bounds[statement + 1]):
            spared[statement] = spared[statement] or touched[rows[k]]
        if not spared[statement]:
            for k in range(bounds[statement], bounds[statement + 1]):
                touched[rows[k]] = True


@allocating_kernel
def _share_out(
    rows: I64,
    order: I64,
    bounds: I64,
    columns: tuple[I64, I64, I64],
    counts: I64,
    leasts: I64,
    lasts: Bools,
    free: Bools,
) -> None:
    """Which pieces of some rows belong to their statement, and to none of which there is more."""
    pairs, offsets, pieces = columns
    for row in rows:
        taken = np.zeros(counts[row], np.bool_)
        for pair in order[bounds[row] : bounds[row + 1]]:
            weight, there = np.int64(0), lasts[pairs[pair, 0]]
            for k in range(offsets[pair], offsets[pair + 1]):
                free[k] = there and share_of(taken, pieces[k, A0], pieces[k, A1]) < TAKEN
                if free[k]:
                    weight += pieces[k, WEIGHT]
            for k in range(offsets[pair], offsets[pair + 1]):
                free[k] = free[k] and weight >= leasts[pairs[pair, 0]]
                if free[k]:
                    taken[pieces[k, A0] : pieces[k, A1]] = True
