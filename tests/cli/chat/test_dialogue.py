"""One message after the other: from lines of a pipe, and a single one."""

import signal
from functools import partial

import msgspec
import pytest
import trio

from orchd.cli.chat.dialogue import SingleQuestion
from tests.cli.chat.desk import Desk, answer, begin, desk, stored, until
from tests.fix_scripted import ScriptedSession, StartScripted


async def test_each_line_is_a_message_of_one_conversation(start_scripted: StartScripted) -> None:
    asked = []

    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked.append(await answer(session, "Hel", "lo \x1b[1m🙂"))
        asked.append(await answer(session, "again"))

    async with desk(await start_scripted(script), 'one\n\n  """two\n    lines"""\n'.replace("  ", "", 1)) as it:
        assert await it.run() == 0
    assert (it.output, it.notices) == ("Hello \x1b[1m🙂\nagain\n", "")
    assert [frame["data"] for frame in asked] == [
        {"message": "one"},
        {"message": "two\n    lines", "conversationId": 5},
    ]


async def test_the_flags_are_wishes(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        listed = await session.receive("conversation:list")
        await session.send("conversation:list", {"items": [{"id": 7}], "nextCursor": None}, listed["id"])
        read = await session.receive("conversation:update")
        item = {"id": 7, "title": "t", "model": None, "messageCount": 2}
        await session.send("conversation:update", item, read["id"])
        page = await session.receive("chat:history")
        await session.send("chat:history", {"messages": [], "hasMore": False}, page["id"])
        models = await session.receive("model:list")
        model = {"id": "m", "name": "m", "type": "llm", "backend": "b", "state": "loaded"}
        await session.send("model:list", {"models": [model]}, models["id"])
        asked = await answer(session, "a")
        assert asked["data"] == {"message": "x", "conversationId": 7, "model": "m", "systemPrompt": "be brief"}
        assert (await answer(session, "b"))["data"] == {"message": "y", "conversationId": 5, "model": "m"}

    async with desk(await start_scripted(script), "x\ny\n", latest=True, model="m", system="be brief") as it:
        assert await it.run() == 0


async def test_nothing_to_go_on_with(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        listed = await session.receive("conversation:list")
        await session.send("conversation:list", {"items": [], "nextCursor": None}, listed["id"])

    async with desk(await start_scripted(script), "x\n", latest=True) as it:
        assert await it.run() == 1
    assert it.notices == "orchd: there is no conversation to go on with\n"


async def test_a_refused_message_ends_a_script_with_1(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await session.send("error", {"code": "unavailable", "message": "no model", "retryable": True}, asked["id"])

    async with desk(await start_scripted(script), "one\ntwo\n") as it:
        assert await it.run() == 1
    assert it.notices == "orchd: no model\n"


async def test_a_wrong_command_does_not_end_a_script(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await answer(session, "a")

    async with desk(await start_scripted(script), "/nonsense\n/usr/bin is what?\n") as it:
        assert await it.run() == 1
    assert it.output == "a\n"


async def test_a_single_question(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        assert (await answer(session, "a"))["data"] == {"message": "/quit\nis sent as it is"}

    it = Desk(await start_scripted(script), 0)
    question = SingleQuestion(it.talk, it.commands, "/quit\nis sent as it is", latest=False)
    with trio.fail_after(90):
        assert await question.run(it._signals) == 0
    assert it.output == "a\n"


async def test_json_is_an_object_for_each_answer_or_refusal(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        await answer(session, "a\n“b”")
        asked = await session.receive("chat:send")
        await session.send("error", {"code": "busy", "message": "too much", "retryable": True}, asked["id"])

    async with desk(await start_scripted(script), "one\ntwo\n", as_json=True) as it:
        assert await it.run() == 1
    first, second = map(msgspec.json.decode, it.output.splitlines())
    assert first | stored("assistant", content="a\n“b”") == first
    assert second == {"error": {"code": "busy", "message": "too much", "retryable": True}}


@pytest.mark.parametrize("presses", [1, 2])
async def test_an_interrupt_in_a_script_cancels_and_ends_it(start_scripted: StartScripted, presses: int) -> None:
    async def script(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:send")
        await begin(session, asked, "much ")
        cancel = await session.receive("chat:cancel")
        if presses == 1:
            await session.send("chat:cancelled", {"messageId": 2, "status": "cancelled"}, cancel["id"])
            final = stored("assistant", content="much ", status="cancelled")
            await session.send("chat:message", final, asked["id"])

    async with desk(await start_scripted(script), "one\ntwo\n", open_input=True) as it, trio.open_nursery() as nursery:
        nursery.start_soon(partial(press, it, presses))
        assert await it.run() == 130


async def press(it: Desk, presses: int) -> None:
    await until(lambda: "much" in it.output)
    for _ in range(presses):
        await it.interrupt.send(signal.SIGINT)


async def test_nobody_there() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}"
    await listener.aclose()
    async with desk(url, "one\n", interactive=True) as it:
        assert await it.run() == 1
    address = url.replace("http", "ws")
    advice = "start the daemon with `orchd serve`, or say where it is with --url"
    assert it.notices == f"orchd: can't connect to {address}/ws: connection refused; {advice}\n"
