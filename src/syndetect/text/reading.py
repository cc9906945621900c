"""`Reading`: one text opened for close reading, in characters and tokens at once."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.text.corpus import Corpus, character_places
from syndetect.text.sentences import quotations, sentence_starts
from syndetect.text.tokens import Tokens

_QUOTES = frozenset('“”«»„「」『』"')
_TRAILING = frozenset(".,;:!?…。，、；：！？।॥؟،؛)%")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its tokens, sentences and quotations.

    Attributes:
        text: The text as given.
        starts: First character of each token.
        ends: End of each token, exclusive.
        hashes: Hash of each token.
        totals: Evidence of the tokens before each token, in hundredths of a content word, and
            of all of them.
        sentences: First token of each sentence that has tokens, ascending, then the number
            of tokens.
        quotes: Quotations as (start, end) in characters, ascending.
    """

    text: str
    starts: list[int]
    ends: list[int]
    hashes: list[int]
    totals: list[int]
    sentences: list[int]
    quotes: list[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.starts)

    def evidence(self, start: int, end: int) -> int:
        """Evidence of the tokens `start` to `end`, in hundredths of a content word."""
        return self.totals[end] - self.totals[start]

    def sentence_of(self, token: int) -> int:
        """The number of the sentence that the token stands in."""
        return bisect_right(self.sentences, token) - 1

    def is_boundary(self, token: int) -> bool:
        """Whether a sentence begins at the token, or the text ends before it."""
        return self.sentences[bisect_right(self.sentences, token) - 1] == token

    def sentence_bounds(self, token: int) -> tuple[int, int]:
        """First token and end of the sentence that the token stands in."""
        number = self.sentence_of(token)
        return self.sentences[number], self.sentences[number + 1]

    def has_quote_mark(self, start: int, end: int) -> bool:
        """Whether a quotation mark stands between the tokens `start` and `end`."""
        return not _QUOTES.isdisjoint(self.text[self.ends[start] : self.starts[end]])

    def word(self, token: int) -> str:
        """One token as it is written, in lower case, with a plain apostrophe."""
        return self.text[self.starts[token] : self.ends[token]].lower().replace("’", "'")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters of the tokens `start` to `end`; a sentence's final marks belong to it."""
        first, last = self.starts[start], self.ends[end - 1]
        limit = self.starts[end] if end < len(self) else len(self.text)
        if self.is_boundary(end):
            while last < limit and self.text[last] in _TRAILING:
                last += 1
        return first, last

    def quoted(self, start: int, end: int) -> bool:
        """Whether the characters `start` to `end` stand within one quotation."""
        place = bisect_right(self.quotes, (start, len(self.text))) - 1
        return place >= 0 and end <= self.quotes[place][1] + 1


def read_closely(corpus: Corpus, tokens: Tokens, weights: NDArray[np.int32], row: int) -> Reading:
    """Open one text of a corpus."""
    data, text = corpus.bytes_of(row), corpus.text(row)
    low, high = int(tokens.offsets[row]), int(tokens.offsets[row + 1])
    starts = character_places(data, tokens.starts[low:high].astype(np.int64)).tolist()
    ends = character_places(data, tokens.ends[low:high].astype(np.int64)).tolist()
    marks = np.searchsorted(starts, sentence_starts(text)) if high > low else np.empty(0, np.int64)
    sentences = [*np.unique(marks[marks < high - low]).tolist(), high - low]
    hashes = tokens.hashes[low:high].tolist()
    totals = [0, *np.cumsum(weights[low:high], dtype=np.int64).tolist()]
    return Reading(text, starts, ends, hashes, totals, sentences, quotations(text))
