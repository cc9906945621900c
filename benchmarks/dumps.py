"""Dumps of invented news of any size, with planted duplicates and statements at known places.

Every article is made from the seed and its own number alone, so that a dump of a million is made
in pieces, and its first articles do not depend on how many follow.

    python -m benchmarks.dumps dump.parquet --articles 100000

writes the dump and, beside it, ``dump.planted.parquet`` (which article carries which statement,
where, how) and ``dump.duplicates.parquet`` (which article is a changed copy of which).
"""

from __future__ import annotations

import argparse
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.compose import compose_rows
from benchmarks.words import SCRIPTS, frequencies, vocabularies

VERBATIM, PARTIAL, INTERRUPTED, SWAPPED = range(4)
KINDS = ("verbatim", "partial", "interrupted", "swapped")
SOURCES = 400
NON_LATIN = 0.04  # share of articles in each of the four other scripts together
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planted where; all arrays are drawn from the seed.

    Attributes:
        lengths: int64 (articles), words of the article's own text.
        sources: int64 (articles).
        scripts: int64 (articles), place in `SCRIPTS`.
        bases: int64 (articles), the article that it is a changed copy of, or itself.
        rates: float64 (articles), share of words changed in a changed copy.
        owners: int64 (copies), article of each planted copy, ascending.
        statements: int64 (copies).
        kinds: int64 (copies), place in `KINDS`.
        swaps: float64 (copies), share of words swapped.
        sizes: int64 (statements), words of each statement.
    """

    seed: int
    lengths: Any
    sources: Any
    scripts: Any
    bases: Any
    rates: Any
    owners: Any
    statements: Any
    kinds: Any
    swaps: Any
    sizes: Any


def plan(
    articles: int,
    seed: int,
    *,
    duplicates: float = 0.1,
    statements: float = 0.02,
    alphabets: int = len(SCRIPTS),
) -> Plan:
    """Draw a plan: shares of the number of articles, and how many of `SCRIPTS` are used."""
    rng = np.random.default_rng((seed, articles))
    rows = np.arange(articles)
    sources = rng.integers(0, SOURCES, articles)
    scripts = np.where(rng.random(articles) < NON_LATIN, rng.integers(1, alphabets, articles), 0)
    is_copy = (rng.random(articles) < duplicates) & (rows > 0)
    originals = np.flatnonzero(~is_copy)
    bases = rows.copy()
    earlier = np.searchsorted(originals, rows[is_copy])
    bases[is_copy] = originals[(rng.random(int(is_copy.sum())) * earlier).astype(np.int64)]
    scripts = scripts[bases]
    rates = np.where(is_copy & (rng.random(articles) > 0.3), rng.random(articles) * 0.08, 0.0)
    lengths = np.clip(rng.lognormal(np.log(305), 0.5, articles), 60, 4000).astype(np.int64)[bases]

    count = int(articles * statements)
    low, high = 5.0, 500.0  # copies of a statement: by a power law of exponent 2
    drawn = 1 / (1 / low - rng.random(count) * (1 / low - 1 / high))
    copies = np.minimum(drawn.astype(np.int64), max(articles // 50, 5))
    of = np.repeat(np.arange(count), copies)
    of_script = np.where(rng.random(count) < NON_LATIN, rng.integers(1, alphabets, count), 0)
    owners = np.empty(len(of), np.int64)
    for script in range(len(SCRIPTS)):
        hosts = originals[scripts[originals] == script]
        chosen = of_script[of] == script
        owners[chosen] = hosts[rng.integers(0, max(len(hosts), 1), int(chosen.sum()))]
    kinds = rng.choice(4, len(of), p=(0.35, 0.15, 0.2, 0.3))
    swaps = np.where(kinds == SWAPPED, rng.uniform(0.05, 0.25, len(of)), 0.0)
    packed, first = np.unique(owners << 32 | of, return_index=True)  # a statement once an article
    return Plan(
        seed, lengths, sources, scripts, bases, rates, packed >> 32, packed & 0xFFFFFFFF,
        kinds[first], swaps[first], rng.integers(20, 121, count),
    )  # fmt: skip


def texts(planned: Plan, low: int, high: int) -> tuple[pa.Array, Any]:
    """The texts of articles `low` to `high`, and of their planted copies the characters."""
    lines = vocabularies(planned.seed)
    return compose_rows(planned, low, high, lines, frequencies())


def _table(planned: Plan, low: int, high: int, lines: Any, words: Any) -> tuple[pa.Table, Any]:
    column, places = compose_rows(planned, low, high, lines, words)
    rows = np.arange(low, high)
    minutes = np.datetime64("2024-01-01T00:00") + (rows * 37 % 525_600).astype("timedelta64[m]")
    table = pa.table(
        {
            "id": [f"n{row:07d}" for row in rows],
            "source": [f"outlet {source:03d}" for source in planned.sources[low:high]],
            "date": pa.array(minutes.astype("datetime64[us]"), pa.timestamp("us", tz="UTC")),
            "text": column,
        }
    )
    return table, places


def write(path: Path, planned: Plan) -> None:
    """Write a dump and what is planted in it."""
    lines, words = vocabularies(planned.seed), frequencies()
    bounds = [
        (low, min(low + BATCH, len(planned.bases))) for low in range(0, len(planned.bases), BATCH)
    ]
    places = []
    with ThreadPoolExecutor(2) as pool, _Writer(path) as writer:
        for table, found in pool.map(lambda pair: _table(planned, *pair, lines, words), bounds):
            writer.write(table)
            places.append(found)
    starts, ends = np.concatenate(places, axis=1)
    planted = pa.table(
        {
            "article": planned.owners,
            "statement": planned.statements,
            "start": starts,
            "end": ends,
            "kind": [KINDS[kind] for kind in planned.kinds],
            "swapped": planned.swaps,
        }
    )
    pq.write_table(planted, path.with_suffix(".planted.parquet"))
    copies = np.flatnonzero(planned.bases != np.arange(len(planned.bases)))
    pq.write_table(
        pa.table({"article": copies, "base": planned.bases[copies], "rate": planned.rates[copies]}),
        path.with_suffix(".duplicates.parquet"),
    )


class _Writer:
    """Tables to a Parquet file or to JSON lines, as the name says."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("wb")
        self.parquet: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.parquet is not None:
            self.parquet.close()
        self.file.close()

    def write(self, table: pa.Table) -> None:
        if self.path.suffix == ".parquet":
            self.parquet = self.parquet or pq.ParquetWriter(self.file, table.schema)
            self.parquet.write_table(table)
            return
        for row in table.to_pylist():
            row["date"] = row["date"].isoformat()
            self.file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def main() -> None:
    """Write a dump from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path, help="ends in .parquet or .jsonl")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--duplicates", type=float, default=0.1, help="share of changed copies")
    parser.add_argument("--statements", type=float, default=0.02, help="statements per article")
    options = parser.parse_args()
    write(
        options.path,
        plan(
            options.articles,
            options.seed,
            duplicates=options.duplicates,
            statements=options.statements,
        ),
    )


if __name__ == "__main__":
    main()
