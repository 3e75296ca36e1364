"""Where messages come from: typed or piped ones one after the other, or a single one from the command line."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Protocol

from orchd.cli.chat.commands import SlashCommands
from orchd.cli.chat.talk import FAILED, INTERRUPTED, Talk
from orchd.cli.chat.typed import SlashCommand, read
from orchd.errors import NotFound


class LineSource(Protocol):
    """Where lines come from."""

    async def next(self, draft: str = "") -> str | None:
        """The next message or command, in an editor with `draft` to begin with; None at the end."""

    async def run(self) -> None:
        """What goes on meanwhile, until cancelled."""


class Dialogue:
    """Takes what `source` gives until it ends, `/quit` or a second Ctrl-C."""

    def __init__(self, talk: Talk, commands: SlashCommands, source: LineSource, *, latest: bool) -> None:
        """`latest`: go on with the conversation that was used last."""
        self._talk = talk
        self._commands = commands
        self._source = source
        self._latest = latest

    async def run(self, signals: AsyncIterator[int]) -> int:
        """Returns the exit code. Raises `OutputError`."""
        return await self._talk.run(signals, self._converse, self._source.run)

    async def _converse(self) -> None:
        if not await self._talk.attempt(partial(begin, self._talk, self._commands, latest=self._latest)):
            self._talk.code = FAILED
            return
        going = True
        while going and not self._commands.quit:
            draft, self._commands.draft = self._commands.draft, ""
            text = await self._source.next(draft)
            going = text is not None and await self._take(text)

    async def _take(self, text: str) -> bool:
        """Do what was typed; False when it makes no sense to go on: a script ends at the first answer that it lacks."""
        meant = read(text)
        if meant is None:
            return True
        done = await self._talk.attempt(
            partial(self._commands.do, meant) if isinstance(meant, SlashCommand) else partial(self._send, meant)
        )
        if self._talk.interactive:
            return not self._talk.link.is_final
        useful = done or (isinstance(meant, SlashCommand) and self._talk.link.current is not None)
        return useful and self._talk.code != INTERRUPTED

    async def _send(self, message: str) -> None:
        edited, self._commands.edited = self._commands.edited, None
        if edited is None:
            await self._talk.send(message)
        else:
            await self._talk.ask(lambda chat, **how: chat.edit(message_id=edited, message=message, **how), files=True)


class SingleQuestion:
    """One message, and the program ends with its answer."""

    def __init__(self, talk: Talk, commands: SlashCommands, message: str, *, latest: bool) -> None:
        self._talk = talk
        self._commands = commands
        self._message = message
        self._latest = latest

    async def run(self, signals: AsyncIterator[int]) -> int:
        """Returns the exit code. Raises `OutputError`."""
        return await self._talk.run(signals, self._ask)

    async def _ask(self) -> None:
        if await self._talk.attempt(partial(begin, self._talk, self._commands, latest=self._latest)):
            await self._talk.attempt(partial(self._talk.send, self._message))


async def begin(talk: Talk, commands: SlashCommands, *, latest: bool) -> None:
    """Connect, and look at what the flags ask for. Raises `OrchdError`, `ConnectionLostError`."""
    if latest:
        items = (await talk.request("conversation:list", {"limit": 1}))["items"]
        if not items:
            raise NotFound("there is no conversation to go on with")
        talk.options.conversation = items[0]["id"]
    await talk.link.client()
    await commands.begin()
