"""Statements with their checked copies: draft, align with the text, claim, and again.

Every carrier of a draft is aligned with the statement's own text. An article's passage belongs
to the statement of which the article carries the most; what no statement explains is drafted
anew, until nothing is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from syndetect.align.blocks import Blocks
from syndetect.align.local import align
from syndetect.align.pieces import Run
from syndetect.candidates.windows import REACH, refine, whole_windows
from syndetect.settings import Settings
from syndetect.sketch.shingles import Shingles, shingle
from syndetect.sketch.weights import SCALE, weigh
from syndetect.statements.copies import Rendering, render
from syndetect.statements.group import Claims, Draft, draft_statements, sides_of
from syndetect.statements.text import complete_sentences, compose
from syndetect.text.corpus import Corpus
from syndetect.text.reading import Reading, read_closely
from syndetect.text.tokens import Tokens, tokenize

MOST_CELLS = 1 << 24  # up to so many pairs of tokens, statement and article are compared whole
TAKEN = 0.5  # a piece of which so much belongs to another statement is that statement's
PRECEDENCE = 1.5  # an article must carry so much more of a statement that was drafted a round later
ROUNDS = 8  # drafts after drafts; two rounds settled every corpus that was measured


@dataclass(frozen=True, slots=True)
class Settled:
    """A statement with its carriers.

    Attributes:
        draft: What it was drafted from.
        reading: The statement's text.
        renderings: How each article renders it, by row.
        round: When it was drafted, from 0.
    """

    draft: Draft
    reading: Reading
    renderings: dict[int, Rendering]
    round: int


def settle_statements(
    corpus: Corpus,
    tokens: Tokens,
    weights: NDArray[np.int32],
    seeds: Shingles,
    blocks: Blocks,
    copies: NDArray[np.int64],
    settings: Settings,
    advance: Callable[[int], None] = lambda _count: None,
) -> list[Settled]:
    """Statements and the articles that carry them.

    Args:
        corpus: The articles.
        tokens: Their tokens.
        weights: Evidence of the tokens, hundredths.
        seeds: Their shingles of `Settings.seed_ngram` tokens.
        blocks: Aligned passages of pairs of articles.
        copies: int64 (articles), how many articles each row stands for.
        settings: The thresholds.
        advance: Told how many more articles have been opened.
    """

    @cache
    def reader(row: int) -> Reading:
        advance(1)
        return read_closely(corpus, tokens, weights, row)

    sides = sides_of(blocks)
    checked: list[Settled] = []
    settled: list[Settled] = []
    claims = Claims(tokens.offsets)
    for round_ in range(ROUNDS):
        drafts = draft_statements(blocks, sides, claims, reader, settings)
        if not drafts:
            break
        checked += _check(drafts, round_, reader, tokens, seeds, settings)
        before = claims.size()
        checked, settled = _assign(checked, tokens.offsets, copies, settings)
        claims = Claims(tokens.offsets)
        for statement in settled:
            for row, rendering in statement.renderings.items():
                for piece in rendering.pieces:
                    claims.add(row, piece.start, piece.end)
        if claims.size() == before:
            break
    for _ in range(ROUNDS):  # passages went to other statements: what is left must be shared
        drafts, whole = _trimmed(settled, copies)
        if not drafts:
            break
        trimmed = _check(drafts, 0, reader, tokens, seeds, settings)
        _, settled = _assign(whole + trimmed, tokens.offsets, copies, settings)
    return settled


def _trimmed(
    settled: list[Settled], copies: NDArray[np.int64]
) -> tuple[list[Draft], list[Settled]]:
    """Drafts without the sentences that fewer than two articles carry, and the other statements."""
    drafts, whole = [], []
    for statement in settled:
        reading, draft = statement.reading, statement.draft
        by_sentence = np.zeros(len(reading.sentences) - 1, dtype=np.int64)
        ranges: dict[int, tuple[int, int]] = {}
        for row, rendering in statement.renderings.items():
            pieces = rendering.pieces
            ranges[row] = (
                min(piece.start for piece in pieces),
                max(piece.end for piece in pieces),
            )
            carried = {reading.sentence_of(piece.statement_start) for piece in pieces}
            by_sentence[list(carried)] += copies[row]
        carriers = np.repeat(by_sentence, np.diff(reading.sentences))
        if carriers.min() > 1:
            whole.append(statement)
            continue
        places = [token for start, end in draft.spans for token in range(start, end)]
        kept = np.array(places)[carriers > 1]
        cuts = np.flatnonzero(np.diff(kept) > 1) + 1
        spans = tuple((int(run[0]), int(run[-1]) + 1) for run in np.split(kept, cuts) if len(run))
        if spans:
            drafts.append(Draft(draft.base, spans, ranges))
    return drafts, whole


def _check(
    drafts: list[Draft],
    round_: int,
    reader: Callable[[int], Reading],
    tokens: Tokens,
    seeds: Shingles,
    settings: Settings,
) -> list[Settled]:
    """Align every carrier with the statement's text."""
    corpus = Corpus.from_texts([compose(reader(draft.base), draft) for draft in drafts])
    texts = tokenize(corpus)
    weights = weigh(texts, settings)
    rows = [(number, row) for number, draft in enumerate(drafts) for row in draft.carriers]
    left = np.array([number for number, _ in rows], dtype=np.int64)
    right = np.array([row for _, row in rows], dtype=np.int64)
    bounds = np.zeros((len(rows), 4), dtype=np.int64)
    bounds[:, 1] = texts.counts[left]
    seen = np.array([drafts[number].carriers[row] for number, row in rows]).reshape(-1, 2)
    reach = bounds[:, 1] + REACH  # parts of a copy may stand apart
    bounds[:, 2] = np.maximum(seen[:, 0] - reach, 0)
    bounds[:, 3] = np.minimum(seen[:, 1] + reach, tokens.counts[right])
    windows = refine(
        whole_windows(left, right, bounds),
        shingle(texts, settings.seed_ngram),
        seeds,
        settings.seed_ngram,
        MOST_CELLS,
    )
    penalty, least = round(SCALE * settings.penalty), round(SCALE * settings.min_score)
    found = align(texts, tokens, weights, windows, penalty, least)

    aligned: dict[int, list[list[Run]]] = {}
    for pair, runs in zip(windows.pair[found.window].tolist(), found.runs(), strict=True):
        aligned.setdefault(pair, []).append(runs)
    settled = []
    for number, draft in enumerate(drafts):
        statement = read_closely(corpus, texts, weights, number)
        complete = complete_sentences(reader(draft.base), draft, statement)
        settled.append((statement, complete))
    renderings: list[dict[int, Rendering]] = [{} for _ in drafts]
    for pair, alignments in aligned.items():
        number, row = rows[pair]
        statement, complete = settled[number]
        rendering = render(statement, reader(row), alignments, complete, settings)
        if rendering.weight >= least:
            renderings[number][row] = rendering
    return [
        Settled(draft, statement, found, round_)
        for draft, (statement, _), found in zip(drafts, settled, renderings, strict=True)
    ]


