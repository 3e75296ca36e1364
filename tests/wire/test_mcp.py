"""`/mcp` as the official client uses it, on Trio: every tool, by each generation of the protocol."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import trio

from orchd.features.mcp import pages
from orchd.features.mcp.rpc import EARLIER, STATELESS
from orchd.settings.entry.mcp import McpSettings
from orchd.settings.task import TaskSettings
from orchd.simulator.settings import ModelSpec
from tests.fix_daemon import App, StartApp, make_settings
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.http_client import http_client
from tests.mcp_desk import EARLIER_HEADERS, earlier
from tests.wire.client import HANG_SECONDS
from tests.wire.client import Client as Device
from tests.wire.people import ask, first_user

if TYPE_CHECKING:
    from mcp.client.client import Client

MODEL = "simulated-qwen"
CHAT_TOOLS = ["chat", "list_models", "list_assistants", "verify_text", "status"]
UNBRAKED = TaskSettings(brake_cpu=100, brake_memory=100, brake_vram=100, brake_disk=100, retry_seconds=1.0)


@asynccontextmanager
async def client_of(app: App, mode: str) -> AsyncIterator["Client"]:
    """The official client. It takes a second to load, in one test's process."""
    from mcp.client.client import Client

    async with Client(f"{app.url}/mcp", mode=mode) as client:
        yield client


async def call(client: "Client", tool: str, **arguments: Any) -> dict[str, Any]:
    """What a tool gives; the client itself holds that against the tool's schema."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return dict(result.structured_content)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long calls become streams sooner than they do for others, so that no test waits for that."""
    monkeypatch.setattr(pages, "PATIENCE_SECONDS", 0.1)


@pytest.mark.filterwarnings("ignore:Async generator:ResourceWarning")  # the client's own, where a call is cancelled
async def test_the_official_client_calls_every_tool(
    start_simulator: StartSimulator, app: StartApp, tmp_path: Path
) -> None:
    simulator = await start_simulator(models=(ModelSpec(MODEL), ModelSpec("simulated-llama")))
    one = await app.start(msgspec.structs.replace(make_settings(tmp_path, simulator.url), task=UNBRAKED))
    async with client_of(one, STATELESS) as client:
        assert client.protocol_version == STATELESS
        assert len((await client.list_tools()).tools) == 8
        await use_models_and_chat(one, client)
        await use_search_and_status(client)
        await use_verification(client)
        await meet_errors(client)
        await leave_early(client, simulator)
        await use_task(client)
    async with client_of(one, "legacy") as client:
        assert client.protocol_version == EARLIER[0]
        assert len((await client.list_tools()).tools) == 8
        await use_search_and_status(client)
        await leave_early(client, simulator)


async def use_models_and_chat(app: App, client: "Client") -> None:
    assert MODEL in [model["name"] for model in (await call(client, "list_models"))["models"]]
    first = await call(client, "chat", message="a penguin [[simulate: tokens=4]]", model=MODEL)
    assert (first["status"], first["model"], first["usage"]["completionTokens"]) == ("complete", MODEL, 4)
    again = await call(
        client, "chat", message="[[simulate: tokens=1]]", model=MODEL, conversationId=first["conversationId"]
    )
    assert again["conversationId"] == first["conversationId"]
    connection = await app.connect()
    await connection.request("assistant:create", {"name": "Poet", "systemPrompt": "Rhyme.", "model": MODEL})
    assert [each["name"] for each in (await call(client, "list_assistants"))["assistants"]] == ["Poet"]
    rhymed = await call(client, "chat", message="[[simulate: tokens=1]]", assistant="poet")
    found = await ask(connection, "conversation:get", conversationId=rhymed["conversationId"])
    assert found["assistantId"] == 1


async def ask_an_assistant(maria: Device, post: Callable[[object], Awaitable[Any]]) -> None:
    """By a token with no right to list what assistants are told."""
    await ask(maria, "assistant:create", name="Poet", systemPrompt="Rhyme.")

    async def tell(name: str, arguments: dict[str, str]) -> Any:
        return (await post(earlier("tools/call", {"name": name, "arguments": arguments}))).json()["result"]

    (poet,) = (await tell("list_assistants", {}))["structuredContent"]["assistants"]
    assert (poet["name"], "systemPrompt" in poet) == ("Poet", False)
    rhymed = await tell("chat", {"message": "[[simulate: tokens=1]]", "assistant": "poet"})
    assert rhymed["structuredContent"]["status"] == "complete", rhymed


async def use_search_and_status(client: "Client") -> None:
    items = (await call(client, "search", query="penguin", kinds=["message"]))["items"]
    assert ["penguin" in each["excerpt"] for each in items] == [True]
    status = await call(client, "status")
    assert [each["ok"] for each in status["servers"]] == [True]
    assert status["memory"]["total"] > 0


