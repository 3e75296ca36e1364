"""Chat and embeddings requests, from what is asked to what is refused."""

import base64
import math
import struct
from functools import partial
from typing import Any

import jsonschema
import msgspec
import pytest
import trio

from tests.fix_simulator import RunningSimulator, StartSimulator, chat_body, parse_events
from tests.http_client import http_client


async def test_max_tokens_and_stop(simulator: RunningSimulator) -> None:
    cut = (await simulator.ask("Hello", max_tokens=5)).json()
    assert (cut["choices"][0]["finish_reason"], cut["usage"]["completion_tokens"]) == ("length", 5)
    stopped = await simulator.stream("Hello", stop=["You wrote"])
    assert (stopped.text(), stopped.finish_reasons) == ("Simulated answer: no model has read this. ", ["stop"])
    unlimited = (await simulator.ask("Hello", max_tokens=-1)).json()
    assert unlimited["choices"][0]["finish_reason"] == "stop"


async def test_only_the_last_user_message_decides(simulator: RunningSimulator) -> None:
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "[[simulate: status=500]] first"},
        {"role": "assistant", "content": ""},
        {"role": "user", "content": [{"type": "text", "text": "second"}]},
    ]
    answer = await simulator.post("/v1/chat/completions", {"model": "simulated-small", "messages": turns})
    assert "You wrote: “second”" in answer.json()["choices"][0]["message"]["content"]
    assert answer.json()["usage"]["prompt_tokens"] > 16


@pytest.mark.parametrize("status", [401, 404, 429, 500, 503])
async def test_a_status_on_request(simulator: RunningSimulator, status: int) -> None:
    answer = await simulator.ask(f"Hello [[simulate: status={status}]]")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, "simulated")
    assert answer.headers.get("retry-after") == ("1" if status in (429, 503) else None)
    assert answer.headers["x-simulated"] == "true"


async def test_an_error_body_with_status_200(simulator: RunningSimulator) -> None:
    answer = await simulator.ask("Hello [[simulate: json_error]]", stream=True)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert "error" in answer.json()


async def test_the_header_works_too_and_the_message_wins(simulator: RunningSimulator) -> None:
    body = chat_body("Hello [[simulate: status=404]]")
    assert (await simulator.post("/v1/chat/completions", body, x_simulate="status=500")).status_code == 404
    assert (await simulator.post("/v1/chat/completions", chat_body("Hi"), x_simulate="status=500")).status_code == 500


