"""Progress on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from secrel.cli.arguments import counted

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from secrel.batch import Progress

SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def shown_progress(*, hidden: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Shows how far a run is, with articles a second and time left.

    Args:
        hidden: Whether nothing is shown.

    Yields:
        Takes the progress, at the start of every step, after every article, and now and then while one takes long.
    """
    if hidden:
        yield lambda progress: None  # noqa: ARG005
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}")),
        *(TimeRemainingColumn(), TextColumn("{task.fields[failed]}")),
    )
    terminal = sys.stderr.isatty()
    # Off a terminal it still keeps the time.
    with Bar(*columns, console=Console(stderr=True), disable=not terminal) as bar:
        yield _Shown(bar, lines=not terminal)


class _Shown:
    def __init__(self, bar: Bar, *, lines: bool) -> None:
        self._bar, self._lines = bar, lines
        self._said = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        tasks = self._bar.tasks
        if not tasks or tasks[-1].description != progress.step:
            self._bar.add_task(progress.step, total=progress.n_total, rate="", failed="")
        task = self._bar.tasks[-1]
        self._bar.update(task.id, completed=progress.n_done)
        speed = task.finished_speed or task.speed
        rate = "" if speed is None else f"{speed:.1f} a second"
        failed = f"{progress.n_failed:,} failed" if progress.n_failed else ""
        self._bar.update(task.id, rate=rate, failed=failed)
        now = time.monotonic()
        if self._lines and now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            left = None if task.time_remaining is None else f"{_duration(task.time_remaining)} left"
            slow = None
            if progress.slowest is not None and progress.seconds >= SECONDS_BETWEEN_LINES:
                slow = f"{progress.slowest} for {_duration(progress.seconds)}"
            done = f"{progress.step} {progress.n_done:,} of {counted(progress.n_total, 'article')}"
            parts = (done, failed, rate, left, slow)
            print(f"secrel: {', '.join(part for part in parts if part)}", file=sys.stderr, flush=True)  # noqa: T201


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
