"""The answer as the Responses API tells it: items, one after the other, each opened once and closed once.

Reasoning, then the message, then what is to be called: models write in this order, and where one thinks again in the
middle of its answer a further item begins. While nothing comes, `response.in_progress` says again that it is alive,
since some programs count events, and not comments.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from orchd.clock import unix_now
from orchd.errors import OrchdError
from orchd.features.gateway.refusals import OVERFLOW, TOO_LONG, error_members
from orchd.features.gateway.responses.request import ResponsesRequest
from orchd.features.gateway.responses.tools import ToolReference, custom_input
from orchd.features.gateway.sources import AnswerEnd, AnswerText, EarlyEnd, RelayEvent, RelayRemark
from orchd.features.gateway.translation.answering import around_text, comment, encode_text, event_bytes
from orchd.features.gateway.translation.calls import unique_id
from orchd.llm import (
    Channel,
    Outcome,
    RelayedPiece,
    ToolCall,
    Usage,
)

CODES = {"rate_limited": "rate_limit_exceeded", "invalid": "invalid_prompt"}
"""What the API calls errors of an answer; `server_error` for all others."""


class ResponseScribe:
    """Writes one response."""

    thoughts = True

    def __init__(self, asked: ResponsesRequest, model: str) -> None:
        self._asked = asked
        self._model = model
        self._id = f"resp_{secrets.token_hex(16)}"
        self._created = unix_now() // 1000
        self._output: list[dict[str, Any]] = []
        self._open: tuple[Channel, str, list[str]] | None = None
        """What the item that is being written holds: its channel, its id, and its texts so far."""
        self._around = b"", b"", b""
        """What stands around the number and the text of that item's next piece, whose events are otherwise the same."""
        self._count = 0
        self._end: dict[str, Any] = {"status": "in_progress"}

    def begin(self) -> bytes:
        """Return the events that say that there is a response."""
        return self._lifecycle("created") + self._lifecycle("in_progress")

    def take(self, event: RelayEvent) -> bytes:
        """Return the events that a piece of the answer becomes."""
        if isinstance(event, AnswerText):  # first, as nearly each one is
            return self._take_text(event.channel, event.text)
        match event:
            case RelayRemark():
                return comment(event) + self._lifecycle("in_progress")
            case AnswerEnd(outcome):
                return self._finish(outcome)
            case EarlyEnd(reason):
                return self._close("incomplete", _cut("max_output_tokens"), {"orchd": {"cut": reason}})
            case RelayedPiece():
                return b""  # what it says comes by itself

    def fail(self, error: OrchdError) -> bytes:
        """Return the events that end a response which isn't going to be whole."""
        told, written = error_members(error), self._close_item("incomplete")
        code = OVERFLOW if is_too_long(error) else CODES.get(error.code, "server_error")
        self._end = {"status": "failed", "error": {"code": code, "message": error.message, "orchd": told}}
        return written + self._lifecycle("failed")

    def end(self) -> bytes:
        """Return nothing: the answer's own end is the last event."""
        return b""

    def whole(self) -> dict[str, Any]:
        """Return the response as it is by now."""
        response = {
            "id": self._id,
            "object": "response",
            "created_at": self._created,
            "model": self._model,
            "error": None,
            "incomplete_details": None,
            "instructions": None,
            "metadata": {},
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "previous_response_id": None,
            "store": False,
            "truncation": "disabled",
            "usage": None,
            "output": self._output,
        }
        return {**response, **self._asked.echo, **self._end}

    def _take_text(self, channel: Channel, text: str) -> bytes:
        written = b""
        if self._open is not None and self._open[0] != channel:
            written = self._close_item("completed")
        if self._open is None:
            written += self._open_item(channel)
        assert self._open is not None
        self._open[2].append(text)
        if not self._asked.streams:
            return written
        before, between, after = self._around
        self._count += 1
        return b"%b%b%d%b%b%b" % (written, before, self._count - 1, between, encode_text(text), after)

    def _open_item(self, channel: Channel) -> bytes:
        name = f"{_PREFIXES[channel]}_{secrets.token_hex(16)}"
        self._open = channel, name, []
        item = _item(channel, name, [], "in_progress")
        added = {"output_index": len(self._output), "item": item}
        numbered = {"sequence_number": "", **self._place(), "delta": "", **_LOGPROBS[channel]}
        head, after = around_text("delta", event_bytes(_TEXTS[channel] + ".delta", numbered))
        before, between = around_text("sequence_number", head)
        self._around = before, between, after
        written = self._event("response.output_item.added", added)
        return written + self._event("response.content_part.added", {**self._place(), "part": _part(channel, "")})

    def _close_item(self, status: str) -> bytes:
        """Close the item that is being written, if one is."""
        if self._open is None:
            return b""
        channel, name, texts = self._open
        text, place = "".join(texts), self._place()
        item = _item(channel, name, [_part(channel, text)], status)
        written = self._event(_TEXTS[channel] + ".done", {**place, "text": text, **_LOGPROBS[channel]})
        written += self._event("response.content_part.done", {**place, "part": _part(channel, text)})
        written += self._event("response.output_item.done", {"output_index": len(self._output), "item": item})
        self._output.append(item)
        self._open = None
        return written

    def _finish(self, outcome: Outcome) -> bytes:
        self._model = outcome.model or self._model
        usage = {"usage": None if outcome.usage is None else _usage(outcome.usage)}
        if outcome.finish_reason in _INCOMPLETE:
            return self._close("incomplete", _cut(_INCOMPLETE[outcome.finish_reason]), usage)
        return self._close_item("completed") + self._call(outcome.tool_calls) + self._close("completed", {}, usage)

    def _call(self, calls: Sequence[ToolCall]) -> bytes:
        return b"".join(map(self._write_call, calls))

    def _write_call(self, call: ToolCall) -> bytes:
        """Write a call. Its arguments come in one piece, for half of them is of no use."""
        name, arguments = call.function.name, call.function.arguments
        reference = self._asked.tools.references.get(name) or ToolReference(name, None, custom=False)
        custom = reference.custom
        member, value = ("input", custom_input(arguments)) if custom else ("arguments", arguments)
        item: dict[str, Any] = {
            "id": f"{'ctc' if custom else 'fc'}_{secrets.token_hex(16)}",
            "type": "custom_tool_call" if custom else "function_call",
            "call_id": unique_id(call, "call"),
            "name": reference.name,
            **({} if reference.namespace is None else {"namespace": reference.namespace}),
        }
        kind = "response.custom_tool_call_input" if custom else "response.function_call_arguments"
        place = {"item_id": item["id"], "output_index": len(self._output)}
        index = {"output_index": len(self._output)}
        begun, done = {**item, member: "", "status": "in_progress"}, {**item, member: value, "status": "completed"}
        self._output.append(done)
        return b"".join(
            [
                self._event("response.output_item.added", {**index, "item": begun}),
                self._event(f"{kind}.delta", {**place, "delta": value}),
                self._event(f"{kind}.done", {**place, member: value, **({} if custom else {"name": reference.name})}),
                self._event("response.output_item.done", {**index, "item": done}),
            ]
        )

    def _close(self, status: str, details: dict[str, Any], more: dict[str, Any]) -> bytes:
        written = self._close_item("completed" if status == "completed" else "incomplete")
        self._end = {"status": status, **details, **more}
        return written + self._lifecycle(status)

    def _place(self) -> dict[str, Any]:
        assert self._open is not None
        return {"item_id": self._open[1], "output_index": len(self._output), "content_index": 0}

    def _lifecycle(self, what: str) -> bytes:
        return self._event(f"response.{what}", {"response": self.whole()})

    def _event(self, name: str, members: dict[str, Any]) -> bytes:
        if not self._asked.streams:
            return b""
        self._count += 1
        return event_bytes(name, {"sequence_number": self._count - 1, **members})


