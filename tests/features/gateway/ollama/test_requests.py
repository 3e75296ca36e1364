"""What is asked in Ollama's words, in those of a model server."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Invalid
from orchd.features.gateway.ollama.messages import MAX_CALLS
from orchd.features.gateway.ollama.requests import MAX_IMAGES, OllamaQuestion, read_chat, read_generate
from tests.gateway_desk import user


def sent(question: OllamaQuestion) -> dict[str, Any]:
    """The body that a model server gets, as it will read it."""
    assert question.body is not None
    return dict(json.loads(json.dumps(question.body.members)))


def read(messages: object = None, **members: Any) -> OllamaQuestion:
    body = {"model": "m", "messages": messages or [user("hello")], **members}
    return read_chat(json.dumps(body).encode(), 100_000)


SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}}
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}


def test_options_and_forms_go_over() -> None:
    options = {"temperature": 0.25, "top_k": 7, "seed": -1, "num_predict": 12, "num_ctx": 8192, "stop": ["\n"]}
    options |= {"repeat_penalty": None, "new_thing": {}}
    asked = read(options=options, format=SCHEMA, tools=[WEATHER], think="low", keep_alive="5m")
    assert sent(asked) == {
        "messages": [user("hello")],
        "tools": [WEATHER],
        "temperature": 0.25,
        "top_k": 7,
        "max_tokens": 12,
        "stop": ["\n"],
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA}},
        "reasoning_effort": "low",
    }
    assert asked.body is not None
    assert asked.body.soft == ("reasoning_effort", "top_k", "reasoning_content")
    assert (asked.model, asked.streams, asked.path) == ("m", True, "/chat/completions")
    assert sent(read(format="json"))["response_format"] == {"type": "json_object"}
    assert set(sent(read(format="", options={"seed": 3, "num_predict": -1}, think=True))) == {"messages", "seed"}


def test_images_stand_in_parts() -> None:
    png, jpeg = (
        {"type": "image_url", "image_url": {"url": url}} for url in ("data:image/png;base64,iVBORw0KGgo=", JPEG)
    )
    text = {"type": "text", "text": "what?"}
    asked = read([{"role": "user", "content": "what?", "images": ["iVBORw0KGgo=", "/9j/4AAQ"]}])
    assert sent(asked)["messages"] == [{"role": "user", "content": [text, png, jpeg]}]
    assert asked.body is not None
    assert asked.body.size < len(json.dumps(sent(asked)))
    alone = read_generate(json.dumps({"images": [JPEG], "stream": False}).encode(), 1000)
    assert sent(alone)["messages"] == [{"role": "user", "content": [jpeg]}]
    assert not alone.streams


JPEG = "data:image/jpeg;base64,/9j/4AAQ"


def test_results_find_their_calls() -> None:
    calls = [
        {"function": {"name": "weather", "arguments": {"city": "Lisboa"}}},
        {"id": "own", "function": {"name": "time", "arguments": {}}},
    ]
    asked = sent(
        read(
            [
                {"role": "assistant", "thinking": "I call both.", "tool_calls": calls},
                {"role": "tool", "tool_name": "time", "content": "noon"},
                {"role": "tool", "content": "sun"},
                {"role": "tool", "content": "nobody's", "tool_call_id": "other"},
            ]
        )
    )["messages"]
    called = asked[0].pop("tool_calls")
    assert asked[0] == {"role": "assistant", "content": "", "reasoning_content": "I call both."}
    assert [call["function"]["name"] for call in called] == ["weather", "time"]
    assert json.loads(called[0]["function"]["arguments"]) == {"city": "Lisboa"}
    assert [message["tool_call_id"] for message in asked[1:]] == ["own", called[0]["id"], "other"]


CALLS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=5)


@given(CALLS, st.randoms(use_true_random=False), st.booleans())
def test_each_call_gets_one_result(names: list[str], chance: Any, by_name: bool) -> None:
    calls = [{"function": {"name": name, "arguments": {"n": place}}} for place, name in enumerate(names)]
    results = [{"role": "tool", "content": name, **({"tool_name": name} if by_name else {})} for name in names]
    if by_name:
        chance.shuffle(results)
    asked = sent(read([{"role": "assistant", "tool_calls": calls}, *results]))["messages"]
    ids = {call["id"]: call["function"]["name"] for call in asked[0]["tool_calls"]}
    assert len(ids) == len(names)
    assert sorted(ids) == sorted(message["tool_call_id"] for message in asked[1:])
    assert all(ids[message["tool_call_id"]] == message["content"] for message in asked[1:])


def test_a_request_has_so_many_images_and_calls() -> None:
    with pytest.raises(Invalid) as images:
        read_generate(json.dumps({"model": "m", "images": [""] * (MAX_IMAGES + 1)}).encode(), 100_000)
    assert images.value.details["field"] == "prompt"
    calls = [{"function": {"name": "weather"}}] * (MAX_CALLS + 1)
    with pytest.raises(Invalid) as called:
        read([user("hello"), {"role": "assistant", "tool_calls": calls}])
    assert called.value.details["field"] == "messages[1].tool_calls"
    assert read([user("hello"), {"role": "assistant", "tool_calls": calls[1:]}]).body is not None


def test_what_is_no_object_is_told() -> None:
    with pytest.raises(Invalid, match="trailing comma in object"):
        read_chat(b'{"model": "m",}', 1000)
