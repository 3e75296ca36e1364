"""`orchd chat`: a conversation in the terminal, or one message a line from a pipe.

Ctrl-C ends the *answer*, by asking the daemon to let the model server go; at the prompt, or pressed twice, it ends the
program. When the connection breaks, it is opened anew; an answer that ended meanwhile is completed from the history.
"""

import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Any

import trio

from orchd.cli.terminal_io import Lines, Screen
from orchd.client import Client, ConnectionLostError, Frame, connection, websocket_url
from orchd.errors import Invalid, OrchdError, Unavailable

FAILED = 1
INTERRUPTED = 130
ATTEMPTS = 8
BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF = 10.0
PAGE = 20

HELP = """\
/new           begin a new conversation
/list          the latest conversations
/open ID       go on with a conversation
/history [N]   its latest messages
/model [NAME]  ask this model from now on; without a name: the daemon chooses
/quit          end, as Ctrl-D does; Ctrl-C cancels an answer
//text         a message that starts with /"""


async def chat(url: str, model: str | None) -> int:
    """Run the terminal client on this process's stdin, stdout and SIGINT; returns the exit code.

    Raises `ConfigurationError` for a bad `url`.
    """
    interactive = os.isatty(0) and sys.stdout.isatty()
    screen = Screen(sys.stdout, sys.stderr, styled=sys.stdout.isatty())
    terminal = Terminal(url, model, Lines(0), screen, interactive=interactive)
    with trio.open_signal_receiver(signal.SIGINT) as interrupts:
        return await terminal.run(interrupts)


class _Answer:
    """What has been seen of the answer that is being waited for."""

    def __init__(self) -> None:
        self.message_id: int | None = None
        self.shown = 0
        self.cancelled = False


