"""What `orchd check` finds, shown while it looks: it may wait for servers, and for models that are loaded."""

from typing import Self

import click

from orchd.cli.backup.progress import ProgressLine
from orchd.cli.findings import Finding, Findings


class FindingsOnScreen(Findings):
    """A line on stdout for each finding as soon as it is there; on a terminal also what is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = ProgressLine()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.clear()

    def begin(self, what: str) -> None:
        self._waiting.say(f"{what} ...")

    def add(self, *found: Finding) -> None:
        super().add(*found)
        self._waiting.clear()
        for each in found:
            click.echo(str(each))
