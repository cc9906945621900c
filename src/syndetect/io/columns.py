"""Columns that stay in Arrow: a Python value is made only when one is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


def _same(value: Any) -> Any:
    return value


class Column(Sequence[T], Generic[T]):
    """An Arrow column as a sequence of Python values.

    Attributes:
        array: The Arrow column, chunked.
        convert: What makes of the value that Arrow gives the one that is meant.
    """

    __slots__ = ("array", "convert")

    def __init__(self, array: Any, convert: Callable[[Any], T] = _same) -> None:
        self.array = array
        self.convert = convert

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            return [self.convert(v) for v in self.array[start:stop].to_pylist()[::step]]
        return self.convert(self.array[range(len(self))[index]].as_py())

    def __iter__(self) -> Iterator[T]:
        for chunk in self.array.chunks:
            yield from map(self.convert, chunk.to_pylist())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)


def joined(parts: Sequence[Sequence[T]]) -> Sequence[T]:
    """The values of several columns as one, in Arrow where all are of one kind there."""
    import pyarrow as pa

    if len(parts) == 1:
        return parts[0]
    columns = [part for part in parts if isinstance(part, Column)]
    if columns and len(columns) == len(parts):
        kinds = {(column.array.type, column.convert) for column in columns}
        if len(kinds) == 1:
            chunks = [chunk for column in columns for chunk in column.array.chunks]
            return Column(pa.chunked_array(chunks, columns[0].array.type), columns[0].convert)
    return [value for part in parts for value in part]


def taken(values: Sequence[T], rows: NDArray[np.int64]) -> list[T]:
    """The values of some rows."""
    if not isinstance(values, Column):
        return [values[row] for row in rows.tolist()]
    import pyarrow as pa

    array, convert = values.array, values.convert
    if array.type in (pa.string_view(), pa.binary_view()):  # of which Arrow takes no rows
        array = array.cast(pa.large_string())
    some = array.take(pa.array(rows)).combine_chunks()
    if pa.types.is_dictionary(some.type):
        some = some.cast(some.type.value_type)
    if pa.types.is_string(some.type) or pa.types.is_large_string(some.type):
        return list(map(convert, some.to_numpy(zero_copy_only=False).tolist()))
    if pa.types.is_null(some.type):
        return [convert(None)] * len(rows)
    codes = some.dictionary_encode()  # many articles have one date: it is made once
    distinct = [convert(value) for value in [*codes.dictionary.to_pylist(), None]]
    return [distinct[code] for code in codes.indices.fill_null(len(distinct) - 1).to_pylist()]


def order_of_ids(ids: Sequence[str | int]) -> NDArray[np.int64]:
    """Positions of the ids by their order, numbers before text: int64 (ids)."""
    if isinstance(ids, Column):
        import pyarrow as pa

        table = pa.table({"id": ids.array, "place": np.arange(len(ids))})
        return np.asarray(table.sort_by("id")["place"], dtype=np.int64)
    keys = [id_key(identity) for identity in ids]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def id_key(identity: str | int) -> tuple[bool, int, str]:
    """What ids sort by: numbers before text."""
    return isinstance(identity, str), 0 if isinstance(identity, str) else identity, str(identity)


def numbered(values: Sequence[str | None]) -> NDArray[np.int64]:
    """A number for each value, the same for equal ones, -1 for none: int64 (values)."""
    import pyarrow as pa

    array = values.array if isinstance(values, Column) else pa.array(values, pa.string())
    if pa.types.is_null(array.type):
        return np.full(len(array), -1, np.int64)
    column = array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if column.type in (pa.string_view(), pa.binary_view()):
        column = column.cast(pa.large_string())
    codes = column.combine_chunks().dictionary_encode().indices
    return np.asarray(codes.fill_null(-1), dtype=np.int64)
