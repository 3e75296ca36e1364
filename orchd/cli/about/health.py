"""`orchd health`: whether a daemon can do its work, for whoever starts it again if it can't: a container, a script."""

from pathlib import Path
from urllib.parse import urlsplit

import click
import msgspec

from orchd.cli.reaching.options import daemon_option, reaching
from orchd.errors import Unavailable

SECONDS = 10.0


class HealthPart(msgspec.Struct):
    """What one thing that the daemon needs says of itself."""

    ok: bool = False
    reason: str | None = None


class HealthReport(msgspec.Struct):
    """What `/readyz` tells; only `ready` where the daemon doesn't know who asks."""

    ready: bool
    stopping: bool = False
    database: HealthPart | None = None
    disk: HealthPart | None = None
    models: HealthPart | None = None


@click.command(
    help="Say whether a running daemon can do its work: exit code 0 if it can, 1 if not.\n"
    "\n"
    "A model server that is away is told and is no failure: starting the daemon again would not bring it back."
)
@click.option("--json", "as_json", is_flag=True, help="Print what the daemon says of itself, as `/readyz` has it.")
@daemon_option
def health(as_json: bool, url: str | None, config: Path | None) -> int:
    import trio

    from orchd.client import PageQuestion, ask_page, websocket_url

    try:
        with reaching(url, config) as reached:
            asked = PageQuestion("GET", "readyz", seconds=SECONDS, any_status=True)
            answer = trio.run(ask_page, urlsplit(websocket_url(reached.url)), asked, reached.trust)
    except Unavailable as error:
        if as_json:
            click.echo(msgspec.json.encode({"ready": False, "reason": str(error)}))
        raise
    try:
        found = msgspec.json.decode(answer.body, type=HealthReport)
    except msgspec.MsgspecError:
        click.echo("orchd: what answers there is no orchd daemon; say where it is with --url", err=True)
        return 1
    if as_json:
        click.echo(msgspec.json.format(answer.body, indent=0))
    else:
        click.echo("; ".join(_lines(found)))
    return 0 if found.ready else 1


def _lines(found: HealthReport) -> list[str]:
    lines = ["ready" if found.ready else "stopping" if found.stopping else "not ready"]
    for name, part in (("database", found.database), ("disk", found.disk), ("models", found.models)):
        if part is not None and part.reason:
            lines.append(f"{name}: {part.reason}")
    return lines
