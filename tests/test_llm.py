"""The model client against a real llama.cpp server (see `tests/fix_llama.py`)."""

import json

import httpx
import pytest
import trio

from orchd.errors import TooLarge
from orchd.llm import Backends, BackendSpec, Prompt, Sampling, Target, Turn
from orchd.llm.answers.fetch import fetch
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Recorder
from tests.llm.complete import complete


def prompt(text: str = "olá", max_tokens: int = 16) -> Prompt:
    return Prompt((Turn("system", "be brief"), Turn("user", text)), Sampling(temperature=0.0, max_tokens=max_tokens))


@pytest.fixture
async def backends(llama_url: str, nursery: trio.Nursery) -> Backends:
    found = Backends([BackendSpec(llama_url)])
    await nursery.start(found.run)
    return found


@pytest.fixture
async def target(backends: Backends) -> Target:
    return await backends.resolve(None, None, None)


async def test_it_is_found_with_its_context(backends: Backends, target: Target) -> None:
    [health] = backends.health()
    assert (health.kind, health.ok, health.models) == ("llamacpp", True, 1)
    assert (target.model.loaded, target.model.context) == (True, 2048)


async def test_an_answer_with_usage_and_finish_reason(backends: Backends, target: Target) -> None:
    recorder = Recorder()
    outcome = await backends.stream(target, prompt(max_tokens=16), recorder)
    assert outcome.finish_reason == "length"
    assert outcome.usage is not None
    assert outcome.usage.completion_tokens == 16
    assert outcome.usage.total_tokens == outcome.usage.prompt_tokens + 16
    assert recorder.text()
    assert recorder.phases[0] == ("prompt", None)
    assert ("prompt", 1.0) in recorder.phases
    assert recorder.phases[-1] == ("generating", None)
    assert recorder.closes == 1


async def test_answers_at_once(backends: Backends, target: Target) -> None:
    texts: list[str] = []

    async def ask() -> None:
        texts.append((await complete(backends, target, prompt(max_tokens=8))).content)

    async with trio.open_nursery() as nursery:
        for _ in range(4):
            nursery.start_soon(ask)
    assert len(set(texts)) == 1


async def test_an_answer_that_follows_a_schema(backends: Backends, target: Target) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}
    asked = Prompt((Turn("user", "yes or no?"),), Sampling(temperature=0.0, max_tokens=200), schema)
    completion = await complete(backends, target, asked)
    assert completion.outcome.finish_reason == "stop"
    assert set(json.loads(completion.content)) == {"ok"}
    assert isinstance(json.loads(completion.content)["ok"], bool)


async def test_cancelling_frees_the_slot(llama_url: str, backends: Backends, target: Target) -> None:
    recorders = [Recorder(), Recorder()]
    async with trio.open_nursery() as nursery:
        for recorder in recorders:
            nursery.start_soon(backends.stream, target, prompt(max_tokens=2000), recorder)
        for recorder in recorders:
            await recorder.heard.wait()
        nursery.cancel_scope.cancel()
    assert [recorder.closes for recorder in recorders] == [1, 1]
    async with httpx.AsyncClient(transport=WireTransport(), trust_env=False) as http:
        with trio.fail_after(90):
            while True:
                slots = (await fetch(http, llama_url + "/slots")).json()
                if not any(slot["is_processing"] for slot in slots):
                    break
                await trio.sleep(0.02)


async def test_an_unfinished_answer_is_continued(backends: Backends, target: Target) -> None:
    assert await backends.continues(target)
    turns, sampling = (Turn("user", "yes or no?"),), Sampling(temperature=0.0, max_tokens=4)
    first = await complete(backends, target, Prompt(turns, sampling))
    begun = Turn("assistant", "the model is to be")
    rest = await complete(backends, target, Prompt((*turns, begun), sampling, prefill=True))
    assert rest.outcome.usage is not None
    assert first.outcome.usage is not None
    assert not rest.content.startswith(begun.content)
    more = rest.outcome.usage.prompt_tokens - first.outcome.usage.prompt_tokens
    assert 0 < more <= len(begun.content), "the prompt grew by that text alone, not by another turn"


async def test_it_tells_when_it_is_idle(backends: Backends, target: Target) -> None:
    recorders = [Recorder(), Recorder()]
    scopes = [trio.CancelScope(), trio.CancelScope()]

    async def ask(place: int) -> None:
        with scopes[place]:
            await backends.stream(target, prompt(max_tokens=2000), recorders[place])

    async with trio.open_nursery() as nursery:
        for place in (0, 1):
            nursery.start_soon(ask, place)
        for recorder in recorders:
            await recorder.heard.wait()
        for scope in scopes:
            scope.cancel()
    waited = await backends.wait_idle(target, patience=30)
    assert waited is not None
    assert 0 <= waited < 30
    assert await backends.wait_idle(target, patience=30) is not None


async def test_a_prompt_over_the_context(backends: Backends, target: Target) -> None:
    with pytest.raises(TooLarge) as caught:
        await complete(backends, target, prompt("a task " * 4000, max_tokens=4))
    assert caught.value.details["n_ctx"] == 2048
    assert caught.value.details["n_prompt_tokens"] > 2048
