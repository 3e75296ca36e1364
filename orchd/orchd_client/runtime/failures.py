"""What can go wrong, for whoever asked."""

from typing import Any


class OrchdError(Exception):
    """All that this package raises."""


class RequestError(OrchdError):
    """A request that the daemon refused, or that failed. There is a subclass for each code."""

    def __init__(self, code: str, message: str, *, retryable: bool, details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        """For people: a sentence without private details."""
        self.retryable = retryable
        """Whether the same request may succeed later."""
        self.details: dict[str, Any] = details or {}
        """More for programs; what, depends on the error."""
        self.frame: Any = None
        """The `Frame` that said so; None where a page did."""

    @property
    def path(self) -> str | None:
        """The JSON path of the member at fault, `$.data.title` for instance."""
        return self._text("path")

    @property
    def field(self) -> str | None:
        """The name of the member at fault."""
        return self._text("field")

    @property
    def reason(self) -> str | None:
        """What tells errors of one code apart."""
        return self._text("reason")

    @property
    def retry_after_seconds(self) -> float | None:
        """Seconds after which to try again, where the daemon knows."""
        found = self.details.get("retryAfterMs")
        return found / 1000 if isinstance(found, int | float) else None

    def _text(self, name: str) -> str | None:
        found = self.details.get(name)
        return found if isinstance(found, str) else None


class DisconnectedError(OrchdError):
    """There is no connection any more, and what was asked may have been done or not."""


class NotSentError(DisconnectedError):
    """The connection was lost before the request was sent, so that it may be sent over another one."""


class NotADaemonError(OrchdError):
    """What answers at that address is no orchd, or speaks another protocol."""


class FrameTooLongError(OrchdError):
    """A request is longer than the daemon takes; nothing was sent."""


class OverflowedError(OrchdError):
    """More has come than was kept for a reader that was too slow. What it has had so far is right."""
