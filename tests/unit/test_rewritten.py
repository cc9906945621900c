"""Rewritten copies, altered facts, and the chains that must not form."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

import syndetect as sd
from syndetect.candidates.rewritten import Likenesses
from syndetect.facts import alters_fact
from syndetect.statements.rewritten import _cluster

ORIGINAL = """The harbour authority of Velmont said on Tuesday that it will close the old grain pier
for eighteen months from 3 March. Engineers found cracks in 41 of the 212 concrete piles during an
inspection by divers last autumn. Director Ilse Brandauer called the decision painful but unavoidable.
The repairs are expected to cost 64 million crowns, of which the region of Ostmark pays a third.
Grain ships will be sent to the terminal at Karsund until the work is done. The dockers' union warned
that 130 jobs depend on the pier and asked for talks with the ministry of transport. Shipping company
Norfrakt, the largest customer, said it had expected the closure since the winter storms of 2019.
A new crane ordered from Gdansk arrives in May and is to be stored in hall seven."""
RETOLD = """From 3 March, Velmont's old grain pier stays shut for a year and a half, its harbour authority
announced. Divers who examined it in autumn had discovered damage: of 212 piles made of concrete, 41 showed
cracks. A painful step, yet one nobody could avoid, in the words of Ilse Brandauer, who heads the authority.
Some 64 million crowns have been budgeted for mending it; Ostmark, the region, covers one third. Until
everything is finished, Karsund's terminal takes the ships with grain. According to the union of dockers,
130 people work there thanks to the pier; it wants the transport ministry to negotiate. Norfrakt, which uses
it most, was not surprised, given what storms did in the winter of 2019. Hall seven will house the
new crane that comes from Gdansk in May."""
ANOTHER = """Karsund opened its second ferry line on Monday. The boat, built in Gdansk, carries 212
passengers to the islands six times a day, and tickets cost 41 crowns. Mayor Tomas Ek thanked the region of
Ostmark, which pays for the first winter. Dockers blocked the road for an hour, because they want jobs
at the new quay. Norfrakt runs the line for five years. The ministry of transport looks at a third line.
Shops near the landing hope for guests, and a museum shows pictures of storms. On Sundays, trips are free for
children, said the company, which plans a timetable on paper too."""


def test_a_retelling_from_beginning_to_end_is_a_rewritten_copy() -> None:
    found = sd.detect(
        {"id": k, "text": t} for k, t in [("a", ORIGINAL), ("b", RETOLD), ("c", ANOTHER)]
    )
    (statement,) = found.statements
    assert {copy.article for copy in statement.copies} == {"a", "b"}
    scores = {copy.article: copy.score for copy in statement.copies}
    (retold,) = [copy for copy in statement.copies if copy.score is not None]
    assert list(scores.values()).count(None) == 1
    assert retold.score is not None
    assert 0.24 <= retold.score <= 1
    assert retold.kind == sd.Kind.REWRITTEN
    rewritten = [part for part in retold.parts if part.kind == sd.Kind.REWRITTEN]
    assert rewritten
    for part in rewritten:
        assert part.edits == ()
        assert 0 <= part.similarity < 1
    text = {"a": ORIGINAL, "b": RETOLD}[str(retold.article)]
    assert sum(part.end - part.start for part in retold.parts) > 0.8 * len(text)


def test_no_rewritten_copies_when_they_are_not_wanted() -> None:
    assert not sd.detect([ORIGINAL, RETOLD], settings=sd.Settings(rewritten=1)).statements


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_rewritten_copies_do_not_depend_on_the_order(order: tuple[int, ...]) -> None:
    articles = [{"id": k, "text": t} for k, t in enumerate((ORIGINAL, RETOLD, ANOTHER))]
    assert sd.detect([articles[k] for k in order]).statements == sd.detect(articles).statements


def _passage(rng: random.Random, words: int) -> str:
    drawn = [
        "".join(rng.choices("bcdfghklmnprst", k=2)) + rng.choice("aeiou") + str(rng.randrange(99))
        for _ in range(words)
    ]
    return " ".join(drawn).capitalize() + "."


def test_chains_hubs_and_digests_do_not_merge() -> None:
    rng = random.Random(5)
    passages = [_passage(rng, 40) for _ in range(12)]
    chain = [f"{a} {_passage(rng, 60)} {b}" for a, b in itertools.pairwise(passages)]  # A~B~C…
    digest = "\n\n".join(passages)
    alone = [f"{passage} {_passage(rng, 80)}" for passage in passages for _ in range(3)]
    found = sd.detect([*chain, digest, *alone])
    assert len(found.statements) == len(passages)
    for statement in found.statements:
        held = [passage for passage in passages if passage[:60].lower() in statement.text.lower()]
        assert len(held) == 1
        numbers = {int(copy.article) for copy in statement.copies}
        place = passages.index(held[0])
        assert numbers == {k for k in (place - 1, place) if 0 <= k < 11} | {
            11,
            *range(12 + 3 * place, 15 + 3 * place),
        }


def test_the_weakest_copy_is_the_least_alike() -> None:
    for statement in sd.detect(sd.read("seeds")).statements:
        assert statement.weakest in statement.copies
        assert statement.weakest.similarity == min(copy.similarity for copy in statement.copies)


@pytest.mark.parametrize(
    ("before", "after", "lead", "altered"),
    [
        ("30", "50", "They met ", True),
        ("two", "2", "in ", False),
        ("June 10", "June 12", "on ", True),
        ("Amazon", "Google", "said that ", True),
        ("Mr Brandauer", "Ilse Brandauer", "by ", False),
        ("Qaeda", "Qaida", "of ", False),
        ("Sgt", "Sergeant", "by ", False),
        ("ISIS", "Islamic State", "by ", False),
        ("US", "United States", "the ", False),
        ("Willie Nelson", "Axl Rose", "that ", True),
        ("Organizations", "Businesses", "It ended. ", False),
        ("Organizations", "Businesses", "“", False),
        ("will", "will not", "it ", True),
        ("can", "can’t", "it ", True),
        ("", "nicht", "es wird ", True),
        ("", "Google", "says ", False),
        ("1,000", "1000", "of ", False),
        ("put in place", "set up", "to ", False),
        ("three", "five", "of ", True),
        ("twenty-three", "twenty-five", "of ", True),
        ("twenty-three", "23", "of ", False),
        ("sixteen", "eighteen", "for ", True),
        ("sechzehn", "16", "für ", False),
        ("fifty", "sixty", "of ", True),
        ("once", "one day", "it was ", False),
        ("will go", "won’t go", "they ", True),
        ("with hope", "without hope", "and ", True),
        ("rooms 4b", "rooms 5b", "in ", True),
        ("большой", "малый", "это ", False),
        ("будет", "не будет", "это ", True),
        ("مدينة", "قرية", "هي ", False),
    ],
)  # fmt: skip
def test_which_edits_alter_facts(before: str, after: str, lead: str, altered: bool) -> None:
    assert alters_fact(before, after, lead) is altered


def test_edits_of_copies_and_comparisons_say_whether_they_alter_facts() -> None:
    said = "The harbour authority closes the grain pier for eighteen months because divers found cracks in {} of the concrete piles."
    texts = [said.format(41), said.format(41), said.format(57)]
    (statement,) = sd.detect({"id": k, "text": f"{t} {k}"} for k, t in enumerate(texts)).statements
    edits = [edit for copy in statement.copies for part in copy.parts for edit in part.edits]
    assert [(edit.before, edit.after, edit.alters_fact) for edit in edits] == [("41", "57", True)]
    (match,) = sd.compare(texts[0], texts[2]).matches
    assert [edit.alters_fact for edit in match.edits] == [True]


def test_a_retelling_of_a_statement_that_many_carry_is_one_of_its_copies() -> None:
    rng = random.Random(11)
    many = [f"{_passage(rng, 20)}\n\n{ORIGINAL}" for _ in range(16)]
    others = [" ".join(_passage(rng, 15) for _ in range(9)) for _ in range(200)]
    found = sd.detect([*many, RETOLD, *others])
    (statement,) = found.statements
    scores = {copy.article: copy.score for copy in statement.copies}
    assert set(scores) == set(range(17))
    assert [article for article, score in scores.items() if score is not None] == [16]
    (retold,) = [copy for copy in statement.copies if copy.article == 16]
    assert retold.kind == sd.Kind.REWRITTEN
    assert sum(part.end - part.start for part in retold.parts) > 0.8 * len(RETOLD)


def _likenesses(*pairs: tuple[int, int, float, bool]) -> Likenesses:
    left, right, scores, explained = zip(*pairs, strict=True)
    rows = np.array(left), np.array(right)
    return Likenesses(*rows, np.array(scores), np.array(explained))


def _stars(alike: Likenesses, copies: list[int]) -> list[tuple[int, dict[int, bool]]]:
    """Bases, and for each its members and whether they have their place there."""
    found = _cluster(alike, np.array(copies))
    return [(base, {member.row: member.placed for member in others}) for base, others in found]


def test_a_copy_belongs_to_every_base_that_it_is_like() -> None:
    alike = _likenesses(
        (0, 1, 0.9, False),
        (0, 2, 0.5, False),
        (0, 5, 0.9, False),
        (2, 3, 0.9, False),
        (3, 4, 0.9, False),
    )
    assert _stars(alike, [1] * 6) == [
        (0, {1: True, 2: False, 5: True}),
        (3, {2: True, 4: True}),
    ]


def test_what_is_like_no_base_becomes_one() -> None:
    pairs = [(0, 1, 0.9, False), (0, 2, 0.9, False)]
    alike = _likenesses(*pairs, (2, 3, 0.5, False))
    assert _stars(alike, [1] * 4) == [(0, {1: True, 2: True}), (3, {2: False})]
    explained = _likenesses(*pairs, (2, 3, 0.5, True))
    assert _stars(explained, [1] * 4) == [(0, {1: True, 2: True})]


def test_every_one_of_equal_articles_counts_when_a_base_is_chosen() -> None:
    alike = _likenesses((0, 1, 0.5, False), (1, 2, 0.5, False))
    assert _stars(alike, [1, 1, 1]) == [(1, {0: True, 2: True})]
    assert _stars(alike, [5, 1, 1]) == [(0, {1: True}), (2, {1: False})]


def test_what_equal_articles_have_beside_a_retold_text_is_not_lost() -> None:
    whole = f"{ORIGINAL}\n\n{ANOTHER}"
    found = sd.detect([whole, whole, RETOLD])
    assert any(copy.score is not None for one in found.statements for copy in one.copies)
    held = np.zeros(len(whole), np.bool_)
    for statement in found.statements:
        for copy in statement.copies:
            for part in copy.parts if copy.article == 0 else ():
                held[part.start : part.end] = True
    assert held.mean() > 0.95
