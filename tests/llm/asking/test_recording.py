from typing import Literal, TypeAlias, get_args

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from orchd.llm import Hooks, ModelInfo, Recording, Target, Usage
from orchd.llm.asking.recording import WorkClock
from orchd.llm.types import Deadlines, FailedAttempt
from tests.fix_upstream import DONE, SSE_HEAD, Attempt, Upstream, delta, event, finish, reply, usage

TARGET = Target(ModelInfo("m", "box"), "box")
OTHER = Target(ModelInfo("other", "box"), "box")
USAGE = Usage(10, 3, 13)


def test_texts_are_kept_by_channel_and_passed_on() -> None:
    told: list[tuple[str, str]] = []
    recording = Recording(TARGET, Hooks(delta=lambda channel, text: told.append((channel, text))))
    assert recording.split() == ("", "")
    recording.on_delta("reasoning", "hm")
    recording.on_delta("content", "a")
    recording.on_delta("content", "b")
    assert recording.split() == ("hm", "ab")
    assert told == [("reasoning", "hm"), ("content", "a"), ("content", "b")]


def test_thoughts_within_the_text_are_told_apart() -> None:
    recording = Recording(TARGET)
    recording.on_delta("content", "<think>hm</think>\n")
    recording.on_delta("content", "so")
    thoughts, answer = recording.split()
    assert (thoughts.strip(), answer.strip()) == ("hm", "so")


def test_one_piece_of_output_has_no_speed() -> None:
    recording = Recording(TARGET)
    recording.on_delta("content", "all at once")
    assert recording.speed(USAGE) is None
    assert recording.speed(None) is None


def test_a_tool_call_has_a_first_token_too() -> None:
    recording = Recording(TARGET)
    assert recording.first_token_seconds is None
    recording.on_phase("generating", None)
    recording.on_close()
    assert recording.first_token_seconds is not None
    assert recording.speed(USAGE) is None


def test_waiting_is_noted_and_passed_on() -> None:
    told: list[object] = []
    hooks = Hooks(phase=lambda *phase: told.append(phase), queue=lambda *place: told.append(place))
    recording = Recording(TARGET, hooks)
    recording.on_phase("prompt", 0.5)
    assert not recording.waited
    recording.on_phase("queued", None)
    recording.on_queue(3, 1000)
    assert recording.waited
    assert told == [("prompt", 0.5), ("queued", None), (3, 1000)]


def test_the_model_that_is_asked_now_is_known_and_told() -> None:
    told: list[Target] = []
    recording = Recording(TARGET, Hooks(model=told.append))
    recording.on_failed(FailedAttempt("m", "box", "upstream_error", "load_failed", "no"))
    recording.on_fallback(OTHER)
    assert (told, recording.target) == ([OTHER], OTHER)


def test_only_those_are_called_that_were_really_asked() -> None:
    recording = Recording(TARGET)
    recording.on_phase("queued", None)
    assert recording.calls == 0, "a circuit breaker may refuse it yet"
    recording.on_phase("loading", None)
    recording.on_phase("prompt", None)
    assert recording.calls == 0, "nobody may be there"
    recording.on_call()
    recording.on_phase("generating", None)
    recording.on_delta("content", "x")
    recording.on_usage(USAGE)
    assert recording.calls == 1
    recording.on_fallback(OTHER)
    assert recording.calls == 1
    recording.on_call()
    recording.on_call()
    assert (recording.calls, recording.usages) == (3, [USAGE])


def test_who_answers_was_asked() -> None:
    recording = Recording(TARGET)
    recording.on_delta("reasoning", "hm")
    recording.on_delta("content", "so")
    assert (recording.calls, recording.output) == (1, "hmso")


SECONDS = 9.5
"""Between two steps, so that it doesn't matter what comes first at one moment."""
Step: TypeAlias = Literal["queued", "loading", "prompt", "generating", "fallback"]
PHASES: st.SearchStrategy[Step] = st.sampled_from(get_args(Step))


