"""The codes of the wire, and what an error carries."""

import pytest

from orchd.errors import (
    CODES,
    ConfigurationError,
    Internal,
    NotFound,
    OrchdError,
    RateLimited,
    StartError,
    Unavailable,
    UpstreamError,
    for_log,
)

REPEATS = "(it repeats what was asked)"
RETRYABLE = {"busy", "rate_limited", "timeout", "unavailable", "shutting_down"}
CODE_NAMES = [
    "invalid",
    "unknown_type",
    "not_found",
    "conflict",
    "busy",
    "rate_limited",
    "unauthorized",
    "forbidden",
    "too_large",
    "cancelled",
    "timeout",
    "unavailable",
    "upstream_error",
    "shutting_down",
    "internal",
]


def test_the_codes_of_protocol_version_1() -> None:
    assert [kind.code for kind in CODES] == CODE_NAMES
    assert {kind.code for kind in CODES if kind.retryable} == RETRYABLE


def test_those_that_any_request_may_end_with() -> None:
    particular = {"unknown_type", "not_found", "conflict", "too_large", "timeout", "upstream_error"}
    assert {kind.code for kind in CODES if not kind.common} == particular


def test_every_error_has_its_code() -> None:
    assert set(OrchdError.__subclasses__()) == set(CODES)
    assert all(kind.__doc__ for kind in CODES), "the schema publishes it"


@pytest.mark.parametrize("kind", CODES)
def test_an_error_carries_a_sentence_and_details(kind: type[OrchdError]) -> None:
    error = kind("no such thing", field="model", path="$.data.model")
    assert str(error) == error.message == "no such thing"
    assert error.details == {"field": "model", "path": "$.data.model"}
    assert kind("bare").details == {}


def test_what_code_decides_by_is_on_the_wire_as_well() -> None:
    error = RateLimited("slow down", reason="rate_limited", http_status=429, retry_after_ms=7000, backend="box")
    assert (error.reason, error.http_status, error.retry_after_ms) == ("rate_limited", 429, 7000)
    assert error.details == {"reason": "rate_limited", "status": 429, "retryAfterMs": 7000, "backend": "box"}
    refused = UpstreamError("no", reason="server_error", param="top_k", output=True)
    assert refused.details == {"reason": "server_error", "param": "top_k", "output": True}


def test_more_is_told_of_one_error_and_not_of_its_like() -> None:
    first = UpstreamError("no", reason="not_json", content="x")
    second = first.again("still no")
    second.tell(content="y", finishReason="stop")
    second.attempts = [{"model": "m"}]
    assert (second.message, str(second), second.__cause__) == ("still no", "still no", first)
    assert type(second) is UpstreamError
    assert second.details == {
        "reason": "not_json",
        "content": "y",
        "finishReason": "stop",
        "attempts": [{"model": "m"}],
    }
    assert first.details == {"reason": "not_json", "content": "x"}
    assert str(first.again()) == "no"


DETAILS = {"reason": "memory", "status": 503, "retryAfterMs": 5, "field": "f", "path": "$", "more": [1]}


def test_an_error_is_received_as_it_was_sent() -> None:
    error = Unavailable.of_wire("no", DETAILS)
    assert (error.reason, error.http_status, error.retry_after_ms) == ("memory", 503, 5)
    assert (error.field, error.path, error.details) == ("f", "$", DETAILS)
    assert UpstreamError.of_wire("no", DETAILS).details == DETAILS


@pytest.mark.parametrize("odd", [None, "of a later daemon", 7.5, [], {}])
def test_an_attribute_is_what_it_should_be_or_none(odd: object) -> None:
    error = Unavailable.of_wire("no", dict.fromkeys(DETAILS, odd))
    assert (error.reason, error.http_status, error.retry_after_ms) == (None, None, None)
    assert error.field == error.path == (odd if isinstance(odd, str) else None)
    assert error.details == dict.fromkeys(DETAILS, odd), "a client sees what came"


def test_what_only_the_operator_sees_is_not_of_the_wire() -> None:
    assert not issubclass(ConfigurationError, OrchdError)
    assert not issubclass(StartError, OrchdError)


def test_errors_differ_by_class_alone() -> None:
    assert not isinstance(NotFound("x"), Internal)


@pytest.mark.parametrize(
    ("message", "texts", "told"),
    [
        ("no memory", ("a secret question of mine, and long",), "no memory"),
        ("can't read 'a secret question of mine, and long'", ("a secret question of mine, and long",), REPEATS),
        ("can't read 'of mine, and long, and more' here", ("a secret question of mine, and long, and more",), REPEATS),
        ("bad word: hunter2!", ("hunter2",), REPEATS),
        ("the model is busy", ("is", ""), "the model is busy"),
        ("x" * 400, (), "x" * 300),
    ],
)
def test_a_log_holds_no_error_that_repeats_what_people_wrote(message: str, texts: tuple[str, ...], told: str) -> None:
    assert for_log(UpstreamError(message), *texts) == told
