from orchd.errors import Timeout
from orchd.features.models.generating.heard import Heard, attempt, failure, usage_of
from orchd.features.models.loading.progress import Progress
from orchd.features.models.messages import ModelFailure, ModelProgress
from orchd.llm.types import Failure, ModelInfo, Target, Usage

USAGE = Usage(10, 3, 13)


def test_texts_are_kept_by_channel_and_passed_on() -> None:
    told: list[tuple[str, str]] = []
    heard = Heard(tell=lambda channel, text: told.append((channel, text)))
    heard.on_delta("reasoning", "hm")
    heard.on_delta("content", "a")
    heard.on_delta("content", "b")
    assert (heard.content, heard.reasoning) == ("ab", "hm")
    assert told == [("reasoning", "hm"), ("content", "a"), ("content", "b")]
    assert Heard().reasoning is None


def test_without_output_there_is_no_first_token_and_no_speed() -> None:
    heard = Heard()
    heard.on_close()
    timings = heard.timings(USAGE)
    assert (timings.first_token_ms, timings.tokens_per_second) == (None, None)
    assert timings.total_ms >= 0


def test_one_piece_of_output_has_no_speed() -> None:
    heard = Heard()
    heard.on_delta("content", "all at once")
    assert heard.timings(USAGE).tokens_per_second is None
    assert heard.timings(None).tokens_per_second is None


def test_the_speed_is_that_after_the_first_token() -> None:
    heard = Heard()
    for _ in range(1000):
        heard.on_delta("content", "x")
    speed = heard.timings(Usage(1, 1001, 1002)).tokens_per_second
    assert speed is not None
    assert speed > 1000


def test_waiting_is_noted_and_passed_on() -> None:
    frames: list[object] = []
    heard = Heard(Progress(frames.append, "m"))
    heard.on_phase("prompt", 0.5)
    assert not heard.waited
    heard.on_phase("queued", None)
    heard.on_queue(3, 1000)
    assert heard.waited
    assert len(frames) == 3


def test_counts_of_a_strange_server_stay_within_bounds() -> None:
    found = usage_of(Usage(-1, 2**60, 5, reasoning_tokens=-3))
    assert found is not None
    assert (found.prompt_tokens, found.completion_tokens, found.reasoning_tokens) == (0, 2**53 - 1, 0)
    assert usage_of(None) is None


def test_failures_are_told_by_the_wires_codes() -> None:
    assert failure(Timeout("late")) == ModelFailure("timeout", "late", True)
    told = attempt(Failure("m", "b", "upstream_error", "load_failed", "no"))
    assert (told.model, told.error) == ("m", ModelFailure("upstream_error", "no", False))
    assert attempt(Failure("m", "b", "unavailable", None, "away", retryable=True)).error.retryable


def test_a_tool_call_has_a_first_token_too() -> None:
    heard = Heard()
    heard.on_phase("generating", None)
    heard.on_close()
    timings = heard.timings(USAGE)
    assert timings.first_token_ms is not None
    assert timings.tokens_per_second is None


def test_who_looks_on_is_told_which_model_is_asked_now() -> None:
    frames: list[object] = []
    heard = Heard(Progress(frames.append, "m"))
    heard.on_failed(Failure("m", "b", "upstream_error", "load_failed", "no"))
    heard.on_fallback(Target(ModelInfo("other", "box"), "box"))
    heard.on_phase("prompt", None)
    Heard().on_fallback(Target(ModelInfo("other", "box"), "box"))
    [frame] = frames
    assert isinstance(frame, ModelProgress)
    assert (frame.model, frame.backend) == ("other", "box")
