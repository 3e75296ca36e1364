"""Tool calls that the simulator makes up: each of the tools offered in turn, with arguments that fit its schema.

Agents offer dozens of tools, so one whose schema can't be followed here is passed over for the next one.
"""

import random

import msgspec

from orchd.errors import Invalid
from orchd.json_schema import JsonSchema
from orchd.llm.tools import CalledFunction, OfferedFunction, ToolCall
from orchd.simulator.content.schema_instance import instance
from orchd.simulator.faults import Faults

PIECE_CHARACTERS = 7

CallPiece = dict[str, object]


def made_calls(
    rng: random.Random, tools: tuple[OfferedFunction, ...], count: int, *, cut: bool
) -> tuple[ToolCall, ...]:
    """Return `count` calls; `cut`: the last one's arguments end in the middle.

    Raises Invalid when arguments that fit can be made for none of the tools.
    """
    calls = []
    for number in range(count):
        first = number % len(tools)
        tool, arguments = _make(rng, tools[first:] + tools[:first])
        if cut and number == count - 1:
            arguments = arguments[: len(arguments) // 2]
        name = str(rng.randrange(100_000_000, 1_000_000_000))
        calls.append(ToolCall(name, CalledFunction(tool.name, arguments)))
    return tuple(calls)


def _make(rng: random.Random, tools: tuple[OfferedFunction, ...]) -> tuple[OfferedFunction, str]:
    """Return the first of the tools for which arguments can be made, and those."""
    refused: Invalid | None = None
    for tool in tools:
        try:
            made = instance(JsonSchema(tool.parameters or {"type": "object"}), rng)
        except Invalid as error:
            refused = refused or error
        else:
            return tool, msgspec.json.encode(made).decode()
    assert refused is not None, "somebody offers tools"
    raise refused


def pieces(calls: tuple[ToolCall, ...], faults: Faults) -> list[CallPiece]:
    """Return the members of `delta.tool_calls`, an event each: as LM Studio cuts calls, or as the faults ask."""
    if faults.call_form == "whole":
        return [_piece(0, call, call.function.arguments) for call in calls]
    found = []
    for index, call in enumerate(calls):
        found.append(_piece(index, call, ""))
        text = call.function.arguments
        for start in range(0, len(text), PIECE_CHARACTERS):
            piece: CallPiece = {"index": index, "function": {"arguments": text[start : start + PIECE_CHARACTERS]}}
            if faults.call_form == "odd":
                piece |= {"id": f"{call.id}-{start}"}
                piece["function"] = {"name": "", "arguments": text[start : start + PIECE_CHARACTERS]}
            found.append(piece)
    return found


def _piece(index: int, call: ToolCall, arguments: str) -> CallPiece:
    function = {"name": call.function.name, "arguments": arguments}
    return {"index": index, "id": call.id, "type": "function", "function": function}
