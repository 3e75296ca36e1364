"""Live lists: whoever follows an entity is told each change once, in order, and can go on where they were.

The log of changes in the database is what is told, so that other daemons' changes are, too, and a reader is nothing but
a number: how far it has come. What a slow connection has not taken is read again once it has drained.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, NamedTuple, Protocol

import trio

from orchd.entity.owner import Belonging, Owner
from orchd.entity.wire.change_queries import LoggedChange, changes_after, first_kept, latest
from orchd.entity.wire.definition import Entity
from orchd.entity.wire.listening import ChangeListener, ChangeListeners
from orchd.errors import Unavailable
from orchd.hub import Hub, KeyedTopic
from orchd.protocol.identity import Identity
from orchd.protocol.router import Context, Peer
from orchd.storage import Database, Steps
from orchd.wakeup import Signal

LOOK_SECONDS = 0.5
"""How often a daemon looks what others have changed, while anybody follows anything."""
AWAY_SECONDS = 2.0
"""Pause while the database is away."""
CHANGES_AT_ONCE = 200
LONGEST_RECOVERY = 1_000
"""Changes that are told to whoever comes back or was slow; after more of them they read the list again."""


class LiveKind(Protocol):
    """Rows of one kind, as they are told to those who follow them."""

    @property
    def kind(self) -> str:
        """What the log of changes calls them."""

    def owner_of(self, who: Identity) -> Owner:
        """Return whose rows somebody sees of them."""

    def find_present(self, row_id: int) -> Steps[tuple[Any, Belonging | None]]:
        """Return a row as it is shown now, and whom it belongs to; None for one that isn't there."""

    def change_frame(self, number: int, happening: Any, row_id: int | None, item: Any) -> bytes:
        """Encode a change; `item` is the row as it is shown, None where it isn't."""


class _Follower:
    """A connection that follows one entity, and the number of the change that it was told last."""

    __slots__ = ("number", "owner", "peer", "waiting", "wants")

    def __init__(self, peer: Peer, owner: Owner, number: int, wants: Callable[[Any], bool] | None) -> None:
        self.wants = wants
        """Which rows it is told of; None: all that it sees."""
        self.peer = peer
        self.owner = owner
        self.number = number
        self.waiting = False
        """For its connection to drain."""


class _News(NamedTuple):
    """A change, and the row as it is by now with whom it belongs to; None when there is none."""

    change: LoggedChange
    row: Any
    belongs: Belonging | None


class _Batch(NamedTuple):
    """Changes in order, up to and with the number `end`; whether that is all there is. Those up to and with `forgotten`
    are not known any more."""

    changes: list[_News]
    forgotten: int
    end: int
    whole: bool


class FollowStart(NamedTuple):
    """Where a follower begins: after which change, and whether all that came since the one it named will be told."""

    number: int
    recovered: bool


