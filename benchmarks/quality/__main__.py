"""Measure how well copies are found, with the default settings.

    python -m benchmarks.quality ../shared/data build/quality

runs every set of the folder and the planted statements, and writes ``results.json``;
``python -m benchmarks.quality.report build/quality/results.json docs`` puts it into the docs.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import syndetect as sd
from benchmarks.quality import graded, pairs, runs, scores
from benchmarks.quality.sets import load
from benchmarks.speed import machine

RUN = 8  # a run of so many common words: two reports are not independent
SEED, EACH = 1, 8


def _detect(texts: list[str]) -> sd.Detection:
    return sd.detect([{"id": row, "text": text} for row, text in enumerate(texts)])


def _labelled(folder: Path, name: str) -> dict[str, Any]:
    """Pairwise precision and recall of whole articles, beside baselines."""
    rows = load(folder, name)
    texts = [row["text"] for row in rows]
    labels = [row["cluster"] for row in rows]
    right = pairs.same(labels)
    shared = pairs.together(_detect(texts).statements)
    copies = [pair for pair, share in shared.items() if share >= pairs.PASSAGE]
    true = right | pairs.related(
        labels, (rows for _, rows in pairs.owners(runs.runs_of(texts, RUN)))
    )
    found: dict[str, Any] = {
        "any statement": pairs.judge(shared, right),
        "copies": pairs.judge(copies, right),
        "copies, labels widened": pairs.widened(copies, right, true),
        "any statement, labels widened": pairs.widened(shared, right, true),
    }
    for threshold in (0.5, 0.8):
        found[f"MinHash {threshold}"] = pairs.judge(pairs.minhash(texts, threshold), right)
    peers: dict[str, Callable[[list[str], int], pairs.Scores]] = {
        "Jaccard": pairs.jaccard,
        "containment": pairs.containment,
        "tf-idf": pairs.tfidf,
    }
    for peer, measure in peers.items():
        found[peer] = pairs.best_threshold(measure(texts, 3), right)
    return found


def _scores(folder: Path, name: str) -> dict[str, Any]:
    """What the scores of rewritten copies mean."""
    rows = load(folder, name)
    return scores.judge([row["text"] for row in rows], [row["cluster"] for row in rows])


def _answers(folder: Path) -> dict[str, Any]:
    """The share of answers of each label that are matched to their source."""
    rows = load(folder, "answers")
    place = {row["id"]: number for number, row in enumerate(rows)}
    shared = pairs.together(_detect([row["text"] for row in rows]).statements)
    hits: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for number, row in enumerate(rows):
        if "source" in row:
            pair = sorted((number, place[row["source"]]))
            total[row["label"]] += 1
            hits[row["label"]] += (pair[0], pair[1]) in shared
    return {label: (hits[label], total[label]) for label in total}


def _stories(folder: Path) -> dict[str, Any]:
    """Independent reports that are matched."""
    rows = load(folder, "stories")
    texts = [row["text"] for row in rows]
    found = _detect(texts)
    shared = pairs.together(found.statements)
    numbers = [k for k, row in enumerate(rows) if row.get("story")]
    mine = dict(zip(numbers, runs.runs_of((texts[k] for k in numbers), RUN), strict=True))
    stories = defaultdict(list)
    for k in numbers:
        stories[rows[k]["story"]].append(k)
    apart = [
        (a, b)
        for some in stories.values()
        for at, a in enumerate(some)
        for b in some[at + 1 :]
        if not mine[a] & mine[b]
    ]
    rewritten = {
        pair
        for statement in found.statements
        if any(copy.score is not None for copy in statement.copies)
        for pair in combinations(sorted(int(copy.article) for copy in statement.copies), 2)
    }
    matched = [pair for pair in apart if pair in shared]
    return {
        "independent": len(apart),
        "matched": len(matched),
        "as rewritten": sum(pair in rewritten for pair in matched),
        "statements": len(found.statements),
        "kinds": pairs.kinds_of(found),
    }


def _long_runs(folder: Path, name: str) -> dict[str, Any]:
    """Of the pairs that share a run of 20 words, how many stand in one statement, and cover it."""
    texts = [row["text"] for row in load(folder, name)]
    found = _detect(texts)
    return {
        "articles": len(texts),
        **runs.judge(texts, found),
        "statements": len(found.statements),
    }


def _templates(folder: Path) -> dict[str, Any]:
    """Releases in statements; those that share a release number share more than the template."""
    import regex

    texts = [row["text"] for row in load(folder, "templates")]
    found = _detect(texts)
    numbers = [set(regex.findall(r"20\d\d-\d\d-[A-Z]+-\d+", text)) for text in texts]
    carriers, alone = set(), set()
    for statement in found.statements:
        mine = [int(copy.article) for copy in statement.copies]
        carriers |= set(mine)
        for one in mine:
            if not any(numbers[one] & numbers[other] for other in mine if other != one):
                alone.add(one)
    return {
        "releases": len(texts),
        "in statements": len(carriers),
        "of one number with none": len(alone),
        "statements": len(found.statements),
        "boilerplate": len(found.boilerplate),
    }


def _plain(text: str) -> str:
    return " ".join(runs.words_of(text))


def _planted() -> dict[str, Any]:
    """Recall by condition and strength, kinds, and precision in characters."""
    texts, planted = graded.compose(SEED, EACH)
    found = _detect(texts)
    spans: dict[int, list[tuple[int, int, int, str]]] = defaultdict(list)
    for number, statement in enumerate(found.statements):
        for copy in statement.copies:
            for part in copy.parts:
                spans[int(copy.article)].append((part.start, part.end, number, str(part.kind)))
    homes: dict[int, Counter[int]] = defaultdict(Counter)
    for one in planted:
        for a, b, number, _ in spans[one.article]:
            homes[one.statement][number] += max(min(b, one.end) - max(a, one.start), 0)
    whole = {one.statement: set(map(_plain, one.sentences)) for one in planted}
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    inside = outside = 0
    confused: Counter[str] = Counter()
    for one in planted:
        home = homes[one.statement].most_common(1)[0][0] if homes[one.statement] else -1
        mine = [span for span in spans[one.article] if span[2] == home]
        held = sum(max(min(b, one.end) - max(a, one.start), 0) for a, b, _, _ in mine)
        ok = 2 * held >= one.own
        key = f"{one.condition[0]}|{one.condition[1]}|{one.words}"
        cells[key]["planted"] += 1
        cells[key]["found"] += ok
        for a, b, _, kind in spans[one.article]:
            within = max(min(b, one.end) - max(a, one.start), 0)
            inside, outside = inside + within, outside + (b - a) - within
            if one.kind and within and ok:
                said = _plain(texts[one.article][max(a, one.start) : min(b, one.end)])
                planted_as = "verbatim" if said in whole[one.statement] else one.kind
                confused[f"{planted_as}|{kind}"] += 1
    return {
        "articles": len(texts),
        "cells": cells,
        "precision": inside / (inside + outside),
        "kinds": confused,
    }


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder of the public sets")
    parser.add_argument("out", type=Path, help="folder for results.json")
    parser.add_argument("--only", default=None)
    options = parser.parse_args()
    data: Path = options.data
    options.out.mkdir(parents=True, exist_ok=True)
    results: Path = options.out / "results.json"
    found: dict[str, Any] = json.loads(results.read_text()) if results.exists() else {}
    found["machine"] = machine()
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "rewrites": lambda: _labelled(data, "rewrites"),
        "translated": lambda: _labelled(data, "translated"),
        "answers": lambda: _answers(data),
        "stories": lambda: _stories(data),
        "stories, long runs": lambda: _long_runs(data, "stories"),
        "wire, long runs": lambda: _long_runs(data, "wire"),
        "templates": lambda: _templates(data),
        "rewrites, scores": lambda: _scores(data, "rewrites"),
        "planted": _planted,
    }
    for name, measure in parts.items():
        if options.only in (None, name):
            found[name] = measure()
            print(name, json.dumps(found[name])[:2000], flush=True)
            results.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
