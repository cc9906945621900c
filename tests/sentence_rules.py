"""The rules of sentences and quotations once more, as regular expressions: slow and plain.

A sentence ends at its final mark, at a blank line, and where a quotation ends before an
attribution or begins after one, so that "…ready to help," the company said. falls into the
quoted sentence and the newspaper's own words.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSING = '(?:[”"’»›)\\]」』“«]|\\s»)'  # “ and « close in German; » may follow a space in French
_OPENING = '[“"‘„«»‹(\\[「『]'
_ABBREVIATED = regex.compile(
    r"(?:\b\p{Lu}|\b(?:Mr|Mrs|Ms|Dr|Prof|Sr|Jr|St|Gen|Gov|Sen|Rep|Lt|Col|Capt|Sgt|Rev|Hon|Inc|Corp|Ltd|Co|No"
    r"|vs|etc|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Nr|Art|Abs|Sra?|Dra?|Mme|Mlle|bzw|ca|z\.B"
    r"|u\.a|e\.g|i\.e))\.$"
)
# A number with a point before a month is a date, "p.m." before a day or a zone no end.
_DATED = regex.compile(
    r"(?<=\b\d{1,2}\.\s*)(?:Jan|Feb|März|Mär|Apr|Mai|Juni|Juli|Jun|Jul|Aug|Sep|Okt|Nov|Dez)\p{L}*"
    r"|(?<=\b[ap]\.m\.\s*)(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[ECMP][SD]?T|GMT|UTC)\b"
)
# Control characters part words, so they may stand where a space would.
_CONTROL = regex.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


@cache
def _boundary() -> regex.Pattern[str]:
    """Where a sentence may end; the end of the match is the start of the next one."""
    return regex.compile(
        rf"""
        (?=[.!?…。！？｡؟।॥,，、،:：”“"»›«」』\n–—-])(?:      # nothing else ends one: passed over quickly
          (?P<final>[.!?…]){_CLOSING}*\s+(?={_OPENING}*[\p{{Lu}}\p{{Lt}}\p{{Lo}}\p{{N}}])
        | [.!?]{_CLOSING}+(?=\p{{Lu}})                    # no space after the quotation
        | [。！？｡]{_CLOSING}*\s* | [؟।॥]\s*
        | [,，、][”"»›」』]\s* | [,，、]’\s                  # quotation, then attribution
        | [”“"»«›](?<=\S.)\s?,\s+(?=\p{{Ll}})              # the same as German and French write it
        | [”“"»«](?<=\S.)،\s*                             # and Arabic
        | (?:[,:，：،]|[-–—](?<=\s.))\s*(?=[“"„«「『‘]\s?\S)       # attribution, then quotation
        | [,:]\s+(?=[»”]\S)                             # the same in Danish and Swedish marks
        | \n\s*?\n\s*
        | (?P<line>\n(?<=[.!?:…”"»][ \t]*\n)\s*)
        | (?P<short>\n(?<=(?:^|\n)[^\n]{{1,45}}\n)\s*(?={_OPENING}*[\p{{Lu}}\p{{Lo}}\p{{N}}]))
        )
        """,
        regex.VERBOSE,
    )


def sentence_starts(text: str) -> list[int]:
    """Characters at which sentences begin, ascending, the first of them 0."""
    starts = [0]
    text = _CONTROL.sub(" ", text)
    end = len(text.rstrip())
    for match in _boundary().finditer(text):
        if match["final"] == ".":
            place = match.start()
            if _ABBREVIATED.search(text, max(0, place - 8), place + 1):
                continue
            if _DATED.match(text, match.end()):
                continue
        if starts[-1] < match.end() < end:
            starts.append(match.end())
    return starts


# What closes a quotation by what opened it; » and ” open too where they stand before a word.
_PAIRS = {
    "“": "”", "«": "»", "„": "“”", "「": "」", "『": "』", "»": "«", "”": "”", "‘": "’", '"': '"',
}  # fmt: skip
_MARKS = regex.compile(
    r"""[“„「『«"] | (?<!\S)[»”](?=\S) | (?<![\p{L}\p{N}])‘(?=\S) | [”»」』] | ’(?![\p{L}\p{N}])""",
    regex.VERBOSE,
)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in regex.finditer(r"\n\s*\n", text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def quotations(text: str) -> list[tuple[int, int]]:
    """Stretches between quotation marks, as (start, end) in characters, ascending.

    A quotation that is not closed lasts until the end of its paragraph.
    """
    found: list[tuple[int, int]] = []
    for start, end in _paragraphs(text):
        opened, closing = -1, ""
        for match in _MARKS.finditer(text, pos=start, endpos=end):
            mark = match.group()
            if opened >= 0 and mark in closing:
                found.append((opened, match.start()))
                opened = -1
            elif opened < 0 and mark in _PAIRS:
                opened, closing = match.end(), _PAIRS[mark]
        if opened >= 0:
            found.append((opened, end))
    return found
