"""The gateway as Anthropic's own client uses it: what programs are told that have been written for another service."""

from typing import TYPE_CHECKING, Any

import pytest
import trio

from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator, StartSimulator

if TYPE_CHECKING:
    import anthropic

MODEL = "simulated-small"


def asked(text: str) -> Any:
    return [{"role": "user", "content": text}]


async def test_a_program_written_for_anthropic_works(app: StartApp, start_simulator: StartSimulator) -> None:
    import anthropic

    simulator = await start_simulator()
    one = await app(simulator.url)
    client = anthropic.Anthropic(base_url=one.url, api_key="none-needed", max_retries=0, timeout=60)
    for use in (use_models, use_messages, use_stream, use_tools, count, meet_errors):
        await trio.to_thread.run_sync(use, client)
    await leave_early(client, simulator)
    client.close()


def use_models(client: "anthropic.Anthropic") -> None:
    listed = {model.id: model for model in client.models.list()}
    assert (listed[MODEL].display_name, listed[MODEL].type) == (MODEL, "model")
    assert (listed[MODEL].max_input_tokens or 0) > 0
    assert client.models.retrieve(MODEL).id == MODEL


def use_messages(client: "anthropic.Anthropic") -> None:
    message = client.messages.create(
        model=MODEL, max_tokens=100, system="Be brief.", messages=asked("hello [[simulate: tokens=8]]")
    )
    assert [block.type for block in message.content] == ["text"]
    assert (message.stop_reason, message.usage.output_tokens) == ("end_turn", 8)
    cut = client.messages.create(model=MODEL, max_tokens=3, messages=asked("hello"))
    assert cut.stop_reason == "max_tokens"


def use_stream(client: "anthropic.Anthropic") -> None:
    with client.messages.stream(
        model=MODEL,
        max_tokens=2000,
        thinking={"type": "enabled", "budget_tokens": 1024},
        messages=asked("hello [[simulate: tokens=8, reasoning=4]]"),
    ) as stream:
        text = "".join(stream.text_stream)
        message = stream.get_final_message()
    kinds = [block.type for block in message.content]
    assert kinds == ["thinking", "text"]
    assert message.content[-1].type == "text"
    assert message.content[-1].text == text != ""


def use_tools(client: "anthropic.Anthropic") -> None:
    schema: Any = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    tools: Any = [{"name": "weather", "input_schema": schema}]
    question = asked("What is the weather in Lisbon?")
    called = client.messages.create(
        model=MODEL, max_tokens=500, messages=question, tools=tools, tool_choice={"type": "any"}
    )
    assert called.stop_reason == "tool_use"
    (call,) = (block for block in called.content if block.type == "tool_use")
    assert (call.name, isinstance(call.input, dict)) == ("weather", True)
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "It rains."}
    told: Any = [*question, {"role": "assistant", "content": called.content}, {"role": "user", "content": [result]}]
    assert client.messages.create(model=MODEL, max_tokens=500, messages=told, tools=tools).content


def count(client: "anthropic.Anthropic") -> None:
    few = client.messages.count_tokens(model=MODEL, messages=asked("hello"))
    many = client.messages.count_tokens(model=MODEL, messages=asked("hello " * 50))
    assert 0 < few.input_tokens < many.input_tokens


def meet_errors(client: "anthropic.Anthropic") -> None:
    import anthropic

    with pytest.raises(anthropic.NotFoundError) as missing:
        client.messages.create(model="no-such", max_tokens=10, messages=asked("hello"))
    told: Any = missing.value.body
    assert (told["error"]["type"], told["error"]["code"], told["error"]["param"]) == (
        "not_found_error",
        "not_found",
        "model",
    )
    assert missing.value.request_id == told["request_id"]
    odd: Any = [{"role": "tool", "content": "x"}]
    with pytest.raises(anthropic.BadRequestError, match=r"messages\[0\].role"):
        client.messages.create(model=MODEL, max_tokens=10, messages=odd)
    broken = asked("[[simulate: error_after=2]]")
    with (
        pytest.raises(anthropic.APIStatusError, match="Simulated error"),
        client.messages.stream(model=MODEL, max_tokens=99, messages=broken) as stream,
    ):
        stream.until_done()


async def leave_early(client: "anthropic.Anthropic", simulator: RunningSimulator) -> None:
    """The generation ends at the model server when the program goes away, and not before."""

    def read_one() -> None:
        question = asked("[[simulate: stall_after=2]]")
        with client.messages.stream(model=MODEL, max_tokens=99, messages=question) as stream:
            next(stream.text_stream)

    await trio.to_thread.run_sync(read_one)
    await simulator.until(lambda stats: stats.aborted == 1 and stats.running == 0)
