"""Which wording stands for the statement."""

from __future__ import annotations

import hashlib

from syndetect.statements.group import Draft
from syndetect.text.reading import Reading

_FINAL = '.!?…。！？”"»」』।؟'


def compose(base: Reading, draft: Draft) -> str:
    """The statement's text: its pieces of the base, without what the base put between them.

    A newspaper ends a quoted sentence with a comma when its attribution follows; as the end of
    a piece, that comma becomes the full stop that it stands for.
    """
    text = ""
    for start, end in draft.spans:
        first, last = base.span(start, end)
        piece = base.text[first:last]
        if (
            piece.endswith((",", "，"))
            and base.text[last : last + 1] in '”"’»」』'
            and last < len(base.text)
        ):
            piece = piece[:-1] + ("." if piece[-1] == "," else "。")
        joint = "" if not text else " " if text[-1] in _FINAL else "\n\n"
        text += joint + piece
    return text


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
