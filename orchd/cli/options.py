"""The flags of settings, read off the settings: name, type and help can't differ from what the file takes."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import click

from orchd.config.keys import BACKENDS, Key, keys
from orchd.config.layers import FLAGS
from orchd.config.load import LoadedSettings, load

F = TypeVar("F", bound=Callable[..., Any])

SCOPES = ("chat", "read", "tasks", "models", "workspace", "admin")

_OF_DATABASE = frozenset({"dataDir", "database.url"})


def settings_options(command: F) -> F:
    """Decorator: `--config` and the flags of settings, which arrive as keyword arguments."""
    return _with_flags(command, shown=frozenset(FLAGS))


def database_options(command: F) -> F:
    """Decorator: as `settings_options`, for commands that work on the database itself; their help shows the flags that
    matter to them, and the others are taken all the same, so that a daemon's flags can be repeated."""
    return _with_flags(command, shown=_OF_DATABASE)


def _with_flags(command: F, shown: frozenset[str]) -> F:
    named = {key.dotted: key for key in keys()}
    for dotted, flag in reversed(FLAGS.items()):
        command = _option(flag, named[dotted], hidden=dotted not in shown)(command)
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--config", type=path, help="TOML file, instead of the usual places.")(command)


def token_options(command: F) -> F:
    """Decorator: what says what a new token is for, and what it is good for: `label`, `scopes`, `models`, `background`
    and `days`."""
    for option in (
        click.option("--days", type=click.IntRange(1, 36_500), help="Days after which it expires.  [default: never]"),
        click.option("--background", is_flag=True, help="What it asks of models waits for people."),
        click.option("--model", "models", multiple=True, help="A model that it may use; none: any. Repeatable."),
        click.option(
            "--scope",
            "scopes",
            multiple=True,
            required=True,
            type=click.Choice(SCOPES),
            help="What it is good for; `read`: all that only shows. Repeatable.",
        ),
        click.option("--label", required=True, help="What it is for, as lists show it."),
    ):
        command = option(command)
    return command


def load_settings(flags: dict[str, Any]) -> LoadedSettings:
    """The settings from all layers, `flags` being what `settings_options` gave. Raises `ConfigurationError`; blocks."""
    given = {dotted: flags[_parameter(dotted, flag)] for dotted, flag in FLAGS.items()}
    return load(given, os.environ, flags["config"])


def _parameter(dotted: str, flag: str) -> str:
    return BACKENDS if dotted == BACKENDS else flag.removeprefix("--").replace("-", "_")


def _option(flag: str, key: Key, *, hidden: bool) -> Callable[[F], F]:
    """The click option of a setting; None (or no backend) means not given. Bounds are judged with all other layers'."""
    base, told = get_args(key.type)[0], key.description
    if key.dotted == BACKENDS:
        return click.option(flag, BACKENDS, multiple=True, metavar="URL", help=f"{told} Repeatable.", hidden=hidden)
    if get_origin(base) is tuple:
        return click.option(flag, multiple=True, metavar="PATH", help=f"{told} Repeatable.", hidden=hidden)
    if base is bool:
        return click.option(flag, is_flag=True, default=None, help=told, hidden=hidden)
    if get_origin(base) is Literal:
        return click.option(flag, type=click.Choice(get_args(base)), help=told, hidden=hidden)
    return click.option(flag, type=int if base is int else str, help=told, hidden=hidden)
