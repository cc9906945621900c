"""Large arrays in files, and texts that are laid into them."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import numpy as np
import pytest

import syndetect as sd
from syndetect import arrays, mapped
from syndetect.errors import WriteError

TEXTS = [f"Number {k}: the council met again, and {k} members left early." for k in range(40)]


def test_small_arrays_stay_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(mapped.tempfile, "tempdir", str(tmp_path / "missing"))
    assert mapped.empty((10, 10), np.uint8).shape == (10, 10)


def test_a_large_array_is_a_file_that_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mapped, "LARGE", 1 << 12)
    monkeypatch.setattr(mapped.tempfile, "tempdir", str(tmp_path))
    array = mapped.empty(1 << 16, np.uint8)
    array[:] = np.arange(1 << 16, dtype=np.int64).astype(np.uint8)
    mapped.let_go(array)
    mapped.read_at_random(array)
    assert np.array_equal(array, np.arange(1 << 16, dtype=np.int64).astype(np.uint8))
    del array
    assert list(tmp_path.iterdir()) == []
    for call in (mapped.let_go, mapped.read_at_random):
        call(np.zeros(3, np.uint8))  # nothing to do for an array in memory


def test_rows_of_arrays_are_put_into_files_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(mapped, "LARGE", 64)
    monkeypatch.setattr(mapped.tempfile, "tempdir", str(tmp_path))
    rows = np.arange(60).reshape(20, 3)
    joined = arrays.concatenated([rows[:7], rows[7:7], rows[7:]])
    places = np.array([19, 0, 0, 5])
    np.testing.assert_array_equal(joined, rows)
    np.testing.assert_array_equal(arrays.picked(joined, places), rows[places])
    assert arrays.picked(joined, places[:0]).shape == (0, 3)
    assert not joined.flags.owndata
    assert arrays.concatenated([rows[:1], rows[:1]]).flags.owndata


def test_free_memory_can_be_given_back_at_any_time() -> None:
    kept = np.arange(1 << 16)
    mapped.give_back()
    assert int(kept.sum()) == (1 << 15) * ((1 << 16) - 1)


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None) if os.name == "posix" else None, "malloc_trim"),
    reason="the C library is not glibc",
)
def test_free_memory_is_given_back_once_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 1 << 24

    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def free_some() -> bytes:
        small = [bytes(1 << 10) for _ in range(size >> 10)]
        last = bytes(1 << 10)  # lies behind the others: without a trim they are kept
        del small
        return last

    mapped.give_back()
    kept = [free_some()]
    before = resident()
    mapped.give_back()
    little = before - resident()
    monkeypatch.setattr(mapped, "KEPT", 1 << 20)
    mapped.give_back()
    assert little < size // 4 < before - resident()
    assert len(kept[0]) == 1 << 10


def test_no_room_is_told_with_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(mapped, "LARGE", 1 << 12)
    monkeypatch.setattr(mapped.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(mapped, "_reserve", full)
    with pytest.raises(WriteError, match=f"{tmp_path}: there is no room for 5,000 bytes.*TMPDIR"):
        mapped.empty((5, 250), np.uint32)


def test_room_is_taken_where_the_system_cannot_reserve_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(mapped.os, "posix_fallocate", raising=False)
    with (tmp_path / "file").open("wb") as file:
        mapped._reserve(file, 2_500_000)
    assert (tmp_path / "file").stat().st_size == 2_500_000


def test_detect_finds_the_same_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    texts = [*TEXTS, " ".join(TEXTS[:5]), "", TEXTS[7]]
    expected = sd.detect(texts)
    monkeypatch.setattr(mapped, "LARGE", 16)
    monkeypatch.setattr(mapped.tempfile, "tempdir", str(tmp_path))
    assert sd.detect(texts).to_json() == expected.to_json()
    assert list(tmp_path.iterdir()) == []
