"""`orchd top`: what a daemon does, live: generations, queue, model servers, machine, tasks.

`overview` is what is known, `view` how it looks, `terminal` what it is drawn on; `live` brings them together.
"""

import sys
from pathlib import Path

import click

from orchd.cli.reaching.options import daemon_option, reaching


@click.command(
    help="Watch what a running daemon does: generations, queue, model servers, machine, tasks.\n"
    "\n"
    "q ends it. --once prints it once, for scripts with --json."
)
@click.option("--once", is_flag=True, help="Print it once, and end.")
@click.option("--json", "as_json", is_flag=True, help="Print what the daemon says as one JSON object, and end.")
@daemon_option
def top(url: str | None, config: Path | None, once: bool, as_json: bool) -> int:
    import trio

    from orchd.cli.top import live

    with reaching(url, config) as reached:
        if once or as_json:
            return trio.run(live.show_once, reached.url, reached.trust, as_json)
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise click.UsageError("It is drawn on a terminal; --once prints it anywhere.")
        return trio.run(live.watch, reached.url, reached.trust)
