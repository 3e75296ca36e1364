"""An answer that still grows, and those who read along, whoever generates it: this daemon or another one.

Who asked for it (`asks`) is told all up to `done`, and the answer's last message by its request; who only catches up
(`catches_up`) is told nothing but text. All others are nobody's request, and have the last message too.
"""

from functools import partial

import trio
from msgspec import UNSET, UnsetType

from orchd.entity import Belonging
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import (
    MESSAGE,
    PROGRESS,
    STREAMING,
    ChatMessage,
    ChatProgress,
    ChatStreaming,
    MessageStatus,
)
from orchd.hub import FeedReader, Piece, TextFeed
from orchd.llm.types import Channel, Phase
from orchd.protocol.router import Peer


class AnswerStage:
    """What an answer is at since `begun`, on the monotonic clock, and what of that is told where it is known."""

    def __init__(self, begun: float) -> None:
        self.phase: Phase = "queued"
        self.begun = begun
        self.progress: float | UnsetType = UNSET
        """How far it is within the phase, from 0 to 1."""
        self.position: int | UnsetType = UNSET
        """Its place among those that wait, from 1."""
        self._due: float | None = None

    def enter(self, phase: Phase, progress: float | None, now: float) -> None:
        """Come further, in the same phase or in another one."""
        if phase != self.phase:
            self.phase, self.begun = phase, now
        self.progress = UNSET if progress is None else min(1.0, max(0.0, progress))
        self.position, self._due = UNSET, None

    def wait(self, position: int | None, eta_ms: int | None, now: float) -> None:
        """Take a place among those that wait, or None; what that takes still was measured earlier."""
        self.position = UNSET if position is None else position
        self._due = None if eta_ms is None else now + eta_ms / 1000

    def eta_ms(self, now: float) -> int | UnsetType:
        """Return how long it may still wait, 0 where it has waited for longer."""
        return UNSET if self._due is None else max(0, round((self._due - now) * 1000))


def asks(peer: Peer, request_id: str | None) -> FeedReader:
    """Return the reader of a request that wants the whole answer."""
    return FeedReader(peer, request_id, closing=1)


def catches_up(peer: Peer, request_id: str | None, seq: int) -> FeedReader:
    """Return the reader of a request that wants the text from `seq` on."""
    return FeedReader(peer, request_id, seq=seq, closing=0)


def is_asked(reader: FeedReader) -> bool:
    """Whether somebody reads on behalf of a request, which need not have an id."""
    return reader.closing <= 1


class Running(TextFeed[Channel]):
    """What generations and tails of other daemons' journals have in common. `epoch` is the generating daemon's, `whose`
    whom the conversation belongs to."""

    def __init__(
        self, conversation_id: int, message_id: int, epoch: str, transcript: Transcript, whose: Belonging
    ) -> None:
        super().__init__(transcript)
        self.whose = whose
        self.conversation_id = conversation_id
        self.message_id = message_id
        self.epoch = epoch
        self.transcript = transcript
        self.status: MessageStatus = "streaming"
        self.settled = trio.Event()
        """Set when the answer is stored, or will be later; `final` is what its last frame tells."""
        self.final: ChatMessage | None = None

    def frame(self, piece: Piece[Channel], start: int, request_id: str | None) -> bytes:
        chunk = ChatStreaming(
            self.conversation_id, self.message_id, piece.seq, piece.channel, piece.text, done=False, finish_reason=UNSET
        )
        return STREAMING.frame(chunk, request_id)

    def leave(self, peer: Peer) -> None:
        """Tell `peer` nothing more, if nobody asked on its behalf."""
        reader = self.reader_of(peer)
        if reader is not None and not is_asked(reader):
            super().leave(peer)

    def expel(self, peer: Peer) -> None:
        """Tell `peer` nothing more, whatever it asked for: it may not see this any longer."""
        super().leave(peer)

    @property
    def last_seq(self) -> int:
        """The `seq` of the last frame that anybody can have: `done` has its own."""
        return self.transcript.seq + self.closed

    def tell_progress(self, progress: ChatProgress) -> None:
        """Send a progress frame to all."""
        self.remark(partial(PROGRESS.frame, progress))

    def tell_end(self, finish_reason: str | None) -> None:
        """Send the `done` frame to all, after what is left."""
        done = ChatStreaming(
            self.conversation_id, self.message_id, self.last_seq + 1, "content", "", True, finish_reason
        )
        self.close(partial(STREAMING.frame, done))

    def tell_final(self, final: ChatMessage) -> None:
        """Send the last frame to all who are no request, and end the story."""
        self.final = final
        self.close(partial(MESSAGE.frame, final))
        self.settled.set()
