"""`compare`: what two texts have in common."""

from __future__ import annotations

import numpy as np

from syndetect.align.local import align
from syndetect.align.pieces import WEAK_PIECE, Change, Piece, cut_pieces
from syndetect.candidates.windows import Windows, refine, whole_windows
from syndetect.errors import InputTypeError
from syndetect.jit import announced
from syndetect.model import Comparison, Kind, Match
from syndetect.settings import Settings
from syndetect.sketch.shingles import shingle
from syndetect.sketch.weights import SCALE, weigh
from syndetect.statements.copies import make_edit
from syndetect.statements.kind import decide_kind, is_reporting
from syndetect.text.corpus import Corpus
from syndetect.text.reading import Reading, read_closely
from syndetect.text.tokens import Tokens, tokenize

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
        tokens = tokenize(corpus)
        weights = weigh(tokens, settings)
        totals = np.concatenate(([0], np.cumsum(weights, dtype=np.int64)))[tokens.offsets]
        least = min(SCALE * settings.min_score, max(np.diff(totals).min() / 2, SCALE * LEAST_SCORE))
        windows = _windows(tokens, settings)
        penalty = round(SCALE * settings.penalty)
        found = align(tokens, tokens, weights, windows, penalty, int(least))
    left, right = (read_closely(corpus, tokens, weights, row) for row in (0, 1))
    weak = min(WEAK_PIECE, int(least))
    pieces = cut_pieces(left, right, found.runs(), settings, is_reporting, weak)
    if turned:
        left, right, pieces = right, left, [_mirrored(piece) for piece in pieces]
    pieces.sort(key=lambda piece: piece.statement_start)
    return Comparison(
        tuple(_match(left, right, piece) for piece in pieces),
        sum(p.statement_end - p.statement_start for p in pieces) / max(len(left), 1),
        sum(p.end - p.start for p in pieces) / max(len(right), 1),
    )


def _windows(tokens: Tokens, settings: Settings) -> Windows:
    """The whole table, or windows around shared seeds when it is too large."""
    sizes = tokens.counts
    one = np.array([0], dtype=np.int64)
    whole = whole_windows(one, one + 1, np.array([[0, sizes[0], 0, sizes[1]]], dtype=np.int64))
    seeds = shingle(tokens, settings.seed_ngram)
    return refine(whole, seeds, seeds, settings.seed_ngram, MOST_CELLS)


def _mirrored(piece: Piece) -> Piece:
    """The same piece, seen from the other text."""
    return Piece(
        piece.start,
        piece.end,
        piece.statement_start,
        piece.statement_end,
        tuple((a, s, n) for s, a, n in piece.runs),
        tuple(
            Change(edit.after_start, edit.after_end, edit.before_start, edit.before_end)
            for edit in piece.edits
        ),
        piece.equal,
        piece.weight,
    )


def _match(left: Reading, right: Reading, piece: Piece) -> Match:
    start, end = left.span(piece.statement_start, piece.statement_end)
    right_start, right_end = right.span(piece.start, piece.end)
    tokens = piece.end - piece.start + piece.statement_end - piece.statement_start
    return Match(
        start,
        end,
        right_start,
        right_end,
        _kind(left, right, piece),
        2 * piece.equal / tokens,
        tuple(make_edit(left, right, piece, edit) for edit in piece.edits),
    )


def _kind(left: Reading, right: Reading, piece: Piece) -> Kind:
    """The kind, which does not depend on which of the two texts came first."""
    whole = not piece.edits and (
        _is_whole(left, piece.statement_start, piece.statement_end)
        or _is_whole(right, piece.start, piece.end)
    )
    kinds = {
        decide_kind(left, right, piece, whole, _is_quoted(right, piece.start, piece.end)),
        decide_kind(
            right,
            left,
            _mirrored(piece),
            whole,
            _is_quoted(left, piece.statement_start, piece.statement_end),
        ),
    }
    return Kind.REPORTED if Kind.REPORTED in kinds else kinds.pop()


def _is_whole(reading: Reading, start: int, end: int) -> bool:
    return reading.is_boundary(start) and reading.is_boundary(end)


def _is_quoted(reading: Reading, start: int, end: int) -> bool:
    return reading.quoted(reading.starts[start], reading.ends[end - 1])
