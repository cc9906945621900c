"""What users hold: articles on the way in; statements, copies, parts and edits on the way out.

All values are frozen and slotted. Offsets are characters of the text as it was given, the end
exclusive, so that ``article.text[part.start:part.end]`` is what was matched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from enum import StrEnum

from syndetect.errors import InputTypeError


class Kind(StrEnum):
    """How an article renders a statement.

    * ``verbatim``: word for word (case, accents, quotes and punctuation aside), whole sentences.
    * ``partial``: word for word, but a fragment of the sentence.
    * ``paraphrased``: words swapped, inserted or dropped, order kept.
    * ``reported``: retold in the article's own grammar ("said it would continue to allow …").
    * ``rewritten``: the same content, little common wording, order loose.

    Examples:
        >>> Kind("verbatim") is Kind.VERBATIM
        True
    """

    VERBATIM = "verbatim"
    PARTIAL = "partial"
    PARAPHRASED = "paraphrased"
    REPORTED = "reported"
    REWRITTEN = "rewritten"


@dataclass(frozen=True, slots=True)
class Article:
    """One input text with its id.

    Attributes:
        id: What results call the article; unique among the articles given together.
        text: The body, any Unicode; lone surrogates and NUL characters separate words.
        title: The headline; carried along, never searched.
        source: The outlet.
        date: When it was published. A value without a time zone is taken as UTC.
        url: Where it stands.

    Raises:
        InputTypeError: `id` is neither text nor a whole number, or `text` is no text.

    Examples:
        >>> Article("a", "We stand ready to help.", source="Example Post").source
        'Example Post'
    """

    id: str | int
    text: str
    title: str | None = None
    source: str | None = None
    date: Date | datetime | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if isinstance(self.id, bool) or not isinstance(self.id, str | int):
            raise InputTypeError(
                f"the id of an article is {self.id!r} ({type(self.id).__name__}): "
                "give text or a whole number"
            )
        if not isinstance(self.text, str):
            raise InputTypeError(
                f"article {self.id!r}: its text is {type(self.text).__name__}, not str: "
                "decode bytes, and give '' for an article without text"
            )


@dataclass(frozen=True, slots=True)
class Edit:
    """One place where a copy departs from the statement (or the right text from the left).

    Attributes:
        before: The words of the statement (left text); empty for an insertion.
        after: The words of the copy (right text); empty for an omission.
        before_start: First character of `before` in the statement's (left) text.
        before_end: Its end, exclusive.
        after_start: First character of `after` in the article's (right) text.
        after_end: Its end, exclusive.
        alters_fact: Whether it changes a figure, a date or a name, or puts in or leaves out a
            negation: what was said, and not only how. Told by the words alone.

    Examples:
        >>> print(Edit("put in place", "set up", 31, 43, 90, 96))
        put in place → set up
    """

    before: str
    after: str
    before_start: int
    before_end: int
    after_start: int
    after_end: int
    alters_fact: bool = False

    def __str__(self) -> str:
        if not self.before:
            return f"+ {self.after}"
        if not self.after:
            return f"- {self.before}"
        return f"{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class Part:
    """One contiguous piece of a copy, aligned to a piece of the statement.

    Attributes:
        start: First character in the article's text.
        end: End in the article's text, exclusive.
        statement_start: First character of the aligned piece in the statement's text.
        statement_end: Its end, exclusive.
        kind: How this piece renders the statement.
        similarity: Share of equal tokens, 2 x equal / (tokens of both pieces), 0 to 1, exact.
        quoted: Whether the piece stands between quotation marks in the article.
        edits: What was changed, in order.
    """

    start: int
    end: int
    statement_start: int
    statement_end: int
    kind: Kind
    similarity: float
    quoted: bool
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One article's rendering of a statement.

    Attributes:
        article: The id of the article.
        kind: The kind that most of its words have.
        similarity: Share of equal tokens over all parts, 0 to 1, exact.
        used: Share of the statement's tokens that the copy carries unchanged, each counted once,
            0 to 1.
        share: Share of the article's tokens that belong to the copy, 0 to 1.
        parts: Its pieces, in the order of the article. A sentence that stands there twice has a
            part for each.
        source: The outlet, where the input names it.
        date: The date of the article, where the input gives it.
        score: Of a copy of an article that others rewrote as a whole, how much like the
            statement's text it is, 0 to 1: a weighted geometric mean of the share of the weights
            of rare words that both have, of how far rare words and all words stand in one order in
            both, beyond chance, and of the share of names and figures that both have. None for other copies, and for the
            article that gave the text.
    """

    article: str | int
    kind: Kind
    similarity: float
    used: float
    share: float
    parts: tuple[Part, ...]
    source: str | None = None
    date: Date | datetime | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that several articles share.

    Attributes:
        id: Sixteen hexadecimal digits made from the words of `text`: equal wording, equal id.
        text: The fullest and least altered wording found. Its sentences stand as in the
            article it was taken from, without what that article put between them; the comma
            that newspapers write before an attribution is a full stop again.
        copies: Who carries it, by date, then article id; at least two.
        first: The earliest dated copy, or None when no copy has a date.
    """

    id: str
    text: str
    copies: tuple[Copy, ...]
    first: Copy | None

    @property
    def weakest(self) -> Copy:
        """The copy that is least like `text`, by similarity, then by the share it uses."""
        return min(self.copies, key=lambda copy: (copy.similarity, copy.used))


@dataclass(frozen=True, slots=True)
class Match:
    """Two aligned passages of two texts.

    Attributes:
        left_start: First character in the left text.
        left_end: End in the left text, exclusive.
        right_start: First character in the right text.
        right_end: End in the right text, exclusive.
        kind: How the right passage renders the left one.
        similarity: Share of equal tokens, 2 x equal / (tokens of both passages), 0 to 1, exact.
        edits: What differs; `Edit.before` is of the left text, `Edit.after` of the right.
    """

    left_start: int
    left_end: int
    right_start: int
    right_end: int
    kind: Kind
    similarity: float
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two texts have in common.

    Attributes:
        matches: The common passages, in the order of the left text.
        left_share: Share of the left text's tokens inside matches, 0 to 1.
        right_share: Share of the right text's tokens inside matches, 0 to 1.
    """

    matches: tuple[Match, ...]
    left_share: float
    right_share: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """An article that could not be judged.

    Attributes:
        article: The id of the article.
        reason: Why, in a few words: ``"empty"`` or ``"too short"`` with the evidence it
            holds and the evidence a match needs.
    """

    article: str | int
    reason: str


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The two articles that came closest to a match without being one.

    Attributes:
        left: The id of one article.
        right: The id of the other.
        score: Evidence that they share, in content words, below `Settings.min_score`.
        text: The longest run of words that they share.
    """

    left: str | int
    right: str | int
    score: float
    text: str
