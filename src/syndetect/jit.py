"""The one place that says how kernels are compiled and cached."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, cast

import numba
import numpy as np
from numba.core import event
from numpy.typing import NDArray

# What the parameters of kernels are: arrays by the type of their elements.
U8: TypeAlias = NDArray[np.uint8]
U16: TypeAlias = NDArray[np.uint16]
U32: TypeAlias = NDArray[np.uint32]
U64: TypeAlias = NDArray[np.uint64]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
F32: TypeAlias = NDArray[np.float32]
F64: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` on its first call, without the GIL, and keep the machine code on disk.

    Such a kernel allocates nothing: what it needs is handed to it. numba then counts no
    references to arrays, which in kernels that call others costs more than their work.
    numba keeps the code beside the source, else in the user's cache folder; where neither can be
    written, the kernels still work and are compiled anew by each process.
    """
    return _compiled(function, _nrt=False)


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that only other kernels call: quicker to compile, since Python cannot reach it."""
    return _compiled(function, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)


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
                "syndetect: compiling for this processor, once; this takes a minute or two …",
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
