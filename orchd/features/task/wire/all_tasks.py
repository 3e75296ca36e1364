"""Those who follow all tasks that they see, and what is known of these tasks: whose they are."""

from orchd.entity import Belonging, Owner
from orchd.entity.wire import LoggedChange
from orchd.features.task.core.rows import TaskListed
from orchd.hub import Hub, Topic
from orchd.protocol.router import Peer

KNOWN_AT_MOST = 10_000
"""Tasks of which it is remembered whose they are; those that were heard of first are forgotten first."""


class AllTasks:
    """Peers by whose tasks they follow."""

    def __init__(self, hub: Hub) -> None:
        self._topic: Topic[Owner] = hub.topic()
        self._known: dict[int, Belonging] = {}

    def __len__(self) -> int:
        return len(self._topic)

    def subscribe(self, peer: Peer, owner: Owner) -> None:
        """Tell a connection of all tasks that `owner` sees from now on."""
        self._topic.subscribe(peer, owner)

    def unsubscribe(self, peer: Peer) -> None:
        """Tell a connection of no task but those that it follows one by one."""
        self._topic.unsubscribe(peer)

    def renew(self, peer: Peer, owner: Owner) -> bool:
        """Whoever has a connection is somebody else, who sees other tasks; return whether they follow all of them."""
        followed = self._topic.includes(peer)
        if followed:
            self.subscribe(peer, owner)
        return followed

    def viewers(self, whose: Belonging | None) -> list[Peer]:
        """Return who follows a task as one of all that they see; nobody where it isn't known whose it is."""
        if whose is None:
            return []
        return [peer for peer, owner in self._topic.subscribers() if whose.is_seen_by(owner)]

    def whose_was(self, task_id: int) -> Belonging | None:
        """Return whose a task was when it was heard of last."""
        return self._known.get(task_id)

    def note(self, task: TaskListed) -> None:
        """Remember whose a task is now, while anybody follows all."""
        self._remember(task.id, task.whose)

    def note_change(self, change: LoggedChange) -> None:
        """Remember whose a task was before a change, if that isn't known: who saw it then may see it no more."""
        if change.row_id not in self._known:
            left = change.left_project_id
            self._remember(change.row_id, Belonging(change.user_id, change.project_id if left is None else left))

    def forget(self, task_id: int) -> None:
        """The task is there no more."""
        self._known.pop(task_id, None)

    def _remember(self, task_id: int, whose: Belonging) -> None:
        if not len(self._topic):
            self._known.clear()
            return
        self._known.pop(task_id, None)
        self._known[task_id] = whose
        if len(self._known) > KNOWN_AT_MOST:
            del self._known[next(iter(self._known))]
