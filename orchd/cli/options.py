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


def settings_options(command: F) -> F:
    """Decorator: `--config` and the flags of settings, which arrive as keyword arguments."""
    named = {key.dotted: key for key in keys()}
    for dotted, flag in reversed(FLAGS.items()):
        command = _option(flag, named[dotted])(command)
    path = click.Path(dir_okay=False, path_type=Path)
    return click.option("--config", type=path, help="TOML file, instead of the usual places.")(command)


def load_settings(flags: dict[str, Any]) -> LoadedSettings:
    """The settings from all layers, `flags` being what `settings_options` gave. Raises `ConfigurationError`; blocks."""
    given = {dotted: flags[_parameter(dotted, flag)] for dotted, flag in FLAGS.items()}
    return load(given, os.environ, flags["config"])


def _parameter(dotted: str, flag: str) -> str:
    return BACKENDS if dotted == BACKENDS else flag.removeprefix("--").replace("-", "_")


def _option(flag: str, key: Key) -> Callable[[F], F]:
    """The click option of a setting; None (or no backend) means not given. Bounds are judged with all other layers'."""
    base = get_args(key.type)[0]
    if key.dotted == BACKENDS:
        return click.option(flag, BACKENDS, multiple=True, metavar="URL", help=f"{key.description} Repeatable.")
    if get_origin(base) is tuple:
        return click.option(flag, multiple=True, metavar="PATH", help=f"{key.description} Repeatable.")
    if base is bool:
        return click.option(flag, is_flag=True, default=None, help=key.description)
    if get_origin(base) is Literal:
        return click.option(flag, type=click.Choice(get_args(base)), help=key.description)
    return click.option(flag, type=int if base is int else str, help=key.description)
