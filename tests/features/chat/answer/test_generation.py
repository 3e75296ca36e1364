"""The four ends of a generation, and what is told on the way. All in memory, on the virtual clock."""

import time
from types import SimpleNamespace

import msgspec
import pytest
import trio
from msgspec import UNSET
from structlog.testing import capture_logs
from trio.testing import MockClock

from orchd.entity import Belonging
from orchd.errors import RateLimited, Timeout
from orchd.features.chat.answer.generation import Generation
from orchd.features.chat.answer.reminder import PROGRESS_SECONDS, ProgressReminder
from orchd.features.chat.answer.request import AnswerRequest, GenerationLimits
from orchd.features.chat.answer.running import asks
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatAttempt, ChatError, ChatMessage, ChatPart, ChatProgress, ChatStreaming
from orchd.features.chat.rows import StoredExchange, describe
from orchd.llm.types import (
    AttemptListener,
    FailedAttempt,
    Listener,
    ModelInfo,
    Outcome,
    Prompt,
    QueueListener,
    Requester,
    Selection,
    Target,
    Usage,
)
from orchd.protocol.types import MAX_INTEGER
from tests.features.chat.room import Device
from tests.fix_chat import TARGET, Script, ScriptedBackends, answering, silent

PROMPT = Prompt(())
QUESTION = ChatMessage(1, 1, None, "user", "hi", None, "complete", None, "t", None, None, None, None)
EXCHANGE = StoredExchange(1, QUESTION, 2, [], None, 1_700_000_000_000, Belonging(0))
REQUEST = AnswerRequest(Selection(TARGET))
OTHER = Target(ModelInfo("other", "fake", context=4096), "fake")
BROKEN = FailedAttempt("tiny", "fake", "upstream_error", "load_failed", "no memory")
TUNING = GenerationLimits(max_bytes=1000, loop_repeats=12, loop_characters=6000, loop_period=2000)


class Watched(Generation):
    """A generation with the reader of a request, whose payloads are kept."""

    def __init__(
        self, exchange: StoredExchange = EXCHANGE, tuning: GenerationLimits = TUNING, request: AnswerRequest = REQUEST
    ) -> None:
        super().__init__(exchange, request, "epoch", tuning, self._note_growth)
        self.growths = 0
        self.device = Device()
        self.reader = asks(self.device, "r1")
        self.attach(self.reader)

    def _note_growth(self) -> None:
        self.growths += 1

    @property
    def told(self) -> list[ChatStreaming | ChatProgress]:
        kinds = {"chat:streaming": ChatStreaming, "chat:progress": ChatProgress}
        return [msgspec.convert(frame["data"], kinds[frame["type"]]) for frame in self.device.read]

    @property
    def text(self) -> str:
        return "".join(frame.chunk for frame in self.told if isinstance(frame, ChatStreaming))

    @property
    def phases(self) -> list[str]:
        return [frame.phase for frame in self.told if isinstance(frame, ChatProgress)]


async def run(
    script: Script,
    exchange: StoredExchange = EXCHANGE,
    tuning: GenerationLimits = TUNING,
    request: AnswerRequest = REQUEST,
) -> Watched:
    generation = Watched(exchange, tuning, request)
    await generation.run(ScriptedBackends(script), PROMPT)
    return generation


async def test_a_finish_reason_makes_it_complete(autojump_clock: MockClock) -> None:
    generation = await run(answering("Hel", "lo"))
    answer = generation.answer()
    assert (answer.status, answer.content, answer.finish_reason, answer.error) == ("complete", "Hello", "stop", None)
    assert generation.text == "Hello"
    assert generation.phases == ["generating"]
    assert generation.device.types()[-1] == "r1 chat:streaming"
    assert generation.device.read[-1]["data"]["done"]


async def test_an_upstream_fault_keeps_the_text_so_far(autojump_clock: MockClock) -> None:
    async def fails(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "half")
        raise Timeout("no output for too long")

    with capture_logs() as logs:
        answer = (await run(fails)).answer()
    (line,) = logs
    assert (line["event"], line["log_level"]) == ("generation ended", "warning")
    assert (line["error"], line["reason"]) == ("timeout", "no output for too long")
    assert (answer.status, answer.content, answer.finish_reason) == ("error", "half", None)
    assert answer.error is not None
    assert (answer.error.code, answer.error.retryable) == ("timeout", True)


