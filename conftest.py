"""Runs the examples of README, docs and docstrings; the tests count them, so that none is lost."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

ROOT = Path(__file__).parent
hypothesis.settings.register_profile(
    "default", deadline=None, derandomize=True, print_blob=True, max_examples=60
)
hypothesis.settings.load_profile("default")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first: an installed wheel compiles its kernels anew."""
    items.sort(key=lambda item: item.path.name != "test_package.py")


@pytest.fixture(scope="module", name="at_root")
def _at_root() -> Iterator[None]:
    """Examples stand in the project's folder, so that `seeds` is beside them."""
    with contextlib.chdir(ROOT):
        yield


pytest_collect_file = (
    Sybil(parsers=[PythonCodeBlockParser()], patterns=["*.md"], fixtures=["at_root"])
    + Sybil(parsers=[DocTestParser()], patterns=["*.py"], path="src", fixtures=["at_root"])
).pytest()
