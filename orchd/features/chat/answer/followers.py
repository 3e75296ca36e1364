"""Who reads along, and may they still: subscriptions and readers end for those from whom a conversation is taken away.

Whoever asks is checked against the database when they ask; what follows after that is checked when something changes:
who somebody is (`become`), or whom a conversation belongs to (`give`). So nothing is asked for each word of an answer.
"""

from collections.abc import Callable, Iterable

from orchd.entity import Belonging, Owner, owner_of
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.running import Running
from orchd.protocol.identity import Identity
from orchd.protocol.router import Peer
from orchd.wakeup import Signal


class Followers:
    """Connections that follow conversations or answers. `running` are all answers that somebody may read here."""

    def __init__(self, audience: Audience, running: Callable[[], Iterable[Running]]) -> None:
        self._audience = audience
        self._running = running
        self._owners: dict[Peer, Owner] = {}
        """Who the connections are of, as was heard last."""
        self._whose: dict[int, Belonging] = {}
        """Whom the conversations belong to that have subscribers, and some that had."""
        self._most = 0
        """How many of them are kept before those without subscribers are left out."""
        self.came = Signal()
        """Set when something may be followed by others than those whose it is."""

    def know(self, peer: Peer, owner: Owner) -> None:
        """A connection may come to follow something; that it is of somebody else by now stays known."""
        self._owners.setdefault(peer, owner)
        self.came.set()

    def may_see(self, peer: Peer, whose: Belonging) -> bool:
        """Whether a connection that was made known may see by now what belongs to these."""
        return peer in self._owners and whose.is_seen_by(self._owners[peer])

    def tell_owner(self, running: Running) -> bool:
        """Whether some connection is told of an answer that is of the user whose the conversation is."""
        owners = (self._owners.get(reader.peer) for reader in running.readers())
        return any(owner is not None and owner.user_id == running.whose.user_id for owner in owners)

    def subscribe(self, conversation_id: int, whose: Belonging, peer: Peer) -> bool:
        """Tell `peer` all that happens in a conversation from now on; False if it may not see that any more."""
        if not self._audience.of(conversation_id):
            self._whose[conversation_id] = whose
        if not self.may_see(peer, self._whose[conversation_id]):
            return False
        self._audience.subscribe(conversation_id, peer)
        self._prune()
        self.came.set()
        return True

    def become(self, peer: Peer, who: Identity) -> None:
        """A connection is of somebody else now, or of somebody who may see other things."""
        self._owners[peer] = owner_of(who)
        for conversation_id in self._audience.followed_by(peer):
            if not self.may_see(peer, self._whose[conversation_id]):
                self._audience.unsubscribe(conversation_id, peer)
        for running in self._running():
            self._check(running, peer)

    def give(self, conversation_id: int, whose: Belonging) -> None:
        """A conversation belongs to somebody else now, or is seen by others."""
        if conversation_id in self._whose:
            self._whose[conversation_id] = whose
        for peer in self._audience.of(conversation_id):
            if not self.may_see(peer, whose):
                self._audience.unsubscribe(conversation_id, peer)
        for running in self._running():
            if running.conversation_id == conversation_id:
                running.whose = whose
                for reader in running.readers():
                    self._check(running, reader.peer)

    def forget(self, peer: Peer) -> None:
        """A connection has ended."""
        self._owners.pop(peer, None)

    def shared_ones(self) -> set[int]:
        """Return the followed conversations that belong to a project: another run of the daemon may take them out."""
        subscribed = {name for name, whose in self._whose.items() if whose.project_id is not None}
        return subscribed | {
            running.conversation_id
            for running in self._running()
            if running.followed and running.whose.project_id is not None
        }

    def _check(self, running: Running, peer: Peer) -> None:
        if running.reader_of(peer) is not None and not self.may_see(peer, running.whose):
            running.expel(peer)

    def _prune(self) -> None:
        if len(self._whose) > self._most:
            self._whose = {name: whose for name, whose in self._whose.items() if self._audience.of(name)}
            self._most = 2 * len(self._whose) + 64
