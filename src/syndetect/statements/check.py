"""Checked copies: every carrier of a draft aligned with the statement's own text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from syndetect.align.local import align
from syndetect.align.pieces import WEAK_PIECE, Limits
from syndetect.arrays import laid_end_to_end
from syndetect.candidates.windows import REACH, Windows, narrow, refine, whole_windows
from syndetect.jit import I32, I64, U8, kernel
from syndetect.settings import Settings
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import Drafts
from syndetect.statements.render import Readings, render
from syndetect.statements.text import complete_sentences, compose_all, spell_out, statement_id
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.marks import (
    SCALE,
    Words,
    evidence_of,
    evidence_table,
    read_words,
    weigh_texts,
)
from syndetect.text.tokens import tokenize

MOST_CELLS = 1 << 24  # up to so many pairs of tokens, statement and article are compared whole
AT_ONCE = 1 << 17  # carriers that are aligned before their alignments are let go
SHORT = 0.55  # of the evidence of a statement, so much is enough for a copy of it
PART = 0.46  # and so much for a part of it: an attribution may stand between two
LATE = 1.5  # times the least evidence, a run of which a copy needs that drafts have missed


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


@kernel
def _find_longest(
    statements: I64, runs: I64, bounds: I64, marks: U8, offsets: I64, table: I32, out: I64
) -> None:
    for k in range(len(statements)):
        first, out[k] = offsets[statements[k]], 0
        for run in runs[bounds[k, 0] : bounds[k, 1]]:
            start = first + run[0]
            out[k] = max(out[k], evidence_of(marks[start : start + run[2]], table))


def longest_runs(
    own: Words,
    statements: NDArray[np.int64],
    runs: NDArray[np.int64],
    bounds: NDArray[np.int64],
    table: NDArray[np.int32],
) -> NDArray[np.int64]:
    """The most evidence of a run of equal words in each of many lists of runs, hundredths.

    Args:
        own: The texts of statements.
        statements: int64 (lists), what each is a list of runs of.
        runs: int64 (runs, 3), all runs.
        bounds: int64 (lists, 2), the first run of each list and its end.
        table: int32 (4), evidence by mark, hundredths.
    """
    out = np.empty(len(statements), np.int64)
    _find_longest(statements, runs, bounds, own.marks, own.offsets, table, out)
    return out


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
    windows = whole_windows(left, right, bounds)
    of, runs, run_bounds = align_in(windows, own, words, leasts_of(own, settings, PART), settings)
    return rows[of], runs, run_bounds


def align_in(
    windows: Windows, own: Words, words: Words, leasts: NDArray[np.int64], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Align statements with articles: the pair of each alignment, its runs, and their bounds.

    Args:
        windows: Where; they hold whole statements.
        own: The texts of statements.
        words: The articles.
        leasts: int64 (statements), least score of an alignment, hundredths.
        settings: `penalty` and `seed_ngram` are used.
    """
    windows = narrow(windows, own, words)
    windows = refine(windows, own, words, settings.seed_ngram, MOST_CELLS)
    penalty, table = round(SCALE * settings.penalty), evidence_table(settings)
    found = align(own, words, table, windows, penalty, leasts[windows.left])
    return windows.pair[found.window], *found.runs()


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
