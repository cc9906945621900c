"""A batch: the distinct texts of the articles given, in an order of their own.

Every stage works on rows of the batch, which are sorted by content and not by position, so
that the order in which articles are given changes nothing. Articles with the same text share
a row: a million equal texts are one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from syndetect.io.articles import Articles
from syndetect.io.dates import sort_keys
from syndetect.text.corpus import Corpus


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


def make_batch(articles: Articles) -> Batch:
    """Collapse equal texts; the earliest dated stand first, then by the digest of the text."""
    corpus = Corpus(articles.data, articles.offsets)
    count = len(corpus)
    data, bounds = articles.data.data, articles.offsets.tolist()
    digests = b"".join(
        hashlib.blake2b(data[low:high], digest_size=16).digest() for low, high in pairwise(bounds)
    )
    high, low = np.frombuffer(digests, ">u8").reshape(count, 2).astype(np.uint64).T
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
    return Batch(corpus.take(members[offsets[:-1]]), members, offsets)