async def test_faults_from_the_start_hold_for_generations(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(fault="status=503")
    assert (await simulator.ask("Hello")).status_code == 503
    assert len((await simulator.get("/v1/models"))["data"]) == 4


async def test_faults_for_the_first_requests_only(simulator: RunningSimulator) -> None:
    codes = [(await simulator.ask("Hello [[simulate: status=503,times=2]]")).status_code for _ in range(4)]
    assert codes == [503, 503, 200, 200]
    simulator.simulator.reset()
    assert (await simulator.ask("Hello [[simulate: status=503,times=2]]")).status_code == 503


async def test_unknown_faults_are_refused(simulator: RunningSimulator) -> None:
    answer = await simulator.ask("Hello [[simulate: explode=1]]")
    assert answer.status_code == 400
    assert "unknown fault 'explode'. Known faults: headers, silence" in answer.json()["error"]["message"]


async def test_a_connection_that_does_not_survive_reuse(simulator: RunningSimulator) -> None:
    host, port = simulator.url.removeprefix("http://").split(":")
    async with await trio.open_tcp_stream(host, int(port)) as stream:
        request = b"GET /v1/models HTTP/1.1\r\nHost: x\r\nX-Simulate: drop_next\r\n\r\n"
        received = b""
        await stream.send_all(request)
        while b"]}" not in received:
            data = await stream.receive_some()
            assert data
            received += data
        await stream.send_all(request)
        try:
            rest = await stream.receive_some()
        except trio.BrokenResourceError:
            rest = b""
        assert rest == b""


async def test_a_model_is_loaded_silently_on_its_first_request(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(load_seconds=0.1)
    began = trio.current_time()
    reply = await simulator.stream("Hello", model="simulated-large")
    assert trio.current_time() - began >= 0.1
    assert reply.chunks[0]["model"] == "simulated-large"
    assert simulator.stats().models["simulated-large"].loads == 1


async def test_a_load_goes_on_when_its_client_leaves(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(load_seconds=0.3)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(simulator.ask, "Hello", model="simulated-large"))
        await simulator.until(lambda stats: stats.running == 1)
        nursery.cancel_scope.cancel()
    stats = await simulator.until(lambda stats: stats.models["simulated-large"].loads == 1)
    assert stats.aborted == 1


async def test_a_load_that_fails_is_told_in_the_stream_or_by_status(simulator: RunningSimulator) -> None:
    reply = await simulator.stream("Hello [[simulate: load_error]]", model="simulated-large")
    assert "Failed to load model" in reply.chunks[0]["error"]["message"]
    answer = await simulator.ask("Hello [[simulate: load_error]]", model="simulated-large")
    assert answer.status_code == 500


async def test_eviction_in_the_middle_of_an_answer(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(evict=True)
    await simulator.post("/api/v1/models/unload", {"instance_id": "simulated-small"})
    replies = []

    async def one() -> None:
        replies.append(await simulator.stream("Hello [[simulate: interval=600]]", model="simulated-small"))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(one)
        await simulator.until(lambda stats: stats.running == 1 and stats.waiting == 0)
        await simulator.ask("Hello", model="simulated-large")
    assert "error" in replies[0].chunks[-1]


async def test_a_prompt_over_the_context_is_refused(simulator: RunningSimulator) -> None:
    answer = await simulator.ask("word " * 40_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "context_length_exceeded")


async def test_unknown_members_are_ignored_and_wrong_ones_refused(simulator: RunningSimulator) -> None:
    assert (await simulator.ask("Hello", ttl=60, n=1, logit_bias={}, temperature=0.1)).status_code == 200
    wrong = await simulator.ask("Hello", max_tokens="many")
    assert (wrong.status_code, wrong.json()["error"]["param"]) == (400, "max_tokens")
    missing = await simulator.post("/v1/chat/completions", {"model": "simulated-small"})
    assert missing.json()["error"]["message"] == "'messages' is required"
    image = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]
    assert (await simulator.post("/v1/chat/completions", {"model": "simulated-small", "messages": image})).is_error


async def test_structured_answers(simulator: RunningSimulator) -> None:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "tags": {"type": "array", "items": {"enum": ["a", "b"]}}},
        "required": ["name", "tags"],
        "additionalProperties": False,
    }
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": schema}}
    reply = await simulator.stream("Hello", response_format=wanted)
    jsonschema.validate(msgspec.json.decode(reply.text()), schema)
    plain = (await simulator.ask("Hello", response_format=wanted)).json()
    assert plain["choices"][0]["message"]["content"] == reply.text()
    cut = (await simulator.ask("Hello", response_format=wanted, max_tokens=1)).json()
    assert cut["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize(
    "wanted",
    [
        {"type": "json_object"},
        {"type": "json_schema"},
        {"type": "json_schema", "json_schema": {"schema": {"type": "string", "pattern": "x"}}},
        {"type": "json_schema", "json_schema": {"schema": 3}},
    ],
)
async def test_formats_that_cannot_be_answered(simulator: RunningSimulator, wanted: dict[str, object]) -> None:
    answer = await simulator.ask("Hello", response_format=wanted)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "response_format")


async def test_native_chat_loads_with_progress(start_simulator: StartSimulator) -> None:
    simulator = await start_simulator(load_seconds=0.2)
    body = {"model": "simulated-large", "input": "Hello", "stream": True, "context_length": 1_024}
    events = parse_events((await simulator.post("/api/v1/chat", body)).content)
    names = [event.name for event in events]
    assert names[:3] == ["chat.start", "model_load.start", "model_load.progress"]
    assert all(event.name == event.data["type"] for event in events)
    result = events[-1].data["result"]
    assert result["stats"]["model_load_time_seconds"] == 0.2
    models = (await simulator.get("/api/v1/models"))["models"]
    loaded = next(model for model in models if model["key"] == "simulated-large")["loaded_instances"]
    assert loaded[0]["config"]["context_length"] == 1_024


async def test_native_chat_carries_on_from_a_response(simulator: RunningSimulator) -> None:
    body = {"model": "simulated-small", "input": [{"type": "text", "content": "Hello there"}]}
    first = (await simulator.post("/api/v1/chat", body)).json()
    second = (await simulator.post("/api/v1/chat", {**body, "previous_response_id": first["response_id"]})).json()
    assert second["stats"]["input_tokens"] == 2 * first["stats"]["input_tokens"]
    assert "response_id" not in (await simulator.post("/api/v1/chat", {**body, "store": False})).json()
    unknown = await simulator.post("/api/v1/chat", {**body, "previous_response_id": "resp_none"})
    assert unknown.status_code == 400


