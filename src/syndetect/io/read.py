"""`read`: articles from text folders, JSON lines, CSV and Parquet, plain or compressed."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import os
import pathlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from syndetect.errors import InputError, InputTypeError, ReadError, WriteError
from syndetect.io.articles import (
    NAMES,
    Articles,
    Format,
    check_ids,
    from_articles,
    from_mapping,
    require_columns,
)
from syndetect.io.dump import Dump, DumpFile
from syndetect.io.tables import from_table
from syndetect.model import Article
from syndetect.threads import spread

_FORMATS: dict[str, Format] = {
    ".txt": "text", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl",
    ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
}  # fmt: skip
_PACKED = {".gz": "gzip", ".zst": "zstd"}
_MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
STDIN = "-"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
LARGE = 1 << 26  # bytes of files that are left on disk and read block by block


def read(
    path: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    format: Format | None = None,
    encoding: str = "utf-8",
    text: str | None = None,
    id: str | None = None,
    title: str | None = None,
    source: str | None = None,
    date: str | None = None,
    url: str | None = None,
) -> Sequence[Article]:
    """Read articles from files and folders.

    A folder gives its ``.txt`` files (and those of its subfolders), each one article with its
    name as id; a folder without any gives the JSON lines, CSV and Parquet files in it. Files
    may end in ``.gz`` or ``.zst``. Rows without an id are called ``file:row``, counted from 1.

    Args:
        path: A file, a folder, ``"-"`` for standard input, or several of these.
        format: ``"text"``, ``"jsonl"``, ``"csv"`` or ``"parquet"``; by default what the name
            says, and JSON lines on standard input.
        encoding: Of text, JSON lines and CSV.
        text: The column that holds the text; by default ``text``, ``body`` or ``content``.
        id: The column of ids; by default ``id``.
        title: The column of headlines; by default ``title`` or ``headline``.
        source: The column of outlets; by default ``source``, ``outlet`` or ``publisher``.
        date: The column of dates; by default ``date``, ``published`` or ``published_at``;
            ``""`` leaves dates out.
        url: The column of addresses; by default ``url`` or ``link``.

    Returns:
        The articles, held as columns: a sequence that `detect` and `dedupe` take as it is.

    Raises:
        ReadError: A file is missing, damaged, or not what its name says (with the line or byte).
        InputError: A column is missing, an id is not unique, or a date cannot be read.

    Examples:
        >>> articles = read("seeds")
        >>> len(articles), articles[0].id
        (5, '000_f25b2ac058202262.txt')
    """
    if not isinstance(path, str | os.PathLike | Iterable):
        raise InputTypeError(f"path is a {type(path).__name__}: give a path, or several")
    given = [path] if isinstance(path, str | os.PathLike) else list(path)
    names = column_names(text=text, id=id, title=title, source=source, date=date, url=url)
    return read_articles(given, format, encoding, names)


def column_names(**chosen: str | None) -> dict[str, tuple[str, ...]]:
    """Under which names each field is sought, of which some may be chosen."""
    return {key: (name,) if (name := chosen.get(key)) is not None else NAMES[key] for key in NAMES}


def read_articles(
    given: Sequence[str | os.PathLike[str]],
    format: Format | None = None,
    encoding: str = "utf-8",
    names: Mapping[str, tuple[str, ...]] = NAMES,
) -> Articles:
    """The articles of several paths as columns; see `read`."""
    passed_over: list[pathlib.Path] = []
    files = _listed(given, format, encoding, passed_over)
    texts = [(file, label) for file, label, kind in files if kind == "text"]
    parts = [_read_rows(*file, encoding, names) for file in files if file[2] != "text"]
    if texts:
        articles = [Article(label, _decode(_bytes(file), encoding, file)) for file, label in texts]
        parts.insert(0, from_articles(articles))
    return _together(parts, tuple(passed_over))


def open_articles(
    given: Sequence[str | os.PathLike[str]],
    format: Format | None = None,
    encoding: str = "utf-8",
    names: Mapping[str, tuple[str, ...]] = NAMES,
) -> Articles | Dump:
    """The same, but large files of Parquet and JSON lines are left where they are."""
    passed_over: list[pathlib.Path] = []
    files = _listed(given, format, encoding, passed_over)
    if encoding.lower() in ("utf-8", "utf8") and all(_can_stay(*file) for file in files):
        size = sum(file.stat().st_size for file, _, _ in files)
        if size >= LARGE:
            opened = [DumpFile.open(file, label, kind) for file, label, kind in files]
            return Dump(opened, names, _parse_object, tuple(passed_over))
    return read_articles(given, format, encoding, names)


def _can_stay(file: pathlib.Path, _label: str, kind: Format) -> bool:
    """Whether a file can be read block by block, as often as is needed."""
    if not file.is_file() or _suffixes(file)[1] or kind not in ("parquet", "jsonl"):
        return False
    if kind == "parquet":
        return True
    with contextlib.suppress(OSError), file.open("rb") as stream:
        return not stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"[", *_UTF16))
    return False


def _listed(
    given: Sequence[str | os.PathLike[str]],
    format: Format | None,
    encoding: str,
    passed_over: list[pathlib.Path],
) -> list[tuple[pathlib.Path, str, Format]]:
    """The files of the paths, each with its label and format."""
    if format is not None and format not in _FORMATS.values():
        raise InputError(f"format is {format!r}: give 'text', 'jsonl', 'csv' or 'parquet'")
    try:
        "a".encode(encoding)
    except (LookupError, UnicodeError, TypeError):
        raise InputError(f"encoding {encoding!r} is not known: give one like 'utf-8'") from None
    files = [found for item in given for found in _files(item, format, passed_over)]
    if not files:
        raise ReadError(
            "there is no path to read: give a file, a folder, or '-' for standard input"
        )
    labels = _labels([label for _, label in files], [file for file, _ in files])
    return [
        (file, label, format or _format_of(file))
        for (file, _), label in zip(files, labels, strict=True)
    ]


def _suffixes(file: pathlib.Path) -> tuple[str, str | None]:
    """The lower-case suffix that tells the format, and the compression."""
    packing = _PACKED.get(file.suffix.lower())
    return (pathlib.Path(file.stem) if packing else file).suffix.lower(), packing


def _format_of(file: pathlib.Path) -> Format:
    if str(file) == STDIN:
        return "jsonl"
    suffix, _ = _suffixes(file)
    if suffix not in _FORMATS:
        raise ReadError(
            f"{file}: the name does not tell the format: rename it to .txt, .jsonl, .csv or "
            ".parquet (.gz and .zst may follow), or say the format"
        )
    return _FORMATS[suffix]


def output_format(file: pathlib.Path) -> tuple[Format, str | None]:
    """The format and compression that the name of an output says.

    Raises:
        WriteError: It says none, or text.
    """
    suffix, packing = _suffixes(file)
    kind = _FORMATS.get(suffix)
    if kind is None or kind == "text":
        raise WriteError(
            f"{file}: the name does not tell the format: let it end in .jsonl, .csv or .parquet"
        )
    return kind, packing


def _files(
    item: str | os.PathLike[str], format: Format | None, passed_over: list[pathlib.Path]
) -> Iterator[tuple[pathlib.Path, str]]:
    """The files that a path stands for, each with its label."""
    path = pathlib.Path(item)
    if str(path) == STDIN or path.is_file():
        yield path, "stdin" if str(path) == STDIN else path.name
        return
    if not path.is_dir():
        if path.exists():
            yield path, path.name  # a pipe or device
            return
        raise ReadError(f"{path}: there is no such file or folder: check the path")
    inside = sorted(file for file in path.rglob("*") if file.is_file())
    chosen = [file for file in inside if _suffixes(file)[0] == ".txt" or format == "text"]
    if not chosen:
        wanted = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
        chosen = [file for file in inside if _suffixes(file)[0] in wanted]
    if not chosen:
        raise ReadError(
            f"{path}: the folder holds no articles ({len(inside)} other files): "
            "give a folder of .txt, .jsonl, .csv or .parquet files"
        )
    passed_over += sorted(set(inside) - set(chosen))
    for file in chosen:
        yield file, file.relative_to(path).as_posix()


def _labels(labels: list[str], files: list[pathlib.Path]) -> list[str]:
    """The labels, or the whole paths where two labels are the same."""
    twice = {label for label, times in Counter(labels).items() if times > 1}
    return [
        str(file) if label in twice else label for label, file in zip(labels, files, strict=True)
    ]


def _bytes(file: pathlib.Path) -> bytes:
    """The content of a file, unpacked; a packed file that ends early is an error."""
    import pyarrow as pa

    _, packing = _suffixes(file)
    try:
        data = b"" if str(file) == STDIN else file.read_bytes()
        if str(file) == STDIN:  # piece by piece: Ctrl-C is noticed in between
            data = b"".join(iter(lambda: os.read(0, 1 << 20), b""))  # no name says how it is packed
            packing = next((name for magic, name in _MAGIC.items() if data.startswith(magic)), None)
        if packing is None:
            return data
        with pa.CompressedInputStream(pa.BufferReader(data), packing) as stream:
            return bytes(stream.read())
    except OSError as error:
        what = f"the {packing} data is damaged or cut off" if packing else "it cannot be read"
        raise ReadError(f"{file}: {what} ({_first_line(error)}): get the file again") from None


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _decode(data: bytes, encoding: str, file: pathlib.Path) -> str:
    if data[:2] in _UTF16:  # the mark that UTF-16 files begin with
        encoding = "utf-16"
    try:
        return data.decode("utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding)
    except UnicodeDecodeError as error:
        value = data[error.start : error.start + 1].hex()
        raise ReadError(
            f"{file}: byte {error.start} (0x{value}) is not {encoding}: "
            "name the encoding of the file (encoding=, --encoding; often cp1252 or latin-1)"
        ) from None


def _read_rows(
    file: pathlib.Path,
    label: str,
    kind: Format,
    encoding: str,
    names: Mapping[str, tuple[str, ...]],
) -> Articles:
    rows = (f"{label}:{row}" for row in itertools.count(1))
    if kind == "jsonl":
        records = list(_json_records(file, encoding))
        present = {key: None for record, _ in records for key in record}
        if records:
            require_columns(names, present, str(file))
        articles = [from_mapping(record, next(rows), where, names) for record, where in records]
        return from_articles(articles, [record for record, _ in records], f"{file}: ")
    table = _csv_table(file, encoding) if kind == "csv" else _parquet_table(file)
    return from_table(table, str(file), names, itertools.islice(rows, table.num_rows))


def _json_records(file: pathlib.Path, encoding: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a file of JSON lines (or of one JSON array), each with where it stands."""
    text = _decode(_bytes(file), encoding, file)
    if text.lstrip()[:1] == "[":
        parsed = _parse_json(text, str(file))
        items = [(item, f"{file}: item {place}") for place, item in enumerate(parsed, start=1)]
    else:
        lines = enumerate(text.split("\n"), start=1)
        items = [
            (_parse_json(line, f"{file}: line {number}"), f"{file}: line {number}")
            for number, line in lines
            if line.strip()
        ]
    for item, where in items:
        yield _object(item, where), where


