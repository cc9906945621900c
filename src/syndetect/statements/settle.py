"""Statements with their checked copies: draft, align with the text, claim, and again.

Every carrier of a draft is aligned with the statement's own text. An article's passage belongs
to the statement of which the article carries the most; what no statement explains is drafted
anew, until nothing is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.blocks import Blocks
from syndetect.jit import I64, Bools, kernel
from syndetect.mapped import give_back
from syndetect.settings import Settings
from syndetect.statements.check import check_drafts
from syndetect.statements.checked import Checked, joined, nothing
from syndetect.statements.drafts import Drafts, draft_statements
from syndetect.statements.missed import add_missed
from syndetect.statements.share import assign, claimed_by
from syndetect.statements.sides import sides_of
from syndetect.statements.trimmed import draft_trimmed
from syndetect.statements.whole import draft_whole
from syndetect.text.corpus import Corpus
from syndetect.text.marks import Words, evidence_table

ROUNDS = (
    6  # drafts after drafts; of 15,254 statements in 100,000 articles, a fourth round found one
)


def settle_statements(
    corpus: Corpus, words: Words, blocks: Blocks, copies: NDArray[np.int64], settings: Settings
) -> Checked:
    """Statements and the articles that carry them.

    Args:
        corpus: The articles.
        words: Their words.
        blocks: Aligned passages of pairs of articles.
        copies: int64 (articles), how many articles each row stands for.
        settings: The thresholds.
    """
    checked, free = _settle_drafts(corpus, words, blocks, copies, settings)
    checked, free = _made_whole(checked, free, corpus, words, copies, settings)
    for _ in range(ROUNDS):  # passages went to other statements: what is left must be shared
        drafts, whole = draft_trimmed(checked.only_pieces(free), copies)
        if not len(drafts):
            break
        checked, free = _replaced(checked.take(whole), drafts, corpus, words, copies, settings)
    checked, free = _made_whole(checked, free, corpus, words, copies, settings)
    checked = add_missed(checked, free, claimed_by(checked, words, free), blocks, words, settings)
    checked, free = assign(checked, words, copies, settings)
    return checked.only_pieces(free)


def _made_whole(
    checked: Checked,
    free: NDArray[np.bool_],
    corpus: Corpus,
    words: Words,
    copies: NDArray[np.int64],
    settings: Settings,
) -> tuple[Checked, NDArray[np.bool_]]:
    """The same, those that the same articles carry as one, with what lies between their pieces."""
    claimed = claimed_by(checked, words, free)
    drafts, parted = draft_whole(checked.only_pieces(free), words, claimed, copies)
    if not len(drafts):
        return checked, free
    return _replaced(checked.take(~parted), drafts, corpus, words, copies, settings)


def _replaced(
    others: Checked,
    drafts: Drafts,
    corpus: Corpus,
    words: Words,
    copies: NDArray[np.int64],
    settings: Settings,
) -> tuple[Checked, NDArray[np.bool_]]:
    """Statements and checked drafts, with all passages shared out anew.

    What a statement had to leave to one that is no more comes back to it.
    """
    new = check_drafts(drafts, 0, corpus, words, settings)
    return assign(joined([others, *new]), words, copies, settings)


def _settle_drafts(
    corpus: Corpus, words: Words, blocks: Blocks, copies: NDArray[np.int64], settings: Settings
) -> tuple[Checked, NDArray[np.bool_]]:
    """Draft statements, check and share out, and draft again from what is left."""
    table = evidence_table(settings)
    sides = sides_of(blocks, len(words))
    checked, free = nothing(), np.empty(0, dtype=np.bool_)
    claimed = claimed_by(checked, words, free)
    stirred = np.ones(len(words), dtype=np.bool_)
    tried = np.zeros(len(words.words), dtype=np.bool_)
    for round_ in range(ROUNDS):
        drafts = draft_statements(sides, words, table, claimed, stirred, tried, settings)
        if not len(drafts):
            break
        checked = joined([checked, *check_drafts(drafts, round_, corpus, words, settings)])
        give_back()
        checked, free = assign(checked, words, copies, settings)
        _mark_spans(drafts.bases, drafts.spans, drafts.span_offsets, words.offsets, tried)
        stirred[:] = False
        stirred[drafts.carriers[:, 0]] = True
        before, claimed = claimed, claimed_by(checked, words, free)
        if np.array_equal(before, claimed):
            break
        _find_changed(before, claimed, words.offsets, stirred)
    return checked, free


@kernel
def _mark_spans(bases: I64, spans: I64, bounds: I64, offsets: I64, out: Bools) -> None:
    for draft in range(len(bases)):
        first = offsets[bases[draft]]
        for k in range(bounds[draft], bounds[draft + 1]):
            out[first + spans[k, 0] : first + spans[k, 1]] = True


@kernel
def _find_changed(before: Bools, claimed: Bools, offsets: I64, changed: Bools) -> None:
    """Of each row whether its claimed tokens changed, added to `changed`."""
    for row in range(len(changed)):
        token = offsets[row]
        while not changed[row] and token < offsets[row + 1]:
            changed[row] = before[token] != claimed[token]
            token += 1
