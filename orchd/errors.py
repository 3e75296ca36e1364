"""What may go wrong, named by whose fault it is.

Every failure that a client may see is an `OrchdError`: a string code, a sentence for people and optional details.
Anything else that escapes a handler is a defect of ours: the client sees `internal`, the log sees the traceback.
Rooms translate what their libraries raise into these at their own door; drivers' exceptions never leave them.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any, ClassVar, Self

from orchd.reasons import REASONS, Reason


class OrchdError(Exception):
    """A failure with a code that is part of the wire protocol.

    `message` is written for people and must not hold SQL, file paths, secrets or driver texts. What code decides by is
    an attribute: `reason`; `field` and `path`, the request's member at fault and its JSON path; `http_status` and
    `retry_after_ms`, as a model server said; `attempts`, what failed before. The rest is for clients only: JSON values,
    which nothing here reads again. `common`: any request may end with it, whatever it asks for; which of the others may
    end one its `Command` says.
    """

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False
    common: ClassVar[bool] = True

    def __init__(
        self,
        message: str,
        *,
        reason: Reason | None = None,
        field: str | None = None,
        path: str | None = None,
        http_status: int | None = None,
        retry_after_ms: int | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.field = field
        self.path = path
        self.http_status = http_status
        self.retry_after_ms = retry_after_ms
        self.attempts: Sequence[Mapping[str, object]] = ()
        self._more = more

    @property
    def details(self) -> dict[str, Any]:
        """What the wire carries besides code and message. To be written only: decide by the attributes."""
        said = {
            "reason": self.reason,
            "field": self.field,
            "path": self.path,
            "status": self.http_status,
            "retryAfterMs": self.retry_after_ms,
            "attempts": list(self.attempts) or None,
        }
        return {name: value for name, value in said.items() if value is not None} | self._more

    def tell(self, **more: Any) -> None:
        """Tell clients more: JSON values."""
        self._more = {**self._more, **more}

    def again(self, message: str | None = None) -> Self:
        """Return the same failure, in other words if given, to be raised by somebody else; this one is its cause."""
        twin = copy(self)
        if message is not None:
            twin.message, twin.args = message, (message,)
        twin.__cause__ = self
        return twin

    def bare(self, message: str) -> Self:
        """Return the same failure in other words, with nothing of what was told besides and no cause."""
        twin = copy(self)
        twin.message, twin.args, twin._more, twin.attempts = message, (message,), {}, []
        twin.__cause__ = twin.__context__ = None
        return twin

    @classmethod
    def of_wire(cls, message: str, details: Mapping[str, Any]) -> Self:
        """Return the error that another process wrote; of its details, those become attributes that are sound."""
        error = cls(message)
        reason, status, after = (details.get(name) for name in ("reason", "status", "retryAfterMs"))
        field, path = details.get("field"), details.get("path")
        error.reason = next((known for known in REASONS if known == reason), None)
        error.http_status = status if isinstance(status, int) else None
        error.retry_after_ms = after if isinstance(after, int) else None
        error.field = field if isinstance(field, str) else None
        error.path = path if isinstance(path, str) else None
        error.tell(**details)
        return error


class Invalid(OrchdError):
    """The request breaks a rule that its sender could have known."""

    code = "invalid"


class UnknownType(OrchdError):
    """No feature answers frames of this type."""

    code = "unknown_type"
    common = False


class NotFound(OrchdError):
    """The thing that the request names does not exist."""

    code = "not_found"
    common = False


class Conflict(OrchdError):
    """The request contradicts the present state."""

    code = "conflict"
    common = False


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
    common = False


class RequestCancelled(OrchdError):
    """The client asked for the request to end."""

    code = "cancelled"


class Timeout(OrchdError):
    """Something outside the daemon did not answer within its deadline."""

    code = "timeout"
    retryable = True
    common = False


class Unavailable(OrchdError):
    """A database or a model server is away; what does not need it still works."""

    code = "unavailable"
    retryable = True


class UpstreamError(OrchdError):
    """A model server answered with an error, or with something that is no answer.

    `param` is what it says is wrong with the request; `output`: some of the answer had come.
    """

    code = "upstream_error"
    common = False

    def __init__(
        self,
        message: str,
        *,
        reason: Reason | None = None,
        param: str | None = None,
        output: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(message, reason=reason, **more)
        self.param = param
        self.output = output
        if param is not None:
            self.tell(param=param)
        if output:
            self.tell(output=True)


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
    RequestCancelled,
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
