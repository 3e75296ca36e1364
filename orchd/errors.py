"""What may go wrong, named by whose fault it is.

Every failure that a client may see is an `OrchdError`: a string code, a sentence for people and optional details.
Anything else that escapes a handler is a defect of ours: the client sees `internal`, the log sees the traceback.
Rooms translate what their libraries raise into these at their own door; drivers' exceptions never leave them.
"""

from typing import Any, ClassVar


class OrchdError(Exception):
    """A failure with a code that is part of the wire protocol.

    `message` is written for people and must not hold SQL, file paths, secrets or driver texts. `details` holds
    JSON values only; the usual keys are `field` (the request's member at fault) and `path` (a JSON path).
    """

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Invalid(OrchdError):
    """The request breaks a rule that its sender could have known."""

    code = "invalid"


class UnknownType(OrchdError):
    """No feature answers frames of this type."""

    code = "unknown_type"


class NotFound(OrchdError):
    """The thing that the request names does not exist."""

    code = "not_found"


class Conflict(OrchdError):
    """The request contradicts the present state."""

    code = "conflict"


class Busy(OrchdError):
    """A limit on concurrent work is reached; later it may go through."""

    code = "busy"
    retryable = True


class RateLimited(OrchdError):
    """Too many requests in a time span."""

    code = "rate_limited"
    retryable = True


class Unauthorized(OrchdError):
    """The sender has not proved who it is."""

    code = "unauthorized"


class Forbidden(OrchdError):
    """The sender may not do this."""

    code = "forbidden"


class TooLarge(OrchdError):
    """The request, or what it would produce, is over a size limit."""

    code = "too_large"


class Cancelled(OrchdError):
    """The client asked for the request to end."""

    code = "cancelled"


class Timeout(OrchdError):
    """Something outside the daemon did not answer within its deadline."""

    code = "timeout"
    retryable = True


class Unavailable(OrchdError):
    """A database or a model server is away; what does not need it still works."""

    code = "unavailable"
    retryable = True


class UpstreamError(OrchdError):
    """A model server answered with an error, or with something that is no answer."""

    code = "upstream_error"


class ShuttingDown(OrchdError):
    """The daemon is stopping and takes no new work."""

    code = "shutting_down"
    retryable = True


class Internal(OrchdError):
    """A defect of the daemon; the log holds the traceback."""


CODES: tuple[type[OrchdError], ...] = (
    Invalid,
    UnknownType,
    NotFound,
    Conflict,
    Busy,
    RateLimited,
    Unauthorized,
    Forbidden,
    TooLarge,
    Cancelled,
    Timeout,
    Unavailable,
    UpstreamError,
    ShuttingDown,
    Internal,
)
"""One class for each error code of the wire, in the order in which the schema publishes them."""


class ConfigurationError(Exception):
    """The configuration or the command line can't be used; the text says where and how to mend it."""


class StartError(Exception):
    """The daemon can't start or go on for a reason its operator must mend (a newer database, a port in use)."""


def let_go_of_frames(error: BaseException) -> None:
    """Take the tracebacks from an error that is kept, and from those behind it.

    They hold the locals of every call on the way, whole requests among them; and where a local leads to the error, that
    is a circle, which nothing frees until the garbage collector looks at what is old, on an idle daemon hours later.
    """
    left, seen = [error], set[int]()
    while left:
        error = left.pop()
        if id(error) in seen:
            continue
        seen.add(id(error))
        error.__traceback__ = None
        left += [behind for behind in (error.__cause__, error.__context__) if behind is not None]
        left += error.exceptions if isinstance(error, BaseExceptionGroup) else ()


LOGGED_CHARACTERS = 300
_REPEATED = 24
"""Characters in a row that an error and a text have in common only if one repeats the other."""


def for_log(error: OrchdError, *texts: str) -> str:
    """An error's message as a log may hold it: short, and nothing where it repeats one of `texts`, which people wrote.

    Some model servers say back what they refuse.
    """
    message = error.message[:LOGGED_CHARACTERS]
    last = max(1, len(message) - _REPEATED + 1)
    windows = {message[at : at + _REPEATED] for at in range(last)}
    for text in texts:
        if any(window in text for window in windows if len(window) == _REPEATED):
            return "(it repeats what was asked)"
        if 4 <= len(text) < _REPEATED and text in message:
            return "(it repeats what was asked)"
    return message
