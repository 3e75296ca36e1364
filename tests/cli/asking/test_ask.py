"""`orchd ask`: any frame, and what answers it."""

import json
import signal
from pathlib import Path

import pytest
import trio

from orchd.cli.asking.ask import _is_followed
from tests.cli.asking.folk import Folk
from tests.fix_command import RunCommand, StartCommand
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator
from tests.wire_schema import published


@pytest.fixture
async def folk(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> Folk:
    return Folk(await app(simulator.url), tmp_path)


def frames(text: str) -> list[dict[str, object]]:
    """The frames that were printed."""
    return [json.loads(line) for line in text.splitlines()]


async def test_the_frames_of_an_answer_are_printed_as_they_come(folk: Folk) -> None:
    told = frames(await folk.gets(None, "ask", "chat:send", '{"message": "[[simulate: tokens=3]]"}'))
    kinds = [frame["type"] for frame in told]
    assert (kinds[0], kinds[-1]) == ("chat:message", "chat:message")
    assert "chat:streaming" in kinds
    assert {frame["id"] for frame in told} == {"1"}


async def test_data_may_come_from_stdin_or_be_left_out(folk: Folk) -> None:
    (listed,) = frames(await folk.gets(None, "ask", "conversation:list"))
    assert listed["data"] == {"items": [], "nextCursor": None}
    (pong,) = frames(await folk.gets(None, "ask", "ping", "-", stdin="{}"))
    assert pong["type"] == "pong"


async def test_an_error_is_a_frame_too_and_the_exit_code_says_so(folk: Folk) -> None:
    for kind, data, code in (
        ("nonsense", "{}", "unknown_type"),
        ("chat:history", '{"conversationId": 9}', "not_found"),
    ):
        done = await folk.types(None, "ask", kind, data)
        (frame,) = frames(done.stdout)
        assert (done.code, frame["type"], frame["data"]["code"]) == (1, "error", code)  # type: ignore[index]


@pytest.mark.parametrize("data", ["[]", "{", "1", '{"a": 1} x', '"\\ud800"'])
async def test_data_that_is_no_object_is_sent_nowhere(folk: Folk, data: str) -> None:
    done = await folk.types(None, "ask", "ping", data)
    assert (done.code, done.stdout) == (2, "")
    assert "must be a JSON object" in done.told
    assert "truncated" not in done.told


async def test_what_is_pushed_is_followed_until_somebody_ends_it(folk: Folk, start_command: StartCommand) -> None:

    process = start_command("ask", "monitoring:subscribe", "--follow", "--url", folk.daemon.url)
    assert process.stdout is not None
    lines = [json.loads(await trio.to_thread.run_sync(process.stdout.readline)) for _ in range(2)]
    assert [line["type"] for line in lines] == ["monitoring:subscribed", "monitoring:metrics"]
    assert "id" not in lines[1]
    process.send_signal(signal.SIGINT)
    assert await trio.to_thread.run_sync(process.wait) == 130


def test_only_what_subscribes_is_followed(run_command: RunCommand) -> None:
    done = run_command("ask", "--follow", "conversation:list")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`conversation:list` ends with its reply" in done.stderr


def test_whatever_the_daemon_sends_more_after_can_be_followed() -> None:
    requests = [told for told in published()["$defs"].values() if "x-reply" in told]
    kinds = {told["properties"]["type"]["const"] for told in requests if told["x-pushes"]}
    assert kinds == {told for each in requests if _is_followed(told := each["properties"]["type"]["const"])}


async def test_a_daemon_that_leaves_is_told(folk: Folk, start_command: StartCommand) -> None:

    process = start_command("ask", "monitoring:subscribe", "--follow", "--url", folk.daemon.url)
    assert process.stdout is not None
    await trio.to_thread.run_sync(process.stdout.readline)
    await folk.daemon.stop()
    _, told = await trio.to_thread.run_sync(process.communicate)
    assert process.returncode == 1
    assert "the connection to" in told


def test_nobody_there(run_command: RunCommand) -> None:
    done = run_command("ask", "ping", "--url", "http://127.0.0.1:9")
    assert done.returncode == 1
    assert "can't connect" in done.stderr
