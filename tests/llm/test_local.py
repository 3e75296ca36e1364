"""Models without a server, seen from where they are used: through `Backends`, as any other server's."""

import os
import signal
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from orchd.errors import NotFound, StartError, UpstreamError
from orchd.llm import Backends, BackendSpec, Prompt, Sampling, Turn
from orchd.llm.local import WANTED, inspect, open_local
from tests.fix_local import HANG_SECONDS, Shelve, gone, model_processes
from tests.fix_simulator import RunningSimulator
from tests.fix_upstream import Recorder
from tests.llm.complete import complete
from tests.llm.local.models import BROKEN, spec

NOBODY = BackendSpec("http://127.0.0.1:9")


def prompt(max_tokens: int = 4, *begun: str) -> Prompt:
    turns = (Turn("user", "olá"), *(Turn("assistant", text) for text in begun))
    return Prompt(turns, Sampling(temperature=0.0, max_tokens=max_tokens), prefill=bool(begun))


@asynccontextmanager
async def opened(
    folder: Path, *servers: BackendSpec, max_loaded: int = 1, idle_seconds: float | None = None
) -> AsyncIterator[Backends]:
    """The models in a folder, beside a server that is away unless others are named; probed once and when asked to."""
    what = spec(folder, context=2048, max_loaded=max_loaded, idle_seconds=idle_seconds)
    with trio.fail_after(HANG_SECONDS):
        async with open_local(what) as local, trio.open_nursery() as nursery:
            backends = Backends(servers or [NOBODY], local=local, probe_seconds=1000)
            await nursery.start(backends.run)
            await backends.wait_first_probe()
            yield backends
            nursery.cancel_scope.cancel()


async def test_a_model_is_known_before_it_runs(shelve: Shelve) -> None:
    async with opened(shelve("a", "b")) as backends:
        health = backends.health()[0]
        assert (health.name, health.ok, health.kind, health.models) == ("local", True, "llamacpp", 2)
        assert (health.memory_bytes, (health.version or "")[:9]) == (None, "xllamacpp")
        model = backends.models()[0]
        assert (model.id, model.state, model.max_context, model.slots) == ("a", "not_loaded", 2048, 2)
        assert model.quantization == "F32"
        target = await backends.resolve("a@local", None, None)
        assert await backends.count_tokens(target, "olá") is None
    assert model_processes() == []


async def test_answers_counts_continues_and_swaps(shelve: Shelve) -> None:
    async with opened(shelve("a", "b")) as backends:
        a, b = [await backends.resolve(name, None, None) for name in "ab"]
        recorder = Recorder()
        outcome = await backends.stream(a, prompt(), recorder)
        assert (outcome.model, recorder.phases[0], recorder.closes) == ("a", ("loading", None), 1)
        assert await backends.count_tokens(a, "olá"), "though it was not loaded when it was chosen"
        assert await backends.continues(a)
        begun = await complete(backends, a, prompt(4, "the model is to be"))
        assert begun.outcome.usage is not None
        async with trio.open_nursery() as nursery:
            for target in (a, b, a, b):
                nursery.start_soon(complete, backends, target, prompt())
        await backends.refresh()
        assert sorted(model.state for model in backends.models()) == ["loaded", "not_loaded"]
        assert backends.health()[0].memory_bytes == sum(model.memory_bytes or 0 for model in backends.models())
        assert len(model_processes()) == 1


async def test_loading_and_unloading(shelve: Shelve) -> None:
    async with opened(shelve("a")) as backends:
        loaded = await backends.load("a")
        assert (loaded.state, loaded.context) == ("loaded", 2048)
        assert (loaded.memory_bytes or 0) > 0
        (process,) = model_processes()
        await backends.unload("a")
        await gone([process])
        assert [model.state for model in backends.models()] == ["not_loaded"]
        with pytest.raises(NotFound):
            await backends.load("none@local")


async def test_two_in_memory_at_once(shelve: Shelve) -> None:
    async with opened(shelve("a", "b"), max_loaded=2) as backends:
        for name in ("a", "b", "a"):
            await complete(backends, await backends.resolve(name, None, None), prompt())
        await backends.refresh()
        assert [model.state for model in backends.models()] == ["loaded", "loaded"]
        assert len(model_processes()) == 2


async def test_one_that_is_idle_leaves_and_is_listed_so(shelve: Shelve) -> None:
    async with opened(shelve("a"), idle_seconds=0.1) as backends:
        target = await backends.resolve("a", None, None)
        await complete(backends, target, prompt())
        while backends.models()[0].state != "not_loaded":  # noqa: ASYNC110 - nothing tells of it
            await trio.sleep(0.01)
        assert model_processes() == []
        assert (await complete(backends, target, prompt())).content


async def killed_in_mid_answer(backends: Backends, recorder: Recorder) -> UpstreamError | None:
    """Kill the process of the model `a` once it has said something; None where its answer was whole by then, as that of
    so small a model may be."""
    target = await backends.resolve("a", None, None)
    await backends.load("a")
    (process,) = model_processes()
    failure = None

    async def kill() -> None:
        await recorder.heard.wait()
        os.kill(process.pid, signal.SIGKILL)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(kill)
        try:
            await backends.stream(target, prompt(2000), recorder)
        except UpstreamError as error:
            failure = error
    await gone([process])
    return failure


async def test_one_that_dies_keeps_what_it_said_and_the_next_question_starts_it_again(shelve: Shelve) -> None:
    async with opened(shelve("a")) as backends:
        with trio.fail_after(HANG_SECONDS):
            while (failure := await killed_in_mid_answer(backends, recorder := Recorder())) is None:
                await backends.refresh()
        target = await backends.resolve("a", None, None)
        assert failure.details["reason"] in ("connection_lost", "truncated")
        assert recorder.text()
        await backends.refresh()
        assert (backends.health()[0].ok, backends.models()[0].state) == (True, "not_loaded")
        assert (await complete(backends, target, prompt())).content


async def test_one_that_cant_be_loaded_says_so(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(BROKEN)
    async with opened(tmp_path) as backends:
        target = await backends.resolve("broken", None, None)
        with pytest.raises(UpstreamError) as caught:
            await complete(backends, target, prompt())
        assert caught.value.details["reason"] == "load_failed"
        assert backends.health()[0].ok


async def test_it_is_one_more_server_and_asked_first_when_none_is_named(
    shelve: Shelve, simulator: RunningSimulator
) -> None:
    async with opened(shelve("a"), BackendSpec(simulator.url, name="other")) as backends:
        assert [health.name for health in backends.health()] == ["local", "other"]
        assert {model.backend for model in backends.models()} == {"local", "other"}


async def test_leaving_ends_all_processes(shelve: Shelve) -> None:
    async with opened(shelve("a")) as backends:
        await backends.load("a")
        processes = model_processes()
    await gone(processes)


async def test_without_the_package_the_way_out_is_told(shelve: Shelve, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = shelve("a")
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(StartError, match=r"-m pip install 'xllamacpp>="):
        async with open_local(spec(folder)):
            raise AssertionError("it must not open")
    assert list(inspect(spec(folder)).models) == ["a"]


def test_what_is_told_to_be_installed_is_what_the_extra_names() -> None:
    extras = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert extras["local"] == [WANTED]
