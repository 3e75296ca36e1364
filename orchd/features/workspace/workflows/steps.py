"""What the steps of a workflow are, and which steps each leads to."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, NamedTuple, TypeAlias

from msgspec import Meta, Struct

from orchd.protocol.types import ModelName

StepId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
StepName: TypeAlias = Annotated[str, Meta(max_length=200)]
LongStepText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=20_000)]
MAX_STEPS = 100
MAX_BRANCHES = 16

ResultTest: TypeAlias = Annotated[
    Literal["done", "failed", "equals", "contains"],
    Meta(
        title="ResultTest",
        description="What is asked of a step's result: whether it is `done` or `failed`, or whether its text `equals` "
        "or `contains` another one.",
    ),
]
HttpMethod: TypeAlias = Annotated[
    Literal["GET", "POST", "PUT", "PATCH", "DELETE"], Meta(title="HttpMethod", description="What is asked of a server.")
]


class WorkflowTest(Struct, frozen=True, kw_only=True, rename="camel"):
    """What is asked of the result of a step."""

    sent_whole: ClassVar[bool] = True

    step: StepId
    """The id of the step whose result is looked at."""
    test: ResultTest
    """What is asked of it."""
    value: Annotated[str, Meta(max_length=2_000)] = ""
    """The text to compare with, for `equals` and `contains`."""


class WorkflowCase(Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a condition leads when a test holds."""

    sent_whole: ClassVar[bool] = True

    when: WorkflowTest
    """The test."""
    next: StepId
    """The id of the step that follows when it holds."""


class _Step(Struct, frozen=True, kw_only=True, rename="camel"):
    sent_whole: ClassVar[bool] = True

    id: StepId
    """What other steps of the same workflow call it."""
    name: StepName = ""
    """What people call it."""
    next: StepId | None = None
    """The id of the step that follows; null where the workflow, or the branch of a `parallel` step, ends."""


class WorkflowTaskStep(_Step, frozen=True, kw_only=True, tag="task"):
    """A task is made and done."""

    title: Annotated[str, Meta(min_length=1, max_length=500)]
    """The task's title."""
    description: Annotated[str, Meta(max_length=20_000)] = ""
    """What there is to do."""


class WorkflowPromptStep(_Step, frozen=True, kw_only=True, tag="prompt"):
    """A model is asked."""

    text: LongStepText
    """What it is asked."""
    model: ModelName | None = None
    """Which one; null where the assistant or the daemon chooses."""
    assistant: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """The name of the assistant that answers, null for none."""


class WorkflowConditionStep(_Step, frozen=True, kw_only=True, tag="condition"):
    """Goes on with the first case whose test holds, with `next` where none does."""

    cases: Annotated[tuple[WorkflowCase, ...], Meta(min_length=1, max_length=MAX_BRANCHES)]
    """The cases, in the order in which they are tried."""


class WorkflowLoopStep(_Step, frozen=True, kw_only=True, tag="loop"):
    """Goes through the steps from `body` on until the last of them leads back here, again and again, then to `next`."""

    body: StepId
    """The id of the first step of a round."""
    until: WorkflowTest | None = None
    """What ends it before the last round; null where nothing does."""
    max_rounds: Annotated[int, Meta(ge=1, le=1_000)]
    """How many rounds it has at most."""


class WorkflowParallelStep(_Step, frozen=True, kw_only=True, tag="parallel"):
    """Goes on with several branches side by side; `next` follows when all of them have ended."""

    branches: Annotated[tuple[StepId, ...], Meta(min_length=2, max_length=MAX_BRANCHES)]
    """The ids of the first steps of the branches."""


class WorkflowApprovalStep(_Step, frozen=True, kw_only=True, tag="approval"):
    """A person is asked; `next` follows when they approve."""

    question: LongStepText
    """What they are asked."""
    otherwise: StepId | None = None
    """The id of the step that follows when they refuse; null where that is the end."""


class WorkflowHttpStep(_Step, frozen=True, kw_only=True, tag="http"):
    """A server on the web is asked for something."""

    method: HttpMethod
    url: Annotated[str, Meta(min_length=1, max_length=1_000)]
    """The address, `http` or `https`, without a password in it."""
    body: Annotated[str, Meta(max_length=20_000)] = ""
    """What is sent."""


class WorkflowNotificationStep(_Step, frozen=True, kw_only=True, tag="notification"):
    """Whoever the workflow belongs to is told something."""

    text: LongStepText
    """What they are told."""


WorkflowStep: TypeAlias = (
    WorkflowTaskStep
    | WorkflowPromptStep
    | WorkflowConditionStep
    | WorkflowLoopStep
    | WorkflowParallelStep
    | WorkflowApprovalStep
    | WorkflowHttpStep
    | WorkflowNotificationStep
)
WorkflowSteps: TypeAlias = Annotated[tuple[WorkflowStep, ...], Meta(min_length=1, max_length=MAX_STEPS)]


class Lead(NamedTuple):
    """That one step leads to another, and the member that says so. `inner`: into a round of a loop, or a branch."""

    to: str
    member: str
    inner: bool = False


def leads(step: WorkflowStep) -> Iterator[Lead]:
    """Yield the steps that one leads to."""
    match step:
        case WorkflowConditionStep():
            yield from (Lead(case.next, f"cases[{place}].next") for place, case in enumerate(step.cases))
        case WorkflowLoopStep():
            yield Lead(step.body, "body", inner=True)
        case WorkflowParallelStep():
            yield from (Lead(first, f"branches[{place}]", inner=True) for place, first in enumerate(step.branches))
        case WorkflowApprovalStep(otherwise=str(refused)):
            yield Lead(refused, "otherwise")
    if step.next is not None:
        yield Lead(step.next, "next")


def result_tests(step: WorkflowStep) -> Iterator[tuple[str, WorkflowTest]]:
    """Yield what a step asks of results, each with its member."""
    if isinstance(step, WorkflowConditionStep):
        yield from ((f"cases[{place}].when", case.when) for place, case in enumerate(step.cases))
    if isinstance(step, WorkflowLoopStep) and step.until is not None:
        yield "until", step.until
