"""A batch: the distinct texts of the articles given, in an order of their own.

Every stage works on rows of the batch, which are sorted by content and not by position, so
that the order in which articles are given changes nothing. Articles with the same text share
a row: a million equal texts are one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from syndetect.io.articles import Block, Texts
from syndetect.io.dates import sort_keys
from syndetect.jit import I64, U8, kernel
from syndetect.mapped import empty, read_at_random
from syndetect.text.corpus import Corpus
from syndetect.threads import stream
from syndetect.vectors import copy_bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Distinct texts and the articles that have them.

    Attributes:
        corpus: The texts, one a row.
        members: int64 (articles), their positions, row by row, ascending in each.
        offsets: int64 (rows + 1), row r stands for ``members[offsets[r]:offsets[r + 1]]``.
    """

    corpus: Corpus
    members: NDArray[np.int64]
    offsets: NDArray[np.int64]

    @property
    def copies(self) -> NDArray[np.int64]:
        """int64 (rows), how many articles each row stands for."""
        return np.diff(self.offsets)

    def of(self, row: int) -> list[int]:
        """The positions of the articles that a row stands for."""
        found: list[int] = self.members[self.offsets[row] : self.offsets[row + 1]].tolist()
        return found


def make_batch(articles: Texts) -> Batch:
    """Collapse equal texts; the earliest dated stand first, then by the digest of the text.

    The texts are read twice, first for their digests, then into their places.
    """
    found = [_digest(block) for block in articles.blocks()]  # for short texts, threads wait
    high, low = np.concatenate([np.empty((2, 0), np.uint64), *(part for part, _ in found)], axis=1)
    sizes = np.concatenate([np.empty(0, np.int64), *(part for _, part in found)])
    count = len(sizes)
    dates = sort_keys(articles.dates)
    order = np.lexsort((np.arange(count), dates, low, high))
    new = np.ones(count, dtype=bool)
    new[1:] = (high[order][1:] != high[order][:-1]) | (low[order][1:] != low[order][:-1])
    firsts = order[new]  # the earliest dated of each text
    rank = np.lexsort((low[firsts], high[firsts], dates[firsts]))
    row = np.empty(len(firsts), np.int64)
    row[rank] = np.arange(len(firsts))
    rows = np.empty(count, np.int64)
    rows[order] = row[np.cumsum(new) - 1]
    members = np.argsort(rows, kind="stable")
    offsets = np.concatenate(([0], np.cumsum(np.bincount(rows, minlength=len(firsts)))))
    return Batch(_lay_out(articles, members[offsets[:-1]], sizes), members, offsets)


def _digest(block: Block) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The digests of texts, uint64 (2, texts), and how many bytes they have."""
    data, offsets = block[0].data, block[1]
    digests = b"".join(
        hashlib.blake2b(data[low:high], digest_size=16).digest()
        for low, high in pairwise(offsets.tolist())
    )
    halves = np.frombuffer(digests, ">u8").reshape(-1, 2)
    return halves.T.astype(np.uint64), np.diff(offsets)


@kernel
def _place_texts(data: U8, offsets: I64, starts: I64, out: U8) -> None:
    for k in range(len(starts)):
        copy_bytes(data, offsets[k], out, starts[k], offsets[k + 1] - offsets[k])


def _lay_out(articles: Texts, firsts: NDArray[np.int64], sizes: NDArray[np.int64]) -> Corpus:
    """The texts of the articles `firsts`, in that order."""
    offsets = np.concatenate(([0], np.cumsum(sizes[firsts])))
    out = empty(int(offsets[-1]), np.uint8)
    read_at_random(out)
    by_position = np.argsort(firsts)
    begins = offsets[by_position]
    done = 0

    def tasks() -> Iterator[tuple[Block, NDArray[np.int64]]]:
        nonlocal done
        for data, bounds in articles.take(firsts[by_position]):
            yield (data, bounds), begins[done : done + len(bounds) - 1]
            done += len(bounds) - 1

    for _ in stream(lambda task: _place_texts(*task[0], task[1], out), tasks()):
        pass
    return Corpus(out, offsets)
