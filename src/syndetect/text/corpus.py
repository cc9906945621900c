"""Texts as columns: all of them in one UTF-8 buffer, with the place where each begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.utf8 import encoded

PIECE = 1 << 20  # bytes of a task: small enough to balance threads, large enough to feed one


def chunks_of(offsets: NDArray[np.int64], size: int) -> list[tuple[int, int]]:
    """Runs of rows (low, high) that hold about `size` elements each, covering all rows."""
    rows = len(offsets) - 1
    marks = np.arange(offsets[0] + size, offsets[-1], size) if rows else np.empty(0, np.int64)
    cuts = np.unique(np.concatenate(([0], np.searchsorted(offsets, marks), [rows])))
    return list(zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The texts of many articles in one buffer.

    Attributes:
        data: uint8, the UTF-8 bytes of all texts; a lone surrogate stands as its three bytes.
        offsets: int64 (n + 1), text i is ``data[offsets[i]:offsets[i + 1]]``.
    """

    data: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @classmethod
    def from_texts(cls, texts: Sequence[str]) -> Corpus:
        """Lay the texts end to end."""
        return cls(*encoded(texts))

    def pieces(self, size: int = PIECE) -> Iterator[Corpus]:
        """The same texts as corpora of about `size` bytes, none of them copied."""
        for low, high in chunks_of(self.offsets, size):
            yield Corpus(self.data, self.offsets[low : high + 1])

    def take(self, rows: NDArray[np.int64]) -> Corpus:
        """The texts of `rows`, in that order."""
        lengths = self.offsets[rows + 1] - self.offsets[rows]
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        pieces = [self.data[self.offsets[row] : self.offsets[row + 1]] for row in rows]
        return Corpus(np.concatenate(pieces) if pieces else self.data[:0], offsets)

    def bytes_of(self, row: int) -> NDArray[np.uint8]:
        """The UTF-8 bytes of one text."""
        return self.data[self.offsets[row] : self.offsets[row + 1]]

    def text(self, row: int) -> str:
        """One text as it was given."""
        return self.bytes_of(row).tobytes().decode("utf-8", "surrogatepass")
