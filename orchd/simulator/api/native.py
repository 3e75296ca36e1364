"""The native v1 API's answers: named events that also tell how loading and reading the prompt go."""

from orchd.llm.types import Channel
from orchd.simulator.api.dialect import Account, Encoder, EventWriter, Stage, json_bytes
from orchd.simulator.content.answer import SimulatedAnswer
from orchd.simulator.faults import Faults
from orchd.simulator.models import Instance

_NAMES = {"content": "message", "reasoning": "reasoning"}


class NativeDialect:
    """`/api/v1/chat`. It has no finish reason: `chat.end` says that the answer is whole."""

    def __init__(self, instance: Instance, faults: Faults, *, response_id: str | None) -> None:
        self._faults = faults
        self._model = faults.model or instance.id
        self._response_id = response_id
        self._writer = EventWriter(faults)

    def start(self) -> bytes:
        start = self._event("chat.start", model_instance_id=self._model)
        return start + (self._event("simulated.unknown", members=[1, {"a": None}]) if self._faults.odd else b"")

    def load(self, stage: Stage, value: float) -> bytes:
        more: dict[str, object] = {}
        if stage != "start":
            more = {"progress" if stage == "progress" else "load_time_seconds": value}
        return self._event(f"model_load.{stage}", model_instance_id=self._model, **more)

    def prompt(self, stage: Stage, progress: float) -> bytes:
        more: dict[str, object] = {"progress": progress} if stage == "progress" else {}
        return self._event(f"prompt_processing.{stage}", **more)

    def edge(self, channel: Channel, stage: Stage) -> bytes:
        return self._event(f"{_NAMES[channel]}.{stage}")

    def token(self, channel: Channel) -> Encoder:
        name = f"{_NAMES[channel]}.delta"
        head, tail = self._writer.around(b'{"type":' + json_bytes(name) + b',"content":', b"}", name)
        return lambda text: head + json_bytes(text) + tail

    def calls(self, answer: SimulatedAnswer) -> bytes:
        return b""

    def comment(self) -> bytes:
        return self._writer.comment()

    def error(self, error: dict[str, str | None], account: Account) -> bytes:
        event = self._event("error", error=error["message"] if self._faults.error_shape == "string" else error)
        return event + (self._event("chat.end", result=self._result(account)) if self._faults.error_done else b"")

    def finish(self, answer: SimulatedAnswer, account: Account) -> bytes:
        return b"" if self._faults.no_finish else self._event("chat.end", result=self._result(account))

    def whole(self, answer: SimulatedAnswer, account: Account) -> bytes:
        return json_bytes(self._result(account))

    def _event(self, name: str, **members: object) -> bytes:
        return self._writer.event(json_bytes({"type": name} | members), name)

    def _result(self, account: Account) -> dict[str, object]:
        timings = account.timings()
        stats: dict[str, object] = {
            "input_tokens": account.prompt_tokens,
            "total_output_tokens": account.total,
            "reasoning_output_tokens": account.tokens["reasoning"],
            "tokens_per_second": timings.rate,
            "time_to_first_token_seconds": timings.first,
        }
        if account.load_seconds is not None:
            stats["model_load_time_seconds"] = account.load_seconds
        channels: tuple[Channel, ...] = ("reasoning", "content")
        output = [{"type": _NAMES[c], "content": account.text(c)} for c in channels if account.tokens[c]]
        result: dict[str, object] = {"model_instance_id": self._model, "output": output, "stats": stats}
        return result if self._response_id is None else result | {"response_id": self._response_id}
