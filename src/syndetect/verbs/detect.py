"""`detect`: the statements that articles share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.align.blocks import Blocks, cut, join
from syndetect.align.local import align
from syndetect.candidates.seeds import Candidates, find_candidates
from syndetect.io.articles import Articles, gather
from syndetect.io.dates import date_key
from syndetect.jit import announced
from syndetect.model import Copy, NearMiss, Skipped
from syndetect.progress import Progress
from syndetect.results import Detection, ordered
from syndetect.settings import Settings
from syndetect.sketch.shingles import shingle
from syndetect.sketch.weights import SCALE, weigh
from syndetect.statements.build import build_statement
from syndetect.statements.settle import settle_statements
from syndetect.text.tokens import Tokens, tokenize
from syndetect.verbs.batch import Batch, make_batch


def detect(articles: Any, *, settings: Settings | None = None, progress: bool = False) -> Detection:
    """Find the statements that articles share, and how each article carries them.

    Args:
        articles: An iterable of texts, `Article`s or mappings with a ``text`` key; a pandas,
            polars or pyarrow table with a ``text`` column; or a `pathlib.Path` or several (see
            `read`). Texts without an id are called by their position.
        settings: Thresholds; by default ``Settings()``.
        progress: Show on stderr how far it is.

    Returns:
        The statements with their copies, parts, kinds and edits, and what was skipped.

    Raises:
        InputTypeError: An article is none of these.
        InputError: Two articles have one id, or a value cannot be used.
        ReadError: A path cannot be read.

    Every statement has a text of its own, taken from the article that agrees most with the
    others, and every copy is aligned with that text (Smith and Waterman, 1981); two copies
    never meet through a third.

    Examples:
        >>> import syndetect as sd
        >>> found = sd.detect(sd.read("seeds"))
        >>> print(found)
        1 statement in 5 of 5 articles
        >>> for copy in found.statements[0].copies:
        ...     print(copy.article[:3], copy.kind, f"{copy.used:.2f}")
        000 verbatim 0.64
        001 paraphrased 0.92
        002 verbatim 0.84
        003 verbatim 1.00
        004 verbatim 0.98
    """
    settings = Settings.of(settings)
    columns = gather(articles)
    with announced(), Progress(shown=progress) as watch:
        with watch.stage("words", len(columns)):
            batch = make_batch(columns)
            tokens = tokenize(batch.corpus)
            weights = weigh(tokens, settings)
        with watch.stage("seeds", len(batch.corpus)):
            seeds = shingle(tokens, settings.seed_ngram)
            candidates = find_candidates(seeds, weights, tokens.offsets, settings)
        with watch.stage("alignments", len(batch.corpus)):
            blocks = _align(candidates, tokens, weights, settings)
            blocks = join(blocks, _blocks_of_equals(batch, tokens, weights))
        with watch.stage("statements", len(batch.corpus)) as advance:
            settled = settle_statements(
                batch.corpus, tokens, weights, seeds, blocks, batch.copies, settings, advance
            )

    def members(row: int) -> list[Any]:
        return [
            (columns.ids[place], columns.sources[place], columns.dates[place])
            for place in batch.members[row]
        ]

    counts = tokens.counts.tolist()
    statements = ordered(
        [build_statement(found, members, counts, _copy_order) for found in settled]
    )
    return Detection(
        statements,
        _skipped(columns, batch, tokens, weights, settings),
        len(columns),
        len(candidates.pairs),
        None if statements else _nearest(columns, batch, candidates, tokens, weights),
        settings,
    )


def _copy_order(copy: Copy) -> tuple[Any, ...]:
    """Copies stand by date, then by id."""
    return date_key(copy.date), _id_key(copy.article)


def _id_key(identity: str | int) -> tuple[bool, int, str]:
    """What ids sort by: numbers before text."""
    return isinstance(identity, str), 0 if isinstance(identity, str) else identity, str(identity)


def _align(
    candidates: Candidates, tokens: Tokens, weights: NDArray[np.int32], settings: Settings
) -> Blocks:
    """Aligned passages of the candidate pairs."""
    penalty, least = round(SCALE * settings.penalty), round(SCALE * settings.min_score)
    windows = candidates.windows.of_pairs(2 * candidates.evidence >= least)
    alignments = align(tokens, tokens, weights, windows, penalty, least)
    return cut(alignments, windows, weights, tokens.offsets, settings.interruption)


def _blocks_of_equals(batch: Batch, tokens: Tokens, weights: NDArray[np.int32]) -> Blocks:
    """A text that several articles have is a passage that it shares with itself."""
    rows = np.flatnonzero((batch.copies > 1) & (tokens.counts > 0))
    bounds = np.zeros((len(rows), 4), dtype=np.int64)
    bounds[:, 1] = bounds[:, 3] = tokens.counts[rows]
    weight = [int(weights[tokens.offsets[row] : tokens.offsets[row + 1]].sum()) for row in rows]
    return Blocks(rows, rows, bounds, np.array(weight, dtype=np.int64))


def _skipped(
    columns: Articles, batch: Batch, tokens: Tokens, weights: NDArray[np.int32], settings: Settings
) -> tuple[Skipped, ...]:
    """Articles without words, or with too few to reach the least evidence, by id."""
    totals = np.concatenate(([0], np.cumsum(weights, dtype=np.int64)))[tokens.offsets]
    evidence = np.diff(totals) / SCALE
    found: list[Skipped] = []
    for row in np.flatnonzero(evidence < settings.min_score):
        reason = f"too short: evidence {evidence[row]:.1f}, {settings.min_score:g} needed"
        if not tokens.counts[row]:
            empty = batch.corpus.offsets[row] == batch.corpus.offsets[row + 1]
            reason = "empty" if empty else "no words"
        found += [Skipped(columns.ids[place], reason) for place in batch.members[row]]
    return tuple(sorted(found, key=lambda skipped: _id_key(skipped.article)))


def _nearest(
    columns: Articles,
    batch: Batch,
    candidates: Candidates,
    tokens: Tokens,
    weights: NDArray[np.int32],
) -> NearMiss | None:
    """The pair with the most evidence in shared seeds, or two equal texts with more."""
    totals = np.concatenate(([0], np.cumsum(weights, dtype=np.int64)))[tokens.offsets]
    evidence = np.where(batch.copies > 1, np.diff(totals), 0)
    equal = int(np.argmax(evidence)) if len(evidence) else 0
    best = int(np.argmax(candidates.evidence)) if len(candidates.pairs) else 0
    score = int(candidates.evidence[best]) if len(candidates.pairs) else 0
    if len(evidence) and evidence[equal] > score:
        left = right = equal
        score = int(evidence[equal])
        first, end = int(tokens.offsets[equal]), int(tokens.offsets[equal + 1])
    elif score:
        left, right = candidates.pairs[best].tolist()
        first, end = (candidates.longest[best] + tokens.offsets[left]).tolist()
    else:
        return None
    data = batch.corpus.bytes_of(left)
    text = data[tokens.starts[first] : tokens.ends[end - 1]].tobytes().decode("utf-8", "replace")
    ids = [
        sorted((columns.ids[place] for place in batch.members[row]), key=_id_key)
        for row in (left, right)
    ]
    pair = ids[0][:2] if left == right else sorted((ids[0][0], ids[1][0]), key=_id_key)
    return NearMiss(pair[0], pair[1], score / SCALE, " ".join(text.split()))
