"""How articles render statements: pieces with their kinds, for many articles at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.ends import Statement
from syndetect.align.pieces import FIELDS, RUN, RUN_END, S0, S1, WEIGHT, Limits, cut_pieces
from syndetect.arrays import concatenated, grown, sorted_order
from syndetect.jit import I32, I64, U8, U32, Bools, allocating_kernel
from syndetect.statements.kind import decide_kind, is_plain
from syndetect.text.corpus import chunks_of
from syndetect.text.lexicon import Lexicon, lexicon
from syndetect.text.marks import BEGINS, Words
from syndetect.threads import spread

KIND = FIELDS  # the column behind those of `align.pieces`
_CHUNK = 1 << 16  # links of a task
_ENDS = 66  # runs that drawing both ends of a piece may add


@dataclass(frozen=True, slots=True)
class Readings:
    """The texts of statements, with where their sentences begin and end.

    Attributes:
        words: Their words.
        first: int32 (tokens), first token of the sentence that a token stands in.
        end: int32 (tokens), its end.
        complete: bool (tokens), whether that sentence is a whole one of the base.
    """

    words: Words
    first: NDArray[np.int32]
    end: NDArray[np.int32]
    complete: NDArray[np.bool_]

    @classmethod
    def of(cls, words: Words, complete: NDArray[np.bool_]) -> Readings:
        """Find the sentences of all texts."""
        begins = np.flatnonzero(words.marks & BEGINS)
        sizes = np.diff(begins, append=len(words.marks))
        starts = np.repeat(words.offsets[:-1], words.counts)
        first = np.repeat(begins, sizes) - starts
        end = np.repeat(begins + sizes, sizes) - starts
        return cls(words, first.astype(np.int32), end.astype(np.int32), complete)


@dataclass(frozen=True, slots=True)
class Renderings:
    """Pieces of many pairs of a statement and an article.

    Attributes:
        pieces: int64 (pieces, `KIND` + 1), the columns of `align.pieces`, then the place of the
            kind in `Kind`; in the order of the pairs, and of the article within.
        offsets: int64 (pairs + 1), pair p has the pieces ``offsets[p]`` to ``offsets[p + 1]``.
        runs: int64 (runs, 3), first token of the statement, of the article, how many are equal.
    """

    pieces: NDArray[np.int64]
    offsets: NDArray[np.int64]
    runs: NDArray[np.int64]

    @property
    def weights(self) -> NDArray[np.int64]:
        """int64 (pairs), evidence of the pieces, in hundredths."""
        totals = np.concatenate(([0], np.cumsum(self.pieces[:, WEIGHT])))
        return totals[self.offsets[1:]] - totals[self.offsets[:-1]]

    @property
    def pairs(self) -> NDArray[np.int64]:
        """int64 (pieces), the pair of each."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


@allocating_kernel
def _find_wholes(
    statement: Statement, complete: Bools, runs: I64, pieces: I64, count: int, whole: Bools
) -> None:
    """Whether each piece belongs to a whole sentence without edits, be it interrupted or not."""
    order = sorted_order(pieces[:count, S0])
    k = 0
    while k < count:
        s = pieces[order[k], S0]
        sentence, end = statement[2][s], np.int64(statement[3][s])
        edge, fits, first = np.int64(sentence), complete[s], k
        while k < count and statement[2][pieces[order[k], S0]] == sentence:
            piece = pieces[order[k]]
            fits = fits and piece[S0] == edge and is_plain(runs, piece)
            edge = piece[S1]
            k += 1
        for i in range(first, k):
            whole[order[i]] = fits and edge == end