def _assign(
    checked: list[Settled],
    offsets: NDArray[np.int64],
    copies: NDArray[np.int64],
    settings: Settings,
) -> tuple[list[Settled], list[Settled]]:
    """Give each passage to one statement, the one of which its article carries the most.

    A statement left with one carrier is no statement, and what it took goes back to the
    others: the first list lacks those, the second has the renderings that remain.
    """
    while True:
        kept = _share_out(checked, offsets, settings)
        lasting = [sum(int(copies[row]) for row in renderings) > 1 for renderings in kept]
        if all(lasting):
            return checked, [
                replace(statement, renderings=renderings)
                for statement, renderings in zip(checked, kept, strict=True)
            ]
        checked = [statement for statement, lasts in zip(checked, lasting, strict=True) if lasts]


def _share_out(
    checked: list[Settled], offsets: NDArray[np.int64], settings: Settings
) -> list[dict[int, Rendering]]:
    """The renderings of each statement, without pieces that belong to another more."""
    least = round(SCALE * settings.min_score)
    order = sorted(
        (-rendering.weight / PRECEDENCE**statement.round, number, row)
        for number, statement in enumerate(checked)
        for row, rendering in statement.renderings.items()
    )
    kept: list[dict[int, Rendering]] = [{} for _ in checked]
    taken = Claims(offsets)
    for _, number, row in order:
        statement = checked[number]
        rendering = statement.renderings[row]
        free = [taken.share(row, piece.start, piece.end) < TAKEN for piece in rendering.pieces]
        rendering = rendering.only(free)
        if rendering.weight >= least:
            kept[number][row] = rendering
            for piece in rendering.pieces:
                taken.add(row, piece.start, piece.end)
    return kept
