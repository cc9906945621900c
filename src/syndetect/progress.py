"""How far the work is, on stderr: stage, articles done, rate and time left."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Any, TypeVar

T = TypeVar("T", bound=Sized)


class Progress:
    """Shows the stages of one call, one after the other; by default it shows nothing.

    Use as a context: what it shows ends with it, also when an error or Ctrl-C ends the work.
    """

    def __init__(self, *, shown: bool = False) -> None:
        self._bars: Any = None
        self._shown = shown

    def __enter__(self) -> Progress:  # noqa: PYI034 - it is never subclassed
        if self._shown:
            from rich.console import Console
            from rich.progress import (
                BarColumn,
                MofNCompleteColumn,
                ProgressColumn,
                TaskProgressColumn,
                TextColumn,
                TimeRemainingColumn,
            )
            from rich.progress import Progress as Bars
            from rich.text import Text

            class Rate(ProgressColumn):
                """Articles a second."""

                def render(self, task: Any) -> Text:
                    speed = task.finished_speed or task.speed
                    return Text(f"{speed:,.0f}/s" if speed else "")

            self._bars = Bars(
                TextColumn("{task.description}"),
                BarColumn(),
                TaskProgressColumn(),
                MofNCompleteColumn(),
                Rate(),
                TimeRemainingColumn(elapsed_when_finished=True),
                console=Console(stderr=True),
            )
            self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bars is not None:
            self._bars.stop()

    def over(self, name: str, items: Iterable[T], total: int | None) -> Iterator[T]:
        """Pass items on, each of which holds so many of the `total` articles of a stage."""
        with self.stage(name, total) as advance:
            for item in items:
                yield item
                advance(len(item))

    @contextlib.contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        """A stage; what it gives is called with the number of articles that are done."""
        if self._bars is None:
            yield lambda _count: None
            return
        task = self._bars.add_task(name, total=total)
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self._bars.update(task, advance=count)

        yield advance
        whole = done if total is None else total
        self._bars.update(task, total=whole or 1, completed=whole or 1)
