"""Blocks: passages that two texts share, as columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Blocks:
    """Passages without long gaps.

    Attributes:
        left: int32 (blocks), row of the left text.
        right: int32 (blocks), row of the right text.
        bounds: int32 (blocks, 4), left start, left end, right start, right end in tokens.
        weight: int32 (blocks), evidence of the equal tokens, in hundredths of a content word.
    """

    left: NDArray[np.int32]
    right: NDArray[np.int32]
    bounds: NDArray[np.int32]
    weight: NDArray[np.int32]

    @classmethod
    def of(cls, passages: NDArray[np.int32]) -> Blocks:
        """Blocks from rows of left, right, the four bounds and the weight, int32 (blocks, 7)."""
        return cls(passages[:, 0], passages[:, 1], passages[:, 2:6], passages[:, 6])

    def __len__(self) -> int:
        return len(self.left)

    def take(self, kept: NDArray[np.bool_]) -> Blocks:
        """Those that are `kept`."""
        return Blocks(self.left[kept], self.right[kept], self.bounds[kept], self.weight[kept])
