"""`POST /mcp`: each message, by each version, and what becomes of calls however they end."""

import json
from collections.abc import AsyncIterator
from typing import Any

import jsonschema
import pytest
import trio
import trio.testing
from structlog.testing import capture_logs

from orchd.errors import Unauthorized, Unavailable
from orchd.features.mcp.pages import HEARTBEAT_SECONDS, PATIENCE_SECONDS
from orchd.features.mcp.rpc import EARLIER, PREFIX, VERSIONS
from orchd.features.mcp.tools.tool import schema_of
from orchd.protocol.identity import Identity
from orchd.protocol.router import Context
from tests.features.mcp.scripts import ANSWER, MODEL, MODELS, TASK, assistant, never, says, slow_chat, task_frames
from tests.mcp_desk import (
    EARLIER_HEADERS,
    McpDesk,
    earlier,
    frame,
    json_of,
    messages_of,
    open_mcp_desk,
)

Clock = trio.testing.MockClock

CHATTER = Identity(5, "eve", "member", frozenset({"chat"}), token_id=7)
VIEWER = Identity(6, "vic", "viewer")


@pytest.fixture
async def desk(autojump_clock: Clock) -> AsyncIterator[McpDesk]:
    async with open_mcp_desk() as found:
        yield found


async def test_who_asks_is_told_what_there_is(desk: McpDesk, autojump_clock: Clock) -> None:
    found = json_of(await desk.ask("server/discover"))["result"]
    assert found["supportedVersions"] == list(VERSIONS)
    assert found["capabilities"] == {"tools": {}}
    assert (found["resultType"], found["cacheScope"]) == ("complete", "public")
    assert found["_meta"][f"{PREFIX}serverInfo"]["name"] == "orchd"
    assert desk.memory.held == 0


@pytest.mark.parametrize(("wanted", "answered"), [(EARLIER[1], EARLIER[1]), ("2024-11-05", EARLIER[0])])
async def test_earlier_clients_begin_with_initialize(
    wanted: str, answered: str, desk: McpDesk, autojump_clock: Clock
) -> None:
    begin = {"protocolVersion": wanted, "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}}
    page = await desk.post(earlier("initialize", begin))
    assert json_of(page)["result"]["protocolVersion"] == answered
    assert dict(page.headers)["Mcp-Session-Id"]
    page = await desk.post(earlier("notifications/initialized", rpc_id=None), EARLIER_HEADERS)
    assert (page.status, page.body) == (202, b"")
    assert json_of(await desk.post(earlier("ping"), EARLIER_HEADERS))["result"] == {}
    listed = json_of(await desk.post(earlier("tools/list"), EARLIER_HEADERS))["result"]
    assert [*listed] == ["tools"]
    assert (await desk.post({"jsonrpc": "2.0", "id": 3, "result": {}}, EARLIER_HEADERS)).status == 202


async def test_tools_say_what_they_take_and_give(desk: McpDesk, autojump_clock: Clock) -> None:
    tools = json_of(await desk.ask("tools/list"))["result"]["tools"]
    assert [tool["name"] for tool in tools] == [*desk.calls.tools]
    for tool in tools:
        for schema in (tool["inputSchema"], tool["outputSchema"]):
            jsonschema.Draft202012Validator.check_schema(schema)
            assert schema["type"] == "object"
        assert tool["inputSchema"]["additionalProperties"] is False
        assert tool["description"]


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (CHATTER, ["chat", "list_models", "list_assistants", "verify_text", "status"]),
        (VIEWER, ["list_models", "list_assistants", "get_task", "search", "status"]),
        (VIEWER._replace(scopes=frozenset({"tasks"})), ["list_models", "get_task", "status"]),
        (VIEWER._replace(scopes=frozenset({"workspace"})), ["list_models", "list_assistants", "status"]),
    ],
)
async def test_a_token_is_shown_what_it_may_call(
    who: Identity, names: list[str], desk: McpDesk, autojump_clock: Clock
) -> None:
    tools = json_of(await desk.ask("tools/list", who=who))["result"]["tools"]
    assert [tool["name"] for tool in tools] == names
    for name in {*desk.calls.tools} - {*names}:
        result = json_of(await desk.call(name, who=who))["result"]
        assert result["isError"]
        assert result["_meta"]["orchd/error"]["code"] == "forbidden"
    assert {name for name, _ in desk.refusals} == {who.name}
    assert desk.router.asked == []


