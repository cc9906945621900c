"""How a piece renders the statement: word for word, a fragment, altered, or retold."""

from __future__ import annotations

import numpy as np

from syndetect.align.ends import Text
from syndetect.align.pieces import A0, A1, RUN, RUN_END, S0, S1
from syndetect.jit import I64, U32, inner, kernel
from syndetect.model import Kind
from syndetect.text.lexicon import FIRST, NOW, SAYS, THEN, THIRD, Lexicon, roles_of
from syndetect.text.marks import BEGINS, stands_in_quotation

KINDS = tuple(Kind)  # kernels say a kind by its place here
VERBATIM, PARTIAL, PARAPHRASED, REPORTED = (
    KINDS.index(kind) for kind in (Kind.VERBATIM, Kind.PARTIAL, Kind.PARAPHRASED, Kind.REPORTED)
)
LEAD = 12  # tokens before a piece, within its sentence, among which an attribution is sought


@kernel
def is_plain(runs: I64, piece: I64) -> bool:
    """Whether a piece has no edits: one run from end to end in both texts."""
    run = piece[RUN]
    whole = runs[run, 0] == piece[S0] and runs[run, 1] == piece[A0]
    same = runs[run, 2] == piece[S1] - piece[S0] and runs[run, 2] == piece[A1] - piece[A0]
    return bool(piece[RUN_END] == run + 1 and whole and same)


@inner
def find_changes(runs: I64, piece: I64, out: I64) -> int:
    """What stands between the runs of a piece into out (int64, changes x 4); how many.

    A change is a range of the statement and one of the article, either may be empty. Two
    insertions, or two omissions, with one word between them are one change: "make use of".
    """
    s, a, count = piece[S0], piece[A0], 0
    if piece[RUN] == piece[RUN_END]:
        return 0  # a rewritten piece: nothing in it is aligned
    for r in range(piece[RUN], piece[RUN_END] + 1):
        last = r == piece[RUN_END]
        s1, a1 = (piece[S1], piece[A1]) if last else (runs[r, 0], runs[r, 1])
        if s1 > s or a1 > a:
            joined = False
            if count and s - out[count - 1, 1] == 1 and a - out[count - 1, 3] == 1:
                inserted = out[count - 1, 0] == out[count - 1, 1] and s == s1
                omitted = out[count - 1, 2] == out[count - 1, 3] and a == a1
                joined = inserted or omitted
            if joined:
                out[count - 1, 1], out[count - 1, 3] = s1, a1
            else:
                out[count, 0], out[count, 1], out[count, 2], out[count, 3] = s, s1, a, a1
                count += 1
        if not last:
            s, a = s1 + runs[r, 2], a1 + runs[r, 2]
    return count


@inner
def _roles(words: U32, known: Lexicon, start: int, end: int) -> int:
    """The roles that any of the words has."""
    found = np.int64(0)
    for k in range(start, end):
        found |= np.int64(roles_of(known, words[k]))
    return int(found)


@inner
def _is_retold(
    statement: U32, article: Text, known: Lexicon, changes: I64, count: int, start: int
) -> bool:
    """Whether the article turned the person, or the tense after a verb of saying."""
    first = start
    while first > 0 and start - first < LEAD and not article[1][first] & BEGINS:
        first -= 1
    said = _roles(article[0], known, first, start) & SAYS
    for k in range(count):
        before = _roles(statement, known, changes[k, 0], changes[k, 1])
        after = _roles(article[0], known, changes[k, 2], changes[k, 3])
        if before & FIRST and after & THIRD and not after & FIRST:
            return True
        if said and before & NOW and after & THEN:
            return True
    return False


@kernel
def decide_kind(
    statement: U32,
    article: Text,
    known: Lexicon,
    runs: I64,
    piece: I64,
    whole: bool,
    changes: I64,
) -> int:
    """The kind of one piece; `whole` says that its words are whole sentences, unchanged."""
    if whole:
        return VERBATIM
    if is_plain(runs, piece):
        return PARTIAL
    if not stands_in_quotation(article[1][piece[A0] : piece[A1]]):
        count = find_changes(runs, piece, changes)
        if _is_retold(statement, article, known, changes, count, piece[A0]):
            return REPORTED
    return PARAPHRASED
