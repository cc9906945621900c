"""Large arrays in files of their own, so that the system may take back the memory they stand in."""

from __future__ import annotations

import mmap
import os
import tempfile
from typing import IO

import numpy as np
from numpy.typing import NDArray

from syndetect.errors import WriteError

LARGE = 1 << 28  # bytes from which on an array is put into a file
_BLOCK = 1 << 20


def empty_bytes(size: int) -> NDArray[np.uint8]:
    """Room for so many bytes, uint8 (size): in memory, or, from `LARGE` on, in a temporary file.

    The file has no name and ends with the array. It is in the folder that ``TMPDIR`` names.

    Raises:
        WriteError: There is no room on the disk.
    """
    if size < LARGE:
        return np.empty(size, np.uint8)
    try:
        with tempfile.TemporaryFile() as file:
            _reserve(file, size)
            return np.frombuffer(mmap.mmap(file.fileno(), size), np.uint8)
    except OSError as error:
        raise WriteError(
            f"{tempfile.gettempdir()}: there is no room for {size:,} bytes of text "
            f"({error.strerror or error}): set TMPDIR to a folder on a disk with room"
        ) from None


def _reserve(file: IO[bytes], size: int) -> None:
    """Take the room on the disk now: a page that cannot be written later would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file.fileno(), 0, size)
        return
    for low in range(0, size, _BLOCK):
        file.write(bytes(min(_BLOCK, size - low)))
    file.flush()


def let_go(array: NDArray[np.uint8]) -> None:
    """Give the memory of an array in a file back to the system; it is read again when looked at."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)
