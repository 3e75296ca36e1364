import msgspec

from orchd.llm.asking.ask import request_members
from orchd.llm.tools import CalledFunction, NamedFunction, NamedTool, OfferedFunction, Tool, ToolCall, ToolSelection
from orchd.llm.types import Prompt, Turn

LOOK = Tool(OfferedFunction("look", "Looks.", {"type": "object"}))


def sent(*turns: Turn, tools: tuple[Tool, ...] = (), choice: ToolSelection | None = None) -> dict[str, object]:
    """The request's members that are about tools."""
    body: dict[str, object] = msgspec.json.decode(
        msgspec.json.encode(request_members(Prompt(turns, tools=tools, tool_choice=choice), "m", "openai"))
    )
    return {name: body[name] for name in ("messages", "tools", "tool_choice") if name in body}


def test_without_tools_nothing_is_said_of_them() -> None:
    assert sent(Turn("user", "Hi")) == {"messages": [{"role": "user", "content": "Hi"}]}
    assert "tool_choice" not in sent(Turn("user", "Hi"), choice="none"), "some servers refuse it alone"


def test_what_is_offered_goes_out_as_it_is() -> None:
    function = {"name": "look", "description": "Looks.", "parameters": {"type": "object"}}
    assert sent(Turn("user", "Hi"), tools=(LOOK,), choice="required") == {
        "messages": [{"role": "user", "content": "Hi"}],
        "tools": [{"type": "function", "function": function}],
        "tool_choice": "required",
    }
    bare = sent(Turn("user", "Hi"), tools=(Tool(OfferedFunction("look")),), choice=NamedTool(NamedFunction("look")))
    assert bare["tools"] == [{"type": "function", "function": {"name": "look"}}]
    assert bare["tool_choice"] == {"type": "function", "function": {"name": "look"}}


def test_calls_and_their_results_go_back_as_turns() -> None:
    call = ToolCall("1", CalledFunction("look", '{"at": "it"}'))
    turns = Turn("assistant", "", tool_calls=(call,)), Turn("tool", "seen", tool_call_id="1")
    assert sent(*turns)["messages"] == [
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "look", "arguments": '{"at": "it"}'}}],
        },
        {"role": "tool", "content": "seen", "tool_call_id": "1"},
    ]
