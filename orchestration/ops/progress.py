"""What the operator sees while a night runs: one line a step, a bar for the long ones.

On a terminal a bar shows how far a step is; elsewhere only the finished lines are written.
"""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

_WIDTH = 13


@dataclass(frozen=True, slots=True)
class Step:
    """A finished step: its name, its duration in seconds, how it ended and what it did."""

    name: str
    seconds: float
    outcome: str
    note: str = ""


@dataclass
class Reporter:
    """Writes steps as they end and keeps them for the run record."""

    stream: TextIO = field(default_factory=lambda: sys.__stdout__ or sys.stdout)
    steps: list[Step] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Prepare the console."""
        self.console = Console(file=self.stream, highlight=False, soft_wrap=True)
        self._since = time.monotonic()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def line(self, text: str = "", style: str = "") -> None:
        """Write a line as it is."""
        self.console.print(text, style=style or None, markup=False)

    def begin(self, name: str, total: int = 0) -> None:
        """Start the clock of a step; ``total`` is its number of parts, if it has any."""
        self._stop_bar()
        self._since = time.monotonic()
        if self.console.is_terminal:
            self._bar = Progress(
                TextColumn("  {task.description}"),
                BarColumn(bar_width=30),
                MofNCompleteColumn(),
                console=self.console,
                transient=True,
            )
            self._task = self._bar.add_task(name.ljust(_WIDTH), total=total or None)
            self._bar.start()

    def advance(self, done: int | None = None, total: int | None = None) -> None:
        """Move the bar on by one part, or to ``done`` of ``total``."""
        if self._bar is not None and self._task is not None:
            if done is None:
                self._bar.advance(self._task)
            else:
                self._bar.update(self._task, completed=done, total=total)

    def end(self, name: str, note: str = "", outcome: str = "ok", since: float = 0.0) -> None:
        """Write the line of a finished step; ``since`` overrides the start of its clock."""
        self._stop_bar()
        now = time.monotonic()
        step = Step(name, round(now - (since or self._since), 2), outcome, note)
        self._since = now
        self.add(step)

    def add(self, step: Step) -> None:
        """Write the line of a step whose duration is known."""
        self.steps.append(step)
        mark = "" if step.outcome == "ok" else f"{step.outcome.upper()}  "
        self.line(
            f"  {step.name:<{_WIDTH}}{step.seconds:>8.1f} s  {mark}{step.note}".rstrip(),
            style="" if step.outcome == "ok" else "bold red",
        )

    def close(self) -> None:
        """Leave the terminal as it was."""
        self._stop_bar()

    def table(self, columns: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> None:
        """Write aligned columns; the first ``left`` ones to the left, figures to the right."""
        widths = [
            max([len(name)] + [len(row[number]) for row in rows])
            for number, name in enumerate(columns)
        ]
        for row in [columns, *rows]:
            cells = [
                cell.ljust(width) if number < left else cell.rjust(width)
                for number, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            self.line("  " + "  ".join(cells).rstrip())

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._task = None