_TEXTS: dict[Channel, str] = {"content": "response.output_text", "reasoning": "response.reasoning_text"}
_PREFIXES: dict[Channel, str] = {"content": "msg", "reasoning": "rs"}
_LOGPROBS: dict[Channel, dict[str, Any]] = {"content": {"logprobs": []}, "reasoning": {}}
_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


def is_too_long(error: OrchdError) -> bool:
    """Whether it is the prompt that is too long for the model: programs look for `context_length_exceeded` in a
    response, and shorten it."""
    return error.reason in TOO_LONG


def _item(channel: Channel, name: str, content: list[dict[str, Any]], status: str) -> dict[str, Any]:
    if channel == "reasoning":
        return {"id": name, "type": "reasoning", "summary": [], "content": content, "status": status}
    return {"id": name, "type": "message", "role": "assistant", "status": status, "content": content}


def _part(channel: Channel, text: str) -> dict[str, Any]:
    if channel == "reasoning":
        return {"type": "reasoning_text", "text": text}
    return {"type": "output_text", "text": text, "annotations": [], "logprobs": []}


def _cut(reason: str) -> dict[str, Any]:
    return {"incomplete_details": {"reason": reason}}


def _usage(usage: Usage) -> dict[str, Any]:
    return {
        "input_tokens": usage.prompt_tokens,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": usage.completion_tokens,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning_tokens or 0},
        "total_tokens": usage.total_tokens,
    }
