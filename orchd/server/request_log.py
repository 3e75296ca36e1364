"""What the log says of requests: names and numbers, no text of anybody's."""

import time

import structlog

from orchd.errors import OrchdError, Timeout, UpstreamError

LOGGED_REASON = 300
"""Characters of an error that go to the log."""


def note(
    session: str,
    event: str,
    kind: str | None,
    request_id: str | None,
    error: OrchdError | None,
    started: float | None = None,
) -> None:
    """Log what became of a request: a warning where a model server is at fault, else for who looks closely."""
    log = structlog.get_logger()
    about: dict[str, object] = {"session": session, "type": kind, "request": request_id}
    if started is not None:
        about["seconds"] = round(time.monotonic() - started, 3)
    if error is not None:
        about |= {"code": error.code, "reason": error.message[:LOGGED_REASON], **_place(error)}
    (log.warning if isinstance(error, UpstreamError | Timeout) else log.debug)(event, **about)


def _place(error: OrchdError) -> dict[str, object]:
    """Which member of the request is at fault, as far as it is told."""
    return {key: error.details[key] for key in ("field", "path") if key in error.details}
