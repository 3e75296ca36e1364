"""Where unexpected exceptions stop: what is kept, what is logged, what passes."""

import errno
import gc
import weakref

import pytest
import trio
import trio.testing
from structlog.testing import capture_logs
from trio.testing import MockClock

from orchd.errors import ConfigurationError, Conflict, Internal, OrchdError, StartError, TooLarge, Unavailable
from orchd.guard import FIRST_PAUSE_SECONDS, Supervisor, Troubles, crash_logged, guarded


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


class Large:
    """What a call has in hand."""


def failing(held: Large) -> None:
    try:
        raise KeyError
    except KeyError as error:
        raise Unavailable("away") from error


@pytest.mark.parametrize("grouped", [False, True])
def test_an_error_that_is_kept_holds_nothing_of_what_its_calls_had_in_hand(grouped: bool) -> None:
    """Without the garbage collector, which looks at what is old when there is much that is new."""

    def block() -> tuple[weakref.ref[Large], OrchdError | None]:
        with guarded("test") as guard:
            held = Large()
            found = weakref.ref(held)
            try:
                failing(held)
            except Unavailable as error:
                if grouped:
                    raise ExceptionGroup("nursery", [error]) from None
                raise
        return found, guard.error

    gc.disable()
    try:
        found, error = block()
        assert isinstance(error, Unavailable)
        assert found() is None
    finally:
        gc.enable()


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


async def fail(failure: Exception) -> None:
    await trio.lowlevel.checkpoint()
    raise failure


FAILURES = (RuntimeError("/secret/path"), Unavailable("the database is away"), StartError("/secret/path is newer"))


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_supervised_task_fails_alone_and_loudly(failure: Exception, autojump_clock: MockClock) -> None:
    troubles, others = Troubles(), trio.Event()
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            supervisor = Supervisor(nursery, troubles)
            supervisor.run("storing", fail, failure, message_id=7)
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(trio.sleep, 1)
            others.set()
    assert others.is_set(), "the nursery is not cancelled"
    (trouble,) = troubles.report()
    assert (trouble.what, trouble.times, trouble.running) == ("storing", 1, False)
    assert "secret" not in trouble.reason
    (failed,) = (entry for entry in logs if entry["event"] == "a task failed")
    assert (failed["log_level"], failed["what"], failed["message_id"]) == ("warning", "storing", 7)


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_service_is_begun_again_and_each_failure_is_a_line(
    failure: Exception, autojump_clock: MockClock
) -> None:
    troubles, begun = Troubles(), 0

    async def service() -> None:
        nonlocal begun
        begun += 1
        if begun < 4:
            raise failure
        await trio.sleep_forever()

    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            Supervisor(nursery, troubles).keep("journal", service)
            await trio.sleep(FIRST_PAUSE_SECONDS * 8)
            nursery.cancel_scope.cancel()
    assert begun == 4
    pauses = [entry["pause_seconds"] for entry in logs if entry["event"] == "a service failed and will be restarted"]
    assert pauses == [1.0, 2.0, 4.0]
    (trouble,) = troubles.report()
    assert (trouble.what, trouble.times, trouble.running) == ("journal", 3, True)


async def test_what_fails_before_it_has_started_is_told_to_who_starts_it() -> None:
    failure = Conflict("twice")

    async def begin(task_status: trio.TaskStatus[str]) -> None:
        raise failure

    async with trio.open_nursery() as nursery:
        with pytest.raises(Conflict) as caught:
            await Supervisor(nursery).start("child", begin)
    assert caught.value is failure


async def test_what_fails_after_it_has_started_fails_alone() -> None:
    troubles = Troubles()

    async def begin(name: str, *, task_status: trio.TaskStatus[str]) -> None:
        task_status.started(name)
        raise ValueError("later")

    with capture_logs():
        async with trio.open_nursery() as nursery:
            assert await Supervisor(nursery, troubles).start("child", begin, "up") == "up"
    assert [trouble.what for trouble in troubles.report()] == ["child"]


@pytest.mark.parametrize(
    "failure", [Unavailable("away"), OSError("no space"), RuntimeError("x"), ExceptionGroup("g", [TooLarge("long")])]
)
def test_a_crash_is_logged_with_its_traceback(failure: Exception) -> None:
    with capture_logs() as logs, pytest.raises(StartError, match="its log has the traceback"), crash_logged():
        raise failure
    (entry,) = logs
    assert entry["log_level"] == "critical"
    assert entry["exc_info"] is not None


@pytest.mark.parametrize(
    "failure",
    [
        StartError("newer"),
        ConfigurationError("wrong"),
        ExceptionGroup("g", [StartError("newer")]),
        KeyboardInterrupt(),
        BaseExceptionGroup("g", [KeyboardInterrupt()]),
    ],
)
def test_what_the_operator_must_mend_is_no_crash(failure: BaseException) -> None:
    with capture_logs() as logs, pytest.raises(type(failure)) as caught, crash_logged():
        raise failure
    assert caught.value is failure
    assert not logs


@pytest.mark.parametrize("grouped", [False, True])
def test_a_want_of_descriptors_is_no_defect_and_has_its_name(grouped: bool) -> None:
    shortage = OSError(errno.EMFILE, "Too many open files", "/secret/path")
    with capture_logs() as logs, guarded("request") as guard:
        raise ExceptionGroup("nursery", [shortage]) if grouped else shortage
    assert isinstance(guard.error, Unavailable)
    assert (guard.error.message, guard.error.details) == ("out of file descriptors", {"reason": "file_descriptors"})
    assert [(line["event"], line["what"], "exc_info" in line) for line in logs] == [
        ("out of file descriptors", "request", False)
    ]
