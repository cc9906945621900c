"""Checked copies: every carrier of a draft aligned with the statement's own text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from syndetect.align.local import align
from syndetect.align.pieces import NEAR, RUN, RUN_END, WEAK_PIECE, Limits
from syndetect.arrays import laid_end_to_end
from syndetect.candidates.windows import REACH, Windows, narrow, refine, whole_windows
from syndetect.jit import I32, I64, U8, kernel
from syndetect.settings import Settings
from syndetect.statements.checked import Checked
from syndetect.statements.drafts import THRICE, Drafts
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
FURTHER = 0.42  # or so much where it goes on with another part of the copy, up to
SLIP = 2  # words of the statement behind it
COMPANY = 5  # sure copies of a statement, with which less makes another: a run of
RUN_WORDS = 10  # so many words that holds what three articles need (`THRICE`)
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
    statements: I64,
    runs: I64,
    bounds: I64,
    marks: U8,
    offsets: I64,
    table: I32,
    shortest: int,
    out: I64,
) -> None:
    for k in range(len(statements)):
        first, out[k] = offsets[statements[k]], 0
        for run in runs[bounds[k, 0] : bounds[k, 1]]:
            start = first + run[0]
            if run[2] >= shortest:
                out[k] = max(out[k], evidence_of(marks[start : start + run[2]], table))


def longest_runs(
    own: Words,
    statements: NDArray[np.int64],
    runs: NDArray[np.int64],
    bounds: NDArray[np.int64],
    table: NDArray[np.int32],
    shortest: int = 1,
) -> NDArray[np.int64]:
    """The most evidence of a run of equal words in each of many lists of runs, hundredths.

    Args:
        own: The texts of statements.
        statements: int64 (lists), what each is a list of runs of.
        runs: int64 (runs, 3), all runs.
        bounds: int64 (lists, 2), the first run of each list and its end.
        table: int32 (4), evidence by mark, hundredths.
        shortest: Words of a run at least.
    """
    out = np.empty(len(statements), np.int64)
    _find_longest(statements, runs, bounds, own.marks, own.offsets, table, shortest, out)
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
    if least is None:
        return checked.only(_is_copy(checked, settings))
    return checked.only(renderings.weights >= least)


def _is_copy(checked: Checked, settings: Settings) -> NDArray[np.bool_]:
    """Of each pair whether the article has enough of the statement, bool (pairs).

    Where many have, a long run of its words is a copy too that holds no more than three articles need
    that share it: of two articles alone, less could be chance.
    """
    of = checked.pairs[:, 0]
    sure = checked.renderings.weights >= leasts_of(checked.readings.words, settings)[of]
    known = np.bincount(of, sure, len(checked))[of] >= COMPANY
    found: NDArray[np.bool_] = sure | known & (
        longest_of(checked, settings, RUN_WORDS) >= _least_of_three(settings)
    )
    return found


def _least_of_three(settings: Settings) -> int:
    """The least evidence of what three articles share, hundredths."""
    return round(THRICE * SCALE * settings.min_score)


def longest_of(found: Checked, settings: Settings, shortest: int = 1) -> NDArray[np.int64]:
    """The most evidence of a run of the `shortest` words or more that each pair shares, hundredths, int64 (pairs)."""
    pieces, of = found.renderings.pieces, found.renderings.pairs
    bounds = pieces[:, RUN : RUN_END + 1]
    numbers, table = found.pairs[of, 0], evidence_table(settings)
    runs = longest_runs(
        found.readings.words, numbers, found.renderings.runs, bounds, table, shortest
    )
    longest = np.zeros(len(found.pairs), np.int64)
    np.maximum.at(longest, of, runs)
    return longest


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
    """Align some of the carriers: the carrier of each alignment, its runs, and their bounds.

    A single run may hold less than a part of a copy, see `_is_copy`.
    """
    left, right, seen = drafts.numbers[rows], drafts.carriers[rows, 0], drafts.carriers[rows, 1:]
    bounds = np.zeros((len(rows), 4), dtype=np.int64)
    bounds[:, 1] = own.counts[left]
    reach = bounds[:, 1] + REACH  # parts of a copy may stand apart
    bounds[:, 2] = np.maximum(seen[:, 0] - reach, 0)
    bounds[:, 3] = np.minimum(seen[:, 1] + reach, words.counts[right])
    windows = whole_windows(left, right, bounds)
    leasts = leasts_of(own, settings, PART)
    further = leasts_of(own, settings, FURTHER)
    weak = np.minimum(further, _least_of_three(settings))
    of, runs, run_bounds, scores = align_in(windows, own, words, weak, settings)
    sure = scores >= leasts[left[of]]
    alone = (np.bincount(of, minlength=len(rows))[of] == 1) & (np.diff(run_bounds) == 1)
    beside = _goes_on(of, sure, runs, run_bounds) & (scores >= further[left[of]])
    kept = np.flatnonzero(sure | alone | beside)
    places, bounds = laid_end_to_end(run_bounds[kept], np.diff(run_bounds)[kept])
    return rows[of[kept]], runs[places], bounds


def _goes_on(
    of: NDArray[np.int64],
    sure: NDArray[np.bool_],
    runs: NDArray[np.int64],
    bounds: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Of each alignment whether it goes on with the statement behind a sure one of its pair, or before one."""
    best = np.full(int(of.max(initial=-1)) + 1, -1)
    best[of[sure][::-1]] = np.flatnonzero(sure)[::-1]  # the first one of each
    starts, lasts = runs[bounds[:-1], :2], runs[bounds[1:] - 1]
    ends = lasts[:, :2] + lasts[:, 2:]
    behind, before = starts - ends[best[of]], starts[best[of]] - ends
    most = np.array([SLIP, NEAR])
    near = [np.all((gap >= 0) & (gap <= most), axis=1) for gap in (behind, before)]
    found: NDArray[np.bool_] = (best[of] >= 0) & (near[0] | near[1])
    return found


def align_in(
    windows: Windows, own: Words, words: Words, leasts: NDArray[np.int64], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Align statements with articles: the pair of each alignment, its runs, their bounds, and its score.

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
    return windows.pair[found.window], found.runs, found.offsets, found.scores


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
