"""Errors as Ollama tells them: a text under `error`. Beside it stand our code, and the member at fault if one is."""

from collections.abc import Mapping
from typing import Any

from orchd.errors import OrchdError
from orchd.features.gateway.refusals import as_openai, details_of
from orchd.server.entry.page import Page


def as_ollama(page: Page) -> Page:
    """Return a refusal in Ollama's words, with the status that OpenAI's clients get, and the same headers."""
    if page.told is None:
        return page
    return Page.of_json(as_openai(page).status, _error_members(page.told), page.headers)


def error_line(error: OrchdError) -> Mapping[str, Any]:
    """Return what is told of an error in the middle of a stream."""
    return _error_members(Page.of_refusal(error).told or {})


def _error_members(told: Mapping[str, Any]) -> dict[str, Any]:
    details = details_of(told)
    named = details.get("param") or details.get("field")
    members = {"error": told["message"], "code": told["code"], "param": named, "details": details or None}
    return {name: value for name, value in members.items() if value is not None}
