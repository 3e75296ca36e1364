"""What a client sees of waiting for a model: its place, who else waits and why; and of models that fail."""

import json

import pytest

from orchd.config import BackendSettings
from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.wire.client import Client
from tests.wire.referee import Frame

COMPLETIONS = "/v1/chat/completions"
BAD, GOOD, SMALL = "simulated-bad", "simulated-good", "simulated-small"
STALL = "[[simulate: tokens=3,stall_after=2]]"


def generations(simulator: RunningSimulator) -> int:
    """How many requests to generate it has seen."""
    return simulator.stats().paths.get(COMPLETIONS, 0)


async def queue(client: Client) -> list[Frame]:
    return list((await client.request("model:queue"))["data"]["items"])


async def queued(client: Client, request_id: str, position: int) -> Frame:
    """The progress that tells a request its place."""
    frame = await client.until(
        lambda f: f["type"] == "chat:progress" and f.get("id") == request_id and f["data"].get("position") == position
    )
    assert frame["data"]["phase"] == "queued"
    return dict(frame["data"])


@pytest.fixture
async def daemon(app: StartApp, simulator: RunningSimulator) -> App:
    """A daemon whose only model server answers one request at a time, and has been measured."""
    daemon = await app(BackendSettings(url=simulator.url, name="box", slots=1))
    client = await daemon.connect()
    await client.chat("Hello", model=SMALL)
    await client.aclose()
    return daemon


@pytest.fixture
async def narrow(daemon: App) -> Client:
    return await daemon.connect()


async def test_who_waits_sees_its_place_and_how_long_and_everybody_sees_the_queue(
    narrow: Client, simulator: RunningSimulator
) -> None:
    running, answer = await narrow.started(STALL, model=SMALL)
    task = await narrow.send("model:benchmark", {"model": SMALL, "runs": 1, "maxTokens": 4})
    await narrow.until(lambda f: f["type"] == "model:progress" and f["data"]["phase"] == "queued")
    seen = generations(simulator)
    chat = await narrow.send("chat:send", {"message": "And I?", "model": SMALL})
    place = await queued(narrow, chat, 1)
    assert place["etaMs"] >= 0
    told = await narrow.until(lambda f: f["type"] == "model:progress" and f["data"].get("position") == 2)
    assert told["id"] == task, "a chat goes before a task, whoever came first"
    items = await queue(narrow)
    assert [(item["state"], item["priority"], item["position"], item["why"]) for item in items] == [
        ("running", "chat", None, None),
        ("waiting", "chat", 1, "slots"),
        ("waiting", "task", 2, "slots"),
    ]
    assert {(item["backend"], item["model"], item["user"]) for item in items} == {("box", SMALL, "local")}
    assert [item["etaMs"] is None for item in items] == [True, False, False]
    assert items[0]["conversation"] != items[1]["conversation"]
    assert generations(simulator) == seen, "nothing is asked of the server before the turn has come"
    await narrow.request("chat:cancel", {"messageId": answer})
    final = (await narrow.answer(chat))[-1]
    assert final["data"]["status"] == "complete"
    assert (await narrow.answer(task))[-1]["type"] == "model:benchmark"
    assert (await narrow.answer(running))[-1]["data"]["status"] == "cancelled"
    assert await queue(narrow) == []


@pytest.mark.parametrize("way", ["cancel", "chat:cancel", "disconnect"])
async def test_a_queued_request_that_is_given_up_costs_the_server_nothing(
    narrow: Client, simulator: RunningSimulator, daemon: App, way: str
) -> None:
    _, answer = await narrow.started(STALL, model=SMALL)
    seen = generations(simulator)
    other = await daemon.connect()
    chat = await other.send("chat:send", {"message": "And I?", "model": SMALL, "onDisconnect": "cancel"})
    waiting = (await queued(other, chat, 1))["messageId"]
    if way == "disconnect":
        await other.aclose()
    elif way == "cancel":
        await other.request("cancel", {"id": chat})
    else:
        receipt = (await narrow.request("chat:cancel", {"messageId": waiting}))["data"]
        assert (receipt["status"], receipt["chars"]) == ("cancelled", 0)
    if way != "disconnect":
        assert [entry["state"] for entry in await queue(narrow)] == ["running"]
    await narrow.request("chat:cancel", {"messageId": answer})
    assert (await narrow.chat("Still there?", model=SMALL))["status"] == "complete"
    assert generations(simulator) == seen + 1, "the last question's alone"


@pytest.fixture
async def two(app: StartApp, start_simulator: StartSimulator) -> tuple[Client, RunningSimulator, RunningSimulator]:
    """A connection to a daemon with a server that fails before the first token, and one that doesn't."""
    bad = await start_simulator(models=(ModelSpec(BAD, loaded=True),), fault="status=500")
    good = await start_simulator(models=(ModelSpec(GOOD, loaded=True, context=2_048, max_context=2_048),))
    settings = [BackendSettings(url=bad.url, name="bad"), BackendSettings(url=good.url, name="good")]
    return await (await app(*settings)).connect(), bad, good


