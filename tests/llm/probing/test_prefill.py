"""The probe, by what it asks and makes of the answers, and through the door: `continues`, then `stream`."""

import json
from typing import Any

import httpx
import pytest
import trio

from orchd.errors import Busy, OrchdError, Unavailable, UpstreamError
from orchd.llm import Backends, BackendSpec, Deadlines, Prompt, Target, Turn
from orchd.llm.probing.address import ServerLocation, read_address
from orchd.llm.probing.prefill import CUT, FLAGS, NO_THINKING, Fingerprint, Prefill, Prefills, goes_on, is_open
from orchd.llm.types import ModelInfo, ServerKind
from orchd.llm.wire.transport import WireTransport
from tests.fix_simulator import StartSimulator
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Recorder, Upstream, delta, finish, reply, usage
from tests.llm.complete import complete

COMPLETE, APPLY, LIST, VERSION = (
    "POST /v1/chat/completions",
    "POST /apply-template",
    "GET /v1/models",
    "GET /version",
)
MODELS = reply(200, {"data": [{"id": "a"}]})
BEGUN = "an answer that was cut o"
CONTINUE = Prompt((Turn("user", "hello"), Turn("assistant", BEGUN)), prefill=True)


def answer(content: str | None, **members: Any) -> bytes:
    message = {"role": "assistant", "content": content, **members}
    return reply(200, {"choices": [{"index": 0, "message": message, "finish_reason": "length"}]})


def rendered(prompt: str) -> bytes:
    return reply(200, {"prompt": prompt})


async def probed(upstream: Upstream, kind: ServerKind, *, fragile: bool = False) -> Prefill | None:
    async with httpx.AsyncClient(transport=WireTransport(upstream.connect), trust_env=False) as client:
        prefills = Prefills(client, ServerLocation(read_address(upstream.url)), "box")
        return await prefills.find("a", "a:2", Fingerprint(kind, None, ()), fragile=fragile)


@pytest.mark.parametrize(
    ("prompt", "open_"),
    [
        (f"user: x\nassistant: {CUT}", True),
        (f"<think>\n\n</think>\n\n{CUT}", True),
        (f"<think>\n{CUT}", False),
        (f"user: x\nassistant: {CUT}</s>\nassistant:", False),
        (f"user: x\nassistant: {CUT}\n", False),
    ],
)
def test_a_prompt_that_is_open(prompt: str, open_: bool) -> None:
    assert is_open(prompt) is open_


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ({"content": "ee four five"}, True),
        ({"content": "one two three four"}, False),
        ({"content": "three four"}, False),
        ({"content": f"{CUT}ee four"}, False),
        ({"content": " four five six"}, False),
        ({"content": "ee four", "reasoning": "hm"}, False),
        ({"content": None, "reasoning_content": "ee"}, False),
        ({"content": ""}, False),
    ],
)
def test_an_answer_that_goes_on(message: dict[str, Any], found: bool) -> None:
    assert goes_on(json.dumps({"choices": [{"message": message}]}).encode()) is found


@pytest.mark.parametrize("body", [b"", b"{}", b'{"choices": []}', b"[1]", b"<html>"])
def test_what_is_no_answer_does_not_go_on(body: bytes) -> None:
    assert not goes_on(body)


async def test_llamacpp_shows_its_prompt(memory_upstream: Upstream) -> None:
    memory_upstream.routes = {APPLY: rendered(f"assistant: {CUT}")}
    assert await probed(memory_upstream, "llamacpp") == Prefill({}, may_echo=True)
    assert memory_upstream.paths() == [APPLY]
    assert memory_upstream.requests[0].json() == {
        "model": "a:2",
        "messages": [
            {"role": "user", "content": "Write exactly this line and nothing else: one two three four five six"},
            {"role": "assistant", "content": CUT},
        ],
    }


@pytest.mark.parametrize("wanted", [FLAGS, NO_THINKING])
@pytest.mark.parametrize("other", [reply(400, {"error": {"message": "incompatible"}}), rendered(f"<think>{CUT}")])
async def test_llamacpp_with_members(memory_upstream: Upstream, wanted: dict[str, Any], other: bytes) -> None:
    async def script(exchange: Exchange) -> None:
        asked = exchange.json()
        fits = all(asked.get(name) == value for name, value in wanted.items())
        await exchange.send(rendered(f"assistant: {CUT}") if fits else other)

    memory_upstream.script = script
    assert await probed(memory_upstream, "llamacpp") == Prefill(wanted, may_echo=True)


@pytest.mark.parametrize(
    "response", [rendered(f"{CUT}</s>assistant:"), rendered(""), reply(200, {}), reply(404, {"error": "no"})]
)
async def test_llamacpp_that_does_not(memory_upstream: Upstream, response: bytes) -> None:
    memory_upstream.says(response, head=b"")
    assert await probed(memory_upstream, "llamacpp") is None


