"""How characters are folded and classed, from a table of fixed Unicode version.

The table is made by ``tools/make_unicode_table.py``; it travels with the package, so that the
same text gives the same tokens under every interpreter.
"""

from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Classes of characters (bits 21 to 23 of a packed value).
SEPARATOR, LETTER, DIGIT, CHARACTER, IGNORED, EXTENDING, APOSTROPHE, NUMERIC = range(8)
CLASS_SHIFT = 21
POINT_MASK = (1 << CLASS_SHIFT) - 1
LOWER, UPPER = 1 << 25, 1 << 26  # of letters that have a case
EXPANDED = 1 << 24  # the low bits are a place in `expansions`: a length, then code points


class Folding(NamedTuple):
    """The folding table as arrays for the kernels.

    Attributes:
        simple: uint32 (2048), letters below U+0800 that fold to one such letter: its UTF-8 as a
            number, and from bit 24 on how many bits that has; else 0.
        ascii: uint32 (128), packed values of the ASCII characters.
        block_of: uint16 (4352), the block of code points ``256 * i`` to ``256 * i + 255``.
        blocks: uint32 (blocks, 256), packed values: folded code point, class, `EXPANDED`,
            `LOWER` or `UPPER`.
        expansions: uint32, code points of characters that fold to several.
    """

    simple: NDArray[np.uint32]
    ascii: NDArray[np.uint32]
    block_of: NDArray[np.uint16]
    blocks: NDArray[np.uint32]
    expansions: NDArray[np.uint32]


@cache
def folding() -> Folding:
    """The table, read once per process."""
    with (
        resources.files("syndetect.text").joinpath("unicode.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as table,
    ):
        blocks, block_of = table["blocks"], table["block_of"]
        first = blocks[block_of[0], :128].copy()
        return Folding(_simple(blocks, block_of), first, block_of, blocks, table["expansions"])


def _simple(blocks: NDArray[np.uint32], block_of: NDArray[np.uint16]) -> NDArray[np.uint32]:
    values = blocks[block_of[:8]].reshape(-1)
    folded = values & POINT_MASK
    utf8 = np.where(
        folded < 0x80, folded | 8 << 24, folded >> 6 | 0xC0 | (folded & 0x3F | 0x80) << 8 | 16 << 24
    )
    letters = (values >> CLASS_SHIFT & 7 == LETTER) & (values & EXPANDED == 0) & (folded < 0x800)
    return np.where(letters, utf8, 0).astype(np.uint32)
