"""How statements are told apart: digests, chains, equal texts, dates."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

import syndetect as sd
from tests import oracles
from tests.strategies import SCRIPTS, paragraph

LATIN = SCRIPTS["latin"]


def _texts(count: int, sentences: int = 2, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    return [paragraph(LATIN, rng, sentences) for _ in range(count)]


def _carriers(found: sd.Detection) -> list[set[str | int]]:
    return [{copy.article for copy in statement.copies} for statement in found.statements]


def test_a_digest_belongs_to_several_statements() -> None:
    one, two, *own = _texts(8, 3)
    articles = [
        one + "\n\n" + own[0],
        own[1] + "\n\n" + one,
        two + "\n\n" + own[2],
        own[3] + "\n\n" + two,
    ]
    found = sd.detect([*articles, one + "\n\n" + own[4] + "\n\n" + two])
    assert sorted(map(sorted, _carriers(found))) == [[0, 1, 4], [2, 3, 4]]


def test_two_statements_that_share_a_sentence_stay_two() -> None:
    """The carriers of the sentence meet in one of them, and what else it has is not the other's."""
    one, two, shared, *own = _texts(8, 2)
    articles = [f"{own[k]}\n\n{(one, one, two, two)[k]} {shared}" for k in range(4)]
    found = sd.detect(articles)
    assert sorted(map(sorted, _carriers(found))) == [[0, 1], [0, 1, 2, 3]]
    (whole,) = [statement for statement in found.statements if len(statement.copies) == 4]
    assert shared in whole.text
    assert (one in whole.text) + (two in whole.text) == 1
    assert [copy.used == 1 for copy in whole.copies].count(True) == 2


def test_a_chain_does_not_become_one_statement() -> None:
    """Each article shares a passage with the next, none with the one after."""
    passages, own = _texts(7, 2, seed=2), _texts(6, 2, seed=3)
    articles = [f"{passages[k]}\n\n{own[k]}\n\n{passages[k + 1]}" for k in range(6)]
    found = sd.detect(articles)
    assert sorted(map(sorted, _carriers(found))) == [[k, k + 1] for k in range(5)]


def test_every_copy_resembles_the_statement_itself() -> None:
    """A text that drifts by a tenth from copy to copy: far ones never meet through near ones."""
    rng = random.Random(5)
    words = LATIN.words(rng, 60)
    articles = []
    for _ in range(12):
        articles.append(LATIN.sentence(words))
        words = list(words)
        for place in rng.sample(range(60), 6):
            words[place] = LATIN.word(rng)
    found = sd.detect(articles)
    assert found.statements
    for statement in found.statements:
        own = set(oracles.words(statement.text))
        for copy in statement.copies:
            text = articles[int(copy.article)]
            carried = {w for p in copy.parts for w in oracles.words(text[p.start : p.end])}
            assert copy.similarity >= 0.3
            assert len(carried & own) >= 8


@pytest.mark.parametrize("count", [2, 3, 40])
def test_equal_texts_are_one_statement(count: int) -> None:
    (text,) = _texts(1, 4)
    found = sd.detect([text] * count)
    (statement,) = found.statements
    assert statement.text == text
    assert [copy.article for copy in statement.copies] == list(range(count))
    assert {(copy.kind, copy.used, copy.share) for copy in statement.copies} == {
        ("verbatim", 1.0, 1.0)
    }


def test_two_thousand_equal_texts_and_a_common_paragraph_stay_linear() -> None:
    (text,), paragraphs = _texts(1, 4), _texts(2000, 1, seed=9)
    found = sd.detect([text] * 1000 + [f"{text}\n\n{own}" for own in paragraphs[:1000]])
    (statement,) = found.statements
    assert len(statement.copies) == 2000
    assert found.candidates < 20 * 2000


