"""What the model may ask to have called: functions, under the names that a chat knows them by.

Those of a namespace have its name before theirs. A custom tool, which takes any text, is a function of one text: what
models for chats can call. Tools that OpenAI itself would carry out (searches, computers, ...) are there for nobody, and
are left out: programs send them to whoever answers.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

import msgspec

from orchd.features.gateway.translation.reading import check_tools, wrong

SEPARATOR = "__"
"""Between a namespace and the name of a tool in it."""


class ToolMember(msgspec.Struct):
    """A tool as a request offers it, of any type."""

    type: str
    name: str | None = None
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None
    format: dict[str, Any] | None = None
    tools: list["ToolMember"] | None = None


class ToolPreference(msgspec.Struct):
    """Which tool is to be called, as `tool_choice` says it."""

    type: str
    name: str | None = None
    namespace: str | None = None
    mode: str | None = None
    tools: list["ToolPreference"] | None = None


class ToolReference(NamedTuple):
    """What a function of a chat is in the API."""

    name: str
    namespace: str | None
    custom: bool


class OfferedTools(NamedTuple):
    """Functions as a chat has them, what each is in the API, by its name in the chat, and which is to be called."""

    functions: list[dict[str, Any]]
    references: Mapping[str, ToolReference]
    choice: Any = None
    """As a chat has it; None leaves it to the model."""

    def members(self) -> dict[str, Any]:
        """Return the members of a chat's body."""
        if not self.functions:
            return {}
        return {"tools": self.functions, **({} if self.choice is None else {"tool_choice": self.choice})}


def offered_tools(tools: Sequence[ToolMember], choice: str | ToolPreference | None) -> OfferedTools:
    """Return what a request offers. Raises `Invalid`."""
    functions: list[dict[str, Any]] = []
    references: dict[str, ToolReference] = {}
    check_tools(sum(1 + len(tool.tools or ()) for tool in tools))
    for path, namespace, tool in _callable(tools):
        if not tool.name:
            raise wrong(f"{path}.name", "is missing")
        name = chat_name(namespace, tool.name)
        references[name] = ToolReference(tool.name, namespace, tool.type == "custom")
        functions.append({"type": "function", "function": _function(name, tool)})
    return _choose(OfferedTools(functions, references), choice)


def chat_name(namespace: str | None, name: str) -> str:
    """Return what a chat calls a tool."""
    return f"{namespace}{SEPARATOR}{name}" if namespace else name


def custom_arguments(text: str) -> str:
    """Return the arguments by which a custom tool is called as a function."""
    return json.dumps({"input": text}, ensure_ascii=False)


def custom_input(arguments: str) -> str:
    """Return the text that a custom tool is called with; arguments of another form are that text themselves."""
    try:
        return msgspec.json.decode(arguments, type=_CustomCall).input
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return arguments


class _CustomCall(msgspec.Struct):
    input: str


def _callable(tools: Sequence[ToolMember]) -> Iterator[tuple[str, str | None, ToolMember]]:
    """Yield the tools that the program itself carries out: the path of each, its namespace, and it."""
    for place, tool in enumerate(tools):
        path = f"tools[{place}]"
        if tool.type in ("function", "custom"):
            yield path, None, tool
        elif tool.type == "namespace":
            for inner_place, inner in enumerate(tool.tools or []):
                if inner.type in ("function", "custom"):
                    yield f"{path}.tools[{inner_place}]", tool.name, inner


def _function(name: str, tool: ToolMember) -> dict[str, Any]:
    if tool.type == "custom":
        rule = tool.format or {}
        syntax = (
            f"\n\nThe input follows this {rule.get('syntax')} grammar:\n{rule['definition']}"
            if (isinstance(rule.get("definition"), str))
            else ""
        )
        text = {"type": "string", "description": "The input of the tool, as it is."}
        parameters = {"type": "object", "properties": {"input": text}, "required": ["input"]}
        return {"name": name, "description": (tool.description or "") + syntax, "parameters": parameters}
    told = {"description": tool.description, "parameters": tool.parameters, "strict": tool.strict or None}
    return {"name": name, **{key: value for key, value in told.items() if value is not None}}


def _choose(offered: OfferedTools, choice: str | ToolPreference | None) -> OfferedTools:
    if isinstance(choice, str):
        return offered._replace(choice=_mode(choice, "tool_choice"))
    if choice is None:
        return offered
    if choice.type == "allowed_tools":
        allowed = {_find_name(tool, offered, f"tool_choice.tools[{n}]") for n, tool in enumerate(choice.tools or [])}
        functions = [each for each in offered.functions if each["function"]["name"] in allowed]
        return offered._replace(functions=functions, choice=_mode(choice.mode or "auto", "tool_choice.mode"))
    name = _find_name(choice, offered, "tool_choice")
    return offered._replace(choice={"type": "function", "function": {"name": name}})


def _mode(choice: str, path: str) -> Literal["none", "required"] | None:
    match choice:
        case "auto":
            return None
        case "none" | "required":
            return choice
    raise wrong(path, "must be `auto`, `none`, `required` or name a tool")


def _find_name(choice: ToolPreference, offered: OfferedTools, path: str) -> str:
    """Return what the chat calls a tool. Raises `Invalid` for one that isn't offered, or that nobody here carries
    out."""
    name = chat_name(choice.namespace, choice.name or "")
    if choice.type not in ("function", "custom"):
        raise wrong(f"{path}.type", "must be `function`, `custom` or `allowed_tools`: no others are carried out")
    if name not in offered.references:
        raise wrong(f"{path}.name", "is none of the `tools`")
    return name
