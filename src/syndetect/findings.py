"""Statements as columns; values are made when they are looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from itertools import islice, pairwise
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from syndetect.facts import alters_fact, lead_of
from syndetect.model import Copy, Edit, Kind, Part, Statement

_KIND_NAMES = tuple(str(kind) for kind in Kind)
_AT_ONCE = 16  # statements whose columns become values at once


@dataclass(frozen=True, slots=True)
class Columns:
    """Statements, their copies, the parts of these and their edits, each a table.

    Attributes:
        ids: Ids of the statements.
        texts: Their texts.
        copies: int64 (statements + 1), statement s has the copies ``copies[s]:copies[s + 1]``.
        articles: Of each copy the id, the outlet and the date of the article.
        measures: float64 (copies, 4), similarity, used, share, and the score or not a number.
        copy_kinds: uint8 (copies), place in `Kind`.
        renderings: int64 (copies), which rendering it is; equal articles have one.
        parts: int64 (renderings + 1), rendering r has the parts ``parts[r]:parts[r + 1]``.
        spans: int64 (parts, 4), start and end in the article, in the statement; characters.
        part_kinds: uint8 (parts), place in `Kind`.
        similarities: float64 (parts).
        quoted: bool (parts).
        edits: int64 (parts + 1), part p has the edits ``edits[p]:edits[p + 1]``.
        changes: int64 (edits, 4), start and end in the statement, in the article; characters.
        after: UTF-8 of the words of the articles, end to end.
        after_bounds: int64 (edits + 1), where those of each edit begin.
    """

    ids: Sequence[str]
    texts: Sequence[str]
    copies: NDArray[np.int64]
    articles: Sequence[tuple[str | int, str | None, Date | None]]
    measures: NDArray[np.float64]
    copy_kinds: NDArray[np.uint8]
    renderings: NDArray[np.int64]
    parts: NDArray[np.int64]
    spans: NDArray[np.int64]
    part_kinds: NDArray[np.uint8]
    similarities: NDArray[np.float64]
    quoted: NDArray[np.bool_]
    edits: NDArray[np.int64]
    changes: NDArray[np.int64]
    after: bytes
    after_bounds: NDArray[np.int64]


class Statements(Sequence[Statement]):
    """Statements that are made from columns when they are looked at, and kept from then on."""

    __slots__ = ("_made", "columns")

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._made: dict[int, Statement] = {}

    def __len__(self) -> int:
        return len(self.columns.ids)

    @overload
    def __getitem__(self, index: int) -> Statement: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Statement, ...]: ...
    def __getitem__(self, index: int | slice) -> Statement | tuple[Statement, ...]:
        if isinstance(index, slice):
            return tuple(self[number] for number in range(*index.indices(len(self))))
        number = range(len(self))[index]
        if number not in self._made:
            self._made[number] = _statement(self.record(number))
        return self._made[number]

    def __iter__(self) -> Iterator[Statement]:
        for first in range(0, len(self), _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, len(self)))
            if any(number not in self._made for number in numbers):
                for number, record in zip(numbers, self._block(first, numbers.stop), strict=True):
                    self._made.setdefault(number, _statement(record))
            yield from (self._made[number] for number in numbers)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"<{len(self)} statements in {self.carriers():,} articles>"

    def carriers(self) -> int:
        """How many articles carry at least one of them."""
        return len({identity for identity, _, _ in self.columns.articles})

    def at(self, similarity: float) -> Statements:
        """Those of which two copies or more have at least a similarity, with these copies only."""
        found = self.columns
        kept = found.measures[:, 0] >= similarity
        numbers = np.repeat(np.arange(len(self)), np.diff(found.copies))
        kept &= (np.bincount(numbers, kept, len(self)) > 1)[numbers]
        sizes = np.bincount(numbers, kept, len(self)).astype(np.int64)
        order = [row for row in order_of(sizes, found.texts, found.ids).tolist() if sizes[row]]
        rows = [
            row
            for number in order
            for row in range(found.copies[number], found.copies[number + 1])
            if kept[row]
        ]
        return Statements(
            replace(
                found,
                ids=[found.ids[number] for number in order],
                texts=[found.texts[number] for number in order],
                copies=np.concatenate(([0], np.cumsum(sizes[order]))),
                articles=[found.articles[row] for row in rows],
                measures=found.measures[rows],
                copy_kinds=found.copy_kinds[rows],
                renderings=found.renderings[rows],
            )
        )

    def record(self, number: int) -> dict[str, Any]:
        """One statement as mappings and lists, with the names of its fields."""
        return next(self.records(number, number + 1))

    def records(self, low: int = 0, high: int | None = None) -> Iterator[dict[str, Any]]:
        """The same of several, from `low` to before `high`; by default of all."""
        high = len(self) if high is None else high
        for first in range(low, high, _AT_ONCE):
            yield from self._block(first, min(first + _AT_ONCE, high))

    def _block(self, low: int, high: int) -> Iterator[dict[str, Any]]:
        found = self.columns
        bounds = found.copies[low : high + 1]
        rows = slice(int(bounds[0]), int(bounds[-1]))
        renderings, places, which = np.unique(
            found.renderings[rows], return_index=True, return_inverse=True
        )
        numbers = np.repeat(np.arange(low, high), np.diff(bounds))
        parts = _parts_of(found, renderings, numbers[places])
        columns = zip(
            found.articles[rows],
            found.measures[rows].tolist(),
            found.copy_kinds[rows].tolist(),
            which.tolist(),
            strict=True,
        )
        for number, count in zip(range(low, high), np.diff(bounds).tolist(), strict=True):
            copies = [
                {
                    "article": identity,
                    "kind": _KIND_NAMES[kind],
                    "similarity": similarity,
                    "used": used,
                    "share": share,
                    "parts": parts[rendering],
                    "source": source,
                    "date": date,
                    "score": None if score != score else score,
                }
                for (identity, source, date), (similarity, used, share, score), kind, rendering in (
                    islice(columns, count)
                )
            ]
            first = copies[0] if copies and copies[0]["date"] is not None else None
            text = found.texts[number]
            yield {"id": found.ids[number], "text": text, "copies": copies, "first": first}


def _parts_of(
    found: Columns, renderings: NDArray[np.int64], numbers: NDArray[np.int64]
) -> list[list[dict[str, Any]]]:
    """The parts of each of `renderings`, int64 ascending; `numbers`, int64 (renderings), says of which statement."""
    rows, bounds = _listed(found.parts, renderings)
    numbers = np.repeat(numbers, np.diff(bounds))
    edits, ends = _edits_of(found, rows, numbers)
    columns = zip(
        found.spans[rows].tolist(),
        found.part_kinds[rows].tolist(),
        found.similarities[rows].tolist(),
        found.quoted[rows].tolist(),
        pairwise(ends),
        strict=True,
    )
    parts: list[dict[str, Any]] = [
        {
            "start": start,
            "end": end,
            "statement_start": statement_start,
            "statement_end": statement_end,
            "kind": _KIND_NAMES[kind],
            "similarity": similarity,
            "quoted": quoted,
            "edits": edits[first:last],
        }
        for (start, end, statement_start, statement_end), kind, similarity, quoted, (
            first,
            last,
        ) in columns
    ]
    return [parts[first:last] for first, last in pairwise(bounds.tolist())]


def _edits_of(
    found: Columns, parts: NDArray[np.int64], numbers: NDArray[np.int64]
) -> tuple[list[dict[str, Any]], list[int]]:
    """The edits of `parts`, int64 (parts), one after the other, and where those of each begin (parts + 1).

    `numbers`, int64 (parts), says of which statement each is.
    """
    rows, bounds = _listed(found.edits, parts)
    columns = zip(
        np.repeat(numbers, np.diff(bounds)).tolist(),
        found.changes[rows].tolist(),
        found.after_bounds[rows].tolist(),
        found.after_bounds[rows + 1].tolist(),
        strict=True,
    )
    edits: list[dict[str, Any]] = []
    for number, (start, end, after_start, after_end), low, high in columns:
        text = found.texts[number]
        before = text[start:end]
        after = found.after[low:high].decode("utf-8", "surrogatepass")
        edits.append(
            {
                "before": before,
                "after": after,
                "before_start": start,
                "before_end": end,
                "after_start": after_start,
                "after_end": after_end,
                "alters_fact": alters_fact(before, after, lead_of(text, start)),
            }
        )
    return edits, bounds.tolist()


def _listed(
    bounds: NDArray[np.int64], rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """What `rows`, int64, hold, where row r holds ``bounds[r]`` to before ``bounds[r + 1]``, int64.

    Returns:
        int64, the places of what they hold, row by row; and int64 (rows + 1), where those of each begin.
    """
    sizes = bounds[rows + 1] - bounds[rows]
    begins = np.concatenate(([0], np.cumsum(sizes)))
    return np.arange(begins[-1]) + np.repeat(bounds[rows] - begins[:-1], sizes), begins


def _statement(record: dict[str, Any]) -> Statement:
    parts: dict[int, tuple[Part, ...]] = {}  # equal articles share theirs
    copies = []
    for copy in record["copies"]:
        mine = parts.setdefault(id(copy["parts"]), tuple(map(_part, copy["parts"])))
        copies.append(Copy(**{**copy, "kind": Kind(copy["kind"]), "parts": mine}))
    return Statement(record["id"], record["text"], tuple(copies), first_of(copies))


def _part(record: dict[str, Any]) -> Part:
    edits = tuple(Edit(**edit) for edit in record["edits"])
    return Part(**{**record, "kind": Kind(record["kind"]), "edits": edits})


def order_of(
    copies: NDArray[np.int64], texts: Sequence[str], ids: Sequence[str]
) -> NDArray[np.int64]:
    """Statements with the most copies first, then the longer text, then the id: int64."""
    lengths = np.array([len(text) for text in texts], np.int64)
    return np.lexsort((np.array(ids, dtype="U16"), -lengths, -copies))


def first_of(copies: Sequence[Copy]) -> Copy | None:
    """The earliest dated of copies that stand by date, or None."""
    return copies[0] if copies and copies[0].date is not None else None
