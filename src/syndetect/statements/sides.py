"""Sides: each aligned passage, seen from either of its two articles; and what is claimed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from syndetect.candidates.blocks import Blocks
from syndetect.jit import I32, I64, Bools, inner, kernel
from syndetect.mapped import empty
from syndetect.threads import spread

_CHUNK = 1 << 16  # blocks of a task

# As kernels take them: offsets, blocks, turned and passages of `Sides`; bounds, weight of `Blocks`.
Columns = tuple[I64, I32, Bools, I32, I32, I32]


@dataclass(frozen=True, slots=True)
class Sides:
    """The passages of each article.

    Attributes:
        offsets: int64 (articles + 1), article r has the sides ``offsets[r]`` to ``offsets[r + 1]``.
        blocks: int32 (sides), the block of each.
        turned: bool (sides), whether the article is the right one of the block.
        passages: int32 (sides, 3), first token and end in the article, the other article: what is in
            the blocks too, but not side by side.
        of: The blocks.
    """

    offsets: NDArray[np.int64]
    blocks: NDArray[np.int32]
    turned: NDArray[np.bool_]
    passages: NDArray[np.int32]
    of: Blocks

    @property
    def columns(self) -> Any:
        """What kernels take."""
        blocks = self.of
        return self.offsets, self.blocks, self.turned, self.passages, blocks.bounds, blocks.weight


def sides_of(blocks: Blocks, articles: int) -> Sides:
    """The sides of all articles; a block of an article with itself is listed once."""
    offsets = np.zeros(articles + 1, np.int64)
    _count_sides(blocks.left, blocks.right, offsets[1:])
    np.cumsum(offsets, out=offsets)
    count = int(offsets[-1])
    numbers, turned = np.empty(count, np.int32), np.empty(count, np.bool_)
    passages = empty((count, 3), np.int32)
    columns = (blocks.left, blocks.right, blocks.bounds)
    _list_sides(*columns, offsets[:-1].copy(), numbers, turned, passages)
    return Sides(offsets, numbers, turned, passages, blocks)


@kernel
def _count_sides(left: I32, right: I32, counts: I64) -> None:
    for k in range(len(left)):
        counts[left[k]] += 1
        counts[right[k]] += left[k] != right[k]


@kernel
def _list_sides(
    left: I32, right: I32, bounds: I32, ends: I64, numbers: I32, turned: Bools, passages: I32
) -> None:
    """Blocks of each article, in their order, as left one before as right one; ends moves along."""
    for side in (False, True):
        for k in range(len(left)):
            row, other = (right[k], left[k]) if side else (left[k], right[k])
            if side and row == other:
                continue
            place, mine = ends[row], 2 if side else 0
            numbers[place], turned[place] = k, side
            passages[place, 0], passages[place, 1] = bounds[k, mine], bounds[k, mine + 1]
            passages[place, 2] = other
            ends[row] += 1


@inner
def look(sides: Columns, side: int) -> Any:
    """One side: start and end of the passage, the other article, start and end there, weight."""
    _, blocks, turned, passages, bounds, weight = sides
    block, mine = blocks[side], passages[side]
    other = 0 if turned[side] else 2
    return (
        np.int64(mine[0]),
        np.int64(mine[1]),
        np.int64(mine[2]),
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
