"""Writing the articles that are kept, with all their columns, in the format that a name says."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from syndetect.errors import WriteError
from syndetect.files import written
from syndetect.io.articles import Articles, Format, gather
from syndetect.io.dump import Dump
from syndetect.io.read import output_format
from syndetect.io.records import records_of
from syndetect.plain import plain, to_line, well_formed


def write_articles(
    articles: Articles | Dump, kept: NDArray[np.bool_], path: str | os.PathLike[str]
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
    articles: Articles | Dump, kept: NDArray[np.bool_], kind: Format, file: IO[bytes] | Any
) -> None:
    """Write in one format; a dump that is in that format already is copied block by block."""
    if isinstance(articles, Articles):
        _write_all(articles, kept, kind, file)
    elif {part.kind for part in articles.files} != {kind}:
        _write_all(gather(articles), kept, kind, file)
    elif kind == "jsonl":
        lines = (line for part in articles.files for _, line in part.lines())
        for keep, line in zip(kept.tolist(), lines, strict=True):
            if keep:
                file.write(line.rstrip(b"\r") + b"\n")
    else:
        _copy_tables(articles, kept, file)


def _copy_tables(dump: Dump, kept: NDArray[np.bool_], file: IO[bytes] | Any) -> None:
    """Write the kept rows of Parquet files as one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    def wanted(_low: int, _high: int) -> bool:
        return True

    first, writer = 0, None
    with contextlib.ExitStack() as closing:
        for part in dump.files:
            for table in part.tables(dump.names, wanted, whole=True):
                rows = table.filter(pa.array(kept[first : first + table.num_rows]))
                first += table.num_rows
                if writer is None:
                    writer = closing.enter_context(pq.ParquetWriter(file, table.schema))
                try:
                    rows = rows.cast(writer.schema)
                except (pa.ArrowException, ValueError, KeyError):
                    raise WriteError(
                        f"{part.path}: its columns are not those of {dump.files[0].path}, so that the "
                        "two cannot become one table: dedupe them apart, or give the output a name "
                        "that ends in .jsonl"
                    ) from None
                writer.write_table(rows)


def _write_all(
    articles: Articles, kept: NDArray[np.bool_], kind: Format, file: IO[bytes] | Any
) -> None:
    if kind == "jsonl":
        try:
            records = records_of(articles)
        except UnicodeDecodeError as error:
            raise WriteError(
                f"the articles cannot be written as JSON lines, as a column of theirs is not utf-8 ({error}): "
                "give the output a name that ends in .parquet"
            ) from None
        for keep, record in zip(kept.tolist(), records, strict=True):
            if keep:
                file.write(to_line(record) + b"\n")
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
