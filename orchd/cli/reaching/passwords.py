"""Passwords for a command: from a file or asked for, never from an argument, which every user of a machine can see."""

import sys
import warnings
from collections.abc import Callable
from getpass import GetPassWarning
from pathlib import Path
from typing import Any, TypeVar

import click

from orchd.errors import ConfigurationError

F = TypeVar("F", bound=Callable[..., Any])

MAX_FILE = 4096
"""Bytes of a password's file that are read."""


def password_option(command: F) -> F:
    """Decorator: where a password comes from, as `password_file`."""
    path = click.Path(dir_okay=False, allow_dash=True, path_type=Path)
    help_ = "File whose first line is the password; `-` is stdin.  [default: ask for it]"
    return click.option("--password-file", type=path, help=help_)(command)


def read_password(path: Path | None, flag: str = "--password-file", asking: str = "Password", *, twice: bool) -> str:
    """The password of a file, or asked for, `twice` where it is new. Raises `ConfigurationError` when there is none or
    nobody to ask."""
    if path is None:
        if sys.stdin is None or not sys.stdin.isatty():
            raise ConfigurationError(f"there is no terminal to ask for the password; give it by {flag}")
        return ask_secret(asking, f"there is no terminal to ask for the password; give it by {flag}", twice=twice)
    try:
        text = sys.stdin.read(MAX_FILE) if str(path) == "-" else _read(path)
    except UnicodeDecodeError:
        raise ConfigurationError(f"{flag}: it is not UTF-8 text") from None
    line = text.split("\n", 1)[0].removesuffix("\r")
    if not line:
        raise ConfigurationError(f"{flag}: its first line is empty")
    return line


def ask_secret(asking: str, otherwise: str, *, twice: bool) -> str:
    """What somebody at the terminal types, unseen. Raises `ConfigurationError`, which says `otherwise`, where it could
    be seen for want of a terminal, and `click.Abort`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            return str(click.prompt(asking, hide_input=True, confirmation_prompt=twice, err=True))
    except GetPassWarning:
        raise ConfigurationError(otherwise) from None


def _read(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.read(MAX_FILE)
