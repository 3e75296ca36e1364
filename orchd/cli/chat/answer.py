"""One answer, from its first character to its last, over as many connections as it takes."""

from collections.abc import Callable
from typing import Any

from orchd import orchd_client
from orchd.cli.chat.link import Link
from orchd.errors import Unavailable
from orchd.orchd_client import AnswerStream, TextChunk
from orchd.orchd_client.types import ChatMessage, ChatProgress

UNKNOWN = (
    "the connection was lost before the daemon confirmed the message, so it may or may not have taken it; "
    "/history or /list shows whether it did"
)
CHANNELS = ("reasoning", "content")


class AnswerView:
    """What is known of an answer so far. `show` gets its text by channel, each character once."""

    def __init__(
        self,
        show: Callable[[str, str], None],
        progress: Callable[[ChatProgress], None],
        restart: Callable[[], None],
    ) -> None:
        self._show = show
        self._progress = progress
        self._restart = restart
        self._shown = dict.fromkeys(CHANNELS, "")
        self._pieces: list[tuple[str, str]] = []
        self._anew: dict[str, str] | None = None
        """The text since the daemon has begun anew with it, until all that was shown is there again."""
        self._stream: AnswerStream[ChatMessage] | None = None
        self.cancelled = False
        self.final: dict[str, Any] | None = None

    @property
    def message_id(self) -> int | None:
        """The id of the answer, as soon as it is known."""
        return None if self._stream is None else self._stream.message_id

    @property
    def conversation_id(self) -> int | None:
        """The conversation that it is in, as soon as that is known."""
        stream = self._stream
        known = None if stream is None else stream.message or stream.question
        return None if known is None else known.conversation_id

    async def ask(
        self, link: Link, asked: Callable[[orchd_client.Client], AnswerStream[ChatMessage]]
    ) -> dict[str, Any]:
        """Send the request and return the stored answer, whatever its status. When this is cancelled it goes on there.

        A lost connection is opened again, and what was missed is fetched. Raises `OrchdError` when the request was
        refused or nobody knows what became of it, `ConnectionLostError` when the daemon does not want this client.
        """
        client = await link.client()
        self._stream = stream = asked(client.typed)
        stream.let_go()
        stream.told_progress = self._progress
        try:
            with link.patience():
                async with stream:
                    async for chunk in stream:
                        self._take(chunk)
        except orchd_client.OrchdError as error:
            if isinstance(error, orchd_client.DisconnectedError) and not link.is_final and stream.message_id is None:
                raise Unavailable(UNKNOWN) from error
            raise await client.reason_of(error) from error
        assert stream.final is not None
        self.final = final = dict(stream.final.plain)
        self._settle({"reasoning": final.get("reasoning") or "", "content": final["content"]}, ended=True)
        return final

    async def cancel(self) -> None:
        """Have the daemon end it. Raises the errors of the wire."""
        if self._stream is not None:
            await self._stream.cancel()

    def text(self, channel: str) -> str:
        """The text that was shown in a channel."""
        if self._pieces:
            for name in CHANNELS:
                self._shown[name] += "".join(text for of, text in self._pieces if of == name)
            self._pieces.clear()
        return self._shown[channel]

    def _take(self, chunk: TextChunk) -> None:
        if not chunk.recovered:
            self._anew = dict.fromkeys(CHANNELS, "")
        if self._anew is None:
            self._add(chunk.channel, chunk.text)
            return
        self._anew[chunk.channel] = self._anew.get(chunk.channel, "") + chunk.text
        self._settle(self._anew, ended=False)

    def _settle(self, texts: dict[str, str], *, ended: bool) -> None:
        """Show the answer as the daemon has it: a crash may have cost its last words.

        While it grows, what was shown may still come again.
        """
        if not all(_fits(texts[channel], self.text(channel)) for channel in CHANNELS):
            self._restart()
            self._shown = dict.fromkeys(CHANNELS, "")
        for channel in CHANNELS:
            self._add(channel, texts[channel][len(self.text(channel)) :])
        if not ended and all(len(texts[channel]) >= len(self.text(channel)) for channel in CHANNELS):
            self._anew = None

    def _add(self, channel: str, text: str) -> None:
        if text:
            self._pieces.append((channel, text))
            self._show(channel, text)


def _fits(text: str, shown: str) -> bool:
    """Whether one of them is the beginning of the other."""
    return text.startswith(shown) or shown.startswith(text)
