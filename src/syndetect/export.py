"""Results as Arrow tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from syndetect.plain import plain, well_formed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from syndetect.results import Detection, Duplicates

_EDIT = pa.struct(
    [
        ("before", pa.string()),
        ("after", pa.string()),
        ("before_start", pa.int64()),
        ("before_end", pa.int64()),
        ("after_start", pa.int64()),
        ("after_end", pa.int64()),
        ("alters_fact", pa.bool_()),
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
            "score": copy.score,
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
            ("score", pa.float64()),
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


def duplicates_table(found: Duplicates) -> pa.Table:
    """One row an article; see `Duplicates.to_arrow`."""
    import numpy as np

    ids = _id_column(found.ids)
    dropped = np.flatnonzero(~found.keep)
    keepers = found.kept_for[dropped]
    keys = np.minimum(dropped, keepers) << 32 | np.maximum(dropped, keepers)
    places = np.searchsorted(found.pairs["left"] << 32 | found.pairs["right"], keys)
    jaccard = np.zeros(len(found.keep))
    jaccard[dropped] = found.pairs["jaccard"][places]
    table = pa.table(
        {
            "article": ids,
            "keep": found.keep,
            "kept_for": ids.take(pa.array(found.kept_for)),
            "jaccard": pa.array(jaccard, mask=found.keep),
        }
    )
    return table.replace_schema_metadata(
        {"threshold": repr(found.threshold), "settings": found.settings.fingerprint()}
    )


def _id_column(ids: Sequence[str | int]) -> pa.Array:
    """Ids as int64 when all are numbers that fit, else as strings."""
    array = getattr(ids, "array", None)  # a column that stands in Arrow already
    if array is not None:
        return pa.concat_arrays(array.chunks) if array.num_chunks else pa.nulls(0)
    try:
        return pa.array(ids, pa.int64())
    except (pa.ArrowException, TypeError, OverflowError):
        return pa.array([well_formed(str(identity)) for identity in ids], pa.string())
