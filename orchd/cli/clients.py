"""The commands that talk to a running daemon: `chat`, and those that list what it has.

They find it by the configuration that `orchd serve` reads, or by `--url`. Exit codes: 0 done, 1 refused or failed, an
answer that failed included, 2 wrong usage, 130 ended by Ctrl-C.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchd.config import Settings
from orchd.config.load import load_client
from orchd.errors import ConfigurationError

if TYPE_CHECKING:
    from orchd.client import Trust

AUTHORITIES, TOKEN_FILE = "orchd.authorities", "orchd.token_file"
"""Where the values of `--ca` and `--token-file` are kept while a command runs."""

TOKEN = "ORCHD_TOKEN"  # noqa: S105 - the name of a variable
MAX_TOKEN = 4096
"""Bytes of a token's file that are read."""

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
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
"""What a daemon that listens there is reached by on this machine."""


def daemon_option(command: F) -> F:
    """Decorator: which daemon to talk to, as `url` and `config`."""
    path = click.Path(dir_okay=False, path_type=Path)
    command = click.option("--config", type=path, help="TOML file that says where the daemon listens.")(command)
    command = click.option(
        "--token-file",
        type=path,
        expose_value=False,
        callback=_keep(TOKEN_FILE),
        help="File with the API token that says who you are.  [default: $ORCHD_TOKEN]",
    )(command)
    command = click.option(
        "--ca",
        type=path,
        expose_value=False,
        callback=_keep(AUTHORITIES),
        help="Certificates, in PEM, that vouch for the daemon's.  [default: those that this machine trusts]",
    )(command)
    return click.option("--url", help="The daemon's address.  [default: where `orchd serve` listens]")(command)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Path | None], None]:
    def keep(context: click.Context, _option: click.Parameter, value: Path | None) -> None:
        if value is not None or name not in context.meta:
            context.meta[name] = value

    return keep


def daemon_trust(url: str | None, settings: Settings) -> "Trust":
    """Whom to believe that it is the daemon: `--ca`, else its own certificate where the settings name it; and the token
    that says who connects. Raises `ConfigurationError`."""
    from orchd.client import Trust

    authorities, token = click.get_current_context().meta.get(AUTHORITIES), _token()
    if authorities is not None:
        return Trust(authorities=authorities, token=token)
    own = settings.server.tls_certificate
    return Trust(own=Path(own) if url is None and own is not None else None, token=token)


def _token() -> str | None:
    """The token of `--token-file`, else of the environment. Raises `ConfigurationError`, which says nothing of it."""
    path: Path | None = click.get_current_context().meta.get(TOKEN_FILE)
    source, text = ("--token-file", _read(path)) if path is not None else (TOKEN, os.environ.get(TOKEN, ""))
    token = text.strip()
    if not token and path is None:
        return None
    if not (token.isascii() and token.isprintable()) or " " in token or not token:
        raise ConfigurationError(f"{source}: it holds no API token; `orchd token create` makes one")
    return token


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(MAX_TOKEN)
    except UnicodeDecodeError:
        return ""


def daemon_url(url: str | None, settings: Settings) -> str:
    """The address asked for, else the configured one. Raises `ConfigurationError` when none is known."""
    if url is not None:
        return url
    if settings.server.port == 0:
        raise ConfigurationError("`server.port` is 0, so any free port is taken; say which one with --url")
    host = EVERYWHERE.get(settings.server.host, settings.server.host)
    scheme = "http" if settings.server.tls_certificate is None else "https"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.server.port}"


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

    settings = load_client(os.environ, config)
    if how["latest"] and how["conversation"] is not None:
        raise click.UsageError("--continue and --conversation can't go together.")
    if message and not " ".join(message).strip():
        raise click.UsageError("The message is empty.")
    options = ChatOptions(
        url=daemon_url(url, settings),
        trust=daemon_trust(url, settings),
        message=" ".join(message) if message else None,
        model=how["model"] or None,
        system=how["system"],
        conversation=how["conversation"],
        latest=how["latest"],
        plain=how["plain"] or not settings.terminal.markdown,
        json=how["as_json"],
        reasoning=settings.terminal.reasoning,
        history=settings.terminal.history,
    )
    return trio.run(run_chat, options)


def _listing(function: F) -> F:
    """Decorator: the flags of all commands that list something."""
    return daemon_option(click.option("--json", "as_json", is_flag=True, help="Print the daemon's reply.")(function))


def _run(url: str | None, config: Path | None, name: str, *, as_json: bool, **options: Any) -> int:
    import trio

    from orchd.cli import listing

    settings = load_client(os.environ, config)
    return trio.run(listing.run, daemon_url(url, settings), name, as_json, options, daemon_trust(url, settings))


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


COMMANDS: tuple[click.Command, ...] = (chat, models, queue, status, tasks, conversations)
