"""Marks: what close reading must know of each token, in one byte.

How much evidence the token carries, whether a sentence begins with it, and how it stands to
quotation marks. With the words themselves, four bytes a token, they are all that is kept of the
texts while passages are compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.growing import Growing
from syndetect.jit import I32, I64, U8, U32, U64, inner, kernel
from syndetect.settings import Settings
from syndetect.text.corpus import Corpus
from syndetect.text.folding import CHARACTER, DIGIT, UPPER, folding
from syndetect.text.lexicon import FUNCTION, SAYS, Lexicon, lexicon, roles_of
from syndetect.text.sentences import (
    MARK,
    Rules,
    begins_sentence,
    case_at,
    decode_gap,
    follow_quotations,
    rules,
)
from syndetect.text.tokens import Room, Table, fold_word, room_for, scan_text
from syndetect.threads import stream

SCALE = 100  # evidence is counted in hundredths of a content word, so that sums are exact
EVIDENCE = 3  # bits that say how much evidence: 0 a content word, 1 a function word, 2 a character
FACT = 3  # of these bits: a content word that is a figure, or a name by its capital letter
BEGINS = 4  # a sentence begins with the token
ONE_MARK, MARKS = 8, 24  # bits that count the quotation marks before it, up to three
QUOTED = 32  # it stands in a quotation
OPENED = 64  # in one that begins with it; of a token in none: it is a verb of saying
ATTRIBUTION = 128  # a sentence begins with it that only says who speaks
LONGEST_ATTRIBUTION = 16  # tokens

Open = tuple[U64, U32, U32, U8]  # of one text: hashes, first bytes, ends, classes of tokens
Tools = tuple[Table, Lexicon, Rules]


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of many texts, as close reading needs them.

    Attributes:
        words: uint32 (tokens), folded from the hash.
        marks: uint8 (tokens), see the names of this module.
        offsets: int64 (texts + 1), text i has the tokens ``offsets[i]`` to ``offsets[i + 1]``.
    """

    words: NDArray[np.uint32]
    marks: NDArray[np.uint8]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def counts(self) -> NDArray[np.int64]:
        """int64 (texts), tokens of each text."""
        return np.diff(self.offsets)


def evidence_table(settings: Settings) -> NDArray[np.int32]:
    """Evidence by the lowest bits of a mark, in hundredths of a content word: int32 (4).

    With few articles, document frequencies say little about a word; the function words of a
    language are known beforehand. Words of languages without a list count as content words.
    """
    shares = (1.0, settings.function_weight, settings.character_weight, 1.0)
    return np.array([round(SCALE * share) for share in shares], dtype=np.int32)


@inner
def evidence_of(marks: U8, table: I32) -> int:
    """Evidence of a run of tokens, in hundredths."""
    total = np.int64(0)
    for k in range(len(marks)):
        total += table[marks[k] & EVIDENCE]
    return int(total)


@kernel
def weigh_texts(marks: U8, offsets: I64, table: I32, out: I64) -> None:
    """Evidence of all tokens of each text into out (int64, texts), in hundredths."""
    for text in range(len(out)):
        out[text] = evidence_of(marks[offsets[text] : offsets[text + 1]], table)


@inner
def _mark_words(count: int, opened: Open, known: Lexicon, words: U32, marks: U8) -> None:
    """Words and evidence of each token."""
    hashes, _, _, classes = opened
    for k in range(count):
        words[k] = fold_word(hashes[k])
        roles = roles_of(known, words[k])
        other = FACT if classes[k] == DIGIT else 0
        marks[k] = 2 if classes[k] == CHARACTER else 1 if roles & FUNCTION else other
        marks[k] |= np.uint8(OPENED if roles & SAYS else 0)


@inner
def _mark_gaps(
    data: U8, begin: int, count: int, opened: Open, tools: Tools, gap: I32, marks: U8
) -> None:
    """Where sentences and quotations begin, the marks before each token, and which are names."""
    starts, ends = opened[1], opened[2]
    closer, before = 0, begin
    for k in range(count):
        start = begin + np.int64(starts[k])
        began, sentence, size, found = False, k == 0, start - before, 0
        plain = size == 1 or (size == 2 and data[before] == 44)
        if size and not (plain and data[start - 1] == 32):
            n = decode_gap(data, before, start, gap)
            closer, began = follow_quotations(gap, n, closer, k == 0, False, tools[2])
            for i in range(n):
                if gap[i] < 65536 and tools[2][0][gap[i]] & MARK:
                    found += 1
            marks[k] |= np.uint8(ONE_MARK * min(found, 3))
            if k:
                sentence = begins_sentence(
                    gap, n, (data, begin, starts, ends), k, tools[2], tools[0]
                )
        if sentence:
            marks[k] |= np.uint8(BEGINS)
        elif marks[k] & EVIDENCE == 0 and not found and case_at(data, start, tools[0]) & UPPER:
            marks[k] |= np.uint8(FACT if ends[k] - starts[k] > 1 else 0)
        if closer:
            marks[k] = marks[k] & np.uint8(255 - OPENED) | np.uint8(QUOTED | OPENED * began)
        before = begin + int(ends[k])


