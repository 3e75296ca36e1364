"""One answer over several connections: each character once, and nothing told that isn't so."""

from typing import Any

import pytest

from tests.cli.chat.desk import begin, desk, say, stored
from tests.fix_scripted import ScriptedSession, StartScripted


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchd.cli.chat.link.ATTEMPTS", 3)


async def cut_after(session: ScriptedSession, *chunks: str, channel: str = "content") -> None:
    await session.greet()
    await begin(session, await session.receive("chat:send"), *chunks, channel=channel)
    await session.cut()


async def test_a_lost_answer_is_resumed_after_its_last_character(start_scripted: StartScripted) -> None:
    async def first(session: ScriptedSession) -> None:
        await cut_after(session, "Hel", "lo 🙂")

    async def second(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:resume")
        assert asked["data"] == {"messageId": 2, "afterSeq": 7, "epoch": "e"}
        await say(session, " and", request_id=asked["id"], seq=7)
        resumed = {"messageId": 2, "recovered": True, "status": "streaming", "seq": 11}
        await session.send("chat:resumed", resumed, asked["id"])
        await say(session, " more", seq=11)
        await session.cut()

    async def third(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:resume")
        assert asked["data"]["afterSeq"] == 16
        resumed = {"messageId": 2, "recovered": True, "status": "complete", "seq": 16}
        await session.send("chat:resumed", resumed, asked["id"])
        await session.send("chat:message", stored("assistant", content="Hello 🙂 and more"))

    async with desk(await start_scripted(first, second, third), "one\n") as it:
        assert await it.run() == 0
    assert it.output == "Hello 🙂 and more\n"
    told = "(connection lost: it broke off; reconnecting, attempt 1 of 3)\n"
    assert it.notices == told * 2


@pytest.mark.parametrize(("refusals", "output", "code"), [(2, "Hello\n", 0), (3, "Hel", 1)])
async def test_a_daemon_that_waits_for_its_database_is_asked_again(
    start_scripted: StartScripted, refusals: int, output: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchd.orchd_client.runtime.answers.MAX_TRIES", 3)

    async def first(session: ScriptedSession) -> None:
        await cut_after(session, "Hel")

    async def second(session: ScriptedSession) -> None:
        await session.greet()
        for _ in range(refusals):
            asked = await session.receive("chat:resume")
            away = {"code": "unavailable", "message": "the database is away", "retryable": True, "details": None}
            await session.send("error", away, asked["id"])
        if refusals < 3:
            asked = await session.receive("chat:resume")
            whole = {"messageId": 2, "recovered": False, "status": "complete", "seq": 5}
            message = stored("assistant", content="Hello")
            await session.send("chat:resumed", whole | {"message": message}, asked["id"])

    async with desk(await start_scripted(first, second), "one\n") as it:
        assert await it.run() == code
    assert it.output == output
    assert ("the database is away" in it.notices) == (code == 1)


@pytest.mark.parametrize(
    ("whole", "output"),
    [("Hello", "Hello\n"), ("Hell", "Hello\n"), ("Other", "Hello\nOther\n")],
    ids=["longer", "shorter", "different"],
)
async def test_an_answer_that_a_crash_ended_is_shown_as_it_is_stored(
    start_scripted: StartScripted, whole: str, output: str
) -> None:
    async def first(session: ScriptedSession) -> None:
        await cut_after(session, "Hello" if whole != "Hello" else "He")

    async def second(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:resume")
        message = stored("assistant", content=whole, status="interrupted")
        resumed: dict[str, Any] = {"messageId": 2, "recovered": False, "status": "interrupted", "seq": 5}
        await session.send("chat:resumed", resumed | {"message": message}, asked["id"])

    async with desk(await start_scripted(first, second), "one\n") as it:
        assert await it.run() == 1
    assert it.output == output
    assert it.notices.endswith("orchd: the answer is not complete: the daemon was stopped meanwhile\n")


async def test_an_answer_in_other_hands_is_followed_to_its_end(start_scripted: StartScripted) -> None:
    async def first(session: ScriptedSession) -> None:
        await cut_after(session, "He")

    async def second(session: ScriptedSession) -> None:
        await session.greet()
        asked = await session.receive("chat:resume")
        message = stored("assistant", content="Hell", status="streaming")
        resumed = {"messageId": 2, "recovered": False, "status": "streaming", "seq": 4, "message": message}
        await session.send("chat:resumed", resumed, asked["id"])
        await session.send("chat:message", stored("assistant", id=99, content="somebody else's"))
        await say(session, "o", seq=4)
        await session.send("chat:message", stored("assistant", content="Hello"))

    async with desk(await start_scripted(first, second), "one\n") as it:
        assert await it.run() == 0
    assert it.output == "Hello\n"


async def test_a_message_that_was_never_confirmed_may_have_been_taken(start_scripted: StartScripted) -> None:
    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.cut()

    async with desk(await start_scripted(first, ScriptedSession.greet), "one\ntwo\n") as it:
        assert await it.run() == 1
    assert "may or may not have taken it" in it.notices


async def test_a_daemon_that_wants_nobody_is_not_asked_again(start_scripted: StartScripted) -> None:
    async def first(session: ScriptedSession) -> None:
        await session.greet()
        await session.receive("chat:send")
        await session.close(4501, "protocol abuse")

    async with desk(await start_scripted(first), "one\ntwo\n") as it:
        assert await it.run() == 1
    assert it.notices == "orchd: connection lost: closed with code 4501, protocol abuse\n"
