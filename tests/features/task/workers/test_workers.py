"""The real workers: a whole task with simulated models, and what is handed to verification."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
import trio
from msgspec import structs
from msgspec.structs import replace

from orchd.features.feature import Services
from orchd.features.models import open_models
from orchd.features.monitoring import FreeMemory, MemoryMeter
from orchd.features.monitoring.messages import MonitoringMemory
from orchd.features.task.core.results import Part, PlannedSubtask, StepOutput
from orchd.features.task.core.work import SubtaskOrder
from orchd.features.task.workers.consolidating import Consolidator
from orchd.features.task.workers.executing import Executor
from orchd.features.task.workers.planning import Planner
from orchd.features.task.workers.workers import ModelWorkers, make_workers, work_of
from orchd.features.text import open_texts
from orchd.features.verification import (
    CheckListener,
    CheckReport,
    CheckRequest,
    Preference,
    ResultPair,
    Source,
    VerifyRemark,
    VerifyVerdict,
    open_verification,
)
from orchd.hub import Hub
from orchd.llm import Backends, BackendSpec, Cost
from orchd.simulator.settings import ModelSpec
from orchd.storage import Database, open_database
from orchd.worker.pool import InPlace
from tests.features.task.fake_models import (
    Audience,
    Bureau,
    FakeBackends,
    Readership,
    Words,
    brief,
    generator,
    order,
    parts,
)
from tests.features.task.hands import Hands, create, working
from tests.fix_daemon import UNTRIED
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.migrated import place_database

GIB = 1024**3
PLENTY = FreeMemory(64 * GIB, 32 * GIB, None)


def memory() -> MonitoringMemory:
    return MonitoringMemory(PLENTY.total, None, PLENTY.available, None, None, None)


@asynccontextmanager
async def hired(directory: Path, url: str) -> AsyncIterator[ModelWorkers]:
    """The workers of a daemon that has this model server."""
    async with office(directory, url) as (workers, _):
        yield workers


@asynccontextmanager
async def office(directory: Path, url: str) -> AsyncIterator[tuple[ModelWorkers, Database]]:
    """The workers and their database."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(place_database(directory / "task.db"), pool_size=1, timeout=10)
        )
        nursery = await stack.enter_async_context(trio.open_nursery())
        backends = Backends([BackendSpec(url)], probe_seconds=60)
        await nursery.start(backends.run)
        await database.wait_ready()
        services = Services(database, Hub(), backends, "e")
        models = open_models(services, MemoryMeter(memory, list)).door
        texts = open_texts(services).door
        verification = open_verification(services, models, texts, UNTRIED).door
        yield make_workers(database, backends, models, texts, verification, services.workers), database
        nursery.cancel_scope.cancel()


def step(number: int, planned: PlannedSubtask, done: list[StepOutput], about: str) -> SubtaskOrder:
    """The order that a runner makes of a planned subtask."""
    handed = [Part(other + 1, f"Step {other + 1}", done[other].text) for other in planned.depends_on]
    return order(
        about,
        id=number,
        title=planned.title,
        prompt=planned.prompt,
        difficulty=planned.difficulty,
        task_type=planned.task_type,
        parts=handed,
    )


