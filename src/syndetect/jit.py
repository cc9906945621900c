"""The one place that says how kernels are compiled, cached and spread over threads."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numba
from numba.core import event

from syndetect.errors import SettingsError

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
R = TypeVar("R")

THREADS_VARIABLE = "SYNDETECT_THREADS"


def kernel(function: F) -> F:
    """Compile `function` on its first call, without the GIL, and keep the machine code on disk.

    numba keeps it beside the source, else in the user's cache folder; where neither can be
    written, the kernels still work and are compiled anew by each process.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no folder to write to
        compiled = numba.njit(**options)(function)
    return compiled  # type: ignore[no-any-return]


class _Announcer(event.Listener):  # type: ignore[misc]
    """Says once that kernels are being compiled, on stderr."""

    def __init__(self) -> None:
        self.told = False

    def on_start(self, event: Any) -> None:
        module = getattr(event.data["dispatcher"], "__module__", "") or ""
        if not self.told and module.startswith("syndetect"):
            self.told = True
            print(
                "syndetect: compiling for this processor, once; this takes some seconds …",
                file=sys.stderr,
                flush=True,
            )

    def on_end(self, event: Any) -> None:
        """Nothing to say when a kernel is done."""


@contextlib.contextmanager
def announced() -> Iterator[None]:
    """While this context is open, the first compilation of a kernel is announced on stderr."""
    with event.install_listener("numba:compile", _Announcer()):
        yield


def thread_count() -> int:
    """How many threads the kernels use: ``SYNDETECT_THREADS``, else one per processor."""
    value = os.environ.get(THREADS_VARIABLE, "")
    if not value:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not value.isdecimal() or not 1 <= int(value) <= 1024:
        raise SettingsError(
            f"{THREADS_VARIABLE} is {value!r}: give a whole number from 1 to 1024, or unset it"
        )
    return int(value)


def spread(function: Callable[[T], R], tasks: Sequence[T]) -> list[R]:
    """Apply `function` to every task in threads; results stand in the order of the tasks."""
    threads = min(thread_count(), len(tasks))
    if threads <= 1:
        return [function(task) for task in tasks]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, tasks))
