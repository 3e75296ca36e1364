"""The terminal client on pipes instead of a terminal, against a scripted daemon."""

import io
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio

from orchd.cli.terminal import Terminal
from orchd.cli.terminal_io import Lines, Screen
from orchd.errors import ConfigurationError
from tests.fix_scripted import ScriptedSession, StartScripted

HANG = 90


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchd.cli.terminal.BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr("orchd.cli.terminal.ATTEMPTS", 3)


class Desk:
    """A terminal client, what it prints, and the hands on its keyboard."""

    def __init__(self, url: str, descriptor: int, *, interactive: bool, model: str | None) -> None:
        self.output, self.notices = io.StringIO(), io.StringIO()
        self.interrupt, interrupts = trio.open_memory_channel[int](10)
        screen = Screen(self.output, self.notices, styled=interactive)
        self._terminal = Terminal(url, model, Lines(descriptor), screen, interactive=interactive)
        self._interrupts = interrupts

    async def run(self) -> int:
        with trio.fail_after(HANG):
            return await self._terminal.run(self._interrupts)


@asynccontextmanager
async def desk(
    url: str, typed: str, *, interactive: bool = False, open_input: bool = False, model: str | None = None
) -> AsyncIterator[Desk]:
    """`typed` is the input; it ends there unless `open_input`."""
    reading, writing = os.pipe()
    os.write(writing, typed.encode())
    if not open_input:
        os.close(writing)
    try:
        yield Desk(url, reading, interactive=interactive, model=model)
    finally:
        os.close(reading)
        if open_input:
            os.close(writing)


def stored(role: str, **more: Any) -> dict[str, Any]:
    whole = {"id": 2, "conversationId": 5, "role": role, "content": "", "status": "complete", "error": None}
    return whole | {"finishReason": "stop"} | more


async def answer(session: ScriptedSession, *chunks: str, channel: str = "content", **final: Any) -> dict[str, Any]:
    """Take a message and answer it in pieces."""
    asked = await session.receive("chat:send")
    await begin(session, asked, *chunks, channel=channel)
    await session.send("chat:message", stored("assistant", **{"content": "".join(chunks)} | final), asked["id"])
    return asked


async def begin(session: ScriptedSession, asked: dict[str, Any], *chunks: str, channel: str = "content") -> None:
    await session.send("chat:message", stored("user", id=1), asked["id"])
    await session.send("chat:progress", {"conversationId": 5, "messageId": 2, "phase": "prompt"}, asked["id"])
    for chunk in chunks:
        part = {"conversationId": 5, "messageId": 2, "channel": channel, "chunk": chunk, "done": False}
        await session.send("chat:streaming", part, asked["id"])


async def test_each_line_is_a_message_of_one_conversation(start_scripted: StartScripted) -> None:
    asked = []

    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked.append(await answer(session, "Hel", "lo \x1b[1m🙂"))
        asked.append(await answer(session, "again"))

    async with desk(await start_scripted(script), "one\n\n  two  ", model="m") as it:
        assert await it.run() == 0
    assert it.output.getvalue() == "Hello \x1b[1m🙂\nagain\n"
    assert it.notices.getvalue() == ""
    assert [frame["data"] for frame in asked] == [
        {"message": "one", "model": "m"},
        {"message": "two", "model": "m", "conversationId": 5},
    ]


