"""Tells subscribers what becomes of tasks, whoever did it.

A change is a word that a task is to be looked at: the newest state is read from the database and encoded once for all
subscribers, so that changes which follow each other quickly are told as one, and nothing is told that is not stored.
What other daemons do to a task is in the log of changes, which is read while anybody follows any.

Whoever may not see a task any more is told that they follow it no longer: at once when it is they who have changed, and
with the next telling when it is the task, which then belongs to somebody else or to another project.
"""

from collections.abc import Callable, Collection
from typing import NamedTuple

import msgspec
import trio

from orchd.clock import unix_now
from orchd.entity import Belonging, Owner, owner_of
from orchd.entity.wire import ChangeFeed, LoggedChange
from orchd.errors import Unavailable
from orchd.features.task.core.rows import StepKind, TaskApproval, TaskRow
from orchd.features.task.core.work import TextListener
from orchd.features.task.engine.running import AWAY_SECONDS
from orchd.features.task.store import listing_queries
from orchd.features.task.store.listing_queries import TaskDetails, ids_seen_by
from orchd.features.task.store.saving_queries import TASK_KIND
from orchd.features.task.wire.all_tasks import KNOWN_AT_MOST, AllTasks
from orchd.features.task.wire.live_messages import APPROVAL, UNSUBSCRIBED, TaskUnsubscribed
from orchd.features.task.wire.messages import UPDATE
from orchd.features.task.wire.step_text import StepText
from orchd.features.task.wire.views import task_update
from orchd.hub import Hub, KeyedTopic
from orchd.protocol.identity import Identity
from orchd.protocol.router import Peer
from orchd.storage import Database
from orchd.wakeup import Signal


class _LastUpdate(NamedTuple):
    """What the subscribers of a task were told last."""

    version: int
    approvals: dict[int, TaskApproval]


class Follower(NamedTuple):
    """A connection, whose it was when it asked to follow something, and the number of the latest change then."""

    peer: Peer
    who: Identity
    number: int


