"""A command that asks a running daemon: the requests it makes, and the lines that tell what came of them."""

from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import click

from orchd.cli.reaching.options import daemon_option, reaching
from orchd.cli.reply import JsonObject
from orchd.errors import Conflict, NotFound

if TYPE_CHECKING:
    from orchd.client import Client

Lines: TypeAlias = Callable[[JsonObject, int | None], list[str]]
"""The lines that tell a reply; with the columns that there are, None for any number."""


class Exchange(NamedTuple):
    """What a command asks for, and how the answer looks."""

    fetch: "Callable[[Client], Awaitable[JsonObject]]"
    lines: Lines


def asks(command: Callable[..., Exchange]) -> Callable[..., int]:
    """Decorator: run the exchange that a command gives with the daemon that its flags name."""

    @wraps(command)
    def run(*, url: str | None, config: Path | None, as_json: bool, **arguments: Any) -> int:
        import trio

        from orchd.cli import listing

        exchange = command(**arguments)
        with reaching(url, config) as reached:
            ask = listing.show(reached.url, reached.trust, exchange.fetch, exchange.lines, as_json=as_json)
            return trio.run(_wait_for, ask)

    return daemon_option(click.option("--json", "as_json", is_flag=True, help="Print the daemon's reply.")(run))


async def _wait_for(asked: Awaitable[int]) -> int:
    return await asked


def one(kind: str, data: JsonObject, lines: Lines) -> Exchange:
    """One request, and its reply."""
    return Exchange(lambda client: client.request(kind, data), lines)


def every(kind: str, data: JsonObject, lines: Lines, most: int | None = None) -> Exchange:
    """A list, with all its pages, or `most` of its items: as one reply."""
    return Exchange(lambda client: all_pages(client, kind, data, most), lines)


async def all_pages(client: "Client", kind: str, data: JsonObject, most: int | None = None) -> JsonObject:
    """Return a list as one reply, as `fetch_pages` does."""
    from orchd.cli.listing.pages import fetch_pages

    return await fetch_pages(client, kind, data, most)


def say(text: Callable[[JsonObject], str]) -> Lines:
    """One line that tells what was done; what the daemon has named in it moves no cursor."""

    def lines(reply: JsonObject, _columns: int | None) -> list[str]:
        from orchd.cli.showing import one_line

        return [one_line(text(reply))]

    return lines


async def find(client: "Client", kind: str, what: str, wanted: str) -> int:
    """Return the id of what a list calls so; a number is one already. Raises `NotFound`, `Conflict`."""
    if wanted.isascii() and wanted.isdecimal():
        return int(wanted)
    found = [int(item["id"]) for item in (await all_pages(client, kind, {}))["items"] if item["name"] == wanted]
    if not found:
        raise NotFound(f"there is no {what} {wanted}")
    if len(found) > 1:
        raise Conflict(f"several {what}s are called {wanted}; say which by its number: {', '.join(map(str, found))}")
    return found[0]
