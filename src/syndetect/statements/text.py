"""Which wording stands for the statement."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import regex
from numpy.typing import NDArray

from syndetect.arrays import laid_end_to_end
from syndetect.statements.drafts import Drafts
from syndetect.text.corpus import Corpus
from syndetect.text.marks import BEGINS, Words
from syndetect.text.places import find_places

_CLOSING = '”"’»」』“«'
_PAIRS = (("“", "”"), ("«", "»"), ('"', '"'))
_FINAL = '.!?…。！？”"»」』।؟'


def compose_all(corpus: Corpus, words: Words, drafts: Drafts) -> Iterator[str]:
    """The texts of drafts: their pieces of the base, without what the base put between them.

    A newspaper ends a quoted sentence with a comma when its attribution follows. That comma
    becomes the full stop that it stands for, unless the sentence goes on after the attribution.
    """
    numbers = np.repeat(np.arange(len(drafts)), np.diff(drafts.span_offsets))
    places = find_places(corpus, words, drafts.bases[numbers], drafts.spans)
    bounds = drafts.span_offsets.tolist()
    starts, ends, lasts = places.starts.tolist(), places.ends.tolist(), places.lasts.tolist()
    for draft, base in enumerate(drafts.bases.tolist()):
        data = corpus.bytes_of(base)
        text = ""
        for span in range(bounds[draft], bounds[draft + 1]):
            piece = _balanced(_slice(data, starts[span], ends[span]))
            goes_on = piece[:1].islower()
            if text and not goes_on:
                text = _stopped(text)
            if text:
                text += " " if goes_on or text[-1] in _FINAL else "\n\n"
            text += piece
        behind = _slice(data, ends[bounds[draft + 1] - 1], lasts[bounds[draft + 1] - 1])
        yield _stopped(text) if behind.startswith(tuple(_CLOSING)) else text


def spell_out(corpus: Corpus, words: Words, drafts: Drafts, number: int) -> str:
    """The words of one draft with a space between any two."""
    low, high = drafts.span_offsets[number : number + 2].tolist()
    tokens = np.concatenate([np.arange(*span) for span in drafts.spans[low:high].tolist()])
    bases = np.full(len(tokens), drafts.bases[number])
    runs = np.stack((tokens, tokens + 1), axis=1)
    places = find_places(corpus, words, bases, runs, marked=np.zeros(len(tokens), bool))
    data = corpus.bytes_of(int(drafts.bases[number]))
    bounds = zip(places.starts.tolist(), places.ends.tolist(), strict=True)
    return " ".join(_slice(data, start, end) for start, end in bounds)


def _slice(data: NDArray[np.uint8], start: int, end: int) -> str:
    return data[start:end].tobytes().decode("utf-8", "surrogatepass")


def _stopped(text: str) -> str:
    """The text with a full stop for a comma at its end."""
    if text.endswith((",", "，")):
        return text[:-1] + ("." if text[-1] == "," else "。")
    return text


def _balanced(piece: str) -> str:
    """The piece without quotation marks that open or close nothing in it.

    Its words stay as they are: a mark between two letters becomes a space.
    """
    for opening, closing in _PAIRS:
        marks = piece.count(opening), piece.count(closing)
        german = opening == "“" and "„" in piece  # there “ closes
        if not german and (marks[0] != marks[1] or (opening == closing and marks[0] % 2)):
            parted = regex.sub(rf"(?<=\w)[{opening}{closing}](?=\w)", " ", piece)
            piece = regex.sub(rf"[{opening}{closing}]", "", parted)
    return piece


def complete_sentences(words: Words, drafts: Drafts, texts: Words) -> NDArray[np.bool_]:
    """Whether the sentence of each token is a whole sentence of the base: bool (tokens).

    Args:
        words: The articles.
        drafts: What was drafted from them.
        texts: The texts composed of the drafts.
    """
    sizes = drafts.spans[:, 1] - drafts.spans[:, 0]
    numbers = np.repeat(np.arange(len(drafts)), np.diff(drafts.span_offsets))
    firsts = words.offsets[drafts.bases[numbers]] + drafts.spans[:, 0]
    places, _ = laid_end_to_end(firsts, sizes)
    behind = words.marks[np.minimum(places + 1, len(words.marks) - 1)] & BEGINS
    last = np.repeat(words.offsets[drafts.bases[numbers] + 1], sizes) == places + 1
    begins, ends = words.marks[places] & BEGINS != 0, (behind != 0) | last
    first = np.flatnonzero(texts.marks & BEGINS)
    whole = begins[first] & ends[np.append(first[1:], len(texts.marks)) - 1]
    return np.repeat(whole, np.diff(first, append=len(texts.marks)))


def statement_id(hashes: NDArray[np.uint64]) -> str:
    """Sixteen hexadecimal digits from the statement's tokens (uint64)."""
    return hashlib.blake2b(hashes.astype("<u8").tobytes(), digest_size=8).hexdigest()
