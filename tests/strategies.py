"""Near-duplicates to test on: statements planted in articles, then edited, in many scripts."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Script:
    """How to write random words and sentences of a script."""

    name: str
    letters: str
    marks: str = ""  # may follow a letter
    space: str = " "
    stop: str = ". "
    length: tuple[int, int] = (4, 9)

    def word(self, rng: random.Random) -> str:
        word = ""
        for _ in range(rng.randint(*self.length)):
            word += rng.choice(self.letters)
            if self.marks and rng.random() < 0.4:
                word += rng.choice(self.marks)
        return word

    def words(self, rng: random.Random, count: int) -> list[str]:
        return [self.word(rng) for _ in range(count)]

    def sentence(self, words: list[str]) -> str:
        first = words[0].capitalize() if self.space else words[0]
        return self.space.join([first, *words[1:]]) + self.stop.strip()

    def join(self, sentences: list[str]) -> str:
        return (" " if self.stop.endswith(" ") else "").join(sentences)


def _chars(*ranges: tuple[int, int]) -> str:
    return "".join(chr(code) for low, high in ranges for code in range(low, high + 1))


SCRIPTS = {
    script.name: script
    for script in (
        Script("latin", "abcdefghijklmnopqrstuvwxyzäéñøçőß"),
        Script("cyrillic", _chars((0x430, 0x44F)) + "ёїў"),
        Script("greek", _chars((0x3B1, 0x3C9)) + "άέή"),
        Script("arabic", _chars((0x628, 0x63A), (0x641, 0x648)), marks="َُ"),
        Script("hebrew", _chars((0x5D0, 0x5EA)), marks="ָּ"),
        Script("devanagari", _chars((0x915, 0x939)), marks="ािीुूे्", stop="। "),
        Script("chinese", _chars((0x4E00, 0x9FA5)), space="", stop="。", length=(2, 2)),
        Script(
            "japanese",
            _chars((0x3042, 0x3093), (0x4E00, 0x5E00)),
            space="",
            stop="。",
            length=(2, 2),
        ),
        Script("thai", _chars((0x0E01, 0x0E2E)), marks="ัิีุ่้", space="", stop="\n\n", length=(3, 3)),
    )
}
EMOJI = ("👍", "🇺🇸", "👩‍👩‍👧", "❤️", "🏳️‍🌈")


@dataclass(frozen=True)
class Planted:
    """A statement and articles that carry it.

    Attributes:
        script: The script it is written in.
        sentences: The words of each sentence of the statement.
        articles: The carriers, each (before, rendering, after); unrelated otherwise.
        bystanders: Articles without it.
    """

    script: Script
    sentences: list[list[str]]
    articles: list[tuple[str, str, str]]
    bystanders: list[str]
    seed: int

    @property
    def rng(self) -> random.Random:
        return random.Random(self.seed + 1)

    @property
    def statement(self) -> str:
        return self.script.join([self.script.sentence(words) for words in self.sentences])

    def texts(self) -> list[str]:
        return [
            before + middle + after for before, middle, after in self.articles
        ] + self.bystanders

    def render(self, place: int, rendering: str) -> Planted:
        """The same with another rendering in one article."""
        articles = list(self.articles)
        before, _, after = articles[place]
        articles[place] = (before, rendering, after)
        return Planted(self.script, self.sentences, articles, self.bystanders, self.seed)


def paragraph(script: Script, rng: random.Random, sentences: int) -> str:
    return script.join(
        [script.sentence(script.words(rng, rng.randint(8, 20))) for _ in range(sentences)]
    )


@st.composite
def planted(
    draw: st.DrawFn, scripts: tuple[str, ...] = tuple(SCRIPTS), carriers: int = 3
) -> Planted:
    """A statement of one to three sentences, verbatim in `carriers` random articles."""
    script = SCRIPTS[draw(st.sampled_from(scripts))]
    seed = draw(st.integers(0, 2**32 - 1))
    rng = random.Random(seed)
    sentences = [
        script.words(rng, draw(st.integers(14, 24))) for _ in range(draw(st.integers(1, 3)))
    ]
    statement = script.join([script.sentence(words) for words in sentences])
    articles = []
    for _ in range(carriers):
        before = paragraph(script, rng, draw(st.integers(0, 3)))
        after = paragraph(script, rng, draw(st.integers(0, 3)))
        articles.append((before and before + "\n\n", statement, after and "\n\n" + after))
    bystanders = [paragraph(script, rng, 3) for _ in range(draw(st.integers(0, 2)))]
    return Planted(script, sentences, articles, bystanders, seed)


def swap(words: list[str], script: Script, rng: random.Random, every: int = 8) -> list[str]:
    """Every so many-th word replaced, never the first or last."""
    swapped = list(words)
    for place in range(every - 2, len(words) - 1, every):
        swapped[place] = script.word(rng)
    return swapped


def redress(text: str, choice: int) -> str:
    """The same words in other dress: case, quotes, accents decomposed, emoji, spaces, line ends."""
    if choice == 0:
        return text.upper()
    if choice == 1:
        return unicodedata.normalize("NFD", text)
    if choice == 2:
        return text.replace(" ", " 👍 ").replace("。", "！🇺🇸")
    if choice == 3:
        return text.replace(" ", "\u00a0 ")
    return "“" + text.replace(" ", "  ") + "”"


@st.composite
def edited(draw: st.DrawFn) -> list[str]:
    """A small set of texts, most of them edited from one another."""
    script = SCRIPTS[draw(st.sampled_from(tuple(SCRIPTS)))]
    rng = random.Random(draw(st.integers(0, 2**32 - 1)))
    texts = [paragraph(script, rng, draw(st.integers(1, 4)))]
    for _ in range(draw(st.integers(1, 7))):
        base = rng.choice(texts)
        parts = base.split(script.space) if script.space else list(base)
        edit = draw(
            st.sampled_from(("copy", "trim", "insert", "swap", "reorder", "redress", "new", "none"))
        )
        if edit == "trim":
            parts = parts[: rng.randint(1, len(parts))] if parts else parts
        elif edit == "insert" and parts:
            parts.insert(rng.randrange(len(parts)), script.word(rng))
        elif edit == "swap" and parts:
            for _ in range(rng.randint(1, 4)):
                parts[rng.randrange(len(parts))] = script.word(rng)
        elif edit == "reorder":
            middle = len(parts) // 2
            parts = parts[middle:] + parts[:middle]
        text = script.space.join(parts)
        if edit == "redress":
            text = redress(base, draw(st.integers(0, 4)))
        elif edit == "new":
            text = paragraph(script, rng, 2)
        elif edit == "none":
            text = draw(st.sampled_from(("", "👍", "..., !", script.word(rng))))
        texts.append(text)
    return texts
