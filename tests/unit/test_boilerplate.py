"""Notices of outlets and pieces of templates are set apart from statements, and nothing else is."""

from __future__ import annotations

import json
import random

import numpy as np
import pytest

import syndetect as sd
from syndetect.text.corpus import Corpus
from syndetect.text.marks import EVIDENCE, FACT, read_words

STATEMENT = (
    "The merger will create the largest producer of wind turbines on the continent, and both boards "
    "have agreed to it without a dissenting vote."
)
NOTICE = {
    "Post": "Subscribe to the morning letter of this paper and never miss what the region talks about.",
    "Times": "All rights in this page are with its publisher, and copying it in part needs a written licence.",
}


class Reporter:
    """Writes articles in which all names, figures and other words are invented."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def word(self, syllables: int = 3) -> str:
        return "".join(
            self.rng.choice("bdfgklmnprstv") + self.rng.choice("aeiou") for _ in range(syllables)
        )

    def name(self) -> str:
        return self.word().capitalize()

    def figure(self) -> int:
        return self.rng.randrange(11, 9999)

    def news(self, sentences: int = 6) -> str:
        """Sentences that share nothing with others."""
        return " ".join(
            f"In {self.name()} the {self.word()} of {self.name()} {self.word()} {self.figure()} "
            f"{self.word()} and {self.word()} {self.word()} {self.word()}."
            for _ in range(sentences)
        )

    def release(self) -> str:
        """One template, filled in; sentences are chosen as releases of one office do."""
        openings = [
            "A joint patrol of the northern command searched a compound in {} near {} on the {}th.",
            "A joint patrol of the northern command detained {} suspects in the town of {} in {}.",
            "Soldiers of the northern command found {} weapons in a house near {} and took {} with them.",
        ]
        others = [
            "No residents were harmed while the patrol secured the area around {}.",
            "The patrol acted on a tip from residents who had seen armed men around {}.",
            "The men were handed over to the police of {} for further questioning.",
            "Several weapons and {} rounds of ammunition were destroyed at the site.",
            "The command thanks all residents of {} who help to keep their streets safe.",
            "An inquiry into the origin of the weapons has been opened by the court of {}.",
            "Vehicles without plates were seized at a road block not far from {}.",
            "Women and children were led to safety before the search of {} began.",
            "A leader of the group had planned attacks on convoys to {} since last autumn.",
            "Aircraft watched the roads that lead to {} until the soldiers had left.",
            "Elders of {} were told of the operation and of its aim on the same evening.",
            "The wounded were flown to the field hospital in {} and are in stable condition.",
        ]
        chosen = [self.rng.choice(openings), *self.rng.sample(others, 4)]
        return " ".join(
            line.format(*(self.rng.choice((self.name(), self.figure())) for _ in range(3)))
            for line in chosen
        )


def test_pieces_of_a_template_are_no_statements() -> None:
    reporter = Reporter(1)
    releases = [reporter.release() for _ in range(60)]
    carriers = [f"{reporter.news(4)} {STATEMENT} {reporter.news(3)}" for _ in range(5)]
    found = sd.detect([*releases, *carriers])
    (statement,) = found.statements
    assert statement.text == STATEMENT
    assert [copy.article for copy in statement.copies] == list(range(60, 65))
    assert found.boilerplate
    texts = " ".join(piece.text for piece in found.boilerplate)
    assert "northern command" in texts
    for piece in found.boilerplate:
        for copy in piece.copies:
            for part in copy.parts:
                assert releases[int(copy.article)][part.start : part.end]


def test_one_release_in_many_papers_stays_a_statement() -> None:
    """What fills in a template is told by its facts: the same ones everywhere are a statement's."""
    reporter = Reporter(2)
    releases = [reporter.release() for _ in range(60)]
    own = f"General {reporter.name()} of {reporter.name()} spoke of {reporter.name()} and {reporter.figure()} men"
    printed = f"{reporter.release()} {own} on the way to {reporter.name()} and {reporter.name()}."
    papers = [f"{reporter.news(2)} {printed} {reporter.news(2)}" for _ in range(6)]
    found = sd.detect([*releases, *papers])
    carried = {copy.article for statement in found.statements for copy in statement.copies}
    assert set(range(60, 66)) <= carried


