import pytest

from orchd.errors import (
    Invalid,
    NotFound,
    OrchdError,
    RequestCancelled,
    ShuttingDown,
    Timeout,
    TooLarge,
    Unavailable,
    UpstreamError,
)
from orchd.llm.asking.fallback import Attempts, OutputListener, try_each
from orchd.llm.types import FailedAttempt, Listener, ModelInfo, Outcome, Phase, Target, Usage
from orchd.reasons import Reason
from tests.fix_upstream import Recorder


def failed(*errors: OrchdError) -> Attempts:
    attempts = Attempts()
    for place, error in enumerate(errors):
        attempts.note_failure(f"m{place}", "box", error)
    return attempts


def test_a_single_failure_is_raised_as_it_is() -> None:
    error = UpstreamError("boom", reason="server_error")
    assert failed(error).error() is error


def test_of_several_the_last_is_raised_with_all_told() -> None:
    away = Unavailable("away", backend="box")
    error = failed(UpstreamError("no memory", reason="load_failed"), away).error()
    assert error is away, "with what it was caused by"
    assert error.details["backend"] == "box"
    assert [(attempt["model"], attempt["code"], attempt["reason"]) for attempt in error.details["attempts"]] == [
        ("m0", "upstream_error", "load_failed"),
        ("m1", "unavailable", None),
    ]


@pytest.mark.parametrize("reason", ["cooling", "stalled_before"])
def test_a_model_that_was_not_even_asked_is_no_cause(reason: Reason) -> None:
    empty, left_alone = UpstreamError("it is empty", reason="empty_response"), Unavailable("later", reason=reason)
    assert failed(empty, left_alone).error() is empty
    assert failed(left_alone, empty).error() is empty
    assert failed(left_alone).error() is left_alone


@pytest.mark.parametrize("reason", ["first_event", "gap", "total"])
def test_a_server_that_stalled_is_not_asked_again(reason: Reason) -> None:
    attempts = failed(Timeout("silence", reason=reason))
    with pytest.raises(Unavailable, match="stalled"):
        attempts.check("box")
    attempts.check("other")


def test_a_server_that_could_not_be_reached_has_nothing_to_finish() -> None:
    failed(Timeout("slow", reason="connect")).check("box")


def test_a_failure_that_is_kept_holds_nothing_of_its_attempt() -> None:
    attempts = Attempts()
    try:
        raise Unavailable("a is away")
    except Unavailable as error:
        attempts.note_failure("a", "one", error)
    assert attempts.error().__traceback__ is None


def test_what_is_heard_is_passed_on_but_for_the_end() -> None:
    recorder = Recorder()
    heard = OutputListener(recorder)
    heard.on_phase("queued", None)
    heard.on_queue(1, None)
    assert not heard.spoke
    heard.on_delta("content", "a")
    heard.on_close()
    assert heard.spoke
    assert recorder.events == [("queued", None), ("content", "a")]
    heard.on_failed(FAILURE)
    heard.on_fallback(target("m"))
    assert len(recorder.events) == 2, "who does not listen to attempts is not told"


class Paying(Recorder):
    """A listener that is told of costs, too."""

    def on_call(self) -> None:
        self.events.append(("call", None))

    def on_usage(self, usage: Usage | None) -> None:
        self.events.append(("usage", None if usage is None else usage.total_tokens))


def test_costs_are_passed_on_to_who_wants_to_know() -> None:
    paying, other = Paying(), Recorder()
    for heard in (OutputListener(paying), OutputListener(other)):
        heard.on_call()
        heard.on_usage(Usage(1, 2, 3))
        heard.on_usage(None)
        assert not heard.spoke
    assert (paying.events, other.events) == ([("call", None), ("usage", 3), ("usage", None)], [])


class Informed(Recorder):
    """A listener that is told of attempts, too."""

    def on_failed(self, failure: FailedAttempt) -> None:
        self.events.append(("failed", failure.model))

    def on_fallback(self, target: Target) -> None:
        self.events.append(("fallback", target.model.id))


def target(name: str) -> Target:
    return Target(ModelInfo(name, "box"), "box")


FAILURE = FailedAttempt("m", "box", "upstream_error", "server_error", "boom")
BOOM = UpstreamError("boom", reason="server_error")


async def tried(listener: Recorder, *scripts: OrchdError | str | None, phase: Phase = "prompt") -> Outcome:
    """Try as many models as there are scripts: each fails, says something, or is not there (None)."""
    names = [f"m{n}" for n in range(len(scripts))]

    async def resolve(name: str) -> Target:
        if scripts[names.index(name)] is None:
            raise NotFound("who?", field="model")
        return target(name)

    async def ask(chosen: Target, heard: Listener) -> Outcome:
        script = scripts[names.index(chosen.model.id)]
        heard.on_phase(phase, None)
        if isinstance(script, OrchdError):
            raise script
        heard.on_delta("content", str(script))
        return Outcome("stop", chosen.model.id, None)

    return await try_each(target("m0"), names[1:], resolve, ask, listener)


async def test_each_attempt_is_told_of() -> None:
    informed = Informed()
    outcome = await tried(informed, BOOM, None, "Hi")
    assert outcome.model == "m2"
    assert [(attempt.model, attempt.code) for attempt in outcome.failures] == [
        ("m0", "upstream_error"),
        ("m1", "not_found"),
    ]
    assert informed.events == [
        ("prompt", None),
        ("failed", "m0"),
        ("failed", "m1"),
        ("fallback", "m2"),
        ("prompt", None),
        ("content", "Hi"),
    ]


async def test_when_all_fail_the_last_failure_is_told_of_too() -> None:
    informed = Informed()
    with pytest.raises(UpstreamError, match="boom"):
        await tried(informed, BOOM, BOOM)
    assert [name for kind, name in informed.events if kind == "failed"] == ["m0", "m1"]


@pytest.mark.parametrize("error", [Invalid("no"), TooLarge("context"), RequestCancelled("enough"), ShuttingDown("bye")])
async def test_what_would_fail_anywhere_is_tried_once(error: OrchdError) -> None:
    informed = Informed()
    with pytest.raises(type(error)):
        await tried(informed, error, "Hi")
    assert informed.events == [("prompt", None)]


async def test_output_that_is_no_text_counts_as_the_first_token() -> None:
    with pytest.raises(UpstreamError):
        await tried(Informed(), BOOM, "Hi", phase="generating")
