"""`orchd chat` in a real terminal, against a whole daemon: what is typed arrives, and what arrives is shown once."""

import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio

from orchd.config import BackendSettings
from tests.faults.scene import Stage
from tests.fix_daemon import App, StartApp, StartDaemon
from tests.fix_terminal import Line, Screen, StartChat
from tests.fix_upstream import Upstream

MakeLine = Callable[[str], Awaitable[Line]]
PROGRAM = '"""Build it."""\nRUN = "a \\\n  b"\n'
SNIPPET = 'def f(x):\n    return x + 1\n\nclass A:\n\tpass\nprint("f\'s end")'


@pytest.fixture
def stage(upstream: Upstream) -> Stage:
    return Stage(upstream)


@pytest.fixture
async def house(app: StartApp, upstream: Upstream, stage: Stage) -> App:
    return await app(BackendSettings(url=upstream.url, kind="openai"))


async def say(stage: Stage, question: str, answer: str = "Yes.") -> None:
    """Let the model answer a question."""
    act = await stage.cue(question)
    await act.say(answer)
    await act.finish()


async def asked(house: App) -> list[str]:
    """The questions that are stored, the oldest first."""
    client = await house.connect()
    items = (await client.request("conversation:list"))["data"]["items"]
    found = [message for item in reversed(items) for message in await client.history(item["id"])]
    return [message["content"] for message in found if message["role"] == "user"]


@pytest.mark.parametrize(("text", "seen"), [(SNIPPET, "f's end"), (PROGRAM, "  b")])
async def test_a_pasted_text_is_one_message_as_it_is(
    house: App, stage: Stage, start_chat: StartChat, text: str, seen: str
) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.paste(text)
    await chat.until(seen)
    await chat.type("\r")
    await say(stage, text.rstrip("\n"))
    await chat.until("Yes.")
    assert await asked(house) == [text.rstrip("\n")]


