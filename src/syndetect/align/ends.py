"""The ends of a piece: drawn to the ends of its sentence where words were swapped."""

from __future__ import annotations

import numpy as np

from syndetect.jit import I32, I64, U8, U32, Bools, inner
from syndetect.text.lexicon import SAYS, THAT, Lexicon, roles_of
from syndetect.text.marks import BEGINS, EVIDENCE, MARKS

Text = tuple[U32, U8]  # words and marks of one text
Statement = tuple[U32, U8, I32, I32]  # and of each token the first of its sentence, and the end
NEAR_END = 3  # tokens missing at the end of a sentence that may all have been swapped
FAR_END = 0.6  # share of a sentence that may be missing at one end if some of it is still there
FARTHEST = 30  # but never more tokens than this
STILL_THERE = 0.25  # share of the evidence missing there that must be
SLACK = 2  # tokens by which what stands in their place may be longer


@inner
def _outward(article: Text, known: Lexicon, a: int, limit: int, step: int, most: int) -> int:
    """How many tokens of the article stand outward from a piece, up to a mark or a saying.

    `a` is the piece's first token (step -1) or its end (step 1), `limit` is the first token
    (step -1) or the end (step 1) of what is free. Counts to `most` + 1 at the furthest; what
    follows the sentence of the piece does not count.
    """
    words, marks = article
    count = 0
    while count <= most:
        token = a - 1 - count if step < 0 else a + count
        if (step < 0 and token < limit) or (step > 0 and token >= limit):
            break
        edge = token + 1 if step < 0 else token  # the gap that is crossed stands before it
        if marks[edge] & (BEGINS | MARKS) or roles_of(known, words[token]) & (SAYS | THAT):
            break
        count += 1
    return count


@inner
def _common(
    one: U32, other: U32, s: int, n: int, a: int, m: int, step: int, best: I64, links: I64
) -> int:
    """Longest common subsequence of two short ranges that go from s and a in steps, as links."""
    for i in range(n, -1, -1):
        for k in range(m, -1, -1):
            if i == n or k == m:
                best[i, k] = 0
            elif one[s + i * step] == other[a + k * step]:
                best[i, k] = best[i + 1, k + 1] + 1
            else:
                best[i, k] = max(best[i + 1, k], best[i, k + 1])
    i = k = count = 0
    while i < n and k < m:
        if one[s + i * step] == other[a + k * step]:
            links[count, 0], links[count, 1] = s + i * step, a + k * step
            i, k, count = i + 1, k + 1, count + 1
        elif best[i + 1, k] >= best[i, k + 1]:
            i += 1
        else:
            k += 1
    return count


@inner
def draw_end(
    statement: Statement,
    article: Text,
    table: I32,
    known: Lexicon,
    at: tuple[int, int, int, int],
    linked: Bools,
    links: I64,
    best: I64,
) -> tuple[int, int]:
    """How many tokens of the article stand in the place of those missing at one end.

    A few missing words may all have been swapped; of more, some must stand there still.

    Args:
        statement: Words, marks, and bounds of sentences of the statement.
        article: Words and marks of the article.
        table: Evidence by mark, hundredths.
        known: The words that are known, with their roles.
        at: The token of the statement and that of the article at which the piece begins (ends),
            the limit of what is free in the article, and -1 (1) for the direction.
        linked: Tokens of the statement that the article carries elsewhere too.
        links: Room for the equal tokens among them, outward from the piece.
        best: Room for a table.

    Returns:
        How many, 0 when the end stays where it is; and how many equal ones.
    """
    s, a, limit, step = at
    inside = s if step < 0 else s - 1
    first, end = np.int64(statement[2][inside]), np.int64(statement[3][inside])
    missing = s - first if step < 0 else end - s
    if missing <= 0 or missing > max(NEAR_END, min(FAR_END * (end - first), FARTHEST)):
        return 0, 0
    begin = s - 1 if step < 0 else s
    for k in range(missing):
        if linked[begin + k * step]:
            return 0, 0
    count = _outward(article, known, a, limit, step, missing + SLACK)
    if count > missing + SLACK:  # neither the sentence nor what opens it ends near
        count = missing
    start = a - 1 if step < 0 else a
    n = _common(statement[0], article[0], begin, missing, start, count, step, best, links)
    if n and links[n - 1, 0] == begin + (missing - 1) * step:
        count = abs(links[n - 1, 1] - start) + 1
    if missing > NEAR_END:
        weight = found = np.int64(0)
        for k in range(missing):
            weight += table[statement[1][begin + k * step] & EVIDENCE]
        for k in range(n):
            found += table[statement[1][links[k, 0]] & EVIDENCE]
        if found < STILL_THERE * weight:
            return 0, 0
    return int(count), n
