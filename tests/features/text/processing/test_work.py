import trio
from trio.testing import MockClock

from orchd.errors import OrchdError, TooLarge, Unavailable, UpstreamError
from orchd.features.text.messages import TextPart, TextProgress
from orchd.features.text.processing.asking import ChunkAsker
from orchd.features.text.processing.work import RunningJob
from orchd.features.text.queries import Job
from orchd.llm import Asker, Requester
from orchd.llm.scheduler import Breaker
from tests.features.text.texts import Request, TokenizedBackends

TEXT = "aaabbbcccddd"
JOB = Job(0, TEXT, "Upper.", None)


class Fixture:
    """A job of four parts; a question is answered with its last letters, in capitals, unless they are in `broken`."""

    def __init__(self, job: Job = JOB, parallel: int = 2) -> None:
        self.broken: dict[str, OrchdError] = {}
        self.seconds = 0.0
        self.saved: list[TextPart] = []
        self.request = Request()
        self.backends = TokenizedBackends()
        self.backends.answer = self.answer
        parts = [TextPart(index, index * 3, index * 3 + 3, None, None, None, 0) for index in range(4)]
        asking = ChunkAsker(Asker(self.backends, Requester()), self.backends.target, parallel, None)
        self.work = RunningJob(self.request, 7, job, parts, asking, self.save)

    async def answer(self, question: str) -> str:
        await trio.sleep(self.seconds)
        if (error := self.broken.get(question[-3:])) is not None:
            raise error
        return question[-3:].upper()

    async def save(self, part: TextPart) -> None:
        self.saved.append(part)

    async def run(self, room: int = 1000) -> tuple[str | None, str | None]:
        await self.work.run_parts()
        result, error = await self.work.result(room, len)
        return result, None if error is None else error.code

    def progress(self) -> list[tuple[str, int, int, int]]:
        frames = [frame for frame in self.request.frames if isinstance(frame, TextProgress)]
        assert all(frame.job_id == 7 for frame in frames)
        return [(frame.phase, frame.done, frame.failed, frame.total) for frame in frames]


async def test_each_part_is_asked_for_and_kept() -> None:
    fixture = Fixture()
    assert await fixture.run() == (None, None)
    assert [part.output for part in fixture.work.parts] == ["AAA", "BBB", "CCC", "DDD"]
    assert sorted(part.index for part in fixture.saved) == [0, 1, 2, 3]
    assert {question[-3:] for question in fixture.backends.questions[:2]} == {"aaa", "bbb"}, "the first ones first"
    assert "Upper.\n\nThis is part 2 of 4 of the text:\n\nbbb" in fixture.backends.questions
    assert fixture.progress()[0] == ("map", 0, 0, 4)
    assert fixture.progress()[-1] == ("map", 4, 0, 4)


async def test_a_failed_part_is_told_in_its_place() -> None:
    fixture = Fixture(JOB._replace(reduce="Sum up."))
    fixture.broken["bbb"] = TooLarge("over the context")
    await fixture.run()
    assert "[part 2 of 4 failed: over the context]" in fixture.backends.questions[-1]
    assert "AAA" in fixture.backends.questions[-1]
    failed = fixture.work.parts[1]
    assert failed.error is not None
    assert (failed.output, failed.error.code, failed.attempts) == (None, "too_large", 1)
    assert ("map", 3, 1, 4) in fixture.progress()


async def test_a_server_that_is_away_is_not_asked_for_every_part(autojump_clock: MockClock) -> None:
    fixture = Fixture(parallel=1)
    fixture.broken = dict.fromkeys(["aaa", "bbb", "ccc", "ddd"], Unavailable("away"))
    assert await fixture.run() == (None, None)
    assert len(fixture.backends.questions) == 3
    assert sorted(part.attempts for part in fixture.work.parts) == [0, 0, 0, 3]
    assert all(part.error is not None and part.error.code == "unavailable" for part in fixture.work.parts)


class Guarded(Fixture):
    """A model that is left alone after some failures, as the real ones are."""

    def __init__(self) -> None:
        super().__init__(parallel=1)
        self.breaker = Breaker("fake")

    async def answer(self, question: str) -> str:
        who, now = object(), trio.current_time()
        self.breaker.check("tiny", now)
        self.breaker.begin("tiny", who)
        try:
            answer = await super().answer(question)
        except OrchdError as error:
            self.breaker.record_failure("tiny", who, error, trio.current_time())
            raise
        self.breaker.record_success("tiny")
        return answer


async def test_one_bad_part_does_not_fail_those_after_it(autojump_clock: MockClock) -> None:
    fixture = Guarded()
    fixture.seconds = 1.0
    fixture.broken["bbb"] = UpstreamError("it crashed", reason="server_error")
    await fixture.run()
    assert [part.output for part in fixture.work.parts] == ["AAA", None, "CCC", "DDD"]
    bad = fixture.work.parts[1]
    assert (bad.error and bad.error.code, bad.attempts) == ("upstream_error", 3)


async def test_what_is_done_is_not_done_again() -> None:
    fixture = Fixture()
    fixture.broken["bbb"] = TooLarge("over the context")
    await fixture.run()
    fixture.broken.clear()
    fixture.backends.questions.clear()
    again = RunningJob(fixture.request, 7, JOB, fixture.work.parts, fixture.work.asking, fixture.save)
    await again.run_parts()
    assert len(fixture.backends.questions) == 1
    assert (again.parts[1].output, again.parts[1].error, again.parts[1].attempts) == ("BBB", None, 2)


async def test_the_answers_are_reduced() -> None:
    fixture = Fixture(JOB._replace(reduce="Sum up."))
    assert await fixture.run() == ("DDD", None)
    assert fixture.backends.questions[-1].startswith("Sum up.")
    assert fixture.progress()[-2:] == [("reduce", 0, 0, 1), ("reduce", 1, 0, 1)]


async def test_answers_that_can_not_be_reduced_are_kept() -> None:
    fixture = Fixture(JOB._replace(reduce="Sum up."))
    assert await fixture.run(room=4) == (None, "too_large")
    assert [part.output for part in fixture.work.parts] == ["AAA", "BBB", "CCC", "DDD"]


async def test_progress_is_told_at_least_every_five_seconds(autojump_clock: MockClock) -> None:
    fixture = Fixture(parallel=4)
    fixture.seconds = 21
    await fixture.run()
    assert fixture.progress()[:5] == [("map", 0, 0, 4)] * 5
