"""`orchd models`, `queue`, `status`, `tasks`, `conversations`, `search`: a question to a running daemon, and its reply.

`--json` prints the reply as it comes, so that its members are those of the protocol.
"""

import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import trio

from orchd.cli.listing import export, search, tables
from orchd.cli.output import TextOutput
from orchd.cli.reaching.connecting import reach
from orchd.cli.reply import JsonObject
from orchd.client import THIS_MACHINE, Client, ConnectionLostError, Trust
from orchd.errors import Unavailable


class _Listing(NamedTuple):
    """How a command gets what it lists, and how that looks."""

    fetch: Callable[[Client, JsonObject], Awaitable[JsonObject]]
    lines: Callable[[JsonObject, int | None], list[str]]


_LISTINGS = {
    "models": _Listing(tables.fetch_models, tables.models),
    "queue": _Listing(tables.fetch_queue, tables.queue),
    "status": _Listing(tables.fetch_status, tables.status),
    "tasks": _Listing(tables.fetch_tasks, tables.tasks),
    "conversations": _Listing(tables.fetch_conversations, tables.conversations),
    "export": _Listing(export.fetch, export.markdown),
    "search": _Listing(search.fetch, search.lines),
}


async def run(url: str, name: str, as_json: bool, options: JsonObject, trust: Trust = THIS_MACHINE) -> int:
    """Ask the daemon at `url` and print what it says; returns the exit code. Raises as `show` does."""
    listing, wanted = _LISTINGS[name], {**options, "as_json": as_json}
    return await show(
        url,
        trust,
        lambda client: listing.fetch(client, wanted),
        listing.lines,
        as_json=as_json,
        path=options.get("path"),
    )


async def show(
    url: str,
    trust: Trust,
    fetch: Callable[[Client], Awaitable[JsonObject]],
    lines: Callable[[JsonObject, int | None], list[str]],
    *,
    as_json: bool,
    path: Path | None = None,
) -> int:
    """Fetch something from the daemon at `url` and print it as lines, or as JSON; returns the exit code.

    Raises `OrchdError` when it refuses, `Unavailable` when it is not there, `OutputError`, `ConfigurationError`.
    """
    found: JsonObject = {}
    async with trio.open_nursery() as nursery:
        client = await reach(nursery, url, lambda _frame: None, trust)
        try:
            found = await fetch(client) | {}
        except ConnectionLostError as lost:
            raise Unavailable(f"the connection to {url} was lost: {lost}") from lost
        await client.aclose()
        nursery.cancel_scope.cancel()
    text = msgspec.json.format(msgspec.json.encode(found)).decode() if as_json else "\n".join(lines(found, _columns()))
    await _write(text + "\n", path)
    return 0


async def _write(text: str, path: Path | None) -> None:
    if path is not None:
        await trio.Path(path).write_text(text, encoding="utf-8")
        return
    output = TextOutput(sys.stdout)
    output.write(text)
    output.check()


def _columns() -> int | None:
    """Width that a table may have; None: it is not for a screen, so nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout is not None and sys.stdout.isatty() else None
