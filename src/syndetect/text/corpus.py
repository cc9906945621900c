"""Texts as columns: all of them in one UTF-8 buffer, with the place where each begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


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
    def from_texts(cls, texts: Iterable[str]) -> Corpus:
        """Lay the texts end to end."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), offsets)

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


def character_places(data: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Characters before each byte place of one text: int64, as long as `places`."""
    begins = (data & 0xC0) != 0x80  # every byte but the continuation bytes begins a character
    counts = np.zeros(len(data) + 1, dtype=np.int64)
    np.cumsum(begins, out=counts[1:])
    return counts[places]
