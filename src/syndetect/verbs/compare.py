"""`compare`: what two texts have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.align.local import align
from syndetect.align.pieces import A0, A1, EQUAL, RUN, RUN_END, S0, S1, WEAK_PIECE, WEIGHT, Limits
from syndetect.candidates.windows import refine, whole_windows
from syndetect.errors import InputTypeError
from syndetect.facts import alters_fact, lead_of
from syndetect.jit import announced
from syndetect.model import Comparison, Edit, Kind, Match
from syndetect.settings import Settings
from syndetect.statements.build import changes_of, place_changes
from syndetect.statements.kind import KINDS, decide_kind, is_plain
from syndetect.statements.render import KIND, Readings, render
from syndetect.text.corpus import Corpus
from syndetect.text.lexicon import lexicon
from syndetect.text.marks import BEGINS, SCALE, Words, evidence_table, read_words, weigh_texts
from syndetect.text.places import find_places

_TURNED = (
    A0,
    A1,
    S0,
    S1,
    EQUAL,
    WEIGHT,
    RUN,
    RUN_END,
    KIND,
)  # columns of a piece from the other text
MOST_CELLS = 1 << 24  # up to so many pairs of tokens (4,000 words each) all are looked at
LEAST_SCORE = 2.0  # evidence that a match of two very short texts needs, in content words


def compare(text_a: str, text_b: str, *, settings: Settings | None = None) -> Comparison:
    """Find the passages that two texts have in common, sentence by sentence.

    Since the two were chosen to be compared, a match needs the evidence of
    `Settings.min_score` or half of the shorter text's, whichever is less.

    Args:
        text_a: The left text.
        text_b: The right text.
        settings: Thresholds; by default ``Settings()``.

    Returns:
        The matches; ``compare(b, a)`` is the mirror image of ``compare(a, b)``.

    Raises:
        InputTypeError: One of the two is no text.

    Up to about 4,000 words each, the alignment is that of the full table (Smith and Waterman,
    1981); beyond, it is sought around shared runs of `Settings.seed_ngram` words.

    Examples:
        >>> import syndetect as sd
        >>> found = sd.compare("We will put in place stronger rules this year.",
        ...                    "The firm said: “We will set up stronger rules this year.”")
        >>> [str(edit) for edit in found.matches[0].edits]
        ['put in place → set up']
    """
    for name, text in (("text_a", text_a), ("text_b", text_b)):
        if not isinstance(text, str):
            raise InputTypeError(
                f"{name} is {type(text).__name__}, not str: read the file first, or decode the bytes"
            )
    settings = Settings.of(settings)
    turned = (len(text_b), text_b) < (len(text_a), text_a)  # one direction, so that both agree
    with announced():
        corpus = Corpus.from_texts((text_b, text_a) if turned else (text_a, text_b))
        words = read_words([corpus])
        pieces, runs = _pieces(words, settings)
        return _comparison(corpus, words, pieces, runs, turned=turned)


def _pieces(words: Words, settings: Settings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pieces of the second text as renderings of the first, and their runs; see `align.pieces`."""
    table, evidence = evidence_table(settings), np.empty(2, np.int64)
    weigh_texts(words.marks, words.offsets, table, evidence)
    least = min(SCALE * settings.min_score, max(evidence.min() / 2, SCALE * LEAST_SCORE))
    one, sizes = np.array([0], dtype=np.int64), words.counts
    whole = whole_windows(one, one + 1, np.array([[0, sizes[0], 0, sizes[1]]], dtype=np.int64))
    windows = refine(whole, words, words, settings.seed_ngram, MOST_CELLS)
    leasts = np.full(len(windows), int(least), np.int64)
    found = align(words, words, table, windows, round(SCALE * settings.penalty), leasts)
    readings = Readings.of(words, np.zeros(len(words.words), dtype=np.bool_))
    limits = Limits(settings.interruption, settings.omission, min(WEAK_PIECE, int(least)))
    of = np.zeros(len(found), dtype=np.int64)
    pair = np.array([[0, 1]])
    found_pieces = render(readings, words, pair, of, found.runs, found.offsets, table, limits)
    return found_pieces.pieces, found_pieces.runs


