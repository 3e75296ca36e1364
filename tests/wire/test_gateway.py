"""The gateway as OpenAI's own client uses it: what programs are told that have been written for another service."""

from base64 import b64encode
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import trio

from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.http_client import http_client
from tests.pdfs import pdf

if TYPE_CHECKING:
    import openai

T = TypeVar("T")

MODEL = "simulated-small"
OCTETS = {"Content-Type": "application/octet-stream"}


def client_of(app: App, key: str = "none-needed") -> "openai.OpenAI":
    """OpenAI's client, told to ask the daemon. It takes a second to load, in one test's process."""
    import openai

    return openai.OpenAI(base_url=f"{app.url}/v1", api_key=key, max_retries=0, timeout=60)


async def apart(work: Callable[[], T]) -> T:
    """Do in a thread what waits for the daemon, which runs in this one."""
    return await trio.to_thread.run_sync(work)


async def test_a_program_written_for_openai_works(app: StartApp, start_simulator: StartSimulator) -> None:
    simulator = await start_simulator()
    one = await app(simulator.url)
    client = client_of(one)
    await apart(lambda: use_models(client))
    await apart(lambda: use_chat(client))
    await apart(lambda: use_stream(client))
    await apart(lambda: use_tools(client))
    await apart(lambda: use_schema(client))
    await apart(lambda: use_embeddings(client))
    await apart(lambda: use_responses(client))
    await show_files(one, client)
    await apart(lambda: meet_errors(client))
    await leave_early(client, simulator)
    await ask_an_assistant(one, client)
    await keep_exchanges(one, client, simulator)
    client.close()


def use_models(client: "openai.OpenAI") -> None:
    listed = {model.id: model for model in client.models.list()}
    assert listed[MODEL].owned_by
    assert (listed[MODEL].model_extra or {})["context_length"] > 0
    assert client.models.retrieve(MODEL).id == MODEL


def use_chat(client: "openai.OpenAI") -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "hello [[simulate: tokens=8]]"}], temperature=0, seed=1
    )
    assert answer.choices[0].message.content
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 8


def use_stream(client: "openai.OpenAI") -> None:
    for wanted in (False, True):
        stream = client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "hello [[simulate: tokens=8]]"}],
            stream=True,
            stream_options={"include_usage": wanted},
        )
        chunks = list(stream)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
        assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
        counted = [chunk.usage.completion_tokens for chunk in chunks if chunk.usage is not None]
        assert counted == ([8] if wanted else [])


def use_tools(client: "openai.OpenAI") -> None:
    answer = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "What is the weather in Lisbon?"}],
        tools=[
            {
                "type": "function",
                "function": {
                    "name": "weather",
                    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
                },
            }
        ],
        tool_choice="required",
    )
    calls = answer.choices[0].message.tool_calls or []
    assert [call.function.name for call in calls if call.type == "function"] == ["weather"]
    assert answer.choices[0].finish_reason == "tool_calls"


def use_schema(client: "openai.OpenAI") -> None:
    from pydantic import BaseModel

    class City(BaseModel):
        name: str
        inhabitants: int

    answer = client.chat.completions.parse(
        model=MODEL, messages=[{"role": "user", "content": "Lisbon"}], response_format=City
    )
    assert isinstance(answer.choices[0].message.parsed, City)


def use_responses(client: "openai.OpenAI") -> None:
    """The newer API: whole, as a stream, with a schema, and with a tool and its result."""
    from pydantic import BaseModel

    class City(BaseModel):
        name: str
        inhabitants: int

    answer = client.responses.create(model=MODEL, input="hello [[simulate: tokens=8]]", instructions="Be brief.")
    assert (answer.status, bool(answer.output_text)) == ("completed", True)
    assert answer.usage is not None
    assert answer.usage.output_tokens == 8
    with client.responses.stream(model=MODEL, input="hello [[simulate: tokens=8]]") as stream:
        texts = [event.delta for event in stream if event.type == "response.output_text.delta"]
        assert stream.get_final_response().output_text == "".join(texts) != ""
    assert isinstance(client.responses.parse(model=MODEL, input="Lisbon", text_format=City).output_parsed, City)
    parameters = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    asked: Any = [{"role": "user", "content": "What is the weather in Lisbon?"}]
    tools: Any = [{"type": "function", "name": "weather", "parameters": parameters, "strict": False}]
    called = client.responses.create(model=MODEL, input=asked, tools=tools, tool_choice="required")
    (call,) = (item for item in called.output if item.type == "function_call")
    assert call.name == "weather"
    result: Any = {"type": "function_call_output", "call_id": call.call_id, "output": "It rains."}
    told: Any = [*asked, *called.output, result]
    assert client.responses.create(model=MODEL, input=told, tools=tools).output_text


def use_embeddings(client: "openai.OpenAI") -> None:
    model = next(model.id for model in client.models.list() if (model.model_extra or {}).get("type") == "embedding")
    answer = client.embeddings.create(model=model, input=["one", "two"])
    assert [len(item.embedding) > 0 for item in answer.data] == [True, True]


async def show_files(app: App, client: "openai.OpenAI") -> None:
    """A PDF by its content and by its id, in both of OpenAI's APIs: its text tells the simulator what to say."""
    content = pdf(["[[simulate: tokens=7]]"])
    async with http_client() as http:
        sent = await http.post(f"{app.url}/files?name=kept.pdf", content=content, headers=OCTETS)
    held = {"filename": "a.pdf", "file_data": f"data:application/pdf;base64,{b64encode(content).decode()}"}
    for file in (held, {"file_id": str(sent.json()["id"])}):
        await apart(partial(show_file, client, file))
    await apart(partial(meet_no_file, client))


