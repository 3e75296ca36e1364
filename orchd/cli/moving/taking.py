"""`orchd import`: a file of conversations to a running daemon, and what became of them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchd.cli.reaching.options import Reach, daemon_option, reaching
from orchd.cli.reply import JsonObject

if TYPE_CHECKING:
    from orchd.cli.moving.sources import SourceFile
    from orchd.client import Client

SHOWN = 20
"""Conversations that were not imported, as far as they are named."""


@click.command(
    "import",
    help="Send a file of conversations: an export of orchd, ChatGPT, Open WebUI or LibreChat.\n"
    "\n"
    "ChatGPT's zip file is taken as it is. What you have already from the same source is skipped, so a file that "
    "broke off can be sent again.",
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--project", help="Name or number of the project that they are put into.")
@click.option("--json", "as_json", is_flag=True, help="Print what the daemon says, one JSON object for each file.")
@daemon_option
def take(file: Path, project: str | None, *, as_json: bool, url: str | None, config: Path | None) -> int:
    import trio

    with reaching(url, config) as reached:
        return trio.run(_take, reached, file, project, as_json)


async def _take(reached: Reach, path: Path, project: str | None, as_json: bool) -> int:
    """Raises `Unavailable`, `OutputError`, `OSError`, and the `OrchdError` that a file is refused with."""
    import trio

    from orchd.cli.asking.exchange import find
    from orchd.cli.moving.sources import opened_sources
    from orchd.cli.output import TextOutput
    from orchd.cli.reaching.connecting import reach
    from orchd.client import ConnectionLostError
    from orchd.errors import Unavailable

    output = TextOutput(sys.stdout)
    async with trio.open_nursery() as nursery:
        client = await reach(nursery, reached.url, lambda _frame: None, reached.trust)
        try:
            number = None if project is None else await find(client, "project:list", "project", project)
            with opened_sources(path) as sources:
                for source in sources:
                    row = await _send(reached, source, number)
                    output.write(await _describe(client, source.name, row, as_json=as_json))
        except ConnectionLostError as lost:
            raise Unavailable(f"the connection to {reached.url} was lost: {lost}") from lost
        await client.aclose()
        nursery.cancel_scope.cancel()
    output.check()
    return 0


async def _send(reached: Reach, source: "SourceFile", project: int | None) -> JsonObject:
    from urllib.parse import urlencode

    import msgspec

    from orchd.client import FileSource, send_file
    from orchd.errors import Unavailable

    asked = {"name": source.name[-200:]} | ({} if project is None else {"projectId": str(project)})
    file = FileSource(source.pieces(), source.length, _progress(source))
    try:
        answer = await send_file(reached.url, f"/conversations/import?{urlencode(asked)}", file, reached.trust)
    except Unavailable as error:
        again = f"{error.message}; send the file again, and what is there already is skipped"
        raise error.again(again) from error
    finally:
        _clear()
    return msgspec.json.decode(answer, type=dict)


def _progress(source: "SourceFile") -> Callable[[int], None]:
    """Show a person how much has gone, on stderr; programs are not told."""
    shown = -1

    def show(sent: int) -> None:
        nonlocal shown
        percent = 100 * sent // max(1, source.length)
        if percent != shown and _is_watched():
            shown = percent
            click.echo(f"\r{source.name}: {percent} %", nl=False, err=True)

    return show


def _clear() -> None:
    if _is_watched():
        click.echo("\r\x1b[K", nl=False, err=True)


def _is_watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


async def _describe(client: "Client", name: str, row: JsonObject, *, as_json: bool) -> str:
    """What is printed of an import that is done."""
    import msgspec

    from orchd.cli.showing import count_of, one_line

    if as_json:
        return msgspec.json.encode(row).decode() + "\n"
    lines = [
        f"{name}: {count_of(row['imported'], 'conversation')} imported, with {count_of(row['messages'], 'message')}",
        *([f"{row['skipped']} were there already"] if row["skipped"] else []),
        *([f"{row['failed']} could not be imported:"] if row["failed"] else []),
    ]
    if row["failed"]:
        asked = {"conversationImportId": row["id"], "outcome": "failed", "limit": SHOWN}
        told = await client.request("conversation:import:report", asked)
        lines += [f"  {item['place']}. {item['title'] or '(no title)'}: {item['message']}" for item in told["items"]]
        if told["nextCursor"] is not None:
            rest = '{"conversationImportId": ' + str(row["id"]) + ', "outcome": "failed"}'
            lines.append(f"  and more: orchd ask conversation:import:report '{rest}'")
    return "".join(f"{one_line(line)}\n" for line in lines)