@given(steps=st.lists(st.tuples(PHASES, st.integers(0, 12)), max_size=12))
def test_the_clock_runs_only_while_a_model_works(steps: list[tuple[Step, int]]) -> None:
    """It ends the scope when the model that is asked has worked for so long, however often it was waited for."""

    async def play() -> float | None:
        with trio.CancelScope() as scope:
            recording = Recording(TARGET, clock=WorkClock(scope, SECONDS))
            for phase, pause in steps:
                if phase == "fallback":
                    recording.on_fallback(OTHER)
                else:
                    recording.on_phase(phase, None)
                await trio.sleep(pause)
            return None
        return trio.current_time()

    assert trio.run(play, clock=MockClock(autojump_threshold=0)) == expected(steps)


def expected(steps: list[tuple[Step, int]]) -> float | None:
    """Return when the clock should end it, None for never."""
    now = worked = 0.0
    for phase, pause in steps:
        works = phase in ("prompt", "generating")
        if phase == "fallback":
            worked = 0.0
        elif works and worked + pause >= SECONDS:
            return now + SECONDS - worked
        worked += pause if works else 0.0
        now += pause
    return None


async def test_text_is_a_sign_of_work(autojump_clock: MockClock) -> None:
    with trio.CancelScope() as scope:
        recording = Recording(TARGET, clock=WorkClock(scope, SECONDS))
        await trio.sleep(99)
        recording.on_delta("reasoning", "hm")
        await trio.sleep_forever()
    assert trio.current_time() == pytest.approx(99 + SECONDS)


HI = delta(role="assistant", content="Hi")


class PayingAttempt(Attempt):
    """One that keeps what it costs."""

    def __init__(self) -> None:
        super().__init__()
        self.costs: list[Usage | str | None] = []

    def on_call(self) -> None:
        self.costs.append("call")

    def on_usage(self, usage: Usage | None) -> None:
        self.costs.append(usage)


@pytest.mark.parametrize(
    ("parts", "costs"),
    [
        ((SSE_HEAD, HI, finish(), usage(), DONE), ["call", Usage(9, 3, 12)]),
        ((SSE_HEAD, HI, finish(), DONE), ["call", None]),
        ((SSE_HEAD, finish(), usage(9, 0), DONE), ["call", Usage(9, 0, 9)]),
        ((SSE_HEAD, finish(), DONE), ["call", None]),
        ((SSE_HEAD, HI), ["call", None]),
        ((SSE_HEAD, HI, usage(), event({"error": "boom"})), ["call", Usage(9, 3, 12)]),
        ((SSE_HEAD, event({"error": "boom"})), ["call"]),
        ((reply(500, {"error": "boom"}),), ["call"]),
        ((), ["call"]),
    ],
)
async def test_what_it_costs_is_told_whatever_comes_of_it(
    upstream: Upstream, parts: tuple[bytes, ...], costs: list[Usage | str | None]
) -> None:
    upstream.says(*parts, head=b"")
    attempt = PayingAttempt()
    await attempt.run(upstream)
    assert attempt.costs == costs


async def test_asking_again_while_a_model_loads_costs_nothing_more(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    memory_upstream.says(reply(503, {"error": {"message": "Loading model"}}), head=b"")
    attempt = PayingAttempt()
    await attempt.run(memory_upstream, Deadlines(first_event=30.0))
    assert attempt.costs == ["call"]
    assert len(memory_upstream.requests) > 2


async def test_where_nobody_listens_nothing_is_paid() -> None:
    async with trio.open_nursery() as nursery:
        gone = Upstream(nursery)
        gone.url = "http://127.0.0.1:9"
        gone._memory = False
        attempt = PayingAttempt()
        await attempt.run(gone, Deadlines(connect=0.5))
    assert (attempt.costs, attempt.reason) == ([], "connect")
