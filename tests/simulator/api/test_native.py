"""The native API's named events."""

from orchd.simulator.api.dialect import Account
from orchd.simulator.api.native import NativeDialect
from orchd.simulator.content.answer import SimulatedAnswer
from orchd.simulator.faults import Faults
from orchd.simulator.models import Instance
from orchd.simulator.settings import ModelSpec
from tests.fix_simulator import parse_events

INSTANCE = Instance("simulated", ModelSpec("simulated"), 4_096, parallel=1, on_request=False)
ANSWER = SimulatedAnswer([], iter(()), 0, "eosFound")


def test_each_event_repeats_its_name() -> None:
    native = NativeDialect(INSTANCE, Faults(odd=True), response_id=None)
    stream = native.start() + native.load("start", 0) + native.load("progress", 0.5) + native.load("end", 2.0)
    stream += native.prompt("start", 0) + native.prompt("progress", 0.5) + native.edge("reasoning", "start")
    stream += native.token("reasoning")("a") + native.token("content")('"b"')
    events = parse_events(stream)
    assert [event.name for event in events] == [event.data["type"] for event in events]
    assert events[0].data["model_instance_id"] == "simulated"
    assert (events[3].data["progress"], events[4].data["load_time_seconds"]) == (0.5, 2.0)
    assert [event.data["content"] for event in events[-2:]] == ["a", '"b"']


def test_the_result_holds_both_channels_in_order() -> None:
    account = Account(3, keep_text=True)
    account.load_seconds = 1.5
    account.add("reasoning", ["hm"])
    account.add("content", ["a", "b"])
    (event,) = parse_events(NativeDialect(INSTANCE, Faults(), response_id="resp_1").finish(ANSWER, account))
    result = event.data["result"]
    assert result["output"] == [{"type": "reasoning", "content": "hm"}, {"type": "message", "content": "ab"}]
    assert (result["stats"]["total_output_tokens"], result["stats"]["model_load_time_seconds"]) == (3, 1.5)
    assert result["response_id"] == "resp_1"


def test_errors_and_missing_ends() -> None:
    error: dict[str, str | None] = {"message": "no", "type": "unknown", "param": None, "code": None}
    account = Account(3, keep_text=True)
    alone = parse_events(NativeDialect(INSTANCE, Faults(), response_id=None).error(error, account))
    assert [event.name for event in alone] == ["error"]
    ended = NativeDialect(INSTANCE, Faults(error_done=True, error_shape="string"), response_id=None)
    assert [event.name for event in parse_events(ended.error(error, account))] == ["error", "chat.end"]
    assert NativeDialect(INSTANCE, Faults(no_finish=True), response_id=None).finish(ANSWER, account) == b""
