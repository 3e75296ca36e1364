"""The gateway as Ollama's own client uses it, and what it says of pages that there aren't."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest
import trio

from tests.fix_daemon import App, StartApp
from tests.fix_simulator import RunningSimulator, StartSimulator

if TYPE_CHECKING:
    import ollama

MODEL = "simulated-small"


def asked(text: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": text}]


async def test_a_program_written_for_ollama_works(app: StartApp, start_simulator: StartSimulator) -> None:
    import ollama

    simulator = await start_simulator()
    one = await app(simulator.url)
    client = ollama.Client(one.url)
    for use in (use_models, use_chat, use_stream, use_generate, use_tools, use_schema, use_vectors, meet_errors):
        await trio.to_thread.run_sync(use, client)
    await leave_early(client, simulator)
    await miss_pages(one)


def use_models(client: "ollama.Client") -> None:
    assert MODEL in [model.model for model in client.list().models]
    shown = client.show(MODEL)
    assert (shown.modelinfo or {})["orchd.context_length"] > 0
    assert "completion" in (shown.capabilities or [])
    assert all(model.context_length for model in client.ps().models)


def use_chat(client: "ollama.Client") -> None:
    answer = client.chat(
        MODEL, asked("hello [[simulate: tokens=8]]"), options={"temperature": 0, "top_k": 1}, think=False
    )
    assert answer.message.content
    assert (answer.done, answer.done_reason, answer.eval_count) == (True, "stop", 8)
    assert (answer.total_duration or 0) >= (answer.eval_duration or 0) > 0
    assert client.chat(MODEL, []).done_reason == "load"


def use_stream(client: "ollama.Client") -> None:
    *pieces, last = client.chat(MODEL, asked("hello [[simulate: tokens=8]]"), stream=True)
    assert "".join(piece.message.content or "" for piece in pieces)
    assert not any(piece.done for piece in pieces)
    assert (last.done, last.eval_count) == (True, 8)


def use_generate(client: "ollama.Client") -> None:
    answer = client.generate(MODEL, "hello [[simulate: tokens=8]]", system="Be brief.")
    assert answer.response
    assert answer.done_reason == "stop"


def use_tools(client: "ollama.Client") -> None:
    def weather(city: str) -> str:
        """Tell the weather.

        Args:
            city: where
        """
        return f"sun in {city}"

    answer = client.chat(MODEL, asked("What is the weather in Lisbon? [[simulate: calls=1]]"), tools=[weather])
    calls = answer.message.tool_calls or []
    assert [call.function.name for call in calls] == ["weather"]
    messages: list[Any] = [*asked("What is the weather in Lisbon?"), answer.message]
    messages.append({"role": "tool", "content": "sun", "tool_name": "weather"})
    assert client.chat(MODEL, messages).message.content


def use_schema(client: "ollama.Client") -> None:
    from pydantic import BaseModel

    class City(BaseModel):
        name: str
        inhabitants: int

    answer = client.chat(MODEL, asked("Lisbon"), format=City.model_json_schema())
    City.model_validate_json(answer.message.content or "")


def use_vectors(client: "ollama.Client") -> None:
    names = [model.model or "" for model in client.list().models]
    model = next(name for name in names if "embedding" in (client.show(name).capabilities or []))
    assert [len(vector) > 0 for vector in client.embed(model, ["one", "two"]).embeddings] == [True, True]
    assert len(client.embeddings(model, "one").embedding) > 0


def meet_errors(client: "ollama.Client") -> None:
    import ollama

    with pytest.raises(ollama.ResponseError, match="no-such") as missing:
        client.chat("no-such", asked("hello"))
    assert missing.value.status_code == 404
    for change in (client.pull, client.delete):
        with pytest.raises(ollama.ResponseError, match="not changed") as refused:
            change(MODEL)
        assert refused.value.status_code == 403
    with pytest.raises(ollama.ResponseError, match="Simulated error"):
        list(client.chat(MODEL, asked("[[simulate: error_after=2]]"), stream=True))


async def leave_early(client: "ollama.Client", simulator: RunningSimulator) -> None:
    """The generation ends at the model server when the program goes away, and not before."""

    def read_one() -> None:
        stream = client.chat(MODEL, asked("[[simulate: stall_after=2]]"), stream=True)
        next(iter(stream))
        stream.close()  # type: ignore[attr-defined]

    await trio.to_thread.run_sync(read_one)
    await simulator.until(lambda stats: stats.aborted == 1 and stats.running == 0)


async def miss_pages(app: App) -> None:
    """What isn't there is said in the words of the API below whose path it would be."""

    def look() -> None:
        with httpx.Client(base_url=app.url) as http:
            for path in ("/api/blobs/sha256:1", "/api/nothing", "/api"):
                missing = http.get(path)
                assert (missing.status_code, missing.json()["error"]) == (404, "there is no such page")
            wrong = http.get("/api/chat")
            assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST, OPTIONS")
            assert isinstance(wrong.json()["error"], str)
            assert http.get("/v1/nothing").json()["error"]["code"] == "not_found"
            assert http.get("/v1/chat/completions").json()["error"]["type"] == "invalid_request_error"
            assert (
                http.post(
                    "/api/chat",
                    content=b'{"model": "no-such", "messages": [{"role": "user"}]}',
                    headers={"Content-Type": "application/x-www-form-urlencoded"},
                ).status_code
                == 404
            )

    await trio.to_thread.run_sync(look)
