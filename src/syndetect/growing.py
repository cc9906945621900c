"""Arrays whose final length is not known beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from syndetect.mapped import empty, is_large


class Growing:
    """Rows that are appended piece by piece, without ever holding them twice.

    Its memory is moved by the system and not copied where that is possible (``realloc``). As many
    rows as are `expected` can be written in other threads where they are to stay. Or it is moved into
    a file when it is large (see `mapped.empty`), if that is allowed (`filed`).
    """

    def __init__(
        self, dtype: DTypeLike, width: int = 0, expected: int | None = None, *, filed: bool = False
    ) -> None:
        self._filed = filed
        count = 1 << 12 if expected is None else expected
        self._rows = np.empty((count, width) if width else count, dtype)
        self._count = 0
        self._free = self._places = expected or 0

    def room(self, count: int) -> NDArray[Any]:
        """Where the next rows may be written, which are to be appended in this order.

        It is their own place among the rows, as long as no more come than are expected.
        """
        if count > self._free:
            self._free = 0
            return np.empty((count, *self._rows.shape[1:]), self._rows.dtype)
        low = self._places - self._free
        self._free -= count
        return self._rows[low : low + count]

    def extend(self, rows: NDArray[Any]) -> None:
        """Append rows of the same width."""
        count = self._count + len(rows)
        if count > len(self._rows):
            room = max(count, len(self._rows) + len(self._rows) // 2)
            self._resize(room)
        own = self._rows[self._count : count]
        if not np.may_share_memory(own, rows):
            own[:] = rows
        self._count = count

    def _resize(self, room: int) -> None:
        shape = (room, *self._rows.shape[1:])
        size = room * self._rows.nbytes // max(len(self._rows), 1)
        if not self._filed or not is_large(size):
            self._rows.resize(shape, refcheck=False)
            return
        larger = empty(shape, self._rows.dtype)
        larger[: self._count] = self._rows[: self._count]
        self._rows = larger

    def array(self) -> NDArray[Any]:
        """All rows; no more may be appended."""
        if self._rows.flags.owndata:
            self._rows.resize((self._count, *self._rows.shape[1:]), refcheck=False)
        return self._rows[: self._count]
