"""Who hears of a conversation without having asked: the devices that subscribed to it.

They get the frames that the asker gets, without `id`, so that each is encoded once for all of them.
"""

from collections.abc import Callable
from functools import partial

from orchd.features.chat.answer.running import Running
from orchd.features.chat.messages import MESSAGE, ChatMessage
from orchd.hub import Hub, KeyedTopic
from orchd.protocol.router import Peer


class Audience:
    """The subscribers of all conversations."""

    def __init__(self, hub: Hub) -> None:
        self._topic: KeyedTopic[int] = hub.keyed_topic()

    def subscribe(self, conversation_id: int, peer: Peer) -> None:
        """Tell `peer` all that happens in a conversation from now on."""
        self._topic.subscribe(conversation_id, peer)

    def check_room(self, conversation_id: int, peer: Peer) -> None:
        """Raise `Busy` if `peer` has subscribed to as much as one may."""
        self._topic.check_room(conversation_id, peer)

    def unsubscribe(self, conversation_id: int, peer: Peer) -> None:
        self._topic.unsubscribe(conversation_id, peer)

    def followed_by(self, peer: Peer) -> list[int]:
        """Return the conversations to which `peer` has subscribed."""
        return list(self._topic.keys(peer))

    def of(self, conversation_id: int) -> list[Peer]:
        """Return who has subscribed to a conversation."""
        return self._topic.subscribers(conversation_id)

    def includes(self, conversation_id: int, peer: Peer) -> bool:
        """Whether `peer` has subscribed."""
        return self._topic.includes(conversation_id, peer)

    def tell(self, conversation_id: int, message: ChatMessage, asker: Peer | None) -> None:
        """Send a message to all subscribers but the one who asked, who has it already."""
        self.send(conversation_id, partial(MESSAGE.frame, message), asker)

    def send(self, conversation_id: int, make_frame: Callable[[], bytes], asker: Peer | None) -> None:
        """Send a frame, which is made once, to all subscribers but the one who asked."""
        peers = [peer for peer in self._topic.subscribers(conversation_id) if peer is not asker]
        if peers:
            frame = make_frame()
            for peer in peers:
                peer.put(frame)

    def follow(self, running: Running) -> None:
        """Let all subscribers read an answer that begins, but for the one who asked for it."""
        for peer in self._topic.subscribers(running.conversation_id):
            running.follow(peer)
