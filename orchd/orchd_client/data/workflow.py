"""The data of frames that `workflow` has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from msgspec import UNSET, UnsetType

from ..runtime.messages import UNKNOWN_TAG, RequestData, ServerData
from .shared import ChangeKind

HttpMethod: TypeAlias = Literal["DELETE", "GET", "PATCH", "POST", "PUT"]
"""What is asked of a server. Later daemons may send others."""


ResultTest: TypeAlias = Literal["contains", "done", "equals", "failed"]
"""What is asked of a step's result: whether it is `done` or `failed`, or whether its text `equals` or `contains`
another one. Later daemons may send others.
"""


WorkflowOrder: TypeAlias = Literal["createdAt", "name", "updatedAt"]
"""By what workflows are ordered."""


class WorkflowCreate(RequestData, kw_only=True):
    """`workflow:create`: store a workflow.

    Steps that lead to one another; the first one begins. They are stored and checked, and not run yet.
    """

    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    steps: Sequence[WorkflowStepDraft]
    """Its steps, the one that begins first. 1 to 100 of them."""
    active: bool | None = None
    """Whether it may be run. When it is left out: True."""


class WorkflowTaskStepDraft(RequestData, kw_only=True, tag_field="type", tag="task"):
    """A task is made and done."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    title: str
    """The task's title. 1 to 500 characters."""
    description: str | None = None
    """What there is to do. At most 20000 characters."""


class WorkflowPromptStepDraft(RequestData, kw_only=True, tag_field="type", tag="prompt"):
    """A model is asked."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    text: str
    """What it is asked. 1 to 20000 characters."""
    model: str | None = None
    """Which one; null where the assistant or the daemon chooses. 1 to 256 characters."""
    assistant: str | None = None
    """The name of the assistant that answers, null for none. 1 to 200 characters."""


class WorkflowConditionStepDraft(RequestData, kw_only=True, tag_field="type", tag="condition"):
    """Goes on with the first case whose test holds, with `next` where none does."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    cases: Sequence[WorkflowCaseDraft]
    """The cases, in the order in which they are tried. 1 to 16 of them."""


class WorkflowCaseDraft(RequestData, kw_only=True):
    """Where a condition leads when a test holds."""

    when: WorkflowTestDraft
    """The test."""
    next: str
    """The id of the step that follows when it holds. 1 to 64 characters."""


class WorkflowTestDraft(RequestData, kw_only=True):
    """What is asked of the result of a step."""

    step: str
    """The id of the step whose result is looked at. 1 to 64 characters."""
    test: ResultTest
    """What is asked of it."""
    value: str | None = None
    """The text to compare with, for `equals` and `contains`. At most 2000 characters."""


class WorkflowLoopStepDraft(RequestData, kw_only=True, tag_field="type", tag="loop"):
    """Goes through the steps from `body` on until the last of them leads back here, again and again, then to `next`."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    body: str
    """The id of the first step of a round. 1 to 64 characters."""
    until: WorkflowTestDraft | None = None
    """What ends it before the last round; null where nothing does."""
    max_rounds: int
    """How many rounds it has at most. 1 to 1000."""


class WorkflowParallelStepDraft(RequestData, kw_only=True, tag_field="type", tag="parallel"):
    """Goes on with several branches side by side; `next` follows when all of them have ended."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    branches: Sequence[str]
    """The ids of the first steps of the branches. 2 to 16 of them."""


class WorkflowApprovalStepDraft(RequestData, kw_only=True, tag_field="type", tag="approval"):
    """A person is asked; `next` follows when they approve."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    question: str
    """What they are asked. 1 to 20000 characters."""
    otherwise: str | None = None
    """The id of the step that follows when they refuse; null where that is the end. 1 to 64 characters."""


class WorkflowHttpStepDraft(RequestData, kw_only=True, tag_field="type", tag="http"):
    """A server on the web is asked for something."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    method: HttpMethod
    """How the server is asked."""
    url: str
    """The address, `http` or `https`, without a password in it. 1 to 1000 characters."""
    body: str | None = None
    """What is sent. At most 20000 characters."""


