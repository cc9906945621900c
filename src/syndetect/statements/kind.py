"""How a piece renders the statement: word for word, a fragment, altered, or retold."""

from __future__ import annotations

from functools import cache
from importlib import resources

from syndetect.align.pieces import Piece
from syndetect.model import Kind
from syndetect.text.reading import Reading

ATTRIBUTION = 16  # tokens of the longest sentence that counts as an attribution
LEAD = 12  # tokens before a piece, within its sentence, among which an attribution is sought


@cache
def _reporting() -> dict[str, frozenset[str]]:
    """Words that turn speech into reported speech, by role, over all listed languages."""
    words: dict[str, set[str]] = {}
    text = resources.files("syndetect.statements").joinpath("reporting.txt").read_text("utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            _, role, *listed = line.split()
            words.setdefault(role, set()).update(listed)
    return {role: frozenset(listed) for role, listed in words.items()}


def is_reporting(word: str) -> bool:
    """Whether a word (lower case) introduces reported speech: a verb of saying, or "that"."""
    roles = _reporting()
    return word in roles["says"] or word in roles["that"]


def is_attribution(reading: Reading, sentence: int) -> bool:
    """Whether a sentence only says who speaks: short, beside a quotation, with a verb of saying."""
    start, end = reading.sentences[sentence], reading.sentences[sentence + 1]
    if end - start > ATTRIBUTION:
        return False
    after_quote = start > 0 and reading.has_quote_mark(start - 1, start)
    before_quote = end < len(reading) and reading.has_quote_mark(end - 1, end)
    if not (after_quote or before_quote) or reading.quoted(
        reading.starts[start], reading.ends[end - 1]
    ):
        return False
    says = _reporting()["says"]
    return any(reading.word(token) in says for token in range(start, end))


def decide_kind(
    statement: Reading, article: Reading, piece: Piece, whole: bool, quoted: bool
) -> Kind:
    """The kind of one piece; `whole` says that its words are whole sentences, unchanged."""
    if whole:
        return Kind.VERBATIM
    if not piece.edits:
        return Kind.PARTIAL
    if not quoted and _is_retold(statement, article, piece):
        return Kind.REPORTED
    return Kind.PARAPHRASED


def _is_retold(statement: Reading, article: Reading, piece: Piece) -> bool:
    """Whether the article turned the person, or the tense after a verb of saying."""
    roles = _reporting()
    first, _ = article.sentence_bounds(piece.start)
    lead = {article.word(token) for token in range(max(first, piece.start - LEAD), piece.start)}
    said = not lead.isdisjoint(roles["says"])
    for edit in piece.edits:
        before = {statement.word(token) for token in range(edit.before_start, edit.before_end)}
        after = {article.word(token) for token in range(edit.after_start, edit.after_end)}
        speaks = not before.isdisjoint(roles["first"])
        if speaks and not after.isdisjoint(roles["third"]) and after.isdisjoint(roles["first"]):
            return True
        if said and not before.isdisjoint(roles["now"]) and not after.isdisjoint(roles["then"]):
            return True
    return False
