"""`gather`: whatever holds articles becomes columns, checked once, here."""

from __future__ import annotations

import pathlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date as Date
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, overload

import numpy as np
from numpy.typing import NDArray

from syndetect.errors import InputError, InputTypeError
from syndetect.io.columns import Column, taken
from syndetect.io.dates import parse_date
from syndetect.model import Article
from syndetect.utf8 import encoded

if TYPE_CHECKING:
    from syndetect.io.dump import Dump

# The names under which each field is sought in mappings and tables, the first one found wins.
NAMES: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "text": ("text", "body", "content"),
    "title": ("title", "headline"),
    "source": ("source", "outlet", "publisher"),
    "date": ("date", "published", "published_at"),
    "url": ("url", "link"),
}
Format = Literal["text", "jsonl", "csv", "parquet"]
Id = str | int
Dated = Date | datetime | None
Block = tuple[NDArray[np.uint8], NDArray[np.int64]]  # texts: bytes end to end, where each begins

_TAKEN = 512  # texts encoded or copied at once: with 256 or 1024, two threads took 3% longer


class Texts(Protocol):
    """Articles in memory (`Articles`, `Listed`) or in files that stay where they are (`Dump`)."""

    @property
    def ids(self) -> Sequence[Id]:
        """The ids, all different."""
        ...

    @property
    def sources(self) -> Sequence[str | None]:
        """The outlets."""
        ...

    @property
    def dates(self) -> Sequence[Dated]:
        """The dates."""
        ...

    @property
    def expected(self) -> int | None:
        """How many articles there are, as far as that is known before the first pass."""
        ...

    def __len__(self) -> int: ...
    def blocks(self) -> Iterator[Block]:
        """The texts of all, in their order; ids, sources and dates stand after the first pass."""
        ...

    def take(self, rows: NDArray[np.int64]) -> Iterator[Block]:
        """The texts of `rows` (ascending), in their order, some at a time."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Articles(Sequence[Article]):
    """Articles as columns; also a sequence of `Article` for whoever wants to look at them.

    Attributes:
        data: uint8, the UTF-8 bytes of all texts end to end.
        offsets: int64 (articles + 1), where each text begins in `data`.
        ids: The ids, all different.
        titles: The headlines.
        sources: The outlets.
        dates: The dates.
        urls: The addresses.
        records: What was read, row by row, with all its columns: an Arrow table, or mappings.
        passed_over: Files of the folders read that hold no articles.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    ids: Sequence[Id]
    titles: Sequence[str | None]
    sources: Sequence[str | None]
    dates: Sequence[Dated]
    urls: Sequence[str | None]
    records: Any = None
    passed_over: tuple[pathlib.Path, ...] = field(default=())

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @overload
    def __getitem__(self, index: int) -> Article: ...
    @overload
    def __getitem__(self, index: slice) -> list[Article]: ...
    def __getitem__(self, index: int | slice) -> Article | list[Article]:
        if isinstance(index, slice):
            return [self[row] for row in range(*index.indices(len(self)))]
        row = range(len(self))[index]
        return Article(
            self.ids[row],
            self.data[self.offsets[row] : self.offsets[row + 1]]
            .tobytes()
            .decode("utf-8", "surrogatepass"),
            self.titles[row],
            self.sources[row],
            self.dates[row],
            self.urls[row],
        )

    def __repr__(self) -> str:
        return f"<{len(self)} articles, {len(self.data):,} bytes of text>"

    @property
    def expected(self) -> int:
        """How many articles there are."""
        return len(self)

    def without_texts(self) -> Articles:
        """Ids, outlets and dates alone, so that the texts can be let go."""
        none = np.zeros(len(self.offsets), dtype=np.int64)
        return replace(self, data=np.empty(0, np.uint8), offsets=none, records=None)

    def blocks(self) -> Iterator[Block]:
        """The texts, in their order: here all at once."""
        yield self.data, self.offsets

    def take(self, rows: NDArray[np.int64]) -> Iterator[Block]:
        """The texts of `rows`, in their order, some at a time."""
        for low in range(0, len(rows), _TAKEN):
            some = rows[low : low + _TAKEN]
            starts, ends = self.offsets[some], self.offsets[some + 1]
            pieces = [self.data[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
            yield np.concatenate(pieces), np.concatenate(([0], np.cumsum(ends - starts)))


def headers(articles: Texts, rows: NDArray[np.int64]) -> list[tuple[Id, str | None, Dated]]:
    """Ids, outlets and dates of some articles."""
    columns = (taken(column, rows) for column in (articles.ids, articles.sources, articles.dates))
    return list(zip(*columns, strict=True))


def gather(articles: object) -> Articles:
    """All articles in memory; see `collect`."""
    found = collect(articles)
    if isinstance(found, Articles):
        return found
    if isinstance(found, Listed):
        return found.articles()
    from syndetect.io import read

    kinds: set[Format] = {file.kind for file in found.files}
    kind = kinds.pop() if len(kinds) == 1 else None  # else their names say it
    return read.read_articles([file.path for file in found.files], kind, names=found.names)


def collect(articles: object) -> Articles | Listed | Dump:
    """Columns from an iterable of texts, `Article`s or mappings, a table, or paths.

    Raises:
        InputTypeError: It is none of these, or an article of it is not.
        InputError: Two articles have one id, or a value cannot be used.
        ReadError: A path cannot be read.
    """
    from syndetect.io import read, tables  # readers make columns too: they know each other
    from syndetect.io.dump import Dump

    if isinstance(articles, Articles | Listed | Dump):
        return articles
    if isinstance(articles, str | bytes):
        raise InputTypeError(
            f"articles is one {type(articles).__name__}, but many articles are expected: give a list "
            "of texts, or pathlib.Path(...) for a file or folder"
        )
    if isinstance(articles, pathlib.PurePath):
        return read.open_articles([articles])
    if hasattr(articles, "__arrow_c_stream__"):
        return tables.from_table(tables.as_table(articles))
    if isinstance(articles, Mapping) or not isinstance(articles, Iterable):
        raise InputTypeError(
            f"articles is a {type(articles).__name__}: give an iterable of texts, Articles or "
            "mappings with a 'text' key, a table, or a path"
        )
    given = list(articles)
    if given and all(isinstance(item, pathlib.PurePath) for item in given):
        return read.open_articles(given)
    if set(map(type, given)) <= {str}:
        return Listed(given)
    return from_articles(_article(item, place) for place, item in enumerate(given))


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A list of texts, which are encoded when they are needed; they are called by their position.

    Attributes:
        texts: The texts.
    """

    texts: Sequence[str]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def expected(self) -> int:
        """How many articles there are."""
        return len(self)

    @property
    def ids(self) -> Sequence[Id]:
        """Their positions."""
        return range(len(self))

    @property
    def sources(self) -> Sequence[str | None]:
        """None throughout."""
        return _nothing(len(self))

    @property
    def dates(self) -> Sequence[Dated]:
        """None throughout."""
        return _nothing(len(self))

    def blocks(self) -> Iterator[Block]:
        """The texts, in their order, some at a time."""
        for low in range(0, len(self), _TAKEN):
            yield encoded(self.texts[low : low + _TAKEN])

    def take(self, rows: NDArray[np.int64]) -> Iterator[Block]:
        """The texts of `rows`, in their order, some at a time."""
        for low in range(0, len(rows), _TAKEN):
            some: list[int] = rows[low : low + _TAKEN].tolist()
            yield encoded([self.texts[row] for row in some])

    def articles(self) -> Articles:
        """The same with all texts encoded."""
        none = _nothing(len(self))
        return Articles(*encoded(self.texts), self.ids, none, none, none, none)


def _nothing(count: int) -> Column[Any]:
    """A column without values."""
    import pyarrow as pa

    return Column(pa.chunked_array([pa.nulls(count)]))


def _article(item: object, place: int) -> Article:
    """One article from a text, an `Article` or a mapping."""
    if isinstance(item, Article):
        return item
    if isinstance(item, str):
        return Article(place, item)
    if isinstance(item, Mapping):
        return from_mapping(item, place, f"article {place}")
    hint = " (a path among texts; give paths alone)" if isinstance(item, pathlib.PurePath) else ""
    raise InputTypeError(
        f"article {place} is {type(item).__name__}{hint}: give str, Article or a mapping with a 'text' key"
    )


def from_mapping(
    item: Mapping[Any, Any],
    default_id: Id,
    where: str,
    names: Mapping[str, tuple[str, ...]] = NAMES,
) -> Article:
    """An article from a mapping; `where` says in errors what is being read."""
    found = {name: next((key for key in keys if key in item), None) for name, keys in names.items()}
    if found["text"] is None:
        listed = ", ".join(map(repr, list(item)[:12])) or "nothing"
        raise InputError(
            f"{where}: there is no {names['text'][0]!r} among {listed}: name the one that holds the text (text=, --text-column)"
        )
    values = {
        name: None if key is None or _is_missing(item[key]) else item[key]
        for name, key in found.items()
    }
    text = "" if values["text"] is None else values["text"]
    if not isinstance(text, str):
        raise InputTypeError(
            f"{where}: {found['text']!r} is {type(text).__name__} ({str(text)[:40]!r}), not a string: "
            "give the text of the article, or '' for none"
        )
    identity = default_id if values["id"] is None else values["id"]
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        raise InputTypeError(
            f"{where}: its id is {identity!r} ({type(identity).__name__}): give text or a whole number"
        )
    return Article(
        identity,
        text,
        text_or_none(values["title"]),
        text_or_none(values["source"]),
        parse_date(values["date"], where),
        text_or_none(values["url"]),
    )


def _is_missing(value: object) -> bool:
    """Whether a value is none: None, or what tables put for it (NaN, NaT)."""
    return value is None or bool(value != value)


def text_or_none(value: object) -> str | None:
    """Text of any value, None where there is nothing."""
    return None if _is_missing(value) or value == "" else str(value)


def require_columns(
    names: Mapping[str, tuple[str, ...]], present: Collection[str], where: str
) -> None:
    """Raise `InputError` when a column that was named is not there."""
    for field_name, keys in names.items():
        if keys != NAMES[field_name] and keys != ("",) and keys[0] not in present:
            listed = ", ".join(map(repr, list(present)[:20])) or "nothing"
            raise InputError(
                f"{where}: there is no column {keys[0]!r} among {listed}: "
                f"check the name given for {field_name} ({field_name}=, --{field_name}-column)"
            )


def from_articles(articles: Iterable[Article], records: Any = None, where: str = "") -> Articles:
    """Columns from articles; `where` may name what is read."""
    given = list(articles)
    encoded = [article.text.encode("utf-8", "surrogatepass") for article in given]
    offsets = np.zeros(len(given) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    ids = [article.id for article in given]
    check_ids(ids, where)
    return Articles(
        np.frombuffer(b"".join(encoded), dtype=np.uint8),
        offsets,
        ids,
        [article.title for article in given],
        [article.source for article in given],
        [parse_date(article.date, f"article {article.id!r}") for article in given],
        [article.url for article in given],
        records,
    )


def check_ids(ids: Sequence[Id], where: str = "") -> None:
    """Raise `InputError` when two articles have one id; `where` may name what is read."""
    if isinstance(ids, Column) and len(ids.array.unique()) == len(ids):
        return
    ids = list(ids)
    if len(set(ids)) < len(ids):
        identity, times = next((key, n) for key, n in Counter(ids).items() if n > 1)
        places = [place for place, other in enumerate(ids) if other == identity]
        raise InputError(
            f"{where}{times} articles have the id {identity!r} (the first two are number "
            f"{places[0] + 1} and {places[1] + 1} of {len(ids)}): give every article an id of its own, or none at all"
        )
