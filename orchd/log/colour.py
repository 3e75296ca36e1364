"""Whether to colour what goes to a descriptor: the one answer of the log and of the commands."""

import os
from collections.abc import Mapping


def wants_colour(descriptor: int, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether `descriptor` is a terminal that shows colours, and nobody has asked for none (see no-color.org)."""
    return os.isatty(descriptor) and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