async def test_another_model_answers_whatever_began_the_answer(
    two: tuple[Client, RunningSimulator, RunningSimulator],
) -> None:
    client, bad, _ = two
    wish = {"model": BAD, "fallbacks": ["nowhere", GOOD]}
    first = (await client.request("chat:send", {"message": "One?", **wish}))["data"]
    cut = await client.chat("Two? [[simulate: eof_after=2]]", model=GOOD)
    again = {"messageId": first["id"], **wish}
    changed = {"messageId": first["parentId"], "message": "Three?", **wish}
    longer = {"messageId": cut["id"], **wish}
    begins = [("chat:regenerate", again), ("chat:edit", changed), ("chat:continue", longer)]
    for (kind, data), reason in zip(begins, ("server_error", "server_error", "cooling"), strict=True):
        told = await client.answer(await client.send(kind, data))
        final = told[-1]["data"]
        assert (final["model"], final["status"]) == (GOOD, "complete"), final
        assert [(attempt["model"], attempt["reason"]) for attempt in final["attempts"]] == [
            (BAD, reason),
            ("nowhere", None),
        ]
        progress = [frame["data"] for frame in told if frame["type"] == "chat:progress"]
        assert (progress[-1]["model"], progress[-1]["attempts"]) == (GOOD, final["attempts"])
        stored = (await client.history(final["conversationId"], leafId=final["id"]))[-1]
        assert (stored["model"], stored["attempts"]) == (GOOD, final["attempts"])
    assert first["attempts"][0]["error"]["code"] == "upstream_error"
    assert "attempts" not in cut
    assert generations(bad) == 3, "what fails again and again is left alone for a while"


async def test_a_model_that_cant_be_had_is_passed_over_before_it_begins(
    two: tuple[Client, RunningSimulator, RunningSimulator],
) -> None:
    client, bad, _ = two
    answer = await client.chat("Hello", model="nowhere", fallbacks=[GOOD, BAD])
    assert (answer["model"], [attempt["reason"] for attempt in answer["attempts"]]) == (GOOD, [None])
    assert generations(bad) == 0
    again = await client.chat("And now?", conversationId=answer["conversationId"])
    assert again["model"] == GOOD, "the conversation goes on with who answered"
    refused = await client.request("chat:send", {"message": "Hello", "model": "nowhere", "fallbacks": ["neither"]})
    assert (refused["data"]["code"], refused["data"]["details"]["field"]) == ("not_found", "model")
    assert [attempt["model"] for attempt in refused["data"]["details"]["attempts"]] == ["nowhere", "neither"]


async def test_when_all_fail_the_answer_says_of_each_why(
    two: tuple[Client, RunningSimulator, RunningSimulator],
) -> None:
    client, _, _ = two
    answer = await client.chat("[[simulate: status=503]]", model=BAD, fallbacks=[GOOD])
    assert answer["status"] == "error"
    assert [(attempt["model"], attempt["error"]["code"]) for attempt in answer["attempts"]] == [
        (BAD, "unavailable"),
        (GOOD, "unavailable"),
    ]
    error = answer["error"]
    assert error.pop("retryAfterMs") > 0, "told of the answer, and not of each attempt"
    reason = error.pop("reason")
    assert answer["attempts"][-1] == {"model": GOOD, "error": error, "reason": reason}


@pytest.mark.parametrize(
    ("message", "code"), [("x" * 40_000, "too_large"), ("[[simulate: eof_after=2]]", "upstream_error")]
)
async def test_no_other_model_is_asked_for_invalid_input_or_after_the_first_token(
    two: tuple[Client, RunningSimulator, RunningSimulator], message: str, code: str
) -> None:
    client, bad, _ = two
    answer = await client.chat(message, model=GOOD, fallbacks=[BAD])
    assert (answer["status"], answer["error"]["code"]) == ("error", code)
    assert "attempts" not in answer
    assert generations(bad) == 0


async def test_tools_are_passed_through(two: tuple[Client, RunningSimulator, RunningSimulator]) -> None:
    client, _, _ = two
    tool = {"type": "function", "function": {"name": "now", "parameters": {"type": "object", "properties": {}}}}
    question = {"role": "user", "content": "What time is it?"}
    ask = {"model": GOOD, "tools": [tool], "toolChoice": "required"}
    asked = (await client.request("model:complete", ask | {"messages": [question]}))["data"]
    [call] = asked["toolCalls"]
    assert (asked["finishReason"], call["function"]["name"]) == ("tool_calls", "now")
    assert json.loads(call["function"]["arguments"]) == {}
    turns = [
        question,
        {"role": "assistant", "content": asked["content"], "toolCalls": [call]},
        {"role": "tool", "content": "noon", "toolCallId": call["id"]},
    ]
    done = (await client.request("model:complete", ask | {"messages": turns}))["data"]
    assert done["content"]
    assert "toolCalls" not in done
    wrong = await client.request("model:complete", ask | {"messages": [question, turns[2]]})
    assert (wrong["data"]["code"], wrong["data"]["details"]["path"]) == ("invalid", "$.data.messages[1].toolCallId")
    shape = {"messages": [question], "tools": [{"function": {"name": "not a name"}}]}
    assert (await client.request("model:complete", shape))["data"]["code"] == "invalid"
