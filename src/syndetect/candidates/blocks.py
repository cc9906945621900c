"""Blocks: passages that two texts share, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Blocks:
    """Passages without long gaps.

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


def join(one: Blocks, other: Blocks) -> Blocks:
    """The blocks of both."""
    return Blocks(
        np.concatenate((one.left, other.left)),
        np.concatenate((one.right, other.right)),
        np.concatenate((one.bounds, other.bounds)),
        np.concatenate((one.weight, other.weight)),
    )
