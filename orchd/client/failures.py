"""What goes wrong on the wire, as orchd's own errors."""

from typing import Any

from orchd import orchd_client
from orchd.errors import CODES, Internal, OrchdError, TooLarge, Unavailable
from orchd.orchd_client.facts import FACTS
from orchd.orchd_client.runtime.socket import ClosedError

_ERRORS = {error.code: error for error in CODES}


class ConnectionLostError(Exception):
    """The connection ended before the final frame. `again`: whether it makes sense to connect anew."""

    def __init__(self, reason: str, *, again: bool) -> None:
        super().__init__(reason)
        self.again = again


def error_of(data: dict[str, Any]) -> OrchdError:
    """The error that a frame's `{code, message, details?}` stands for; an unknown code is `Internal`."""
    kind = _ERRORS.get(str(data.get("code")), Internal)
    message = str(data.get("message") or data.get("code") or "unknown error")
    return kind.of_wire(message, data.get("details") or {})


def explain(error: orchd_client.OrchdError) -> OrchdError | ConnectionLostError:
    """What an error of the wire's is to a command."""
    match error:
        case orchd_client.RequestError():
            return error_of(error.frame.plain if isinstance(error.frame, orchd_client.Frame) else _page_error(error))
        case orchd_client.FrameTooLongError():
            return TooLarge(f"that is too long: {error}")
        case orchd_client.NotADaemonError():
            return ConnectionLostError("it sends what is no frame of this protocol", again=False)
        case ClosedError(code=int() as code):
            reason = f"closed with code {code}{f', {error.reason}' if error.reason else ''}"
            return ConnectionLostError(reason, again=code not in FACTS.no_reconnect)
        case ClosedError(reason=reason):
            return ConnectionLostError(reason or "it broke off", again=True)
        case orchd_client.DisconnectedError():
            return ConnectionLostError(str(error), again=True)
        case _:
            return Unavailable(str(error))


def _page_error(error: orchd_client.RequestError) -> dict[str, Any]:
    """Return what a page has refused with, as a frame would say it."""
    after = error.retry_after_seconds
    known = {"retryAfterMs": None if after is None else round(1000 * after), "reason": error.reason, "path": error.path}
    return {"code": error.code, "message": error.message, "details": known}
