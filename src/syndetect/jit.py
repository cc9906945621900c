"""The one place that says how kernels are compiled, cached and spread over threads."""

import contextlib
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numba.core import event
from numpy.typing import NDArray

from syndetect.errors import SettingsError

T = TypeVar("T")
R = TypeVar("R")

# What the parameters of kernels are: arrays by the type of their elements.
U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
F64: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

THREADS_VARIABLE = "SYNDETECT_THREADS"


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` on its first call, without the GIL, and keep the machine code on disk.

    Such a kernel allocates nothing: what it needs is handed to it. numba then counts no
    references to arrays, which in kernels that call others costs more than their work.
    numba keeps the code beside the source, else in the user's cache folder; where neither can be
    written, the kernels still work and are compiled anew by each process.
    """
    return _compiled(function, _nrt=False)


def allocating_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a kernel that makes arrays of its own."""
    return _compiled(function)


def _compiled(function: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    options = {"nogil": True, "error_model": "numpy", **options}
    try:
        compiled = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no folder to write to
        compiled = numba.njit(**options)(function)
    return cast("Callable[..., Any]", compiled)


class _Announcer(event.Listener):
    """Says once that kernels are being compiled, on stderr."""

    def __init__(self) -> None:
        self.told = False

    def on_start(self, event: Any) -> None:
        module = getattr(event.data["dispatcher"], "__module__", "") or ""
        if not self.told and module.startswith("syndetect"):
            self.told = True
            print(
                "syndetect: compiling for this processor, once; this takes up to half a minute …",
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
        return (
            len(os.sched_getaffinity(0))
            if hasattr(os, "sched_getaffinity")
            else os.cpu_count() or 1
        )
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


def stream(function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[R]:
    """Apply `function` in threads to tasks that come one by one; results in their order.

    No more tasks are drawn ahead than keep the threads busy, so that those that were made and not
    yet taken stay few.
    """
    threads = thread_count()
    if threads == 1:
        yield from map(function, tasks)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[R]] = deque()
        try:
            for task in tasks:
                waiting.append(pool.submit(function, task))
                if len(waiting) > 2 * threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
