"""`orchd export`: conversations of a running daemon as a file."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from orchd.cli.reaching.options import Reach, daemon_option, reaching

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@click.command(
    help="Write conversations to a file: all that you made, or those with the numbers N.\n"
    "\n"
    "The JSON has everything, with all branches, and `orchd import` takes it again; Markdown has what is shown of each."
)
@click.argument("numbers", nargs=-1, type=click.IntRange(min=1), metavar="[N...]")
@click.option(
    "--format",
    "form",
    type=click.Choice(("orchd", "markdown")),
    default="orchd",
    show_default=True,
    help="`orchd` is JSON.",
)
@click.option(
    "--out", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File to write to.  [default: stdout]"
)
@daemon_option
def export(numbers: tuple[int, ...], form: str, out: Path | None, url: str | None, config: Path | None) -> int:
    import trio

    ids = f"&ids={','.join(map(str, numbers))}" if numbers else ""
    with reaching(url, config) as reached:
        return trio.run(_export, reached, f"/conversations/export?format={form}{ids}", out)


async def _export(reached: Reach, page: str, out: Path | None) -> int:
    """Raises `OSError` for a file that can't be written, and as `fetching_file` does."""
    import trio

    from orchd.client import fetching_file

    async with fetching_file(reached.url, page, reached.trust) as pieces:
        if out is None:
            await _write(pieces, sys.stdout.buffer)
            return 0
        part = out.with_name(f"{out.name}.part")  # what is there stays until the new file is whole
        try:
            with part.open("wb") as file:
                await _write(pieces, file)
            await trio.to_thread.run_sync(os.replace, part, out)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    return 0


async def _write(pieces: "AsyncIterator[bytes]", file: BinaryIO) -> None:
    import trio

    async for piece in pieces:
        await trio.to_thread.run_sync(file.write, piece)
    await trio.to_thread.run_sync(file.flush)
