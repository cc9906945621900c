"""Invented vocabularies in several scripts, with the word frequencies of news."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 60_000
SCRIPTS = ("latin", "cyrillic", "greek", "arabic", "han")
_FUNCTION = [
    "the",
    "of",
    "to",
    "and",
    "a",
    "in",
    "that",
    "for",
    "is",
    "on",
    "said",
    "with",
    "was",
    "at",
    "as",
    "by",
    "it",
    "from",
    "be",
    "has",
    "have",
    "are",
    "his",
    "not",
    "will",
    "an",
    "this",
    "but",
    "which",
    "he",
    "who",
    "were",
    "they",
    "their",
    "been",
    "its",
    "had",
    "would",
    "we",
    "more",
    "about",
    "after",
    "one",
    "or",
    "two",
    "also",
    "when",
    "than",
    "there",
    "she",
    "you",
    "all",
    "can",
    "new",
    "year",
    "last",
    "could",
    "first",
    "people",
    "over",
    "if",
    "other",
    "into",
    "some",
]
_ONSETS = [
    "b",
    "c",
    "d",
    "f",
    "g",
    "h",
    "j",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "t",
    "v",
    "w",
    "br",
    "ch",
    "cl",
    "cr",
    "dr",
    "fr",
    "gr",
    "pl",
    "pr",
    "sc",
    "sh",
    "sp",
    "st",
    "th",
    "tr",
]
_NUCLEI = ["a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ea", "ee", "io", "ou"]
_CODAS = ["", "", "", "", "", "", *["n", "r", "s", "t", "l", "m", "nd", "ng", "nt", "rd", "st"]]
_LETTERS = {
    "cyrillic": str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопярстувшжыз"),
    "greek": str.maketrans("abcdefghijklmnopqrstuvwxyz", "αβξδεφγηιψκλμνοπχρστυθωζςά"),
    "arabic": str.maketrans("abcdefghijklmnopqrstuvwxyz", "ابتدهفغحيجكلمنوپقرسطعثشخىز"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words as bytes, the most frequent first.

    Attributes:
        data: uint8, UTF-8 of all words, each as it stands in a sentence and then capitalised.
        offsets: int64 (2 * SIZE + 1), word w stands at 2 * w, its capitalised form at 2 * w + 1.
        spaced: Whether words are parted by spaces.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    spaced: bool


def _latin(rng: np.random.Generator) -> list[str]:
    words = dict.fromkeys(_FUNCTION)
    while len(words) < SIZE:
        syllables = min(1 + int(rng.poisson(0.2 + 0.9 * len(words) / SIZE)), 4)
        parts = [
            rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(syllables)
        ]
        words["".join(parts) if rng.random() > 0.02 else str(int(rng.integers(2, 9999)))] = None
    return list(words)[:SIZE]


def _han(rng: np.random.Generator) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < SIZE:
        size = 1 if len(words) < 200 else 2 + int(rng.random() < 0.2)
        words["".join(chr(int(c)) for c in rng.integers(0x4E00, 0x4E00 + 3000, size))] = None
    return list(words)


def vocabularies(seed: int) -> list[Vocabulary]:
    """One vocabulary for each of `SCRIPTS`."""
    latin = _latin(np.random.default_rng((seed, 1)))
    lists = [latin]
    lists += [[word.translate(_LETTERS[script]) for word in latin] for script in SCRIPTS[1:4]]
    lists.append(_han(np.random.default_rng((seed, 2))))
    found = []
    for script, words in zip(SCRIPTS, lists, strict=True):
        forms = [form.encode() for word in words for form in (word, word.capitalize())]
        offsets = np.concatenate(([0], np.cumsum([len(form) for form in forms])))
        data = np.frombuffer(b"".join(forms), np.uint8)
        found.append(Vocabulary(data, offsets.astype(np.int64), script != "han"))
    return found


def frequencies() -> NDArray[np.int32]:
    """int32 (2 ** 20), a word to each place, by Zipf and Mandelbrot's law of word frequencies."""
    weights = 1 / (np.arange(SIZE) + 2.7) ** 1.05
    return np.searchsorted(
        np.cumsum(weights / weights.sum()), (np.arange(1 << 20) + 0.5) / (1 << 20)
    ).astype(np.int32)
