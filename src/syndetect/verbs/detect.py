"""`detect`: the statements that articles share."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.chains import Candidates, find_candidates
from syndetect.candidates.rare import Rarity
from syndetect.findings import Statements
from syndetect.io.articles import Articles, Texts, collect, headers
from syndetect.io.columns import id_key, numbered, order_of_ids
from syndetect.io.dates import sort_keys
from syndetect.jit import announced
from syndetect.mapped import give_back, let_go, read_at_random
from syndetect.model import NearMiss, Skipped
from syndetect.progress import Progress
from syndetect.results import Detection
from syndetect.settings import Settings
from syndetect.statements.boilerplate import find_boilerplate
from syndetect.statements.build import build_columns
from syndetect.statements.missed import add_shared
from syndetect.statements.rewritten import add_rewritten
from syndetect.statements.settle import settle_statements
from syndetect.statements.share import claimed_by
from syndetect.text.marks import SCALE, Words, evidence_table, read_words, weigh_texts
from syndetect.text.places import find_places
from syndetect.threads import beside
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
    columns = collect(articles)
    with announced(), Progress(shown=progress) as watch:
        with watch.stage("words", columns.expected):
            batch = make_batch(columns)
            if isinstance(columns, Articles):
                columns = columns.without_texts()
            read_at_random(batch.corpus.data, False)
            words = read_words(batch.corpus.pieces())
            read_at_random(batch.corpus.data)
            let_go(batch.corpus.data)
            table = evidence_table(settings)
            give_back()
        with watch.stage("seeds", len(batch.corpus)):
            equals = _passages_of_equals(batch, words, table)
            candidates = find_candidates(words, table, equals, settings)
            give_back()
        with (
            watch.stage("statements", len(batch.corpus)),
            beside(lambda pause: Rarity.of(batch.corpus, words, pause)) as wait,
        ):
            settled = settle_statements(
                batch.corpus, words, candidates.blocks, batch.copies, settings
            )
            rarity = wait()
            give_back()
        with watch.stage("rewritten", len(batch.corpus)):
            settled = add_rewritten(settled, batch.corpus, words, batch.copies, rarity, settings)
            give_back()
        with watch.stage("boilerplate", len(batch.corpus)):
            members = (batch.members, batch.offsets)
            outlets = numbered(columns.sources)
            columns_of = (words, rarity.weights, members, outlets, settings)
            recurring = find_boilerplate(settled, candidates.blocks, *columns_of)
            kept, set_aside = settled.take(~recurring), settled.take(recurring)
            aside = claimed_by(set_aside, words)
            kept = add_shared(kept, aside, candidates.blocks, words, settings)
            texts = (batch.corpus, words, members, _ranks(columns), partial(headers, columns))
            statements, boilerplate = (
                Statements(build_columns(found, *texts)) for found in (kept, set_aside)
            )
    return Detection(
        statements,
        boilerplate,
        _skipped(columns, batch, words, table, settled.pairs[:, 1], settings),
        len(columns),
        candidates.pairs,
        None if statements else _nearest(columns, batch, candidates, words, table),
        settings,
    )


def _ranks(columns: Texts) -> NDArray[np.int64]:
    """Copies stand by date, then by id: the place of each article, int64."""
    by_id = order_of_ids(columns.ids)
    place, ranks = np.empty_like(by_id), np.empty_like(by_id)
    place[by_id] = np.arange(len(by_id))
    ranks[np.lexsort((place, sort_keys(columns.dates)))] = np.arange(len(by_id))
    return ranks


def _evidence(words: Words, table: NDArray[np.int32]) -> NDArray[np.int64]:
    """int64 (articles), evidence of all tokens of each, in hundredths."""
    out = np.empty(len(words), np.int64)
    weigh_texts(words.marks, words.offsets, table, out)
    return out


def _passages_of_equals(batch: Batch, words: Words, table: NDArray[np.int32]) -> NDArray[np.int32]:
    """A text that several articles have is a passage that it shares with itself."""
    rows = np.flatnonzero((batch.copies > 1) & (words.counts > 0))
    none, counts = np.zeros_like(rows), words.counts[rows]
    columns = (rows, rows, none, counts, none, counts, _evidence(words, table)[rows])
    return np.stack(columns, axis=1).astype(np.int32)


def _skipped(
    columns: Texts,
    batch: Batch,
    words: Words,
    table: NDArray[np.int32],
    found_in: NDArray[np.int64],
    settings: Settings,
) -> tuple[Skipped, ...]:
    """Articles without words, or with too few to reach the least evidence, by id.

    Rows with a statement (`found_in`) are none of these: three articles need less.
    """
    evidence = _evidence(words, table) / SCALE
    evidence[found_in] = np.inf
    found: list[Skipped] = []
    for row in np.flatnonzero(evidence < settings.min_score).tolist():
        reason = f"too short: evidence {evidence[row]:.1f}, {settings.min_score:g} needed"
        if not words.counts[row]:
            empty = batch.corpus.offsets[row] == batch.corpus.offsets[row + 1]
            reason = "empty" if empty else "no words"
        found += [Skipped(columns.ids[place], reason) for place in batch.of(row)]
    return tuple(sorted(found, key=lambda skipped: id_key(skipped.article)))


def _nearest(
    columns: Texts,
    batch: Batch,
    candidates: Candidates,
    words: Words,
    table: NDArray[np.int32],
) -> NearMiss | None:
    """The pair with the most evidence in shared seeds, or two equal texts with more."""
    evidence = np.where(batch.copies > 1, _evidence(words, table), 0)
    equal = int(np.argmax(evidence)) if len(evidence) else 0
    left, right, first, end, score = candidates.nearest.tolist()
    if len(evidence) and evidence[equal] > score:
        left = right = equal
        score = int(evidence[equal])
        first, end = 0, int(words.counts[equal])
    elif not score:
        return None
    row, run = np.array([left]), np.array([[first, end]])
    place = find_places(batch.corpus, words, row, run, marked=np.zeros(1, bool))
    data = batch.corpus.bytes_of(left)[place.starts[0] : place.ends[0]]
    text = data.tobytes().decode("utf-8", "replace")
    ids = [
        sorted((columns.ids[place] for place in batch.of(row)), key=id_key) for row in (left, right)
    ]
    pair = ids[0][:2] if left == right else sorted((ids[0][0], ids[1][0]), key=id_key)
    return NearMiss(pair[0], pair[1], score / SCALE, " ".join(text.split()))
