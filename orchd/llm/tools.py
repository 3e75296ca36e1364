"""Functions that a model may ask to have called: what it is offered, and what it asks for.

The structs are as the OpenAI-compatible API writes them, so that they go upstream as they are. Nothing is called here:
whoever asked calls, and asks again with the result as a turn of the role `tool`.
"""

from typing import Any, Literal, TypeAlias

from msgspec import Struct


class OfferedFunction(Struct, frozen=True, omit_defaults=True):
    """A function that may be called; `parameters` is a JSON schema of the object that it takes."""

    name: str
    description: str | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class Tool(Struct, frozen=True):
    """What a model is offered."""

    function: OfferedFunction
    type: Literal["function"] = "function"


class NamedFunction(Struct, frozen=True):
    """The name of a function."""

    name: str


class NamedTool(Struct, frozen=True):
    """The tool that must be called."""

    function: NamedFunction
    type: Literal["function"] = "function"


ToolSelection: TypeAlias = Literal["auto", "none", "required"] | NamedTool
"""Whether tools are called: as the model likes, not at all, at least one, or just that one."""


class CalledFunction(Struct, frozen=True):
    """A call: `arguments` is text as the model wrote it, meant to be a JSON object but not always one."""

    name: str
    arguments: str


class ToolCall(Struct, frozen=True):
    """A call that a model asks for; the turn with its result names the `id`."""

    id: str
    function: CalledFunction
    type: Literal["function"] = "function"
