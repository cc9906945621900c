"""Writing files so that nothing half-written is ever left behind."""

from __future__ import annotations

import contextlib
import os
import pathlib
import tempfile
from collections.abc import Iterator
from typing import IO

from syndetect.errors import WriteError


@contextlib.contextmanager
def written(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` when the context ends well, and vanishes when not.

    Raises:
        WriteError: The folder is missing or not writable, or the disk is full.
    """
    target = pathlib.Path(path)
    if target.is_dir():
        raise WriteError(f"{target}: it is a folder: give the name of a file")
    if target.exists() and not target.is_file():  # a pipe or a device: nothing to replace
        with _reported(target), target.open("wb") as file:
            yield file
        return
    with _reported(target):
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    draft = pathlib.Path(name)
    try:
        with _reported(target), os.fdopen(handle, "wb") as file:
            yield file
        with _reported(target):
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
            draft.chmod(mode)
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


@contextlib.contextmanager
def _reported(target: pathlib.Path) -> Iterator[None]:
    try:
        yield
    except WriteError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise WriteError(
            f"{target}: it cannot be written ({reason}): give a path in a folder that exists and "
            "that you may write to, on a disk with room"
        ) from None
