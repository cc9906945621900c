"""Build ``src/syndetect/text/unicode.npz``: how every code point is folded and classed.

Run with the interpreter whose Unicode version the package shall carry; the version is
stored in the table, so that results do not depend on the interpreter of a user::

    python tools/make_unicode_table.py src/syndetect/text/unicode.npz
"""

import sys
import unicodedata
from pathlib import Path

import numpy as np

SEPARATOR, LETTER, DIGIT, CHARACTER, IGNORED, EXTENDING, APOSTROPHE, NUMERIC = range(8)

# Scripts written without spaces between words: every character is a token.
UNSPACED = (
    "CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC ITERATION MARK",
    "IDEOGRAPHIC NUMBER ZERO", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "BOPOMOFO",
    "THAI", "LAO", "KHMER", "MYANMAR", "YI SYLLABLE",
)  # fmt: skip
# Canonical combining classes that carry a syllable in their script; all other marks are
# accents and points, which writers leave out at will.
KEPT_MARKS = frozenset({0, 8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132})
VARIATION_SELECTORS = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
LOWER, UPPER = 1 << 25, 1 << 26  # the case of a letter
SPACING_FORMATS = "\u200b"  # zero width space: Thai and Khmer put it between words


def classify(char: str) -> int:
    """The class of one character, one of the constants above."""
    category = unicodedata.category(char)
    if char in "'\u2019\u02bc\uff07":
        return APOSTROPHE
    if char in ".,\u066b\u066c":
        return NUMERIC
    if char == "\u0640" or ord(char) in VARIATION_SELECTORS:  # tatweel only stretches a word
        return IGNORED
    if category == "Cf":
        return SEPARATOR if char in SPACING_FORMATS else IGNORED
    if category == "Me":
        return IGNORED
    if category in ("Mn", "Mc"):
        return EXTENDING if unicodedata.combining(char) in KEPT_MARKS else IGNORED
    if category == "Nd":
        return DIGIT
    if category[0] in "LN":
        name = unicodedata.name(char, "")
        return CHARACTER if name.startswith(UNSPACED) else LETTER
    return SEPARATOR


def fold(char: str) -> str:
    """The folded form of one character: compatibility decomposed, without case or accents."""
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    return "".join(c for c in folded if classify(c) in (LETTER, DIGIT, CHARACTER, EXTENDING))


def case(char: str) -> int:
    """`LOWER` or `UPPER` for a letter that is one of them, else 0."""
    category = unicodedata.category(char)
    return LOWER if category == "Ll" else UPPER if category in ("Lu", "Lt") else 0


def build() -> dict[str, np.ndarray]:
    """The table as arrays: blocks of 256 packed values, the block of each code point >> 8."""
    values = np.zeros(0x110000, dtype=np.uint32)
    expansions: list[int] = []
    places: dict[str, int] = {}
    for point in range(0x110000):
        char = chr(point)
        kind = classify(char)
        if kind in (SEPARATOR, IGNORED):
            values[point] = kind << 21
            continue
        folded = char if kind in (APOSTROPHE, NUMERIC) else fold(char)
        if len(folded) == 1:
            values[point] = (kind << 21) | ord(folded)
        elif not folded:
            values[point] = IGNORED << 21
        else:
            if folded not in places:
                places[folded] = len(expansions)
                expansions.extend([len(folded), *map(ord, folded)])
            values[point] = (1 << 24) | (kind << 21) | places[folded]
        values[point] |= case(char)
    blocks, block_of = np.unique(values.reshape(-1, 256), axis=0, return_inverse=True)
    return {
        "blocks": blocks,
        "block_of": block_of.astype(np.uint16).reshape(-1),
        "expansions": np.array(expansions, dtype=np.uint32),
        "unicode_version": np.array([int(p) for p in unicodedata.unidata_version.split(".")]),
    }


if __name__ == "__main__":
    target = Path(sys.argv[1])
    np.savez_compressed(target, **build())
    print(
        f"Unicode {unicodedata.unidata_version}: {target.stat().st_size:,} bytes", file=sys.stderr
    )
