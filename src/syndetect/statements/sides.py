"""Sides: each aligned passage, seen from either of its two articles; and what is claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.blocks import Blocks
from syndetect.jit import I32, I64, Bools, inner, kernel
from syndetect.threads import spread

_CHUNK = 1 << 16  # blocks of a task

# As kernels take them: offsets, blocks and turned of `Sides`; left, right, bounds, weight of `Blocks`.
Columns = tuple[I64, I32, Bools, I32, I32, I32, I32]


@dataclass(frozen=True, slots=True)
class Sides:
    """The passages of each article.

    Attributes:
        offsets: int64 (articles + 1), article r has the sides ``offsets[r]`` to ``offsets[r + 1]``.
        blocks: int32 (sides), the block of each.
        turned: bool (sides), whether the article is the right one of the block.
        of: The blocks.
    """

    offsets: NDArray[np.int64]
    blocks: NDArray[np.int32]
    turned: NDArray[np.bool_]
    of: Blocks

    @property
    def columns(self) -> Any:
        """What kernels take."""
        found = self.of
        return (
            self.offsets,
            self.blocks,
            self.turned,
            found.left,
            found.right,
            found.bounds,
            found.weight,
        )


def sides_of(blocks: Blocks, articles: int) -> Sides:
    """The sides of all articles; a block of an article with itself is listed once."""
    offsets = np.zeros(articles + 1, np.int64)
    _count_sides(blocks.left, blocks.right, offsets[1:])
    np.cumsum(offsets, out=offsets)
    numbers, turned = np.empty(offsets[-1], np.int32), np.empty(offsets[-1], np.bool_)
    _list_sides(blocks.left, blocks.right, offsets[:-1].copy(), numbers, turned)
    return Sides(offsets, numbers, turned, blocks)


@kernel
def _count_sides(left: I32, right: I32, counts: I64) -> None:
    for k in range(len(left)):
        counts[left[k]] += 1
        counts[right[k]] += left[k] != right[k]


@kernel
def _list_sides(left: I32, right: I32, ends: I64, numbers: I32, turned: Bools) -> None:
    """Blocks of each article, in their order, as left one before as right one; ends moves along."""
    for side in (False, True):
        for k in range(len(left)):
            row = right[k] if side else left[k]
            if side and left[k] == right[k]:
                continue
            numbers[ends[row]], turned[ends[row]] = k, side
            ends[row] += 1


@inner
def look(sides: Columns, side: int) -> Any:
    """One side: start and end of the passage, the other article, start and end there, weight."""
    _, blocks, turned, left, right, bounds, weight = sides
    block = blocks[side]
    if turned[side]:
        mine, other, row = 2, 0, left[block]
    else:
        mine, other, row = 0, 2, right[block]
    return (
        np.int64(bounds[block, mine]),
        np.int64(bounds[block, mine + 1]),
        np.int64(row),
        np.int64(bounds[block, other]),
        np.int64(bounds[block, other + 1]),
        np.int64(weight[block]),
    )


@inner
def share_of(claimed: Bools, start: int, end: int) -> float:
    """The share of a run of tokens that is claimed, 0 to 1."""
    count = 0
    for token in range(start, end):
        count += claimed[token]
    return count / (end - start)


@inner
def is_left(weight: int, claimed: float, least: float) -> bool:
    """Whether enough of a passage is left for a match, or most of one that is short in itself.

    An attribution parts a quotation into passages, of which each may be short.
    """
    left = weight * (1 - claimed)
    return left >= least or (weight < least and 2 * left >= weight)


@kernel
def _find_unexplained(
    rows: tuple[int, int],
    left: I32,
    right: I32,
    bounds: I32,
    weight: I32,
    offsets: I64,
    claimed: Bools,
    least: float,
    out: Bools,
) -> None:
    for k in range(rows[0], rows[1]):
        x, y = offsets[left[k]], offsets[right[k]]
        one = share_of(claimed, x + bounds[k, 0], x + bounds[k, 1])
        other = share_of(claimed, y + bounds[k, 2], y + bounds[k, 3])
        out[k] = is_left(weight[k], min(one, other), least)


def find_unexplained(
    blocks: Blocks, offsets: NDArray[np.int64], claimed: NDArray[np.bool_], least: float
) -> NDArray[np.bool_]:
    """Of each block whether, on either end, enough of it is left unclaimed: bool (blocks).

    Args:
        blocks: The passages.
        offsets: int64 (articles + 1), where the tokens of each article begin.
        claimed: bool (tokens).
        least: Evidence that is enough, hundredths.
    """
    out = np.empty(len(blocks), np.bool_)
    columns = (blocks.left, blocks.right, blocks.bounds, blocks.weight, offsets, claimed, least)
    spread(
        lambda low: _find_unexplained((low, min(low + _CHUNK, len(blocks))), *columns, out),
        range(0, len(blocks), _CHUNK),
    )
    return out
