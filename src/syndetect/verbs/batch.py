"""A batch: the distinct texts of the articles given, in an order of their own.

Every stage works on rows of the batch, which are sorted by content and not by position, so
that the order in which articles are given changes nothing. Articles with the same text share
a row: a million equal texts are one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.io.articles import Articles
from syndetect.io.dates import date_key
from syndetect.text.corpus import Corpus


@dataclass(frozen=True, slots=True)
class Batch:
    """Distinct texts and the articles that have them.

    Attributes:
        corpus: The texts, one a row.
        members: Positions of the articles of each row, ascending.
    """

    corpus: Corpus
    members: tuple[tuple[int, ...], ...]

    @property
    def copies(self) -> NDArray[np.int64]:
        """int64 (rows), how many articles each row stands for."""
        return np.array([len(members) for members in self.members], dtype=np.int64)


def make_batch(articles: Articles) -> Batch:
    """Collapse equal texts; the earliest dated stand first, then by the digest of the text."""
    corpus = Corpus(articles.data, articles.offsets)
    by_text: dict[bytes, list[int]] = {}
    for row in range(len(corpus)):
        digest = hashlib.blake2b(corpus.bytes_of(row).data, digest_size=16).digest()
        by_text.setdefault(digest, []).append(row)
    keyed = sorted(
        (min(date_key(articles.dates[place]) for place in places), digest)
        for digest, places in by_text.items()
    )
    members = tuple(tuple(by_text[digest]) for _, digest in keyed)
    rows = np.array([places[0] for places in members], dtype=np.int64)
    return Batch(corpus.take(rows), members)
