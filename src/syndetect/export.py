"""Results as Arrow tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from syndetect.plain import plain, well_formed

if TYPE_CHECKING:
    from syndetect.results import Detection

_EDIT = pa.struct(
    [
        ("before", pa.string()),
        ("after", pa.string()),
        ("before_start", pa.int64()),
        ("before_end", pa.int64()),
        ("after_start", pa.int64()),
        ("after_end", pa.int64()),
    ]
)


def _held(value: Any) -> Any:
    """A value that Arrow can hold: lone surrogates as their escapes."""
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, list):
        return [{key: _held(item) for key, item in edit.items()} for edit in value]
    return value


def detection_table(found: Detection) -> pa.Table:
    """One row a part; see `Detection.to_arrow`."""
    rows: list[dict[str, Any]] = [
        {
            "statement": statement.id,
            "article": copy.article,
            "source": copy.source,
            "date": plain(copy.date),
            "copy_kind": copy.kind,
            "copy_similarity": copy.similarity,
            "used": copy.used,
            "share": copy.share,
            **plain(asdict(part)),
        }
        for statement in found.statements
        for copy in statement.copies
        for part in copy.parts
    ]
    numbered = all(
        isinstance(row["article"], int) and abs(row["article"]) < 1 << 63 for row in rows
    )
    rows = [{key: _held(value) for key, value in row.items()} for row in rows]
    if not numbered:
        rows = [{**row, "article": str(row["article"])} for row in rows]
    schema = pa.schema(
        [
            ("statement", pa.string()),
            ("article", pa.int64() if numbered and rows else pa.string()),
            ("source", pa.string()),
            ("date", pa.string()),
            ("copy_kind", pa.string()),
            ("copy_similarity", pa.float64()),
            ("used", pa.float64()),
            ("share", pa.float64()),
            ("start", pa.int64()),
            ("end", pa.int64()),
            ("statement_start", pa.int64()),
            ("statement_end", pa.int64()),
            ("kind", pa.string()),
            ("similarity", pa.float64()),
            ("quoted", pa.bool_()),
            ("edits", pa.list_(_EDIT)),
        ],
        metadata={"syndetect.settings": found.settings.fingerprint()},
    )
    return pa.Table.from_pylist(rows, schema=schema)
