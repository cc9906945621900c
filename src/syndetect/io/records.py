"""Records: the rows that articles came from, kept so that they can be written again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from syndetect.io.articles import Articles


def join_records(parts: Sequence[Articles]) -> Any:
    """The records of several files: one table where all are alike, else mappings."""
    import pyarrow as pa

    tables = [part.records for part in parts]
    if (
        all(isinstance(table, pa.Table) for table in tables)
        and len({t.schema for t in tables}) == 1
    ):
        return tables[0] if len(tables) == 1 else pa.concat_tables(tables)
    return [record for part in parts for record in records_of(part)]


def records_of(articles: Articles) -> list[dict[str, Any]]:
    """One mapping an article: its row as it was read, or its own fields where set."""
    if isinstance(articles.records, list):
        return articles.records
    if articles.records is not None:
        rows: list[dict[str, Any]] = articles.records.to_pylist()
        return rows
    fields = ("title", "source", "date", "url")
    return [
        {"id": a.id, "text": a.text, **{f: v for f in fields if (v := getattr(a, f)) is not None}}
        for a in articles
    ]