@pytest.mark.parametrize(
    ("directive", "outcome"),
    [("", "verified"), ("[[simulate: score=40]]", "rejected"), ("[[simulate: score=100]]", "verified")],
)
async def test_a_whole_task_with_simulated_models(
    tmp_path: Path, simulator: RunningSimulator, directive: str, outcome: str
) -> None:
    about, audience = f"Tell of the Douro. {directive}", Audience()
    async with hired(tmp_path, simulator.url) as workers:
        with trio.fail_after(90):
            plan, cost = await workers.plan(brief(about), audience)
            assert [subtask.depends_on for subtask in plan.subtasks] == [[], [], [0, 1]]
            assert (cost.calls, cost.prompt_tokens > 100) == (1, True)
            done: list[StepOutput] = []
            for number, planned in enumerate(plan.subtasks, 1):
                given = step(number, planned, done, about)
                made = await workers.execute(given, audience)
                assert made.text.startswith("Simulated answer")
                checked = await workers.check(given, made, audience)
                assert (checked.outcome, checked.reviewer != made.model) == (outcome, True)
                assert checked.cost.calls >= 1
                assert checked.ledger_id is not None
                assert (checked.guidance == "") == (outcome == "verified")
                done.append(made)
            whole = await workers.consolidate(
                brief(about).task, [Part(number, "Step", made.text) for number, made in enumerate(done, 1)], audience
            )
            assert {link.subtask_id for link in whole.links} == {1, 2, 3}
            assert all(link.mark in whole.text for link in whole.links)
            keep, cost = await workers.better(step(1, plan.subtasks[0], [], about), done[0], done[1], audience)
            assert keep in (0, 1)
            assert (cost.calls, cost.tokens > 0) == (2, True), "the judge is asked in both orders"
    assert plan.model in audience.models
    assert any("Simulated answer" in told for told in audience.told) or "Simulated" in "".join(audience.told)


async def test_the_runner_has_a_whole_task_done(tmp_path: Path, simulator: RunningSimulator) -> None:
    async with office(tmp_path, simulator.url) as (real, database):
        task_id = await database.write(create)
        async with working(database, cast("Hands", real)) as works:
            task = await works.until(task_id)
            subtasks = await works.subtasks(task_id)
    assert (task.status, task.planned) == ("completed", True)
    assert {link.subtask_id for link in task.links} == {subtask.id for subtask in subtasks}
    assert task.result is not None
    assert all(link.mark in task.result for link in task.links)
    assert [subtask.depends_on for subtask in subtasks] == [(), (), (subtasks[0].id, subtasks[1].id)]
    for subtask in subtasks:
        assert (subtask.status, subtask.verified, subtask.attempts) == ("completed", True, 1)
        assert subtask.reviewer != subtask.result_model
        assert any("suits best" in reason for reason in subtask.reasons)
    assert (task.calls >= 1 + 2 * 3 + 1, task.tokens > 500) == (True, True)


async def test_one_model_is_enough_but_checks_only_itself(tmp_path: Path, start_simulator: StartSimulator) -> None:
    server = await start_simulator(models=(ModelSpec("simulated-only", loaded=True),))
    audience = Audience()
    async with hired(tmp_path, server.url) as workers:
        with trio.fail_after(90):
            plan, _ = await workers.plan(brief(), audience)
            given = step(1, plan.subtasks[0], [], "All about rivers.")
            made = await workers.execute(given, audience)
            checked = await workers.check(given, made, audience)
            again = await workers.execute(given._replace(attempt=2, avoid=[made.model]), audience)
    assert (plan.model, made.model) == ("simulated-only@127.0.0.1:" + server.url.rpartition(":")[2],) * 2
    assert checked.outcome == "self_checked"
    assert any("All models that there are have failed" in reason for reason in again.reasons)


async def test_a_text_beyond_the_context_is_worked_through(tmp_path: Path, start_simulator: StartSimulator) -> None:
    server = await start_simulator(models=(ModelSpec("simulated-small", context=4_000, loaded=True),))
    about = "".join(f"This is sentence number {number} of a long text. " for number in range(1_500))
    async with hired(tmp_path, server.url) as workers:
        with trio.fail_after(90):
            made = await workers.execute(order(about), Audience())
    assert made.cost.calls > 5
    assert "The task's text was too long for the model, and was condensed part by part." in made.reasons
    assert [ground.code for ground in made.grounds][-1] == "text_condensed"


UNSETTLED, MISSING = VerifyRemark(code="unsettled"), VerifyRemark(code="missing", quote="a date")