class WorkflowNotificationStepDraft(RequestData, kw_only=True, tag_field="type", tag="notification"):
    """Whoever the workflow belongs to is told something."""

    id: str
    """What other steps of the same workflow call it. 1 to 64 characters."""
    name: str | None = None
    """What people call it. At most 200 characters."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends. 1 to 64
    characters.
    """
    text: str
    """What they are told. 1 to 20000 characters."""


class WorkflowGet(RequestData, kw_only=True):
    """`workflow:get`: one of them."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowList(RequestData, kw_only=True):
    """`workflow:list`: workflows, those that the given members fit; `cursor` is the `nextCursor` of the page before."""

    category: str | None = None
    """Only those of this category. At most 100 characters."""
    active: bool | None = None
    """Only those with this value. Whether it may be run."""
    project_id: int | None = None
    """Only those with this value. Id of the project with whose members it is shared; null when with nobody."""
    order: WorkflowOrder | None = None
    """By what they are ordered. `name` when it is left out."""
    descending: bool | None = None
    """The greatest or the latest first. When it is left out: False."""
    deleted: bool | None = None
    """Those that were removed and can still be restored, in place of those that are there. When it is left out:
    False.
    """
    total: bool | None = None
    """Whether to count all that fit; the page then says how many there are. When it is left out: False."""
    limit: int | None = None
    """How many entries a page may have. 1 to 200. When it is left out: 50."""
    cursor: str | None = None
    """The `nextCursor` of the page before; without one, the first page. 1 to 4096 characters."""


class WorkflowUpdate(RequestData, kw_only=True):
    """`workflow:update`: change the members that are given; null clears. With `version` only if it is still that
    one.
    """

    workflow_id: int
    """Id of a workflow."""
    version: int | None = None
    """The `version` that it was read with: another one by now is a `conflict`."""
    project_id: int | None | UnsetType = UNSET
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str | None = None
    """Its name. 1 to 200 characters."""
    description: str | None = None
    """What it is, in some words. At most 4000 characters."""
    category: str | None = None
    """A word to find it by. At most 100 characters."""
    steps: Sequence[WorkflowStepDraft] | None = None
    """Its steps, the one that begins first. 1 to 100 of them."""
    active: bool | None = None
    """Whether it may be run."""


class WorkflowDelete(RequestData, kw_only=True):
    """`workflow:delete`: remove a workflow; for some time it can be restored."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowRestore(RequestData, kw_only=True):
    """`workflow:restore`: have a workflow back that was removed."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowSubscribe(RequestData, kw_only=True):
    """`workflow:subscribe`: be told what becomes of workflows. With `since`, also what has become of them after that
    change.
    """

    since: int | None = None
    """The `number` of the last change that was told."""


class WorkflowUnsubscribe(RequestData, kw_only=True):
    """`workflow:unsubscribe`: be told no more what becomes of workflows."""


class Workflow(ServerData, kw_only=True):
    """Steps that lead to one another; the first one begins. They are stored and checked, and not run yet."""

    id: int
    """Its id."""
    version: int
    """Grows with each change."""
    created_at: str
    """When it was created."""
    updated_at: str
    """When it was changed last."""
    deleted_at: str | None = None
    """When it was removed; null while it is there."""
    user_id: int
    """Id of the user whose it is; 0 is the local owner, while there is no user."""
    project_id: int | None = None
    """Id of the project with whose members it is shared; null when with nobody."""
    name: str
    """Its name."""
    description: str = ""
    """What it is, in some words."""
    category: str = ""
    """A word to find it by."""
    steps: list[WorkflowStep] = []
    """Its steps, the one that begins first."""
    active: bool
    """Whether it may be run."""


class WorkflowTaskStep(ServerData, kw_only=True, tag_field="type", tag="task"):
    """A task is made and done."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    title: str
    """The task's title."""
    description: str = ""
    """What there is to do."""


class WorkflowPromptStep(ServerData, kw_only=True, tag_field="type", tag="prompt"):
    """A model is asked."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    text: str
    """What it is asked."""
    model: str | None = None
    """Which one; null where the assistant or the daemon chooses."""
    assistant: str | None = None
    """The name of the assistant that answers, null for none."""


class WorkflowConditionStep(ServerData, kw_only=True, tag_field="type", tag="condition"):
    """Goes on with the first case whose test holds, with `next` where none does."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    cases: list[WorkflowCase] = []
    """The cases, in the order in which they are tried."""


