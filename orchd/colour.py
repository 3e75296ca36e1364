"""Whether to colour what goes to a terminal: the one answer of the log and of the commands."""

import os
from collections.abc import Mapping


def can_move(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether the terminal follows escape sequences."""
    return environ.get("TERM", "dumb") not in ("dumb", "unknown", "")


def shows_colour(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether it shows colours, and nobody has asked for none (see no-color.org)."""
    return can_move(environ) and not environ.get("NO_COLOR")


def wants_colour(descriptor: int, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether `descriptor` is such a terminal."""
    return os.isatty(descriptor) and shows_colour(environ)
