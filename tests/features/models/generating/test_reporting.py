from orchd.errors import Timeout
from orchd.features.models.generating.reporting import attempt, failure, timings, usage_of
from orchd.features.models.messages import ModelFailure
from orchd.llm import Recording
from orchd.llm.types import FailedAttempt, ModelInfo, Target, Usage

USAGE = Usage(10, 3, 13)
TARGET = Target(ModelInfo("m", "box"), "box")


def test_without_output_there_is_no_first_token_and_no_speed() -> None:
    recording = Recording(TARGET)
    recording.on_close()
    took = timings(recording, USAGE)
    assert (took.first_token_ms, took.tokens_per_second) == (None, None)
    assert took.total_ms >= 0


def test_the_speed_is_that_after_the_first_token() -> None:
    recording = Recording(TARGET)
    for _ in range(1000):
        recording.on_delta("content", "x")
    speed = timings(recording, Usage(1, 1001, 1002)).tokens_per_second
    assert speed is not None
    assert speed > 1000


def test_counts_of_a_strange_server_stay_within_bounds() -> None:
    found = usage_of(Usage(-1, 2**60, 5, reasoning_tokens=-3))
    assert found is not None
    assert (found.prompt_tokens, found.completion_tokens, found.reasoning_tokens) == (0, 2**53 - 1, 0)
    assert usage_of(None) is None


def test_failures_are_told_by_the_wires_codes() -> None:
    assert failure(Timeout("late")) == ModelFailure("timeout", "late", True)
    told = attempt(FailedAttempt("m", "b", "upstream_error", "load_failed", "no"))
    assert (told.model, told.error) == ("m", ModelFailure("upstream_error", "no", False, "load_failed"))
    assert attempt(FailedAttempt("m", "b", "unavailable", None, "away", retryable=True)).error.retryable
