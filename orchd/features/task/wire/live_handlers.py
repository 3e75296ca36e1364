"""Answers to those who watch tasks: subscriptions, a person's word, logs, figures."""

from functools import partial

from orchd.entity import Owner, owner_of
from orchd.entity.wire import latest
from orchd.errors import Invalid, TooLarge
from orchd.features.task.core.rows import TaskRow
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.engine.load_shedding import NEVER, Brakes
from orchd.features.task.store import listing_queries
from orchd.features.task.store.lifecycle_queries import Decision
from orchd.features.task.store.queries import find_seen
from orchd.features.task.wire.drafts import bound
from orchd.features.task.wire.live_messages import (
    APPROVAL,
    MAX_NOTE_CHARACTERS,
    STREAMING,
    UNSUBSCRIBED,
    TaskApprovalPage,
    TaskApprovals,
    TaskApprove,
    TaskApproved,
    TaskBrakes,
    TaskBrakeState,
    TaskLogPage,
    TaskLogs,
    TaskStatistics,
    TaskStats,
    TaskSubscribe,
    TaskSubscribed,
    TaskUnsubscribe,
    TaskUnsubscribed,
)
from orchd.features.task.wire.messages import UPDATE
from orchd.features.task.wire.publisher import Follower, Publisher
from orchd.features.task.wire.views import statistics
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands, SubscriptionTerms
from orchd.protocol.cursor import one_number
from orchd.protocol.frame_type import FrameType
from orchd.protocol.page import by_id, itself, page
from orchd.protocol.router import Context
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Database, Steps

ALL = 0
"""In replies, in the place of a task's id."""


class LiveHandlers:
    """One method a frame."""

    def __init__(self, database: Database, lifecycle: Lifecycle, publisher: Publisher, brakes: Brakes) -> None:
        self._database = database
        self._lifecycle = lifecycle
        self._publisher = publisher
        self._brakes = brakes

    async def subscribe(self, context: Context, data: TaskSubscribe) -> TaskSubscribed:
        if data.task_id is None:
            if data.streaming:
                raise Invalid(
                    "texts are told of one task at a time",
                    reason="malformed",
                    field="streaming",
                    path="$.data.streaming",
                )
            follower = Follower(context.peer, context.identity, await self._database.read(latest))
            context.after_reply(partial(self._publisher.subscribe_all, follower))
            return TaskSubscribed(ALL)
        self._publisher.check_room(data.task_id, context.peer)
        task, number = await self._database.read(_find_followed, owner_of(context.identity), data.task_id)
        follower = Follower(context.peer, context.identity, number)
        context.after_reply(partial(self._publisher.subscribe, task.id, task.whose, follower, streaming=data.streaming))
        return TaskSubscribed(data.task_id)

    async def unsubscribe(self, context: Context, data: TaskUnsubscribe) -> TaskUnsubscribed:
        if data.task_id is None:
            self._publisher.unsubscribe_all(context.peer)
            return TaskUnsubscribed(ALL)
        self._publisher.unsubscribe(data.task_id, context.peer)
        return TaskUnsubscribed(data.task_id)

    async def approve(self, context: Context, data: TaskApprove) -> TaskApproved:
        note = bound(data.note, "note", MAX_NOTE_CHARACTERS)
        decision = Decision(data.approval_id, data.hash, data.approve, note)
        return TaskApproved(await self._lifecycle.decide(owner_of(context.identity), decision))

    async def approvals(self, context: Context, data: TaskApprovals) -> TaskApprovalPage:
        owner, after = owner_of(context.identity), one_number(data.cursor, 0)
        rows = await self._database.read(listing_queries.open_approvals, owner, data.task_id, data.limit + 1, after)
        return TaskApprovalPage(*page(rows, data.limit, itself, by_id))

    async def logs(self, context: Context, data: TaskLogs) -> TaskLogPage:
        owner, before = owner_of(context.identity), one_number(data.cursor, MAX_INTEGER)
        of = data.task_id, data.subtask_id
        rows = await self._database.read(listing_queries.logs, owner, *of, data.limit + 1, before)
        return TaskLogPage(*page(rows, data.limit, itself, by_id))

    async def stats(self, context: Context, data: TaskStats) -> TaskStatistics:
        return statistics(await self._database.read(listing_queries.figures, context.identity.user_id))

    async def brakes(self, context: Context, data: TaskBrakes) -> TaskBrakeState:
        cpu, memory, vram, disk = (limit if limit < NEVER else None for limit in self._brakes.limits)
        return TaskBrakeState(cpu, memory, vram, disk, self._brakes.reason(), self._brakes.causes())


def _find_followed(owner: Owner, task_id: int) -> Steps[tuple[TaskRow, int]]:
    """Return a task, and the number of the latest change when it was so."""
    number = yield from latest()
    return (yield from find_seen(owner, task_id)), number


SUBSCRIBED = FrameType("task:subscribed", TaskSubscribed)
TOLD = (UPDATE, APPROVAL, STREAMING, UNSUBSCRIBED)
"""What subscribers are told; `task:unsubscribed` when the task was deleted."""
PATHS = {"task:update": "task.id", "task:approval": "taskId", "task:streaming": "taskId", "task:unsubscribed": "taskId"}
TERMS = SubscriptionTerms("task:unsubscribe", key="taskId", keys=PATHS)
COMMANDS = Commands(
    Command(
        "task:subscribe",
        TaskSubscribe,
        SUBSCRIBED,
        right="read",
        scope="tasks",
        errors=LOOKUP,
        pushes=TOLD,
        subscription=TERMS,
    ).by(LiveHandlers.subscribe),
    Command("task:unsubscribe", TaskUnsubscribe, UNSUBSCRIBED, right="read", scope="tasks").by(
        LiveHandlers.unsubscribe
    ),
    Command("task:approve", TaskApprove, TaskApproved, right="change", scope="tasks", errors=(*CHANGE, TooLarge)).by(
        LiveHandlers.approve
    ),
    Command("task:approvals", TaskApprovals, TaskApprovalPage, right="read", scope="tasks", errors=LOOKUP).by(
        LiveHandlers.approvals
    ),
    Command("task:logs", TaskLogs, TaskLogPage, right="read", scope="tasks", errors=LOOKUP).by(LiveHandlers.logs),
    Command("task:brakes", TaskBrakes, TaskBrakeState, right="read", scope="tasks").by(LiveHandlers.brakes),
    Command("task:stats", TaskStats, TaskStatistics, right="read", scope="tasks").by(LiveHandlers.stats),
)
