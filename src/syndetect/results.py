"""What the verbs return: `Detection` and `Duplicates`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from syndetect.errors import SettingsError
from syndetect.files import written
from syndetect.findings import Statements
from syndetect.model import NearMiss, Skipped
from syndetect.plain import to_line
from syndetect.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Detection:
    """What `detect` found.

    Attributes:
        statements: The statements, most copies first, then the longer text, then the id: a
            sequence whose values are made when they are looked at.
        boilerplate: Wording that recurs because of an outlet or a template, in the same form: its
            text, and the articles that carry it, with where it stands. It is no statement.
        skipped: Articles that could not be judged, each with the reason.
        articles: How many articles were given.
        candidates: How many pairs of articles shared a run of words.
        nearest: The pair that came closest to a match, when no statement was found.
        settings: The settings it was found with.

    ``str()`` sums it up in one or two lines, and says why when nothing was found.
    """

    statements: Statements
    boilerplate: Statements
    skipped: tuple[Skipped, ...]
    articles: int
    candidates: int
    nearest: NearMiss | None
    settings: Settings

    def __str__(self) -> str:
        if self.statements:
            statements = _count(len(self.statements), "statement")
            found = f"{statements} in {self.statements.carriers():,} of {_count(self.articles, 'article')}"
        else:
            found = f"no statement in {_count(self.articles, 'article')}: {self._why()}"
        if self.boilerplate:
            found += f"; {_count(len(self.boilerplate), 'text')} left out as boilerplate"
        return found + (f"; {len(self.skipped)} skipped" if self.skipped else "")

    def _why(self) -> str:
        if self.boilerplate:
            return "what they share is boilerplate"
        if self.articles < 2:
            return "at least two are needed"
        if len(self.skipped) > self.articles - 2:
            return "all but one at most were empty or too short"
        if self.nearest is None:
            return f"no two share a run of {self.settings.seed_ngram} words"
        near = self.nearest
        return (
            f"{_count(self.candidates, 'pair')} shared a run of words, none reached the evidence of "
            f"{self.settings.min_score:g}; nearest were {near.left} and {near.right} with "
            f"{near.score:.1f}, “{near.text}”"
        )

    def at(self, *, similarity: float) -> Detection:
        """The same result with only the copies of at least this similarity.

        Args:
            similarity: Least `Copy.similarity`, 0 to 1.

        Returns:
            A result whose statements have lost the copies below, and which lacks the
            statements of which fewer than two copies are left.

        Raises:
            SettingsError: `similarity` is not from 0 to 1.

        Examples:
            >>> import syndetect as sd
            >>> found = sd.detect(sd.read("seeds"))
            >>> [len(s.copies) for s in found.at(similarity=0.95).statements]
            [4]
        """
        if not isinstance(similarity, int | float) or not 0 <= similarity <= 1:
            raise SettingsError(f"similarity is {similarity!r}: give a value from 0 to 1")
        return replace(self, statements=self.statements.at(similarity))

    def _records(self) -> Iterator[dict[str, Any]]:
        settings = self.settings.fingerprint()
        for record in self.statements.records():
            yield {**record, "settings": settings}

    def to_json(self) -> str:
        """Everything as one JSON object, with the fingerprint of the settings.

        Examples:
            >>> import json, syndetect as sd
            >>> sorted(json.loads(sd.detect(["one", "two"]).to_json()))
            ['articles', 'boilerplate', 'candidates', 'nearest', 'settings', 'skipped', 'statements']
        """
        whole = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in ("statements", "boilerplate"):
            whole[name] = list(whole[name].records())
        whole["skipped"] = [asdict(skipped) for skipped in self.skipped]
        whole["nearest"] = self.nearest and asdict(self.nearest)
        return to_line({**whole, "settings": self.settings.fingerprint()}).decode()

    def to_jsonl(self, path: str | os.PathLike[str]) -> None:
        """Write one line of JSON a statement, each with the fingerprint of the settings.

        Args:
            path: The file to write; it is replaced only once all is written.

        Raises:
            WriteError: It cannot be written; nothing half-written is left behind.
        """
        with written(path) as file:
            for record in self._records():
                file.write(to_line(record) + b"\n")

    def lines(self) -> Iterator[str]:
        """The lines that `to_jsonl` writes, without their ends."""
        return (to_line(record).decode() for record in self._records())

    def to_arrow(self) -> pa.Table:
        """One row a part, as an Arrow table.

        Returns:
            The columns ``statement``, ``article``, ``source``, ``date``, ``copy_kind``,
            ``copy_similarity``, ``used``, ``share``, ``score``, then those of `Part`; ``article`` is
            int64 when all ids are numbers, else string; ``date`` is ISO 8601 text; ``edits``
            is a list of structs. The schema's metadata holds the fingerprint of the settings.
        """
        from syndetect.export import detection_table

        return detection_table(self)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@dataclass(frozen=True, slots=True, eq=False)
class Duplicates:
    """What `dedupe` found. Articles are meant by their position, 0 for the first one given.

    Attributes:
        keep: bool (articles), whether the article is kept.
        kept_for: int64 (articles), the article that is kept in its place; itself when kept.
        pairs: The pairs at or above the threshold, a structured array with the fields
            ``left`` and ``right`` (int64, left < right) and ``jaccard`` (float64, exact, 0 to 1).
            Articles with equal words count as one here: each is paired with the first
            of them and with the article it is dropped for, and that first one with the others.
        ids: The ids of the articles.
        skipped: Articles that could not be judged (they are kept), each with the reason.
        threshold: The threshold, 0 to 1.
        settings: The settings it was found with.

    ``str()`` sums it up in one line.
    """

    keep: NDArray[np.bool_]
    kept_for: NDArray[np.int64]
    pairs: NDArray[np.void]
    ids: Sequence[str | int]
    skipped: tuple[Skipped, ...]
    threshold: float
    settings: Settings

    @property
    def clusters(self) -> tuple[tuple[int, ...], ...]:
        """Articles that stand for one another: the kept one first, then those dropped for it.

        Only clusters of two and more are listed, in the order of the kept articles.
        """
        members: dict[int, list[int]] = {}
        dropped = (~self.keep).nonzero()[0]
        for position, keeper in zip(dropped.tolist(), self.kept_for[dropped].tolist(), strict=True):
            members.setdefault(keeper, [keeper]).append(position)
        return tuple(tuple(members[keeper]) for keeper in sorted(members))

    def to_arrow(self) -> pa.Table:
        """One row an article, as an Arrow table, made without a Python object a row.

        Returns:
            The columns ``article`` (its id), ``keep`` (bool), ``kept_for`` (the id of the article
            that stands for it, its own when it is kept) and ``jaccard`` (float64, its exact
            similarity to that one; null when it is kept). The schema's metadata holds the
            threshold and the fingerprint of the settings.

        Examples:
            >>> import syndetect as sd
            >>> table = sd.dedupe(["a b c d e f", "g h i j k l", "A b c d e f!"]).to_arrow()
            >>> table["kept_for"].to_pylist(), table["jaccard"].to_pylist()
            ([0, 1, 0], [None, None, 1.0])
        """
        from syndetect.export import duplicates_table

        return duplicates_table(self)

    def __str__(self) -> str:
        dropped = int((~self.keep).sum())
        return (
            f"{_count(len(self.keep), 'article')}, {len(self.keep) - dropped:,} kept, "
            f"{dropped:,} dropped at a Jaccard of {self.threshold:g} or more"
            + (f"; {len(self.skipped)} skipped (kept)" if self.skipped else "")
        )