async def test_a_long_line_arrives_whole(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    text = "word " * 20_000 + "THE QUESTION AT THE END?"
    await chat.paste(text)
    await chat.until("AT THE END?")
    await chat.type("\r")
    await say(stage, text)
    await chat.until("Yes.")
    assert await asked(house) == [text]


async def test_a_long_line_without_marks_arrives_whole(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    text = "wörd " * 20_000 + "END?"
    await chat.type(text + "\r")
    await say(stage, text)
    await chat.until("Yes.")
    assert await asked(house) == [text]


async def test_arrows_edit_the_line_and_bring_back_earlier_ones(
    house: App, stage: Stage, start_chat: StartChat, tmp_path: Path
) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("helo\x1b[D\x1b[Dl\r")
    await say(stage, "hello")
    await chat.until("Yes.")
    await chat.prompted()
    await chat.type("\x1b[A!\r")
    await say(stage, "hello!", "Again.")
    await chat.until("Again.")
    await chat.prompted()
    await chat.type("\x04")
    assert await chat.wait() == 0
    kept = tmp_path / ".local" / "state" / "orchd" / "chat_history"
    assert kept.stat().st_mode & 0o777 == 0o600
    later = await start_chat(house.url)
    await later.prompted()
    await later.type("\x12lo!")
    await later.until("hello!")
    await later.type("\r\x05?\r")
    await say(stage, "hello!?", "Third.")
    await later.until("Third.")
    assert await asked(house) == ["hello", "hello!", "hello!?"]


async def test_characters_are_deleted_as_people_see_them(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("a👩‍👩‍👧é🇧🇷汉b\x7f\x7f\x7f\x7f\x7fz\x1b[D\x1b[D\x1b[3~\x1b[Cy\r")
    await say(stage, "zy")
    await chat.until("Yes.")
    assert await asked(house) == ["zy"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("one\x1b\rtwo\r", "one\ntwo"),
        ("one \\\r  two\r", "one \n  two"),
        ('"""\rone\r\r  two"""\r', "one\n\n  two"),
        ("two\x03one\n", "one"),
    ],
    ids=["alt-enter", "backslash", "quotes", "ctrl-c"],
)
async def test_messages_of_several_lines(
    house: App, stage: Stage, start_chat: StartChat, typed: str, message: str
) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type(typed)
    await say(stage, message)
    await chat.until("Yes.")
    assert (await asked(house))[0] == message


async def test_ctrl_c_clears_the_line_and_on_an_empty_one_says_how_to_end(house: App, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("half a line")
    await chat.until("> half a line")
    await chat.type("\x03")
    await chat.prompted()
    await chat.type("\x03")
    await chat.until("Ctrl-D or /quit")
    await chat.prompted()
    await chat.type("/bye\r")
    assert await chat.wait() == 0
    assert await asked(house) == []
    assert chat._screen.cursor.x == 0


async def test_ctrl_c_cancels_the_answer_and_what_was_typed_ahead_is_not_lost(
    house: App, stage: Stage, start_chat: StartChat
) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("long\r")
    act = await stage.cue("long")
    await act.say("Much to ")
    await chat.until("Much to")
    await chat.type("typed ahead")
    await act.say("say.")
    await chat.until("Much to say.")
    assert "typed" not in chat.text
    await chat.type("\x03")
    await act.left()
    await chat.until("(cancelled)")
    await chat.until("> typed ahead")
    assert chat.text.count("Much to say.") == 1


async def test_commands_and_models_are_completed(house: App, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("/reg\t")
    await chat.until("> /regenerate")
    await chat.type("\x03/model cho-\t")
    await chat.until("> /model echo-2")
    await chat.type("\r")
    await chat.until("(asking echo-2: ")


async def test_markdown_is_formatted_and_nothing_is_lost(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("md\r")
    act = await stage.cue("md")
    answer = "# Title\n\nSome **bold** List<str>.\n\n1. one\n2. two\n\n"
    answer += "```python\ndef f():\n    return 1\n```\n\x1b]0;evil\x07end"
    for piece in (answer[at : at + 3] for at in range(0, len(answer), 3)):
        await act.say(piece)
    await act.finish()
    await chat.until("end\n")  # the line before it is a prompt as well
    await chat.prompted()
    rows = chat.rows
    for line in ("Title", "Some bold List<str>.", " 1 one", " 2 two", "```python", "def f():", "    return 1"):
        assert rows.count(line) == 1, (line, chat.text)
    assert "\x1b]0;" not in chat.raw
    assert "\x1b[1mbold" in chat.raw


async def test_a_cut_answer_stands_on_the_screen_once(
    house: App, stage: Stage, start_chat: StartChat, make_line: MakeLine
) -> None:
    line = await make_line(house.url)
    chat = await start_chat(line.url)
    await chat.prompted()
    await chat.type("cut\r")
    act = await stage.cue("cut")
    words = [f"word{number} " for number in range(60)]
    for word in words[:20]:
        await act.say(word)
    await chat.until("word19")
    await line.cut()
    await chat.until("reconnecting, attempt 1 of")
    for word in words[20:]:
        await act.say(word)
    await act.finish()
    await chat.until("word59")
    await chat.prompted()
    assert [word for word in chat.text.split() if word.startswith("word")] == [word.strip() for word in words]
    await chat.type("more\r")
    await say(stage, "more", "Gladly.")
    await chat.until("Gladly.")
    assert await asked(house) == ["cut", "more"]


async def test_a_killed_daemon_leaves_an_answer_that_can_be_continued(
    daemon: StartDaemon, upstream: Upstream, stage: Stage, start_chat: StartChat, free_port: int
) -> None:
    house = await daemon(settings={"[backends]": {"url": upstream.url, "kind": "openai"}}, port=free_port)
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("die\r")
    act = await stage.cue("die")
    await act.say("The first half")
    await chat.until("The first half")
    await house.kill()
    act.over.set()
    await chat.until("reconnecting")
    await house.restart()
    await chat.until("not complete")
    await chat.prompted()
    assert "goes on without us" not in chat.text
    assert chat.text.count("The first half") == 1
    await chat.type("/quit\r")
    assert await chat.wait() == 0


async def test_a_stop_while_idle_is_told_above_the_line(house: App, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("half a thought")
    await chat.until("> half a thought")
    house.begin_stop()
    await chat.until("the daemon is stopping")
    await chat.until(lambda screen: screen.text.endswith("> half a thought"))


async def test_a_terminal_that_can_not_draw_gets_plain_text(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url, TERM="dumb")
    await chat.until(">")
    await chat.type("plain\n")
    await say(stage, "plain", "Some **bold** text.")
    await chat.until("Some **bold** text.")
    assert "\x1b" not in chat.raw


async def test_a_line_that_the_terminal_has_cut_is_not_sent(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url, TERM="dumb")
    await chat.until(">")
    await chat.type("x" * 5_000 + "\n")
    await chat.until("not sent: this terminal cuts lines")
    await chat.type("short\n")
    await say(stage, "short")
    await chat.until("Yes.")
    assert await asked(house) == ["short"]


async def test_no_color_means_no_formatting(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url, "plain", NO_COLOR="1")
    await say(stage, "plain", "Some **bold** text.")
    assert await chat.wait() == 0
    assert "Some **bold** text." in chat.text
    assert "\x1b" not in chat.raw


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_gives_the_terminal_back(house: App, start_chat: StartChat, number: int) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    chat.process.send_signal(number)
    assert await chat.wait() == 128 + number
    assert chat.raw.rfind("\x1b[?2004l") > chat.raw.rfind("\x1b[?2004h")


async def test_a_narrower_window_keeps_the_text(house: App, stage: Stage, start_chat: StartChat) -> None:
    chat = await start_chat(house.url, columns=30, lines=8)
    await chat.prompted()
    await chat.type("tall\r")
    act = await stage.cue("tall")
    words = [f"w{number:02}" for number in range(99)]
    for word in words:
        await act.say(f"{word} ")
    await act.finish()
    await chat.prompted()
    shown = [word for word in chat.text.split() if word.startswith("w") and word[1:].isdigit()]
    assert shown == words


def last_line(chat: Screen) -> str:
    return chat.text.rpartition("\n")[2]


async def test_the_end_is_a_line_of_its_own(house: App, start_chat: StartChat) -> None:
    chat = await start_chat(house.url)
    await chat.prompted()
    await chat.type("\x04")
    assert await chat.wait() == 0
    assert chat._screen.cursor.x == 0
    await trio.lowlevel.checkpoint()
