"""Where unexpected exceptions stop: what is kept, what is logged, what passes."""

import pytest
import trio
import trio.testing
from structlog.testing import capture_logs

from orchd.errors import Conflict, Internal, OrchdError
from orchd.guard import guarded


def judged(failure: BaseException) -> tuple[OrchdError | None, int]:
    """Return what becomes of a failure, and how often it is logged."""
    with capture_logs() as logs, guarded("test", thing=7) as guard:
        raise failure
    assert all(entry["log_level"] == "error" and entry["what"] == "test" and entry["thing"] == 7 for entry in logs)
    assert all(entry["exc_info"] is not None for entry in logs)
    return guard.error, len(logs)


def test_nothing_went_wrong() -> None:
    with capture_logs() as logs, guarded("test") as guard:
        pass
    assert guard.error is None
    assert not logs


def test_an_error_of_the_wire_is_kept_as_it_is() -> None:
    conflict = Conflict("twice")
    assert judged(conflict) == (conflict, 0)


@pytest.mark.parametrize("depth", [1, 3])
def test_it_is_found_in_the_groups_of_nurseries(depth: int) -> None:
    conflict = Conflict("twice")
    group: Exception = conflict
    for _ in range(depth):
        group = ExceptionGroup("nursery", [group])
    assert judged(group) == (conflict, 0)


@pytest.mark.parametrize(
    "failure",
    [
        ValueError("/secret/path"),
        ExceptionGroup("nursery", [ValueError("/secret/path")]),
        ExceptionGroup("nursery", [Conflict("a"), ValueError("/secret/path")]),
        ExceptionGroup("nursery", [Conflict("a"), Conflict("/secret/path")]),
        Internal("our own word for it"),
    ],
)
def test_anything_else_is_logged_and_internal(failure: Exception) -> None:
    error, logged = judged(failure)
    assert isinstance(error, Internal)
    assert "secret" not in error.message
    assert logged == 1


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), SystemExit(1), GeneratorExit()])
def test_exits_pass(failure: BaseException) -> None:
    with pytest.raises(type(failure)), capture_logs() as logs, guarded("test"):
        raise failure
    assert not logs


async def test_cancellation_passes() -> None:
    with trio.CancelScope() as scope, guarded("test") as guard:
        scope.cancel()
        await trio.sleep_forever()
    assert scope.cancelled_caught
    assert guard.error is None


async def test_a_failure_beside_a_cancellation_stops_here() -> None:
    """A nursery that is cancelled while one of its tasks fails raises a group of both."""

    async def fail_when_cancelled() -> None:
        try:
            await trio.sleep_forever()
        finally:
            raise ValueError("while cleaning up")

    with capture_logs() as logs, trio.CancelScope() as scope, guarded("test") as guard:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(fail_when_cancelled)
            nursery.start_soon(trio.sleep_forever)
            await trio.testing.wait_all_tasks_blocked()
            scope.cancel()
    assert scope.cancelled_caught
    assert isinstance(guard.error, Internal)
    assert [entry["event"] for entry in logs] == ["unexpected"]