class Terminal:
    """One run of the client. Its parts are given, so that it runs on any input and output."""

    def __init__(self, url: str, model: str | None, lines: Lines, screen: Screen, *, interactive: bool) -> None:
        self._url = websocket_url(url)
        self._model = model
        self._lines = lines
        self._screen = screen
        self._interactive = interactive
        self._client: Client | None = None
        self._conversation: int | None = None
        self._answer: _Answer | None = None
        self._code = 0
        self._commands = {
            "/help": self._help,
            "/history": self._history,
            "/list": self._list,
            "/model": self._choose,
            "/new": self._new,
            "/open": self._open,
        }

    async def run(self, interrupts: AsyncIterator[int]) -> int:
        """Take lines until the input ends, `/quit` or a second interrupt; returns the exit code."""
        async with trio.open_nursery() as self._nursery:
            self._nursery.start_soon(self._watch, interrupts)
            with trio.CancelScope() as self._scope:
                await self._converse()
            if self._client is not None:
                await self._client.aclose()
            self._nursery.cancel_scope.cancel()
        return self._code

    async def _watch(self, interrupts: AsyncIterator[int]) -> None:
        async for _ in interrupts:
            answer = self._answer
            if answer is None or answer.cancelled or self._client is None:
                self._code = INTERRUPTED
                self._scope.cancel()
            else:
                answer.cancelled = True
                self._nursery.start_soon(self._cancel, self._client, answer)

    async def _cancel(self, client: Client, answer: _Answer) -> None:
        try:
            await client.cancel_answer(answer.message_id)
        except (OrchdError, ConnectionLostError) as error:
            self._screen.notice(f"can't cancel: {error}")

    async def _converse(self) -> None:
        going = await self._guarded("/connect")
        while going:
            self._screen.prompt()
            line = await self._lines.next()
            going = line is not None and line.strip() != "/quit" and await self._guarded(line.strip())

    async def _guarded(self, line: str) -> bool:
        """Do what a line asks and tell what failed; False when it makes no sense to go on."""
        try:
            if line == "/connect":
                await self._connected()
            elif line.startswith("/") and not line.startswith("//"):
                await self._command(line)
            elif line:
                return await self._ask(line.removeprefix("/"))
        except Invalid as error:
            self._fail(str(error))
        except (OrchdError, ConnectionLostError) as error:
            self._fail(f"{error.code}: {error}" if isinstance(error, OrchdError) else f"connection lost: {error}")
            return line != "/connect" and self._interactive and getattr(error, "again", True)
        return True

    def _fail(self, text: str) -> None:
        self._screen.notice(f"orchd: {text}")
        if not self._interactive or self._client is None:
            self._code = FAILED

    async def _connected(self) -> Client:
        """The connection, opened again when it is lost. Raises `Unavailable` after the last attempt."""
        if self._client is not None and self._client.lost is None:
            return self._client
        if self._client is None:
            self._client = await self._nursery.start(connection, self._url, self._pushed)
            return self._client
        pause = self._client.reconnect_seconds or BACKOFF_SECONDS
        for _ in range(ATTEMPTS):
            await trio.sleep(pause)
            try:
                self._client = await self._nursery.start(connection, self._url, self._pushed)
            except (Unavailable, ConnectionLostError):
                pause = min(pause * 2, LONGEST_BACKOFF)
            else:
                self._screen.notice("(connected again)")
                return self._client
        raise Unavailable(f"the daemon is gone ({ATTEMPTS} attempts)")

    def _pushed(self, frame: Frame) -> None:
        if frame.type == "error":
            self._screen.notice(f"orchd: {frame.data.get('message')}")
        elif frame.type == "session:closing":
            self._screen.notice(f"(the daemon is stopping: {frame.data.get('reason')})")

    async def _ask(self, text: str) -> bool:
        client = await self._connected()
        asked = {"message": text, "conversationId": self._conversation, "model": self._model}
        self._answer = answer = _Answer()
        try:
            final: dict[str, Any] = await client.send_message(
                {key: value for key, value in asked.items() if value is not None}, self._streamed
            )
        except ConnectionLostError as lost:
            if not lost.again:
                raise
            self._screen.notice(f"(connection lost: {lost})")
            final = await self._recovered(answer)
        finally:
            self._answer = None
        self._finish(final, answer)
        if answer.cancelled and not self._interactive:
            self._code = INTERRUPTED
        return self._interactive or not answer.cancelled

    def _streamed(self, frame: Frame) -> None:
        data, answer = frame.data, self._answer
        self._conversation = data.get("conversationId", self._conversation)
        if answer is None or frame.type == "chat:message":
            return
        answer.message_id = data.get("messageId", answer.message_id)
        if frame.type == "chat:progress":
            self._screen.progress(data)
        elif frame.type == "chat:streaming" and data.get("chunk"):
            self._screen.chunk(data["channel"], data["chunk"])
            answer.shown += len(data["chunk"]) if data["channel"] == "content" else 0

    async def _recovered(self, answer: _Answer) -> dict[str, Any]:
        """The answer as it is stored now. Raises `Unavailable` when nobody knows what became of it."""
        client = await self._connected()
        if self._conversation is None or answer.message_id is None:
            raise Unavailable("the connection was lost before the daemon took the message; send it again")
        page = await client.request("chat:history", {"conversationId": self._conversation, "limit": PAGE})
        found = [message for message in page["messages"] if message["id"] == answer.message_id]
        if not found or found[0]["status"] == "streaming":
            raise Unavailable("the answer goes on without us; /history shows it later")
        return dict(found[0])

    def _finish(self, message: dict[str, Any], answer: _Answer) -> None:
        if rest := message["content"][answer.shown :]:
            self._screen.chunk("content", rest)
        self._screen.end_answer()
        status, error = message["status"], message.get("error") or {}
        if status == "cancelled":
            self._screen.notice("(cancelled)")
        elif status != "complete":
            self._fail(f"{error.get('code', status)}: {error.get('message', 'the answer is not complete')}")
        elif message.get("finishReason") == "length":
            self._screen.notice("(cut off: the answer reached its longest length)")

    async def _command(self, line: str) -> None:
        name, _, argument = line.partition(" ")
        if name not in self._commands:
            raise Invalid(f"no such command: {name}; /help lists them")
        await self._commands[name](argument.strip())

    async def _help(self, _argument: str) -> None:
        self._screen.text(HELP)

    async def _new(self, _argument: str) -> None:
        self._conversation = None

    async def _choose(self, argument: str) -> None:
        self._model = argument or None

    async def _open(self, argument: str) -> None:
        chosen = _number(argument)
        client = await self._connected()
        await client.request("chat:history", {"conversationId": chosen, "limit": 1})
        self._conversation = chosen

    async def _list(self, _argument: str) -> None:
        client = await self._connected()
        page = await client.request("conversation:list", {"limit": PAGE})
        for item in page["items"]:
            self._screen.text(f"{item['id']:>6}  {item['updatedAt'][:16].replace('T', ' ')}  {item['title']}")

    async def _history(self, argument: str) -> None:
        if self._conversation is None:
            raise Invalid("this conversation is new; /list shows the others, /open ID opens one")
        limit = _number(argument) if argument else PAGE
        client = await self._connected()
        page = await client.request("chat:history", {"conversationId": self._conversation, "limit": limit})
        for message in page["messages"]:
            status = "" if message["status"] == "complete" else f" ({message['status']})"
            self._screen.text(f"{message['role']}{status}: {message['content']}")


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 16:
        raise Invalid(f"`{text}` is no number")
    return int(text)
