"""Errors as Anthropic's programs know them; our code, the member at fault and what else is known stand inside."""

from collections.abc import Mapping
from typing import Any

from orchd.errors import OrchdError
from orchd.features.gateway.refusals import error_members, refusal_members, tells_overflow
from orchd.server.entry.page import Headers, Page
from orchd.telemetry.request_id import request_id_here

_TYPES: Mapping[str, str] = {
    "not_found": "not_found_error",
    "too_large": "request_too_large",
    "unauthorized": "authentication_error",
    "forbidden": "permission_error",
    "rate_limited": "rate_limit_error",
    "busy": "overloaded_error",
    "unavailable": "overloaded_error",
    "shutting_down": "overloaded_error",
    "timeout": "timeout_error",
}
"""`api_error` for all others that aren't the request's fault."""


def as_anthropic(page: Page) -> Page:
    """Return a refusal in Anthropic's words, with the same headers. A prompt that is too long for the model is said in
    the words by which programs know that they must shorten it."""
    if page.told is None:
        return page
    status, told = refusal_members(page)
    headers = (*page.headers, *request_id_header())
    return Page.of_json(400 if tells_overflow(told) else status, _event(told), headers)


def request_id_header() -> Headers:
    """Return the header under which Anthropic's clients look for the id of a request."""
    found = request_id_here()
    return () if found is None else (("request-id", found),)


def error_event(error: OrchdError) -> dict[str, Any]:
    """Return what is told of an error in the middle of a stream."""
    return _event(error_members(error))


def _event(told: Mapping[str, Any]) -> dict[str, Any]:
    kind = "invalid_request_error" if told["type"] == "invalid_request_error" else "api_error"
    members = {**told, "type": _TYPES.get(told["code"], kind)}
    if tells_overflow(told):
        members |= {"type": "invalid_request_error", "message": f"prompt is too long: {told['message']}"}
    return {"type": "error", "error": members, "request_id": request_id_here()}
