"""SQL of what people and daemons ask of a task: begin, pause, resume, cancel, retry, decide; who owns it.

Each of these stands by itself: it is done when its transaction is, whether or not a runner is there to hear of it. So
what was cancelled stays cancelled through any crash: the runner that owns the task can store nothing afterwards.
"""

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple, TypeAlias

from msgspec import UNSET
from msgspec.structs import replace

from orchd.entity import Owner
from orchd.errors import Conflict, Forbidden
from orchd.features.task.core.approval_hash import plan_hash, step_hash
from orchd.features.task.core.causes import MAX_REASON, Explanation, TaskCause
from orchd.features.task.core.rows import ENDED, NEW_TASK, RUNNING, TaskApproval, TaskRow
from orchd.features.task.core.state import TaskState
from orchd.features.task.core.task_log import MAX_MESSAGE, LogFact, LogFactCode
from orchd.features.task.store import queries, saving_queries
from orchd.llm import Cost, sum_of_prices
from orchd.protocol.types import timestamp
from orchd.storage import Statement, Steps

_CANCELLATION = Explanation("cancelled on request", TaskCause("cancelled"))
_CANCELLED = '{"code":"cancelled","message":"the task was cancelled"}'


Payer: TypeAlias = tuple[int, int | None]
"""A user, and the token by which a task was made, None for none."""
PAYERS_PER_STATEMENT = 500
OVER = "0" * 64
"""The hash of an answer about a plan that is no more."""

TASKS = queries.TASKS.everybodys
"""By the ids of tasks that were found under an owner in the same transaction, and of those that the daemon runs."""


def refusal(task: TaskRow, wanted: str) -> Conflict:
    """Return the error for a task that can't become what is wanted, with both states."""
    text = f"the task is {task.status}; " + (
        "it is so already" if task.status == wanted else f"it can't become {wanted}"
    )
    return Conflict(text, reason="status", status=task.status, wanted=wanted)


