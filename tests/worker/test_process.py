"""One worker as a process: what it answers, and that it never outlives who asked."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trio

from orchd.worker import frames
from orchd.worker.process import Worker, WorkerDiedError
from tests.worker import jobs

GUARD_SECONDS = 60

OWNER = """
import sys, trio
from orchd.worker import frames
from orchd.worker.process import Worker
from tests.worker import jobs

async def main():
    worker = await Worker.open()
    await worker.ask(frames.call(jobs.process, ("x",), ()))
    print(worker.pid, flush=True)
    async with trio.open_nursery() as nursery:
        if sys.argv[1] == "busy":
            nursery.start_soon(worker.ask, frames.call(jobs.hang, ("x",), ()))
        await trio.sleep(0.2)
        print("asked", flush=True)
        await trio.sleep_forever()

trio.run(main)
"""
"""A program that is killed while its worker rests or works."""


def is_there(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet runs no more."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return False


async def until_gone(pid: int) -> None:
    with trio.fail_after(GUARD_SECONDS):
        while is_there(pid):  # noqa: ASYNC110 - another process tells no event
            await trio.sleep(0.02)


async def test_it_answers_one_call_after_another() -> None:
    worker = await Worker.open()
    try:
        with trio.fail_after(GUARD_SECONDS):
            first = await worker.ask(frames.call(jobs.process, ("x",), ()))
            again = await worker.ask(frames.call(jobs.chatter, ("y",), ()))
        assert frames.value_of(first, jobs.process) == worker.pid != os.getpid()
        assert frames.value_of(again, jobs.chatter) == "y"
    finally:
        await worker.end()
    assert not is_there(worker.pid)


@pytest.mark.parametrize("job", [jobs.crash, jobs.defect])
async def test_a_death_is_told(job: Callable[[str], None]) -> None:
    worker = await Worker.open()
    with trio.fail_after(GUARD_SECONDS), pytest.raises(WorkerDiedError):
        await worker.ask(frames.call(job, ("x",), ()))
    await worker.end()


@pytest.mark.parametrize("state", ["idle", "busy"])
async def test_it_ends_with_its_owner_whatever_it_does(state: str) -> None:
    command = [sys.executable, "-c", OWNER, state]
    owner = await trio.lowlevel.open_process(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert owner.stdout is not None
    said = b""
    with trio.fail_after(GUARD_SECONDS):
        while b"asked" not in said:
            said += await owner.stdout.receive_some(1000)
        pid = int(said.split()[0])
        assert is_there(pid)
        owner.kill()
        await owner.wait()
        await owner.stdout.aclose()
    await until_gone(pid)
