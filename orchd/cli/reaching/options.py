"""Which daemon a command talks to, and who says so: the flags, and what they come to."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from orchd.cli.reaching.passwords import read_password
from orchd.config import Settings
from orchd.config.load import load_client
from orchd.errors import ConfigurationError, OrchdError, Unavailable

if TYPE_CHECKING:
    from orchd.client import Trust

F = TypeVar("F", bound=Callable[..., Any])

AUTHORITIES, TOKEN_FILE, USER, PASSWORD_FILE = (
    f"orchd.{name}" for name in ("authorities", "token_file", "user", "password_file")
)
"""Where the values of `--ca`, `--token-file`, `--user` and `--password-file` are kept while a command runs."""

TOKEN = "ORCHD_TOKEN"  # noqa: S105 - the name of a variable
MAX_TOKEN = 4096
"""Bytes of a token's file that are read."""
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104
"""What a daemon that listens there is reached by on this machine."""


@dataclass(frozen=True)
class Reach:
    """Where a daemon is, what it is shown, and what the settings say to a client."""

    url: str
    trust: "Trust"
    settings: Settings
    password: str | None = field(default=None, repr=False)
    """The one by which somebody has logged in, for requests that want it again."""


def daemon_option(command: F) -> F:
    """Decorator: which daemon to talk to, as `url` and `config`, and as whom."""
    path = click.Path(dir_okay=False, path_type=Path)
    dashed = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
    command = click.option("--config", type=path, help="TOML file that says where the daemon listens.")(command)
    for flag, name, kind, help_ in reversed(
        (
            ("--ca", AUTHORITIES, path, "Certificates, in PEM, that vouch for the daemon's.  [default: the machine's]"),
            (
                "--token-file",
                TOKEN_FILE,
                path,
                "File with the API token that says who you are.  [default: $ORCHD_TOKEN]",
            ),
            ("--user", USER, str, "Name by which you log in, instead of a token."),
            (
                "--password-file",
                PASSWORD_FILE,
                dashed,
                "For --user: file whose first line is your password.  [default: ask]",
            ),
        )
    ):
        command = click.option(flag, type=kind, expose_value=False, callback=_keep(name), help=help_)(command)
    return click.option("--url", help="The daemon's address.  [default: where `orchd serve` listens]")(command)


def _keep(name: str) -> Callable[[click.Context, click.Parameter, object], None]:
    def keep(context: click.Context, _option: click.Parameter, value: object) -> None:
        if value is not None or name not in context.meta:
            context.meta[name] = value

    return keep


@contextmanager
def reaching(url: str | None, config: Path | None) -> Iterator[Reach]:
    """What `_entry` does, and where nobody listens, the word what to do."""
    try:
        with _entry(url, config) as reached:
            yield reached
    except Unavailable as error:
        from orchd.cli.reaching.connecting import advice

        told = advice(error)
        if not told or str(error).endswith(told):
            raise
        raise Unavailable(f"{error}{told}") from error


@contextmanager
def _entry(url: str | None, config: Path | None) -> Iterator[Reach]:
    """Log in where the flags say so, and log out at the end of the block. Blocks; runs Trio, so that nothing else may.

    Raises `ConfigurationError`, and the `OrchdError` that a log-in is refused with.
    """
    settings = load_client(os.environ, config)
    address, trust, name = daemon_url(url, settings), _trust(url, settings), _recall(USER)
    if name is None:
        if _recall(PASSWORD_FILE) is not None:
            raise click.UsageError("--password-file is for --user: say who you are.")
        yield Reach(address, trust, settings)
        return
    import trio

    from orchd.client import log_in, log_out

    password = read_password(_recall(PASSWORD_FILE), asking=f"Password of {name}", twice=False)
    entered = trio.run(log_in, address, name, password, trust)
    try:
        yield Reach(address, entered, settings, password)
    finally:
        with suppress(OrchdError):  # else it ends by itself
            trio.run(log_out, address, entered)


def _recall(name: str) -> Any:
    return click.get_current_context().meta.get(name)


def _trust(url: str | None, settings: Settings) -> "Trust":
    """Whom to believe that it is the daemon: `--ca`, else its own certificate where the settings name it; and the token
    that says who connects. Raises `ConfigurationError`."""
    from orchd.client import Trust

    authorities, token = _recall(AUTHORITIES), _token()
    if authorities is not None:
        return Trust(authorities=authorities, token=token)
    own = settings.server.tls_certificate
    return Trust(own=Path(own) if url is None and own is not None else None, token=token)


def _token() -> str | None:
    """The token of `--token-file`, else of the environment; None for who logs in by a name. Raises
    `ConfigurationError`, which says nothing of it."""
    path: Path | None = _recall(TOKEN_FILE)
    if _recall(USER) is not None:
        if path is not None:
            raise click.UsageError("--user and --token-file can't go together.")
        return None
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
