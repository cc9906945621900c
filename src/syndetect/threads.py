"""The one place that says how work is spread over threads.

Pools live as long as one call, so that nothing is left behind that a `fork` could break.
"""

import contextlib
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextvars import ContextVar
from threading import Event
from typing import TypeVar

from syndetect.errors import SettingsError

T = TypeVar("T")
R = TypeVar("R")
Pause = Callable[[], bool]  # what is called between steps, see `beside`
THREADS_VARIABLE = "SYNDETECT_THREADS"
_SPARE: ContextVar[Event | None] = ContextVar("_SPARE", default=None)  # set while a thread is idle


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
    """Apply `function` to every task in threads; results stand in the order of the tasks.

    The thread that calls is one of them. An error, or Ctrl-C, ends it as soon as the tasks that are
    running are done; of several errors it is that of the first task, as tasks begin in their order.
    """
    threads = min(thread_count(), len(tasks))
    if threads <= 1:
        return [function(task) for task in tasks]
    waiting = deque(range(len(tasks)))  # several threads may take from it
    results: dict[int, R] = {}
    errors: dict[int, BaseException] = {}

    def work() -> None:
        while waiting:
            try:
                place = waiting.popleft()
            except IndexError:  # another thread was quicker
                return
            try:
                results[place] = function(tasks[place])
            except BaseException as error:
                waiting.clear()
                errors[place] = error

    pool = ThreadPoolExecutor(threads - 1)
    try:
        with _all_busy():
            for _ in range(threads - 1):
                pool.submit(work)
            work()
    finally:
        waiting.clear()
        pool.shutdown()
    if errors:
        raise errors[min(errors)]
    return [results[place] for place in range(len(tasks))]


@contextlib.contextmanager
def beside(function: Callable[[Pause], R]) -> Iterator[Callable[[], R]]:
    """Begin `function` while this context goes on; what is given waits for its result.

    It takes the time in which other threads are idle: `function` is given what it has to call between
    its steps, which lasts as long as `spread` or `stream` keeps all of them busy, and which ends it when
    the context has been left. It says whether there is other work still; when not, the rest may be
    spread over threads. With one thread, `function` begins when it is waited for.
    """
    if thread_count() == 1:
        yield lambda: function(lambda: False)
        return
    spare, left, waited = Event(), Event(), Event()
    spare.set()
    outer = _SPARE.set(spare)
    pool = ThreadPoolExecutor(1)

    def pause() -> bool:
        spare.wait()
        if left.is_set():
            raise CancelledError
        return not waited.is_set()

    def wait() -> R:
        _SPARE.set(None)
        waited.set()
        return future.result()

    try:
        future = pool.submit(function, pause)
        yield wait
    finally:
        left.set()
        spare.set()
        _SPARE.reset(outer)
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _all_busy() -> Iterator[None]:
    """While this context goes on, what is done `beside` stands still."""
    spare = _SPARE.get()
    if spare is None:
        yield
        return
    spare.clear()
    try:
        yield
    finally:
        spare.set()


def _done(function: Callable[[T], R], task: T) -> Future[R]:
    """What `function` gives or raises, as a pool would keep it."""
    future: Future[R] = Future()
    try:
        future.set_result(function(task))
    except Exception as error:
        future.set_exception(error)
    return future


def stream(function: Callable[[T], R], tasks: Iterable[T], ahead: int | None = None) -> Iterator[R]:
    """Apply `function` in threads to tasks that come one by one; results in their order.

    No more tasks are drawn than keep the threads busy, `ahead` of the result that is taken (by
    default two a thread), so that those that were made and not yet taken stay few. The thread that
    calls is one of them: it takes up a task whenever enough are drawn and its result is not there,
    so that no more threads run than there are processors.
    """
    threads = thread_count()
    if threads == 1:
        yield from map(function, tasks)
        return
    pool = ThreadPoolExecutor(threads - 1)
    waiting: deque[tuple[list[T], Future[R]]] = deque()  # a task leaves its list when it is begun

    def begin(box: list[T]) -> R:
        return function(box.pop())

    def take() -> R:
        while not waiting[0][1].done():
            for place, (box, future) in enumerate(waiting):
                if future.cancel():  # no other thread has begun it
                    waiting[place] = box, _done(begin, box)
                    break
            else:
                break
        return waiting.popleft()[1].result()

    try:
        with _all_busy():
            for task in tasks:
                box = [task]
                del task
                waiting.append((box, pool.submit(begin, box)))
                if len(waiting) > (2 * threads if ahead is None else ahead):
                    yield take()
            while waiting:
                yield take()
    finally:
        pool.shutdown(cancel_futures=True)