def _object(item: Any, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise InputTypeError(f"{where}: it is no JSON object: write one object a line")
    return item


def _parse_object(line: str, where: str) -> dict[str, Any]:
    return _object(_parse_json(line, where), where)


def _parse_json(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = "mend or drop it"
        if where.startswith("-: line 1"):
            hint += ", or say what stdin holds (--input-format text, csv or parquet)"
        raise ReadError(f"{where}: broken JSON ({_first_line(error)}): {hint}") from None


def _csv_table(file: pathlib.Path, encoding: str) -> Any:
    import pyarrow as pa
    import pyarrow.csv as pc

    text = _decode(_bytes(file), encoding, file).replace("\r\n", "\n").replace("\r", "\n")
    head = text[: 1 << 16].split("\n", 1)[0]
    delimiter = max(",;\t", key=lambda mark: (head.count(mark), mark == ","))
    try:
        header = next(csv.reader(io.StringIO(text[: 1 << 16]), delimiter=delimiter), [])
    except csv.Error as error:
        raise ReadError(f"{file}: broken CSV ({_first_line(error)}): mend the first line") from None
    if not header:
        raise ReadError(f"{file}: the CSV file is empty: give one with a line of column names")
    try:
        return pc.read_csv(
            pa.BufferReader(text.encode("utf-8", "surrogatepass")),
            read_options=pc.ReadOptions(
                block_size=max(1 << 20, 2 * len(text.encode())) if len(text) < 1 << 28 else 1 << 28
            ),
            parse_options=pc.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(header, pa.large_string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowException, OSError) as error:
        raise ReadError(f"{file}: broken CSV ({_first_line(error)}): mend the row") from None


def _parquet_table(file: pathlib.Path) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if str(file) == STDIN or _suffixes(file)[1]:
            return pq.read_table(pa.BufferReader(_bytes(file)))
        count = pq.ParquetFile(str(file)).num_row_groups
        step = max(count // 64, 1)
        groups = [range(low, min(low + step, count)) for low in range(0, max(count, 1), step)]
        return pa.concat_tables(
            spread(lambda some: pq.ParquetFile(str(file)).read_row_groups(some), groups)
        )
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(
            f"{file}: no Parquet file, or a damaged one ({_first_line(error)}): get the file again"
        ) from None


def _together(parts: list[Articles], passed_over: tuple[pathlib.Path, ...]) -> Articles:
    """The articles of several files as one."""
    import numpy as np

    from syndetect.io.columns import joined
    from syndetect.io.records import join_records

    ids = joined([part.ids for part in parts])
    check_ids(ids)
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    return Articles(
        parts[0].data if len(parts) == 1 else np.concatenate([part.data for part in parts]),
        np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        ids,
        joined([part.titles for part in parts]),
        joined([part.sources for part in parts]),
        joined([part.dates for part in parts]),
        joined([part.urls for part in parts]),
        join_records(parts),
        passed_over,
    )
