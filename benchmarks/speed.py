"""Whole runs: peers side by side, growth to a million articles, hard cases, one core and two.

    python -m benchmarks.speed build/benchmarks --million

Each run is a process of its own. Runs of different peers follow one another round by round, so
that a machine that is busy for a while is busy for all of them; medians are reported. What was
measured goes to ``results.json``; ``python -m benchmarks.report`` makes the tables and the figure.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import dumps, limits, peers
from benchmarks.words import SCRIPTS

PEERS = ("datasketch", "rensa", "gaoya", "FastSketchLSH")
GROWTH = (25_000, 50_000, 100_000, 200_000, 400_000, 1_000_000)


def dump(folder: Path, articles: int, name: str = "dump", **options: Any) -> Path:
    """A dump of so many articles, made once."""
    path = folder / f"{name}-{articles}.parquet"
    if not path.exists():
        dumps.write(path, dumps.plan(articles, 1, **options))
    return path


def _peer(work: str, peer: str, path: Path, articles: int, threshold: float) -> dict[str, Any]:
    between = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[1:]))"
    command = [sys.executable, "-c", between]  # a process starts with the peak of its parent
    command += [sys.executable, "-m", "benchmarks.peers", work, peer, str(path)]
    command += ["--articles", str(articles), "--threshold", str(threshold)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """One run with the median of the times of all."""
    best = dict(runs[0])
    best["seconds"] = statistics.median(run["seconds"] for run in runs)
    best["first"] = statistics.median(run["first"] for run in runs)
    best["runs"] = [round(run["seconds"], 3) for run in runs]
    return best


def compare(
    work: str, names: list[str], path: Path, articles: int, threshold: float, rounds: int
) -> list[dict[str, Any]]:
    """Peers on the same texts, round by round."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append(_peer(work, name, path, articles, threshold))
            print(json.dumps(found[name][-1]), file=sys.stderr, flush=True)
    rows = [_median(runs) for runs in found.values()]
    ours = next(row for row in rows if row["peer"] == "syndetect")
    if work == "dedupe":
        assert ours["recall"] >= 0.99, ours
        assert ours["wrong"] == 0, ours
    else:
        assert ours["error"] < 0.04, ours
    return rows


def command(*arguments: str) -> tuple[dict[str, float], str]:
    """Seconds and peak megabytes of the command, and what it says on stderr."""
    ours = [sys.executable, "-m", "benchmarks.watch", sys.executable, "-m", "syndetect", *arguments]
    begin = time.perf_counter()
    done = subprocess.run(ours, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begin
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr}")
    return {"seconds": seconds, **json.loads(done.stdout)}, done.stderr


