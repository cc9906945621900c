"""Slow, plainly right twins of what the library does fast."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

KEPT_MARKS = {0, 8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132}
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "THAI", "LAO", "KHMER", "MYANMAR")


def _kind(char: str) -> str:
    category = unicodedata.category(char)
    if char in "'’ʼ＇":
        return "apostrophe"
    if char in ".,٫٬":
        return "numeric"
    if category in ("Cf", "Me") and char != "\u200b":
        return "ignored"
    if 0xFE00 <= ord(char) <= 0xFE0F or char == "\u0640":
        return "ignored"
    if category in ("Mn", "Mc"):
        return "extending" if unicodedata.combining(char) in KEPT_MARKS else "ignored"
    if category == "Nd":
        return "digit"
    if category[0] in "LN":
        unspaced = unicodedata.name(char, "").startswith(UNSPACED)
        return "character" if unspaced else "letter"
    return "separator"


def fold(char: str) -> str:
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(c for c in folded if _kind(c) in ("letter", "digit", "character", "extending"))


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Folded words with their first character and end, by the rules as documented."""
    kinds = [_kind(char) for char in text]
    found: list[tuple[str, int, int]] = []
    i = 0
    while i < len(text):
        if kinds[i] not in ("letter", "digit", "character", "extending"):
            i += 1
            continue
        start, word, last = i, fold(text[i]), kinds[i] if kinds[i] != "extending" else "letter"
        end = i = i + 1
        while i < len(text):
            kind = kinds[i]
            if kind == "ignored":
                end = i = i + 1
            elif kind == "extending":
                word += fold(text[i])
                end = i = i + 1
            elif kind in ("letter", "digit") and last != "character":
                word, last = word + fold(text[i]), kind
                end = i = i + 1
            elif (
                last != "character"
                and kind == "apostrophe"
                and kinds[i + 1 : i + 2] in (["letter"], ["digit"])
            ):
                i += 1
            elif last == "digit" and kind == "numeric" and kinds[i + 1 : i + 2] == ["digit"]:
                word += text[i]
                i += 1
            else:
                break
        found.append((word, start, end))
    return found


def words(text: str) -> list[str]:
    return [word for word, _, _ in tokens(text)]


def word_hash(word: str) -> int:
    state, data = 0, word.encode()
    for start in range(0, len(data), 8):
        lane = int.from_bytes(data[start : start + 8], "little")
        state = (state ^ lane) * 0xFF51AFD7ED558CCD % 2**64
        state ^= state >> 32
    return state


def shingle_hash(run: Sequence[str]) -> int:
    """The 64-bit hash of a shingle; signatures are made of its upper 32 bits."""
    state = 0
    for word in run:
        state = (state * 0x9E3779B97F4A7C15 + word_hash(word)) % 2**64
    return state


def shingles(text: str, n: int) -> list[tuple[str, ...]]:
    found = words(text)
    if not found:
        return []
    return [tuple(found[i : i + n]) for i in range(max(len(found) - n + 1, 1))]


def jaccard(one: str, other: str, n: int) -> float:
    a, b = set(shingles(one, n)), set(shingles(other, n))
    return len(a & b) / len(a | b) if a and b else 0.0


def dedupe(
    texts: Sequence[str], threshold: float, n: int
) -> tuple[list[int], dict[tuple[int, int], float]]:
    """Who is kept for each text, in order, and all pairs at or above the threshold.

    A text with the same words as an earlier one goes where that goes.
    """
    sets = [set(shingles(text, n)) for text in texts]
    pairs = {}
    for i in range(len(texts)):
        for k in range(i + 1, len(texts)):
            if sets[i] and sets[k]:
                value = len(sets[i] & sets[k]) / len(sets[i] | sets[k])
                if value >= threshold:
                    pairs[i, k] = value
    kept_for = list(range(len(texts)))
    said = [words(text) for text in texts]
    for k in range(len(texts)):
        first = said.index(said[k])
        if first < k and said[k]:
            kept_for[k] = kept_for[first]
            continue
        best = 0.0
        for i in range(k):
            if kept_for[i] == i and pairs.get((i, k), 0.0) > best:
                best, kept_for[k] = pairs[i, k], i
    return kept_for, pairs


def local_alignments(
    x: Sequence[int], y: Sequence[int], weights: Sequence[int], penalty: int, least: int
) -> list[tuple[int, list[tuple[int, int]]]]:
    """Smith-Waterman on the full table, again and again over the tokens not yet used.

    A gap of k words costs the least of k penalties and of a jump with k - 1 slips; every cell
    looks at all gaps of every length.
    """
    jump, slip = 5 * penalty, max(penalty // 14, 1)
    x_done, y_done = [False] * len(x), [False] * len(y)
    found = []
    while True:
        table = [[0] * (len(y) + 1) for _ in range(len(x) + 1)]
        for i in range(1, len(x) + 1):
            for j in range(1, len(y) + 1):
                if x_done[i - 1] or y_done[j - 1]:
                    continue
                match = weights[i - 1] if x[i - 1] == y[j - 1] else -penalty
                best = max(0, table[i - 1][j - 1] + match)
                for k in range(1, i + 1):
                    if any(x_done[i - k : i]):
                        break
                    best = max(best, table[i - k][j] - min(k * penalty, jump + (k - 1) * slip))
                for k in range(1, j + 1):
                    if any(y_done[j - k : j]):
                        break
                    best = max(best, table[i][j - k] - min(k * penalty, jump + (k - 1) * slip))
                table[i][j] = best
        score = max(max(row) for row in table)
        if score < least:
            return found
        i, j = next((i, row.index(score)) for i, row in enumerate(table) if score in row)
        links = []
        while table[i][j]:
            here = table[i][j]
            match = weights[i - 1] if x[i - 1] == y[j - 1] else -penalty
            if here == table[i - 1][j - 1] + match:
                if match > 0:
                    links.append((i - 1, j - 1))
                i, j = i - 1, j - 1
                x_done[i] = y_done[j] = True
            elif here == table[i - 1][j] - penalty:
                i -= 1
                x_done[i] = True
            elif here == table[i][j - 1] - penalty:
                j -= 1
                y_done[j] = True
            else:  # what a long gap leaves out may still be found elsewhere
                i, j = _jump_back(table, i, j, jump, slip)
        found.append((score, links[::-1]))


def _jump_back(table: list[list[int]], i: int, j: int, jump: int, slip: int) -> tuple[int, int]:
    """Where a long gap that ends at (i, j) began; the longest one that explains the score."""
    for k in range(i, 0, -1):
        if table[i][j] == table[i - k][j] - jump - (k - 1) * slip:
            return i - k, j
    for k in range(j, 0, -1):
        if table[i][j] == table[i][j - k] - jump - (k - 1) * slip:
            return i, j - k
    raise AssertionError("no step explains the score")
