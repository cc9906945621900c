"""Writing the articles that are kept, with all their columns, in the format that a name says."""

from __future__ import annotations

import json
import os
import pathlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from syndetect.errors import WriteError
from syndetect.files import written
from syndetect.io.articles import Articles
from syndetect.io.read import Format, output_format
from syndetect.io.records import records_of
from syndetect.plain import plain, to_line, well_formed


def write_articles(
    articles: Articles, kept: NDArray[np.bool_], path: str | os.PathLike[str]
) -> None:
    """Write the articles that are kept to a JSON lines, CSV or Parquet file.

    Args:
        articles: What was read.
        kept: bool (articles).
        path: The file; its name says the format and, by ``.gz`` or ``.zst``, the compression.

    Raises:
        WriteError: The name says no format, or the file cannot be written.
    """
    target = pathlib.Path(path)
    kind, packing = output_format(target)
    with written(target) as file:
        if packing is None:
            _write(articles, kept, kind, file)
            return
        import pyarrow as pa

        with pa.CompressedOutputStream(pa.PythonFile(file, "w"), packing) as stream:
            _write(articles, kept, kind, stream)


def _write(
    articles: Articles, kept: NDArray[np.bool_], kind: Format, file: IO[bytes] | Any
) -> None:
    if kind == "jsonl":
        for keep, record in zip(kept.tolist(), records_of(articles), strict=True):
            if keep:
                file.write(to_line(plain(record)).encode() + b"\n")
        return
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    table = _table(articles).filter(pa.array(kept))
    try:
        if kind == "csv":
            pc.write_csv(table, file)
        else:
            pq.write_table(table, file)
    except (pa.ArrowException, UnicodeError) as error:
        raise WriteError(
            f"the articles cannot be written as {kind} ({str(error).splitlines()[0]}): "
            "give the output a name that ends in .jsonl"
        ) from None


def _table(articles: Articles) -> Any:
    """The records as an Arrow table; values of mixed types in one column become JSON."""
    import pyarrow as pa

    if isinstance(articles.records, pa.Table):
        return articles.records
    records = records_of(articles)
    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {}
    for name in names:
        values = [record.get(name) for record in records]
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowException, OverflowError, UnicodeError):
            columns[name] = pa.array([_as_text(value) for value in values], pa.string())
    return pa.table(columns)


def _as_text(value: Any) -> str | None:
    text = value if value is None or isinstance(value, str) else json.dumps(plain(value))
    return None if text is None else well_formed(text)
