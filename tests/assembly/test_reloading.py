"""Reading again: what changes at once, what is told, and what is refused."""

from collections.abc import Callable
from functools import partial

import pytest
import structlog
import trio
from structlog.testing import capture_logs

from orchd.assembly.reloading import Reloader
from orchd.config import LogSettings, ServerSettings, Settings
from orchd.errors import ConfigurationError
from orchd.wakeup import Signal
from tests.raw_client import until


async def reload(read: Callable[[], Settings] | None) -> tuple[Reloader, list[object]]:
    """Ask once, and return what was logged when nothing more was to be done."""
    reloader, asked = Reloader(Settings(), read, None, lambda: True), Signal()
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(reloader.run, asked)
            asked.set()
            if read is not None:
                await until(lambda: bool(logs))
            nursery.cancel_scope.cancel()
    return reloader, list(logs)


async def test_what_can_change_does_and_the_rest_is_told() -> None:
    structlog.reset_defaults()
    new = Settings(server=ServerSettings(port=4000), log=LogSettings(level="warning"))
    reloader, (told,) = await reload(lambda: new)
    assert reloader.refusal is None
    assert told == {
        "event": "the configuration was read again",
        "log_level": "info",
        "changed": ["log.level"],
        "at_next_start": ["server.port"],
    }
    with capture_logs():
        assert not structlog.get_logger().is_enabled_for(20)


async def test_a_wrong_one_is_refused_and_the_old_one_stays() -> None:
    def read() -> Settings:
        raise ConfigurationError("server.port must be a whole number")

    reloader, (told,) = await reload(read)
    assert reloader.refusal == "server.port must be a whole number"
    assert isinstance(told, dict)
    assert told["reason"] == reloader.refusal


async def test_where_nobody_can_tell_nothing_happens() -> None:
    reloader, logs = await reload(None)
    assert (reloader.refusal, logs) == (None, [])


def is_read(reloader: Reloader, answers: list[Settings | Exception], left: int) -> bool:
    return len(answers) == left and (left > 0) == (reloader.refusal is not None)


@pytest.mark.parametrize("failure", [OSError("gone"), ConfigurationError("wrong")])
async def test_it_goes_on_after_a_failure(failure: Exception) -> None:
    answers: list[Settings | Exception] = [failure, Settings()]

    def read() -> Settings:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    reloader, asked = Reloader(Settings(), read, None, lambda: True), Signal()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(reloader.run, asked)
        for left in (1, 0):
            asked.set()
            await until(partial(is_read, reloader, answers, left))
        nursery.cancel_scope.cancel()
    assert reloader.refusal is None
