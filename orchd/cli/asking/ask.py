"""`orchd ask`: any request of the protocol, and the frames that answer it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orchd.cli.reaching.options import Reach, daemon_option, reaching
from orchd.errors import Unavailable

if TYPE_CHECKING:
    from orchd.cli.output import TextOutput
    from orchd.client import Frame

FAILED = 1
MAX_DATA = 16 * 1024 * 1024
"""Characters of a request's data that are read from stdin."""


@click.command(
    help="Send any request of the protocol, and print the frames that answer it, as JSON lines.\n"
    "\n"
    "FRAME is its type, such as `conversation:list`; JSON its data, an object, `-` for stdin. It ends with the "
    "request's last frame, and exits 1 when that is an error. --follow is for those that subscribe."
)
@click.argument("kind", metavar="FRAME")
@click.argument("data", required=False, metavar="[JSON | -]")
@click.option("--follow", is_flag=True, help="Go on printing what the daemon sends without being asked, until Ctrl-C.")
@daemon_option
def ask(kind: str, data: str | None, *, follow: bool, url: str | None, config: Path | None) -> int:
    import trio

    if follow and not _is_followed(kind):
        raise click.UsageError(
            f"`{kind}` ends with its reply, and nothing would follow: --follow is for requests that subscribe, such as "
            "`conversation:subscribe`."
        )
    given = _data_of(sys.stdin.read(MAX_DATA) if data == "-" else data)
    with reaching(url, config) as reached:
        return trio.run(_ask, reached, kind, given, follow)


def _is_followed(kind: str) -> bool:
    """Return whether the daemon goes on sending after a request's reply."""
    return kind.endswith(":subscribe") or kind == "chat:resume"


def _data_of(text: str | None) -> dict[str, object]:
    import msgspec

    try:
        return msgspec.json.decode(text or "{}", type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeError) as error:
        why = "it ends too early" if str(error) == "Input data was truncated" else error
        raise click.UsageError(f"The data must be a JSON object: {why}.") from None


async def _ask(reached: Reach, kind: str, data: dict[str, object], follow: bool) -> int:
    """Print each frame as it comes. Raises `Unavailable`, `OutputError`, and as `reach` does."""
    import trio

    from orchd.cli.output import TextOutput
    from orchd.cli.reaching.connecting import reach
    from orchd.client import ConnectionLostError

    output = TextOutput(sys.stdout)

    early: list[Frame] = []
    answered = failed = False

    def print_pushed(frame: "Frame") -> None:
        """The frames of the request are printed first."""
        if follow and answered:
            _print(output, frame)
        elif follow:
            early.append(frame)

    async with trio.open_nursery() as nursery:
        client = await reach(nursery, reached.url, print_pushed, reached.trust)
        try:
            final = await client.exchange(kind, data, lambda frame: _print(output, frame))
            for frame in (final, *early):
                _print(output, frame)
            answered = True
            failed = final.type == "error"
            if follow and not failed:
                raise await client.wait_lost()
        except ConnectionLostError as lost:
            raise Unavailable(f"the connection to {reached.url} was lost: {lost}") from lost
        await client.aclose()
        nursery.cancel_scope.cancel()
    output.check()
    return FAILED if failed else 0


def _print(output: "TextOutput", frame: "Frame") -> None:
    import msgspec

    named = {"type": frame.type} if frame.id is None else {"type": frame.type, "id": frame.id}
    output.write(msgspec.json.encode({**named, "data": frame.plain}).decode() + "\n")
