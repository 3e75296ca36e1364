"""Frames of subtasks, and a subtask as frames show it."""

from typing import Annotated, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from orchd.features.models import TaskType
from orchd.features.task.core.causes import TaskFailure
from orchd.features.task.core.plan_check import MAX_PROMPT_CHARACTERS, MAX_SUBTASKS, MAX_TITLE_CHARACTERS
from orchd.features.task.core.results import SubtaskScore, SubtaskVerdict
from orchd.features.task.core.rows import StepStatus, SubtaskRow
from orchd.features.verification import VerificationOutcome, VerifyLedger, VerifyRemark
from orchd.protocol.types import ClientPayload, Count, Expense, ModelName, RowId, ServerPayload, Timestamp, text_bounds

Difficulty: TypeAlias = Annotated[int, Meta(ge=1, le=10)]
SubtaskTitle: TypeAlias = Annotated[str, text_bounds(1, MAX_TITLE_CHARACTERS)]
PromptText: TypeAlias = Annotated[str, text_bounds(1, MAX_PROMPT_CHARACTERS)]
Position: TypeAlias = Annotated[int, Meta(ge=0, le=MAX_SUBTASKS)]
SubtaskAssistant: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Needed: TypeAlias = Annotated[tuple[RowId, ...], Meta(max_length=MAX_SUBTASKS)]


class SubtaskCreate(ClientPayload, frozen=True):
    """`subtask:create`: add one, at `position` or at the end.

    `dependsOn`: subtasks of the same task whose results it is handed. `needsApproval`: a person is asked before it is
    begun. `model` fixes who does it; else `assistant` (a name) or the daemon chooses.
    """

    task_id: RowId
    title: SubtaskTitle
    prompt: PromptText
    depends_on: Needed = ()
    difficulty: Difficulty = 5
    task_type: TaskType = "general"
    assistant: SubtaskAssistant | None = None
    model: ModelName | None = None
    needs_approval: bool = False
    position: Position | None = None


class SubtaskGet(ClientPayload, frozen=True):
    """`subtask:get`: one subtask whole, with its attempts and the ledger of claims about its result."""

    subtask_id: RowId


class SubtaskList(ClientPayload, frozen=True):
    """`subtask:list`: a task's subtasks in order; `cursor` is the `nextCursor` of the page before."""

    task_id: RowId
    limit: Annotated[int, Meta(ge=1, le=MAX_SUBTASKS)] = 50
    cursor: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class SubtaskUpdate(ClientPayload, frozen=True):
    """`subtask:update`: change the members that are given, of one that was not begun; `dependsOn` is replaced whole."""

    subtask_id: RowId
    title: SubtaskTitle | UnsetType = UNSET
    prompt: PromptText | UnsetType = UNSET
    depends_on: Needed | UnsetType = UNSET
    difficulty: Difficulty | UnsetType = UNSET
    task_type: TaskType | UnsetType = UNSET
    assistant: SubtaskAssistant | UnsetType | None = UNSET
    model: ModelName | UnsetType | None = UNSET
    needs_approval: bool | UnsetType = UNSET


class SubtaskDelete(ClientPayload, frozen=True):
    """`subtask:delete`: remove one; those that needed it don't need it any more."""

    subtask_id: RowId


class SubtaskReorder(ClientPayload, frozen=True):
    """`subtask:reorder`: put a task's subtasks, all of them, in this order. What depends on what stays."""

    task_id: RowId
    subtask_ids: Needed


class SubtaskItem(SubtaskRow, frozen=True, kw_only=True):
    """A subtask. `attempts` counts all; `kept` is the one whose result this is, made by `resultModel` for `reasons`.

    `verified`: approved by another model than its author; `selfChecked`: only by its author, or by a judge that failed
    its trial. `cut`: prompt or result is only the beginning here; `subtask:get` has them whole.
    """

    cut: bool


class SubtaskCheck(Struct, frozen=True, rename="camel"):
    """How the check of an attempt ended; `ledgerId` names its ledger of claims. `remarks` say for programs what `notes`
    says, `faults` what `guidance` says; both are empty in checks of an older daemon."""

    outcome: VerificationOutcome
    score: SubtaskScore | None
    reviewer: str | None
    notes: str
    guidance: str
    ledger_id: RowId | None
    verdicts: list[SubtaskVerdict]
    remarks: list[VerifyRemark]
    faults: list[VerifyRemark]


class SubtaskAttempt(Struct, frozen=True, rename="camel"):
    """One attempt: `text` (its beginning, of `characters` in all) by `model`, or the `error`; and its check.
    `failure` says for programs what `error` says."""

    attempt: Count
    round: Count
    state: StepStatus
    model: str | None
    text: str | None
    characters: Count
    reasons: list[str]
    error: str | None
    failure: TaskFailure | None
    check: SubtaskCheck | None
    started_at: Timestamp
    ended_at: Timestamp | None
    expenses: list[Expense] = []
    """What writing it cost, in each currency, as far as that is known; its check is in the ledger."""


class SubtaskReply(Struct, frozen=True):
    """The subtask, as the request has left it."""

    subtask: SubtaskItem


class SubtaskFound(ServerPayload, frozen=True):
    """The reply to `subtask:get`; `ledger` is about the attempt that was kept, null when there is none."""

    subtask: SubtaskItem
    attempts: list[SubtaskAttempt]
    ledger: VerifyLedger | None


class SubtaskPage(ServerPayload, frozen=True):
    """The reply to `subtask:list`; `nextCursor` is null on the last page."""

    items: list[SubtaskItem]
    next_cursor: str | None


class SubtaskDeleted(ServerPayload, frozen=True):
    """The reply to `subtask:delete`."""

    subtask_id: RowId
    task_id: RowId


class SubtaskReordered(ServerPayload, frozen=True):
    """The reply to `subtask:reorder`: the task's subtasks in their new order."""

    task_id: RowId
    items: list[SubtaskItem]