def test_copies_stand_by_date_and_the_earliest_is_first() -> None:
    (text,) = _texts(1, 3)
    own = _texts(4, 1, seed=4)
    dates = [
        date(2020, 6, 11),
        None,
        datetime(2020, 6, 10, 23, tzinfo=UTC),
        datetime(2020, 6, 10, 9),
    ]
    articles = [
        sd.Article(f"a{k}", f"{text}\n\n{own[k]}", source=f"Outlet {k}", date=dates[k])
        for k in range(4)
    ]
    (statement,) = sd.detect(articles).statements
    assert [copy.article for copy in statement.copies] == ["a3", "a2", "a0", "a1"]
    assert statement.first is statement.copies[0]
    assert statement.first.source == "Outlet 3"


def test_statements_with_the_most_copies_come_first() -> None:
    one, two, *own = _texts(9, 3)
    articles = [f"{own[k]}\n\n{one if k < 2 else two}" for k in range(6)]
    assert [len(carriers) for carriers in _carriers(sd.detect(articles))] == [4, 2]


def test_an_attribution_is_no_part_of_the_statement() -> None:
    quote, rest = (
        "Qorv blent dask frimo utte wexil parn zorb keld",
        "vast nurem holt pligen wurt asket borim",
    )
    said = "the company said in a statement on Wednesday"
    own = _texts(3, 1)
    articles = [
        f"{own[k]}\n\n“{quote},” {said}. “{rest.capitalize()}.”\n\n{own[k]}" for k in range(2)
    ]
    articles.append(f"{own[2]}\n\n{quote}. {rest.capitalize()}.")
    (statement,) = sd.detect(articles).statements
    assert "company" not in statement.text
    assert statement.text == f"{quote}. {rest.capitalize()}."


QUOTE = "“We will close the northern harbour until repairs finish and safety inspectors approve reopening{}”"


def test_a_sentence_that_articles_repeat_stands_once_in_the_statement() -> None:
    articles = [
        QUOTE.format(".")
        + " That was the message on Tuesday. "
        + QUOTE.format(",")
        + " Jane Doe repeated later.",
        "Key points: "
        + QUOTE.format(".")
        + " Shares dropped afterwards. "
        + QUOTE.format(",")
        + " Doe told reporters.",
        "A short note. " + QUOTE.format(",") + " Doe said Tuesday.",
    ]
    (statement,) = sd.detect(articles).statements
    assert statement.text == QUOTE.format(".").strip("“”")
    assert [copy.used for copy in statement.copies] == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("number", range(4))
def test_of_two_wordings_the_uninterrupted_stands_for_the_statement(number: int) -> None:
    parted = (
        "SEATTLE. “We remain committed,” Smith said, “to protecting customer privacy and building "
        f"responsible artificial intelligence products worldwide.” Markets closed {number}."
    )
    whole = "We remain committed to protecting customer privacy and building responsible artificial intelligence products worldwide."
    (statement,) = sd.detect([parted, f"Statement: “{whole}” End."]).statements
    assert statement.text == whole
    assert [(copy.kind, copy.used) for copy in statement.copies] == [("verbatim", 1.0)] * 2


@pytest.mark.parametrize("lead", ["Westport.\n\n", "Westport - ", "Finch said: ", ""])
def test_a_quotation_stands_before_its_retelling(lead: str) -> None:
    quoted = (
        '"I have asked the council to spend two million euros on a new breakwater, and I will not '
        'accept any further delay in this matter," Finch said.'
    )
    retold = (
        "The mayor said she had asked the council to spend two million euros on a new breakwater, and "
        "she would not accept any further delay in this matter. Weather is bad."
    )
    (statement,) = sd.detect([lead + quoted, retold]).statements
    assert statement.text == quoted.partition('," ')[0].strip('"') + "."
    assert [copy.kind for copy in statement.copies] == ["verbatim", "reported"]


def test_equal_articles_carry_all_of_their_statement() -> None:
    article = (
        "Harbour shut after storm\n\nThe harbour was shut on Monday. “We will repair the damaged breakwater "
        "before winter storms arrive in the region,” the mayor said. Fishermen have complained about the "
        "closure for weeks.\n\n“It is a shame for the whole coast.”"
    )
    (statement,) = sd.detect([article, article]).statements
    assert [copy.used for copy in statement.copies] == [1.0, 1.0]
    assert statement.text.count("“") == statement.text.count("”")


