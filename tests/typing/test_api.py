from __future__ import annotations

from pathlib import Path

from tests.typing.api import use


def test_typed_use_runs() -> None:
    assert use(Path(__file__).parents[2] / "seeds") > 1000