@inner
def stands_in_quotation(marks: U8) -> bool:
    """Whether a run of tokens stands within one quotation."""
    if len(marks) == 0 or not marks[0] & QUOTED:
        return False
    k = 1
    while k < len(marks) and marks[k] & QUOTED and not marks[k] & OPENED:
        k += 1
    return k == len(marks)


@inner
def tells(marks: U8) -> bool:
    """Whether a verb of saying stands in a run of tokens, outside quotations."""
    found = False
    for mark in marks:
        found = found or mark & (QUOTED | OPENED) == OPENED
    return found


@inner
def _mark_attributions(count: int, known: Lexicon, words: U32, marks: U8) -> None:
    """Mark sentences that only say who speaks: short, beside a quotation, with a verb of saying."""
    start = 0
    for k in range(1, count + 1):
        if k < count and not marks[k] & BEGINS:
            continue
        beside = (start > 0 and marks[start] & MARKS) or (k < count and marks[k] & MARKS)
        says = False
        if beside and k - start <= LONGEST_ATTRIBUTION:
            for token in range(start, k):
                says = says or roles_of(known, words[token]) & SAYS != 0
        if says and not stands_in_quotation(marks[start:k]):
            marks[start] |= np.uint8(ATTRIBUTION)
        start = k


@inner
def open_text(
    data: U8,
    begin: int,
    end: int,
    tools: Tools,
    room: Room,
    gap: I32,
    opened: Open,
    words: U32,
    marks: U8,
) -> int:
    """Tokens of ``data[begin:end]`` with their places, words and marks; how many."""
    hashes, starts, ends, classes = opened
    count = scan_text(data, begin, end, tools[0], hashes, (starts, ends, classes), room)
    _mark_words(count, opened, tools[1], words, marks)
    _mark_gaps(data, begin, count, opened, tools, gap, marks)
    _mark_attributions(count, tools[1], words, marks)
    return int(count)


def tools() -> Any:
    """What `open_text` looks up: how characters fold, known words, rules of sentences."""
    return tuple(folding()), lexicon(), rules()


def room_to_open(offsets: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Room to open the longest text at `offsets`: of `scan_text`, a gap, `Open`."""
    longest = int(np.diff(offsets).max(initial=0))
    most = longest // 2 + 1
    columns = (np.uint64, np.uint32, np.uint32, np.uint8)
    opened = tuple(np.empty(most, kind) for kind in columns)
    return room_for(offsets), np.empty(longest + 1, np.int32), opened


@kernel
def _read_texts(
    data: U8,
    offsets: I64,
    tools: Tools,
    room: Room,
    gap: I32,
    opened: Open,
    words: U32,
    marks: U8,
    counts: I64,
) -> int:
    """Words and marks of the texts at `offsets`, end to end; how many."""
    total = np.int64(0)
    for text in range(len(counts)):
        low, high = np.int64(offsets[text]), np.int64(offsets[text + 1])
        counts[text] = open_text(
            data, low, high, tools, room, gap, opened, words[total:], marks[total:]
        )
        total += counts[text]
    return int(total)


def _read_piece(
    corpus: Corpus,
) -> tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.int64]]:
    """Words and marks of the tokens of some texts, and how many each has."""
    room, gap, opened = room_to_open(corpus.offsets)
    most = int(corpus.offsets[-1] - corpus.offsets[0]) // 2 + len(corpus)
    words, marks = np.empty(most, np.uint32), np.empty(most, np.uint8)
    counts = np.empty(len(corpus), np.int64)
    columns = (corpus.data, corpus.offsets, tools(), room, gap, opened)
    n = _read_texts(*columns, words, marks, counts)
    return words[:n], marks[:n], counts


def read_words(corpora: Iterable[Corpus]) -> Words:
    """The words of all texts, in their order."""
    words, marks = Growing(np.uint32, filed=True), Growing(np.uint8, filed=True)
    counts = Growing(np.int64)
    for some, some_marks, some_counts in stream(_read_piece, corpora):
        words.extend(some)
        marks.extend(some_marks)
        counts.extend(some_counts)
    offsets = np.concatenate(([0], np.cumsum(counts.array())))
    return Words(words.array(), marks.array(), offsets)
