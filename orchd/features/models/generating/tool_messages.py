"""Tools in the frames of `model:complete`, in the shape of the OpenAI-compatible API, so that a client may hand on what
it has.
"""

from typing import Annotated, Any, Literal, TypeAlias

from msgspec import Meta, Struct

ToolName: TypeAlias = Annotated[str, Meta(pattern=r"^[a-zA-Z0-9_.-]{1,64}$")]
ToolCallId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=256)]


class ModelToolFunction(Struct, frozen=True, forbid_unknown_fields=True):
    """A function that may be called; `parameters` is a JSON schema of the object that it takes."""

    name: ToolName
    description: Annotated[str, Meta(max_length=16_000)] | None = None
    parameters: dict[str, Any] | None = None
    strict: bool | None = None


class ModelTool(Struct, frozen=True, forbid_unknown_fields=True):
    """What a model may ask to have called."""

    function: ModelToolFunction
    type: Literal["function"] = "function"


class ModelToolName(Struct, frozen=True, forbid_unknown_fields=True):
    """The name of a function that is offered."""

    name: ToolName


class ModelNamedTool(Struct, frozen=True, forbid_unknown_fields=True):
    """The one tool that must be called."""

    function: ModelToolName
    type: Literal["function"] = "function"


class ModelCalledFunction(Struct, frozen=True, forbid_unknown_fields=True):
    """A call as a client hands it back: `arguments` is the text as the model wrote it."""

    name: Annotated[str, Meta(min_length=1, max_length=256)]
    arguments: Annotated[str, Meta(max_length=1_000_000)]


class ModelToolCall(Struct, frozen=True, forbid_unknown_fields=True):
    """A call that an assistant's message asks for."""

    id: ToolCallId
    function: ModelCalledFunction
    type: Literal["function"] = "function"


class ModelAskedFunction(Struct, frozen=True):
    """A call as the model wrote it: `arguments` should be a JSON object, and is not always one."""

    name: str
    arguments: str


class ModelAskedCall(Struct, frozen=True):
    """A call that the model asks for. Its result goes back as a message of the role `tool` with that `toolCallId`."""

    id: str
    function: ModelAskedFunction
    type: Literal["function"] = "function"