async def test_native_chat_is_strict(simulator: RunningSimulator) -> None:
    body = {"model": "simulated-small", "input": "Hello"}
    extra = await simulator.post("/api/v1/chat", {**body, "messages": []})
    assert (extra.status_code, extra.json()["error"]["code"]) == (400, "unrecognized_keys")
    for more in (
        {"reasoning": "high"},
        {"integrations": ["mcp/x"]},
        {"context_length": 3},
        {"input": [{"type": "image"}]},
    ):
        assert (await simulator.post("/api/v1/chat", {**body, **more})).status_code == 400


async def test_native_reasoning_can_be_switched_off(simulator: RunningSimulator) -> None:
    body = {"model": "simulated-reasoning", "input": "Why?"}
    thinking = (await simulator.post("/api/v1/chat", body)).json()
    assert [item["type"] for item in thinking["output"]] == ["reasoning", "message"]
    plain = (await simulator.post("/api/v1/chat", {**body, "reasoning": "off"})).json()
    assert [item["type"] for item in plain["output"]] == ["message"]


async def test_native_errors(simulator: RunningSimulator) -> None:
    body = {"model": "simulated-small", "input": "Hello [[simulate: error_after=2,error_done]]", "stream": True}
    events = parse_events((await simulator.post("/api/v1/chat", body)).content)
    assert [event.name for event in events[-2:]] == ["error", "chat.end"]
    assert events[-1].data["result"]["stats"]["total_output_tokens"] == 2
    body["input"] = "Hello [[simulate: no_finish]]"
    events = parse_events((await simulator.post("/api/v1/chat", body)).content)
    assert events[-1].name == "message.end"


async def test_v0_tells_why_it_stopped(simulator: RunningSimulator) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "eosFound"),
        ({"max_tokens": 3}, "maxPredictedTokensReached"),
        ({"stop": "no"}, "stopStringFound"),
    ]
    for members, reason in cases:
        answer = (await simulator.post("/api/v0/chat/completions", chat_body("Hello", **members))).json()
        assert answer["stats"]["stop_reason"] == reason
        assert answer["model_info"]["context_length"] == 32_768


async def test_embeddings(simulator: RunningSimulator) -> None:
    body = {"model": "simulated-embedding", "input": ["a river", "a garden"]}
    answer = (await simulator.post("/v1/embeddings", body)).json()
    vectors = [item["embedding"] for item in answer["data"]]
    assert all(math.isclose(sum(v * v for v in vector), 1.0) for vector in vectors)
    assert (len(vectors[0]), answer["usage"]["prompt_tokens"]) == (384, 4)
    coded = (await simulator.post("/v1/embeddings", {**body, "encoding_format": "base64"})).json()
    numbers = struct.unpack("<384f", base64.b64decode(coded["data"][0]["embedding"]))
    assert numbers == pytest.approx(vectors[0], abs=1e-6)
    for numbered in ([1, 2, 3], [[1, 2, 3]]):
        assert len((await simulator.post("/v1/embeddings", {**body, "input": numbered})).json()["data"]) == 1


async def test_embeddings_refused(simulator: RunningSimulator) -> None:
    good = {"model": "simulated-embedding", "input": "a"}
    inputs: list[object] = [[], {}, "word " * 3_000]
    wrong: list[dict[str, object]] = [{"model": "simulated-small"}, *({"input": given} for given in inputs)]
    for bad in wrong:
        assert (await simulator.post("/v1/embeddings", good | bad)).status_code == 400
    assert (await simulator.post("/v1/embeddings", good, x_simulate="status=500")).status_code == 500


async def test_malformed_json(simulator: RunningSimulator) -> None:
    async with http_client() as client:
        for body in (b"", b"{", b"[" * 100_000, b'{"model":"\xff"}'):
            answer = await client.post(simulator.url + "/v1/chat/completions", content=body)
            assert answer.status_code == 400


async def test_an_assistants_message_at_the_end(start_simulator: StartSimulator) -> None:
    begun = "Simulated answer: no mod"

    async def ask(running: RunningSimulator, text: str) -> str:
        turns = [{"role": "user", "content": text}, {"role": "assistant", "content": begun}]
        answer = await running.post("/v1/chat/completions", {"model": "simulated-small", "messages": turns})
        content: str = answer.json()["choices"][0]["message"]["content"]
        return content

    for prefill in (True, False):
        running = await start_simulator(prefill=prefill)
        whole = (await running.ask("Hello")).json()["choices"][0]["message"]["content"]
        continued = whole.removeprefix(begun)
        assert await ask(running, "Hello") == (continued if prefill else whole)
        assert await ask(running, "Hello [[simulate: prefill=1]]") == continued
        assert await ask(running, "Hello [[simulate: prefill=0]]") == whole
