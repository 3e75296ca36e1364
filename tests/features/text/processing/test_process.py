from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.errors import Conflict, Invalid, NotFound, OrchdError, Unavailable
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.messages import TextProcessed, TextProgress
from orchd.features.text.processing.process import Processing, ProcessOptions
from orchd.features.text.queries import Job
from orchd.storage import Database
from orchd.worker.pool import InPlace
from tests.features.text.texts import Request, TokenizedBackends, counting

TEXT = "".join(f"This is sentence number {number} of a long text. " for number in range(60))
JOB = Job(0, TEXT, "Upper.", None)
WISH = ProcessOptions(60, 0, 2)


class Fixture:
    """Jobs on a real database, and a model that fails while `error` says so."""

    def __init__(self, store: Database, context: int | None = 1000) -> None:
        self.error: Callable[[str], OrchdError | None] = lambda _: None
        self.asked = 0
        self.hold = trio.Event()
        self.hold.set()
        self.backends = TokenizedBackends(context=context)
        self.backends.answer = self.answer
        counter = counting(self.backends)
        self.processing = Processing(store, self.backends, counter, Cutting(counter, InPlace()))
        self.request = Request()

    async def answer(self, question: str) -> str:
        self.asked += 1
        if (error := self.error(question)) is not None:
            raise error
        await self.hold.wait()
        return f"<{question.partition('of the text:')[2].strip()}>"

    async def begin(self, job: Job = JOB, wish: ProcessOptions = WISH) -> TextProcessed:
        return (await self.processing.begin(self.request, job, wish)).processed

    @property
    def job_id(self) -> int:
        """Known from the first progress frame."""
        frame = self.request.frames[0]
        assert isinstance(frame, TextProgress)
        return frame.job_id


async def test_a_text_is_worked_through(store: Database) -> None:
    fixture = Fixture(store)
    done = await fixture.begin()
    assert (done.complete, done.failed, done.error, done.model) == (True, 0, None, "tiny")
    assert len(done.parts) > 5
    assert "".join(TEXT[part.start : part.end] for part in done.parts) == TEXT
    assert [part.output for part in done.parts] == [f"<{TEXT[part.start : part.end].strip()}>" for part in done.parts]
    assert done.result is None


async def test_a_failed_job_is_taken_up_where_it_failed(store: Database) -> None:
    fixture = Fixture(store)
    fixture.error = lambda question: Invalid("no") if "number 3 " in question else None
    first = await fixture.begin()
    assert (first.complete, first.failed) == (False, 1)
    fixture.error = lambda _: None
    fixture.asked = 0
    second = (await fixture.processing.resume(fixture.request, first.job_id, None, 2)).processed
    assert (second.complete, fixture.asked, second.job_id) == (True, 1, first.job_id)
    assert [part.output for part in second.parts if part.index != 0] == [
        part.output for part in first.parts if part.index != 0
    ]


async def test_a_cancelled_job_keeps_what_was_done(store: Database) -> None:
    fixture = Fixture(store)

    def hold_the_fourth(question: str) -> None:
        if fixture.asked == 4:
            fixture.hold = trio.Event()

    fixture.error = hold_the_fourth
    async with trio.open_nursery() as nursery:
        nursery.start_soon(fixture.begin)
        await fixture.request.until(3)  # the beginning, and two parts that are stored
        nursery.cancel_scope.cancel()
    asked = fixture.asked
    assert asked >= 4
    fixture.error = lambda _: None
    fixture.hold.set()
    done = (await fixture.processing.resume(Request(), fixture.job_id, None, 2)).processed
    assert done.complete
    assert fixture.asked - asked < len(done.parts)
    assert fixture.asked >= len(done.parts)


async def test_a_job_runs_once_at_a_time(store: Database) -> None:
    fixture = Fixture(store)
    fixture.hold = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(fixture.begin)
        await fixture.request.until(1)
        with pytest.raises(Conflict):
            await fixture.processing.resume(fixture.request, fixture.job_id, None, 2)
        nursery.cancel_scope.cancel()


async def test_jobs_of_nobody_and_of_others_are_not_found(store: Database) -> None:
    fixture = Fixture(store)
    done = await fixture.begin()
    with pytest.raises(NotFound):
        await fixture.processing.resume(Request(5), done.job_id, None, 2)
    with pytest.raises(NotFound):
        await fixture.processing.resume(fixture.request, done.job_id + 1, None, 2)


async def test_a_job_goes_on_with_its_model(store: Database) -> None:
    fixture = Fixture(store)
    first = await fixture.begin()
    named = await fixture.begin(JOB._replace(model="tiny@fake"))
    for done, model in ((first, "tiny"), (named, "tiny@fake")):
        fixture.backends.resolved.clear()
        await fixture.processing.resume(fixture.request, done.job_id, None, 2)
        await fixture.processing.resume(fixture.request, done.job_id, "other", 2)
        assert fixture.backends.resolved == [model, "other"]


@pytest.mark.parametrize(
    ("job", "wish", "field"),
    [
        (JOB, ProcessOptions(900, 0, 2), "size"),
        (JOB, ProcessOptions(60, 31, 2), "overlap"),
        (JOB._replace(text=TEXT * 3), ProcessOptions(3, 0, 2), "size"),
        (JOB._replace(instruction="Do it. " * 400), ProcessOptions(None, 0, 2), "instruction"),
    ],
)
async def test_what_can_not_fit_is_refused_by_name(store: Database, job: Job, wish: ProcessOptions, field: str) -> None:
    fixture = Fixture(store)
    with pytest.raises(Invalid) as refused:
        await fixture.begin(job, wish)
    assert refused.value.details["field"] == field
    assert fixture.asked == 0


async def test_the_size_follows_the_context(store: Database) -> None:
    small = await Fixture(store, context=300).begin(wish=ProcessOptions(None, 0, 2))
    unknown = await Fixture(store, context=None).begin(wish=ProcessOptions(None, 0, 2))
    assert len(small.parts) > len(unknown.parts) == 1


@asynccontextmanager
async def losing(store: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async def away(*_: object) -> None:
        raise Unavailable("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_relaxed", away)
        yield


async def test_a_database_that_goes_away_costs_no_answer(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fixture = Fixture(store)
    async with losing(store, monkeypatch):
        done = await fixture.begin()
    assert done.complete
    again = (await fixture.processing.resume(fixture.request, done.job_id, None, 2)).processed
    assert [part.output for part in again.parts] == [part.output for part in done.parts]
