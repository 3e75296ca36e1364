"""The single file: what differs where PyInstaller has packed orchd and Python into one program (packaging/).

There is no interpreter that could be started with another program, so the file starts itself, and its first word says
as what. Nothing can be installed into it: packages that are extras lie in a directory beside it.
"""

import os
import sys
from pathlib import Path
from typing import Literal

CHILD = "--child"
"""The first word of a process that the daemon starts; what it is comes next."""

EXTRAS = "orchd-extras"
"""The directory beside the program, as `pip install --target` makes one."""


def is_frozen() -> bool:
    """Whether this is such a program."""
    return bool(getattr(sys, "frozen", False))


def child_command(name: Literal["worker", "llama", "backup"]) -> list[str]:
    """Return the command that starts a process of the daemon's; only in such a program."""
    return [sys.executable, CHILD, name]


def child_environment() -> dict[str, str]:
    """Return the environment of a process of the daemon's: without settings and secrets, and without its manager."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ORCHD_", "NOTIFY_"))}


def extras_directory() -> Path:
    """Return where packages are looked for that are no part of the program. It need not exist."""
    return Path(sys.executable).resolve().parent / EXTRAS
