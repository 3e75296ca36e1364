"""Questions, how their answers ended, and what can be interrupted."""

import errno
import os
import signal
from typing import Any

import pytest
import trio

from orchd.cli.output import OutputError
from tests.cli.chat.desk import answer, begin, desk, stored, until
from tests.fix_scripted import ScriptedSession, StartScripted


@pytest.mark.parametrize(
    ("final", "told", "code"),
    [
        ({"status": "cancelled"}, "(cancelled)\n", 0),
        ({"finishReason": "length"}, "(cut off: the answer reached its longest length)\n", 0),
        ({"status": "interrupted", "finishReason": "loop"}, "orchd: stopped: the answer went in circles\n", 1),
        ({"status": "interrupted"}, "orchd: the answer is not complete: the daemon was stopped meanwhile\n", 1),
        (
            {"status": "error", "error": {"code": "upstream_error", "message": "it broke", "retryable": False}},
            "orchd: it broke\n",
            1,
        ),
        ({"content": " "}, "(the model said nothing)\n", 0),
    ],
)
async def test_how_an_answer_ended_is_told_beside_it(
    start_scripted: StartScripted, final: dict[str, Any], told: str, code: int
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await answer(session, *(() if "content" in final else ("part",)), **final)

    async with desk(await start_scripted(script), "one\n") as it:
        assert await it.run() == code
    assert it.output.strip() == ("" if "content" in final else "part")
    assert it.notices.startswith(told)


async def test_an_interrupt_cancels_the_answer_and_the_next_one_at_the_prompt_ends(
    start_scripted: StartScripted,
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        models = await session.receive("model:list")
        await session.send("model:list", {"models": []}, models["id"])
        asked = await session.receive("chat:send")
        await begin(session, asked, "much ")
        cancel = await session.receive("chat:cancel")
        assert cancel["data"] == {"messageId": 2}
        await session.send("chat:cancelled", {"messageId": 2, "status": "cancelled"}, cancel["id"])
        await session.send("chat:message", stored("assistant", content="much ", status="cancelled"), asked["id"])

    async with desk(await start_scripted(script), "one\n", interactive=True, open_input=True) as it:

        async def press() -> None:
            await until(lambda: "much" in it.output)
            await it.interrupt.send(signal.SIGINT)
            await until(lambda: "(cancelled)" in it.notices)
            await trio.testing.wait_all_tasks_blocked()
            await it.interrupt.send(signal.SIGINT)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(press)
            assert await it.run() == 130


async def test_what_takes_long_can_be_left(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        listing = await session.receive("conversation:list")
        cancel = await session.receive("cancel")
        assert cancel["data"] == {"id": listing["id"]}
        await answer(session, "still here")

    async with desk(await start_scripted(script), "/list\nx\n") as it:
        it.talk.interactive = False

        async def press() -> None:
            await until(lambda: it.talk._doing is not None and it.talk.link.current is not None)
            await trio.testing.wait_all_tasks_blocked(0.05)
            it.talk.interactive = True
            it.talk.interrupt()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(press)
            assert await it.run() == 0
    assert "(left)\n" in it.notices
    assert "still here" in it.output


async def test_an_answer_that_is_left_goes_on(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await begin(session, await session.receive("chat:send"), "much ")

    async with desk(await start_scripted(script), "x\n") as it, trio.open_nursery() as nursery:
        nursery.start_soon(it.run)
        await until(lambda: "much" in it.output)
        it.talk.interactive = True
        assert it.talk._doing is not None
        it.talk._doing.cancel()
    assert it.notices == "(left; the answer goes on in the daemon, /history shows it)\n"


@pytest.mark.parametrize(
    ("progress", "told"),
    [
        ({"phase": "queued", "position": 2, "etaMs": 31_000}, "m: waiting for its turn, number 2, about 31.0 s ..."),
        ({"phase": "loading", "progress": 0.4}, "m: loading, 40% ..."),
        ({"phase": "prompt", "progress": 0}, "m: reading the prompt, 0% ..."),
        ({"phase": "generating", "model": "other"}, "other: generating ..."),
    ],
)
async def test_what_an_answer_waits_for(
    start_scripted: StartScripted, progress: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await session.send("chat:message", stored("user", id=1), asked["id"])
        await session.send("chat:progress", {"conversationId": 5, "messageId": 2} | progress, asked["id"])
        await session.send("chat:message", stored("assistant", content="a"), asked["id"])

    shown: list[str] = []
    async with desk(await start_scripted(script), "one\n") as it:
        monkeypatch.setattr(it.talk.screen, "progress", shown.append)
        it.talk.last = {"model": "m"}
        assert await it.run() == 0
    assert shown == [told]


async def test_another_signal_ends_it_by_its_number(start_scripted: StartScripted) -> None:
    async with desk(await start_scripted(ScriptedSession.greet), "", open_input=True) as it:
        await it.interrupt.send(signal.SIGTERM)
        assert await it.run() == 128 + signal.SIGTERM


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ENOSPC])
async def test_an_answer_that_nobody_can_read_is_let_go(start_scripted: StartScripted, number: int) -> None:
    cancelled = trio.Event()

    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await begin(session, await session.receive("chat:send"), "much ")
        cancel = await session.receive("chat:cancel")
        cancelled.set()
        await session.send("chat:cancelled", {"messageId": 2, "status": "cancelled"}, cancel["id"])

    async with desk(await start_scripted(script), "one\n") as it:

        def write(_text: str) -> int:
            raise OSError(number, os.strerror(number))

        it.shown.write = write  # type: ignore[method-assign]
        with pytest.raises(OutputError) as caught:
            await it.run()
    assert cancelled.is_set()
    assert caught.value.quiet is (number == errno.EPIPE)
    assert it.notices == ""


async def test_what_is_pushed_is_told(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await session.send("error", {"code": "internal", "message": "it failed"})
        await session.send("session:closing", {"reason": "restart", "reconnectAfterMs": 10})
        await answer(session, "a")

    async with desk(await start_scripted(script), "one\n") as it:
        assert await it.run() == 0
    assert it.notices == "orchd: it failed\n(the daemon is stopping: restart)\n"
