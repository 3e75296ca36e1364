"""Answers to refused requests."""

import json

import pytest

from orchd.errors import CODES, Internal, OrchdError, RateLimited, Unauthorized
from orchd.server.entry.page import STATUSES, Page


def test_a_refusal_is_told_as_in_a_frame() -> None:
    page = Page.of_refusal(RateLimited("too many", retry_after_ms=1001))
    assert (page.status, page.headers) == (429, (("Retry-After", "2"),))
    error = {"code": "rate_limited", "message": "too many", "details": {"retryAfterMs": 1001}}
    assert json.loads(page.body) == {"error": error}


def test_who_must_say_who_they_are_is_told_how() -> None:
    assert Page.of_refusal(Unauthorized("who?")).headers == (("WWW-Authenticate", "Bearer"),)


@pytest.mark.parametrize("kind", CODES)
def test_each_code_has_a_status(kind: type[OrchdError]) -> None:
    page = Page.of_refusal(kind("x"))
    assert 400 <= page.status < 600
    assert (page.status == 500) == (kind.code not in STATUSES)
    assert STATUSES.get(Internal.code, 500) == 500
