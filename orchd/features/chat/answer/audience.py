"""Who hears of a conversation without having asked: the devices that subscribed to it.

They get the frames that the asker gets, without `id`, so that each is encoded once for all of them.
"""

from msgspec import Struct

from orchd.features.chat.answer.follower import Follower
from orchd.features.chat.answer.running import Running
from orchd.features.chat.messages import MESSAGE, ChatMessage, ChatStreaming
from orchd.hub import Hub, KeyedTopic
from orchd.protocol.frame_type import FrameType, Payload
from orchd.protocol.router import Peer


class Audience:
    """The subscribers of all conversations, and their followers."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._topic: KeyedTopic[int] = hub.keyed_topic()
        self._last: tuple[Struct, bytes] | None = None

    def subscribe(self, conversation_id: int, peer: Peer) -> None:
        """Tell `peer` all that happens in a conversation from now on."""
        self._topic.subscribe(conversation_id, peer)

    def check_room(self, conversation_id: int, peer: Peer) -> None:
        """Raise `Busy` if `peer` has subscribed to as much as one may."""
        self._topic.check_room(conversation_id, peer)

    def unsubscribe(self, conversation_id: int, peer: Peer) -> None:
        """No more of it."""
        self._topic.unsubscribe(conversation_id, peer)

    def includes(self, conversation_id: int, peer: Peer) -> bool:
        """Whether `peer` has subscribed."""
        return self._topic.includes(conversation_id, peer)

    def tell(self, conversation_id: int, message: ChatMessage, asker: Peer) -> None:
        """Send a message to all subscribers but the one who asked, who has it already."""
        peers = [peer for peer in self._topic.subscribers(conversation_id) if peer is not asker]
        if peers:
            frame = self._hub.frame(MESSAGE, message)
            for peer in peers:
                peer.put(frame)

    def follow(self, running: Running) -> None:
        """Let all subscribers follow an answer that begins, but for the one who asked for it."""
        for peer in self._topic.subscribers(running.conversation_id):
            if running.follower_of(peer) is None:
                running.attach(self.follower(peer))

    def follower(self, peer: Peer, seq: int = 0) -> Follower:
        """Make a follower of an answer from position `seq` on, that is no request's."""
        return Follower(peer, self._encode, seq=seq, live=True)

    def _encode(self, kind: FrameType[Payload], payload: Payload, /) -> bytes:
        """Encode a frame for many: followers in step ask for the same one, one after another."""
        if self._last is not None and _same(self._last[0], payload):
            return self._last[1]
        frame = self._hub.frame(kind, payload)
        self._last = (payload, frame)
        return frame


def _same(one: Struct, other: Struct) -> bool:
    """Whether two frames are one. A message's text is fixed, so its place and length decide."""
    if not isinstance(one, ChatStreaming) or not isinstance(other, ChatStreaming):
        return one is other
    return (
        one.message_id == other.message_id
        and one.seq == other.seq
        and one.done == other.done
        and len(one.chunk) == len(other.chunk)
    )
