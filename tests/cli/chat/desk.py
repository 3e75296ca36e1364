"""A client on pipes instead of a terminal, and what a scripted daemon says to it."""

import io
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import trio

from orchd.cli.chat.commands import SlashCommands
from orchd.cli.chat.dialogue import Dialogue
from orchd.cli.chat.lines import LineReader
from orchd.cli.chat.screen import JsonScreen, Screen
from orchd.cli.chat.talk import AnswerOptions, Talk
from orchd.cli.output import TextOutput
from tests.fix_scripted import ScriptedSession

HANG = 90


class Desk:
    """The client, what it prints, and the hands on its keyboard."""

    def __init__(
        self,
        url: str,
        descriptor: int,
        *,
        interactive: bool = False,
        latest: bool = False,
        as_json: bool = False,
        **wishes: Any,
    ) -> None:
        self.shown, self.told = io.StringIO(), io.StringIO()
        self.interrupt, self._signals = trio.open_memory_channel[int](10)
        screen = (JsonScreen if as_json else Screen)(TextOutput(self.shown), TextOutput(self.told))
        self.talk = Talk(url, screen, AnswerOptions(**wishes), interactive=interactive)
        self.commands = SlashCommands(self.talk)
        self.dialogue = Dialogue(self.talk, self.commands, LineReader(descriptor), latest=latest)

    @property
    def output(self) -> str:
        """What stdout has."""
        return self.shown.getvalue()

    @property
    def notices(self) -> str:
        """What stderr has."""
        return self.told.getvalue()

    async def run(self) -> int:
        """Run it to its end."""
        with trio.fail_after(HANG):
            return await self.dialogue.run(self._signals)


@asynccontextmanager
async def desk(url: str, typed: str, *, open_input: bool = False, **how: Any) -> AsyncIterator[Desk]:
    """`typed` is the input; it ends there unless `open_input`."""
    reading, writing = os.pipe()
    os.write(writing, typed.encode())
    if not open_input:
        os.close(writing)
    try:
        yield Desk(url, reading, **how)
    finally:
        os.close(reading)
        if open_input:
            os.close(writing)


def stored(role: str, **more: Any) -> dict[str, Any]:
    """A stored message."""
    whole = {"id": 2, "conversationId": 5, "role": role, "content": "", "status": "complete", "error": None}
    return whole | {"finishReason": "stop", "reasoning": None, "model": "m"} | more


async def answer(session: ScriptedSession, *chunks: str, kind: str = "chat:send", **final: Any) -> dict[str, Any]:
    """Take a question and answer it in pieces; returns the question's frame."""
    asked = await session.receive(kind)
    await begin(session, asked, *chunks)
    await session.send("chat:message", stored("assistant", **{"content": "".join(chunks)} | final), asked["id"])
    return asked


async def begin(session: ScriptedSession, asked: dict[str, Any], *chunks: str, channel: str = "content") -> None:
    """Begin an answer."""
    await session.send("chat:message", stored("user", id=1), asked["id"])
    await session.send("chat:progress", {"conversationId": 5, "messageId": 2, "phase": "prompt"}, asked["id"])
    await say(session, *chunks, channel=channel, request_id=asked["id"])


async def say(
    session: ScriptedSession, *chunks: str, channel: str = "content", request_id: str | None = None, seq: int = 0
) -> None:
    """Send pieces of the answer, the first of them after position `seq`."""
    for chunk in chunks:
        seq += len(chunk)
        part = {"conversationId": 5, "messageId": 2, "channel": channel, "chunk": chunk, "done": False, "seq": seq}
        await session.send("chat:streaming", part, request_id)


async def until(condition: Callable[[], bool]) -> None:
    """What is waited for is a line in a `StringIO`, which has no event."""
    with trio.fail_after(HANG):
        while not condition():  # noqa: ASYNC110
            await trio.sleep(0.005)
