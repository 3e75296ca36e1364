"""Errors as programs know them from OpenAI: `message`, `type`, `param` and `code`, where ours stands under `code`, but
where programs look for one of OpenAI's own.
"""

from collections.abc import Mapping
from typing import Any

from orchd.errors import OrchdError
from orchd.server.entry.page import Page

PARAMS: Mapping[str, str] = {
    "params.temperature": "temperature",
    "params.topP": "top_p",
    "params.maxTokens": "max_tokens",
    "params.stop": "stop",
    "params.seed": "seed",
    "schema": "response_format",
    "toolChoice": "tool_choice",
    "fallbacks": "models",
    "conversationId": "X-Orchd-Conversation",
}
"""What members are called here that have other names in frames."""

_TYPES: Mapping[str, str] = {
    "invalid": "invalid_request_error",
    "not_found": "invalid_request_error",
    "conflict": "invalid_request_error",
    "too_large": "invalid_request_error",
    "unauthorized": "authentication_error",
    "forbidden": "permission_error",
    "rate_limited": "rate_limit_error",
}
"""`server_error` for all others."""
_SERVERS_OWN = (400, 413, 422)
"""Statuses by which a model server says that the request is wrong: they are handed on."""
_UNSEEN = "no_vision"
"""Why a model server does not take a request with images, whatever its status is: to ask again is vain, which clients
do by themselves after a 502."""
TOO_LONG = ("context", "context_overflow")
"""Reasons of errors that mean that the prompt is too long for the model."""
OVERFLOW = "context_length_exceeded"
"""What that is called before OpenAI's clients, which then shorten it: they look for this, and for the status 400."""
BAD_REQUEST = 400
BAD_GATEWAY = 502
CONFLICT = 409


def as_openai(page: Page) -> Page:
    """Return a refusal in OpenAI's words, with the same headers."""
    if page.told is None:
        return page
    status, members = openai_members(page)
    headers = page.headers
    if _left_task(page.told):
        headers = (*headers, ("X-Should-Retry", "false"))
    return Page.of_json(status, {"error": members}, headers)


def openai_members(page: Page) -> tuple[int, Mapping[str, Any]]:
    """Return the status that a refusal has before OpenAI's clients, and what they are told of it."""
    status, members = refusal_members(page)
    if not tells_overflow(members):
        return status, members
    return BAD_REQUEST, {**members, "code": OVERFLOW, "orchd": {"code": members["code"]}}


def refusal_members(page: Page) -> tuple[int, Mapping[str, Any]]:
    """Return the status that a refusal has here, and what is told of it."""
    told = page.told or {}
    details = told.get("details") or {}
    status = page.status
    if told["code"] == "upstream_error":
        own = details.get("status") in _SERVERS_OWN
        status = details["status"] if own else BAD_REQUEST if details.get("reason") == _UNSEEN else BAD_GATEWAY
    if told["code"] == "cancelled":  # by somebody else, while its own program waits
        status = CONFLICT
    return status, _error_members(told, status)


def tells_overflow(told: Mapping[str, Any]) -> bool:
    """Whether it is the prompt that is too long for the model, as far as `told` says."""
    return (told.get("details") or {}).get("reason") in TOO_LONG


def _left_task(told: Mapping[str, Any]) -> bool:
    """Whether the next daemon goes on with a task: OpenAI's clients would ask again by themselves, for another one."""
    return told["code"] == "shutting_down" and "taskId" in details_of(told)


def error_members(error: OrchdError) -> Mapping[str, Any]:
    """Return what is told of an error in the middle of a stream."""
    return refusal_members(Page.of_refusal(error))[1]


def details_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of an error besides; where its request stood in a frame means nothing here."""
    return {name: value for name, value in (told.get("details") or {}).items() if name != "path"}


def _error_members(told: Mapping[str, Any], status: int) -> dict[str, Any]:
    details = details_of(told)
    named = details.get("param") or details.get("field") or ("messages" if details.get("reason") == _UNSEEN else None)
    kind = _TYPES.get(told["code"], "invalid_request_error" if status < 500 else "server_error")
    return {
        "message": told["message"],
        "type": kind,
        "param": PARAMS.get(named, named) if isinstance(named, str) else None,
        "code": told["code"],
        **({"details": details} if details else {}),
    }