def run(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """Have a pending task run, by whoever is free. Raises `NotFound`, or `Conflict` in another state."""
    task = yield from queries.changeable(owner, task_id)
    if task.status != "pending":
        raise refusal(task, "executing")
    yield from TASKS.set(task_id, now, ready=True)
    return (yield from _note(owner, task_id, "told to run", "run_wanted", now))


def plan(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """Have a task planned, anew if a planner's plan was not begun. Raises `NotFound`, `Conflict`."""
    task = yield from queries.changeable(owner, task_id)
    begun = task.owner is not None and task.status in RUNNING  # else it is only looked at
    if begun or (task.status in ENDED and task.status != "failed"):
        raise refusal(task, "planning")
    found = yield Statement("SELECT COUNT(*), SUM(attempts) FROM subtask WHERE task_id = ?", (task_id,))
    count, attempts = found.rows[0]
    if count and (attempts or not task.planned):
        what = "its subtasks have been begun" if attempts else "it has subtasks of its own; delete them first"
        raise Conflict(f"the task can't be planned: {what}", reason="status", status=task.status, wanted="planning")
    yield Statement("DELETE FROM task_approval WHERE task_id = ? AND kind = 'plan' AND state <> 'refused'", (task_id,))
    # The planner is told what was said of refused plans; no later plan may be taken for one of them.
    yield Statement("UPDATE task_approval SET hash = ? WHERE task_id = ? AND kind = 'plan'", (OVER, task_id))
    yield Statement("DELETE FROM subtask WHERE task_id = ?", (task_id,))
    yield from _anew(task, now)
    return (yield from _note(owner, task_id, "told to be planned", "plan_wanted", now))


def retry(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """Begin a failed or cancelled task anew where it is not completed. Raises `NotFound`, `Conflict`."""
    task = yield from queries.changeable(owner, task_id)
    if task.status not in ("failed", "cancelled"):
        raise refusal(task, "executing")
    yield Statement(  # what was said of results is for the attempts to come
        "DELETE FROM task_approval WHERE task_id = ? AND (state = 'open' OR (state = 'refused' AND kind <> 'result'))",
        (task_id,),
    )
    yield Statement(
        "UPDATE subtask SET status = 'pending', notes = '', cause_json = NULL, remarks_json = NULL,"
        " completed_at = NULL, updated_at = ? WHERE task_id = ? AND status <> 'completed'",
        (now, task_id),
    )
    yield from _anew(task, now)
    woken = yield from saving_queries.wake_dependents(task_id, now)
    task = yield from _note(owner, task_id, "told to begin anew", "retry_wanted", now)
    yield from saving_queries.note_updated(woken, now)
    return task


def _anew(task: TaskRow, now: int) -> Steps[None]:
    names = (
        "status", "waits_for", "reason", "cause", "pausing", "result", "result_notes", "result_remarks", "links",
        "completed_at",
    )  # fmt: skip
    anew = {name: NEW_TASK[name] for name in names}
    yield from TASKS.set(task.id, now, **anew, ready=True, round=task.round + 1)


def pause(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """Begin no more steps of a task; those that run go on to their end. Raises `NotFound`, `Conflict`."""
    task = yield from queries.changeable(owner, task_id)
    if task.status in (*ENDED, "paused") or (task.status == "pending" and not task.ready):
        raise refusal(task, "paused")
    if task.owner is None:
        why = {"waits_for": None, "reason": "paused on request", "cause": TaskCause("paused")}
        yield from TASKS.set(task_id, now, status="paused", **why, pausing=False, ready=False)
    else:
        yield from TASKS.set(task_id, now, pausing=True)
    return (yield from _note(owner, task_id, "told to pause", "pause_wanted", now))


def resume(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """Go on with a task that is paused or about to be. Raises `NotFound`, `Conflict`."""
    task = yield from queries.changeable(owner, task_id)
    if task.status == "paused":
        yield from TASKS.set(task_id, now, status="pending", reason=None, cause=None, ready=True)
    elif task.pausing:
        yield from TASKS.set(task_id, now, pausing=False)
    else:
        raise refusal(task, "executing")
    return (yield from _note(owner, task_id, "told to go on", "resume_wanted", now))


def cancel(owner: Owner, task_id: int, now: int) -> Steps[TaskRow]:
    """End a task for good, whoever owns it. Raises `NotFound`, `Conflict` when it has ended."""
    task = yield from queries.changeable(owner, task_id)
    if task.status in ENDED:
        raise refusal(task, "cancelled")
    woken = yield from _close(task_id, "cancelled", _CANCELLATION, now)
    task = yield from _note(owner, task_id, "told to end", "cancel_wanted", now)
    yield from saving_queries.note_updated(woken, now)
    return task


def _note(owner: Owner, task_id: int, message: str, code: LogFactCode, now: int) -> Steps[TaskRow]:
    yield from saving_queries.log_deed(owner, task_id, None, message, LogFact(code), now)
    task = yield from TASKS.get(task_id)
    yield from saving_queries.note_task(task, "updated", now)
    return task


def give_up(task_id: int, epoch: str, why: Explanation, now: int) -> Steps[bool]:
    """Fail a task that this daemon run can't go on with; return whether it still owned it."""
    owned = yield Statement("SELECT id FROM task WHERE id = ? AND owner = ?", (task_id, epoch))
    if owned.rows:
        woken = yield from _close(task_id, "failed", why, now)
        yield from saving_queries.note_updated([task_id, *woken], now)
    return bool(owned.rows)


def bill(task_id: int, spent: Cost, now: int) -> Steps[None]:
    """Add what a task's steps had spent when they were cut off; one that somebody works on counts by itself."""
    billed = yield Statement(
        "UPDATE task SET calls = calls + ?, tokens = tokens + ?, seconds = seconds + ?, version = version + 1"
        " WHERE id = ? AND owner IS NULL AND status IN ('completed', 'failed', 'cancelled')",
        (spent.calls, spent.tokens, spent.seconds, task_id),
    )
    task = (yield from queries.find(task_id)) if billed.changed else None
    if task is not None:  # else it was removed
        if spent.prices:
            prices = sum_of_prices(task.prices or (), spent.prices)
            yield from TASKS.set(task_id, now, prices=prices)
            task = replace(task, prices=prices)
        yield from saving_queries.note_task(task, "updated", now)


def _close(task_id: int, status: str, why: Explanation, now: int) -> Steps[list[int]]:
    """End a task; return which others were changed by that."""
    end = {"waits_for": None, "pausing": False, "ready": False, "owner": None, "completed_at": timestamp(now)}
    yield from TASKS.set(task_id, now, status=status, reason=why.text, cause=why.cause, **end)
    yield Statement(
        "UPDATE subtask SET status = 'cancelled', updated_at = ?, completed_at = ?"
        " WHERE task_id = ? AND status IN ('pending', 'executing', 'validating', 'waiting')",
        (now, now, task_id),
    )
    yield Statement(
        "UPDATE task_step SET state = 'failed', error_json = ?, ended_at = ? WHERE task_id = ? AND state = 'intent'",
        (_CANCELLED, now, task_id),
    )
    yield Statement("DELETE FROM task_approval WHERE task_id = ? AND state = 'open'", (task_id,))
    return (yield from saving_queries.wake_dependents(task_id, now))


class Decision(NamedTuple):
    """A person's word on the action with this hash."""

    approval_id: int
    hash: str
    approve: bool
    note: str


def decide(owner: Owner, decision: Decision, now: int) -> Steps[TaskApproval]:
    """Store a person's word and have the task go on. Raises `NotFound`, `Forbidden`, or `Conflict` when it was given
    before or is about something else by now."""
    asked = yield from _answerable(owner, decision.approval_id)
    wanted: Literal["approved", "refused"] = "approved" if decision.approve else "refused"
    if asked.status != "open":
        again = "it was answered so before" if asked.status == wanted else f"it can't be {wanted} any more"
        raise Conflict(f"it is {asked.status}; {again}", reason="status", status=asked.status, wanted=wanted)
    if asked.hash != decision.hash:
        raise Conflict(
            "what is to be approved has changed", reason="changed", field="hash", path="$.data.hash", hash=asked.hash
        )
    word = {"status": wanted, "note": decision.note, "decided_at": timestamp(now)}
    yield from queries.APPROVALS.everybodys.set(asked.id, None, **word)
    yield from reconsider(asked.task_id, now)
    note = f": {decision.note}" if decision.note else ""
    fact = LogFact("answered", question=asked.kind, answered=wanted, note=decision.note[:MAX_REASON] or UNSET)
    message = f"a person has {wanted} the {asked.kind}{note}"[:MAX_MESSAGE]
    yield from saving_queries.log_deed(owner, asked.task_id, asked.subtask_id, message, fact, now)
    yield from saving_queries.note_task((yield from TASKS.get(asked.task_id)), "updated", now)
    return (yield from queries.APPROVALS.everybodys.get(asked.id))


def _answerable(owner: Owner, approval_id: int) -> Steps[TaskApproval]:
    """Return a question about a task that somebody may change."""
    asked = yield from queries.APPROVALS.seen_by(owner).get(approval_id)
    try:
        yield from queries.changeable(owner, asked.task_id)
    except Forbidden as refused:
        raise Forbidden(
            refused.message, reason=refused.reason, field="approvalId", path="$.data.approvalId"
        ) from refused
    return asked


def reconsider(task_id: int, now: int) -> Steps[None]:
    """Note that a task was changed: its owner reads it again, and one that waits is looked at again."""
    yield Statement(
        "UPDATE task SET version = version + 1, updated_at = ?,"
        " ready = CASE WHEN owner IS NULL AND status = 'waiting' THEN 1 ELSE ready END WHERE id = ?",
        (now, task_id),
    )


def rebind(task_id: int) -> Steps[None]:
    """Bind open approvals to the plan and the steps as they are now, for whoever has changed the task or its subtasks,
    in that transaction. So an answer to what was asked before is a conflict at once, also while the task is paused."""
    asked = yield from queries.APPROVALS.everybodys.all(task_id=task_id, status="open")
    state = (yield from queries.load(task_id)) if asked else None
    if state is None:
        return
    for approval in asked:
        action = _action(state, approval)
        if action is None:
            yield from queries.APPROVALS.everybodys.remove(approval.id)
        elif action != approval.hash:
            yield from queries.APPROVALS.everybodys.set(approval.id, None, hash=action)


def _action(state: TaskState, asked: TaskApproval) -> str | None:
    """Return the hash of what an approval is about by now, None when nobody needs to be asked any more."""
    if asked.kind == "plan":
        return plan_hash(state.task, state.subtasks.values())
    subtask = None if asked.subtask_id is None else state.subtasks.get(asked.subtask_id)
    if asked.kind in ("result", "dependency"):
        return asked.hash
    return (
        None if subtask is None or not subtask.needs_approval else step_hash(state.task, subtask, state.parts(subtask))
    )


def ready(limit: int, *, braked: bool, payers: Sequence[Payer] = ()) -> Steps[list[int]]:
    """Return up to `limit` tasks that are ready and have no owner, the most urgent first. Those that wait for a quota
    are left out as long as it is used up for one of these `payers`."""
    held = "AND waits_for <> 'brakes'" if braked else ""
    some = payers[:PAYERS_PER_STATEMENT]
    pairs = " OR ".join(["(user_id = ? AND COALESCE(token_id, 0) = ?)"] * len(some))
    spent = f"AND NOT (waits_for = 'quota' AND ({pairs}))" if some else ""
    spent = spent if len(some) == len(payers) else "AND waits_for <> 'quota'"
    values = [value or 0 for payer in some for value in payer] if len(some) == len(payers) else []
    found = yield Statement(
        f"SELECT id FROM task WHERE ready = 1 AND owner IS NULL {held} {spent} ORDER BY priority DESC, id LIMIT ?",
        (*values, limit),
    )
    return [row[0] for row in found.rows]


def acquire(task_ids: Collection[int], epoch: str) -> Steps[list[int]]:
    """Acquire tasks; return those that nobody else acquired first."""
    acquired: list[int] = []
    for task_id in task_ids:
        taken = yield Statement(
            "UPDATE task SET owner = ?, version = version + 1 WHERE id = ? AND owner IS NULL AND ready = 1",
            (epoch, task_id),
        )
        if taken.changed:
            acquired.append(task_id)
    return acquired


def owners() -> Steps[list[str]]:
    """Return the daemon runs that own tasks."""
    found = yield Statement("SELECT DISTINCT owner FROM task WHERE owner IS NOT NULL")
    return [row[0] for row in found.rows]


def take_over(dead: Collection[str]) -> Steps[int]:
    """Free the tasks of daemon runs (not empty) that are over; return how many."""
    marks = ", ".join("?" * len(dead))
    freed = yield Statement(
        f"UPDATE task SET owner = NULL, ready = 1, version = version + 1 WHERE owner IN ({marks})", tuple(dead)
    )
    return freed.changed


def owned_versions(epoch: str) -> Steps[dict[int, int]]:
    """Return the tasks that a daemon run owns, with their versions."""
    found = yield Statement("SELECT id, version FROM task WHERE owner = ?", (epoch,))
    return dict(found.rows)