async def test_lmstudio_and_ollama_generate_a_little(memory_upstream: Upstream) -> None:
    memory_upstream.routes = {COMPLETE: answer("ee four")}
    kinds: tuple[ServerKind, ...] = ("lmstudio", "ollama")
    for kind in kinds:
        assert await probed(memory_upstream, kind) == Prefill({})
    assert memory_upstream.paths() == [COMPLETE] * 2
    asked = memory_upstream.requests[0].json()
    assert (asked["model"], asked["max_tokens"], asked["temperature"]) == ("a:2", 8, 0.0)
    assert "continue_final_message" not in asked


async def test_vllm_gets_its_flags_and_is_not_fragile(memory_upstream: Upstream) -> None:
    memory_upstream.routes = {VERSION: reply(200, {"version": "0.11"}), COMPLETE: answer("ee four")}
    assert await probed(memory_upstream, "openai", fragile=True) == Prefill(FLAGS)
    asked = memory_upstream.requests[-1].json()
    assert (asked["continue_final_message"], asked["add_generation_prompt"]) == (True, False)


async def test_a_server_that_a_request_would_disturb_is_left_alone(memory_upstream: Upstream) -> None:
    memory_upstream.routes = {COMPLETE: answer("ee four")}
    with pytest.raises(Busy):
        await probed(memory_upstream, "openai", fragile=True)
    assert memory_upstream.paths() == [VERSION]
    assert await probed(memory_upstream, "openai") == Prefill({})


@pytest.mark.parametrize("status", [400, 422])
async def test_a_refusal_is_a_no(memory_upstream: Upstream, status: int) -> None:
    memory_upstream.routes = {COMPLETE: reply(status, {"error": {"message": "roles must alternate"}})}
    assert await probed(memory_upstream, "lmstudio") is None


async def test_a_failure_is_no_answer(memory_upstream: Upstream) -> None:
    memory_upstream.routes = {COMPLETE: reply(503, {"error": "busy"})}
    with pytest.raises(Unavailable):
        await probed(memory_upstream, "lmstudio")


async def test_it_is_remembered_for_the_same_mark(memory_upstream: Upstream) -> None:
    memory_upstream.routes = {COMPLETE: answer("ee four")}
    async with httpx.AsyncClient(transport=WireTransport(memory_upstream.connect), trust_env=False) as client:
        prefills = Prefills(client, ServerLocation(read_address(memory_upstream.url)), "box")
        loaded = Fingerprint("ollama", ModelInfo("a", "box", loaded=True), ())
        asked: list[int] = []

        async def find(mark: Fingerprint) -> None:
            await prefills.find("a", "a", mark, fragile=False)
            asked.append(len(memory_upstream.requests))

        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(find, loaded)
        await find(Fingerprint("ollama", ModelInfo("a", "box", loaded=False), ()))
        await find(Fingerprint("llamacpp", None, ()))
        assert asked == [1, 1, 1, 1, 1, 2, 3]
        assert prefills.finding("a") is None
        prefills.forget()
        await find(loaded)
        assert prefills.finding("a") == Prefill({})


def test_only_what_may_be_an_echo_is_one() -> None:
    assert Prefill({}, may_echo=True).echo(BEGUN) == BEGUN
    assert Prefill({}, may_echo=True).echo("ha ha") == ""
    assert Prefill({}).echo(BEGUN) == ""


async def opened(
    nursery: trio.Nursery, upstream: Upstream, kind: ServerKind, **deadlines: float
) -> tuple[Backends, Target]:
    upstream.routes[LIST] = MODELS
    spec = BackendSpec(upstream.url, kind=kind, deadlines=Deadlines(**deadlines))
    backends = Backends([spec], connect=upstream.connect)
    await nursery.start(backends.run)
    return backends, await backends.resolve("a", None, None)


async def test_an_answer_is_continued(memory_upstream: Upstream, nursery: trio.Nursery) -> None:
    memory_upstream.routes = {APPLY: rendered(f"assistant: {CUT}"), "GET /props": reply(200, {})}
    backends, target = await opened(nursery, memory_upstream, "llamacpp")
    assert await backends.continues(target)
    memory_upstream.says(SSE_HEAD, delta(content=BEGUN[:5]), delta(content=BEGUN[5:] + "ff"), finish(), DONE, head=b"")
    assert (await complete(backends, target, CONTINUE)).content == "ff"
    sent = memory_upstream.requests[-1].json()
    assert sent["messages"][-1] == {"role": "assistant", "content": BEGUN}
    assert memory_upstream.paths().count(APPLY) == 1