async def test_an_assistant_is_found_by_its_name(desk: McpDesk, autojump_clock: Clock) -> None:
    """Whatever its case, if there is none of just this name; whoever may chat may ask one."""
    desk.assistants.items = [assistant(1, "Poet"), assistant(2, "POET")]
    desk.router.answers |= {"conversation:create": says({"id": 3}), "chat:send": says(ANSWER)}
    listed = json_of(await desk.call("list_assistants", who=CHATTER))["result"]["structuredContent"]["assistants"]
    assert [(each["name"], "systemPrompt" in each) for each in listed] == [("Poet", False), ("POET", False)]
    for asked, found in (("POET", 2), ("Poet", 1), ("poet", 1)):
        result = json_of(await desk.call("chat", {"message": "x", "assistant": asked}, who=CHATTER))["result"]
        assert result["structuredContent"]["answer"] == "Hi"
        (create, made), (send, _) = desk.router.asked[-2:]
        assert (create, made.assistant_id, send) == ("conversation:create", found, "chat:send")
    result = json_of(await desk.call("chat", {"message": "x", "assistant": "painter"}, who=CHATTER))["result"]
    assert result["_meta"]["orchd/error"]["code"] == "not_found"


async def test_a_short_call_is_one_object(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["model:list"] = says(MODELS)
    result = json_of(await desk.call("list_models"))["result"]
    assert result["structuredContent"] == {"models": [MODEL]}
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    jsonschema.validate(result["structuredContent"], schema_of(desk.calls.tools["list_models"].result))
    assert (desk.memory.held, desk.calls.running(), desk.doorkeeper.lives) == (0, 0, [])


async def test_a_long_call_says_how_far_it_is(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = slow_chat(PATIENCE_SECONDS + 2.5 * HEARTBEAT_SECONDS)
    page = await desk.call("chat", {"message": "hello"})
    assert (page.content_type, page.watched) == ("text/event-stream", True)
    *told, last = await messages_of(page)
    assert {each["method"] for each in told} == {"notifications/progress"}
    assert {each["params"]["progressToken"] for each in told} == {"p"}
    assert told[0]["params"]["message"] == "queued, place 2, about 4 s"
    counts = [each["params"]["progress"] for each in told]
    assert counts == sorted({*counts})
    assert last["id"] == 1
    assert last["result"]["structuredContent"]["conversationId"] == ANSWER["conversationId"]
    assert last["result"]["content"] == [{"type": "text", "text": "Hi"}]
    assert (desk.memory.held, desk.calls.running()) == (0, 0)


async def test_who_takes_no_stream_waits_for_one_object(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = slow_chat(30)
    page = await desk.call("chat", {"message": "hello"}, accept="application/json")
    assert json_of(page)["result"]["content"][0]["text"] == "Hi"


async def test_a_call_ends_with_its_reader(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = never
    page = await desk.call("chat", {"message": "hello"})
    assert page.pieces is not None
    assert await anext(page.pieces) == b": begun\n\n"
    assert desk.calls.running() == 1
    await page.pieces.aclose()
    await trio.testing.wait_all_tasks_blocked()
    assert (desk.memory.held, desk.calls.running(), desk.doorkeeper.lives) == (0, 0, [])


async def test_who_leaves_before_the_stream_ends_the_call_too(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = never
    with trio.move_on_after(PATIENCE_SECONDS / 2):
        await desk.call("chat", {"message": "hello"})
    await trio.testing.wait_all_tasks_blocked()
    assert (desk.memory.held, desk.calls.running()) == (0, 0)


async def test_earlier_clients_cancel_by_a_notification(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = never
    one = {**EARLIER_HEADERS, "mcp-session-id": "s1"}
    params = {"name": "chat", "arguments": {"message": "hello"}}
    page = await desk.post(earlier("tools/call", params, rpc_id=9), one, who=CHATTER)
    notice = earlier("notifications/cancelled", {"requestId": 9}, rpc_id=None)
    for headers, who in (
        (EARLIER_HEADERS, CHATTER),
        ({**one, "mcp-session-id": "s2"}, CHATTER),
        (one, CHATTER._replace(token_id=8)),
        (one, VIEWER),
    ):
        assert (await desk.post(notice, headers, who=who)).status == 202
        assert desk.calls.running() == 1, "it is nobody else's to cancel"
    assert (await desk.post(notice, one, who=CHATTER)).status == 202
    (last,) = await messages_of(page)
    assert last["result"]["_meta"]["orchd/error"]["code"] == "cancelled"
    assert desk.calls.running() == 0


async def test_a_call_has_so_much_time(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = never
    (last,) = await messages_of(await desk.call("chat", {"message": "hello"}))
    told = last["result"]["_meta"]["orchd/error"]
    assert (told["code"], told["retryable"]) == ("timeout", True)


async def test_a_call_ends_with_its_callers_token(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = never
    page = await desk.call("chat", {"message": "hello"}, who=CHATTER)
    (live,) = desk.doorkeeper.lives
    live.end(Unauthorized("revoked"))
    (last,) = await messages_of(page)
    assert last["result"]["_meta"]["orchd/error"]["code"] == "unauthorized"


async def test_a_call_has_the_rights_that_its_caller_has_by_then(desk: McpDesk, autojump_clock: Clock) -> None:
    async def demote(_context: Context, _data: Any) -> Any:
        (live,) = desk.doorkeeper.lives
        live.become(VIEWER)
        return TASK

    desk.router.answers["task:create"] = demote
    desk.router.answers["task:subscribe"] = says({"taskId": 4})
    (last,) = await messages_of(await desk.call("run_task", {"title": "a", "description": "b"}))
    assert last["result"]["_meta"]["orchd/error"]["code"] == "forbidden"
    assert desk.refusals == [("vic", "task:run")]


async def test_our_errors_are_told_as_they_are(desk: McpDesk, autojump_clock: Clock) -> None:
    async def fail(_context: Context, _data: Any) -> Any:
        raise Unavailable("the database is away", field="message", path="$.data.message")

    async def break_down(_context: Context, _data: Any) -> Any:
        raise RuntimeError("SELECT secret")

    desk.router.answers["chat:send"] = fail
    result = json_of(await desk.call("chat", {"message": "hello"}))["result"]
    assert result["content"] == [{"type": "text", "text": 'unavailable: the database is away {"field":"message"}'}]
    told = {
        "code": "unavailable",
        "message": "the database is away",
        "retryable": True,
        "details": {"field": "message"},
    }
    assert result["_meta"]["orchd/error"] == told
    assert "structuredContent" not in result
    desk.router.answers["chat:send"] = break_down
    page = await desk.call("chat", {"message": "hello"})
    assert json_of(page)["result"]["_meta"]["orchd/error"]["code"] == "internal"
    assert b"secret" not in page.body
    failed = {**ANSWER, "status": "error", "error": {"code": "upstream_error", "message": "boom"}}
    desk.router.answers["chat:send"] = says(failed)
    told = json_of(await desk.call("chat", {"message": "hello"}))["result"]["_meta"]["orchd/error"]
    assert (told["code"], told["details"]["messageId"]) == ("upstream_error", ANSWER["id"])


@pytest.mark.parametrize(
    "arguments",
    [{}, {"message": ""}, {"message": 7}, {"message": "x", "other": 1}, {"message": "x", "conversationId": 0}],
)
async def test_wrong_arguments_are_for_the_model_to_mend(
    arguments: dict[str, Any], desk: McpDesk, autojump_clock: Clock
) -> None:
    result = json_of(await desk.call("chat", arguments))["result"]
    assert result["_meta"]["orchd/error"]["code"] == "invalid"
    assert desk.router.asked == []


async def test_a_task_is_cancelled_with_its_call(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers |= task_frames(never_ends=True)
    page = await desk.call("run_task", {"title": "a", "description": "b", "maxCalls": 5})
    assert page.pieces is not None
    await anext(page.pieces)
    create = next(data for kind, data in desk.router.asked if kind == "task:create")
    assert (create.auto_run, create.budget.max_calls, create.budget.max_tokens) == (True, 5, None)
    await page.pieces.aclose()
    await trio.testing.wait_all_tasks_blocked()
    assert [kind for kind, _ in desk.router.asked][-1] == "task:cancel"


async def test_a_task_is_ended_whose_caller_left_while_it_was_created(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers |= task_frames(never_ends=True)
    created = desk.router.answers["task:create"]

    async def create(context: Context, data: object) -> object:
        await trio.sleep(1)
        return await created(context, data)

    desk.router.answers["task:create"] = create
    with trio.move_on_after(0.5):
        await desk.call("run_task", {"title": "a", "description": "b"})
    await trio.sleep(2)
    asked = [kind for kind, _ in desk.router.asked]
    assert (asked[0], asked[-1], "task:run" in asked) == ("task:create", "task:cancel", False)
    assert desk.calls.running() == 0


async def test_arguments_may_be_null_where_none_are_needed(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["model:list"] = says(MODELS)
    asked = earlier("tools/call", {"name": "list_models", "arguments": None})
    result = json_of(await desk.post(asked, EARLIER_HEADERS))
    assert not result["result"]["isError"]


async def test_a_task_is_left_alone_when_the_daemon_stops(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers |= task_frames(never_ends=True)
    page = await desk.call("run_task", {"title": "a", "description": "b"})
    await desk.calls.drain(trio.Event())
    assert desk.calls.running() == 0
    last = (await messages_of(page))[-1]
    told = last["result"]["_meta"]["orchd/error"]
    assert (told["code"], told["details"]) == ("shutting_down", {"taskId": 4})
    assert not told["retryable"], "it would be another task"
    assert "goes on with task 4" in told["message"]
    assert "task:cancel" not in [kind for kind, _ in desk.router.asked]
    told = json_of(await desk.call("list_models"))["result"]["_meta"]["orchd/error"]
    assert told["code"] == "shutting_down"


async def test_other_calls_end_when_there_is_a_hurry(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = slow_chat(100)
    page = await desk.call("chat", {"message": "hello"})
    hurried = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(desk.calls.drain, hurried)
        await trio.testing.wait_all_tasks_blocked()
        assert desk.calls.running() == 1
        hurried.set()
    last = (await messages_of(page))[-1]
    assert last["result"]["_meta"]["orchd/error"]["code"] == "shutting_down"


async def test_a_task_that_is_done_is_told(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers |= task_frames(never_ends=False)
    (last,) = await messages_of(await desk.call("run_task", {"title": "a", "description": "b"}))
    result = last["result"]
    assert result["structuredContent"]["result"] == "forty-two"
    assert result["content"][0]["text"] == "Task 4 is completed.\n\nforty-two"
    jsonschema.validate(result["structuredContent"], schema_of(desk.calls.tools["run_task"].result))
    assert "task:cancel" not in [kind for kind, _ in desk.router.asked]


async def test_a_user_has_so_many_at_once(desk: McpDesk, autojump_clock: Clock) -> None:
    desk.router.answers["chat:send"] = never
    pages = [await desk.call("chat", {"message": "x"}, who=CHATTER) for _ in range(2)]
    refused = await desk.ask("tools/list", who=CHATTER)
    told = json_of(refused)
    assert (refused.status, told["error"]["code"], told["error"]["data"]["code"]) == (503, 503, "busy")
    for page in pages:
        assert page.pieces is not None
        await anext(page.pieces)
        await page.pieces.aclose()
    assert (await desk.ask("tools/list", who=CHATTER)).status == 200


async def test_a_body_may_be_so_long(desk: McpDesk, autojump_clock: Clock) -> None:
    page = await desk.call("chat", {"message": "x" * 20_000})
    assert (page.status, json_of(page)["error"]["data"]["code"]) == (413, "too_large")
    assert desk.memory.held == 0


async def test_frames_that_nobody_listens_for_are_passed_over(desk: McpDesk, autojump_clock: Clock) -> None:
    async def talk(context: Context, _data: Any) -> Any:
        with context.peer.gather():
            context.peer.put(frame("model:progress", {"x": "y" * 70_000}))
            context.peer.put_latest("k", frame("model:queue:changed", {"x": "y" * 200}))
        return MODELS

    desk.router.answers["model:list"] = talk
    assert not json_of(await desk.call("list_models"))["result"]["isError"]


async def test_a_frame_that_is_wrong_breaks_nothing_for_whoever_puts_it(desk: McpDesk, autojump_clock: Clock) -> None:
    async def mumble(context: Context, _data: Any) -> Any:
        context.peer.put(frame("chat:progress", {"phase": 7}))
        return ANSWER

    desk.router.answers["chat:send"] = mumble
    with capture_logs() as logs:
        assert not json_of(await desk.call("chat", {"message": "x"}))["result"]["isError"]
    assert [line["what"] for line in logs if line["event"] == "unexpected"] == ["frame for a tool"]


async def test_what_is_wrong_is_not_said_at_length(desk: McpDesk, autojump_clock: Clock) -> None:
    page = await desk.call("chat", {"message": "x", "y" * 10_000: 1})
    assert len(page.body) < 2_000
