"""What comes next is read while what came before is worked on; what fails of the two is told as it is."""

from collections.abc import AsyncGenerator

import pytest
import trio
import trio.testing

from orchd.backup.ahead import read_beside, work_on_each
from orchd.backup.contents import BackupError


async def test_both_are_under_way_at_once() -> None:
    worked, read = trio.Event(), trio.Event()

    async def work() -> None:
        await worked.wait()  # set by the reading, so it must run by now
        read.set()

    async def reading() -> str:
        worked.set()
        await read.wait()
        return "next"

    with trio.fail_after(30):
        assert await read_beside(work, reading) == "next"


async def fails() -> None:
    await trio.lowlevel.checkpoint()
    raise BackupError("the work")


async def refuses() -> str:
    await trio.lowlevel.checkpoint()
    raise BackupError("the reading")


async def test_the_failure_of_the_work_is_the_one_that_is_told() -> None:
    with pytest.raises(BackupError, match="the work"):
        await read_beside(fails, refuses)


async def test_the_failure_of_reading_is_told_when_the_work_is_done() -> None:
    done = list[str]()

    async def work() -> None:
        await trio.testing.wait_all_tasks_blocked()  # the reading has failed by now
        done.append("work")

    with pytest.raises(BackupError, match="the reading"):
        await read_beside(work, refuses)
    assert done == ["work"]


async def test_a_failure_of_the_work_ends_the_reading() -> None:
    with trio.fail_after(30), pytest.raises(BackupError, match="the work"):
        await read_beside(fails, trio.sleep_forever)


async def test_it_can_be_cancelled() -> None:
    with trio.CancelScope() as scope:
        scope.cancel()
        await read_beside(trio.sleep_forever, trio.sleep_forever)
    assert scope.cancelled_caught


async def test_each_portion_is_worked_on_once_and_in_order_while_the_next_one_is_read() -> None:
    read, told = list[int](), list[tuple[int, list[int]]]()

    async def portions() -> AsyncGenerator[int, None]:
        for number in range(4):
            read.append(number)
            yield number

    async def work(number: int) -> None:
        await trio.testing.wait_all_tasks_blocked()
        told.append((number, list(read)))

    await work_on_each(portions(), work)
    assert told == [(0, [0, 1]), (1, [0, 1, 2]), (2, [0, 1, 2, 3]), (3, [0, 1, 2, 3])]
