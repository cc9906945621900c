"""Memory that the system may take back: large arrays in files of their own, and what is free."""

from __future__ import annotations

import ctypes
import mmap
import os
import tempfile
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from syndetect.errors import WriteError

LARGE = 1 << 27  # bytes from which on an array is put into a file
_BLOCK = 1 << 20
KEPT = 1 << 28  # bytes of free memory below which all is left to the C library
_FREE = 8  # the place among ten sizes of the one that tells how much it keeps (mallinfo2)


class _Sizes(ctypes.Structure):
    """What `mallinfo2` tells."""

    _fields_ = (("sizes", ctypes.c_size_t * 10),)


def is_large(size: int) -> bool:
    """Whether an array of so many bytes is put into a file."""
    return size >= LARGE


def empty(shape: int | tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array with nothing in it yet: in memory, or, from `LARGE` bytes on, in a temporary file.

    The file has no name and ends with the array. It is in the folder that ``TMPDIR`` names.

    Raises:
        WriteError: There is no room on the disk.
    """
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    if not is_large(size):
        return np.empty(shape, dtype)
    try:
        with tempfile.TemporaryFile() as file:
            _reserve(file, size)
            return np.frombuffer(mmap.mmap(file.fileno(), size), dtype).reshape(shape)
    except OSError as error:
        raise WriteError(
            f"{tempfile.gettempdir()}: there is no room for {size:,} bytes "
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


def let_go(array: NDArray[Any]) -> None:
    """Give the memory of an array in a file back to the system; it is read again when looked at."""
    file = _file_of(array)
    if file is not None and hasattr(mmap, "MADV_DONTNEED"):
        file.madvise(mmap.MADV_DONTNEED)


def _file_of(array: NDArray[Any]) -> mmap.mmap | None:
    """The file that an array stands in, if it stands in one."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    return base if isinstance(base, mmap.mmap) else None


def give_back() -> None:
    """Give memory that nothing stands in back to the system, where the C library keeps much of it (glibc).

    Less than `KEPT` stays: each page of it would have to be asked for again, which took a twentieth
    of the time of 20,000 articles.
    """
    library = ctypes.CDLL(None) if os.name == "posix" else None
    trim = getattr(library, "malloc_trim", None)
    if trim is not None and _kept_by(library) >= KEPT:
        trim(0)


def _kept_by(library: Any) -> int:
    """Bytes of free memory that the C library keeps; from glibc 2.33 on it tells, else it is unknown."""
    tell = getattr(library, "mallinfo2", None)
    if tell is None:
        return KEPT
    tell.restype = _Sizes
    return int(tell().sizes[_FREE])


def read_at_random(array: NDArray[Any], random: bool = True) -> None:
    """Tell the system that what is read next stands anywhere in an array in a file, or behind the last."""
    file = _file_of(array)
    if file is not None and hasattr(mmap, "MADV_RANDOM"):
        file.madvise(mmap.MADV_RANDOM if random else mmap.MADV_NORMAL)
