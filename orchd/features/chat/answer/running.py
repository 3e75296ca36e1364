"""An answer that still grows, and its followers, whoever generates it: this daemon or another one."""

import trio

from orchd.features.chat.answer.follower import Follower
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatMessage, ChatProgress, Status
from orchd.protocol.router import Peer


class Running:
    """What generations and tails of other daemons' journals have in common. `epoch` is the generating daemon's."""

    def __init__(self, conversation_id: int, message_id: int, epoch: str, transcript: Transcript) -> None:
        self.conversation_id = conversation_id
        self.message_id = message_id
        self.epoch = epoch
        self.transcript = transcript
        self.status: Status = "streaming"
        self.settled = trio.Event()
        """Set when the answer is stored, or will be later; `final` is what its last frame tells."""
        self.final: ChatMessage | None = None
        self._followers: dict[Peer, Follower] = {}
        self._finish: tuple[str | None] | None = None

    def attach(self, follower: Follower) -> None:
        """Let `follower` see the answer from its position on; another one of the same peer is replaced."""
        if (earlier := self._followers.get(follower.peer)) is not None:
            earlier.stop()
        self._followers[follower.peer] = follower
        follower.begin(self.conversation_id, self.message_id, self.transcript)
        follower.advance()
        if self._finish is not None:
            follower.end(*self._finish)
        if self.final is not None:
            follower.settle(self.final)

    def detach(self, follower: Follower) -> None:
        """Stop telling `follower`, if it is still told."""
        follower.stop()
        if self._followers.get(follower.peer) is follower:
            del self._followers[follower.peer]

    def follower_of(self, peer: Peer) -> Follower | None:
        """Return who tells `peer` of this answer."""
        return self._followers.get(peer)

    def leave(self, peer: Peer) -> None:
        """Tell `peer` nothing more, if nobody asked on its behalf."""
        follower = self._followers.get(peer)
        if follower is not None and follower.live:
            self.detach(follower)

    @property
    def last_seq(self) -> int:
        """The `seq` of the last frame that anybody can have: `done` has its own."""
        return self.transcript.seq + (self._finish is not None)

    @property
    def followed(self) -> bool:
        """Whether anybody listens."""
        return bool(self._followers)

    @property
    def lagging(self) -> bool:
        """Whether somebody has yet to be sent the rest, though it has ended."""
        return any(follower.behind for follower in self._followers.values())

    def tell_progress(self, progress: ChatProgress) -> None:
        """Send a progress frame to all."""
        for follower in self._followers.values():
            follower.progress(progress)

    def tell_growth(self) -> None:
        """Send what has grown to all."""
        for follower in self._followers.values():
            follower.advance()

    def tell_end(self, finish_reason: str | None) -> None:
        """Send the `done` frame to all, after what is left."""
        self._finish = (finish_reason,)
        for follower in self._followers.values():
            follower.end(finish_reason)

    def tell_final(self, final: ChatMessage) -> None:
        """Send the last frame to all who are no request, and end the story."""
        self.final = final
        for follower in self._followers.values():
            follower.settle(final)
        self.settled.set()
