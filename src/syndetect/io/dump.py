"""`Dump`: articles of large files that stay where they are.

Only ids, outlets and dates are held in memory. Texts are read in blocks, whenever they are
needed; a file that has changed in between is an error.
"""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.errors import ReadError
from syndetect.io.articles import (
    Articles,
    Block,
    Dated,
    Format,
    Id,
    check_ids,
    from_articles,
    from_mapping,
    require_columns,
)
from syndetect.io.columns import joined
from syndetect.io.tables import from_table
from syndetect.threads import stream

ROWS = 4096  # rows that are read at once of a row group that is larger than
GROUP = 1 << 26  # bytes; of smaller ones, several are read at a time, each as a whole
AHEAD = 2  # row groups that are read before they are needed
LINES = 1 << 23  # bytes of JSON lines that are read at once
_MARK = b"\xef\xbb\xbf"  # that some programs begin a file with
Wanted = Callable[[int, int], bool]  # whether any of the rows `low` to `high` is needed
Names = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DumpFile:
    """One file of a dump: what it is called, and its size and age when it was opened."""

    path: pathlib.Path
    label: str
    kind: Format
    stamp: tuple[int, int]

    @classmethod
    def open(cls, path: pathlib.Path, label: str, kind: Format) -> DumpFile:
        """A file as it is now."""
        return cls(path, label, kind, _stamp(path))

    def check(self) -> None:
        """Raise `ReadError` when the file is no longer as it was opened."""
        if _stamp(self.path) != self.stamp:
            raise ReadError(
                f"{self.path}: it changed while it was being read: run again once it is complete"
            )

    def tables(self, names: Names, wanted: Wanted, *, whole: bool = False) -> Iterator[Any]:
        """Its rows, block by block, as Arrow tables; where nothing is wanted, only how many.

        Args:
            names: The columns that hold the fields of an article.
            wanted: Whether rows are needed.
            whole: Whether all columns are needed, or those of articles only.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.check()
        try:
            with pq.ParquetFile(self.path) as file:
                keys = None if whole else self._keys(file.schema_arrow.names, names)
                first = 0
                groups: list[tuple[int, int, int]] = []  # number, rows, bytes
                for number in range(file.num_row_groups):
                    group = file.metadata.row_group(number)
                    size = group.total_byte_size if wanted(first, first + group.num_rows) else -1
                    groups.append((number, group.num_rows, size))
                    first += group.num_rows
                if max((size for _, _, size in groups), default=0) <= GROUP:
                    yield from stream(
                        lambda group: self._group(group, file.metadata, keys), groups, AHEAD
                    )
                    groups = []
                for number, rows, size in groups:
                    if size < 0:
                        yield rows
                        continue
                    for batch in file.iter_batches(ROWS, row_groups=[number], columns=keys):
                        yield pa.Table.from_batches([batch])
        except (pa.ArrowException, OSError) as error:
            self.check()
            reason = (str(error).splitlines() or [""])[0][:160]
            raise ReadError(
                f"{self.path}: no Parquet file, or a damaged one ({reason}): get the file again"
            ) from None
        self.check()

    def _keys(self, present: list[str], names: Names) -> list[str]:
        require_columns(names, present, str(self.path))
        return [key for keys in names.values() for key in keys if key in present]

    def _group(self, group: tuple[int, int, int], metadata: Any, keys: list[str] | None) -> Any:
        """One row group, or how many rows it has where it is not wanted."""
        import pyarrow.parquet as pq

        number, rows, size = group
        if size < 0:
            return rows
        with pq.ParquetFile(self.path, metadata=metadata) as file:
            return file.read_row_group(number, columns=keys, use_threads=False)

    def lines(self) -> Iterator[tuple[int, bytes]]:
        """Its lines that are not blank, each with its number."""
        self.check()
        number, rest = 0, b""
        with self.path.open("rb") as file:
            while block := file.read(LINES):
                *complete, rest = (rest + block).split(b"\n")
                for line in complete:
                    number += 1
                    if line.strip():
                        yield number, line.removeprefix(_MARK) if number == 1 else line
        if rest.strip():
            yield number + 1, rest.removeprefix(_MARK) if number == 0 else rest
        self.check()


def _decoded(line: bytes, number: int, path: pathlib.Path) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        value = line[error.start : error.start + 1].hex()
        raise ReadError(
            f"{path}: line {number}: byte {error.start} (0x{value}) is not utf-8: "
            "name the encoding of the file (encoding=, --encoding; often cp1252 or latin-1)"
        ) from None


def _stamp(path: pathlib.Path) -> tuple[int, int]:
    with contextlib.suppress(OSError):
        found = path.stat()
        return found.st_size, found.st_mtime_ns
    raise ReadError(f"{path}: it cannot be read any more: check the path")


class Dump:
    """Articles of Parquet and JSON lines files, read when they are needed.

    Attributes:
        files: The files, in the order given.
        names: The columns that hold the fields of an article.
        passed_over: Files of the folders read that hold no articles.
    """

    def __init__(
        self,
        files: Sequence[DumpFile],
        names: Names,
        parse: Callable[[str, str], Any],
        passed_over: tuple[pathlib.Path, ...] = (),
    ) -> None:
        self.files = tuple(files)
        self.names = names
        self.passed_over = passed_over
        self._parse = parse
        self._count = 0
        self._columns: tuple[Sequence[Id], Sequence[str | None], Sequence[Dated]] | None = None

    def __len__(self) -> int:
        """How many articles; 0 while it is not known, before the first pass."""
        return self._count

    @property
    def expected(self) -> int | None:
        """How many articles there are, where files say it beforehand."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if any(file.kind != "parquet" for file in self.files):
            return None
        with contextlib.suppress(pa.ArrowException, OSError):  # told when it is read
            return sum(int(pq.read_metadata(file.path).num_rows) for file in self.files)
        return None

    def _known(self) -> tuple[Sequence[Id], Sequence[str | None], Sequence[Dated]]:
        if self._columns is None:
            for _ in self.blocks():
                pass
        assert self._columns is not None
        return self._columns

    @property
    def ids(self) -> Sequence[Id]:
        """The ids, all different."""
        return self._known()[0]

    @property
    def sources(self) -> Sequence[str | None]:
        """The outlets."""
        return self._known()[1]

    @property
    def dates(self) -> Sequence[Dated]:
        """The dates."""
        return self._known()[2]

    def blocks(self) -> Iterator[Block]:
        """The texts of all, in their order; the first pass collects ids, outlets and dates."""
        if self._columns is not None:
            for part, _ in self._parts(lambda _low, _high: True):
                yield part.data, part.offsets
            return
        ids, sources, dates, count = [], [], [], 0
        for part, _ in self._parts(lambda _low, _high: True):
            ids.append(part.ids)
            sources.append(part.sources)
            dates.append(part.dates)
            count += len(part)
            yield part.data, part.offsets
        self._columns = joined(ids or [[]]), joined(sources or [[]]), joined(dates or [[]])
        self._count = count
        check_ids(self._columns[0])

    def take(self, rows: NDArray[np.int64]) -> Iterator[Block]:
        """The texts of `rows` (ascending), from one pass over the files that hold them."""

        def wanted(low: int, high: int) -> bool:
            return bool(np.searchsorted(rows, low) < np.searchsorted(rows, high))

        for part, first in self._parts(wanted):
            begin, end = np.searchsorted(rows, (first, first + len(part)))
            yield from part.take(rows[begin:end] - first)

    def _parts(self, wanted: Wanted) -> Iterator[tuple[Articles, int]]:
        """The articles of wanted blocks, each with the number of its first row in the dump."""
        first = 0
        for file in self.files:
            begin = first

            def here(low: int, high: int, begin: int = begin) -> bool:
                return wanted(begin + low, begin + high)

            if file.kind == "parquet":
                for table in file.tables(self.names, here):
                    if isinstance(table, int):
                        first += table
                        continue
                    rows = (f"{file.label}:{first - begin + k + 1}" for k in range(table.num_rows))
                    yield from_table(table, str(file.path), self.names, rows, first - begin), first
                    first += table.num_rows
            else:
                for part in self._json_parts(file, begin, wanted):
                    yield part, first
                    first += len(part)

    def _json_parts(self, file: DumpFile, begin: int, wanted: Wanted) -> Iterator[Articles]:
        """The articles of a file of JSON lines; of those not wanted, without their texts."""
        articles: list[Any] = []
        size = 0
        for row, (number, line) in enumerate(file.lines(), start=1):
            where = f"{file.path}: line {number}"
            if wanted(begin + row - 1, begin + row):
                record = self._parse(_decoded(line, number, file.path), where)
                if row == 1:
                    require_columns(self.names, record, str(file.path))
                item = from_mapping(record, f"{file.label}:{row}", where, self.names)
            else:
                item = from_mapping({"text": ""}, row, where)
            articles.append(item)
            size += len(line)
            if size >= LINES:
                yield from_articles(articles, where=f"{file.path}: ")
                articles, size = [], 0
        if articles:
            yield from_articles(articles, where=f"{file.path}: ")
