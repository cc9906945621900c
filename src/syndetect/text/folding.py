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
EXPANDED = 1 << 24  # the low bits are a place in `expansions`: a length, then code points


class Folding(NamedTuple):
    """The folding table as arrays for the kernels.

    Attributes:
        plain: uint8 (256), ASCII letters and digits by their folded byte, else 0.
        ascii: uint32 (128), packed values of the ASCII characters.
        block_of: uint16 (4352), the block of code points ``256 * i`` to ``256 * i + 255``.
        blocks: uint32 (blocks, 256), packed values: folded code point, class, `EXPANDED`.
        expansions: uint32, code points of characters that fold to several.
    """

    plain: NDArray[np.uint8]
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
        plain = np.zeros(256, np.uint8)
        words = np.isin(first >> CLASS_SHIFT & 7, (LETTER, DIGIT))
        plain[:128][words] = (first & POINT_MASK)[words]
        return Folding(plain, first, block_of, blocks, table["expansions"])
