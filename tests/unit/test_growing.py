"""Growing arrays: appended rows, those with a place of their own among them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from syndetect import mapped
from syndetect.growing import Growing


def _fill(rows: NDArray[np.int64], first: int) -> NDArray[np.int64]:
    rows[:] = np.arange(first, first + rows.size).reshape(rows.shape)
    return rows


@pytest.mark.parametrize("expected", [None, 0, 7, 9_999, 10_000, 20_000])
@pytest.mark.parametrize("width", [0, 3])
@pytest.mark.parametrize("filed", [False, True])
def test_rows_stand_in_order_however_many_are_expected(
    expected: int | None, width: int, filed: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mapped, "LARGE", 1 << 14)
    monkeypatch.setattr(mapped.tempfile, "tempdir", str(tmp_path))
    growing, first, waiting = Growing(np.int64, width, expected, filed=filed), 0, []
    for count in (5, 0, 4_000, 1, 5_994):
        waiting.append(_fill(growing.room(count), first))
        first += waiting[-1].size
        if len(waiting) > 2:  # a task is taken while others are under way
            growing.extend(waiting.pop(0))
    for rows in waiting:
        growing.extend(rows)
    found = growing.array()
    assert found.shape == ((10_000, width) if width else (10_000,))
    np.testing.assert_array_equal(found.reshape(-1), np.arange(10_000 * max(width, 1)))


def test_a_row_that_comes_late_does_not_stand_before_those_that_had_no_place() -> None:
    growing = Growing(np.int64, 0, 4)
    pieces = [_fill(growing.room(count), first) for count, first in ((3, 0), (2, 3), (1, 5))]
    for rows in pieces:
        growing.extend(rows)
    assert growing.array().tolist() == [0, 1, 2, 3, 4, 5]
