"""Hashing in threads: few at once, and a line that has an end."""

import os
import sys
import threading

import pytest
import trio
import trio.testing

from orchd.errors import Busy
from orchd.features.people.hashing import NICEST, PasswordHashing

GOOD = "seven wet umbrellas"


async def test_a_password_is_hashed_and_known_again() -> None:
    hashing = PasswordHashing()
    stored = await hashing.hash(GOOD)
    assert await hashing.is_right(stored, GOOD)
    assert not await hashing.is_right(stored, "another one entirely")
    assert not await hashing.is_right(None, GOOD)


async def test_the_line_has_an_end_and_moves_on() -> None:
    hashing = PasswordHashing(at_once=1, waiting=2)
    ended: list[str] = []

    async def log_in() -> None:
        try:
            await hashing.is_right(None, GOOD)
            ended.append("compared")
        except Busy:
            ended.append("busy")

    async with trio.open_nursery() as nursery:
        for _ in range(5):
            nursery.start_soon(log_in)
    assert sorted(ended) == ["busy", "busy", "compared", "compared", "compared"]
    assert not await hashing.is_right(None, GOOD)


async def test_who_gives_up_leaves_the_line() -> None:
    hashing = PasswordHashing(at_once=1, waiting=1)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(hashing.hash, GOOD)
        await trio.testing.wait_all_tasks_blocked()
        with trio.move_on_after(0):
            await hashing.hash(GOOD)  # the second in the line, which leaves at once
        assert (await hashing.hash(GOOD)).startswith("$argon2id$")
        nursery.start_soon(hashing.hash, GOOD)
        nursery.start_soon(hashing.hash, GOOD)
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(Busy):
            await hashing.hash(GOOD)


async def test_hashing_gives_way_to_everything_else() -> None:
    niceness: list[int] = []
    hashing = PasswordHashing()
    await hashing._run(lambda: niceness.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
    if sys.platform == "linux":
        assert niceness == [NICEST]
    assert os.getpriority(os.PRIO_PROCESS, 0) < NICEST


async def test_what_fails_in_the_thread_fails_here() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await PasswordHashing()._run(fail)
