"""One reader of a growing answer: sends what is new, and merges what a slow connection has not taken.

A generation never waits for a reader. While the connection is congested nothing is sent; the text stays where it is
anyway, in the transcript, and goes out merged, byte for byte, when the connection has drained.
"""

import trio
from msgspec import UNSET, UnsetType

from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import MESSAGE, PROGRESS, STREAMING, ChatMessage, ChatProgress, ChatStreaming
from orchd.protocol.frame_type import Encode
from orchd.protocol.router import Peer
from orchd.wakeup import Signal

CHUNK_CHARACTERS = 16 * 1024
"""Longest text of one frame, so that a merged backlog goes out in bites that the send limits can measure."""


class Follower:
    """Sends one answer to one peer, from position `seq` on, as frames made by `encode`. All methods return at once.

    A `live` follower is nobody's request: it also sends the answer's last `chat:message`.
    """

    def __init__(self, peer: Peer, encode: Encode, *, seq: int = 0, live: bool = False) -> None:
        self.peer = peer
        self.live = live
        self.seq = seq
        self._encode = encode
        self._transcript: Transcript | None = None
        self._conversation_id = 0
        self._message_id = 0
        self._waiting = False
        self._stopped = False
        self._finish_reason: str | None = None
        self._ended = False
        self._final: ChatMessage | None = None
        self._caught_up = Signal()
        self.finished = trio.Event()
        """Set when the `done` frame has been put."""

    def begin(self, conversation_id: int, message_id: int, transcript: Transcript) -> None:
        """Say which answer is followed."""
        self._conversation_id, self._message_id, self._transcript = conversation_id, message_id, transcript

    def progress(self, progress: ChatProgress) -> None:
        """Send a progress frame, unless the connection has better things to do."""
        if not self.peer.congested:
            self.peer.put(self._encode(PROGRESS, progress))

    def advance(self) -> None:
        """Send what the transcript has gained, now or when the connection has drained."""
        if not self._waiting and not self._stopped:
            self._send_new()

    def stop(self) -> None:
        """Send nothing more, not even what waits for the connection to drain: another one has taken its place."""
        self._stopped = True

    @property
    def behind(self) -> bool:
        """Something is left to be sent once the connection has drained."""
        return not self._stopped and self._waiting

    async def caught_up(self) -> None:
        """Send on until everything that the transcript holds at that moment has been put."""
        assert self._transcript is not None
        while self.seq < self._transcript.seq:
            self.advance()
            await self._caught_up.wait()

    def end(self, finish_reason: str | None) -> None:
        """Send what is left and then the `done` frame."""
        self._finish_reason, self._ended = finish_reason, True
        self.advance()

    def settle(self, final: ChatMessage) -> None:
        """Send the answer's last frame after all others, if that is this follower's business."""
        self._final = final
        self.advance()

    def _send_new(self) -> None:
        assert self._transcript is not None
        while (piece := self._transcript.after(self.seq, CHUNK_CHARACTERS)) is not None:
            if self.peer.congested:
                self._wait()
                return
            self.seq = piece.seq
            self._put(piece.seq, piece.channel, piece.text)
        self._caught_up.set()
        if (
            self._owes_the_end and self.peer.congested
        ):  # the last message holds the whole answer: one at a time is enough
            self._wait()
            return
        if self._ended and not self.finished.is_set():
            self._put(self.seq + 1, "content", "", done=True)
            self.finished.set()
        if self.live and self._final is not None and self.finished.is_set():
            self.peer.put(self._encode(MESSAGE, self._final))
            self._final = None

    @property
    def _owes_the_end(self) -> bool:
        """The `done` frame is still to be said, or the last message after it."""
        return self.live and self._final is not None if self.finished.is_set() else self._ended

    def _wait(self) -> None:
        self._waiting = True
        self.peer.when_drained(self._resume)

    def _resume(self) -> None:
        self._waiting = False
        self.advance()

    def _put(self, seq: int, channel: str, chunk: str, *, done: bool = False) -> None:
        reason: str | UnsetType | None = self._finish_reason if done else UNSET
        frame = ChatStreaming(
            self._conversation_id,
            self._message_id,
            seq,
            "reasoning" if channel == "reasoning" else "content",
            chunk,
            done,
            reason,
        )
        self.peer.put(self._encode(STREAMING, frame))


class CatchUp(Follower):
    """Sends what a reader missed, on behalf of its request, and leaves all that is no text to who follows after it."""

    def progress(self, progress: ChatProgress) -> None:
        """Not its business."""

    def end(self, finish_reason: str | None) -> None:
        """Not its business."""

    def settle(self, final: ChatMessage) -> None:
        """Not its business."""
