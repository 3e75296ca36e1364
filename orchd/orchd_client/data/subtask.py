"""The data of frames that `subtask` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import RequestData, ServerData
from .shared import Expense, SubtaskItem, TaskFailure, TaskType, VerifyLedger, VerifyOutcome, VerifyRemark

StepState: TypeAlias = Literal["done", "failed", "intent"]
"""How an attempt stands: begun, done or failed. Later daemons may send others."""


SubtaskOpinion: TypeAlias = Literal["abstained", "approved", "rejected"]
"""What one model thought of an attempt. Later daemons may send others."""


class SubtaskCreate(RequestData, kw_only=True):
    """`subtask:create`: add one, at `position` or at the end.

    `dependsOn`: subtasks of the same task whose results it is handed. `needsApproval`: a person is asked before it is
    begun. `model` fixes who does it; else `assistant` (a name) or the daemon chooses.
    """

    task_id: int
    """Id of a task."""
    title: str
    """What it is called in lists. 1 to 200 characters."""
    prompt: str
    """What the model is told to do. 1 to 100000 characters."""
    depends_on: Sequence[int] | None = None
    """Ids of those that must be completed before this one begins. At most 100 of them. When it is left out: []."""
    difficulty: int | None = None
    """From 1 (easy) to 10 (hard); harder work goes to stronger models. 1 to 10. When it is left out: 5."""
    task_type: TaskType | None = None
    """What kind of work it is. `general` when it is left out."""
    assistant: str | None = None
    """Name of the assistant that does it; left out, the daemon chooses. 1 to 200 characters."""
    model: str | None = None
    """Who does it; left out, `assistant` or the daemon decides. 1 to 256 characters."""
    needs_approval: bool | None = None
    """Whether a person is asked before it begins. When it is left out: False."""
    position: int | None = None
    """Its place among the task's subtasks, from 0; left out, the last. 0 to 100."""


class SubtaskGet(RequestData, kw_only=True):
    """`subtask:get`: one subtask whole, with its attempts and the ledger of claims about its result."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""


class SubtaskList(RequestData, kw_only=True):
    """`subtask:list`: a task's subtasks in order; `cursor` is the `nextCursor` of the page before."""

    task_id: int
    """Id of a task."""
    limit: int | None = None
    """How many entries a page may have. 1 to 100. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 64 characters."""


class SubtaskUpdate(RequestData, kw_only=True):
    """`subtask:update`: change the members that are given, of one that was not begun; `dependsOn` is replaced whole."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""
    title: str | None = None
    """What it is called in lists. 1 to 200 characters."""
    prompt: str | None = None
    """What the model is told to do. 1 to 100000 characters."""
    depends_on: Sequence[int] | None = None
    """Ids of the subtasks whose results it is handed; they are replaced whole. At most 100 of them."""
    difficulty: int | None = None
    """From 1 (easy) to 10 (hard); harder work goes to stronger models. 1 to 10."""
    task_type: TaskType | None = None
    """What kind of work it is."""
    assistant: str | None | UnsetType = UNSET
    """Name of the assistant that does it; null leaves that to the daemon, left out it stays. 1 to 200 characters."""
    model: str | None | UnsetType = UNSET
    """Who does it; null leaves that to the daemon, left out it stays. 1 to 256 characters."""
    needs_approval: bool | None = None
    """Whether a person is asked before it begins."""


class SubtaskDelete(RequestData, kw_only=True):
    """`subtask:delete`: remove one; those that needed it don't need it any more."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""


class SubtaskReorder(RequestData, kw_only=True):
    """`subtask:reorder`: put a task's subtasks, all of them, in this order. What depends on what stays."""

    task_id: int
    """Id of a task."""
    subtask_ids: Sequence[int]
    """Ids of all subtasks of the task, in their new order. At most 100 of them."""


class SubtaskReply(ServerData, kw_only=True):
    """The subtask, as the request has left it."""

    subtask: SubtaskItem
    """The subtask."""


class SubtaskFound(ServerData, kw_only=True):
    """The reply to `subtask:get`; `ledger` is about the attempt that was kept, null when there is none."""

    subtask: SubtaskItem
    """The subtask."""
    attempts: list[SubtaskAttempt] = []
    """All attempts, in order."""
    ledger: VerifyLedger | None = None
    """What was found out about the result; null when there is none."""


class SubtaskAttempt(ServerData, kw_only=True):
    """One attempt: `text` (its beginning, of `characters` in all) by `model`, or the `error`; and its check.
    `failure` says for programs what `error` says.
    """

    attempt: int
    """Which attempt it is, from 1."""
    round: int
    """In which round of the task it was made."""
    state: StepState | str
    """How it stands."""
    model: str | None = None
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    text: str | None = None
    """The beginning of its result; null when there is none."""
    characters: int
    """How many Unicode code points there are."""
    reasons: list[str] = []
    """Why it was chosen, for people."""
    error: str | None = None
    """Why it failed; null when it did not."""
    failure: TaskFailure | None = None
    """The same as `error` for programs; null where there is none."""
    check: SubtaskCheck | None = None
    """How its check ended; null when there was none."""
    started_at: str
    """When it was begun; null before."""
    ended_at: str | None = None
    """When it ended; null while it runs."""
    expenses: list[Expense] = []
    """What writing it cost, in each currency, as far as that is known; its check is in the ledger."""


class SubtaskCheck(ServerData, kw_only=True):
    """How the check of an attempt ended; `ledgerId` names its ledger of claims. `remarks` say for programs what
    `notes` says, `faults` what `guidance` says; both are empty in checks of an older daemon.
    """

    outcome: VerifyOutcome | str
    """How the check ended."""
    score: int | None = None
    """How good it is, from 0 to 100; null when nobody said."""
    reviewer: str | None = None
    """The model whose word decided; null when none did."""
    notes: str
    """What was said about it, for people."""
    guidance: str
    """What the author should do better, for a next attempt."""
    ledger_id: int | None = None
    """Id of the ledger of claims; null when there is none."""
    verdicts: list[SubtaskVerdict] = []
    """What each judge said."""
    remarks: list[VerifyRemark] = []
    """The same as `notes` for programs; none from an older daemon."""
    faults: list[VerifyRemark] = []
    """The same as `guidance` for programs; none from an older daemon."""


class SubtaskVerdict(ServerData, kw_only=True):
    """What one model thought of an attempt; `remarks` say for programs what `notes` says, and are empty in those of
    an older daemon.
    """

    model: str
    """Name of the model, as `model:list` has it; null where none is chosen or known."""
    opinion: SubtaskOpinion | str
    """What it thought."""
    score: int | None = None
    """How good it is, from 0 to 100; null when nobody said."""
    notes: str
    """What was said about it, for people."""
    remarks: list[VerifyRemark] = []
    """The same as `notes` for programs; none from an older daemon."""


class SubtaskPage(ServerData, kw_only=True):
    """The reply to `subtask:list`; `nextCursor` is null on the last page."""

    items: list[SubtaskItem] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""


class SubtaskDeleted(ServerData, kw_only=True):
    """The reply to `subtask:delete`."""

    subtask_id: int
    """Id of a subtask; null where the task itself is meant."""
    task_id: int
    """Id of a task."""


class SubtaskReordered(ServerData, kw_only=True):
    """The reply to `subtask:reorder`: the task's subtasks in their new order."""

    task_id: int
    """Id of a task."""
    items: list[SubtaskItem] = []
    """The entries of this page, in order."""
