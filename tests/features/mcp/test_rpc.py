"""What a message is, by each version of the protocol, and what is said of one that is wrong."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.mcp.rpc import PREFIX, STATELESS, VERSIONS
from tests.examples import examples
from tests.features.mcp.scripts import ANSWER, MODELS, says, task_frames
from tests.mcp_desk import (
    EARLIER_HEADERS,
    McpDesk,
    earlier,
    headers_of,
    json_of,
    messages_of,
    open_mcp_desk,
    stateless,
)

Clock = trio.testing.MockClock


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[McpDesk]:
    async with open_mcp_desk() as found:
        yield found


META = {f"{PREFIX}protocolVersion": STATELESS, f"{PREFIX}clientCapabilities": {}}
LIST = headers_of("tools/list")


def with_meta(meta: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {"_meta": meta}}


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"", {}, 400, -32700),
        (b'{"a": "\xff"}', {}, 400, -32700),
        (b"[" * 5000, {}, 400, -32700),
        (b"7", {}, 400, -32700),
        ([earlier("ping")], {}, 400, -32600),
        ({"id": 1, "method": "ping"}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": None, "method": "ping"}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 10**30, "method": "ping"}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 1}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, {}, 400, -32600),
        ({"jsonrpc": "2.0", "id": 1, "result": {}}, {**LIST}, 400, -32600),
        (with_meta(META), {}, 400, -32020),
        (with_meta(META), EARLIER_HEADERS, 400, -32020),
        (with_meta(META), {**LIST, "mcp-method": "tools/call"}, 400, -32020),
        (with_meta({}), LIST, 400, -32602),
        (with_meta({f"{PREFIX}protocolVersion": STATELESS}), LIST, 400, -32602),
        (earlier("ping"), {"mcp-protocol-version": "1900-01-01"}, 400, -32022),
        (stateless("ping"), headers_of("ping"), 404, -32601),
        (stateless("initialize"), headers_of("initialize"), 200, -32602),
        (earlier("resources/list"), EARLIER_HEADERS, 200, -32601),
        (earlier("tools/call", {"name": "nothing"}), EARLIER_HEADERS, 200, -32602),
        (stateless("tools/call", {"name": "nothing"}), headers_of("tools/call", {"name": "nothing"}), 400, -32602),
        (stateless("tools/call", {"name": "chat"}), headers_of("tools/call", {"name": "search"}), 400, -32020),
        (stateless("tools/call", {"name": "chat"}), headers_of("tools/call"), 400, -32020),
        (stateless("tools/call", {"name": "chat"}), headers_of("tools/call", {"name": "=?base64?%?="}), 400, -32020),
        (stateless("tools/call", {"name": 7}), headers_of("tools/call"), 400, -32602),
    ],
)
async def test_what_is_wrong_with_a_request_is_said(
    body: object, headers: dict[str, str], status: int, code: int, desk: McpDesk, autojump_clock: Clock
) -> None:
    page = await desk.post(body, headers)
    told = json_of(page)
    assert (page.status, told["error"]["code"]) == (status, code)
    if isinstance(body, dict) and body.get("id") == 1 and "result" not in body:
        assert told["id"] == 1
    assert desk.memory.held == 0


async def test_a_name_in_a_header_may_be_in_base64(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["model:list"] = says(MODELS)
    params = {"name": "list_models", "arguments": {}}
    headers = {**headers_of("tools/call"), "mcp-name": "=?base64?bGlzdF9tb2RlbHM=?="}
    assert not json_of(await desk.post(stateless("tools/call", params), headers))["result"]["isError"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("jsonrpc", "id", "method", "params", "result", "other")
METHODS = st.sampled_from(["initialize", "ping", "tools/list", "tools/call", "server/discover", "notifications/x", ""])
TOOLS = st.sampled_from(["chat", "list_models", "run_task", "get_task", "search", "status", "verify_text", "no"])
ARGUMENTS = st.dictionaries(st.sampled_from(["message", "query", "title", "taskId", "text", "x"]), JSON, max_size=3)
CALLS = st.builds(lambda name, arguments: {"name": name, "arguments": arguments}, TOOLS, ARGUMENTS | JSON)
BODIES = (
    st.binary(max_size=60)
    | JSON.map(lambda value: json.dumps(value).encode())
    | st.builds(
        lambda method, params, name, value: json.dumps({**stateless(method), "params": params, name: value}).encode(),
        METHODS,
        CALLS | JSON,
        st.sampled_from(NAMES),
        JSON,
    )
    | st.builds(lambda call: json.dumps(stateless("tools/call", call)).encode(), CALLS)
    | st.builds(lambda call: json.dumps(earlier("tools/call", call)).encode(), CALLS)
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "mcp-protocol-version": st.sampled_from([*VERSIONS, "x"]),
        "mcp-method": METHODS,
        "mcp-name": TOOLS,
        "mcp-session-id": st.text(st.characters(codec="ascii"), max_size=4),
    },
)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.tuples(BODIES, HEADERS), min_size=5, max_size=20))
def test_no_body_is_a_defect(asked: list[tuple[bytes, dict[str, str]]]) -> None:
    async def ask_all() -> None:
        async with open_mcp_desk() as one:
            one.router.answers |= {
                "chat:send": says(ANSWER),
                "model:list": says(MODELS),
                "search": says({"items": [], "nextCursor": None}),
                **task_frames(never_ends=False),
            }
            for body, headers in asked:
                page = await one.post(body, headers)
                assert page.status in (200, 202, 400, 404), body
                for message in await messages_of(page) if page.body or page.pieces else ():
                    told = message.get("result", {}).get("_meta", {}).get("orchd/error", {})
                    assert told.get("code") in (None, "invalid", "internal"), body
                    assert told.get("code") != "internal" or b"status" in body or b"verify_text" in body
                assert (one.memory.held, one.calls.running()) == (0, 0)

    trio.run(ask_all, clock=trio.testing.MockClock(autojump_threshold=0))
