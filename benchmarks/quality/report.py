"""Tables and a figure from what `benchmarks.quality` measured.

python -m benchmarks.quality.report build/quality/results.json docs
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.report import fill, table

_PEERS = {
    "copies": "**syndetect**, a twentieth of an article or more in common",
    "copies, labels widened": "the same, labels widened by common text",
    "any statement": "syndetect, any common statement",
    "any statement, labels widened": "the same, labels widened by common text",
    "MinHash 0.5": "MinHash of 5-grams, 0.5 (datasketch)",
    "MinHash 0.8": "MinHash of 5-grams, 0.8 (datasketch)",
    "Jaccard": "Jaccard of 3-grams, best threshold",
    "containment": "containment of 3-grams, best threshold",
    "tf-idf": "tf-idf of 3-grams, best threshold",
}


def _labelled(name: str, found: dict[str, Any]) -> str:
    rows = [
        (_PEERS[peer], *(f"{value:.3f}" for value in found[peer][:3]))
        for peer in _PEERS
        if peer in found
    ]
    return table((name, "precision", "recall", "F1"), rows)


def _share(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({part / whole:.1%})"


def _others(found: dict[str, Any]) -> str:
    rows: list[tuple[str, str]] = []
    for label, (hits, total) in sorted(found["answers"].items()):
        rows.append((f"answers, *{label}*: matched to the source", _share(hits, total)))
    stories = found["stories"]
    rows.append(
        ("stories, independent reports matched", _share(stories["matched"], stories["independent"]))
    )
    rows.append(("of these as rewritten", f"{stories['as rewritten']:,}"))
    for name in ("stories", "wire"):
        runs = found[f"{name}, long runs"]
        kept = runs["pairs"] - runs["boilerplate"]
        rows.append(
            (
                f"{name}, pairs with 20 common words in a row that are no boilerplate: in one statement",
                _share(runs["found"], kept),
            )
        )
        rows.append((f"{name}, of these with a run inside its parts", _share(runs["inside"], kept)))
        rows.append(
            (
                f"{name}, with it inside the parts of all statements that both carry",
                _share(runs["inside several"], kept),
            )
        )
        rows.append((f"{name}, such pairs set aside as boilerplate", f"{runs['boilerplate']:,}"))
    templates = found["templates"]
    for name, key in (
        ("releases in statements", "in statements"),
        ("of these in one with none of the same release number", "of one number with none"),
    ):
        rows.append((f"templates, {name}", _share(templates[key], templates["releases"])))
    return table(("set", "found"), rows)


def _scores(found: dict[str, Any]) -> str:
    rows = [
        (
            f"{low:.3g} to {high:.3g}" if high < 1 else f"{low:.3g} and more",
            f"{right:,} of {total:,}",
        )
        for low, high, right, total in found["bins"]
    ]
    held, chosen = sorted(found["held back"]), found["thresholds"]
    return "\n\n".join(
        (
            table(("score, *rewrites*", "right"), rows),
            f"In {len(held)} draws of half of the texts, the least threshold from {rows[0][0].split()[0]} on from which "
            f"99% are right was {min(chosen)} to {max(chosen)}; of the copies of the other half that reach it, "
            f"{statistics.median(held):.1%} are right in the median draw and {held[0]:.1%} in the worst.",
        )
    )


def _cells(found: dict[str, Any]) -> dict[tuple[str, float], dict[int, tuple[int, int]]]:
    cells: dict[tuple[str, float], dict[int, tuple[int, int]]] = defaultdict(dict)
    for key, value in found["cells"].items():
        name, strength, words = key.split("|")
        cells[name, float(strength)][int(words)] = (value.get("found", 0), value["planted"])
    return cells


def _planted(found: dict[str, Any]) -> str:
    rows = []
    for (name, strength), by_length in _cells(found).items():
        shown = []
        for lengths in ((12,), (20,), (40, 80, 200)):
            hits = sum(by_length.get(words, (0, 0))[0] for words in lengths)
            total = sum(by_length.get(words, (0, 0))[1] for words in lengths)
            shown.append(f"{hits / total:.3f}" if total else "")
        rows.append((f"{name} {strength:.0%}" if strength else name, *shown))
    return table(("planted, altered copies", "12 words", "20 words", "40 words and more"), rows)


def _kinds(found: dict[str, int]) -> str:
    given = ("verbatim", "partial", "paraphrased", "reported", "rewritten")
    wanted = [kind for kind in given if any(key.startswith(f"{kind}|") for key in found)]
    rows = [(kind, *(f"{found.get(f'{kind}|{other}', 0):,}" for other in given)) for kind in wanted]
    return table(("planted as, given as (parts)", *given), rows)


def _right(found: dict[str, int]) -> str:
    right = sum(count for key, count in found.items() if len(set(key.split("|"))) == 1)
    return f"Of all {sum(found.values()):,} parts, {right / sum(found.values()):.3f} were given the kind they were planted as."


def _draw(found: dict[str, Any], path: Path) -> None:
    """Recall by share of words swapped or inserted, or of letters misread."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "syndetect"
    lines: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for (name, strength), by_length in _cells(found).items():
        long = [value for words, value in by_length.items() if words >= 40]
        if strength and name in ("swapped", "inserted", "scanned"):
            lines[name].append((strength, sum(a for a, _ in long) / sum(b for _, b in long)))
    figure, axes = pyplot.subplots(figsize=(6, 3.5))
    for name, points in lines.items():
        axes.plot(*zip(*sorted(points), strict=True), marker="o", label=name)
    axes.set_xlabel("share of words (scanned: of letters) altered")
    axes.set_ylabel("copies found")
    axes.set_ylim(0, 1.02)
    axes.set_title("Statements of 40 words and more", fontsize=10)
    axes.legend(frameon=False, loc="lower left")
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    """Write the tables into the docs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("docs", type=Path)
    options = parser.parse_args()
    found = json.loads(options.results.read_text())
    pieces = [
        _labelled("rewrites", found["rewrites"]),
        _labelled("translated", found["translated"]),
        _others(found),
        _planted(found["planted"]),
        f"Of all characters in parts, {found['planted']['precision']:.4f} stand in planted copies.",
        _kinds(found["planted"]["kinds"]),
        _right(found["planted"]["kinds"]),
        _scores(found["rewrites, scores"]),
    ]
    fill(options.docs / "accuracy.md", "\n\n".join(pieces))
    _draw(found["planted"], options.docs / "pictures" / "recall.svg")


if __name__ == "__main__":
    main()