async def use_verification(client: "Client") -> None:
    source = {"name": "guide", "text": "The tower is 330 m high. It was built in 1889."}
    found = await call(client, "verify_text", text="The tower is 200 m high.", sources=[source])
    assert found["claims"][0]["verdict"] == "contradicted"
    assert found["outcome"] != "verified"


async def meet_errors(client: "Client") -> None:
    for tool, arguments, code in (
        ("chat", {"message": "x", "model": "nobody"}, "not_found"),
        ("chat", {"message": "x", "assistant": "Nobody"}, "not_found"),
        ("chat", {"message": "x", "conversationId": 4711}, "not_found"),
        ("chat", {"message": "x", "assistant": "Poet", "conversationId": 1}, "invalid"),
        ("search", {"query": "x", "kinds": ["nothing"]}, "invalid"),
        ("get_task", {"taskId": 4711}, "not_found"),
        ("verify_text", {"text": "x", "sources": [{"name": "a", "text": "b"}] * 2}, "invalid"),
    ):
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        assert (result.meta or {})["orchd/error"]["code"] == code, result


async def leave_early(client: "Client", simulator: RunningSimulator) -> None:
    """The generation ends at the model server when the client cancels, and not before."""
    before = simulator.stats().aborted
    said: list[str | None] = []

    async def on_progress(progress: float, total: float | None, message: str | None) -> None:
        said.append(message)
        asked.cancel()

    with trio.CancelScope() as asked:
        stalling = {"message": "[[simulate: stall_after=2]]", "model": MODEL}
        await client.call_tool("chat", stalling, progress_callback=on_progress)
    assert said[0]
    await simulator.until(lambda stats: stats.aborted == before + 1 and stats.running == 0)


async def use_task(client: "Client") -> None:
    found = await call(client, "run_task", title="Say hello", description="Say hello.", model=MODEL, maxCalls=30)
    assert (found["status"], found["waitsFor"]) == ("completed", None)
    assert found["result"]
    assert all(step["verified"] for step in found["steps"])
    assert found["spent"]["calls"] > 0
    assert (await call(client, "get_task", taskId=found["taskId"]))["title"] == "Say hello"


async def test_tokens_are_asked_for_once_there_is_a_user(
    app: StartApp, simulator: RunningSimulator, tmp_path: Path
) -> None:
    settings = make_settings(tmp_path, simulator.url)
    one = await app.start(settings)
    maria = await first_user(one)
    made = await ask(maria, "token:create", name="tool", scopes=["chat"])
    token = made["token"]
    async with http_client(timeout=HANG_SECONDS) as http:

        async def post(body: object, **headers: str) -> Any:
            return await http.post(f"{one.url}/mcp", json=body, headers={**EARLIER_HEADERS, **headers})

        assert (refused := await post(earlier("tools/list"))).headers["www-authenticate"] == "Bearer"
        assert (refused.status_code, refused.json()["error"]["data"]["code"]) == (401, "unauthorized")
        listed = (await post(earlier("tools/list"), Authorization=f"Bearer {token}")).json()["result"]["tools"]
        assert [tool["name"] for tool in listed] == CHAT_TOOLS
        await ask_an_assistant(maria, partial(post, Authorization=f"Bearer {token}", Accept="application/json"))
        foreign = await post(earlier("ping"), Authorization=f"Bearer {token}", Origin="https://evil.example")
        assert (foreign.status_code, foreign.json()["error"]["code"]) == (403, 403)
        assert (await http.get(f"{one.url}/mcp")).status_code == 405
        assert (await http.delete(f"{one.url}/mcp")).status_code == 405
        plain = await http.post(f"{one.url}/mcp", content=b"{}", headers={"Content-Type": "text/plain"})
        assert (plain.status_code, plain.json()["jsonrpc"]) == (415, "2.0")
        stalling = {"name": "chat", "arguments": {"message": "[[simulate: stall_after=1]]"}}
        request = http.stream(
            "POST",
            f"{one.url}/mcp",
            json=earlier("tools/call", stalling),
            headers={**EARLIER_HEADERS, "Authorization": f"Bearer {token}", "Accept": "text/event-stream"},
        )
        async with request as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            await ask(maria, "token:revoke", tokenId=made["item"]["id"])
            text = "".join([piece async for piece in answer.aiter_text()])
        assert '"code":"unauthorized"' in text
    await simulator.until(lambda stats: stats.running == 0)
    await one.stop()
    off = await app.start(msgspec.structs.replace(settings, mcp=McpSettings(enabled=False)))
    assert (await off.get("/mcp")).status_code == 404
