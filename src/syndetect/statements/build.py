"""From settled statements to the values that users hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date as Date
from typing import TYPE_CHECKING

from syndetect.model import Copy, Statement
from syndetect.results import first_of
from syndetect.statements.copies import Rendering, main_kind
from syndetect.statements.settle import Settled
from syndetect.statements.text import statement_id

if TYPE_CHECKING:
    from syndetect.text.reading import Reading

Member = tuple[str | int, str | None, Date | None]  # id, source, date


def build_statement(
    settled: Settled,
    members: Callable[[int], Sequence[Member]],
    token_counts: Sequence[int],
    order: Callable[[Copy], tuple[object, ...]],
) -> Statement:
    """One statement; `members` are the articles that a row stands for, `order` sorts copies."""
    copies = [
        _copy(settled.reading, rendering, member, token_counts[row])
        for row, rendering in settled.renderings.items()
        for member in members(row)
    ]
    by_date = tuple(sorted(copies, key=order))
    reading = settled.reading
    return Statement(statement_id(reading), reading.text, by_date, first_of(by_date))


def _copy(statement: Reading, rendering: Rendering, member: Member, tokens: int) -> Copy:
    links = sum(piece.equal for piece in rendering.pieces)
    own = sum(piece.end - piece.start for piece in rendering.pieces)
    aligned = sum(piece.statement_end - piece.statement_start for piece in rendering.pieces)
    identity, source, date = member
    return Copy(
        identity,
        main_kind(rendering.pieces, rendering.parts),
        2 * links / (own + aligned),
        links / len(statement),
        own / tokens,
        rendering.parts,
        source,
        date,
    )