@allocating_kernel
def _render(
    statements: tuple[U32, U8, I32, I32, Bools, I64],
    articles: tuple[U32, U8, I64],
    pairs: I64,
    found: tuple[I64, I64, I64],
    table: I32,
    known: Lexicon,
    limits: tuple[int, int, int],
    low: int,
    high: int,
    counts: I64,
) -> tuple[I64, I64]:
    """Pieces and runs of the pairs `low` to `high`; `counts` receives how many pieces each has."""
    runs, bounds, firsts = found
    pieces, out = np.empty((64, KIND + 1), np.int64), np.empty((64, 3), np.int64)
    changes, whole = np.empty((64, 4), np.int64), np.empty(64, np.bool_)
    total = size = np.int64(0)
    for pair in range(low, high):
        begin, end = firsts[pair], firsts[pair + 1]
        if begin == end:
            counts[pair] = 0
            continue
        s0, s1 = statements[5][pairs[pair, 0]], statements[5][pairs[pair, 0] + 1]
        a0, a1 = articles[2][pairs[pair, 1]], articles[2][pairs[pair, 1] + 1]
        statement = (
            statements[0][s0:s1],
            statements[1][s0:s1],
            statements[2][s0:s1],
            statements[3][s0:s1],
        )
        article = (articles[0][a0:a1], articles[1][a0:a1])
        most = np.int64(0)  # pieces: each run is cut where sentences begin in it
        for r in range(bounds[begin], bounds[end]):
            most += 1
            for token in range(runs[r, 0] + 1, runs[r, 0] + runs[r, 2]):
                most += statement[1][token] & BEGINS != 0
        pieces = grown(pieces, total, most)
        out = grown(out, size, (1 + _ENDS) * most)
        mine = pieces[total:]
        count, size = cut_pieces(
            statement, article, table, known, runs, bounds[begin : end + 1], limits, mine, out, size
        )
        if len(whole) < count:
            whole = np.empty(2 * count, np.bool_)
        _find_wholes(statement, statements[4][s0:s1], out, mine, count, whole)
        for k in range(count):
            piece = mine[k]
            if len(changes) <= piece[RUN_END] - piece[RUN]:
                changes = np.empty((2 * (piece[RUN_END] - piece[RUN]), 4), np.int64)
            piece[KIND] = decide_kind(statement[0], article, known, out, piece, whole[k], changes)
        counts[pair] = count
        total += count
    return pieces[:total].copy(), out[:size].copy()


def render(
    statements: Readings,
    articles: Words,
    pairs: NDArray[np.int64],
    of: NDArray[np.int64],
    runs: NDArray[np.int64],
    bounds: NDArray[np.int64],
    table: NDArray[np.int32],
    limits: Limits,
) -> Renderings:
    """Read off alignments how articles render statements.

    Args:
        statements: The statements' texts.
        articles: The articles.
        pairs: int64 (pairs, 2), statement and article.
        of: int64 (alignments), the pair of each, ascending.
        runs: int64 (runs, 3), see `Alignments`.
        bounds: int64 (alignments + 1), the same.
        table: int32 (4), evidence by mark, hundredths.
        limits: What parts pieces.
    """
    firsts = np.searchsorted(of, np.arange(len(pairs) + 1))
    words = statements.words
    columns: Any = (
        (
            words.words,
            words.marks,
            statements.first,
            statements.end,
            statements.complete,
            words.offsets,
        ),
        (articles.words, articles.marks, articles.offsets),
        pairs,
        (runs, bounds, firsts),
        table,
        lexicon(),
        tuple(limits),
    )
    counts = np.zeros(len(pairs), np.int64)
    totals = np.concatenate(([0], np.cumsum(runs[:, 2])))
    tasks = chunks_of(totals[bounds[firsts]], _CHUNK)
    parts = spread(lambda task: _render(*columns, *task, counts), tasks)
    shift = 0
    for pieces, some in parts:
        pieces[:, RUN : RUN_END + 1] += shift
        shift += len(some)
    return Renderings(
        concatenated([np.empty((0, KIND + 1), np.int64), *(pieces for pieces, _ in parts)]),
        np.concatenate(([0], np.cumsum(counts))),
        concatenated([np.empty((0, 3), np.int64), *(some for _, some in parts)]),
    )