def _comparison(
    corpus: Corpus,
    words: Words,
    pieces: NDArray[np.int64],
    runs: NDArray[np.int64],
    *,
    turned: bool,
) -> Comparison:
    """The matches; `turned` says that the second text is the left one."""
    left, right = (1, 0) if turned else (0, 1)
    if turned:
        pieces, runs = pieces[:, _TURNED], runs[:, (1, 0, 2)]
    pieces = pieces[np.argsort(pieces[:, S0], kind="stable")]
    changes, bounds = changes_of(runs, pieces)
    of = np.repeat(np.arange(len(pieces)), np.diff(bounds))
    sides = []
    for row, start, first in ((left, S0, 0), (right, A0, 2)):
        whole = np.full(len(pieces), row)
        places = find_places(corpus, words, whole, pieces[:, start : start + 2])
        spans = changes[:, first : first + 2]
        edited = place_changes(corpus, words, whole[of], spans, pieces[of, start])
        sides.append((places, edited))
    (there, before), (here, after) = sides
    texts = corpus.text(left), corpus.text(right)
    edits = [
        _edit(texts, b0, b1, a0, a1)
        for b0, b1, a0, a1 in zip(
            *(
                column.tolist()
                for places in (before, after)
                for column in (places.first_chars, places.end_chars)
            ),
            strict=True,
        )
    ]
    matches = tuple(
        Match(
            int(there.first_chars[k]),
            int(there.end_chars[k]),
            int(here.first_chars[k]),
            int(here.end_chars[k]),
            _kind(words, left, right, runs, piece),
            float(2 * piece[EQUAL] / (piece[S1] - piece[S0] + piece[A1] - piece[A0])),
            tuple(edits[bounds[k] : bounds[k + 1]]),
        )
        for k, piece in enumerate(pieces)
    )
    shares = [
        int((pieces[:, end] - pieces[:, start]).sum()) / max(int(words.counts[row]), 1)
        for row, start, end in ((left, S0, S1), (right, A0, A1))
    ]
    return Comparison(matches, *shares)


def _edit(texts: tuple[str, str], start: int, end: int, after: int, after_end: int) -> Edit:
    """One edit; whether it alters a fact does not depend on which of the two texts came first."""
    before, said = texts[0][start:end], texts[1][after:after_end]
    leads = lead_of(texts[0], start), lead_of(texts[1], after)
    altered = alters_fact(before, said, leads[0]) and alters_fact(said, before, leads[1])
    return Edit(before, said, start, end, after, after_end, altered)


def _kind(
    words: Words, left: int, right: int, runs: NDArray[np.int64], piece: NDArray[np.int64]
) -> Kind:
    """The kind, which does not depend on which of the two texts came first."""
    texts = [
        (words.words[low:high], words.marks[low:high])
        for low, high in (words.offsets[row : row + 2].tolist() for row in (left, right))
    ]
    whole = bool(is_plain(runs, piece)) and (
        _is_whole(texts[0][1], piece[S0], piece[S1]) or _is_whole(texts[1][1], piece[A0], piece[A1])
    )
    changes = np.empty((piece[RUN_END] - piece[RUN] + 1, 4), np.int64)
    kinds = {
        KINDS[decide_kind(texts[0][0], texts[1], lexicon(), runs, piece, whole, changes)],
        KINDS[
            decide_kind(
                texts[1][0],
                texts[0],
                lexicon(),
                np.ascontiguousarray(runs[:, (1, 0, 2)]),
                piece[list(_TURNED)],
                whole,
                changes,
            )
        ],
    }
    return Kind.REPORTED if Kind.REPORTED in kinds else kinds.pop()


def _is_whole(marks: NDArray[np.uint8], start: int, end: int) -> bool:
    """Whether a run begins and ends where sentences do."""
    return bool(marks[start] & BEGINS) and (end == len(marks) or bool(marks[end] & BEGINS))
