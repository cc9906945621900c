"""Sentences and quotations of a text, by rules over what stands between two words.

A sentence ends at its final mark, at a blank line, and where a quotation ends before an
attribution or begins after one, so that "…ready to help," the company said. falls into the
quoted sentence and the newspaper's own words.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from syndetect.jit import I32, U8, U16, U32, U64, inner, kernel
from syndetect.text.folding import LOWER, UPPER
from syndetect.text.tokens import Table, decode

# What a character between words can be, as bits.
SPACE, LINE, FINAL, STOP, COMMA, COLON, DASH = (1 << k for k in range(7))
CLOSING, OPENING, SPEECH, AFTERMATH, MARK = (1 << k for k in range(7, 12))
_CHARACTERS = {
    SPACE: "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"
    + "".join(map(chr, [*range(0x2000, 0x200B), *range(9), *range(0x0E, 0x20), 0x7F])),
    LINE: "\n",
    FINAL: ".!?…",
    STOP: "。！？｡؟।॥",
    COMMA: ",，、",
    COLON: ",:，：،",  # after which a quotation may begin
    DASH: "-–—",
    CLOSING: "”\"’»›)]」』“«",  # “ and « close in German
    OPENING: "“\"‘„«»‹([「『",
    SPEECH: "“\"„«「『‘",  # what opens a quotation
    AFTERMATH: "”\"»›」』",  # what closes one, after a comma
    MARK: "“”«»„「」『』\"",  # any mark of quotation but the single ones
}  # fmt: skip
_ABBREVIATIONS = """Mr Mrs Ms Dr Prof Sr Jr St Gen Gov Sen Rep Lt Col Capt Sgt Rev Hon Inc Corp Ltd Co No
vs etc approx Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Nr Art Abs Sr Sra Dr Dra Mme Mlle bzw ca"""
_MONTHS = "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez"
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_ZONES = "ET CT MT PT EST CST MST PST EDT CDT MDT PDT GMT UTC"
SHORT_LINE = 45  # characters of a line that may be a heading

Text = tuple[U8, int, U32, U32]  # the bytes, where the text begins, first bytes and ends of tokens
Rules = tuple[U16, U64]  # what each character is; packed words, as `rules` lays them out


def _packed(word: str) -> int:
    """The first seven bytes of a word and its length as one number."""
    data = word.encode()
    return int.from_bytes(data[:7], "little") | len(data) << 56


@cache
def rules() -> tuple[NDArray[np.uint16], NDArray[np.uint64]]:
    """What each character below U+10000 is (uint16), and packed words (uint64).

    The words are abbreviations, 64 at most, then the beginnings of months, then days and zones.
    """
    kinds = np.zeros(1 << 16, np.uint16)
    for bit, characters in _CHARACTERS.items():
        kinds[[ord(char) for char in characters]] |= bit
    words = np.zeros(112, np.uint64)
    for first, listed in ((0, _ABBREVIATIONS), (64, _MONTHS), (80, f"{_DAYS} {_ZONES}")):
        packed = sorted({_packed(word) for word in listed.split()})
        words[first : first + len(packed)] = packed
    return kinds, words


@inner
def _kind_of(rules: Rules, point: int) -> int:
    return int(rules[0][point]) if point < 65536 else 0


@inner
def decode_gap(data: U8, start: int, end: int, gap: I32) -> int:
    """Code points of ``data[start:end]`` into gap (int32); how many."""
    count = 0
    while start < end:
        point, size = np.int64(data[start]), 1
        if point > 127:
            point, size = decode(data, start)
        gap[count] = point
        count, start = count + 1, start + size
    return count


@kernel
def _pack(data: U8, start: int, end: int, most: int) -> np.uint64:
    """The first `most` bytes of a word and its length as one number; see `_packed`."""
    value = np.uint64(end - start) << np.uint64(56)
    for k in range(min(end - start, most)):
        value |= np.uint64(data[start + k]) << np.uint64(8 * k)
    return value


@inner
def _is_listed(words: U64, first: int, end: int, word: np.uint64) -> bool:
    k = first
    while k < end and words[k] != word:
        k += 1
    return k < end


@inner
def case_at(data: U8, place: int, table: Table) -> int:
    """`LOWER`, `UPPER` or 0: the case of the character at a byte."""
    point = np.int64(data[place])
    if point < 128:
        return int(table[1][point]) & (LOWER | UPPER)
    point, _ = decode(data, place)
    return int(table[3][table[2][point >> 8], point & 255]) & (LOWER | UPPER)


@inner
def _is_abbreviation(text: Text, token: int, rules: Rules, table: Table) -> bool:
    """Whether the point right behind a token belongs to it: a listed word, one capital, e.g."""
    data, begin, starts, ends = text
    start, end = begin + np.int64(starts[token]), begin + np.int64(ends[token])
    size = end - start
    if size <= 4 and case_at(data, start, table) & UPPER:
        k = start + 1
        while k < end and data[k] & 0xC0 == 0x80:
            k += 1
        if k == end:
            return True
    if size == 1 and token > 0 and ends[token - 1] + 1 == starts[token] and data[start - 1] == 46:
        before, after = data[start - 2], data[start]
        single = ends[token - 1] - starts[token - 1] == 1
        e_g = before == 101 and after == 103
        i_e = before == 105 and after == 101
        u_a = before == 117 and after == 97
        if single and (e_g or i_e or u_a):
            return True
    return _is_listed(rules[1], 0, 64, _pack(data, start, end, 7)) if size <= 7 else False


@inner
def _is_date(text: Text, token: int, rules: Rules) -> bool:
    """Whether "10. Juni" or "p.m. Friday" stands around the token after a point."""
    data, begin, starts, ends = text
    start, end = begin + np.int64(starts[token]), begin + np.int64(ends[token])
    first, last = begin + np.int64(starts[token - 1]), begin + np.int64(ends[token - 1])
    if last - first <= 2 and 48 <= data[first] <= 57 and 48 <= data[last - 1] <= 57:
        size = 4 if end - start > 3 and data[start + 1] == 0xC3 else 3
        word = _pack(data, start, min(start + size, end), 7)
        return bool(_is_listed(rules[1], 64, 80, word))
    if last - first == 1 and data[first] == 109 and token > 1:
        before = begin + np.int64(ends[token - 2])
        half = data[before - 1] == 97 or data[before - 1] == 112
        if half and before + 1 == first and data[before] == 46:
            return bool(_is_listed(rules[1], 80, 112, _pack(data, start, end, 7)))
    return False


@inner
def _skip(gap: I32, i: int, n: int, rules: Rules, kind: int) -> int:
    """The first place from i on whose character is not of a kind."""
    while i < n and _kind_of(rules, gap[i]) & kind:
        i += 1
    return i


@inner
def _ends_at(gap: I32, i: int, n: int, case: int, rules: Rules) -> int:
    """How the final mark at i ends a sentence: 0 not at all, 1 without a space, 2 with one.

    3 if nothing but spaces stands between it and the next word.
    """
    j = i + 1
    while True:
        j = _skip(gap, j, n, rules, CLOSING)
        k = _skip(gap, j, n, rules, SPACE)
        if k > j and not case & LOWER and _skip(gap, k, n, rules, OPENING) == n:
            return 3 if k == n and j == i + 1 else 2
        if not (j + 1 < n and k > j and gap[j + 1] == 187):  # » may follow a space in French
            break
        j += 2
    plain = gap[i] == 46 or gap[i] == 33 or gap[i] == 63
    return 1 if plain and j == n and n > i + 1 and case & UPPER else 0


@inner
def _line_ends(
    gap: I32, i: int, n: int, case: int, text: Text, token: int, rules: Rules, table: Table
) -> bool:
    """Whether the line feed at i parts sentences: a blank line, a full line, a heading.

    After an abbreviation, lines are parted only where the next one is indented.
    """
    data, begin, _, ends = text
    j = i + 1
    while j < n and _kind_of(rules, gap[j]) & SPACE:
        if gap[j] == 10:
            return True
        j += 1
    k = i - 1
    while k >= 0 and (gap[k] == 32 or gap[k] == 9):
        k -= 1
    if k >= 0 and (
        _kind_of(rules, gap[k]) & FINAL
        or gap[k] == 58
        or gap[k] == 34
        or gap[k] == 8221
        or gap[k] == 187
    ):
        short = k == 0 and gap[0] == 46 and _is_abbreviation(text, token - 1, rules, table)
        return not short or j > i + 2
    if case & LOWER or _skip(gap, j, n, rules, OPENING) != n:
        return False
    place, size = begin + np.int64(ends[token - 1]), 0
    skipped = 0
    while skipped < i:  # to the line feed itself
        place += 1
        skipped += data[place] & 0xC0 != 0x80
    place -= 1
    while place >= begin and data[place] != 10 and size <= SHORT_LINE:
        size += data[place] & 0xC0 != 0x80
        place -= 1
    return 0 < size <= SHORT_LINE


@inner
def _speech_turns(gap: I32, i: int, n: int, case: int, rules: Rules) -> bool:
    """Whether a quotation ends at i before an attribution, or begins after one."""
    point, kind = gap[i], _kind_of(rules, gap[i])
    if kind & COMMA and i + 1 < n:
        if _kind_of(rules, gap[i + 1]) & AFTERMATH:
            return True
        if gap[i + 1] == 8217 and i + 2 < n and _kind_of(rules, gap[i + 2]) & SPACE:
            return True
    attached = i == 0 or not _kind_of(rules, gap[i - 1]) & SPACE
    if (attached and kind & MARK) or (attached and point == 8250):  # »Ja«, sagte er
        j = i + 1
        if j < n and gap[j] == 1548:
            return True
        if j < n and gap[j] != 44 and _kind_of(rules, gap[j]) & SPACE:
            j += 1
        if j + 1 < n and gap[j] == 44 and case & LOWER:
            k = _skip(gap, j + 1, n, rules, SPACE)
            if k > j + 1 and k == n:
                return True
    if kind & COLON or (kind & DASH and i > 0 and not attached):
        j = _skip(gap, i + 1, n, rules, SPACE)
        if j < n and _kind_of(rules, gap[j]) & SPEECH:
            k = j + 1
            if k < n and _kind_of(rules, gap[k]) & SPACE:
                k += 1
            return k == n or not _kind_of(rules, gap[k]) & SPACE
        if (
            j > i + 1 and j < n and (point == 44 or point == 58)
        ):  # the same in Danish and Swedish marks
            mark = gap[j] == 187 or gap[j] == 8221
            return mark and (j + 1 == n or not _kind_of(rules, gap[j + 1]) & SPACE)
    return False


@inner
def begins_sentence(gap: I32, n: int, text: Text, token: int, rules: Rules, table: Table) -> bool:
    """Whether a sentence begins at a token (not the first), after the characters of gap."""
    case = case_at(text[0], text[1] + np.int64(text[2][token]), table)
    for i in range(n):
        kind = _kind_of(rules, gap[i])
        if kind & STOP:
            return True
        if kind & LINE and _line_ends(gap, i, n, case, text, token, rules, table):
            return True
        if kind & FINAL:
            how = _ends_at(gap, i, n, case, rules)
            if how:
                point = i == 0 and gap[0] == 46
                short = point and _is_abbreviation(text, token - 1, rules, table)
                if not short and not (point and how == 3 and _is_date(text, token, rules)):
                    return True
        turning = kind & (COMMA | COLON | DASH | MARK) or gap[i] == 8250
        if turning and _speech_turns(gap, i, n, case, rules):
            return True
    return False


@inner
def closer_of(point: int) -> int:
    """What closes a quotation that a mark opens; 0 for a mark that opens none."""
    if point == 8220 or point == 8221:  # “ ”
        return 8221
    if point == 171:  # «
        return 187
    if point == 187:  # »
        return 171
    if point == 8222:  # „
        return 8220
    if point == 12300 or point == 12302:  # 「 『
        return point + 1
    if point == 8216:  # ‘
        return 8217
    return 34 if point == 34 else 0


@inner
def follow_quotations(
    gap: I32, n: int, opened: int, first: bool, last: bool, rules: Rules
) -> tuple[int, bool]:
    """What closes the quotation that is open behind a gap, 0 if none is; whether it began here.

    Args:
        gap: Code points between two tokens.
        n: How many.
        opened: What would close the quotation that is open before it, or 0.
        first: Whether nothing stands before the gap.
        last: Whether nothing stands behind it.
        rules: As `rules` lays them out.
    """
    began = False
    for i in range(n):
        point = np.int64(gap[i])
        if point == 10:
            j = i + 1
            while j < n and gap[j] != 10 and _kind_of(rules, gap[j]) & SPACE:
                j += 1
            if j < n and gap[j] == 10:
                opened = 0
            continue
        closer = closer_of(point)
        if opened and (point == opened or (opened == 8220 and point == 8221)):
            if point != 8217 or i + 1 < n or last:
                opened = 0
            continue
        if opened or not closer:
            continue
        before = first if i == 0 else _kind_of(rules, gap[i - 1]) & SPACE != 0
        after = last if i + 1 == n else _kind_of(rules, gap[i + 1]) & SPACE != 0
        if (point == 187 or point == 8221) and not (before and not after):
            continue
        if point == 8216 and (after or (i == 0 and not first)):
            continue
        opened, began = closer, True
    return opened, began
