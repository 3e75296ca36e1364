"""What a tool is: what clients are told of it, and what it does.

    McpTool("search", "Search", "Searches for words.", SearchArguments, SearchResult, ("search",), search, reads=True)

Its schemas are made from the structs of its arguments and of its result, as msgspec reads and writes them, so that they
say what is true. What its members are stands in their types, since docstrings are gone under `python -OO`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import cached_property
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct

from orchd.errors import Invalid, OrchdError
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.asking.inner_client import MAX_TOLD
from orchd.protocol.types import RowId

A = TypeVar("A", bound="ToolArguments")
R = TypeVar("R", bound="ToolResult")

REF = "#/$defs/"
ConversationId: TypeAlias = Annotated[RowId, Meta(description="Id of a conversation.")]
TaskId: TypeAlias = Annotated[RowId, Meta(description="Id of a task.")]


class ToolArguments(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What a client says with a call: closed, so that a misspelt member is an error and not a silent default."""


class ToolResult(Struct, frozen=True, rename="camel"):
    """What a tool gives back: it may grow members, and never loses one."""


def as_json(result: ToolResult) -> str:
    """Return a result as the text of its JSON."""
    return msgspec.json.encode(result).decode()


class McpTool(Generic[A, R]):
    """A tool. `needs` are the types of requests that it can't do without: who may not make one of them is not offered
    it; of those in `either` one is enough. `reads`: it changes nothing. `lasting`: what it begins goes on by itself
    when the daemon stops. `text` says a result in words, for clients that take no JSON."""

    def __init__(
        self,
        name: str,
        title: str,
        description: str,
        arguments: type[A],
        result: type[R],
        needs: tuple[str, ...],
        work: Callable[[McpCall, A], Awaitable[R]],
        *,
        either: tuple[str, ...] = (),
        text: Callable[[R], str] = as_json,
        reads: bool = False,
        lasting: bool = False,
    ) -> None:
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
        self.result = result
        self.needs = needs
        self.either = either
        self.reads = reads
        self.lasting = lasting
        self._work = work
        self._text = text

    @cached_property
    def definition(self) -> Mapping[str, Any]:
        """What `tools/list` says of it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "inputSchema": schema_of(self.arguments),
            "outputSchema": schema_of(self.result),
            "annotations": {"readOnlyHint": self.reads, "destructiveHint": False, "openWorldHint": False},
        }

    def lack(self, refusal: Callable[[str], OrchdError | None]) -> str | None:
        """Return the first type of request that it lacks, None where it may be called. `refusal`: why somebody may not
        make one."""
        lacking = [kind for kind in self.needs if refusal(kind) is not None]
        if self.either and all(refusal(kind) is not None for kind in self.either):
            lacking.append(self.either[0])
        return lacking[0] if lacking else None

    def prepare(self, arguments: bytes) -> Callable[[McpCall], Awaitable[R]]:
        """Return what does the work with these arguments, the JSON of an object. Raises `Invalid`."""
        try:
            read = msgspec.json.decode(arguments, type=self.arguments)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Invalid(f"the arguments of {self.name} are wrong: {str(error)[:MAX_TOLD]}") from None

        async def work(call: McpCall) -> R:
            return await self._work(call, read)

        return work

    def text_of(self, result: Struct) -> str:
        """Return a result of this tool in words."""
        assert isinstance(result, self.result)
        return self._text(result)


AnyTool: TypeAlias = McpTool[Any, Any]


def schema_of(kind: type[Struct]) -> dict[str, Any]:
    """Return the JSON schema of a struct that doesn't hold itself; its own members stand at the top."""
    whole = msgspec.json.schema(kind)
    definitions = whole["$defs"]
    own = definitions.pop(whole["$ref"].removeprefix(REF))
    return {**own, **({"$defs": definitions} if definitions else {})}