async def test_a_defect_is_an_internal_error_and_nothing_more(
    autojump_clock: MockClock, capsys: pytest.CaptureFixture[str]
) -> None:
    async def breaks(_prompt: Prompt, _listener: Listener) -> Outcome:
        raise KeyError("secret detail")

    answer = (await run(breaks)).answer()
    assert answer.error is not None
    assert answer.error.code == "internal"
    assert "secret" not in answer.error.message


@pytest.mark.parametrize("reason", ["cancelled", "interrupted"])
async def test_cancelling_names_its_reason_and_tells_when_upstream_was_let_go(
    autojump_clock: MockClock, reason: str
) -> None:
    generation = Watched()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(generation.run, ScriptedBackends(silent), PROMPT)
        await trio.testing.wait_all_tasks_blocked()
        seconds = await generation.cancel("cancelled" if reason == "cancelled" else "interrupted")
    assert seconds is not None
    assert generation.status == reason
    assert generation.answer().content == "word"
    assert generation.answer().error is None
    assert await generation.cancel("interrupted") is None, "it has ended before"
    assert generation.status == reason


async def test_the_client_hears_something_while_the_model_is_silent(autojump_clock: MockClock) -> None:
    async def slow(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_phase("loading", 0.5)
        await trio.sleep(3 * PROGRESS_SECONDS + 1)
        listener.on_delta("content", "x")
        await trio.sleep(10 * PROGRESS_SECONDS)
        return Outcome("stop", "tiny", None)

    generation, reminder = Watched(), ProgressReminder()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(reminder.run)
        reminder.add(generation)
        await generation.run(ScriptedBackends(slow), PROMPT)
        nursery.cancel_scope.cancel()
    assert generation.phases == ["loading"] * 4 + ["generating"]
    first = next(frame for frame in generation.told if isinstance(frame, ChatProgress))
    assert first.progress == 0.5


async def test_reasoning_stays_apart(autojump_clock: MockClock) -> None:
    async def thinks(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("reasoning", "hm")
        listener.on_delta("content", "yes")
        return Outcome("stop", "tiny", Usage(1, 2, 3))

    answer = (await run(thinks)).answer()
    assert (answer.reasoning, answer.content) == ("hm", "yes")
    assert answer.timings is not None
    assert answer.timings.reasoning_ms is not None
    plain = (await run(answering("yes"))).answer()
    assert plain.timings is not None
    assert plain.timings.reasoning_ms is None


@pytest.mark.parametrize(("told", "kept"), [(-5, 0), (10**30, MAX_INTEGER), (7, 7)])
async def test_a_servers_numbers_are_kept_within_the_wires_bounds(
    autojump_clock: MockClock, told: int, kept: int
) -> None:
    async def counts(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "x")
        return Outcome("s" * 1000, "m" * 1000, Usage(told, told, told, told))

    answer = (await run(counts)).answer()
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == answer.usage.reasoning_tokens == kept
    assert answer.finish_reason == "s" * 64
    assert len(answer.model) == 256


async def test_an_answer_that_is_not_stored_says_so(autojump_clock: MockClock) -> None:
    generation = await run(answering("text"))
    generation.settle(generation.answer(), "waiting")
    assert generation.final is not None
    assert generation.final.error is not None
    assert generation.final.error.code == "unavailable"
    assert generation.final.content == "text"
    assert generation.answer().error is None, "what is stored later is the answer itself"


async def test_a_detached_reader_hears_no_more(autojump_clock: MockClock) -> None:
    generation = Watched()

    async def script(_prompt: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "a")
        generation.detach(generation.reader)
        listener.on_delta("content", "b")
        return Outcome("stop", "tiny", None)

    await generation.run(ScriptedBackends(script), PROMPT)
    assert generation.text == "a"
    assert generation.answer().content == "ab"


async def test_an_answer_that_goes_in_circles_is_stopped_with_its_own_reason(autojump_clock: MockClock) -> None:
    async def circles(_prompt: Prompt, listener: Listener) -> Outcome:
        while True:
            listener.on_delta("content", "And so it goes, on and on and on. ")
            await trio.lowlevel.checkpoint()

    generation = await run(circles)
    answer = generation.answer()
    assert (answer.status, answer.finish_reason, answer.error) == ("interrupted", "loop", None)
    assert 6_000 <= len(answer.content) < 7_000
    assert generation.text == answer.content
    done = [frame for frame in generation.told if isinstance(frame, ChatStreaming)][-1]
    assert (done.done, done.finish_reason) == (True, "loop")


async def test_the_loop_breaker_can_be_off(autojump_clock: MockClock) -> None:
    async def circles(_prompt: Prompt, listener: Listener) -> Outcome:
        for _ in range(1000):
            listener.on_delta("content", "And so it goes. ")
        return Outcome("stop", "tiny", None)

    assert (await run(circles, tuning=TUNING._replace(loop_characters=0))).answer().finish_reason == "stop"


@pytest.mark.parametrize(("prefilled", "mode"), [(True, "prefill"), (False, "followup")])
async def test_an_answer_that_goes_on_begins_with_the_other_ones_text_and_says_so(
    autojump_clock: MockClock, prefilled: bool, mode: str
) -> None:
    prefix = Transcript()
    prefix.add("content", "Once upon")
    first = ChatPart("old", 9, "answer", 5)
    generation = await run(answering(" a time"), EXCHANGE._replace(prefix=prefix, parts=[first], prefilled=prefilled))
    answer = generation.answer()
    assert generation.text == answer.content == "Once upon a time"
    assert answer.parts is not None
    assert [(part.model, part.end_seq, part.mode, part.message_id) for part in answer.parts] == [
        ("old", 9, "answer", 5),
        ("tiny", 16, mode, None),
    ]


async def test_an_answer_that_goes_on_has_reasoned_as_long_as_the_other_one(autojump_clock: MockClock) -> None:
    prefix = Transcript()
    prefix.add("reasoning", "hm")
    known, unknown = [EXCHANGE._replace(prefix=prefix, reasoned_before=seconds) for seconds in (4.2, None)]
    told = [(await run(answering("yes"), exchange)).answer().timings for exchange in (known, unknown)]
    assert [timings and timings.reasoning_ms for timings in told] == [4200, None]


async def test_growth_is_reported_for_the_journal(autojump_clock: MockClock) -> None:
    assert (await run(answering("a", "b"))).growths == 2


async def test_whoever_waits_for_a_turn_is_told_its_place_and_how_long(autojump_clock: MockClock) -> None:
    async def queued(_prompt: Prompt, listener: Listener) -> Outcome:
        assert isinstance(listener, QueueListener)
        listener.on_phase("queued", None)
        listener.on_queue(2, 1500)
        listener.on_queue(1, None)
        listener.on_phase("prompt", None)
        listener.on_delta("content", "x")
        return Outcome("stop", "tiny", None)

    generation = await run(queued)
    told = [frame for frame in generation.told if isinstance(frame, ChatProgress)]
    assert {(frame.parent_id, frame.asked_model, frame.beside) for frame in told} == {(1, "tiny", UNSET)}
    assert [(frame.phase, frame.position, frame.eta_ms) for frame in told] == [
        ("queued", UNSET, UNSET),
        ("queued", 2, 1500),
        ("queued", 1, UNSET),
        ("prompt", UNSET, UNSET),
        ("generating", UNSET, UNSET),
    ]


async def test_how_long_a_load_may_still_take_runs_down_each_time_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def loading(_prompt: Prompt, listener: Listener) -> Outcome:
        assert isinstance(listener, QueueListener)
        listener.on_phase("loading", None)
        listener.on_queue(None, 30_000)
        for later in (12.0, 40.0):
            now[0] = begun + later
            assert isinstance(listener, Generation)
            listener.remind()
        listener.on_delta("content", "x")
        return Outcome("stop", "tiny", None)

    begun = time.monotonic()
    now = [begun]
    monkeypatch.setattr("orchd.features.chat.answer.generation.time", SimpleNamespace(monotonic=lambda: now[0]))
    generation = await run(loading)
    told = [frame for frame in generation.told if isinstance(frame, ChatProgress)]
    assert [(frame.phase, frame.position, frame.eta_ms, frame.phase_ms) for frame in told] == [
        ("loading", UNSET, UNSET, 0),
        ("loading", UNSET, 30_000, 0),
        ("loading", UNSET, 18_000, 12_000),
        ("loading", UNSET, 0, 40_000),
        ("generating", UNSET, UNSET, 0),
    ]


ATTEMPT = ChatAttempt("tiny", ChatError("upstream_error", "no memory", retryable=False), "load_failed")


async def fall_back(_prompt: Prompt, listener: Listener) -> Outcome:
    """Fail, and have another model answer."""
    assert isinstance(listener, AttemptListener)
    listener.on_phase("loading", None)
    listener.on_failed(BROKEN)
    listener.on_fallback(OTHER)
    listener.on_delta("content", "x")
    return Outcome("stop", "other", None)


async def test_a_fallback_is_told_of_and_recorded(autojump_clock: MockClock) -> None:
    generation = await run(fall_back)
    told = [frame for frame in generation.told if isinstance(frame, ChatProgress)]
    assert [(frame.phase, frame.model, frame.attempts) for frame in told] == [
        ("loading", UNSET, UNSET),
        ("queued", "other", [ATTEMPT]),
        ("generating", "other", [ATTEMPT]),
    ]
    answer = generation.answer()
    assert (answer.model, answer.attempts, answer.error) == ("other", [ATTEMPT], None)
    generation.settle(answer, "stored")
    assert generation.final is not None
    assert generation.final.attempts == [ATTEMPT]
    assert generation.target is OTHER, "it is the other server that is let go"


async def test_what_could_not_be_had_before_it_began_is_recorded_too(autojump_clock: MockClock) -> None:
    missing = FailedAttempt("gone", "", "not_found", None, "who?")
    generation = await run(fall_back, request=AnswerRequest(Selection(TARGET, ("other",), (missing,))))
    attempts = generation.answer().attempts
    assert attempts is not None
    assert [(attempt.model, attempt.error.code) for attempt in attempts] == [
        ("gone", "not_found"),
        ("tiny", "upstream_error"),
    ]


async def test_without_fallbacks_nothing_is_said_of_attempts(autojump_clock: MockClock) -> None:
    generation = await run(answering("x"))
    answer = generation.answer()
    generation.settle(answer, "stored")
    assert generation.final is not None
    assert (answer.attempts, generation.final.attempts) == (None, UNSET)


async def test_a_fallback_is_asked_to_go_on_and_the_part_says_so(autojump_clock: MockClock) -> None:
    begun = Transcript()
    begun.add("content", "so far")
    parts = [ChatPart("old", 6, "answer", 5)]
    generation = await run(fall_back, EXCHANGE._replace(prefix=begun, parts=parts, prefilled=True))
    answer = generation.answer()
    assert answer.parts is not None
    assert (answer.parts[-1].model, answer.parts[-1].mode) == ("other", "followup")


async def test_it_is_asked_on_behalf_of_the_user_and_the_conversation(autojump_clock: MockClock) -> None:
    backends = ScriptedBackends(answering("x"))
    generation = Watched(request=AnswerRequest(Selection(TARGET, ("other",)), asker=Requester(user=10)))
    await generation.run(backends, PROMPT)
    assert backends.claims == [Requester(user=10, conversation=1)]
    assert backends.fallbacks == [("other",)]


def test_an_error_tells_when_to_try_again() -> None:
    limited = RateLimited("slow down", reason="rate_limited", retry_after_ms=7000)
    said = ChatError("rate_limited", "slow down", retryable=True, retry_after_ms=7000, reason="rate_limited")
    assert describe(limited) == said
    assert describe(RateLimited("slow down")) == ChatError("rate_limited", "slow down", retryable=True)
