"""The commands that talk to a running daemon: `chat`, and those that list what it has.

They find it by the configuration that `orchd serve` reads, or by `--url`. Exit codes: 0 done, 1 refused or failed, an
answer that failed included, 2 wrong usage, 130 ended by Ctrl-C.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from orchd.cli.reaching.options import daemon_option, reaching

F = TypeVar("F", bound=Callable[..., Any])
STATES = (
    "pending",
    "planning",
    "executing",
    "validating",
    "consolidating",
    "waiting",
    "paused",
    "completed",
    "failed",
    "cancelled",
)


class Since(click.ParamType[str]):
    """A day or a time, where this computer is unless it says otherwise; as the protocol has it."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            moment = datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"`{value}` is no date, such as 2026-11-29 or 2026-11-29T14:00.", param, ctx)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@click.command(
    help="Chat in the terminal; with MESSAGE ask one question.\n"
    "\n"
    "`-` takes all of stdin as the message; a MESSAGE is put before what is piped into it. Without any, each line of "
    "a pipe is a message. `/help` lists the commands."
)
@click.argument("message", nargs=-1, metavar="[MESSAGE | -]")
@daemon_option
@click.option("--model", help="Model to ask; default: the conversation's, else the daemon's.")
@click.option("--system", help="What the model is told before the conversation.")
@click.option("--continue", "latest", is_flag=True, help="Go on with the conversation that was used last.")
@click.option("--conversation", type=click.IntRange(min=1), help="Go on with this conversation.")
@click.option("--plain", is_flag=True, help="Show answers as they are, without formatting.")
@click.option("--json", "as_json", is_flag=True, help="Print each answer as one JSON object.")
def chat(message: tuple[str, ...], url: str | None, config: Path | None, **how: Any) -> int:
    import trio

    from orchd.cli.chat import ChatOptions, run_chat

    if how["latest"] and how["conversation"] is not None:
        raise click.UsageError("--continue and --conversation can't go together.")
    if message and not " ".join(message).strip():
        raise click.UsageError("The message is empty.")
    with reaching(url, config) as reached:
        terminal = reached.settings.terminal
        options = ChatOptions(
            url=reached.url,
            trust=reached.trust,
            message=" ".join(message) if message else None,
            model=how["model"] or None,
            system=how["system"],
            conversation=how["conversation"],
            latest=how["latest"],
            plain=how["plain"] or not terminal.markdown,
            json=how["as_json"],
            reasoning=terminal.reasoning,
            history=terminal.history,
        )
        return trio.run(run_chat, options)


def _listing(function: F) -> F:
    """Decorator: the flags of all commands that list something."""
    return daemon_option(click.option("--json", "as_json", is_flag=True, help="Print the daemon's reply.")(function))


def _run(url: str | None, config: Path | None, name: str, *, as_json: bool, **options: Any) -> int:
    import trio

    from orchd.cli import listing

    with reaching(url, config) as reached:
        return trio.run(listing.run, reached.url, name, as_json, options, reached.trust)


@click.command(help="List the models of all model servers.")
@_listing
def models(url: str | None, config: Path | None, as_json: bool) -> int:
    return _run(url, config, "models", as_json=as_json)


@click.command(help="List what the model servers are working on, and what waits for them.")
@_listing
def queue(url: str | None, config: Path | None, as_json: bool) -> int:
    return _run(url, config, "queue", as_json=as_json)


@click.command(help="Say how a running daemon and its model servers are.")
@_listing
def status(url: str | None, config: Path | None, as_json: bool) -> int:
    return _run(url, config, "status", as_json=as_json)


@click.command(help="List the tasks that changed last.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many.")
@click.option("--status", "state", type=click.Choice(STATES), help="Only tasks in this state.")
@_listing
def tasks(url: str | None, config: Path | None, as_json: bool, limit: int, state: str | None) -> int:
    return _run(url, config, "tasks", as_json=as_json, limit=limit, state=state)


@click.group(invoke_without_command=True, help="List the conversations that were used last, or export one.")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many.")
@_listing
@click.pass_context
def conversations(context: click.Context, url: str | None, config: Path | None, as_json: bool, limit: int) -> int:
    if context.invoked_subcommand is not None:
        return 0
    return _run(url, config, "conversations", as_json=as_json, limit=limit)


@conversations.command(
    help="Print conversation N as Markdown, or with --json as one JSON object: its active branch, with all texts."
)
@click.argument("number", type=click.IntRange(min=1), metavar="N")
@click.option("--output", "-o", "path", type=click.Path(dir_okay=False, path_type=Path), help="File to write to.")
@_listing
def export(number: int, path: Path | None, url: str | None, config: Path | None, as_json: bool) -> int:
    return _run(url, config, "export", as_json=as_json, number=number, path=path)


@click.command(
    help="Search all that is yours and what is shared with you: messages, titles, tasks, assistants, ...\n"
    "\n"
    "All words of QUERY must be there, or what has them as a part; what stands in double quotes is found word for "
    "word (for the shell, put single quotes around all of it). What fits best comes first."
)
@click.argument("query", nargs=-1, required=True, metavar="QUERY...")
@click.option("--kind", "kinds", multiple=True, help="Only rows of this kind, such as message; may be said again.")
@click.option("--since", type=Since(), metavar="DATE", help="Only what has changed since 2026-11-29, or since a time.")
@click.option("--limit", type=click.IntRange(1, 300), default=20, show_default=True, help="How many.")
@_listing
def search(url: str | None, config: Path | None, as_json: bool, query: tuple[str, ...], **how: Any) -> int:
    wanted = " ".join(query)
    if not wanted.strip():
        raise click.UsageError("Say what to search for.")
    return _run(url, config, "search", as_json=as_json, query=wanted, **how)
