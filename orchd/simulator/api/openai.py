"""The OpenAI-compatible API's answers, and the v0 API's, which add `stats`, `model_info` and `runtime` to them."""

import time

from orchd.llm.types import Channel
from orchd.simulator.api.dialect import Account, Encoder, EventWriter, Stage, json_bytes
from orchd.simulator.content.answer import SimulatedAnswer
from orchd.simulator.content.calling import pieces
from orchd.simulator.faults import Faults
from orchd.simulator.models import Instance

RUNTIME = {"name": "simulator", "version": "1", "supported_formats": ["simulated"]}


class OpenAIDialect:
    """`/v1/chat/completions`; with `extended`, `/api/v0/chat/completions`. Loading and prefill are silent here."""

    def __init__(
        self, number: int, instance: Instance, faults: Faults, *, include_usage: bool, extended: bool = False
    ) -> None:
        self._faults = faults
        self._instance = instance
        self._model = faults.model or instance.id
        self._include_usage = include_usage
        self._extended = extended
        self._id = f"chatcmpl-simulated-{number}"
        self._created = int(time.time())
        self._writer = EventWriter(faults)

    def start(self) -> bytes:
        if not self._faults.odd:
            return b""
        null: dict[str, object] = {"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}
        bare: dict[str, object] = {"index": 0, "finish_reason": None}
        unknown = {"type": "simulated.unknown", "members": [1, {"a": None}]}
        odd = [self._chunk([null]), self._chunk([]), self._chunk([bare]), self._writer.event(json_bytes(unknown))]
        return b"".join(odd)

    def load(self, stage: Stage, value: float) -> bytes:
        return b""

    def prompt(self, stage: Stage, progress: float) -> bytes:
        return b""

    def edge(self, channel: Channel, stage: Stage) -> bytes:
        return b""

    def token(self, channel: Channel) -> Encoder:
        member = "content" if channel == "content" else self._faults.reasoning_field
        mark = "\x00"
        choice = {"index": 0, "delta": {"role": "assistant", member: mark}, "logprobs": None, "finish_reason": None}
        before, _, after = json_bytes(self._object([choice])).partition(json_bytes(mark))
        head, tail = self._writer.around(before, after)
        return lambda text: head + json_bytes(text) + tail

    def calls(self, answer: SimulatedAnswer) -> bytes:
        deltas = [{"role": "assistant", "tool_calls": [piece]} for piece in pieces(answer.calls, self._faults)]
        return b"".join(self._chunk([_choice(delta)]) for delta in deltas)

    def comment(self) -> bytes:
        return self._writer.comment()

    def error(self, error: dict[str, str | None], account: Account) -> bytes:
        shape = self._faults.error_shape
        data = json_bytes({"error": error["message"] if shape == "string" else error})
        event = self._writer.event(data, "error" if shape == "event" else None)
        return event + (self._done_event() if self._faults.error_done else b"")

    def finish(self, answer: SimulatedAnswer, account: Account) -> bytes:
        events = b""
        if not self._faults.no_finish:
            last = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": answer.finish_reason}
            events += self._chunk([last], **(self._extension(answer, account) if self._extended else {}))
        if self._include_usage:
            events += self._chunk([], usage=account.usage())
        return events + (b"" if self._faults.no_done else self._done_event())

    def whole(self, answer: SimulatedAnswer, account: Account) -> bytes:
        message: dict[str, object] = {"role": "assistant", "content": account.text("content")}
        if answer.calls:
            message["tool_calls"] = answer.calls
        if account.tokens["reasoning"]:
            message[self._faults.reasoning_field] = account.text("reasoning")
        reason = None if self._faults.no_finish else answer.finish_reason
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        body = self._object([choice]) | {"object": "chat.completion", "usage": account.usage()}
        return json_bytes(body | (self._extension(answer, account) if self._extended else {}))

    def _object(self, choices: list[dict[str, object]]) -> dict[str, object]:
        return {
            "id": self._id,
            "object": "chat.completion.chunk",
            "created": self._created,
            "model": self._model,
            "system_fingerprint": "simulated",
            "choices": choices,
        }

    def _chunk(self, choices: list[dict[str, object]], **more: object) -> bytes:
        return self._writer.event(json_bytes(self._object(choices) | more))

    def _done_event(self) -> bytes:
        return self._writer.event(b"[DONE]")

    def _extension(self, answer: SimulatedAnswer, account: Account) -> dict[str, object]:
        timings = account.timings()
        return {
            "stats": {
                "tokens_per_second": timings.rate,
                "time_to_first_token": timings.first,
                "generation_time": timings.rest,
                "stop_reason": answer.cause,
            },
            "model_info": {
                "arch": "simulated",
                "quant": "none",
                "format": "simulated",
                "context_length": self._instance.context,
            },
            "runtime": RUNTIME,
        }


def _choice(delta: object) -> dict[str, object]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": None}
