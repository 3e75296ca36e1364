"""Answers to the frames of subtasks."""

from collections.abc import Sequence

from msgspec import structs

from orchd.clock import unix_now
from orchd.entity import Owner, owner_of, view
from orchd.errors import TooLarge
from orchd.features.requester import require_models
from orchd.features.task.core.causes import failure
from orchd.features.task.core.results import CheckResult, StepOutput
from orchd.features.task.core.rows import StepRow
from orchd.features.task.engine.lifecycle import Lifecycle
from orchd.features.task.store import listing_queries, subtask_queries
from orchd.features.task.store.queries import find_subtask
from orchd.features.task.wire.drafts import checked_subtask
from orchd.features.task.wire.subtask_messages import (
    SubtaskAttempt,
    SubtaskCheck,
    SubtaskCreate,
    SubtaskDelete,
    SubtaskDeleted,
    SubtaskFound,
    SubtaskGet,
    SubtaskList,
    SubtaskPage,
    SubtaskReorder,
    SubtaskReordered,
    SubtaskReply,
    SubtaskUpdate,
)
from orchd.features.task.wire.views import expenses_of, subtask_item, subtask_items
from orchd.features.verification import VerifyLedger, find_ledger, within_reply
from orchd.llm import Backends
from orchd.protocol.command import CHANGE, LOOKUP, Command, Commands
from orchd.protocol.cursor import one_number
from orchd.protocol.page import beginning, share
from orchd.protocol.router import Context
from orchd.protocol.types import timestamp
from orchd.storage import Database, Steps

ATTEMPT_CHARACTERS = 20_000
"""How much of each attempt's text is shown; that of the one that was kept stands whole in the subtask."""


class SubtaskHandlers:
    """One method a frame."""

    def __init__(self, database: Database, backends: Backends, lifecycle: Lifecycle) -> None:
        self._database = database
        self._backends = backends
        self._lifecycle = lifecycle

    async def create(self, context: Context, data: SubtaskCreate) -> SubtaskReply:
        owner, content = owner_of(context.identity), checked_subtask(data)
        await require_models(self._backends, context.identity, data.model)
        said = data.task_id, content, data.depends_on, data.position
        added = await self._database.write(subtask_queries.add, owner, *said, unix_now())
        self._lifecycle.announce_edit(data.task_id)
        return SubtaskReply(subtask_item(added))

    async def get(self, context: Context, data: SubtaskGet) -> SubtaskFound:
        return await self._database.read(_whole, owner_of(context.identity), data.subtask_id)

    async def list(self, context: Context, data: SubtaskList) -> SubtaskPage:
        """A cursor is a place, since the places of subtasks have no gaps."""
        start = one_number(data.cursor, 0)
        owner = owner_of(context.identity)
        rows = await self._database.read(subtask_queries.page_of, owner, data.task_id, data.limit + 1, start)
        more = len(rows) > data.limit
        return SubtaskPage(subtask_items(rows[: data.limit]), str(start + data.limit) if more else None)

    async def update(self, context: Context, data: SubtaskUpdate) -> SubtaskReply:
        await require_models(self._backends, context.identity, data.model)
        owner, patch = owner_of(context.identity), checked_subtask(data)
        changed = await self._database.write(subtask_queries.change, owner, data.subtask_id, patch, unix_now())
        self._lifecycle.announce_edit(changed.task_id)
        return SubtaskReply(subtask_item(changed))

    async def delete(self, context: Context, data: SubtaskDelete) -> SubtaskDeleted:
        owner = owner_of(context.identity)
        task_id = await self._database.write(subtask_queries.remove, owner, data.subtask_id, unix_now())
        self._lifecycle.announce_edit(task_id)
        return SubtaskDeleted(data.subtask_id, task_id)

    async def reorder(self, context: Context, data: SubtaskReorder) -> SubtaskReordered:
        owner, now = owner_of(context.identity), unix_now()
        rows = await self._database.write(subtask_queries.reorder, owner, data.task_id, data.subtask_ids, now)
        self._lifecycle.announce_edit(data.task_id)
        return SubtaskReordered(data.task_id, subtask_items(rows))


COMMANDS = Commands(
    Command(
        "subtask:create",
        SubtaskCreate,
        SubtaskReply,
        right="change",
        scope="tasks",
        errors=(*CHANGE, TooLarge),
        grows=True,
    ).by(SubtaskHandlers.create),
    Command("subtask:get", SubtaskGet, SubtaskFound, right="read", scope="tasks", errors=LOOKUP).by(
        SubtaskHandlers.get
    ),
    Command("subtask:list", SubtaskList, SubtaskPage, right="read", scope="tasks", errors=LOOKUP).by(
        SubtaskHandlers.list
    ),
    Command(
        "subtask:update",
        SubtaskUpdate,
        SubtaskReply,
        right="change",
        scope="tasks",
        errors=(*CHANGE, TooLarge),
        grows=True,
    ).by(SubtaskHandlers.update),
    Command("subtask:delete", SubtaskDelete, SubtaskDeleted, right="change", scope="tasks", errors=CHANGE).by(
        SubtaskHandlers.delete
    ),
    Command("subtask:reorder", SubtaskReorder, SubtaskReordered, right="change", scope="tasks", errors=CHANGE).by(
        SubtaskHandlers.reorder
    ),
)


def _whole(owner: Owner, subtask_id: int) -> Steps[SubtaskFound]:
    subtask = yield from find_subtask(owner, subtask_id)
    attempts = attempts_of((yield from listing_queries.steps_of(subtask_id)))
    room = share(attempt.text for attempt in attempts)
    attempts = [structs.replace(attempt, text=attempt.text and beginning(attempt.text, room)) for attempt in attempts]
    kept = [attempt.check for attempt in attempts if attempt.attempt == subtask.kept and attempt.check is not None]
    ledger: VerifyLedger | None = None
    if kept and kept[0].ledger_id is not None:
        ledger = yield from find_ledger(kept[0].ledger_id)
        ledger = None if ledger is None else within_reply(ledger)
    return SubtaskFound(subtask_item(subtask), attempts, ledger)


def attempts_of(steps: Sequence[StepRow]) -> list[SubtaskAttempt]:
    """Show attempts with their checks, from steps in the order in which they were begun. Never waits."""
    checks = {step.made: step.result for step in steps if isinstance(step.result, CheckResult)}
    return [_attempt(step, checks.get(step.key.attempt)) for step in steps if step.kind == "execute"]


def _attempt(step: StepRow, checked: CheckResult | None) -> SubtaskAttempt:
    made = step.result if isinstance(step.result, StepOutput) else None
    return SubtaskAttempt(
        attempt=step.key.attempt,
        round=step.round,
        state=step.status,
        model=made.model if made is not None else step.error.model if step.error is not None else None,
        text=None if made is None else made.text[:ATTEMPT_CHARACTERS],
        characters=0 if made is None else len(made.text),
        reasons=[] if made is None else made.reasons,
        error=None if step.error is None else step.error.message,
        failure=None if step.error is None else failure(step.error.code, step.error.message, step.error.reason),
        check=None if checked is None else view(SubtaskCheck, checked),
        started_at=timestamp(step.started_at),
        ended_at=None if step.end is None else timestamp(step.end.ended_at),
        expenses=[] if made is None else expenses_of(made.cost.prices),
    )
