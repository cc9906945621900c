"""Statements whose copies have been checked, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.pieces import A0, A1, RUN, RUN_END
from syndetect.arrays import concatenated, order_of, picked
from syndetect.statements.drafts import Drafts
from syndetect.statements.render import KIND, Readings, Renderings
from syndetect.text.marks import Words


def packed(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Two columns below 2^31 as one."""
    keys: NDArray[np.int64] = pairs[:, 0] << 32 | pairs[:, 1]
    return keys


def _kept_of(offsets: NDArray[np.int64], kept: NDArray[np.bool_]) -> list[slice]:
    """The elements of the ranges that `offsets` bound and that are kept, those that adjoin as one slice."""
    changes = np.flatnonzero(np.diff(kept, prepend=False, append=False))
    edges = offsets[changes].tolist()
    return [slice(*edge) for edge in zip(edges[::2], edges[1::2], strict=True)]


def _bounds_of(offsets: NDArray[np.int64], kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Where the ranges begin that are kept, when they stand end to end, and the last ends."""
    return np.concatenate(([0], np.cumsum(np.diff(offsets)[kept])))


def _sliced(array: NDArray[Any], slices: list[slice]) -> NDArray[Any]:
    """Slices of an array end to end."""
    return concatenated([array[:0], *(array[mine] for mine in slices)])


def _chained(all_: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Offsets of ranges that stand one behind the other."""
    ends = np.cumsum([0, *(int(offsets[-1]) for offsets in all_)])
    shifted = (offsets[1:] + end for offsets, end in zip(all_, ends, strict=False))
    return np.concatenate([np.zeros(1, np.int64), *shifted])


@dataclass(frozen=True, slots=True)
class Checked:
    """Statements, and how articles render them.

    Attributes:
        texts: What they say.
        ids: Sixteen hexadecimal digits each.
        readings: Their words.
        drafts: What they were made of.
        rounds: int64 (statements), when they were drafted, from 0.
        pairs: int64 (pairs, 2), a statement and the row of an article that carries it.
        renderings: How, for each pair.
        scores: float64 (pairs), of copies that are rewritten as a whole; else not a number.
    """

    texts: list[str]
    ids: list[str]
    readings: Readings
    drafts: Drafts
    rounds: NDArray[np.int64]
    pairs: NDArray[np.int64]
    renderings: Renderings
    scores: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.texts)

    def rows_of_pieces(self) -> NDArray[np.int64]:
        """int64 (pieces), the article that each stands in."""
        rows: NDArray[np.int64] = self.pairs[self.renderings.pairs, 1]
        return rows

    def passages(self, rows: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pieces of the articles 0 to `rows`, by place, and where those of each article begin.

        int64 (pieces, 3), first token, end, statement; int64 (rows + 1).
        """
        of, pieces = self.rows_of_pieces(), self.renderings.pieces
        order = order_of(pieces[:, A0], of)
        statements = self.pairs[self.renderings.pairs, 0]
        found = np.stack((pieces[:, A0], pieces[:, A1], statements), axis=1)[order]
        return found, np.searchsorted(of[order], np.arange(rows + 1))

    def only(self, kept: NDArray[np.bool_]) -> Checked:
        """The same without the pairs that are not `kept`."""
        offsets = self.renderings.offsets
        pieces = _sliced(self.renderings.pieces, _kept_of(offsets, kept))
        renderings = Renderings(pieces, _bounds_of(offsets, kept), self.renderings.runs)
        return replace(
            self, pairs=self.pairs[kept], renderings=renderings, scores=self.scores[kept]
        )

    def only_pieces(self, kept: NDArray[np.bool_]) -> Checked:
        """The same without the pieces that are not `kept`, and the pairs left with none."""
        if kept.all():
            return self
        totals = np.concatenate(([0], np.cumsum(kept)))
        offsets = totals[self.renderings.offsets]
        pairs = np.diff(offsets) > 0
        pieces = picked(self.renderings.pieces, np.flatnonzero(kept))
        bounds = np.append(0, offsets[1:][pairs])
        renderings = Renderings(pieces, bounds, self.renderings.runs)
        return replace(
            self, pairs=self.pairs[pairs], renderings=renderings, scores=self.scores[pairs]
        )

    def with_copies(self, others: Checked) -> Checked:
        """The same with the pairs of others, which name statements of this one, and their pieces.

        What is a pair of both has the pieces of both.
        """
        more = others.renderings
        pieces = more.pieces.copy()
        pieces[:, RUN : RUN_END + 1] += len(self.renderings.runs)
        both = np.concatenate((self.pairs, others.pairs))
        _, first, number = np.unique(packed(both), return_index=True, return_inverse=True)
        of = number[np.concatenate((self.renderings.pairs, more.pairs + len(self.pairs)))]
        pieces = concatenated((self.renderings.pieces, pieces))
        renderings = Renderings(
            picked(pieces, order_of(pieces[:, A0], of)),
            np.concatenate(([0], np.cumsum(np.bincount(of, minlength=len(first))))),
            concatenated((self.renderings.runs, more.runs)),
        )
        scores = np.concatenate((self.scores, others.scores))[first]
        return replace(self, pairs=both[first], renderings=renderings, scores=scores)

    def take(self, kept: NDArray[np.bool_]) -> Checked:
        """The same without the statements that are not `kept`."""
        if kept.all():
            return self
        rows, drafts, readings = np.flatnonzero(kept), self.drafts, self.readings
        tokens = _kept_of(readings.words.offsets, kept)
        number = np.cumsum(kept) - 1
        found = self.only(kept[self.pairs[:, 0]])
        pairs = found.pairs.copy()
        pairs[:, 0] = number[pairs[:, 0]]
        return Checked(
            [self.texts[row] for row in rows],
            [self.ids[row] for row in rows],
            Readings(
                Words(
                    _sliced(readings.words.words, tokens),
                    _sliced(readings.words.marks, tokens),
                    _bounds_of(readings.words.offsets, kept),
                ),
                _sliced(readings.first, tokens),
                _sliced(readings.end, tokens),
                _sliced(readings.complete, tokens),
            ),
            Drafts(
                drafts.bases[rows],
                _sliced(drafts.spans, _kept_of(drafts.span_offsets, kept)),
                _bounds_of(drafts.span_offsets, kept),
                _sliced(drafts.carriers, _kept_of(drafts.carrier_offsets, kept)),
                _bounds_of(drafts.carrier_offsets, kept),
            ),
            self.rounds[rows],
            pairs,
            found.renderings,
            found.scores,
        )


def nothing() -> Checked:
    """No statements."""
    none, start = np.empty(0, np.int64), np.zeros(1, np.int64)
    words = Words(none.astype(np.uint32), none.astype(np.uint8), start)
    small = none.astype(np.int32)
    return Checked(
        [],
        [],
        Readings(words, small, small, none.astype(np.bool_)),
        Drafts(none, none.reshape(0, 2), start, none.reshape(0, 3), start),
        none,
        none.reshape(0, 2),
        Renderings(none.reshape(0, KIND + 1), start, none.reshape(0, 3)),
        none.astype(np.float64),
    )


def joined(parts: Sequence[Checked]) -> Checked:
    """The statements of all parts, of which there is at least one."""
    readings, drafts = [part.readings for part in parts], [part.drafts for part in parts]
    words, renderings = [one.words for one in readings], [part.renderings for part in parts]
    pieces, pairs = (
        concatenated([one.pieces for one in renderings]),
        np.concatenate([part.pairs for part in parts]),
    )
    piece = pair = run = statement = 0
    for part in parts:
        pieces[piece : piece + len(part.renderings.pieces), RUN : RUN_END + 1] += run
        pairs[pair : pair + len(part.pairs), 0] += statement
        piece, pair = piece + len(part.renderings.pieces), pair + len(part.pairs)
        run, statement = run + len(part.renderings.runs), statement + len(part)
    return Checked(
        [text for part in parts for text in part.texts],
        [name for part in parts for name in part.ids],
        Readings(
            Words(
                concatenated([one.words for one in words]),
                concatenated([one.marks for one in words]),
                _chained([one.offsets for one in words]),
            ),
            concatenated([one.first for one in readings]),
            concatenated([one.end for one in readings]),
            concatenated([one.complete for one in readings]),
        ),
        Drafts(
            np.concatenate([one.bases for one in drafts]),
            np.concatenate([one.spans for one in drafts]),
            _chained([one.span_offsets for one in drafts]),
            np.concatenate([one.carriers for one in drafts]),
            _chained([one.carrier_offsets for one in drafts]),
        ),
        np.concatenate([part.rounds for part in parts]),
        pairs,
        Renderings(
            pieces,
            _chained([one.offsets for one in renderings]),
            concatenated([one.runs for one in renderings]),
        ),
        np.concatenate([part.scores for part in parts]),
    )
