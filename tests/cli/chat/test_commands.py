"""What the commands do and say."""

from pathlib import Path
from typing import Any

import pytest

from orchd.simulator.settings import ModelSpec
from tests.cli.chat.desk import answer, desk, stored
from tests.fix_daemon import StartApp
from tests.fix_scripted import ScriptedSession, StartScripted
from tests.fix_simulator import StartSimulator
from tests.fix_workspace_files import PNG
from tests.wire.people import ask

MODELS = [
    {"id": "qwen3:8b", "name": "qwen3:8b", "type": "llm", "backend": "b", "state": "loaded", "context": 8192},
    {"id": "phi:latest", "name": "phi:latest", "type": "llm", "backend": "b", "state": "not_loaded"},
    {"id": "emb", "name": "emb", "type": "embedding", "backend": "b", "state": "unknown"},
]
ITEM = {"id": 7, "title": "First \x1bone", "model": "m", "messageCount": 2, "updatedAt": "2026-01-02T03:04:05.678Z"}


async def replies(session: ScriptedSession, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    asked = await session.receive(kind)
    await session.send(kind, data, asked["id"])
    return dict(asked.get("data", {}))


async def play(start_scripted: StartScripted, typed: str, script: Any, **how: Any) -> tuple[int, str, str]:
    async def whole(session: ScriptedSession) -> None:
        await session.greet()
        await script(session)

    async with desk(await start_scripted(whole), typed, **how) as it:
        return await it.run(), it.output, it.notices


async def nothing(_session: ScriptedSession) -> None:
    """The daemon is asked for nothing."""


async def opens(session: ScriptedSession) -> None:
    assert await replies(session, "conversation:update", ITEM) == {"conversationId": 7}
    page = [stored("user", content="hi"), stored("assistant", id=44, content="ho", status="interrupted")]
    assert await replies(session, "chat:history", {"messages": page}) == {"conversationId": 7, "limit": 2}


async def test_conversations_are_listed_and_opened(start_scripted: StartScripted, monkeypatch: Any) -> None:
    monkeypatch.setenv("TZ", "UTC")

    async def script(session: ScriptedSession) -> None:
        assert await replies(session, "conversation:list", {"items": [ITEM], "nextCursor": None}) == {"limit": 3}
        await opens(session)
        page = [stored("user", content="hi"), stored("assistant", content="ho", status="cancelled")]
        assert await replies(session, "chat:history", {"messages": page, "hasMore": True}) == {
            "conversationId": 7,
            "limit": 2,
        }
        assert (await answer(session, "a"))["data"] == {"message": "x", "conversationId": 7}
        assert (await answer(session, "b"))["data"] == {"message": "/y"}

    typed = "/list 3\n/open 7\n/history 2\nx\n/new\n//y\n/bye\nnever sent\n"
    code, output, notices = await play(start_scripted, typed, script)
    assert code == 0
    head, row, *rest = output.splitlines()
    assert head.split() == ["N", "LAST", "USED", "MESSAGES", "TITLE"]
    assert row.endswith("2  First \ufffdone")
    assert rest == ["user: hi", "assistant (cancelled): ho", "a", "b"]
    assert "(there are older ones" in notices
    assert "(a new conversation begins" in notices


async def test_an_answer_is_regenerated_continued_and_its_question_edited(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await opens(session)
        assert (await answer(session, "a", kind="chat:regenerate"))["data"] == {"messageId": 44}
        assert (await answer(session, "b", kind="chat:continue"))["data"] == {"messageId": 2}
        page = [stored("user", id=1, content="first"), stored("assistant"), stored("user", id=3, content="second")]
        first = {"messages": page[1:], "hasMore": True}
        assert await replies(session, "chat:history", first) == {"conversationId": 5, "limit": 5}
        second = {"messages": page[:1], "hasMore": False}
        assert await replies(session, "chat:history", second) == {"conversationId": 5, "limit": 3, "before": 2}
        assert (await answer(session, "c", kind="chat:edit"))["data"] == {"messageId": 1, "message": "anew"}

    code, output, notices = await play(start_scripted, "/open 7\n/retry\n/continue\n/edit 2\nanew\n", script)
    assert (code, output) == (0, "a\nb\nc\n")
    assert "takes the place of: first" in notices


async def test_the_last_answer_is_rated_and_a_question_deleted(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        await opens(session)
        for said in ({"rating": "down", "reason": "too long"}, {"rating": None}):
            assert await replies(session, "chat:rate", {}) == {"messageId": 44} | said
        page = {"messages": [stored("user", id=43, content="first"), stored("assistant")], "hasMore": False}
        await replies(session, "chat:history", page)
        gone = {"conversationId": 7, "messageId": 43, "removed": 2, "leafId": None}
        assert await replies(session, "chat:delete", gone) == {"messageId": 43}
        await replies(session, "chat:history", {"messages": [], "hasMore": False})

    code, _, notices = await play(
        start_scripted, "/open 7\n/rate down  too long\n/rate none\n/delete\n/rate up\n", script
    )
    assert (code, notices.splitlines()) == (
        1,
        [
            "(the last answer is rated down)",
            "(the last answer is not rated any more)",
            "(deleted 2 messages, from here on: first)",
            "orchd: there is no answer yet that could be rated",
        ],
    )


async def test_a_model_is_looked_up_at_once(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        assert await replies(session, "model:list", {"models": MODELS}) == {"refresh": False}
        assert (await answer(session, "a"))["data"] == {"message": "x", "model": "phi"}
        await replies(session, "model:list", {"models": MODELS})
        assert await replies(session, "model:list", {"models": MODELS}) == {"refresh": True}
        await replies(session, "model:list", {"models": MODELS})
        assert (await answer(session, "b"))["data"] == {"message": "y", "conversationId": 5}

    typed = "/model phi\nx\n/model qwen\n/model emb\n/model\ny\n"
    code, output, notices = await play(start_scripted, typed, script)
    assert (code, output) == (1, "a\nb\n")
    assert "orchd: no model is called `qwen`; did you mean `qwen3:8b`?\n" in notices
    assert "orchd: `emb` makes embeddings, it can't chat\n" in notices


async def test_models_are_listed(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        assert await replies(session, "model:list", {"models": MODELS}) == {"refresh": True}

    _, output, _ = await play(start_scripted, "/models\n", script)
    assert [line.split()[0] for line in output.splitlines()] == ["MODEL", "qwen3:8b", "phi:latest", "emb"]


async def test_messages_and_titles_are_searched(start_scripted: StartScripted) -> None:
    found = {"conversationId": 7, "changedAt": "2026-01-02T03:04:05.000Z", "title": "", "titlePlaces": [], "score": 1}
    said = "It was said long ago that\nthe first one wins, and the first one loses"
    places = [{"start": at, "end": at + 5} for at in (said.index("first"), said.rindex("first"))]
    message = found | {"kind": "message", "id": 44, "excerpt": said, "places": places}
    title = found | {"kind": "conversation", "id": 9, "conversationId": 9, "excerpt": "", "places": []}
    title |= {"title": "the FIRST one", "titlePlaces": [{"start": 4, "end": 9}]}

    async def script(session: ScriptedSession) -> None:
        asked = await replies(session, "search", {"items": [message, title], "nextCursor": None})
        assert asked == {"query": "first", "kinds": ["message", "conversation"], "limit": 50}
        await replies(session, "search", {"items": [], "nextCursor": None})

    _, output, notices = await play(start_scripted, "/search first\n/search zzz\n", script)
    heads, said, title_line = output.splitlines()
    assert (heads.split()[0], said.split()[0], title_line.split()[0]) == ("N", "7", "9")
    assert said.endswith("message   …said long ago that the [first] one wins, and the [first] one loses")
    assert title_line.endswith("title     the [FIRST] one")
    assert "(no message and no title has `zzz`)" in notices


async def test_a_system_prompt_goes_with_the_next_message(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        assert (await answer(session, "a"))["data"] == {"message": "x", "systemPrompt": "be brief"}
        assert (await answer(session, "b"))["data"] == {"message": "y", "conversationId": 5}

    code, _, notices = await play(start_scripted, "/system be brief\nx\ny\n", script)
    assert code == 0
    assert "is told this" in notices


async def test_an_answer_is_checked(start_scripted: StartScripted) -> None:
    ledger = {"outcome": "rejected", "reviewer": "judge", "confidence": 20, "flagged": True, "claimCount": 1}
    ledger |= {"notes": "n", "guidance": "", "findings": [], "unchecked": [], "claims": []}

    async def script(session: ScriptedSession) -> None:
        await opens(session)
        asked = await session.receive("verify:message")
        assert asked["data"] == {"messageId": 44}
        await session.send("verify:claim", {"messageId": 44, "claim": {}}, asked["id"])
        await session.send("verify:message", ledger | {"cost": {"calls": 2, "seconds": 1.5}}, asked["id"])

    _, output, _ = await play(start_scripted, "/open 7\n/verify\n", script)
    assert output.startswith(
        "rejected by judge\nconfidence 20 of 100, which is too low to rely on; 1 claim looked at\n"
    )


async def test_an_answer_is_checked_against_files(start_scripted: StartScripted, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It is so.")
    ledger = {"outcome": "verified", "reviewer": "judge", "confidence": 100, "flagged": False, "claimCount": 1}
    ledger |= {"notes": "n", "guidance": "", "findings": [], "unchecked": [], "claims": []}

    async def script(session: ScriptedSession) -> None:
        await opens(session)
        asked = await session.receive("verify:message")
        assert asked["data"] == {"messageId": 44, "sources": [{"name": f"{tmp_path}/a.txt", "text": "It is so."}]}
        await session.send("verify:message", ledger | {"cost": {"calls": 2, "seconds": 1.5}}, asked["id"])

    _, output, _ = await play(start_scripted, f"/open 7\n/verify {tmp_path}/a.txt\n", script)
    assert "no sources were given" not in output


async def test_a_file_that_is_not_there_is_told_and_nothing_is_checked(start_scripted: StartScripted) -> None:
    code, _, notices = await play(start_scripted, "/open 7\n/verify nowhere.txt\n", opens)
    assert code == 1
    assert "nowhere.txt: No such file or directory" in notices


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/modles", "no such command: /modles; did you mean `/models`"),
        ("/open x", "a conversation is a number from 1 on, not `x`"),
        ("/open", "a conversation is a number from 1 on\n"),
        ("/open ²", "a conversation is a number from 1 on, not `²`"),
        ("/list 0", "how many to show is a number from 1 on, not `0`"),
        ("/list 999", "at most 200 can be shown at once"),
        ("/history", "this conversation is new; /list shows the others, /open N opens one\n"),
        ("/edit", "this conversation is new"),
        ("/search", "say what to look for"),
        ("/regenerate", "there is no answer yet that could be answered once more"),
        ("/verify", "there is no answer yet that could be checked"),
    ],
)
async def test_wrong_commands_are_told_in_a_sentence(start_scripted: StartScripted, typed: str, told: str) -> None:
    code, output, notices = await play(start_scripted, typed + "\n", nothing)
    assert (code, output) == (1, "")
    assert notices.startswith(f"orchd: {told}")
    assert "$." not in notices


async def test_a_conversation_that_is_not_there(start_scripted: StartScripted) -> None:
    async def script(session: ScriptedSession) -> None:
        asked = await session.receive("conversation:update")
        error = {"code": "not_found", "message": "there is no such conversation", "retryable": False}
        await session.send("error", error, asked["id"])

    code, _, notices = await play(start_scripted, "/open 9\n", script)
    assert (code, notices) == (1, "orchd: there is no conversation 9; `orchd conversations` lists them\n")


async def test_help_names_every_command(start_scripted: StartScripted) -> None:
    async with desk(await start_scripted(ScriptedSession.greet), "/help\n/reasoning\n") as it:
        assert await it.run() == 0
        words = [*it.commands.words("")]
    assert not [name for name in words if name not in it.output and name != "/help"]
    assert max(map(len, it.output.splitlines())) <= 80
    assert it.commands.words("/new") == ()


async def test_a_file_goes_with_the_next_message_only(
    app: StartApp, start_simulator: StartSimulator, tmp_path: Path
) -> None:
    simulator = await start_simulator(models=(ModelSpec("simulated-seeing", loaded=True, vision=True),))
    daemon = await app(simulator.url)
    (tmp_path / "cat.png").write_bytes(PNG)
    (tmp_path / "a.txt").write_text("umbrella")
    image, text = tmp_path / "cat.png", tmp_path / "a.txt"
    typed = f"/attach {image}\n/attach {text}\nFirst?\nSecond?\n/attach {text}\n/attach\nThird?\n/history\n/bye\n"
    async with desk(daemon.url, typed) as it:
        assert await it.run() == 0
    assert f"You showed: image/png of {len(PNG)} bytes." in it.output
    assert "(cat.png goes with your next message" in it.notices
    assert it.notices.count("(with cat.png, a.txt)") == 1
    client = await daemon.connect()
    (conversation,) = (await ask(client, "conversation:list"))["items"]
    questions = [message for message in await client.history(conversation["id"]) if message["role"] == "user"]
    sent = [[file["name"] for file in question.get("files", [])] for question in questions]
    assert sent == [["cat.png", "a.txt"], [], []]


async def test_a_file_that_can_not_be_read_is_told(app: StartApp, tmp_path: Path) -> None:
    daemon = await app()
    async with desk(daemon.url, f"/attach {tmp_path / 'nothing'}\n/attach {tmp_path}\n/bye\n") as it:
        await it.run()
    assert "no such file or directory" in it.notices
    assert "is a directory" in it.notices


async def test_a_file_that_is_refused_can_be_taken_back(
    app: StartApp, start_simulator: StartSimulator, tmp_path: Path
) -> None:
    simulator = await start_simulator()
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7")
    daemon = await app(simulator.url)
    async with desk(
        daemon.url, f"/attach {tmp_path / 'a.pdf'}\nFirst?\n/attach\nSecond?\n/bye\n", interactive=True
    ) as it:
        await it.run()
    assert it.notices.count("the PDF is damaged and can't be read; /attach alone takes the file back") == 1
    assert "Second?" in it.output