def articles_of_outlets(reporter: Reporter, *, sourced: bool) -> list[dict[str, object]]:
    articles: list[dict[str, object]] = []
    for number in range(16):
        outlet = "Post" if number % 2 else "Times"
        quoted = STATEMENT if number in (3, 6, 11) else ""
        text = f"{reporter.news()}\n\n{quoted}\n\n{reporter.news(2)}\n\n{NOTICE[outlet]}"
        articles.append({"id": number, "text": text, "source": outlet if sourced else None})
    return articles


def test_notices_of_outlets_are_no_statements() -> None:
    found = sd.detect(articles_of_outlets(Reporter(3), sourced=True))
    (statement,) = found.statements
    assert statement.text == STATEMENT
    assert [copy.article for copy in statement.copies] == [3, 6, 11]
    assert {piece.text for piece in found.boilerplate} == set(NOTICE.values())
    assert all(len(piece.copies) == 8 for piece in found.boilerplate)
    assert "2 texts left out as boilerplate" in str(found)
    whole = json.loads(found.to_json())
    assert {piece["text"] for piece in whole["boilerplate"]} == set(NOTICE.values())


def test_notices_are_known_by_their_outlet_alone() -> None:
    """Without outlets, a notice is what a statement in unrelated articles is, too."""
    found = sd.detect(articles_of_outlets(Reporter(3), sourced=False))
    assert {statement.text for statement in found.statements} == {STATEMENT, *NOTICE.values()}
    assert not found.boilerplate


def test_later_versions_of_one_story_in_one_outlet_stay_a_statement() -> None:
    reporter = Reporter(4)
    head, rest = reporter.news(3), reporter.news(4)
    articles = [{"text": f"{head} {rest} {reporter.news(1)}", "source": "Post"} for _ in range(4)]
    found = sd.detect(articles)
    assert len(found.statements) == 1
    assert not found.boilerplate


def test_boilerplate_may_stay_among_the_statements() -> None:
    articles = articles_of_outlets(Reporter(3), sourced=True)
    found = sd.detect(articles, settings=sd.Settings(boilerplate=1))
    assert {statement.text for statement in found.statements} == {STATEMENT, *NOTICE.values()}
    assert not found.boilerplate


def test_nothing_but_boilerplate_is_said() -> None:
    reporter = Reporter(5)
    articles = [
        {"text": f"{reporter.news()}\n\n{NOTICE['Post']}", "source": "Post"} for _ in range(5)
    ]
    found = sd.detect(articles)
    assert not found.statements
    assert str(found).startswith("no statement in 5 articles: what they share is boilerplate")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "On Monday the council of Velmont paid 41 crowns to NATO.",
            ["Monday", "Velmont", "41", "NATO"],
        ),
        ("Velmont paid. Then he and I went to A.", []),
        ("Он сказал, что Москва ответит 3 марта.", ["Москва", "3"]),
        ("he paid €12.50 in ÉVIAN", ["12.50", "ÉVIAN"]),
        ("She said: “Never again,” and left.", []),
    ],
)
def test_facts_are_figures_and_names(text: str, facts: list[str]) -> None:
    words = read_words([Corpus.from_texts([text])])
    marked = np.flatnonzero(words.marks & EVIDENCE == FACT)
    spelled = [word.strip(".,:“”€") for word in text.split()]
    assert [spelled[k] for k in marked] == facts


TITLE = "Deputy Finance Minister Ilse Maria Brandauer, President Jon Karsund of Norfrakt Velmont"


def test_a_title_that_articles_share_is_no_statement() -> None:
    reporter = Reporter(8)
    tellings = ("spoke of the winter with", "was met at noon by", "had no word left for")
    prose = [" ".join(reporter.word() for _ in range(90)).capitalize() for _ in tellings]
    articles = [f"{text}. It {told} {TITLE}." for text, told in zip(prose, tellings, strict=True)]
    found = sd.detect(articles)
    assert not found.statements
    (title,) = found.boilerplate
    assert "Ilse Maria Brandauer" in title.text


def test_what_is_written_in_capitals_throughout_stays_a_statement() -> None:
    reporter = Reporter(9)
    said = " ".join(reporter.word() for _ in range(30))
    articles = [f"{' '.join(reporter.word() for _ in range(90))}. {said}." for _ in range(3)]
    for some in (articles, [text.upper() for text in articles]):
        (statement,) = sd.detect(some).statements
        assert len(statement.copies) == 3
    quoting = [*articles[:2], articles[2].replace(said, said.upper())]
    (statement,) = sd.detect(quoting).statements
    assert len(statement.copies) == 3