async def test_reasoning_and_progress_are_for_terminals_only(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await answer(session, "hmm", channel="reasoning", content="Yes.")

    async with desk(await start_scripted(script), "one\n") as it:
        assert await it.run() == 0
    assert it.output.getvalue() == "Yes.\n"


async def test_a_terminal_shows_reasoning_dim_and_no_control_characters(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await answer(session, "hmm", channel="reasoning", content="Yes\x1b]0;title\x07.")

    async with desk(await start_scripted(script), "one\n", interactive=True) as it:
        assert await it.run() == 0
    text = it.output.getvalue()
    assert "\x1b[2mhmm\n" in text
    assert "Yes\ufffd]0;title\ufffd.\x1b[0m\n" in text
    assert "prompt ..." in text


@pytest.mark.parametrize(
    ("final", "told", "code"),
    [
        ({"status": "cancelled"}, "(cancelled)\n", 0),
        ({"finishReason": "length"}, "(cut off: the answer reached its longest length)\n", 0),
        ({"status": "interrupted"}, "orchd: interrupted: the answer is not complete\n", 1),
        (
            {"status": "error", "error": {"code": "upstream_error", "message": "it broke", "retryable": False}},
            "orchd: upstream_error: it broke\n",
            1,
        ),
    ],
)
async def test_how_an_answer_ended_is_told_beside_it(
    start_scripted: StartScripted, final: dict[str, Any], told: str, code: int
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await answer(session, "part", **final)

    async with desk(await start_scripted(script), "one\n") as it:
        assert await it.run() == code
    assert (it.output.getvalue(), it.notices.getvalue()) == ("part\n", told)


async def test_a_refused_message_is_told_and_ends_a_script_with_1(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await session.send("error", {"code": "unavailable", "message": "no model", "retryable": True}, asked["id"])

    async with desk(await start_scripted(script), "one\ntwo\n") as it:
        assert await it.run() == 1
    assert it.notices.getvalue() == "orchd: unavailable: no model\n"


async def test_an_interrupt_cancels_the_answer_and_the_next_one_at_the_prompt_ends(
    start_scripted: StartScripted,
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await begin(session, asked, "much ")
        cancel = await session.receive("chat:cancel")
        assert cancel["data"] == {"messageId": 2}
        await session.send("chat:cancelled", {"messageId": 2, "status": "cancelled"}, cancel["id"])
        await session.send("chat:message", stored("assistant", content="much ", status="cancelled"), asked["id"])

    async with desk(await start_scripted(script), "one\n", interactive=True, open_input=True) as it:

        async def press() -> None:
            await until(lambda: "much" in it.output.getvalue())
            await it.interrupt.send(2)
            await until(lambda: "(cancelled)" in it.notices.getvalue())
            await it.interrupt.send(2)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(press)
            assert await it.run() == 130


async def test_a_second_interrupt_does_not_wait_for_the_answer(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await begin(session, asked, "much ")
        await session.receive("chat:cancel")

    async with desk(await start_scripted(script), "one\n", open_input=True) as it:

        async def press() -> None:
            await until(lambda: "much" in it.output.getvalue())
            await it.interrupt.send(2)
            await it.interrupt.send(2)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(press)
            assert await it.run() == 130


async def until(condition: Callable[[], bool]) -> None:
    """What is waited for is a line in a `StringIO`, which has no event."""
    with trio.fail_after(HANG):
        while not condition():  # noqa: ASYNC110
            await trio.sleep(0.005)


async def test_a_lost_answer_is_completed_from_the_history(start_scripted: StartScripted) -> None:
    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await begin(session, await session.receive("chat:send"), "Hel")
        await session.cut()

    async def second(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:history")
        page = [stored("user", id=1), stored("assistant", content="Hello")]
        await session.send("chat:history", {"conversationId": 5, "messages": page, "hasMore": False}, asked["id"])
        await answer(session, "next")

    async with desk(await start_scripted(first, second), "one\ntwo\n") as it:
        assert await it.run() == 0
    assert it.output.getvalue() == "Hello\nnext\n"
    assert "(connection lost: closed with code 1006)\n(connected again)\n" in it.notices.getvalue()


async def test_a_daemon_that_stays_away_is_given_up(start_scripted: StartScripted, nursery: trio.Nursery) -> None:
    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.close(4501, "protocol abuse")

    async with desk(await start_scripted(first), "one\ntwo\n") as it:
        assert await it.run() == 1
    assert it.notices.getvalue() == "orchd: connection lost: closed with code 4501, protocol abuse\n"


async def test_nobody_there_at_the_start() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
    await listener.aclose()
    async with desk(url, "one\n", interactive=True) as it:
        assert await it.run() == 1
    assert "can't connect" in it.notices.getvalue()


async def test_commands(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        listing = await session.receive("conversation:list")
        item = {"id": 7, "title": "First", "updatedAt": "2026-01-02T03:04:05.678Z"}
        await session.send("conversation:list", {"items": [item], "nextCursor": None}, listing["id"])
        opened = await session.receive("chat:history")
        assert opened["data"] == {"conversationId": 7, "limit": 1}
        await session.send("chat:history", {"messages": []}, opened["id"])
        history = await session.receive("chat:history")
        assert history["data"] == {"conversationId": 7, "limit": 3}
        page = [stored("user", content="hi"), stored("assistant", content="ho", status="cancelled")]
        await session.send("chat:history", {"messages": page}, history["id"])
        assert (await answer(session, "a"))["data"] == {"message": "x", "conversationId": 7, "model": "m"}
        assert (await answer(session, "b"))["data"] == {"message": "/y"}

    typed = "/list\n/open 7\n/history 3\n/model m\nx\n/new\n/model\n//y\n/quit\nnever sent\n"
    async with desk(await start_scripted(script), typed) as it:
        assert await it.run() == 0
    assert it.output.getvalue() == "     7  2026-01-02 03:04  First\nuser: hi\nassistant (cancelled): ho\na\nb\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/nonsense", "orchd: no such command: /nonsense; /help lists them\n"),
        ("/open x", "orchd: `x` is no number\n"),
        ("/history", "orchd: this conversation is new; /list shows the others, /open ID opens one\n"),
    ],
)
async def test_wrong_commands_are_told(start_scripted: StartScripted, typed: str, told: str) -> None:
    async with desk(await start_scripted(ScriptedSession.greet), typed) as it:
        assert await it.run() == 1
    assert it.notices.getvalue() == told


async def test_help_names_every_command(start_scripted: StartScripted) -> None:
    async with desk(await start_scripted(ScriptedSession.greet), "/help\n") as it:
        assert await it.run() == 0
    for name in (*it._terminal._commands, "/quit"):
        assert name in it.output.getvalue() or name == "/help"


def test_a_bad_address_is_refused_before_anything_starts() -> None:
    with pytest.raises(ConfigurationError):
        Desk("ftp://x", 0, interactive=False, model=None)
