"""Tools on their way to a model and its calls on their way back: what doesn't fit together is refused here.

Servers and chat templates answer a result without its call, or a tool offered twice, with errors that name nothing.
What the functions take is not looked at: a schema that a server can't use is for that server to refuse.
"""

from collections.abc import Sequence

import msgspec

from orchd.errors import Invalid
from orchd.features.models.generating.tool_messages import ModelAskedCall, ModelAskedFunction, ModelNamedTool, ModelTool
from orchd.features.models.messages import ModelComplete, ModelTurn
from orchd.llm import CalledFunction, NamedFunction, NamedTool, OfferedFunction, Tool, ToolCall, ToolSelection
from orchd.llm.types import Turn

MAX_TOOLS_BYTES = 256 * 1024
"""Of all tools together, as JSON: each of them is part of the prompt."""


def offered_tools(data: ModelComplete) -> tuple[Tool, ...]:
    """Return the tools of a request. Raises Invalid for a name given twice, or more than a prompt can bear."""
    names: set[str] = set()
    for index, tool in enumerate(data.tools):
        if tool.function.name in names:
            path = f"$.data.tools[{index}].function.name"
            raise Invalid(f"there are two tools called {tool.function.name}", field="tools", path=path)
        names.add(tool.function.name)
    if len(msgspec.json.encode(data.tools)) > MAX_TOOLS_BYTES:
        raise Invalid(f"the tools are over {MAX_TOOLS_BYTES} bytes long", field="tools", path="$.data.tools")
    return tuple(map(_tool, data.tools))


def choice(data: ModelComplete) -> ToolSelection | None:
    """Return which tools a request wants called. Raises Invalid for one that isn't offered."""
    wanted = data.tool_choice
    if wanted is None:
        return None
    if not data.tools:
        raise Invalid("there are no tools to choose from", field="toolChoice", path="$.data.toolChoice")
    if not isinstance(wanted, ModelNamedTool):
        return wanted
    name = wanted.function.name
    if all(name != tool.function.name for tool in data.tools):
        path = "$.data.toolChoice.function.name"
        raise Invalid(f"there is no tool called {name}", field="toolChoice", path=path)
    return NamedTool(NamedFunction(name))


def turns(messages: Sequence[ModelTurn]) -> tuple[Turn, ...]:
    """Return what a model is shown. Raises Invalid for calls that aren't the assistant's, and results of no call."""
    asked: set[str] = set()
    found = []
    for index, message in enumerate(messages):
        path = f"$.data.messages[{index}]"
        if message.tool_calls and message.role != "assistant":
            raise Invalid("only an assistant asks for calls", field="messages", path=f"{path}.toolCalls")
        if (message.role == "tool") != (message.tool_call_id is not None):
            raise Invalid("a tool's message has a toolCallId, others don't", field="messages", path=path)
        if message.tool_call_id is not None and message.tool_call_id not in asked:
            raise Invalid("no message before it asks for that call", field="messages", path=f"{path}.toolCallId")
        asked.update(call.id for call in message.tool_calls)
        calls = tuple(
            ToolCall(call.id, CalledFunction(call.function.name, call.function.arguments))
            for call in message.tool_calls
        )
        found.append(Turn(message.role, message.content, calls, message.tool_call_id))
    return tuple(found)


def asked_calls(calls: Sequence[ToolCall]) -> list[ModelAskedCall]:
    """Return the calls that a model asks for, as a client is told of them."""
    return [ModelAskedCall(call.id, ModelAskedFunction(call.function.name, call.function.arguments)) for call in calls]


def _tool(tool: ModelTool) -> Tool:
    function = tool.function
    return Tool(OfferedFunction(function.name, function.description, function.parameters, function.strict))