class Publisher:
    """The subscribers of all tasks; satisfies `TaskListener`, and `ChangeListener`. `run` must be running."""

    kind = TASK_KIND

    def __init__(self, database: Database, hub: Hub, feed: ChangeFeed) -> None:
        self._database = database
        self._feed = feed
        hub.when_forgotten(self._forget)  # before the topics: it asks them what the connection followed
        self._topic: KeyedTopic[int] = hub.keyed_topic()
        self._listeners: KeyedTopic[int] = hub.keyed_topic()
        self._all = AllTasks(hub)
        self._hub = hub
        hub.when_renewed(self._renew)
        self._owners: dict[Peer, Owner] = {}
        self._whose: dict[int, Belonging] = {}
        """Of the tasks that are followed, as far as is known."""
        self._told: dict[int, _LastUpdate] = {}
        self._new: dict[int, dict[Peer, None]] = {}
        self._texts: dict[int, dict[StepText, None]] = {}
        self._due: dict[int, None] = {}
        self._lost: dict[Peer, Owner] = {}
        """Connections that follow all tasks and see others than they did, with what they saw before."""
        self._told_all: list[Callable[[int], None]] = []
        self._wanted = Signal()

    def tell_changes(self, told: Callable[[int], None]) -> None:
        """Have `told` called with each task that something has become of. It never waits."""
        self._told_all.append(told)

    def on_change(self, task_id: int) -> None:
        """Have a task's subscribers told what it is like now."""
        for told in self._told_all:
            told(task_id)
        self._mark(task_id)

    def _mark(self, task_id: int) -> None:
        if self._topic.subscribers(task_id) or len(self._all):
            self._due[task_id] = None
            self._wanted.set()
        elif not self.is_needed():
            self._told.clear()

    def on_move(self, before: TaskRow) -> None:
        """Have those told, too, who saw a task as it was before and may see it no more."""
        self._all.note(before)
        self.on_change(before.id)

    def listen_to(self, task_id: int, subtask_id: int | None, kind: StepKind, attempt: int) -> TextListener:
        """Let those who want to read along with a step that is about to run."""
        text = StepText(task_id, subtask_id, kind, attempt)
        self._texts.setdefault(task_id, {})[text] = None
        for peer in self._listeners.subscribers(task_id):
            text.follow(peer)
        return text

    def stop_listening(self, listener: TextListener) -> None:
        """Tell those who read along that the step runs no more."""
        assert isinstance(listener, StepText)
        texts = self._texts[listener.task_id]
        del texts[listener]
        if not texts:
            del self._texts[listener.task_id]
        listener.end()

    def check_room(self, task_id: int, peer: Peer) -> None:
        """Raise `Busy` if `peer` has subscribed to as much as one may."""
        self._topic.check_room(task_id, peer)

    def is_needed(self) -> bool:
        """Whether any task is followed."""
        return bool(len(self._all) or self._topic.subjects())

    def on_logged(self, change: LoggedChange) -> None:
        """A task was changed, perhaps by another daemon."""
        self._all.note_change(change)
        self._mark(change.row_id)

    def on_gap(self) -> None:
        """Look at all that is followed one by one; who follows all is told of what changes from now on."""
        for task_id in self._topic.subjects():
            self._mark(task_id)

    def subscribe(self, task_id: int, whose: Belonging, follower: Follower, *, streaming: bool) -> None:
        """Tell a connection what a task that it sees is like now, and all that becomes of it; with `streaming`, also
        its steps' text."""
        peer = follower.peer
        self._whose[task_id] = whose
        self._owners[peer] = owner_of(self._hub.present(peer, follower.who))
        self._topic.subscribe(task_id, peer)
        if not self._sees(peer, task_id):  # since it asked, it was taken away
            self._dismiss(task_id, [peer])
            return
        self._new.setdefault(task_id, {})[peer] = None
        if streaming:
            self._listeners.subscribe(task_id, peer)
            for text in self._texts.get(task_id, ()):
                text.follow(peer)
        else:
            self._stop_listening(task_id, peer)
        self._feed.listen(self, follower.number)
        self.on_change(task_id)

    def subscribe_all(self, follower: Follower) -> None:
        """Tell a connection what becomes of all tasks that it sees, from now on."""
        self._owners[follower.peer] = owner = owner_of(self._hub.present(follower.peer, follower.who))
        self._all.subscribe(follower.peer, owner)
        self._feed.listen(self, follower.number)

    def unsubscribe_all(self, peer: Peer) -> None:
        """Tell a connection of those tasks only that it follows one by one."""
        self._all.unsubscribe(peer)

    def unsubscribe(self, task_id: int, peer: Peer) -> None:
        self._topic.unsubscribe(task_id, peer)
        self._stop_listening(task_id, peer)
        if not self._topic.subscribers(task_id):
            self._whose.pop(task_id, None)

    def tells(self, peer: Peer) -> bool:
        """Whether a connection is being told of steps that run here."""
        return any(self._topic.includes(task_id, peer) for task_id in self._texts)

    async def run(self) -> None:
        """Tell what is due, until cancelled."""
        while True:
            await self._wanted.wait()
            while self._due or self._lost:
                try:
                    await self._tell_lost()
                    await self._tell_due()
                except Unavailable:
                    await trio.sleep(AWAY_SECONDS)
                    await self._database.wait_ready()

    async def _tell_due(self) -> None:
        while self._due:
            task_id = next(iter(self._due))
            del self._due[task_id]  # before it is read: what changes meanwhile is told by another round
            try:
                shown = await self._database.read(listing_queries.find_details, task_id)
            except Unavailable:
                self._due[task_id] = None
                raise
            self._publish(task_id, shown)

    async def _tell_lost(self) -> None:
        """Tell connections which tasks they see no more."""
        while self._lost:
            peer, before = next(iter(self._lost.items()))
            after = self._owners.get(peer, before)
            lost = await self._database.read(listing_queries.losses, before, after)
            if peer in self._lost and self._owners[peer] is after:  # else it has ended, or sees others again
                del self._lost[peer]
                for task_id in lost:
                    self._dismiss_viewers(task_id, [peer])

    def _publish(self, task_id: int, shown: TaskDetails | None) -> None:
        if shown is not None and task_id in self._whose:
            self._whose[task_id] = shown.task.whose
            self._dismiss(task_id, [peer for peer in self._topic.subscribers(task_id) if not self._sees(peer, task_id)])
        followers = self._topic.subscribers(task_id)
        viewers = [peer for peer in self._viewers(task_id, shown) if peer not in followers]
        new = [peer for peer in self._new.pop(task_id, {}) if peer in followers]
        told = self._told.pop(task_id, None)
        if shown is None:
            self._dismiss(task_id, followers)
        elif followers or viewers:
            self._told[task_id] = _LastUpdate(
                shown.task.version, {approval.id: approval for approval in shown.approvals}
            )
            if len(self._told) > KNOWN_AT_MOST:
                del self._told[next(iter(self._told))]  # at its next change it is told whole
            self._tell(shown, told, new, [peer for peer in (*followers, *viewers) if peer not in new])

    def _viewers(self, task_id: int, shown: TaskDetails | None) -> list[Peer]:
        """Return who follows all tasks and sees this one; those who don't see it any more are told so."""
        before = self._all.viewers(self._all.whose_was(task_id))
        after = [] if shown is None else self._all.viewers(shown.task.whose)
        self._dismiss_viewers(task_id, [peer for peer in before if peer not in after])
        if shown is None:
            self._all.forget(task_id)
        else:
            self._all.note(shown.task)
        return after

    def _dismiss_viewers(self, task_id: int, peers: Collection[Peer]) -> None:
        """Tell those who follow all tasks that for them there is no such task any more."""
        frame = UNSUBSCRIBED.frame(TaskUnsubscribed(task_id))
        for peer in peers:
            if not self._topic.includes(task_id, peer):  # else it is told as one who follows this task
                peer.put(frame)

    def _tell(
        self, shown: TaskDetails, told: _LastUpdate | None, new: Collection[Peer], others: Collection[Peer]
    ) -> None:
        """Tell everybody what is new to them: the task's state, and what persons are asked about it."""
        is_new = told is None or told.version != shown.task.version
        peers = [*new, *others] if is_new else new
        frames: dict[tuple[int, ...], bytes] = {}
        for peer in peers:
            needed = ids_seen_by(self._owners[peer], shown.needed)
            if needed not in frames:
                frames[needed] = UPDATE.frame(task_update(shown, needed, unix_now()))
            peer.put_latest(f"task {shown.task.id}", frames[needed])
        opened = [approval for approval in shown.approvals if approval.status == "open"]
        self._ask(new, opened)
        self._ask(others, opened if told is None else _news(told.approvals, shown.approvals))

    def _ask(self, peers: Collection[Peer], questions: Collection[TaskApproval]) -> None:
        for question in questions if peers else ():
            frame = APPROVAL.frame(question)
            for peer in peers:
                peer.put(frame)

    def _renew(self, peer: Peer, who: Identity) -> None:
        """Tell a connection no more of what it may not see any more."""
        if peer not in self._owners:
            return
        before, self._owners[peer] = self._owners[peer], owner_of(who)
        if self._all.renew(peer, self._owners[peer]):
            self._lost.setdefault(peer, before)
            self._wanted.set()
        for task_id in list(self._topic.keys(peer)):
            if not self._sees(peer, task_id):
                self._dismiss(task_id, [peer])

    def _sees(self, peer: Peer, task_id: int) -> bool:
        return self._whose[task_id].is_seen_by(self._owners[peer])

    def _dismiss(self, task_id: int, peers: Collection[Peer]) -> None:
        """Tell subscribers that for them there is no such task any more."""
        frame = UNSUBSCRIBED.frame(TaskUnsubscribed(task_id))
        for peer in peers:
            peer.put(frame)
            self.unsubscribe(task_id, peer)

    def _stop_listening(self, task_id: int, peer: Peer) -> None:
        self._listeners.unsubscribe(task_id, peer)
        for text in self._texts.get(task_id, ()):
            text.leave(peer)

    def _forget(self, peer: Peer) -> None:
        self._owners.pop(peer, None)
        self._lost.pop(peer, None)
        for task_id in list(self._topic.keys(peer)):
            self._new.get(task_id, {}).pop(peer, None)
            if self._topic.subscribers(task_id) == [peer]:
                self._whose.pop(task_id, None)
        for texts in self._texts.values():
            for text in texts:
                text.leave(peer)


def _news(before: dict[int, TaskApproval], now: Collection[TaskApproval]) -> list[TaskApproval]:
    """Return the questions that are not what they were, those that are gone first."""
    there = {approval.id for approval in now}
    gone = [approval for approval in before.values() if approval.status == "open" and approval.id not in there]
    changed = [approval for approval in now if before.get(approval.id) != approval]
    return [msgspec.structs.replace(approval, status="withdrawn") for approval in gone] + changed
