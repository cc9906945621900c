"""Tables and a figure from what `benchmarks.speed` measured.

    python -m benchmarks.report build/benchmarks/results.json docs

writes the tables into ``docs/benchmarks.md``, between its two marks, and the figure beside it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed import exponent

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table, all columns but the first to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _machine(found: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    return (
        f"{found['processor']}, {found['cores']} cores; {found['system']}; "
        f"Python {found['python']}; {versions}."
    )


def _limits(found: dict[str, float]) -> str:
    kernel = found["signature kernel"] / found["multiply-add-minimum"]
    rows = [
        ("multiply, add and minimum of 32-bit values in registers", "", found["multiply-add-minimum"]),
        ("signature kernel, 400 shingles, 128 values", f"{kernel:.0%} of that", found["signature kernel"]),
        ("`bytes.translate` over the text", "", found["translate, bytes"]),
        ("`hash()` over the text", "", found["hash(), bytes"]),
        ("tokens of ASCII text", "", found["tokens, ASCII"]),
        ("tokens of other scripts, UTF-8", "", found["tokens, other scripts"]),
        ("text to signatures, the whole path", "", found["text to signatures"]),
    ]  # fmt: skip
    shown = []
    for number, (name, note, rate) in enumerate(rows):
        unit = f"{rate / 1e9:.1f} G values/s" if number < 2 else f"{rate / 1e6:,.0f} MB/s"
        shown.append((name, unit, note))
    return table(("one thread", "rate", ""), shown)


def _signatures(rows: list[dict[str, Any]]) -> str:
    ours = next(row for row in rows if row["peer"] == "syndetect")
    return table(
        (
            "",
            "seconds",
            "articles/s",
            "syndetect is faster by",
            "error of the estimate",
            "memory, MB",
        ),
        [
            (
                row["peer"],
                f"{row['seconds']:.2f}",
                f"{row['articles'] / row['seconds']:,.0f}",
                "" if row is ours else f"{row['seconds'] / ours['seconds']:.1f} ×",
                f"{row['error']:.3f}",
                f"{row['memory']:.0f}",
            )
            for row in rows
        ],
    )


def _dedupe(rows: list[dict[str, Any]]) -> str:
    head = ("threshold", "", "seconds", "syndetect is faster by", "recall", "wrong", "memory, MB")
    lines = []
    for row in rows:
        ours = next(
            other
            for other in rows
            if other["peer"] == "syndetect" and other["threshold"] == row["threshold"]
        )
        lines.append(
            (
                row["threshold"],
                row["peer"],
                f"{row['seconds']:.1f}",
                "" if row is ours else f"{row['seconds'] / ours['seconds']:.1f} ×",
                f"{row['recall']:.3f}",
                f"{row['wrong']:,}",
                f"{row['memory']:.0f}",
            )
        )
    return table(head, lines)


def _kinds(rows: list[dict[str, Any]]) -> str:
    """Recall of planted copies by kind, at the largest size."""
    last = rows[-1]
    kinds = ("verbatim", "partial", "interrupted", "swapped")
    shown = ", ".join(f"{kind} {last[kind]:.4f}" for kind in kinds)
    return f"Of {last['articles']:,} articles, found of planted copies by kind: {shown}."


def _growth(rows: list[dict[str, Any]], name: str) -> str:
    shown = table(
        (
            "articles",
            "text, MB",
            f"{name}, seconds",
            "peak memory, MB",
            "its own, MB",
            "recall",
        ),
        [
            (
                f"{row['articles']:,}",
                f"{row['bytes'] / 1e6:,.0f}",
                f"{row['seconds']:.1f}",
                f"{row['memory']:,.0f}",
                f"{row['own']:,.0f}",
                f"{row['recall']:.4f}",
            )
            for row in rows
        ],
    )
    return f"{shown}\n\nTime grows with the articles to the power of {exponent(rows):.2f}."


def _hard(rows: list[dict[str, Any]]) -> str:
    return table(
        ("", "work", "articles", "seconds", "exponent"),
        [
            (
                row["case"],
                row["work"],
                f"{row['articles']:,}",
                f"{row['seconds']:.1f}",
                f"{row['exponent']:.2f}" if "exponent" in row else "",
            )
            for row in rows
        ],
    )


def _cores(rows: list[dict[str, Any]]) -> str:
    return table(
        ("", "one core, seconds", "both, seconds", "faster by"),
        [
            (row["work"], f"{row['one']:.2f}", f"{row['two']:.2f}", f"{row['ratio']:.2f} ×")
            for row in rows
        ],
    )


def figure(found: dict[str, Any], path: Path) -> None:
    """Time against articles, both logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    plt.rcParams["svg.hashsalt"] = "syndetect"
    drawing, axes = plt.subplots(figsize=(6.4, 4.2))
    for part, label in (("growth", "dedupe"), ("detect", "detect")):
        if part in found:
            rows = found[part]
            axes.plot(
                [row["articles"] for row in rows],
                [row["seconds"] for row in rows],
                "o-",
                label=f"syndetect {label}, exponent {exponent(rows):.2f}",
            )
    for row in found.get("dedupe", []):
        if row["threshold"] == 0.8:
            (line,) = axes.plot(row["articles"], row["seconds"], "x")
            axes.annotate(
                row["peer"],
                (row["articles"], row["seconds"]),
                xytext=(6, -3),
                textcoords="offset points",
                fontsize=8,
                color=line.get_color(),
            )
    axes.set(xscale="log", yscale="log", xlabel="articles", ylabel="seconds")
    axes.grid(which="both", alpha=0.25)
    axes.legend(frameon=False)
    drawing.tight_layout()
    drawing.savefig(path, metadata={"Date": None})


def render(found: dict[str, Any]) -> str:
    """All tables as Markdown."""
    parts = [f"Measured on: {_machine(found['machine'])}"]
    sections: tuple[tuple[str, str, Any], ...] = (
        ("limits", "### What the processor allows", _limits),
        ("signatures", "### Signatures from raw text, {articles:,} articles", _signatures),
        ("dedupe", "### Duplicates from raw text, {articles:,} articles", _dedupe),
        (
            "growth",
            "### `dedupe` from Parquet to Parquet",
            lambda rows: (
                f"{_growth(rows, 'dedupe')}\n\n"
                "![Time against the number of articles](pictures/growth.svg)\n\n"
                "The line is the whole command, start-up, reading and writing included; crosses are "
                "texts in memory, at 0.8."
            ),
        ),
        (
            "detect",
            "### `detect` from Parquet",
            lambda rows: f"{_growth(rows, 'detect')} {_kinds(rows)}",
        ),
        ("hard", "### Hard cases", _hard),
        ("cores", "### Cores", _cores),
    )
    for name, title, show in sections:
        if name in found:
            first = found[name][0] if isinstance(found[name], list) else {}
            parts += [title.format(**first), show(found[name])]
    return "\n\n".join(parts)


def fill(page: Path, shown: str) -> None:
    """Put what was measured between the two marks of a page."""
    text = page.read_text(encoding="utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n\n{shown}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=Path)
    parser.add_argument("docs", type=Path)
    options = parser.parse_args()
    found = json.loads(options.results.read_text())
    fill(options.docs / "benchmarks.md", render(found))
    if "growth" in found:
        figure(found, options.docs / "pictures" / "growth.svg")


if __name__ == "__main__":
    main()
