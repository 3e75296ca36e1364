"""What comes next is read while what came before is worked on; what fails of the two is told as it is."""

import threading

import pytest
import trio

from orchd.backup.ahead import read_beside
from orchd.backup.contents import BackupError


async def test_both_are_under_way_at_once() -> None:
    worked, read = trio.Event(), threading.Event()
    token = trio.lowlevel.current_trio_token()

    async def work() -> None:
        await worked.wait()  # set by the thread, so it must run by now
        read.set()

    def reading() -> str:
        token.run_sync_soon(worked.set)
        assert read.wait(30), "the work did not go on while it was read"
        return "next"

    assert await read_beside(work, reading) == "next"


async def fails() -> None:
    await trio.lowlevel.checkpoint()
    raise BackupError("the work")


def refuses() -> str:
    raise BackupError("the reading")


async def test_the_failure_of_the_work_is_the_one_that_is_told() -> None:
    with pytest.raises(BackupError, match="the work"):
        await read_beside(fails, refuses)


async def test_the_failure_of_reading_is_told_when_the_work_is_done() -> None:
    done = list[str]()

    async def work() -> None:
        await trio.lowlevel.checkpoint()
        done.append("work")

    with pytest.raises(BackupError, match="the reading"):
        await read_beside(work, refuses)
    assert done == ["work"]


async def test_the_thread_is_waited_for_when_the_work_fails() -> None:
    began, ended, may = trio.Event(), list[bool](), threading.Event()
    token = trio.lowlevel.current_trio_token()

    async def work() -> None:
        await began.wait()
        may.set()
        raise BackupError("the work")

    def reading() -> None:
        token.run_sync_soon(began.set)
        ended.append(may.wait(30))

    with pytest.raises(BackupError, match="the work"):
        await read_beside(work, reading)
    assert ended == [True]


async def test_it_can_be_cancelled() -> None:
    with trio.CancelScope() as scope:
        scope.cancel()
        await read_beside(trio.sleep_forever, lambda: "next")
    assert scope.cancelled_caught