MARKS = {
    "English": "She told us: “{}” It rained.",
    "straight": 'She told us: "{}" It rained.',
    "British": "She told us: ‘{}’ It rained.",
    "German": "Sie sagte: „{}“ Es regnete.",
    "reversed": "Sie sagte: »{}« Es regnete.",
    "French": "Elle a dit : « {} » Il pleuvait.",
    "Swedish": "Hon sade: ”{}” Det regnade.",
    "Chinese": "她说：「{}」 It rained.",
}


@pytest.mark.parametrize("name", MARKS)
def test_quotation_marks_of_many_languages(name: str) -> None:
    said = "Wir reparieren den beschädigten Wellenbrecher vor dem 10. Juni und öffnen danach den nördlichen Hafen wieder."
    own = _texts(2, 1)
    (statement,) = sd.detect(
        [MARKS[name].format(said), f"{own[0]}\n\n{said}\n\n{own[1]}"]
    ).statements
    assert statement.text == said
    assert [(copy.kind, copy.parts[0].quoted) for copy in statement.copies] == [
        ("verbatim", True),
        ("verbatim", False),
    ]


def test_a_short_sentence_before_an_attribution_belongs_to_the_statement() -> None:
    sentences = (
        "We will reopen the northern harbour on Monday.",
        "Every damaged section of the breakwater has been repaired by our engineers.",
        "Fishing crews who lost income will be compensated before the end of the summer.",
    )
    said = (
        f"Harbour to reopen\n\n“{sentences[0][:-1]},” Mayor Alice Finch said in a statement on Friday. "
        f"“{sentences[1]} {sentences[2]}”\n\nThe opposition was not convinced."
    )
    note = f"The mayor has published a note. It reads in full:\n\n{' '.join(sentences)}\n\nRain is expected."
    (statement,) = sd.detect([said, note]).statements
    assert statement.text == " ".join(sentences)
    assert [(copy.kind, copy.used) for copy in statement.copies] == [("verbatim", 1.0)] * 2


REPORTED = [
    ("We will build the new terminal beside the old harbour before winter begins.",
     "The firm said it would build the new terminal beside the old harbour before winter begins."),
    ("Our engineers have repaired every damaged bridge along the northern railway line.",
     "Acme said that its engineers had repaired every damaged bridge along the northern railway line."),
    ("Wir werden das neue Terminal neben dem alten Hafen vor dem Winter bauen.",
     "Die Firma erklärte, sie werde das neue Terminal neben dem alten Hafen vor dem Winter bauen."),
    ("Nosotros construiremos la nueva terminal junto al viejo puerto antes del invierno próximo.",
     "La empresa dijo que ellos construiremos la nueva terminal junto al viejo puerto antes del invierno próximo."),
]  # fmt: skip


@pytest.mark.parametrize(("direct", "reported"), REPORTED)
def test_reported_speech_is_told_from_paraphrase(direct: str, reported: str) -> None:
    own = _texts(3, 1)
    found = sd.detect(
        [f"{own[0]}\n\n“{direct}”", f"“{direct}”\n\n{own[1]}", f"{own[2]}\n\n{reported}"]
    )
    (statement,) = found.statements
    assert {copy.article: copy.kind for copy in statement.copies} == {
        0: sd.Kind.VERBATIM,
        1: sd.Kind.VERBATIM,
        2: sd.Kind.REPORTED,
    }


@pytest.mark.parametrize(("direct", "reported"), REPORTED[:2])
def test_a_retelling_that_two_articles_have_is_not_the_text_of_the_statement(
    direct: str, reported: str
) -> None:
    own = _texts(5, 1)
    found = sd.detect(
        [
            *(f"{text}\n\n{direct}" for text in own[:3]),
            *(f"{text}\n\n{reported}" for text in own[3:]),
        ]
    )
    (statement,) = found.statements
    assert statement.text == direct
    assert {copy.article: copy.kind for copy in statement.copies} == {
        **dict.fromkeys(range(3), sd.Kind.VERBATIM),
        **dict.fromkeys(range(3, 5), sd.Kind.REPORTED),
    }


