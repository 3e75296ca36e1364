"""Those who follow all tasks that they see, and what is known of these tasks: whose they are, and when they changed.

What this run does to a task it hears at once. What other daemons do shows in the tasks that changed last, which are
looked at for each of those who follow; the first look only says how things are.
"""

from collections.abc import Callable
from typing import NamedTuple

from orchd.entity import Belonging, Owner
from orchd.features.task.core.rows import TaskListed
from orchd.features.task.store import listing_queries
from orchd.hub import Hub, Topic
from orchd.protocol.router import Peer
from orchd.storage import Database, Steps
from orchd.wakeup import Signal

KNOWN_AT_MOST = 10_000
"""Tasks of which it is remembered whose they are; those that were heard of first are forgotten first."""
LATEST = 50
"""How many of the tasks that changed last are looked at at once."""
LOOKS_AT_MOST = 20
"""Pages of them in one look: of more changes within a moment, those are told that came last."""


class _LastHeard(NamedTuple):
    """A task as it was heard of last."""

    whose: Belonging
    updated_at: str


class AllTasks:
    """Peers by whose tasks they follow. `changed` is told the id of each task that others have changed."""

    def __init__(self, database: Database, hub: Hub, changed: Callable[[int], None]) -> None:
        self._database = database
        self._changed = changed
        self._topic: Topic[Owner] = hub.topic()
        self._known: dict[int, _LastHeard] = {}
        self._looked: dict[Owner, None] = {}
        """Those whose tasks were looked at: what is new from then on is a change."""
        self.came = Signal()
        """Somebody began to follow."""

    def __len__(self) -> int:
        return len(self._topic)

    def subscribe(self, peer: Peer, owner: Owner) -> None:
        """Tell a connection of all tasks that `owner` sees from now on."""
        self._topic.subscribe(peer, owner)
        self.came.set()

    def unsubscribe(self, peer: Peer) -> None:
        """Tell a connection of no task but those that it follows one by one."""
        self._topic.unsubscribe(peer)

    def renew(self, peer: Peer, before: Owner, owner: Owner) -> list[int]:
        """Whoever has a connection is somebody else, who sees other tasks; return those that are seen no more."""
        if not self._topic.includes(peer):
            return []
        self.subscribe(peer, owner)
        return [
            task_id
            for task_id, heard in self._known.items()
            if heard.whose.is_seen_by(before) and not heard.whose.is_seen_by(owner)
        ]

    def viewers(self, whose: Belonging | None) -> list[Peer]:
        """Return who follows a task as one of all that they see; nobody where it isn't known whose it is."""
        if whose is None:
            return []
        return [peer for peer, owner in self._topic.subscribers() if whose.is_seen_by(owner)]

    def whose_was(self, task_id: int) -> Belonging | None:
        """Return whose a task was when it was heard of last."""
        found = self._known.get(task_id)
        return None if found is None else found.whose

    def note(self, task: TaskListed) -> None:
        """Remember a task as it is now, while anybody follows all."""
        if not len(self._topic):
            self._known.clear()
            return
        self._known.pop(task.id, None)
        self._known[task.id] = _LastHeard(task.whose, task.updated_at)
        if len(self._known) > KNOWN_AT_MOST:
            del self._known[next(iter(self._known))]

    def forget(self, task_id: int) -> None:
        """The task is there no more."""
        self._known.pop(task_id, None)

    async def look(self) -> None:
        """Find out what others have changed of what is followed. Raises `Unavailable`."""
        owners = dict.fromkeys(owner for _, owner in self._topic.subscribers())
        for owner in sorted(owners, key=self._is_new):  # whose first look it is must not hide a change from others
            for task in await self._database.read(self._news, owner):
                if not self._is_new(owner):
                    self._changed(task.id)
                self.note(task)
        self._looked = owners

    def _is_new(self, owner: Owner) -> bool:
        return owner not in self._looked

    def _news(self, owner: Owner) -> Steps[list[TaskListed]]:
        """Return the tasks, changed last, that are not known as they are."""
        news: list[TaskListed] = []
        before: tuple[int, int] | None = None
        for _ in range(1 if self._is_new(owner) else LOOKS_AT_MOST):
            latest = yield from listing_queries.changed_last(owner, LATEST, before)
            new = [task for task in latest if not self._is_known(task)]
            news += new
            if len(new) < LATEST:
                break
            before = listing_queries.place_of(latest[-1])
        return news[::-1]

    def _is_known(self, task: TaskListed) -> bool:
        found = self._known.get(task.id)
        return found is not None and found.updated_at == task.updated_at
