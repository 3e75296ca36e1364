"""The real workers: models that plan, do and join, and `Verification` that checks.

This is where a task's orders are put into the words of the other rooms. What verification answers is taken as it is:
whether a result is approved is its business alone.
"""

from typing import Literal, Protocol

from orchd.features.models import Models
from orchd.features.task.core.results import CheckResult, StepOutput, SubtaskOpinion, SubtaskVerdict
from orchd.features.task.core.work import StepListener, SubtaskOrder, requester_of
from orchd.features.task.workers.assigning import Assigner
from orchd.features.task.workers.consolidating import Consolidator
from orchd.features.task.workers.executing import REQUIRED_CHARACTERS, Executor, material_of, prompt_turns
from orchd.features.task.workers.generating import Generator
from orchd.features.task.workers.planning import Planner
from orchd.features.text import Texts
from orchd.features.verification import (
    CheckListener,
    CheckReport,
    CheckRequest,
    Preference,
    ResultPair,
    Source,
    Verification,
    VerifyClaimItem,
    VerifySourceLabel,
    VerifyVerdict,
    paragraph,
    remarks_of,
)
from orchd.llm import Backends, Cost
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

TASK_TEXT = "The task's text"
"""What the source is called that is the task's own text."""


class Checks(Protocol):
    """Who checks; `Verification` does."""

    async def check(self, work: CheckRequest, listener: CheckListener) -> CheckReport:
        """Check a result."""

    async def better(self, pair: ResultPair, listener: CheckListener) -> Preference:
        """Say which of two is better."""


class ModelWorkers:
    """The `Workers` of the daemon."""

    def __init__(self, planner: Planner, executor: Executor, consolidator: Consolidator, checks: Checks) -> None:
        self.plan, self.execute, self.consolidate = planner.plan, executor.execute, consolidator.consolidate
        self._checks = checks

    async def check(self, order: SubtaskOrder, made: StepOutput, listener: StepListener) -> CheckResult:
        """Have a result judged by others than its author."""
        return _check_result(await self._checks.check(work_of(order, made), _AttemptListener(listener)))

    async def better(
        self,
        order: SubtaskOrder,
        first: StepOutput,
        second: StepOutput,
        listener: StepListener,
        scores: tuple[int | None, int | None] = (None, None),
    ) -> tuple[Literal[0, 1], Cost]:
        """Say which of two results is the better one, judged blind; `scores` decide where the judge does not."""
        pair = ResultPair(
            question=order.subtask.prompt,
            first=first.text,
            second=second.text,
            first_authors=_authors(first),
            second_authors=_authors(second),
            first_score=scores[0],
            second_score=scores[1],
            title=order.subtask.title,
            requirements=_requirements(order),
            task_type=order.subtask.task_type,
            requester=requester_of(order.task),
            owner=order.task.whose.reader,
        )
        preference = await self._checks.better(pair, _AttemptListener(listener))
        return preference.keep, preference.cost


def make_workers(
    database: Database,
    backends: Backends,
    models: Models,
    texts: Texts,
    verification: Verification,
    text_workers: TextWorkers,
) -> ModelWorkers:
    """Return the workers that ask the model servers."""
    assigner, generator = Assigner(database, backends, models), Generator(backends, texts.at_most)
    return ModelWorkers(
        Planner(assigner, generator, texts, text_workers),
        Executor(assigner, generator, texts, verification),
        Consolidator(assigner, generator, texts, text_workers),
        verification,
    )


def work_of(order: SubtaskOrder, made: StepOutput) -> CheckRequest:
    """Return what is to be checked: the step, with the results that its author was given as sources.

    The author's prompt goes with it whole, to be asked again where that is cheap and can change the outcome; one that
    does not fit isn't.
    """
    return CheckRequest(
        question=order.subtask.prompt,
        answer=made.text,
        authors=_authors(made),
        title=order.subtask.title,
        requirements=_requirements(order),
        task_type=order.subtask.task_type,
        sources=(*_long_text(order), *(Source(part.title, part.text) for part in order.parts)),
        prompt=prompt_turns(order, material_of(order), ""),
        economical=True,
        labels=(VerifySourceLabel(TASK_TEXT, "task_text"),),
        requester=requester_of(order.task),
        owner=order.task.whose.reader,
    )


def _authors(made: StepOutput) -> tuple[str, ...]:
    return (made.model,) if made.model else ()


def _requirements(order: SubtaskOrder) -> str:
    text = order.task.description
    if len(text) > REQUIRED_CHARACTERS:
        text = f"{text[:REQUIRED_CHARACTERS]}\n[… the text goes on for {len(text) - REQUIRED_CHARACTERS} characters …]"
    return f"It is one step of this task: {order.task.title}\n\n{text}".strip()


def _long_text(order: SubtaskOrder) -> list[Source]:
    is_long = len(order.task.description) > REQUIRED_CHARACTERS
    return [Source(TASK_TEXT, order.task.description)] if is_long else []


def _check_result(judged: CheckReport) -> CheckResult:
    return CheckResult(
        outcome=judged.outcome,
        score=judged.score,
        reviewer=judged.reviewer,
        notes=judged.notes,
        guidance=judged.guidance,
        ledger_id=judged.ledger_id,
        verdicts=[
            SubtaskVerdict(
                verdict.model or "", _opinion(verdict), verdict.score, _words_of(verdict), remarks_of(verdict)
            )
            for verdict in judged.verdicts
        ],
        cost=judged.cost,
        unasked=judged.unasked,
        remarks=[*judged.remarks],
        faults=[*judged.faults],
    )


def _opinion(verdict: VerifyVerdict) -> SubtaskOpinion:
    """Return what a judge said; whether that is enough is told by the outcome."""
    if verdict.abstained is not None or verdict.approved is None:
        return "abstained"
    return "approved" if verdict.approved else "rejected"


def _words_of(verdict: VerifyVerdict) -> str:
    """Return what a judge said in words, and in what it contradicted itself."""
    return verdict.abstained or paragraph(remarks_of(verdict))


class _AttemptListener:
    """Tells a task's listener which model is asked, and what that costs."""

    def __init__(self, listener: StepListener) -> None:
        self._listener = listener

    async def on_claim(self, requester: VerifyClaimItem) -> None:
        """Claims are read in the ledger."""

    def on_model(self, name: str) -> None:
        self._listener.on_model(name)

    def on_cost(self, cost: Cost) -> None:
        self._listener.on_cost(cost)
