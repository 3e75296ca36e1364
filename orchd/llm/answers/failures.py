"""What goes wrong with a model server, in orchd's own errors: the one place where it is judged.

Servers put errors behind any status, 200 included, as a text or an object, with or without a type and a code; the
status is only one hint among several. The server's own words are kept, bounded, because nothing else tells a user
what to do ("load the model in the developer page").
"""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import httpx
import trio

from orchd.errors import NotFound, OrchdError, RateLimited, Timeout, TooLarge, Unavailable, UpstreamError
from orchd.llm.answers.no_chat import says_no_chat
from orchd.llm.answers.overflow import is_overflow
from orchd.llm.answers.words import ServerMessage, clean, without_key
from orchd.llm.types import Prompt
from orchd.llm.wire.reach import is_ours
from orchd.llm.wire.sse import StreamTooLongError
from orchd.patterns import lazy_pattern

T = TypeVar("T")

MAX_ERROR_BYTES = 64 * 1024
"""How much of an error's body is read."""
MAX_STRAY_CHARACTERS = 200

NO_SCHEMA_STATUS = (400, 422, 501)
"""By these a server refuses a request whose `response_format` it doesn't know."""
OVERFLOW_STATUS = (200, 400, 413, 422, 500)

_AUTHENTICATION = {"invalid_api_key", "authentication_error"}
_QUOTA = lazy_pattern(
    r"insufficient_(?:\w{1,20}_)?quota|exceeded_current_quota|allocationquota|arrear|billing|credit balance"
    r"|payment.required|out of credits|insufficient[ _](?:account )?(?:balance|credits|funds)"
    r"|\u4f59\u989d\u4e0d\u8db3|\u6b20\u8d39",
    re.I,
)
_RATE = lazy_pattern(r"rate.?limit|too.many.requests|throttl|resource_?exhausted", re.I)
_BAD_REQUEST = lazy_pattern(r"invalid.?request|bad.?request|validation|unprocessable|extra_forbidden", re.I)
_LOADING = lazy_pattern(r"loading model|\b(?:is|still|currently|being) loading\b", re.I)
_AWAY = lazy_pattern(rf"{_LOADING.pattern}|no models? (is )?loaded|server busy|overloaded", re.I)
_NO_MODEL_TYPES = {"model_not_found", "NotFoundError", "not_found_error"}
_NO_MODEL = lazy_pattern(r"model.{0,200}?(not found|not exist|not available)|unknown model", re.I | re.S)
_NO_SUCH_NAME = lazy_pattern(r"not a valid model|invalid model(?: name| id|:)|unknown model|no such model", re.I)
_ABOUT_KEYS = lazy_pattern(r"key|token|credential|unauthor|authenti|log.?in", re.I)
_NO_VISION = lazy_pattern(
    r"\bimages? (?:input|content|url)?[^.;]{0,30}\bnot (?:be )?support"
    r"|\bnot support (?:\w+ )?(?:images?|image_url|vision)\b"
    r"|\bmmproj\b|\bnot a multi-?modal\b|\bno vision\b",
    re.I,
)
"""How servers refuse images: LM Studio, llama.cpp, vLLM and others."""
_UNEXPECTED = lazy_pattern(r"unexpected endpoint", re.I)
_LIMIT = lazy_pattern(
    r"n_ctx\D{0,6}(\d{1,12})|maximum context length is (\d{1,12})|context (?:size|length|window)\D{0,12}(\d{1,12})",
    re.I,
)


def refuses_schema(error: UpstreamError, prompt: Prompt) -> bool:
    """Whether the server may just not know schemas: `prompt` has one, and is worth asking once more without it."""
    return prompt.schema is not None and error.http_status in NO_SCHEMA_STATUS


def judge(backend: str, said: ServerMessage) -> OrchdError:
    """Return the error that a client is told; `details.backend` names the server, `http_status` is its own.

    Where the server says when to come back, `retry_after_ms` does.
    """
    bare = f"the server answered with HTTP status {said.status}"
    text = clean(said.message) or bare
    marks = {said.type, said.code}
    status = 400 if said.status == 200 and any(_BAD_REQUEST.search(mark) for mark in marks) else said.status
    if status == 403 and not marks & _AUTHENTICATION and text != bare and not _ABOUT_KEYS.search(said.message):
        return _forbidden(backend, said, text, status)
    if status in (401, 403) or marks & _AUTHENTICATION:
        return UpstreamError(f"{backend} refused the key", reason="unauthorized", http_status=status, backend=backend)
    if status == 413 or (status in OVERFLOW_STATUS and is_overflow(said.message, marks)):
        return TooLarge(text, reason="context_overflow", http_status=status, backend=backend, **_limits(said))
    if _is_quota(said):
        return UpstreamError(text, reason="insufficient_quota", http_status=status, backend=backend)
    if status != 429 and _NO_VISION.search(said.message):
        what = "given sound" if "audio" in said.message.lower() else "shown images"
        text = f"it can't be {what}: {text}"
        return UpstreamError(text, reason="no_vision", http_status=status, backend=backend)
    if status != 429 and says_no_chat(said.message):
        return UpstreamError(f"it does not chat: {text}", reason="no_chat", http_status=status, backend=backend)
    after = said.retry_after_ms
    if status == 429 or (status == 200 and any(_RATE.search(mark) for mark in marks)):
        return RateLimited(text, reason="rate_limited", http_status=status, retry_after_ms=after, backend=backend)
    if status in (503, 529) or _AWAY.search(said.message) or any(_AWAY.search(mark) for mark in marks):
        return Unavailable(text, reason="overloaded", http_status=status, retry_after_ms=after, backend=backend)
    if marks & _NO_MODEL_TYPES or _names_no_model(said, status):
        return NotFound(text, field="model", http_status=status, backend=backend)
    if _UNEXPECTED.search(said.message):
        text = f"{backend} does not offer this: {text}"
        return UpstreamError(text, reason="unexpected_endpoint", http_status=status, backend=backend)
    param = clean(said.param) if said.param else None
    return UpstreamError(text, reason="server_error", param=param, http_status=status, backend=backend)


