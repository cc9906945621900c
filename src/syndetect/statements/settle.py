"""Statements with their checked copies: draft, align with the text, claim, and again.

Every carrier of a draft is aligned with the statement's own text. An article's passage belongs
to the statement of which the article carries the most; what no statement explains is drafted
anew.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.blocks import Blocks
from syndetect.jit import I64, Bools, kernel
from syndetect.mapped import give_back
from syndetect.settings import Settings
from syndetect.statements.check import LATE, check_drafts, longest_of
from syndetect.statements.checked import Checked, joined, nothing
from syndetect.statements.drafts import Drafts, draft_statements
from syndetect.statements.missed import add_missed
from syndetect.statements.share import assign, claimed_by
from syndetect.statements.sides import Sides, find_unexplained, sides_of
from syndetect.statements.trimmed import draft_trimmed
from syndetect.statements.whole import draft_whole
from syndetect.text.corpus import Corpus, chunks_of
from syndetect.text.marks import SCALE, Words, evidence_table
from syndetect.threads import spread

ROUNDS = 3  # drafts after drafts; of 15,254 statements in 100,000 articles, a fourth found one
LATE_ROUNDS = 2  # of 2,587 stories, a third found none
_CHUNK = 1 << 20  # tokens of a task


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
    claimed = claimed_by(checked, words, free)
    return add_missed(checked.only_pieces(free), claimed, blocks, words, settings)


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
    """Draft statements, check and share out, and draft again from what is left.

    In the last rounds, from the longest passages alone: where articles have much in common, drafts of short
    ones that do not last keep others from their turn.
    """
    table = evidence_table(settings)
    checked, free = nothing(), np.empty(0, dtype=np.bool_)
    claimed = claimed_by(checked, words, free)
    sides, late = sides_of(blocks, len(words)), False
    stirred = np.ones(len(words), np.bool_)
    for round_ in range(ROUNDS + LATE_ROUNDS):
        if round_ == ROUNDS:
            sides, late = _long_sides(blocks, words, claimed, settings), True
            stirred[:] = True
        drafts = draft_statements(sides, words, table, claimed, stirred, settings)
        if not len(drafts):
            continue
        new = check_drafts(drafts, round_, corpus, words, settings)
        new = (_only_sure(found, settings) for found in new) if late else new
        checked = joined([checked, *new])
        give_back()
        checked, free = assign(checked, words, copies, settings)
        stirred[:] = False
        stirred[drafts.carriers[:, 0]] = True
        before, claimed = claimed, claimed_by(checked, words, free)
        _stir(stirred, before, claimed, words.offsets)
    return checked, free


def _long_sides(
    blocks: Blocks, words: Words, claimed: NDArray[np.bool_], settings: Settings
) -> Sides:
    """The sides of blocks of which enough for a late copy is left."""
    least = LATE * SCALE * settings.min_score
    kept = find_unexplained(blocks, words.offsets, claimed, least) & (blocks.weight >= least)
    return sides_of(blocks.take(kept), len(words))


def _only_sure(found: Checked, settings: Settings) -> Checked:
    """The same without the copies that have no long run of words of the statement."""
    return found.only(longest_of(found, settings) >= LATE * SCALE * settings.min_score)


def _stir(
    stirred: NDArray[np.bool_],
    before: NDArray[np.bool_],
    claimed: NDArray[np.bool_],
    offsets: NDArray[np.int64],
) -> None:
    """Add the articles of which other tokens are claimed than before."""
    spread(
        lambda rows: _find_changed(*rows, before, claimed, offsets, stirred),
        chunks_of(offsets, _CHUNK),
    )


@kernel
def _find_changed(
    low: int, high: int, before: Bools, claimed: Bools, offsets: I64, changed: Bools
) -> None:
    """Of each row from `low` to `high` whether its claimed tokens changed, added to `changed`."""
    for row in range(low, high):
        token = offsets[row]
        while not changed[row] and token < offsets[row + 1]:
            changed[row] = before[token] != claimed[token]
            token += 1
