import os
import signal
import sys
from pathlib import Path

import psutil
import pytest
import structlog
import trio

from orchd.errors import UpstreamError
from orchd.llm.local.child import Child
from tests.fix_local import HANG_SECONDS, Shelve
from tests.llm.local.models import BROKEN, ask, shelved, spec


async def test_a_process_that_serves_its_model_to_us_alone(
    shelve: Shelve, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORCHD_BACKENDS", '[{"apiKey": "sk-secret"}]')
    folder = shelve("a")
    child = Child(shelved(folder)["a"], spec(folder))
    assert (child.ready, child.pid) == (False, None)
    with trio.fail_after(HANG_SECONDS):
        await nursery.start(child.run)
        assert child.ready
        assert [await ask(child), await ask(child, key="guess")] == [200, 401]
        process = psutil.Process(child.pid)
        assert child.memory_bytes() == pytest.approx(process.memory_info().rss, rel=0.5)
        assert child.key not in " ".join(process.cmdline())
        assert not [name for name in process.environ() if name.startswith("ORCHD_")]
        assert os.getsid(process.pid) == process.pid, "Ctrl-C in a terminal doesn't reach it"
        child.end()
        await child.ended.wait()
    assert (child.ready, child.by_itself, child.memory_bytes()) == (False, False, None)
    assert not process.is_running()


async def test_cancelling_ends_it(shelve: Shelve) -> None:
    folder = shelve("a")
    child = Child(shelved(folder)["a"], spec(folder))
    with trio.fail_after(HANG_SECONDS):
        async with trio.open_nursery() as nursery:
            await nursery.start(child.run)
            nursery.cancel_scope.cancel()
    assert child.ended.is_set()
    assert child.pid is not None
    assert not psutil.pid_exists(child.pid)


async def test_one_that_dies_is_told_of(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a")
    child = Child(shelved(folder)["a"], spec(folder))
    with structlog.testing.capture_logs() as lines, trio.fail_after(HANG_SECONDS):
        await nursery.start(child.run)
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        await child.ended.wait()
        await trio.testing.wait_all_tasks_blocked()
    assert child.by_itself
    assert [(line["event"], line["model"], line["code"]) for line in lines] == [
        ("a local model's process died", "a", -signal.SIGKILL)
    ]


async def test_one_that_cant_be_loaded(tmp_path: Path, nursery: trio.Nursery) -> None:
    (tmp_path / "broken.gguf").write_bytes(BROKEN)
    child = Child(shelved(tmp_path)["broken"], spec(tmp_path))
    with (
        structlog.testing.capture_logs() as lines,
        trio.fail_after(HANG_SECONDS),
        pytest.raises(UpstreamError) as caught,
    ):
        await nursery.start(child.run)
    assert caught.value.details == {"reason": "load_failed", "backend": "local"}
    assert str(tmp_path) not in caught.value.message
    (line,) = lines
    assert (line["event"], line["code"]) == ("a local model can't be loaded", 1)
    assert any("llama.cpp: " in said for said in line["said"])


async def test_one_that_cant_even_be_started(
    shelve: Shelve, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shelve("a")
    monkeypatch.setattr(sys, "executable", str(folder / "no-python"))
    with trio.fail_after(HANG_SECONDS), pytest.raises(UpstreamError) as caught:
        await nursery.start(Child(shelved(folder)["a"], spec(folder)).run)
    assert caught.value.details["reason"] == "load_failed"


async def test_unused_for_the_idle_time_it_ends_and_used_it_does_not(shelve: Shelve, nursery: trio.Nursery) -> None:
    folder = shelve("a")
    child = Child(shelved(folder)["a"], spec(folder, idle_seconds=0.2))
    with trio.fail_after(HANG_SECONDS):
        await nursery.start(child.run)
        child.take()
        await trio.sleep(0.4)
        assert child.ready
        child.release()
        await child.ended.wait()
    assert not child.by_itself
