"""From pieces to parts, and from parts to one article's copy of a statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from syndetect.align.pieces import Change, Piece, Run, cut_pieces
from syndetect.model import Edit, Kind, Part
from syndetect.settings import Settings
from syndetect.statements.kind import decide_kind, is_reporting
from syndetect.text.reading import Reading


@dataclass(frozen=True, slots=True)
class Rendering:
    """One article's rendering of a statement, before it is known to which statement it belongs.

    Attributes:
        pieces: Its pieces in tokens, in the order of the article.
        parts: The same as parts.
        weight: Evidence of its links, in hundredths of a content word.
    """

    pieces: tuple[Piece, ...]
    parts: tuple[Part, ...]
    weight: int

    def only(self, kept: Sequence[bool]) -> Rendering:
        """The same without the pieces that are not `kept`."""
        if all(kept):
            return self
        pieces = tuple(piece for piece, keep in zip(self.pieces, kept, strict=True) if keep)
        parts = tuple(part for part, keep in zip(self.parts, kept, strict=True) if keep)
        return Rendering(pieces, parts, _weight(pieces))


def _weight(pieces: Sequence[Piece]) -> int:
    return sum([piece.weight for piece in pieces])


def render(
    statement: Reading,
    article: Reading,
    alignments: Sequence[Sequence[Run]],
    complete: Sequence[bool],
    settings: Settings,
) -> Rendering:
    """Read off an alignment how an article renders a statement.

    Args:
        statement: The statement's text.
        article: The article.
        alignments: Equal runs of each alignment of the two, ascending.
        complete: Whether each sentence of the statement is a whole sentence.
        settings: `interruption` and `omission` are used.
    """
    pieces = tuple(cut_pieces(statement, article, alignments, settings, is_reporting))
    wholes = _wholes(statement, pieces, complete)
    parts = tuple(
        make_part(statement, article, piece, whole)
        for piece, whole in zip(pieces, wholes, strict=True)
    )
    return Rendering(pieces, parts, _weight(pieces))


def _wholes(statement: Reading, pieces: Sequence[Piece], complete: Sequence[bool]) -> list[bool]:
    """Whether each piece belongs to a whole sentence without edits, be it interrupted or not."""
    by_sentence: dict[int, list[Piece]] = {}
    for piece in pieces:
        by_sentence.setdefault(statement.sentence_of(piece.statement_start), []).append(piece)
    whole: dict[int, bool] = {}
    for sentence, group in by_sentence.items():
        group = sorted(group, key=lambda piece: piece.statement_start)
        edges = [statement.sentences[sentence], *(piece.statement_end for piece in group)]
        joined = all(
            edge == piece.statement_start for edge, piece in zip(edges, group, strict=False)
        )
        ends = edges[-1] == statement.sentences[sentence + 1]
        plain = not any(piece.edits for piece in group)
        whole[sentence] = joined and ends and plain and complete[sentence]
    return [whole[statement.sentence_of(piece.statement_start)] for piece in pieces]


def make_part(statement: Reading, article: Reading, piece: Piece, whole: bool) -> Part:
    """One piece in characters, with its kind and edits."""
    start, end = article.span(piece.start, piece.end)
    statement_start, statement_end = statement.span(piece.statement_start, piece.statement_end)
    tokens = piece.end - piece.start + piece.statement_end - piece.statement_start
    quoted = article.quoted(start, article.ends[piece.end - 1])
    return Part(
        start,
        end,
        statement_start,
        statement_end,
        decide_kind(statement, article, piece, whole, quoted),
        2 * piece.equal / tokens,
        quoted,
        tuple(make_edit(statement, article, piece, change) for change in piece.edits),
    )


def make_edit(before: Reading, after: Reading, piece: Piece, change: Change) -> Edit:
    """One change of a piece in characters."""
    before_start, before_end = _place(
        before, change.before_start, change.before_end, piece.statement_start
    )
    after_start, after_end = _place(after, change.after_start, change.after_end, piece.start)
    return Edit(
        before.text[before_start:before_end],
        after.text[after_start:after_end],
        before_start,
        before_end,
        after_start,
        after_end,
    )


def _place(reading: Reading, start: int, end: int, first: int) -> tuple[int, int]:
    """Characters of a run of tokens; an empty run stands behind the token before it.

    `first` is the first token of the piece: an empty run there stands before it.
    """
    if start < end:
        return reading.starts[start], reading.ends[end - 1]
    place = reading.ends[start - 1] if start > first else reading.starts[start]
    return place, place


def main_kind(pieces: Sequence[Piece], parts: Sequence[Part]) -> Kind:
    """The kind of most words of a copy; of two that hold as many, the one named first in `Kind`."""
    words: Counter[Kind] = Counter()
    for piece, part in zip(pieces, parts, strict=True):
        words[part.kind] += piece.equal
    order = list(Kind)
    return max(words, key=lambda kind: (words[kind], -order.index(kind)))
