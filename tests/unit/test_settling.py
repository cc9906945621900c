"""Statements and their copies, settled: what a base put in, and short copies of what many carry."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import syndetect as sd
from syndetect.arrays import parted_by_bits, sorted_by_bits
from tests.strategies import SCRIPTS, paragraph

SAID = (
    "Engineers found cracks in four of the eleven northern bridge pylons after divers had measured "
    "every weld below the waterline, and lorries heavier than twelve tonnes must take the southern "
    "crossing until winter, when steel collars from a foundry abroad will be fitted by night crews."
)
PUT_IN = "despite heavy rain"


def _hosts(count: int) -> list[str]:
    rng = random.Random(7)
    return [paragraph(SCRIPTS["latin"], rng, 4) for _ in range(count)]


def test_what_the_base_put_in_is_no_part_of_the_statement() -> None:
    words = SAID.split()
    whole = " ".join((*words[:22], PUT_IN, *words[22:]))  # the only article that has all of it
    pieces = [" ".join(words[:34]), " ".join(words[10:])]
    hosts = _hosts(13)
    texts = [
        f"{hosts[0]}\n\n{whole}",
        *(f"{host}\n\n{pieces[k % 2]}." for k, host in enumerate(hosts[1:])),
    ]
    (statement,) = sd.detect(texts).statements
    assert statement.text == SAID
    assert len(statement.copies) == 13
    base = next(copy for copy in statement.copies if copy.article == 0)
    assert [edit.after for part in base.parts for edit in part.edits] == [PUT_IN]


@pytest.mark.parametrize(("carriers", "found"), [(2, False), (6, True)])
def test_a_short_run_is_a_copy_of_what_many_carry(carriers: int, found: bool) -> None:
    run = "steel collars from a foundry abroad will be fitted by"
    hosts = _hosts(carriers + 1)
    texts = [f"{host}\n\n{SAID}" for host in hosts[1:]] + [f"{hosts[0]}\n\n{run}."]
    (statement,) = sd.detect(texts).statements
    assert len(statement.copies) == carriers + found


def test_less_than_a_run_of_words_is_no_copy_of_what_many_carry() -> None:
    run = "eleven northern bridge pylons after divers had measured"
    hosts = _hosts(7)
    texts = [f"{host}\n\n{SAID}" for host in hosts[1:]] + [f"{hosts[0]}\n\n{run}."]
    (statement,) = sd.detect(texts).statements
    assert len(statement.copies) == 6


@given(st.lists(st.integers(0, 2**64 - 1)), st.integers(0, 40), st.integers(1, 24))
def test_keys_sorted_by_some_bits_keep_their_order(values: list[int], low: int, bits: int) -> None:
    keys = np.array(values, np.uint64)
    digit = keys >> np.uint64(low) & np.uint64((1 << bits) - 1)
    due = keys[np.argsort(digit, kind="stable")]
    assert np.array_equal(sorted_by_bits(keys.copy(), low, bits), due)


@given(st.lists(st.integers(0, 2**64 - 1)))
def test_keys_are_parted_by_their_highest_bits(values: list[int]) -> None:
    keys = np.array(values, np.uint64)
    parted, bounds = parted_by_bits(keys, 60, 4)
    assert bounds[0] == 0
    assert bounds[-1] == len(keys)
    for value in range(16):
        mine = parted[bounds[value] : bounds[value + 1]].tolist()
        assert mine == [key for key in values if key >> 60 == value]
