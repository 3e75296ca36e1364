"""One answer, from its first frame to its last, over as many connections as it takes."""

from collections.abc import Callable
from typing import Any

import trio

from orchd.cli.chat import link as reaching
from orchd.cli.chat.link import Link
from orchd.client import Client, ConnectionLostError, Frame
from orchd.errors import Unavailable

UNKNOWN = (
    "the connection was lost before the daemon confirmed the message, so it may or may not have taken it; "
    "/history or /list shows whether it did"
)


class AnswerView:
    """What is known of an answer so far. `show` gets its text by channel, each character once."""

    def __init__(
        self,
        show: Callable[[str, str], None],
        progress: Callable[[dict[str, Any]], None],
        restart: Callable[[], None],
    ) -> None:
        self._show = show
        self._progress = progress
        self._restart = restart
        self._texts = {"content": "", "reasoning": ""}
        self._pieces: list[tuple[str, str]] = []
        self._seq = 0
        self._epoch = ""
        self.conversation_id: int | None = None
        self.question_id: int | None = None
        self.message_id: int | None = None
        self.cancelled = False
        self.final: dict[str, Any] | None = None
        self._ended = trio.Event()

    async def ask(self, link: Link, kind: str, data: dict[str, Any]) -> dict[str, Any]:
        """Send the request and return the stored answer, whatever its status.

        A lost connection is opened again, and what was missed is fetched. Raises `OrchdError` when the request was
        refused or nobody knows what became of it, `ConnectionLostError` when the daemon does not want this client.
        """
        client = await link.client()
        self._epoch = client.session.get("epoch", "")
        try:
            self._take_final(await client.answer(kind, data, self.take))
        except ConnectionLostError as lost:
            if not lost.again:
                raise
        while self.final is None:
            await self._resume(await link.client())
        return self.final

    def take(self, frame: Frame) -> None:
        """Take a frame of this answer; those of others are left alone."""
        data = frame.data
        if frame.type == "chat:message":
            self._take_message(data)
        elif frame.type in ("chat:progress", "chat:streaming") and self._is_mine(data):
            self.conversation_id = data.get("conversationId", self.conversation_id)
            self.message_id = data["messageId"]
            if frame.type == "chat:progress":
                self._progress(data)
            else:
                self._add(data["channel"], data["chunk"])
                self._seq = data.get("seq", self._seq)

    def _take_message(self, message: dict[str, Any]) -> None:
        if message["role"] == "user":
            self.conversation_id, self.question_id = message["conversationId"], message["id"]
        elif message["id"] == self.message_id:
            self._take_final(message)

    def _is_mine(self, data: dict[str, Any]) -> bool:
        return self.message_id is None or data.get("messageId") == self.message_id

    async def _resume(self, client: Client) -> None:
        if self.message_id is None:
            raise Unavailable(UNKNOWN)
        wanted = {"messageId": self.message_id, "afterSeq": self._seq, "epoch": self._epoch}
        try:
            resumed = await self._rest(client, wanted)
            if not resumed["recovered"]:
                self._epoch, self._seq = client.session.get("epoch", ""), resumed["seq"]
                self._take_whole(resumed["message"])
            await self._until_ended(client)
        except ConnectionLostError as lost:
            if not lost.again:
                raise

    async def _rest(self, client: Client, wanted: dict[str, Any]) -> dict[str, Any]:
        """Ask for what was missed, again while a daemon that has just begun waits for its database."""
        pause = reaching.BACKOFF_SECONDS
        for _ in range(reaching.ATTEMPTS - 1):
            try:
                return await client.request("chat:resume", wanted, self.take)
            except Unavailable:
                await trio.sleep(pause)
                pause = min(2 * pause, reaching.LONGEST_BACKOFF)
        return await client.request("chat:resume", wanted, self.take)

    def _take_whole(self, message: dict[str, Any]) -> None:
        if message["status"] == "streaming":
            self._replace(message, ended=False)
        else:
            self._take_final(message)

    async def _until_ended(self, client: Client) -> None:
        """What follows a resume is pushed, and given to `take` by whoever gets what is pushed."""
        async with trio.open_nursery() as nursery:
            for event in (self._ended, client.ended):
                nursery.start_soon(_cancel_after, event, nursery.cancel_scope)

    def _replace(self, message: dict[str, Any], *, ended: bool) -> None:
        """The answer as the daemon has it, which need not be how it was shown: a crash may have cost its last words."""
        texts = {"reasoning": message.get("reasoning") or "", "content": message["content"]}
        if not all(_fits(text, self.text(channel), ended=ended) for channel, text in texts.items()):
            self._restart()
            self._texts = dict.fromkeys(texts, "")
        for channel, text in texts.items():
            self._add(channel, text[len(self.text(channel)) :])

    def _take_final(self, message: dict[str, Any]) -> None:
        self.conversation_id, self.message_id = message["conversationId"], message["id"]
        self._replace(message, ended=True)
        self.final = message
        self._ended.set()

    def text(self, channel: str) -> str:
        """The text that came in a channel."""
        if self._pieces:
            for name in self._texts:
                self._texts[name] += "".join(text for of, text in self._pieces if of == name)
            self._pieces.clear()
        return self._texts[channel]

    def _add(self, channel: str, text: str) -> None:
        if text:
            self._pieces.append((channel, text))
            self._show(channel, text)


def _fits(text: str, shown: str, *, ended: bool) -> bool:
    """Whether what was shown is the beginning of a text; one that has ended may lack the end of what was shown."""
    return text.startswith(shown) or (ended and shown.startswith(text))


async def _cancel_after(event: trio.Event, scope: trio.CancelScope) -> None:
    await event.wait()
    scope.cancel()
