"""What the command shows on a terminal: pages for people, and short notes on stderr."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from syndetect.io.articles import Articles
from syndetect.model import Comparison, Copy, Edit, Kind, Part, Statement
from syndetect.plain import to_line
from syndetect.results import Detection, Duplicates
from syndetect.text.places import sentence_starts

_SAYS = {
    Kind.VERBATIM: ("word for word", "green"),
    Kind.PARTIAL: ("fragment", "cyan"),
    Kind.PARAPHRASED: ("paraphrased", "yellow"),
    Kind.REPORTED: ("reported speech", "magenta"),
    Kind.REWRITTEN: ("rewritten", "red"),
}
_CONTROL = {code: "�" for code in (*range(32), *range(127, 160)) if code not in (9, 10)}


def tell(message: str) -> None:
    """A note on stderr."""
    print(f"syndetect: {_clean(message)}", file=sys.stderr)


def _clean(text: str) -> str:
    """Text without control characters, which could steer the terminal."""
    return text.translate(_CONTROL)


def _flat(text: str) -> str:
    return " ".join(_clean(text).split())


def _kind(kind: Kind) -> Text:
    words, style = _SAYS[kind]
    return Text(words, style=style)


def show_detection(found: Detection, articles: Articles) -> None:
    """The statements of a result, one after the other."""
    console = Console(highlight=False)
    places = {identity: row for row, identity in enumerate(articles.ids)}
    for number, statement in enumerate(found.statements, start=1):
        console.print(_statement(number, statement, found, articles, places))
    if not found.statements:
        console.print(Text(_flat(str(found))))


def _statement(
    number: int,
    statement: Statement,
    found: Detection,
    articles: Articles,
    places: dict[str | int, int],
) -> Group:
    starts = sentence_starts(statement.text)
    title = f"Statement {number} of {len(found.statements)} · {len(statement.copies)} articles"
    if statement.first is not None:
        title += f" · first {_name(statement.first)}, {statement.first.date}"
    sentences = [
        Padding(Text.assemble((f"{k} ", "dim"), Text(_flat(text), style="bold")), (0, 2, 0, 2))
        for k, text in enumerate(_sentences(statement.text, starts), start=1)
    ]
    copies = [
        line
        for copy in statement.copies
        for line in _copy(copy, starts, articles[places[copy.article]].text)
    ]
    return Group(Rule(Text(_flat(title)), align="left"), *sentences, Text(), *copies, Text())


def _sentences(text: str, starts: Sequence[int]) -> Iterable[str]:
    ends = [*starts[1:], len(text)]
    return (text[start:end] for start, end in zip(starts, ends, strict=True))


def _name(copy: Copy) -> str:
    return f"{copy.source} ({copy.article})" if copy.source else str(copy.article)


def _copy(copy: Copy, starts: Sequence[int], text: str) -> Iterable[Padding]:
    """Who carries the statement, how much of it, and every part that is not word for word."""
    head = Text.assemble((_flat(_name(copy)), "bold underline"))
    if copy.date is not None:
        head.append(f"  {copy.date}")
    mixed = len({part.kind for part in copy.parts}) > 1
    head.append("  mostly " if mixed else "  ").append_text(_kind(copy.kind))
    head.append(f" · {copy.used:.0%} of the statement · {copy.share:.0%} of the article", "dim")
    if copy.score is not None:
        head.append(f" · score {copy.score:.2f}", "dim")
    yield Padding(head, (0, 0, 0, 2))
    for quoted in (True, False):
        verbatim = {
            _number(part, starts)
            for part in copy.parts
            if part.kind is Kind.VERBATIM and part.quoted is quoted
        }
        if verbatim:
            numbers = Text(", ".join(map(str, sorted(verbatim))), "dim")
            line = Text.assemble(numbers, "  ", _rendered(Kind.VERBATIM, quoted))
            yield Padding(line, (0, 0, 0, 6))
    for part in sorted(copy.parts, key=lambda part: part.statement_start):
        if part.kind is not Kind.VERBATIM:
            number = Text(str(_number(part, starts)), "dim")
            passage = marked(text, part.start, part.end, part.edits)
            line = Text.assemble(number, "  ", _rendered(part.kind, part.quoted), ": ", passage)
            yield Padding(line, (0, 0, 0, 6))


def _rendered(kind: Kind, quoted: bool) -> Text:
    """The kind in words, and whether the passage stands between quotation marks."""
    return _kind(kind).append(", quoted" if quoted else "")


def _number(part: Part, starts: Sequence[int]) -> int:
    """The number of the sentence of the statement that a part renders, from 1."""
    return bisect_right(starts, part.statement_start)


def marked(text: str, start: int, end: int, edits: Sequence[Edit]) -> Text:
    """A passage with its edits marked: [put in place → set up], [+ steadily], [- Amazon].

    An edit that alters a fact ends with an exclamation mark: [41 → 57!].
    """
    line, place = Text(), start
    for edit in edits:
        line.append(_flow(text[place : edit.after_start]))
        if not edit.after and edit.after_start > start:
            line.append(" ")
        line.append("[", "dim")
        if edit.before and edit.after:
            line.append(_flat(edit.before), "red strike").append(" → ", "dim")
        elif edit.before:
            line.append("- ", "dim").append(_flat(edit.before), "red strike")
        else:
            line.append("+ ", "dim")
        line.append(_flat(edit.after), "bold green")
        if edit.alters_fact:
            line.append("!", "bold red")
        line.append("]", "dim")
        if not edit.after and edit.after_start == start:
            line.append(" ")
        place = edit.after_end
    return line.append(_flow(text[place:end]))


def _flow(text: str) -> str:
    """Text on one line, its spaces kept."""
    return _clean(text).replace("\n", " ")


def show_comparison(found: Comparison, names: tuple[str, str], texts: tuple[str, str]) -> None:
    """The common passages of two texts, as the right one has them."""
    console = Console(highlight=False)
    console.print(
        Rule(
            Text(_flat(f"{len(found.matches)} common passages · {names[0]} | {names[1]}")),
            align="left",
        )
    )
    for match in found.matches:
        line = Text.assemble(
            _kind(match.kind),
            (
                f" {match.left_start}-{match.left_end} | {match.right_start}-{match.right_end}  ",
                "dim",
            ),
            marked(texts[1], match.right_start, match.right_end, match.edits),
        )
        console.print(Padding(line, (0, 0, 0, 2)))
    shares = f"{found.left_share:.0%} of {names[0]}, {found.right_share:.0%} of {names[1]}"
    console.print(Text(_flat(shares)))


def _clusters(found: Duplicates) -> Iterable[tuple[str | int, list[tuple[str | int, float]]]]:
    """Each kept article with those dropped for it and their exact Jaccard similarity."""
    pairs = {(left, right): jaccard for left, right, jaccard in found.pairs.tolist()}
    for keeper, *dropped in found.clusters:
        yield (
            found.ids[keeper],
            [
                (found.ids[other], pairs[min(keeper, other), max(keeper, other)])
                for other in dropped
            ],
        )


def show_duplicates(found: Duplicates) -> None:
    """The clusters of a result."""
    console = Console(highlight=False)
    for kept, dropped in _clusters(found):
        console.print(Text.assemble("kept ", (_flat(str(kept)), "bold")))
        for identity, jaccard in dropped:
            line = Text.assemble(
                "dropped ", (_flat(str(identity)), "red"), (f"  Jaccard {jaccard:.3f}", "dim")
            )
            console.print(Padding(line, (0, 0, 0, 2)))
    if not len(found.pairs):
        console.print(Text("no duplicates"))


def print_clusters(found: Duplicates, *, as_lines: bool) -> None:
    """The clusters as JSON: a line each, or one object."""
    clusters = [
        {
            "kept": kept,
            "dropped": [{"article": identity, "jaccard": jaccard} for identity, jaccard in dropped],
        }
        for kept, dropped in _clusters(found)
    ]
    if as_lines:
        for cluster in clusters:
            print(to_line(cluster).decode())
        return
    skipped = [{"article": item.article, "reason": item.reason} for item in found.skipped]
    print(to_line({"articles": len(found.keep), "clusters": clusters, "skipped": skipped}).decode())
