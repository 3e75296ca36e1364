"""The last lines of the log, kept in memory for a bug report, without what is anybody's.

A line of the log may name users, files and addresses, and repeat what a model server said: whoever reads a log of their
own may see that, and whoever gets a report may not. So of a line only this is kept: when it was and what happened,
which is always one of our own sentences; numbers; and texts under keys whose values are ours, too. A traceback keeps
the places that it goes through, and what kind of exception it is.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

KEPT_LINES = 1_000
PLAIN_KEYS = frozenset(
    {"timestamp", "level", "event", "what", "code", "kind", "type", "session", "request_id", "logger", "state", "epoch"}
)
"""Keys under which only words stand that the program has."""
LIBRARY_LINE = "a line of a library"

_KINDS = ("Error", "Exception", "Group", "Cancelled", "Refused", "Exit", "Interrupt")
"""How the names of exceptions end."""


class RecentLines:
    """The last lines, the oldest first."""

    def __init__(self, most: int = KEPT_LINES) -> None:
        self._lines: deque[Mapping[str, Any]] = deque(maxlen=most)

    def keep(self, _logger: object, _method: str, event: Any) -> Any:
        """Processor: keep what may be kept of a line, and hand the line on as it is."""
        self._lines.append(bare_line(event))
        return event

    def read(self) -> list[Mapping[str, Any]]:
        """Return them."""
        return list(self._lines)


def bare_line(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is nobody's of a line."""
    kept = {key: value for key, value in event.items() if key in PLAIN_KEYS or _is_number(value)}
    if "logger" in event:
        kept["event"] = LIBRARY_LINE  # its words are its own
    if isinstance(event.get("exception"), str):
        kept["exception"] = bare_traceback(event["exception"])
    return kept


def bare_traceback(text: str) -> list[str]:
    """Return the places of a traceback, and the kinds of its exceptions, without their texts."""
    lines = (line.lstrip(" |+-") for line in text.splitlines())
    return [found for line in lines if (found := _place(line) or _kind(line)) is not None]


def _place(line: str) -> str | None:
    """Return file, line and function of a traceback's line such as `File "/a/b.py", line 7, in f`."""
    if not line.startswith('File "'):
        return None
    path, _, rest = line.removeprefix('File "').partition('", line ')
    number, _, function = rest.partition(", in ")
    return f"{path.rpartition('/')[2]}:{number} {function}" if number.isdecimal() else None


def _kind(line: str) -> str | None:
    """Return the kind of exception that a traceback's line names, such as `ValueError: no number`."""
    name = line.partition(":")[0].partition(" ")[0]
    return name if name.endswith(_KINDS) and name.replace(".", "").isidentifier() else None


def _is_number(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float)