def _forbidden(backend: str, said: ServerMessage, text: str, status: int) -> OrchdError:
    """Return the error for what a server refuses whatever the key: a region, a content, a model, a quota."""
    if _is_quota(said):
        return UpstreamError(text, reason="insufficient_quota", http_status=status, backend=backend)
    if {said.type, said.code} & _NO_MODEL_TYPES:
        return NotFound(text, field="model", http_status=status, backend=backend)
    return UpstreamError(f"{backend} forbids this: {text}", reason="forbidden", http_status=status, backend=backend)


def _names_no_model(said: ServerMessage, status: int) -> bool:
    """Tell whether the model is what was not found; a server's other pages may be missing as well."""
    if status == 404 and (said.param == "model" or _NO_MODEL.search(said.message)):
        return True
    return status in (400, 404) and bool(_NO_SUCH_NAME.search(said.message))


def _is_quota(said: ServerMessage) -> bool:
    """Tell whether there is nothing left to spend, which no waiting mends; some say so of a rate, and when it ends."""
    if said.status == 402 or any(_QUOTA.search(mark) for mark in (said.type, said.code)):
        return True
    refuses = said.status in (200, 400, 403) or (said.status == 429 and said.retry_after_ms is None)
    return refuses and bool(_QUOTA.search(said.message))


def is_loading(said: ServerMessage) -> bool:
    """Tell whether the server asks to wait until its model is loaded."""
    return said.status == 503 and bool(_LOADING.search(said.message))


@contextmanager
def map_errors(backend: str, key: str = "") -> Iterator[None]:
    """Turn what httpx and the parsers raise into OrchdErrors, so that it never leaves this room, nor does `key`."""
    try:
        yield
    except OrchdError as error:
        error.message = without_key(error.message, key)
        error.args = (error.message,)
        raise
    except httpx.ConnectTimeout as error:
        raise Timeout(f"{backend} can't be reached in time: {error}", reason="connect", backend=backend) from error
    except httpx.ConnectError as error:
        if is_ours(error):
            why = f"out of file descriptors, so {backend} could not be asked: {error}"
            raise Unavailable(why, reason="file_descriptors", backend=backend) from error
        raise Unavailable(f"{backend} can't be reached: {error}", reason="connect", backend=backend) from error
    except httpx.RemoteProtocolError as error:
        text = f"{backend}: its HTTP can't be read: {clean(str(error))}"
        raise UpstreamError(text, reason="unreadable_http", backend=backend) from error
    except httpx.TransportError as error:
        raise connection_lost(backend) from error
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise UpstreamError(f"{backend} could not be asked", reason="request", backend=backend) from error
    except StreamTooLongError as error:
        raise UpstreamError(f"{backend} sent more than fits", reason="stream_too_long", backend=backend) from error


async def reply_within(backend: str, seconds: float, ask: Callable[[], Awaitable[T | None]]) -> T | None:
    """Return what a server tells when asked, None when it doesn't within the time."""
    with trio.move_on_after(seconds):
        try:
            with map_errors(backend):
                return await ask()
        except OrchdError:
            return None
    return None


def connection_lost(backend: str) -> UpstreamError:
    """The connection broke before the answer was complete."""
    return UpstreamError(f"the connection to {backend} was lost", reason="connection_lost", backend=backend)


def quote_stray(words: str) -> str:
    """Return what a server said that belongs to no answer, as it follows another sentence; empty for nothing."""
    return f"; it said: {clean(words)[:MAX_STRAY_CHARACTERS]}" if words.strip() else ""


def _limits(said: ServerMessage) -> dict[str, Any]:
    match = _LIMIT.search(said.message)
    n_ctx = said.n_ctx or (int(next(group for group in match.groups() if group)) if match else None)
    found = {"n_ctx": n_ctx, "n_prompt_tokens": said.n_prompt_tokens}
    return {name: value for name, value in found.items() if value is not None}
