"""Which wording stands for the statement."""

from __future__ import annotations

import hashlib

from syndetect.statements.group import Draft
from syndetect.text.reading import Reading

_CLOSING = '”"’»」』“«'
_PAIRS = (("“", "”"), ("«", "»"), ('"', '"'))
_FINAL = '.!?…。！？”"»」』।؟'


def compose(base: Reading, draft: Draft) -> str:
    """The statement's text: its pieces of the base, without what the base put between them.

    A newspaper ends a quoted sentence with a comma when its attribution follows. That comma
    becomes the full stop that it stands for, unless the sentence goes on after the attribution.
    """
    text = ""
    for start, end in draft.spans:
        first, last = base.span(start, end)
        piece = _balanced(base.text[first:last])
        goes_on = piece[:1].islower()
        if text and not goes_on:
            text = _stopped(text)
        if text:
            text += " " if goes_on or text[-1] in _FINAL else "\n\n"
        text += piece
    _, last = base.span(*draft.spans[-1])
    closes = base.text[last : last + 1] in tuple(_CLOSING)
    return _stopped(text) if closes else text


def _stopped(text: str) -> str:
    """The text with a full stop for a comma at its end."""
    if text.endswith((",", "，")):
        return text[:-1] + ("." if text[-1] == "," else "。")
    return text


def _balanced(piece: str) -> str:
    """The piece without quotation marks that open or close nothing in it."""
    for opening, closing in _PAIRS:
        marks = piece.count(opening), piece.count(closing)
        german = opening == "“" and "„" in piece  # there “ closes
        if not german and (marks[0] != marks[1] or (opening == closing and marks[0] % 2)):
            piece = piece.replace(opening, "").replace(closing, "")
    return piece


def complete_sentences(base: Reading, draft: Draft, statement: Reading) -> list[bool]:
    """Whether each sentence of the statement is a whole sentence of the base."""
    places = [token for start, end in draft.spans for token in range(start, end)]
    starts = set(base.sentences)
    return [
        places[first] in starts and places[end - 1] + 1 in starts
        for first, end in zip(statement.sentences, statement.sentences[1:], strict=False)
    ]


def statement_id(statement: Reading) -> str:
    """Sixteen hexadecimal digits from the statement's tokens."""
    words = b"".join(token.to_bytes(8, "little") for token in statement.hashes)
    return hashlib.blake2b(words, digest_size=8).hexdigest()