class FakeChecks:
    """Verification that says what the test wants."""

    def __init__(self, *verdicts: VerifyVerdict) -> None:
        self.verdicts = [*verdicts]
        self.works: list[CheckRequest] = []
        self.pairs: list[ResultPair] = []

    async def check(self, work: CheckRequest, listener: CheckListener) -> CheckReport:
        """Answer as wanted."""
        self.works.append(work)
        listener.on_model("judge@two")
        cost = Cost(2, 30, 4, 0.5)
        return CheckReport(
            "undecided",
            None,
            "judge@two",
            "Notes.",
            "Mend it.",
            5,
            self.verdicts,
            cost,
            80,
            False,
            None,  # type: ignore[arg-type] # the ledger is not read
            unasked="away",
            remarks=[UNSETTLED],
            faults=[MISSING],
        )

    async def better(self, pair: ResultPair, listener: CheckListener) -> Preference:
        """Prefer the second."""
        self.pairs.append(pair)
        return Preference(1, None, "", 1, Cost(2, 300, 40, 1.5))


def workers(checks: FakeChecks) -> ModelWorkers:
    backends = FakeBackends()
    bureau, asks, words = Bureau(backends), generator(backends), Words()
    return ModelWorkers(
        Planner(bureau, asks, words, InPlace()),
        Executor(bureau, asks, words, Readership()),
        Consolidator(bureau, asks, words, InPlace()),
        checks,
    )


MADE = StepOutput("Paris.", "alpha@one", [], Cost())


def verdict(approved: bool | None, score: int | None, notes: str = "", abstained: str | None = None) -> VerifyVerdict:
    said = VerifyVerdict("validator", "judge@two", approved, score, [], [], [], notes, abstained)
    return said if abstained is None else structs.replace(said, abstention=VerifyRemark(code="no_model"))


async def test_what_is_checked_and_what_comes_back() -> None:
    checks = FakeChecks(verdict(True, 60, "Fine."), verdict(False, 20), verdict(None, None, abstained="no JSON"))
    given, audience = order(parts=parts("It is long.")), Audience()
    checked = await workers(checks).check(given, MADE, audience)
    (work,) = checks.works
    assert (work.question, work.answer, work.authors) == ("Name a river.", "Paris.", ("alpha@one",))
    assert (work.title, work.task_type, work.grounded) == ("The step", "general", False)
    assert "The task" in work.requirements
    assert "All about rivers." in work.requirements
    assert work.sources == (Source("Part 1", "It is long."),)
    assert "It is long." in work.prompt[-1].content
    assert work.requester.conversation == "task 7"
    assert (checked.outcome, checked.score, checked.reviewer, checked.ledger_id) == ("undecided", None, "judge@two", 5)
    assert (checked.notes, checked.guidance, checked.cost) == ("Notes.", "Mend it.", Cost(2, 30, 4, 0.5))
    assert checked.unasked == "away"
    assert (checked.remarks, checked.faults) == ([UNSETTLED], [MISSING])
    assert [[remark.code for remark in verdict.remarks] for verdict in checked.verdicts] == [
        ["said", "score_too_low"],
        [],
        ["no_model"],
    ]
    assert [(verdict.opinion, verdict.score, verdict.notes) for verdict in checked.verdicts] == [
        ("approved", 60, "Fine. Score and approval disagree: it approved with 60 of 100."),
        ("rejected", 20, ""),
        ("abstained", None, "no JSON"),
    ]
    assert audience.models == ["judge@two"]


async def test_a_tasks_long_text_is_a_source() -> None:
    work = work_of(order("w " * 5_000, parts=parts("It is long.")), MADE)
    assert [(source.name, len(source.text)) for source in work.sources] == [("The task's text", 10_000), ("Part 1", 11)]
    assert 4_000 < len(work.requirements) < 4_200
    assert "[… the text goes on for 6000 characters …]" in work.requirements


async def test_a_result_of_nobody_has_no_author() -> None:
    assert work_of(order(), replace(MADE, model="")).authors == ()


async def test_two_results_are_compared_with_their_scores() -> None:
    checks = FakeChecks()
    other = StepOutput("Lisbon.", "beta@two", [], Cost())
    told = await workers(checks).better(order(), MADE, other, Audience(), scores=(40, None))
    assert told == (1, Cost(2, 300, 40, 1.5))
    (pair,) = checks.pairs
    assert (pair.first, pair.second, pair.first_authors, pair.second_authors) == (
        "Paris.",
        "Lisbon.",
        ("alpha@one",),
        ("beta@two",),
    )
    assert (pair.first_score, pair.second_score) == (40, None)
