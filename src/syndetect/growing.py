"""Arrays whose final length is not known beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Growing:
    """Rows that are appended piece by piece, without ever holding them twice.

    Its memory is moved by the system and not copied where that is possible (``realloc``).
    """

    def __init__(self, dtype: DTypeLike, width: int = 0) -> None:
        self._rows = np.empty((1 << 12, width) if width else 1 << 12, dtype)
        self._count = 0

    def extend(self, rows: NDArray[Any]) -> None:
        """Append rows of the same width."""
        count = self._count + len(rows)
        if count > len(self._rows):
            room = max(count, len(self._rows) + len(self._rows) // 2)
            self._rows.resize((room, *self._rows.shape[1:]), refcheck=False)
        self._rows[self._count : count] = rows
        self._count = count

    def array(self) -> NDArray[Any]:
        """All rows; no more may be appended."""
        self._rows.resize((self._count, *self._rows.shape[1:]), refcheck=False)
        return self._rows