class WorkflowCase(ServerData, kw_only=True):
    """Where a condition leads when a test holds."""

    when: WorkflowTest
    """The test."""
    next: str
    """The id of the step that follows when it holds."""


class WorkflowTest(ServerData, kw_only=True):
    """What is asked of the result of a step."""

    step: str
    """The id of the step whose result is looked at."""
    test: ResultTest | str
    """What is asked of it."""
    value: str = ""
    """The text to compare with, for `equals` and `contains`."""


class WorkflowLoopStep(ServerData, kw_only=True, tag_field="type", tag="loop"):
    """Goes through the steps from `body` on until the last of them leads back here, again and again, then to `next`."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    body: str
    """The id of the first step of a round."""
    until: WorkflowTest | None = None
    """What ends it before the last round; null where nothing does."""
    max_rounds: int
    """How many rounds it has at most."""


class WorkflowParallelStep(ServerData, kw_only=True, tag_field="type", tag="parallel"):
    """Goes on with several branches side by side; `next` follows when all of them have ended."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    branches: list[str] = []
    """The ids of the first steps of the branches."""


class WorkflowApprovalStep(ServerData, kw_only=True, tag_field="type", tag="approval"):
    """A person is asked; `next` follows when they approve."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    question: str
    """What they are asked."""
    otherwise: str | None = None
    """The id of the step that follows when they refuse; null where that is the end."""


class WorkflowHttpStep(ServerData, kw_only=True, tag_field="type", tag="http"):
    """A server on the web is asked for something."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    method: HttpMethod | str
    """How the server is asked."""
    url: str
    """The address, `http` or `https`, without a password in it."""
    body: str = ""
    """What is sent."""


class WorkflowNotificationStep(ServerData, kw_only=True, tag_field="type", tag="notification"):
    """Whoever the workflow belongs to is told something."""

    id: str
    """What other steps of the same workflow call it."""
    name: str = ""
    """What people call it."""
    next: str | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""
    text: str
    """What they are told."""


class WorkflowPage(ServerData, kw_only=True):
    """The reply to `workflow:list`; `nextCursor` is null on the last page."""

    items: list[Workflow] = []
    """The entries of this page, in order."""
    next_cursor: str | None = None
    """What to send as `cursor` for the next page; null on the last one."""
    total: int | None = None
    """How many fit in all; only there if the request asked for it."""


class WorkflowDeleted(ServerData, kw_only=True):
    """The reply to `workflow:delete`."""

    workflow_id: int
    """Id of a workflow."""


class WorkflowSubscribed(ServerData, kw_only=True):
    """The reply to `workflow:subscribe`; the changes follow it, after the one of this number."""

    number: int
    """Of the change; grows from one to the next."""
    recovered: bool
    """Whether all changes after `since` will be told; else read the list again."""


class WorkflowChanged(ServerData, kw_only=True):
    """Something has become of a workflow; pushed to whoever has subscribed and sees it."""

    number: int
    """Of the change; grows from one to the next."""
    change: ChangeKind | str
    """What has become of it."""
    workflow_id: int | None = None
    """Id of a workflow."""
    item: Workflow | None = None
    """The row as it is by now; null when it isn't there any more, or may not be seen."""


class WorkflowUnsubscribed(ServerData, kw_only=True):
    """The reply to `workflow:unsubscribe`."""


WorkflowStepDraft: TypeAlias = (
    WorkflowTaskStepDraft
    | WorkflowPromptStepDraft
    | WorkflowConditionStepDraft
    | WorkflowLoopStepDraft
    | WorkflowParallelStepDraft
    | WorkflowApprovalStepDraft
    | WorkflowHttpStepDraft
    | WorkflowNotificationStepDraft
)


class UnknownWorkflowStep(ServerData, kw_only=True, tag_field="type", tag=UNKNOWN_TAG):
    """One of a kind that this client doesn't know, as a later daemon may send it."""

    value: dict[str, Any]
    """What came."""


WorkflowStep: TypeAlias = (
    WorkflowTaskStep
    | WorkflowPromptStep
    | WorkflowConditionStep
    | WorkflowLoopStep
    | WorkflowParallelStep
    | WorkflowApprovalStep
    | WorkflowHttpStep
    | WorkflowNotificationStep
    | UnknownWorkflowStep
)
