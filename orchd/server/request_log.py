"""What the log says of requests: names and numbers, no text of anybody's."""

import time
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import structlog

from orchd.errors import OrchdError, Timeout, UpstreamError, for_log


def note(
    session: str,
    event: str,
    kind: str | None,
    request_id: str | None,
    error: OrchdError | None,
    started: float | None = None,
    data: object = None,
) -> None:
    """Log what became of a request: a warning where a model server is at fault, else for who looks closely.

    `data` is its payload, which the log must not repeat.
    """
    log = structlog.get_logger()
    about: dict[str, object] = {"session": session, "type": kind, "request": request_id}
    if started is not None:
        about["seconds"] = round(time.monotonic() - started, 3)
    if error is not None:
        about |= {"code": error.code, "reason": _reason(error, data), **_place(error)}
    (log.warning if isinstance(error, UpstreamError | Timeout) else log.debug)(event, **about)


def note_unlisted(session: str, kind: str, error: OrchdError) -> None:
    """Log that a request has failed in a way that no client was told of: a defect of its `Command`."""
    structlog.get_logger().error("unlisted error code", session=session, type=kind, code=error.code)


def _place(error: OrchdError) -> dict[str, object]:
    """Which member of the request is at fault, as far as it is told."""
    return {key: told for key, told in (("field", error.field), ("path", error.path)) if told is not None}


def _reason(error: OrchdError, data: object) -> str:
    """An error's message; a model server's own words are looked through for what it was asked."""
    if not isinstance(error, UpstreamError):
        return for_log(error)
    return for_log(error, *_texts(msgspec.to_builtins(data)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)
