"""By which id a request is known everywhere: in the log, to the model server that it makes work, and to who sent it.

It goes with the task that serves the request, and with all that this begins: whoever needs it asks for the one here.
"""

import secrets
import string
from contextvars import ContextVar

HEADER = "X-Request-Id"
"""Where HTTP says it, in both directions."""

LONGEST = 64
_PLAIN = frozenset(string.ascii_letters + string.digits + "._-")
_HERE: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id_here() -> str | None:
    """Return the id of the request that this task serves, None where it serves none."""
    return _HERE.get()


def identify(request_id: str | None) -> None:
    """Say which request this task serves from now on, and the tasks that it begins. Short, of letters, digits and
    `._-` only: it goes into a header as it is."""
    _HERE.set(request_id)


def accept_id(offered: str | None) -> str:
    """Return the id of a request over HTTP: what its sender calls it, if that may stand in a log and a header, else a
    new one."""
    if offered and len(offered) <= LONGEST and _PLAIN.issuperset(offered):
        return offered
    return secrets.token_hex(8)
