"""Long runs of words that two articles share, found by comparing all, and whether they stand in parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

import syndetect as sd
from benchmarks.quality import pairs

LONG = 20  # words of a run that must be found
MANY = 50  # articles with one run, above which its pairs are not counted

Run = tuple[str, ...]
Spans = list[tuple[int, int]]


def words_of(text: str) -> list[str]:
    """Words as the comparison by hand takes them: lower case, without marks."""
    return [word for word, _, _ in _places_of(text)]


def _places_of(text: str) -> list[tuple[str, int, int]]:
    import regex

    return [(found[0], *found.span()) for found in regex.finditer(r"\w+", text.lower())]


def runs_of(texts: Iterable[str], size: int) -> list[set[Run]]:
    """Of each text its runs of so many words."""
    return [{run for _, run in _listed(words_of(text), size)} for text in texts]


def _listed(words: list[str], size: int) -> Iterator[tuple[int, Run]]:
    return ((k, tuple(words[k : k + size])) for k in range(len(words) - size + 1))


@dataclass(frozen=True)
class _Article:
    """Where an article has which run, and which of its words stand in what, by statement."""

    at: dict[Run, list[int]]
    carried: dict[int, NDArray[np.bool_]]
    recurring: NDArray[np.bool_]

    def is_boilerplate(self, run: Run) -> bool:
        """Whether most of a run, at one of its places, is boilerplate."""
        return any(2 * self.recurring[k : k + LONG].sum() > LONG for k in self.at[run])

    def has(self, run: Run, numbers: Iterable[int]) -> bool:
        """Whether statements have most of what of a run, at one of its places, is no boilerplate."""
        held = np.any([self.carried[number] for number in numbers], axis=0)
        rest = [held[k : k + LONG][~self.recurring[k : k + LONG]] for k in self.at[run]]
        return any(2 * some.sum() > len(some) for some in rest)


def _covered(places: list[tuple[str, int, int]], spans: Spans) -> NDArray[np.bool_]:
    out = np.zeros(len(places), np.bool_)
    starts, ends = np.array([p[1] for p in places]), np.array([p[2] for p in places])
    for start, end in spans:
        out[np.searchsorted(ends, start, "right") : np.searchsorted(starts, end)] = True
    return out


def _spans(statements: Iterable[sd.Statement]) -> dict[int, dict[int, Spans]]:
    """Of each article, by statement, where its parts stand."""
    spans: dict[int, dict[int, Spans]] = defaultdict(dict)
    for number, statement in enumerate(statements):
        for copy in statement.copies:
            spans[int(copy.article)][number] = [(part.start, part.end) for part in copy.parts]
    return spans


def _articles(texts: list[str], found: sd.Detection, wanted: set[Run]) -> Iterator[_Article]:
    spans, recurring = _spans(found.statements), _spans(found.boilerplate)
    for row, text in enumerate(texts):
        places = _places_of(text)
        at = defaultdict(list)
        for k, run in _listed([word for word, _, _ in places], LONG):
            if run in wanted:
                at[run].append(k)
        carried = {number: _covered(places, some) for number, some in spans[row].items()}
        boilerplate = [span for some in recurring[row].values() for span in some]
        yield _Article(at, carried, _covered(places, boilerplate))


def judge(texts: list[str], found: sd.Detection) -> dict[str, int]:
    """Of the pairs that share a run which is no boilerplate, how many stand in one statement.

    And how many have the run inside the parts of one statement, or of those that both carry; of each
    pair the first such run is asked, in the order of words.
    """
    owners = sorted(pairs.owners(runs_of(texts, LONG)))
    shared: dict[pairs.Pair, list[Run]] = defaultdict(list)
    for run, some in owners:
        for pair in combinations(some, 2) if len(some) <= MANY else ():
            shared[pair].append(run)
    articles = list(_articles(texts, found, {run for run, _ in owners}))
    together, others = pairs.together(found.statements), pairs.together(found.boilerplate)
    counts = dict.fromkeys(("boilerplate", "missed", "found", "inside", "inside several"), 0)
    for pair, some in shared.items():
        one, two = (articles[row] for row in pair)
        kept = [run for run in some if not (one.is_boilerplate(run) or two.is_boilerplate(run))]
        if not kept or (pair in others and pair not in together):
            counts["boilerplate"] += 1
        elif pair not in together:
            counts["missed"] += 1
        else:
            counts["found"] += 1
            both = one.carried.keys() & two.carried.keys()
            counts["inside"] += any(_hold(one, two, kept[0], [number]) for number in both)
            counts["inside several"] += _hold(one, two, kept[0], sorted(both))
    return {"pairs": len(shared), **counts}


def _hold(one: _Article, two: _Article, run: Run, numbers: list[int]) -> bool:
    return one.has(run, numbers) and two.has(run, numbers)