def show_file(client: "openai.OpenAI", file: dict[str, str]) -> None:
    chat: Any = [{"role": "user", "content": [{"type": "file", "file": file}, {"type": "text", "text": "Which?"}]}]
    answer = client.chat.completions.create(model=MODEL, messages=chat)
    assert answer.usage is not None
    assert answer.usage.completion_tokens == 7
    said: Any = [{"role": "user", "content": [{"type": "input_file", **file}, {"type": "input_text", "text": "?"}]}]
    response = client.responses.create(model=MODEL, input=said)
    assert response.usage is not None
    assert response.usage.output_tokens == 7


def meet_no_file(client: "openai.OpenAI") -> None:
    import openai

    for file_id, kind in (("999", openai.NotFoundError), ("file-abc", openai.BadRequestError)):
        chat: Any = [{"role": "user", "content": [{"type": "file", "file": {"file_id": file_id}}]}]
        with pytest.raises(kind) as caught:
            client.chat.completions.create(model=MODEL, messages=chat)
        assert caught.value.param == "messages[0].content[0].file"


def meet_errors(client: "openai.OpenAI") -> None:
    import openai

    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(model="no-such", messages=[{"role": "user", "content": "hello"}])
    assert (missing.value.code, missing.value.param) == ("not_found", "model")
    assert missing.value.request_id
    with pytest.raises(openai.BadRequestError) as empty:
        client.chat.completions.create(model=MODEL, messages=[])
    assert (empty.value.code, empty.value.param) == ("invalid", "messages")
    with pytest.raises(openai.APIError, match="Simulated error"):
        list(
            client.chat.completions.create(
                model=MODEL, messages=[{"role": "user", "content": "[[simulate: error_after=2]]"}], stream=True
            )
        )


async def leave_early(client: "openai.OpenAI", simulator: RunningSimulator) -> None:
    """The generation ends at the model server when the program goes away, and not before."""

    def read_one() -> None:
        stream = client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": "[[simulate: stall_after=2]]"}], stream=True
        )
        next(iter(stream))
        stream.close()

    await apart(read_one)
    await simulator.until(lambda stats: stats.aborted == 1 and stats.running == 0)


async def ask_an_assistant(app: App, client: "openai.OpenAI") -> None:
    """An assistant is a model like the others, with its instructions before what is asked."""
    connection = await app.connect()
    await connection.request("assistant:create", {"name": "Poet", "systemPrompt": "Rhyme.", "model": MODEL})
    named = await apart(lambda: [model.id for model in client.models.list()])
    assert "assistant:Poet" in named
    answer = await apart(
        lambda: client.chat.completions.create(
            model="assistant:Poet", messages=[{"role": "user", "content": "[[simulate: tokens=4]]"}]
        )
    )
    assert answer.model == MODEL
    assert answer.choices[0].message.content


async def keep_exchanges(app: App, client: "openai.OpenAI", simulator: RunningSimulator) -> None:
    """What is asked with a header stands in a conversation, where its answer is read along and may be ended."""
    connection = await app.connect()
    made, first = await apart(lambda: keep(client, "hello [[simulate: tokens=4]]", "new"))
    again, second = await apart(lambda: keep(client, "and now? [[simulate: tokens=5]]", str(made)))
    assert again == made
    await connection.request("chat:subscribe", {"conversationId": made})
    known = [message["id"] for message in await connection.history(made)]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(apart, lambda: stall_in(client, made))
        growing = await connection.until(
            lambda frame: frame["type"] == "chat:streaming" and frame["data"]["messageId"] not in known
        )
        stopped = growing["data"]["messageId"]
        await connection.request("chat:cancel", {"messageId": stopped})
        await connection.until(lambda frame: frame["type"] == "chat:message" and frame["data"]["id"] == stopped)
    history = await connection.history(made)
    said = [message["content"] for message in history[:4]]
    assert said == ["hello [[simulate: tokens=4]]", first, "and now? [[simulate: tokens=5]]", second]
    assert [message["status"] for message in history] == ["complete"] * 5 + ["cancelled"]
    assert history[1]["usage"]["completionTokens"] == 4
    await simulator.until(lambda stats: stats.running == 0)
    await apart(lambda: refuse_foreign(client))


def keep(client: "openai.OpenAI", text: str, where: str) -> tuple[int, str]:
    """Ask, and have it kept; the conversation's id, and the answer."""
    answer = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=[{"role": "user", "content": text}], extra_headers={"X-Orchd-Conversation": where}
    )
    return int(answer.headers["x-orchd-conversation"]), answer.parse().choices[0].message.content or ""


def stall_in(client: "openai.OpenAI", conversation: int) -> None:
    """Ask for an answer that doesn't end, until somebody ends it in its conversation."""
    import openai

    stream = client.chat.completions.create(
        model=MODEL,
        messages=[{"role": "user", "content": "[[simulate: stall_after=2]]"}],
        stream=True,
        extra_headers={"X-Orchd-Conversation": str(conversation)},
    )
    with pytest.raises(openai.APIError, match="ended in its conversation"):
        list(stream)


def refuse_foreign(client: "openai.OpenAI") -> None:
    import openai

    with pytest.raises(openai.NotFoundError) as missing:
        client.chat.completions.create(
            model=MODEL,
            messages=[{"role": "user", "content": "hello"}],
            extra_headers={"X-Orchd-Conversation": "123456"},
        )
    assert (missing.value.code, missing.value.param) == ("not_found", "X-Orchd-Conversation")
