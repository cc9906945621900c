"""Blocks: alignments cut where one text goes its own way for a while."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from syndetect.align.local import Alignments
from syndetect.candidates.windows import Windows


@dataclass(frozen=True, slots=True)
class Blocks:
    """Aligned passages without long gaps, as columns.

    Attributes:
        left: int64 (blocks), row of the left text.
        right: int64 (blocks), row of the right text.
        bounds: int64 (blocks, 4), left start, left end, right start, right end in tokens.
        weight: int64 (blocks), evidence of the equal tokens, in hundredths of a content word.
    """

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    bounds: NDArray[np.int64]
    weight: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.left)


def cut(
    alignments: Alignments,
    windows: Windows,
    weights: NDArray[np.int32],
    token_offsets: NDArray[np.int64],
    gap: int,
) -> Blocks:
    """Cut alignments wherever `gap` tokens or more stand between two links in either text."""
    left, right = alignments.left, alignments.right
    starts = np.ones(len(left), dtype=bool)
    starts[1:] = (np.diff(left) > gap) | (np.diff(right) > gap)
    starts[alignments.offsets[:-1]] = True
    first = np.flatnonzero(starts)
    last = np.append(first, len(left))[1:] - 1
    alignment = np.searchsorted(alignments.offsets, first, side="right") - 1
    window = alignments.window[alignment]
    link_weights = weights[token_offsets[np.repeat(windows.left[window], last - first + 1)] + left]
    weight = np.add.reduceat(link_weights, first, dtype=np.int64) if len(first) else first
    bounds = np.stack((left[first], left[last] + 1, right[first], right[last] + 1), axis=1)
    return Blocks(windows.left[window], windows.right[window], bounds, weight)


def join(one: Blocks, other: Blocks) -> Blocks:
    """The blocks of both."""
    return Blocks(
        np.concatenate((one.left, other.left)),
        np.concatenate((one.right, other.right)),
        np.concatenate((one.bounds, other.bounds)),
        np.concatenate((one.weight, other.weight)),
    )
