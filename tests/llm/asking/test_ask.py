import json
from typing import Any

import msgspec
import pytest

from orchd.llm.asking.ask import ending, request_members, with_bound
from orchd.llm.types import ModelInfo, Prompt, Sampling, Turn, TurnImage

TURNS = (Turn("system", "be brief"), Turn("user", "olá \U0001f600"))


def body(prompt: Prompt, kind: Any = None) -> Any:
    return json.loads(msgspec.json.encode(request_members(prompt, "m", kind)))


def test_roles_go_as_roles_and_unset_parameters_not_at_all() -> None:
    assert body(Prompt(TURNS)) == {
        "model": "m",
        "messages": [{"role": "system", "content": "be brief"}, {"role": "user", "content": "olá \U0001f600"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_parameters_have_their_openai_names() -> None:
    sampling = Sampling(temperature=0.0, top_p=0.5, max_tokens=7, stop=("a", "b"), seed=0)
    found = body(Prompt(TURNS, sampling))
    expected = {"temperature": 0.0, "top_p": 0.5, "max_tokens": 7, "stop": ["a", "b"], "seed": 0}
    assert {name: found[name] for name in expected} == expected


def test_a_schema_becomes_a_response_format() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    found = body(Prompt(TURNS, schema=schema))["response_format"]
    assert found == {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": schema}}


def test_members_are_added() -> None:
    asked = Prompt((*TURNS, Turn("assistant", "ol")), prefill=True)
    found = json.loads(msgspec.json.encode(request_members(asked, "m", None, {"continue_final_message": True})))
    assert found["messages"][-1] == {"role": "assistant", "content": "ol"}
    assert found["continue_final_message"] is True
    assert "prefill" not in found


def test_only_llamacpp_is_asked_for_its_progress() -> None:
    assert body(Prompt(TURNS), "llamacpp")["return_progress"] is True
    assert "return_progress" not in body(Prompt(TURNS), "openai")


def test_a_base_model_is_stopped_where_its_turn_is_over() -> None:
    base, chat = ModelInfo("m", "box", template=False), ModelInfo("m", "box", template=True)
    prompt = Prompt(TURNS, Sampling(stop=("END", "\nUser:")))
    assert ending(prompt, chat) is prompt
    assert ending(prompt, ModelInfo("m", "box")) is prompt
    assert body(ending(prompt, base))["stop"] == ["END", "\nUser:", "\nAssistant:", "<|im_end|>"]
    assert body(ending(Prompt(TURNS), base))["stop"] == ["\nUser:", "\nAssistant:", "<|im_end|>"]
    many = Prompt(TURNS, Sampling(stop=tuple(map(str, range(16)))))
    assert len(body(ending(many, base))["stop"]) == 16


@pytest.mark.parametrize(
    ("kind", "context", "asked"),
    [
        ("openai", None, 100),
        (None, None, 100),
        ("openai", 1000, 100),
        ("openai", 110, None),
        ("openai", 50, None),
        ("llamacpp", 50, 50),
        ("lmstudio", 1000, 100),
        ("ollama", 50, 50),
    ],
)
def test_an_answer_is_bounded_as_far_as_its_server_takes_it(kind: Any, context: int | None, asked: int | None) -> None:
    model = ModelInfo("m", "box", context=context)
    found = with_bound(Prompt(TURNS, most_tokens=100), model, kind)
    assert found.sampling.max_tokens == asked
    assert found.soft == (() if asked is None else ("max_tokens",))


def test_a_bound_that_was_asked_for_stays() -> None:
    for prompt in (Prompt(TURNS, Sampling(max_tokens=7), most_tokens=100), Prompt(TURNS)):
        assert with_bound(prompt, ModelInfo("m", "box"), "openai") is prompt


def test_images_follow_the_text_as_parts() -> None:
    images = (TurnImage("cat.png", "data:image/png;base64,AAAA"), TurnImage("dog.png", "data:image/png;base64,BBBB"))
    prompt = Prompt(
        (Turn("system", "be brief"), Turn("user", "which?", images=images), Turn("user", "", images=images[:1]))
    )
    parts = [{"type": "image_url", "image_url": {"url": image.url}} for image in images]
    assert body(prompt)["messages"] == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": [{"type": "text", "text": "which?"}, *parts]},
        {"role": "user", "content": parts[:1]},
    ]
