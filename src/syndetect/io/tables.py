"""Articles from Arrow tables; their text goes to the kernels without a Python object a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from syndetect.errors import InputError, InputTypeError
from syndetect.io.articles import (
    NAMES,
    Articles,
    Dated,
    Id,
    check_ids,
    require_columns,
    text_or_none,
)
from syndetect.io.columns import Column
from syndetect.io.dates import parse_date
from syndetect.threads import spread
from syndetect.utf8 import laid_out

_CHECKED = 1 << 13  # rows of a column that one task looks through: of news, some milliseconds


def as_table(articles: object) -> Any:
    """A table of any library as an Arrow table; a single column of texts as its column `text`."""
    import pyarrow as pa

    try:
        column = pa.chunked_array(articles)
    except (pa.ArrowException, TypeError, ValueError):
        column = None
    try:
        if column is not None and not pa.types.is_struct(column.type):
            return pa.table({"text": column})
        return pa.table(articles)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputTypeError(
            f"the table cannot be read through Arrow ({reason[:160]}): "
            "let every column hold values of one type, and the text strings"
        ) from None


def from_table(
    table: Any,
    where: str = "the table",
    names: Mapping[str, tuple[str, ...]] = NAMES,
    row_ids: Iterator[Id] | None = None,
    first: int = 0,
) -> Articles:
    """Columns from an Arrow table; its text goes to the kernels without a Python object a row.

    `first` is the number of its first row in the whole, for messages.
    """
    import pyarrow as pa

    found = _found_columns(table, where, names)
    for key in filter(None, found.values()):
        _check_encoding(table.column(key), key, where, first)
    data, offsets = laid_out(_strings(table.column(found["text"]), found["text"], where))
    count = table.num_rows
    ids = _ids(table, found["id"], where, first) if found["id"] else list(row_ids or range(count))

    def texts(name: str) -> Sequence[str | None]:
        key = found[name]
        if key is None:
            return Column(pa.chunked_array([pa.nulls(count)]))
        return Column(_chunked(table.column(key)), text_or_none)

    return Articles(
        data,
        offsets,
        ids,
        texts("title"),
        texts("source"),
        _dates(table, found["date"], where, first),
        texts("url"),
        table,
    )


def _found_columns(
    table: Any, where: str, names: Mapping[str, tuple[str, ...]]
) -> dict[str, str | None]:
    """The column of the table that holds each field of an article; the text has one."""
    found = {
        name: next((k for k in keys if k in table.column_names), None)
        for name, keys in names.items()
    }
    twice = [name for name, times in Counter(table.column_names).items() if times > 1]
    if twice:
        raise InputError(f"{where}: two columns are called {twice[0]!r}: rename one")
    require_columns(names, table.column_names, where)
    if found["text"] is None:
        listed = ", ".join(map(repr, table.column_names)) or "no columns"
        raise InputError(
            f"{where}: there is no column {names['text'][0]!r} among {listed}: "
            "name the one that holds the text (text=, --text-column)"
        )
    return found


def _strings(column: Any, key: str | None, where: str) -> Any:
    """A column of texts as one Arrow array of large strings; none is an empty one."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    kinds = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_null,
    )
    if not any(check(column.type) for check in kinds):
        raise InputTypeError(
            f"{where}: column {key!r} is {column.type}, not strings: "
            "name the column that holds the text, or cast it"
        )
    text = pc.fill_null(column.cast(pa.large_string()), "")
    text = text.chunk(0) if text.num_chunks == 1 else text.combine_chunks()
    if isinstance(text, pa.ChunkedArray):
        text = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.large_string())
    return text


def _chunked(column: Any) -> Any:
    import pyarrow as pa

    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _check_encoding(column: Any, key: str, where: str, first: int) -> None:
    """Raise `InputError` when strings are none: other programs write bytes of any kind as such."""
    import pyarrow as pa

    chunks = _chunked(column).chunks
    size = _CHECKED
    if pa.types.is_dictionary(column.type):  # each piece has all of it
        size = max(map(len, chunks), default=1) or 1
    pieces = [chunk.slice(low, size) for chunk in chunks for low in range(0, len(chunk), size)]
    for piece, sound in zip(pieces, spread(_is_sound, pieces), strict=True):
        for row, value in enumerate(() if sound else piece):
            try:
                value.as_py()
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{where}: row {first + row + 1} of column {key!r} is not utf-8 "
                    f"({str(error)[:80]}): write the column again as text in utf-8"
                ) from None
        first += len(piece)


def _is_sound(piece: Any) -> bool:
    import pyarrow as pa

    try:
        piece.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _ids(table: Any, name: str, where: str, first: int) -> Sequence[Id]:
    import pyarrow as pa

    column = _chunked(table.column(name))
    known = (pa.types.is_integer, pa.types.is_string, pa.types.is_large_string)
    if any(check(column.type) for check in known) and not column.null_count:
        found: Column[Id] = Column(column)
        check_ids(found, f"{where}: ")
        return found
    ids: list[Id] = column.to_pylist()
    for row, identity in enumerate(ids):
        if isinstance(identity, bool) or not isinstance(identity, str | int):
            raise InputTypeError(
                f"{where}: row {first + row + 1} of column {name!r} is {identity!r}: "
                "give every article text or a whole number as id"
            )
    check_ids(ids, f"{where}: ")
    return ids


def _dates(table: Any, name: str | None, where: str, first: int) -> Sequence[Dated]:
    import pyarrow as pa

    if name is None:
        return Column(pa.chunked_array([pa.nulls(table.num_rows)]))
    column = _chunked(table.column(name))
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        return Column(column)
    return [
        parse_date(value, f"{where}: row {first + row + 1}")
        for row, value in enumerate(column.to_pylist())
    ]