async def test_the_members_found_are_sent(memory_upstream: Upstream, nursery: trio.Nursery) -> None:
    memory_upstream.routes = {VERSION: reply(200, {"version": "0.11"})}

    async def script(exchange: Exchange) -> None:
        whole = SSE_HEAD + delta(content=BEGUN) + finish() + DONE
        await exchange.send(whole if exchange.json().get("stream") else answer("ee four"))

    memory_upstream.script = script
    backends, target = await opened(nursery, memory_upstream, "openai")
    completion = await complete(backends, target, CONTINUE)
    assert completion.content == BEGUN, "a server that does not echo repeats itself because it wants to"
    assert memory_upstream.requests[-1].json()["continue_final_message"] is True


async def test_no_prefill_where_a_new_turn_would_begin(memory_upstream: Upstream, nursery: trio.Nursery) -> None:
    memory_upstream.routes = {COMPLETE: answer("one two three")}
    backends, target = await opened(nursery, memory_upstream, "openai")
    assert not await backends.continues(target)
    recorder = Recorder()
    with pytest.raises(UpstreamError) as caught:
        await backends.stream(target, CONTINUE, recorder)
    assert caught.value.details["reason"] == "no_prefill"
    assert recorder.events == [("close", None)]


async def test_a_complete_answer_needs_nothing_added(memory_upstream: Upstream, nursery: trio.Nursery) -> None:
    memory_upstream.routes = {APPLY: rendered(CUT), "GET /props": reply(200, {})}
    backends, target = await opened(nursery, memory_upstream, "llamacpp")
    memory_upstream.says(finish(), usage(), DONE)
    completion = await complete(backends, target, CONTINUE)
    assert (completion.content, completion.outcome.finish_reason) == ("", "stop")
    memory_upstream.says(finish(), DONE)
    with pytest.raises(UpstreamError, match="empty"):
        await complete(backends, target, CONTINUE)


async def test_silence_is_a_no(
    memory_upstream: Upstream, nursery: trio.Nursery, autojump_clock: trio.testing.MockClock
) -> None:
    async def silent(exchange: Exchange) -> None:
        await trio.sleep_forever()

    backends, target = await opened(nursery, memory_upstream, "openai")
    memory_upstream.script = silent
    start = trio.current_time()
    assert not await backends.continues(target)
    assert trio.current_time() - start == pytest.approx(20)
    asked = len(memory_upstream.requests)
    memory_upstream.routes[COMPLETE] = answer("ee four")
    memory_upstream.routes[VERSION] = reply(404, {})
    assert await backends.continues(target), "a failure must not be remembered"
    assert len(memory_upstream.requests) > asked


async def test_a_server_that_went_away_is_asked_again(memory_upstream: Upstream, nursery: trio.Nursery) -> None:
    memory_upstream.routes = {COMPLETE: answer("ee four")}
    backends, target = await opened(nursery, memory_upstream, "openai")
    assert await backends.continues(target)
    memory_upstream.routes[LIST] = reply(500, {"error": "restarting"})
    await backends.refresh()
    memory_upstream.routes |= {LIST: MODELS, COMPLETE: answer("one two")}
    await backends.refresh()
    assert not await backends.continues(target)


async def test_it_never_fails(memory_upstream: Upstream) -> None:
    async with trio.open_nursery() as nursery:
        backends, target = await opened(nursery, memory_upstream, "openai")
        assert not await backends.continues(target._replace(backend="no such backend"))
        assert await backends.wait_idle(target._replace(backend="no such backend"), patience=1) is None
        memory_upstream.routes[COMPLETE] = reply(500, {"error": "boom"})
        assert not await backends.continues(target)
        nursery.cancel_scope.cancel()
    assert not await backends.continues(target)
    assert await backends.wait_idle(target, patience=1) is None


@pytest.mark.parametrize("prefill", [True, False])
async def test_the_simulator(start_simulator: StartSimulator, nursery: trio.Nursery, prefill: bool) -> None:
    running = await start_simulator(prefill=prefill)
    backends = Backends([BackendSpec(running.url)])
    await nursery.start(backends.run)
    for name in ("simulated-small", "simulated-large"):
        target = await backends.resolve(name, None, None)
        recorder = Recorder()
        assert await backends.continues(target, recorder) is prefill
        assert recorder.phases == ([("loading", None)] if name == "simulated-large" else [])
        assert running.stats().models[name].loads == (1 if name == "simulated-large" else 0)
    if prefill:
        turns = (Turn("user", "hello"),)
        whole = (await complete(backends, target, Prompt(turns))).content
        rest = Prompt((*turns, Turn("assistant", whole[:33])), prefill=True)
        assert whole[:33] + (await complete(backends, target, rest)).content == whole


async def test_a_generation_that_fails_is_a_no(start_simulator: StartSimulator, nursery: trio.Nursery) -> None:
    running = await start_simulator(fault="status=500")
    backends = Backends([BackendSpec(running.url)])
    await nursery.start(backends.run)
    target = await backends.resolve("simulated-small", None, None)
    assert not await backends.continues(target)
    with pytest.raises(OrchdError):
        await complete(backends, target, CONTINUE)
