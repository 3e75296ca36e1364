"""A task as the runner holds it in memory: what the tables say of it, and which of its steps run here.

All of it is immutable: each change makes a new state, what follows is computed from the state alone (`machine.py`), and
storing it is to write what differs from the state before (`saving_queries.py`). After a crash the same state is read
back, but for `running`. Steps of subtasks that have ended are not in it: nothing depends on them any more.
"""

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from orchd.features.task.core.results import EarlierPlan, Part, Plan, PlannedSubtask
from orchd.features.task.core.rows import (
    SUBTASK_ENDED,
    ApprovalKind,
    Blocker,
    StepKey,
    StepKind,
    StepRow,
    SubtaskRow,
    TaskApproval,
    TaskRow,
)

OF_TASK = 0
"""Where `steps` holds those that belong to no subtask."""

MAX_NOTES = 5
"""The last notes on refused plans that a planner is told."""


class TaskState(Struct, frozen=True):
    """One task. `steps` are by the subtask's id; `drafts` is a plan that is to be stored as subtasks, `inputs` what the
    tasks that it waited for have come to."""

    task: TaskRow
    subtasks: Mapping[int, SubtaskRow]
    steps: Mapping[int, Mapping[StepKey, StepRow]]
    approvals: tuple[TaskApproval, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    running: frozenset[StepKey] = frozenset()
    drafts: tuple[PlannedSubtask, ...] = ()
    inputs: tuple[Part, ...] = ()

    def step(self, key: StepKey) -> StepRow | None:
        """Return a step, None when it is not there (any more)."""
        return next((steps[key] for steps in self.steps.values() if key in steps), None)

    def steps_of(self, subtask_id: int, *kinds: StepKind) -> list[StepRow]:
        """Return the steps of a subtask (`OF_TASK`: of none) in this round, in the order in which they were made."""
        steps = self.steps.get(subtask_id, {}).values()
        return [step for step in steps if step.kind in kinds and step.round == self.task.round]

    def approval(self, kind: ApprovalKind, subtask_id: int | None, action: str) -> TaskApproval | None:
        """Return the person's word on the action with this hash, open or given."""
        wanted = (kind, subtask_id, action)
        return next(
            (approval for approval in self.approvals if (approval.kind, approval.subtask_id, approval.hash) == wanted),
            None,
        )

    def parts(self, subtask: SubtaskRow) -> list[Part]:
        """Return the results that a subtask is handed: of those that it needs, in their order, or, when it needs none,
        of the tasks that this one waited for."""
        if not subtask.depends_on:
            return list(self.inputs)
        return [part for part in self.results() if part.subtask_id in subtask.depends_on]

    def earlier_plan(self) -> EarlierPlan | None:
        """Return the last plan, where a new one is asked for, with what persons said of those that they refused."""
        plans = [step.result for step in self.steps.get(OF_TASK, {}).values() if isinstance(step.result, Plan)]
        refused = [asked for asked in self.approvals if asked.kind == "plan" and asked.status == "refused"]
        notes = [asked.note.strip() for asked in refused if asked.note.strip()]
        return EarlierPlan(plans[-1].subtasks, notes[-MAX_NOTES:]) if plans else None

    def results(self) -> Iterator[Part]:
        """Yield the approved results in order."""
        for subtask in self.subtasks.values():
            if subtask.status == "completed":
                yield Part(subtask.id, subtask.title, subtask.result or "")

    def with_task(self, **changes: object) -> "TaskState":
        """Return the state with members of the task changed."""
        return msgspec.structs.replace(self, task=msgspec.structs.replace(self.task, **changes))

    def with_subtask(self, subtask: SubtaskRow) -> "TaskState":
        """Return the state with a subtask replaced."""
        return msgspec.structs.replace(self, subtasks={**self.subtasks, subtask.id: subtask})

    def with_open_steps(self) -> "TaskState":
        """Return the state without the steps of subtasks that have ended."""
        ended = {subtask.id for subtask in self.subtasks.values() if subtask.status in SUBTASK_ENDED}
        steps = {owner: those for owner, those in self.steps.items() if owner not in ended}
        return self if len(steps) == len(self.steps) else msgspec.structs.replace(self, steps=steps)

    def with_step(self, step: StepRow, *, running: bool) -> "TaskState":
        """Return the state with a step added or replaced, running here or not."""
        owner = step.subtask_id or OF_TASK
        steps = {**self.steps, owner: {**self.steps.get(owner, {}), step.key: step}}
        now = self.running | {step.key} if running else self.running - {step.key}
        return msgspec.structs.replace(self, steps=steps, running=now)

    def with_running(self, running: frozenset[StepKey]) -> "TaskState":
        """Return the state with these of its steps running here, as far as they have no end yet."""
        going = {step.key for steps in self.steps.values() for step in steps.values() if step.end is None}
        return msgspec.structs.replace(self, running=running & going)