def grow(folder: Path, sizes: list[int], threshold: float = 0.8) -> list[dict[str, Any]]:
    """`dedupe` from Parquet to Parquet at growing sizes."""
    rows = []
    for articles in sizes:
        path, out = dump(folder, articles), folder / "out.parquet"
        took, _ = command("dedupe", str(path), "-o", str(out), "--threshold", str(threshold))
        kept = set(pq.read_table(out, columns=["id"])["id"].to_pylist())
        texts = pq.read_table(path, columns=["text"])["text"]
        size = texts.nbytes
        due, dropped = 0, 0
        planted = pq.read_table(path.with_suffix(".duplicates.parquet")).to_pylist()
        for row in planted[:: max(len(planted) // 5000, 1)]:
            one, other = (
                set(peers.shingles(texts[row[name]].as_py())) for name in ("article", "base")
            )
            if len(one & other) >= (threshold + 0.01) * len(one | other):
                due += 1
                earlier = f"n{row['article']:07d}" in kept and f"n{row['base']:07d}" in kept
                dropped += not earlier
        assert dropped >= 0.99 * due, (dropped, due)
        rows.append(
            {
                "articles": articles,
                "bytes": size,
                **took,
                "recall": dropped / due,
                "kept": len(kept),
            }
        )
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def exponent(rows: list[dict[str, Any]]) -> float:
    """Exponent of time over articles, by least squares over logarithms."""
    x = np.log([row["articles"] for row in rows])
    return float(np.polyfit(x, np.log([row["seconds"] for row in rows]), 1)[0])


def grow_detect(folder: Path, sizes: list[int]) -> list[dict[str, Any]]:
    """`detect` from Parquet at growing sizes, and how much of what was planted it finds."""
    command(
        "detect", str(dump(folder, 5000)), "-o", str(folder / "out.jsonl")
    )  # compiles, uncounted
    rows = []
    for articles in sizes:
        path, out = dump(folder, articles), folder / "out.jsonl"
        took, _ = command("detect", str(path), "-o", str(out))
        recall = found_of_planted(path, out)
        texts = pq.read_table(path, columns=["text"])["text"]
        rows.append(
            {
                "articles": articles,
                "bytes": texts.nbytes,
                **took,
                "recall": statistics.mean(recall.values()),
                **recall,
            }
        )
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def found_of_planted(path: Path, out: Path) -> dict[str, float]:
    """What was planted against what was found.

    Recall: of the planted copies of each kind, the share of which the statement that most copies
    of the same planted statement belong to covers half. Precision: of all copies found, the share
    whose article was given what most articles of their statement have in common: one planted
    statement, one original or the footer of one outlet.
    """
    statements: list[list[str]] = []
    parts: dict[str, list[tuple[int, list[tuple[int, int]]]]] = {}
    with out.open() as file:
        for number, line in enumerate(file):
            copies = json.loads(line)["copies"]
            statements.append([copy["article"] for copy in copies])
            for copy in copies:
                spans = [(part["start"], part["end"]) for part in copy["parts"]]
                parts.setdefault(copy["article"], []).append((number, spans))
    planted = pq.read_table(path.with_suffix(".planted.parquet")).to_pylist()
    met: dict[int, list[tuple[str, int]]] = {}  # of each planted statement: kind, found statement
    for row in planted:
        low, high, best = row["start"], row["end"], (0, -1)
        for number, spans in parts.get(f"n{row['article']:07d}", []):
            covered = sum(max(0, min(high, b) - max(low, a)) for a, b in spans)
            best = max(best, (covered, -1 - number))
        number = -1 - best[1] if 2 * best[0] >= high - low else -1
        met.setdefault(row["statement"], []).append((row["kind"], number))
    hits: dict[str, list[bool]] = {kind: [] for kind in dumps.KINDS}
    for copies in met.values():
        numbers = [number for _, number in copies if number >= 0]
        most = statistics.mode(numbers) if numbers else -2
        for kind, number in copies if len(copies) > 1 else []:
            hits[kind].append(number == most)
    recall = {kind: statistics.mean(found) for kind, found in hits.items()}
    whole = statistics.mean(hit for kind in dumps.KINDS[:3] for hit in hits[kind])
    return {**recall, "whole": whole, "precision": _precision(path, planted, statements)}


def _precision(path: Path, planted: list[dict[str, Any]], statements: list[list[str]]) -> float:
    """The share of copies whose article was given what most articles of the statement were."""
    columns = pq.read_table(path, columns=["source"])["source"].to_pylist()
    copied = pq.read_table(path.with_suffix(".duplicates.parquet"))
    bases = dict(zip(copied["article"].to_pylist(), copied["base"].to_pylist(), strict=True))
    given: dict[int, set[str]] = {}
    for row in planted:
        given.setdefault(row["article"], set()).add(f"statement {row['statement']}")
    right = total = 0
    for articles in statements:
        rows = [int(article[1:]) for article in articles]
        labels = [
            {*given.get(bases.get(row, row), ()), f"original {bases.get(row, row)}", columns[row]}
            for row in rows
        ]
        most = Counter(label for found in labels for label in sorted(found)).most_common(1)[0][1]
        right, total = right + most, total + len(rows)
    return right / max(total, 1)


def hard_cases(folder: Path, scale: int) -> list[dict[str, Any]]:
    """Inputs that turn careless joins quadratic, each at a quarter and at its full size."""
    base = pq.read_table(dump(folder, 100_000), columns=["text"])["text"][:scale].to_pylist()
    paragraph = " ".join(peers.words(base[0])[:120])
    footer = " ".join(peers.words(base[1])[:200])
    cases = {
        "equal texts": (10 * scale, lambda row: base[2]),
        "one common paragraph": (scale, lambda row: f"{base[row]}\n\n{paragraph}"),
        "a 200-word footer": (scale, lambda row: f"{base[row]}\n\n{footer}"),
    }
    rows = []
    for work, (name, (articles, make)) in product(("dedupe", "detect"), cases.items()):
        pair = []
        for count in (articles // 4, articles):
            path, out = folder / "case.parquet", folder / "out.parquet"
            outlets = 1 if "footer" in name else 1000
            sources = [f"outlet {row % outlets}" for row in range(count)]
            table = {"text": [make(row) for row in range(count)], "source": sources}
            pq.write_table(pa.table(table), path)
            output = ("-o", str(out)) if work == "dedupe" else ("-o", str(folder / "out.jsonl"))
            took, said = command(work, str(path), *output)
            if work == "dedupe":
                kept = pq.read_metadata(out).num_rows
                assert (kept == 1) == (name == "equal texts"), (name, said)
            else:
                _check_case(name, count, folder / "out.jsonl", said)
            pair.append({"case": name, "work": work, "articles": count, **took})
            print(json.dumps(pair[-1]), file=sys.stderr, flush=True)
        pair[-1]["exponent"] = exponent(pair)
        rows += pair
    return rows


def _check_case(name: str, articles: int, out: Path, said: str) -> None:
    """What all articles carry is one statement, or, of one outlet, set apart as boilerplate."""
    with out.open() as file:
        sizes = [len(json.loads(line)["copies"]) for line in file]
    if "footer" in name:
        assert "boilerplate" in said, said
        assert max(sizes, default=0) < articles / 10, (name, max(sizes))
    else:
        assert max(sizes) >= 0.99 * articles, (name, max(sizes))


def cores(folder: Path) -> list[dict[str, Any]]:
    """One core against all of them, in turns; what takes longer is not repeated as often."""
    texts = pq.read_table(dump(folder, 100_000), columns=["text"])["text"].to_pylist()
    rows = []
    import syndetect as sd

    works: list[tuple[str, int, Any]] = [
        ("minhash", 15, lambda: sd.minhash(texts)),
        ("dedupe", 15, lambda: sd.dedupe(texts).keep),
        ("detect", 3, lambda: sd.detect(texts).statements),
    ]
    for name, rounds, work in works:
        times: dict[int, list[float]] = {1: [], 2: []}
        answers = []
        for _ in range(rounds):
            for threads, found in times.items():
                os.environ["SYNDETECT_THREADS"] = str(threads)
                begin = time.perf_counter()
                answers.append(work())
                found.append(time.perf_counter() - begin)
        assert all(np.array_equal(answers[0], answer) for answer in answers[1:]), name
        one, two = (statistics.median(times[threads]) for threads in (1, 2))
        rows.append({"work": name, "one": one, "two": two, "ratio": one / two})
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    del os.environ["SYNDETECT_THREADS"]
    return rows


def machine() -> dict[str, Any]:
    """What it was measured on, and with which versions."""
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next(
            (line.split(":")[1].strip() for line in lines if line.startswith("model name")), model
        )
    names = ("syndetect", "numba", "numpy", "pyarrow", "datasketch", "rensa", "gaoya")
    return {
        "processor": model,
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "versions": {name: version(name) for name in (*names, "FastSketchLSH")},
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure what is asked for; parts that are left out keep what was measured before."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--articles", type=int, default=100_000, help="of the deduplication")
    parser.add_argument("--million", action="store_true", help="grow up to a million articles")
    parser.add_argument(
        "--detect",
        type=int,
        default=None,
        help="how many sizes for `detect`: 2, or all to a million",
    )
    parser.add_argument(
        "--only",
        choices=("limits", "signatures", "dedupe", "growth", "detect", "hard", "cores"),
        default=None,
    )
    options = parser.parse_args()
    folder: Path = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    results = folder / "results.json"
    found: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {}
    found["machine"] = machine()

    def part(name: str, measure: Any) -> None:
        if options.only in (None, name):
            found[name] = measure()
            results.write_text(json.dumps(found, indent=1))

    small = dump(folder, 20_000)
    # peers part words at spaces: scripts without them are left out where answers are compared
    spaced = dump(folder, options.articles, "spaced", alphabets=len(SCRIPTS) - 1)
    part("limits", lambda: limits.measure(pq.read_table(small)["text"][:8000].to_pylist()))
    part(
        "signatures",
        lambda: compare("signatures", list(peers.SIGNATURES), small, 20_000, 0.8, options.rounds),
    )
    part(
        "dedupe",
        lambda: [
            row
            for threshold in (0.7, 0.8)
            for row in compare(
                "dedupe",
                list(peers.DEDUPE),
                spaced,
                options.articles,
                threshold,
                options.rounds,
            )
        ],
    )
    part("growth", lambda: grow(folder, list(GROWTH if options.million else GROWTH[:4])))
    sizes = options.detect or (len(GROWTH) if options.million else 2)
    part("detect", lambda: grow_detect(folder, list(GROWTH[:sizes])))
    part("hard", lambda: hard_cases(folder, 100_000))
    part("cores", lambda: cores(folder))


if __name__ == "__main__":
    main()
