"""Statements of known wording, altered in known ways and strengths, in articles on something else.

Each is carried word for word by three articles, and altered by two. Every article is made of words
of its own, drawn with the frequencies of news (`benchmarks.words`).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.words import SCRIPTS, frequencies, vocabularies

Sentences = list[list[str]]  # lower-case words of each sentence
UNALTERED, ALTERED = 3, 2  # copies of a statement
HOST = (120, 320)  # words of an article before the statement is put in
SAID = "the company said in a statement on Wednesday afternoon"
LENGTHS = (12, 20, 40, 80, 200)


@dataclass(frozen=True, slots=True)
class Planted:
    """One altered copy.

    Attributes:
        article: Its place in the list of texts.
        statement: Number of the statement.
        condition: What was done, and how much of it.
        words: Of the statement.
        start: First character of the copy.
        end: Its end.
        own: Its characters, without what interrupts it.
        kind: The kind that what was altered should be given, or "" where several will do.
        sentences: Those of the statement; one that chance left as it was is word for word.
    """

    article: int
    statement: int
    condition: tuple[str, float]
    words: int
    start: int
    end: int
    own: int
    kind: str
    sentences: tuple[str, ...]


class Writer:
    """Draws words and writes them as sentences of one script."""

    def __init__(self, script: int, rng: np.random.Generator) -> None:
        vocabulary = vocabularies(1)[script]
        data, offsets = vocabulary.data.tobytes(), vocabulary.offsets.tolist()
        self.words = [
            data[offsets[k] : offsets[k + 1]].decode() for k in range(0, len(offsets) - 1, 2)
        ]
        self.spaced, self.rng, self.often = vocabulary.spaced, rng, frequencies()

    def word(self) -> str:
        """A word, often a frequent one."""
        return self.words[self.often[self.rng.integers(len(self.often))]]

    def another(self, word: str) -> str:
        """A word that is not this one."""
        found = self.word()
        while found == word:
            found = self.word()
        return found

    def sentences(self, words: int) -> Sentences:
        """About so many words in sentences."""
        found: Sentences = []
        left = words
        while left > 0:
            size = min(int(self.rng.integers(8, 26)), left)
            size = left if left - size < 6 else size
            found.append([self.word() for _ in range(size)])
            left -= size
        return found

    def write(self, sentences: Sentences) -> str:
        """Sentences as text."""
        gap, stop = (" ", ".") if self.spaced else ("", "。")
        written = (gap.join([line[0].capitalize(), *line[1:]]) + stop for line in sentences)
        return (" " if self.spaced else "").join(written)


Alter = Callable[[Writer, Sentences, float], str]


def _chosen(writer: Writer, given: Sentences, rate: float) -> set[int]:
    """The places of so large a share of the words, one at least."""
    count = sum(map(len, given))
    return set(writer.rng.choice(count, max(round(rate * count), 1), replace=False).tolist())


def _swap(writer: Writer, given: Sentences, rate: float) -> str:
    chosen, place = _chosen(writer, given, rate), itertools.count()
    return writer.write(
        [[writer.another(w) if next(place) in chosen else w for w in line] for line in given]
    )


def _insert(writer: Writer, given: Sentences, rate: float) -> str:
    chosen, place = _chosen(writer, given, rate), itertools.count()
    lines = [
        [x for w in line for x in ((w, writer.word()) if next(place) in chosen else (w,))]
        for line in given
    ]
    return writer.write(lines)


def _drop(writer: Writer, given: Sentences, _: float) -> str:
    left_out = int(writer.rng.integers(len(given))) if len(given) > 1 else -1
    return writer.write([line for k, line in enumerate(given) if k != left_out])


def _turn(writer: Writer, given: Sentences, _: float) -> str:
    return writer.write([given[k] for k in writer.rng.permutation(len(given))])


def _interrupt(writer: Writer, given: Sentences, _: float) -> str:
    """Quoted, with an attribution in the middle of its longest sentence."""
    longest = max(range(len(given)), key=lambda k: len(given[k]))
    line = given[longest]
    cut = len(line) // 2
    before, behind = writer.write(given[:longest]), writer.write(given[longest + 1 :])
    first = " ".join([line[0].capitalize(), *line[1:cut]])
    text = f"{before} {first},” {SAID}, “{' '.join(line[cut:])}. {behind}"
    return f"“{text.strip()}”"


def _marks(writer: Writer, given: Sentences, _: float) -> str:
    return f"«{writer.write(given).upper()}»"


def _scan(writer: Writer, given: Sentences, rate: float) -> str:
    """As read by a machine from paper: some letters are others."""
    text, letters = writer.write(given), "abcdefghijklmnopqrstuvwxyz"
    return "".join(
        letters[writer.rng.integers(26)] if c.isalpha() and writer.rng.random() < rate else c
        for c in text
    )


def _report(writer: Writer, given: Sentences, _: float) -> str:
    """Each sentence begins "we will" in the statement, and is told in the third person here."""
    who = ("the company said it", "officials said they")[int(writer.rng.integers(2))]
    lines = [[*f"{who} would".split(), *line[2:]] for line in given]
    return writer.write(lines)


def _fragment(writer: Writer, given: Sentences, _: float) -> str:
    """The middle of its longest sentence."""
    line = max(given, key=len)
    cut = max(len(line) // 6, 1)
    return f"They spoke of “{' '.join(line[cut : len(line) - cut])}” on {writer.word()}."


_CONDITIONS: dict[str, tuple[Alter, tuple[float, ...], str]] = {
    "swapped": (_swap, (0.05, 0.1, 0.2, 0.3, 0.4), "paraphrased"),
    "inserted": (_insert, (0.05, 0.1, 0.2, 0.3), "paraphrased"),
    "sentence dropped": (_drop, (0.0,), "verbatim"),
    "order turned": (_turn, (0.0,), "verbatim"),
    "interrupted": (_interrupt, (0.0,), "verbatim"),
    "case and marks": (_marks, (0.0,), "verbatim"),
    "scanned": (_scan, (0.01, 0.03, 0.05), ""),
    "reported": (_report, (0.0,), "reported"),
    "fragment": (_fragment, (0.0,), "partial"),
}


def compose(seed: int, each: int) -> tuple[list[str], list[Planted]]:
    """Articles, and the altered copies in them.

    Args:
        seed: Of all chance.
        each: Statements of every condition, strength and length in Latin script; of the other
            scripts, one for each of them is made of swapped and of unaltered words.
    """
    texts: list[str] = []
    planted: list[Planted] = []
    statement = 0
    for script in range(len(SCRIPTS)):
        writer = Writer(script, np.random.default_rng((seed, script)))
        cells = [
            (name, strength, length, alter, kind)
            for name, (alter, strengths, kind) in _CONDITIONS.items()
            for strength in strengths
            for length in LENGTHS
            if (
                script == 0
                and (
                    length >= 40
                    or name not in ("sentence dropped", "fragment", "reported", "order turned")
                )
            )
            or (script and name == "swapped" and strength <= 0.1 and length >= 40)
        ]
        for name, strength, length, alter, kind in cells:
            for _ in range(each):
                given = writer.sentences(length)
                if name == "reported":
                    given = [["we", "will", *line[2:]] for line in given]
                condition = name if script == 0 else f"{name}, {SCRIPTS[script]}"
                for copy in range(UNALTERED + ALTERED):
                    text = (
                        writer.write(given) if copy < UNALTERED else alter(writer, given, strength)
                    )
                    article, start = _put(writer, text)
                    if copy >= UNALTERED:
                        planted.append(
                            Planted(
                                len(texts),
                                statement,
                                (condition, strength),
                                length,
                                start,
                                start + len(text),
                                len(text) - (len(f",” {SAID}, “") if name == "interrupted" else 0),
                                kind,
                                tuple(writer.write([line]) for line in given),
                            )
                        )
                    texts.append(article)
                statement += 1
    return texts, planted


def _put(writer: Writer, text: str) -> tuple[str, int]:
    """An article with the text in it, and where that begins."""
    host = writer.sentences(int(writer.rng.integers(*HOST)))
    cut = int(writer.rng.integers(len(host) + 1))
    before, behind = writer.write(host[:cut]), writer.write(host[cut:])
    head = f"{before}\n\n" if before else ""
    return f"{head}{text}\n\n{behind}", len(head)