@pytest.mark.parametrize("carriers", [2, 3])
def test_three_articles_need_less_evidence_than_two(carriers: int) -> None:
    said = "It is what we have to do for all of our harbours and ferries."
    own = _texts(carriers, 1)
    found = sd.detect([*(f"{text}\n\n{said}" for text in own[1:]), f"{own[0]}\n\n{said}"])
    assert _carriers(found) == ([set(range(3))] if carriers == 3 else [])
    short = sd.detect([said] * carriers)
    assert _carriers(short) == _carriers(found)
    assert len(short.skipped) == (0 if carriers == 3 else 2)


def test_a_swap_in_a_quotation_is_a_paraphrase() -> None:
    direct = (
        "We will build the new passenger terminal beside the old harbour before the winter begins."
    )
    own = _texts(3, 1)
    swapped = direct.replace("build", "construct").replace("begins", "starts")
    found = sd.detect(
        [f"{own[0]}\n\n“{direct}”", f"“{direct}”\n\n{own[1]}", f"{own[2]}\n\n“{swapped}”"]
    )
    (statement,) = found.statements
    (copy,) = (copy for copy in statement.copies if copy.article == 2)
    assert copy.kind is sd.Kind.PARAPHRASED
    assert [str(edit) for edit in copy.parts[0].edits] == ["build → construct", "begins → starts"]


def test_an_empty_result_says_why() -> None:
    near = "The harbour authority closed the northern pier."
    own = _texts(2, 2)
    assert str(sd.detect([])) == "no statement in 0 articles: at least two are needed"
    assert "no two share a run of 5 words" in str(sd.detect(own))
    found = sd.detect([f"{own[0]} {near}", f"{own[1]} {near}"])
    assert found.statements == ()
    assert found.nearest is not None
    assert (found.nearest.left, found.nearest.right) == (0, 1)
    assert found.nearest.text == near.rstrip(".")
    assert 4 < found.nearest.score < 8
    assert near.rstrip(".") in str(found)


def test_two_equal_texts_too_short_for_a_match_are_the_nearest() -> None:
    own = _texts(2, 2)
    for order in (1, -1):
        rows = [
            {"id": "z", "text": "Storm damage repaired."},
            {"id": "a", "text": "Storm damage repaired."},
        ]
        found = sd.detect([*rows[::order], *({"id": f"o{k}", "text": own[k]} for k in range(2))])
        assert found.nearest == sd.NearMiss("a", "z", 3.0, "Storm damage repaired")
        assert "nearest were a and z with 3.0" in str(found)


def test_what_cannot_be_judged_is_listed_with_the_reason() -> None:
    texts = [*_texts(2), "", "👍 …", "Too short a text."]
    found = sd.detect(texts)
    assert [(skipped.article, skipped.reason) for skipped in found.skipped] == [
        (2, "empty"),
        (3, "no words"),
        (4, "too short: evidence 2.8, 8 needed"),
    ]


def test_what_the_same_articles_carry_is_one_statement() -> None:
    """Others share too little of the sentence in the middle of it to carry it."""
    rng = random.Random(7)
    one, two, *own = _texts(13, 2, seed=7)
    middle, line = LATIN.words(rng, 16), "Revenue 45.8 against 41.4."
    articles = [f"{own[k]}\n\n{one} {LATIN.sentence(middle)} {line} {two}" for k in (0, 1)]
    for k in range(2, 8):
        start = middle[:7] if k % 2 else middle[9:]
        articles.append(f"{own[k]} {LATIN.sentence([*start, *LATIN.words(rng, 8)])}")
    found = sd.detect(articles)
    assert _carriers(found) == [{0, 1}]
    (pair,) = found.statements
    assert all(text in pair.text for text in (one, LATIN.sentence(middle), line, two))
    assert [copy.used for copy in pair.copies] == [1, 1]