class ChangeFeed:
    """Who follows what. `keep_telling` must be running."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub
        self._kinds: dict[str, LiveKind] = {}
        self._topic: KeyedTopic[str] = hub.keyed_topic()
        self._followers: dict[str, dict[Peer, _Follower]] = {}
        self._listeners = ChangeListeners(database)
        self._news = Signal()
        hub.when_forgotten(self._forget)
        hub.when_renewed(self._renew)

    def register(self, live: LiveKind) -> None:
        """Let an entity, or another kind of rows, be followed."""
        self._kinds[live.kind] = live
        self._followers[live.kind] = {}

    def entities(self) -> list[Entity[Any]]:
        """Return the entities that can be followed."""
        return [live for live in self._kinds.values() if isinstance(live, Entity)]

    def look(self) -> None:
        """Have what was just changed told, if anybody follows anything."""
        if self._is_followed():
            self._news.set()

    def listen(self, listener: ChangeListener, number: int) -> None:
        """Have a part of the daemon hear of all changes of a kind after this number, until it isn't needed any more."""
        self._listeners.begin(listener, number)
        self._news.set()

    async def begin(
        self, context: Context, kind: str, since: int | None, wants: Callable[[Any], bool] | None = None
    ) -> FollowStart:
        """Have a connection follow, as `follow` does, from after the reply to its request on; return where it begins.
        Raises `Busy` when it follows too much, `Unavailable`."""
        peer = context.peer
        self._topic.check_room(kind, peer)
        start = await self._database.read(_start, kind, since)
        context.after_reply(lambda: self.follow(kind, peer, context.identity, start.number, wants))
        return start

    def follow(
        self, kind: str, peer: Peer, who: Identity, number: int, wants: Callable[[Any], bool] | None = None
    ) -> None:
        """Tell a connection what becomes of the rows that it sees, and `wants` if that is given, from after this change
        on."""
        owner = self._kinds[kind].owner_of(self._hub.present(peer, who))
        self._topic.subscribe(kind, peer)
        self._followers[kind][peer] = _Follower(peer, owner, number, wants)
        self._news.set()

    def leave(self, kind: str, peer: Peer) -> None:
        """Tell a connection no more."""
        self._topic.unsubscribe(kind, peer)
        self._followers[kind].pop(peer, None)

    def _forget(self, peer: Peer) -> None:
        for followers in self._followers.values():
            followers.pop(peer, None)

    def _renew(self, peer: Peer, who: Identity) -> None:
        """Whoever sees other rows from now on reads the lists again."""
        for kind, followers in self._followers.items():
            if (follower := followers.get(peer)) is not None:
                follower.owner = self._kinds[kind].owner_of(who)
                self._reset(kind, follower, follower.number)

    async def keep_telling(self) -> None:
        """Tell all that becomes of what is followed, until cancelled."""
        while True:
            if not self._is_followed():
                await self._news.wait()
            try:
                await self._listeners.tell()
                while await self._tell_some():
                    pass
            except Unavailable:
                await trio.sleep(AWAY_SECONDS)
                continue
            with trio.move_on_after(LOOK_SECONDS):
                await self._news.wait()

    def _is_followed(self) -> bool:
        return any(self._followers.values()) or self._listeners.are_needed()

    async def _tell_some(self) -> bool:
        """Tell some changes to those who are furthest behind; return whether that was not all there is."""
        ready = [
            (kind, follower)
            for kind, followers in self._followers.items()
            for follower in followers.values()
            if not self._is_waiting(follower)
        ]
        if not ready:
            return False
        start = min(follower.number for _, follower in ready)
        batch = await self._database.read(self._read, start, {kind for kind, _ in ready})
        self._reset_late(ready, batch.forgotten)
        behind: set[_Follower] = set()
        for told in batch.changes:
            behind |= self._tell(told, start)
        for _, follower in ready:
            if follower not in behind:
                follower.number = max(follower.number, batch.end)
        return not batch.whole

    def _is_waiting(self, follower: _Follower) -> bool:
        if not follower.waiting and follower.peer.congested:
            follower.waiting = True
            follower.peer.when_drained(partial(self._resume, follower))
        return follower.waiting

    def _resume(self, follower: _Follower) -> None:
        follower.waiting = False
        self._news.set()

    def _read(self, start: int, kinds: Collection[str]) -> Steps[_Batch]:
        """Read changes, each with its row as it is by now."""
        end = yield from latest()
        first = yield from first_kept()
        changes = yield from changes_after(start, CHANGES_AT_ONCE, kinds)
        found: dict[tuple[str, int], tuple[Any, Belonging | None]] = {}
        for change in changes:
            key = (change.kind, change.row_id)
            if key not in found:
                found[key] = yield from self._kinds[change.kind].find_present(change.row_id)
        whole = len(changes) < CHANGES_AT_ONCE
        told = [_News(change, *found[change.kind, change.row_id]) for change in changes]
        forgotten = end if first is None else first - 1
        return _Batch(told, forgotten, end if whole else changes[-1].number, whole)

    def _reset_late(self, ready: Collection[tuple[str, _Follower]], forgotten: int) -> None:
        """Have those read the lists again who were not told all before it was forgotten."""
        for kind, follower in ready:
            if follower.number < forgotten:
                follower.number = forgotten
                self._reset(kind, follower, forgotten)

    def _tell(self, told: _News, start: int) -> set[_Follower]:
        """Tell a change to those who see it, and have been told all up to the number `start`; return those who are
        behind, since their connections are slow."""
        change, behind = told.change, set[_Follower]()
        frames: dict[bool, bytes] = {}
        for follower in list(self._followers[change.kind].values()):
            if not start <= follower.number < change.number:  # it has come or drained since changes were read
                continue
            if self._is_waiting(follower):
                behind.add(follower)
                continue
            follower.number = change.number
            shown = change.is_seen_by(follower.owner)
            if shown or change.is_missed_by(follower.owner):
                shown = shown and told.belongs is not None and told.belongs.is_seen_by(follower.owner)
                if shown and follower.wants is not None and not follower.wants(told.row):
                    continue
                frames[shown] = frames.get(shown) or self._frame(change, told.row if shown else None)
                follower.peer.put(frames[shown])
        return behind

    def _frame(self, change: LoggedChange, row: Any) -> bytes:
        """A change of a row that isn't there any more, or not for this reader, is told as its deletion."""
        happening = change.happening if row is not None else "deleted"
        return self._kinds[change.kind].change_frame(change.number, happening, change.row_id, row)

    def _reset(self, kind: str, follower: _Follower, number: int) -> None:
        follower.peer.put(self._kinds[kind].change_frame(number, "reset", None, None))


def _start(kind: str, since: int | None) -> Steps[FollowStart]:
    now = yield from latest()
    if since is None:
        return FollowStart(now, recovered=True)
    first = yield from first_kept()
    known = since == now or (first is not None and first <= since + 1 <= now)
    if not known:
        return FollowStart(now, recovered=False)
    missed = yield from changes_after(since, LONGEST_RECOVERY + 1, (kind,))
    return FollowStart(since, recovered=True) if len(missed) <= LONGEST_RECOVERY else FollowStart(now, recovered=False)
