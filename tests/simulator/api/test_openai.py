"""The OpenAI-compatible API's events and bodies."""

import msgspec

from orchd.simulator.api.dialect import Account
from orchd.simulator.api.openai import OpenAIDialect
from orchd.simulator.content.answer import SimulatedAnswer
from orchd.simulator.faults import Faults
from orchd.simulator.models import Instance
from orchd.simulator.settings import ModelSpec
from tests.fix_simulator import parse_events

INSTANCE = Instance("simulated:2", ModelSpec("simulated"), 4_096, parallel=1, on_request=False)
ANSWER = SimulatedAnswer([], iter(()), 0, "maxPredictedTokensReached")


def dialect(*, extended: bool = False) -> OpenAIDialect:
    return OpenAIDialect(7, INSTANCE, Faults(), include_usage=True, extended=extended)


def test_a_token_is_one_event_whatever_its_text() -> None:
    for text in ("a", '"quoted"\n', "\u2028", "\x00", "🧪"):
        (event,) = parse_events(dialect().token("content")(text))
        assert event.data["choices"] == [
            {"index": 0, "delta": {"role": "assistant", "content": text}, "logprobs": None, "finish_reason": None}
        ]
        assert (event.data["model"], event.data["id"]) == ("simulated:2", "chatcmpl-simulated-7")


def test_the_end_has_a_reason_usage_and_a_sentinel() -> None:
    account = Account(3, keep_text=False)
    reason, usage, done = parse_events(dialect().finish(ANSWER, account))
    assert reason.data["choices"][0]["finish_reason"] == "length"
    assert (usage.data["choices"], usage.data["usage"]["prompt_tokens"], done.data) == ([], 3, None)


def test_v0_adds_what_only_it_tells() -> None:
    body = msgspec.json.decode(dialect(extended=True).whole(ANSWER, Account(3, keep_text=True)))
    assert body["stats"]["stop_reason"] == "maxPredictedTokensReached"
    assert body["model_info"]["context_length"] == 4_096
    assert "simulator" in body["runtime"]["name"]
    assert "stats" not in msgspec.json.decode(dialect().whole(ANSWER, Account(3, keep_text=True)))


def test_loading_and_prefill_are_silent() -> None:
    quiet = dialect()
    assert quiet.load("progress", 0.5) == quiet.prompt("start", 0) == quiet.edge("content", "start") == b""
