"""A generation as it is told: its usage, its times, and why it failed."""

from msgspec import UNSET

from orchd.errors import OrchdError
from orchd.features.models.messages import ModelAttempt, ModelFailure, ModelTimings, ModelUsage
from orchd.llm import Recording
from orchd.llm.types import FailedAttempt, Usage
from orchd.protocol.types import MAX_INTEGER


def timings(recording: Recording, usage: Usage | None) -> ModelTimings:
    """Return how long a generation took. The speed is that of the tokens after the first."""
    first, speed = recording.first_token_seconds, recording.speed(usage)
    return ModelTimings(
        first_token_ms=None if first is None else _milliseconds(first),
        total_ms=_milliseconds(recording.total_seconds),
        tokens_per_second=None if speed is None else round(speed, 2),
    )


def usage_of(usage: Usage | None) -> ModelUsage | None:
    """Return a server's counts within the wire's bounds."""
    if usage is None:
        return None
    return ModelUsage(
        prompt_tokens=_bound(usage.prompt_tokens),
        completion_tokens=_bound(usage.completion_tokens),
        total_tokens=_bound(usage.total_tokens),
        reasoning_tokens=None if usage.reasoning_tokens is None else _bound(usage.reasoning_tokens),
    )


def failure(error: OrchdError) -> ModelFailure:
    """Return an error as an answer or an attempt carries it."""
    return ModelFailure(error.code, error.message, error.retryable, error.reason or UNSET)


def attempt(failed: FailedAttempt) -> ModelAttempt:
    """Return an attempt that another one followed."""
    return ModelAttempt(
        failed.model, ModelFailure(failed.code, failed.message, failed.retryable, failed.reason or UNSET)
    )


def _milliseconds(seconds: float) -> int:
    return max(0, round(seconds * 1000))


def _bound(count: int) -> int:
    return min(max(count, 0), MAX_INTEGER)
