"""The commands that move conversations in files, to a running daemon and from it."""

import click

from orchd.cli.moving.giving import export
from orchd.cli.moving.taking import take

__all__ = ["COMMANDS"]

COMMANDS: tuple[click.Command, ...] = (take, export)
