"""Requests in the log: all of them for who looks closely, a model server's faults for everybody."""

import msgspec
import pytest
import trio
import trio.testing
from structlog.testing import capture_logs

from orchd.errors import Invalid, OrchdError, Timeout, Unavailable, UpstreamError
from orchd.server import request_log
from tests.fix_server import Kit

Clock = trio.testing.MockClock


async def test_a_close_look_at_the_log_shows_requests_and_refusals(kit: Kit, autojump_clock: Clock) -> None:
    client = await kit.connect()
    with capture_logs() as logs:
        await client.ask("echo:ask", "a", text="secret")
        await client.ask("echo:ask", "b", text="secret", times="three")
        await client.ask("nothing:here", "c")
        await client.ask("echo:fail", "d", how="error")
        await trio.testing.wait_all_tasks_blocked()
    assert [(line["event"], line["type"], line["request"], line.get("code"), line.get("field")) for line in logs] == [
        ("request answered", "echo:ask", "a", None, None),
        ("request refused", "echo:ask", "b", "invalid", "times"),
        ("request refused", None, "c", "unknown_type", "type"),
        ("request failed", "echo:fail", "d", "busy", "how"),
    ]
    assert {line["log_level"] for line in logs} == {"debug"}
    assert "secret" not in str(logs)


@pytest.mark.parametrize(
    ("error", "level"),
    [
        (UpstreamError("it broke"), "warning"),
        (Timeout("too slow"), "warning"),
        (Unavailable("away"), "debug"),
        (Invalid("wrong", field="a"), "debug"),
    ],
)
def test_levels(error: OrchdError, level: str) -> None:
    with capture_logs() as logs:
        request_log.note("s", "request failed", "model:generate", "1", error, 0.0)
    (line,) = logs
    assert (line["log_level"], line["code"], line["reason"]) == (level, error.code, error.message)


class Asked(msgspec.Struct):
    """A payload with what somebody wrote, deep inside."""

    turns: list[dict[str, str]]


def test_a_model_server_that_says_back_what_it_was_asked_is_not_quoted() -> None:
    asked = Asked([{"content": "my secret question of today, please"}])
    with capture_logs() as logs:
        request_log.note(
            "s", "request failed", "t", "1", UpstreamError("I refuse 'my secret question of today, please'"), 0.0, asked
        )
        request_log.note("s", "request failed", "t", "1", UpstreamError("no memory"), 0.0, asked)
    assert [line["reason"] for line in logs] == ["(it repeats what was asked)", "no memory"]
