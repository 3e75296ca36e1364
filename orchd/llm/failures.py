"""What goes wrong with a model server, in orchd's own errors: the one place where it is judged.

Servers put errors behind any status, 200 included, as a text or an object, with or without a type and a code; the
status is only one hint among several. The server's own words are kept, bounded, because nothing else tells a user
what to do ("load the model in the developer page").
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import httpx

from orchd.errors import NotFound, OrchdError, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.llm.chunks import ErrorBody, loads
from orchd.llm.sse import StreamTooLongError
from orchd.llm.types import Prompt

MAX_MESSAGE_CHARACTERS = 500
MAX_ERROR_BYTES = 64 * 1024
"""How much of an error's body is read."""

NO_SCHEMA_STATUS = (400, 422, 501)
"""By these a server refuses a request whose `response_format` it doesn't know."""

_OVERFLOW_TYPES = {"exceed_context_size_error", "context_length_exceeded"}
_OVERFLOW = re.compile(
    r"context.{0,40}?(length|size|window|n_ctx|overflow)|(length|size|overflow).{0,20}?context|n_ctx", re.IGNORECASE
)
_AUTHENTICATION = {"invalid_api_key", "authentication_error"}
_AWAY = re.compile(r"loading model|no models? (is )?loaded|server busy|overloaded", re.IGNORECASE)
_LOADING = re.compile(r"loading model", re.IGNORECASE)
_NO_MODEL_TYPES = {"model_not_found", "NotFoundError", "not_found_error"}
_NO_MODEL = re.compile(r"model.{0,200}?(not found|not exist|not available)|unknown model", re.IGNORECASE | re.DOTALL)
_UNEXPECTED = re.compile(r"unexpected endpoint", re.IGNORECASE)
_LIMIT = re.compile(
    r"n_ctx\D{0,6}(\d+)|maximum context length is (\d+)|context (?:size|length|window)\D{0,12}(\d+)", re.IGNORECASE
)


class Said(NamedTuple):
    """What a server said went wrong; `code` and `type` empty when it did not tell."""

    status: int
    message: str
    type: str = ""
    code: str = ""
    param: str = ""
    n_ctx: int | None = None
    n_prompt_tokens: int | None = None


def refuses_schema(error: UpstreamError, prompt: Prompt) -> bool:
    """Whether the server may just not know schemas: `prompt` has one, and is worth asking once more without it."""
    return prompt.schema is not None and error.details.get("status") in NO_SCHEMA_STATUS


def read_error(status: int, error: ErrorBody) -> Said:
    """Return what stands under `error`; a numeric `code` counts as the status when the real one is 200."""
    if isinstance(error, str):
        return Said(status, error)
    code = error.get("code")
    if status < 400 and isinstance(code, int) and 400 <= code < 600:
        status = code
    message = error.get("message") or error.get("detail") or error.get("type") or "the server reported an error"
    return Said(
        status,
        str(message),
        str(error.get("type") or ""),
        str(code or ""),
        str(error.get("param") or ""),
        _count(error.get("n_ctx")),
        _count(error.get("n_prompt_tokens")),
    )


def read_body(status: int, body: bytes) -> Said:
    """Return what an error response's body says: any of the JSON shapes in use, else its text unless it is a web
    page.
    """
    found = loads(body)
    if isinstance(found, dict):
        error = found.get("error")
        if isinstance(error, str | dict) and error:
            return read_error(status, error)
        if any(isinstance(found.get(key), str) for key in ("message", "detail")):
            return read_error(status, found)
    text = body.decode("utf-8", "replace").strip()
    if not text or text.startswith("<") or found is not None:
        return Said(status, f"the server answered with HTTP status {status}")
    return Said(status, text)


def judge(backend: str, said: Said) -> OrchdError:
    """Return the error that a client is told; `details.backend` names the server, `details.status` its HTTP status."""
    text = _bounded(said.message) or f"the server answered with HTTP status {said.status}"
    about = {"backend": backend, "status": said.status}
    marks = {said.type, said.code}
    if said.status in (401, 403) or marks & _AUTHENTICATION:
        return UpstreamError(f"{backend} refused the key", reason="unauthorized", **about)
    if marks & _OVERFLOW_TYPES or (said.status in (200, 400, 413, 422, 500) and _OVERFLOW.search(said.message)):
        return TooLarge(text, reason="context_overflow", **about, **_limits(said))
    if said.status in (429, 503) or _AWAY.search(said.message):
        return Unavailable(text, **about)
    if marks & _NO_MODEL_TYPES or (said.status == 404 and (said.param == "model" or _NO_MODEL.search(said.message))):
        return NotFound(text, field="model", **about)
    if _UNEXPECTED.search(said.message):
        return UpstreamError(f"{backend} does not offer this: {text}", reason="unexpected_endpoint", **about)
    return UpstreamError(text, reason="server_error", **about)


def is_loading(said: Said) -> bool:
    """Tell whether the server asks to wait until its model is loaded."""
    return said.status == 503 and bool(_LOADING.search(said.message))


@contextmanager
def map_errors(backend: str) -> Iterator[None]:
    """Turn what httpx and the parsers raise into OrchdErrors, so that it never leaves this room."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise Timeout(f"{backend} can't be reached in time: {error}", reason="connect", backend=backend) from error
    except httpx.ConnectError as error:
        raise Unavailable(f"{backend} can't be reached: {error}", reason="connect", backend=backend) from error
    except httpx.TransportError as error:
        raise connection_lost(backend) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise UpstreamError(f"{backend} could not be asked", reason="request", backend=backend) from error
    except StreamTooLongError as error:
        raise UpstreamError(f"{backend} sent more than fits", reason="stream_too_long", backend=backend) from error


def connection_lost(backend: str) -> UpstreamError:
    """The connection broke, or its bytes were no HTTP, before the answer was complete."""
    return UpstreamError(f"the connection to {backend} was lost", reason="connection_lost", backend=backend)


def _limits(said: Said) -> dict[str, int]:
    match = _LIMIT.search(said.message)
    n_ctx = said.n_ctx or (int(next(group for group in match.groups() if group)) if match else None)
    found = {"n_ctx": n_ctx, "n_prompt_tokens": said.n_prompt_tokens}
    return {name: value for name, value in found.items() if value is not None}


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53 else None


def _bounded(text: str) -> str:
    text = text.strip()
    return text if len(text) <= MAX_MESSAGE_CHARACTERS else text[: MAX_MESSAGE_CHARACTERS - 1] + "…"
