from typing import Any

import pytest
import trio
from trio.testing import MockClock

from orchd.claims import Source
from orchd.errors import Timeout, TooLarge, Unavailable, UpstreamError
from orchd.features.verification.judging.interview import ANSWER_SECONDS
from orchd.features.verification.judging.verdicts import verdict_schema
from orchd.features.verification.records import TASK
from orchd.llm import Listener, Outcome, Prompt, Target, Turn
from tests.fix_verification import JudgingBackends, Watching, interview

TURNS = (Turn("user", "Is it so?"),)


async def ask(backends: JudgingBackends, schema: dict[str, Any] | None = None) -> str:
    return await interview(backends).ask(backends.target("judge-b"), TURNS, schema, 0.2)


async def test_a_question_is_put_on_the_checks_behalf_and_paid_for() -> None:
    backends, watching = JudgingBackends("judge-b"), Watching()
    asking = interview(backends, watching)
    for _ in range(2):
        assert await asking.ask(backends.target("judge-b"), TURNS, None, None) == "Something else."
    assert (asking.cost.calls, asking.cost.prompt_tokens, asking.cost.completion_tokens) == (2, 20, 10)
    assert watching.models == ["judge-b@fake"] * 2
    assert backends.claims == [TASK] * 2
    assert backends.prompts[0].sampling.max_tokens is not None


async def test_what_does_not_fit_is_not_asked() -> None:
    backends = JudgingBackends("judge-b", context=2_000)
    asking, target = interview(backends), backends.target("judge-b")
    with pytest.raises(TooLarge):
        await asking.ask(target, (Turn("user", "word " * 3_000),), None, None)
    assert (backends.asked, asking.cost.calls) == ([], 0)
    assert asking.room(target) < 2_000


async def test_sources_fit_into_what_is_left_of_the_context() -> None:
    backends = JudgingBackends("judge-b", context=3_000)
    asking, target = interview(backends), backends.target("judge-b")
    sources = [Source("long", "One two three four five. " * 400), Source("short", "A short one.")]
    first, second = asking.sources_for(target, sources, [], 200, 2)
    for part in (first, second):
        assert asking.size(target, *(section.text for section in part.sections)) + 200 <= asking.room(target)
    (nothing,) = asking.sources_for(target, sources, [], 10_000)
    assert nothing.sections == []
    (none,) = asking.sources_for(target, [], [], 0)
    assert none.sections == []


@pytest.mark.parametrize(("status", "calls"), [(400, 2), (422, 2), (500, 1)])
async def test_a_server_without_schemas_is_asked_without(status: int, calls: int) -> None:
    class Plain(JudgingBackends):
        async def stream(self, target: Target, prompt: Prompt, listener: Listener, **named: Any) -> Outcome:
            outcome = await super().stream(target, prompt, listener, **named)
            if prompt.schema is not None:
                raise UpstreamError("response_format?", reason="server_error", http_status=status)
            return outcome

    backends = Plain("judge-b")
    asking = interview(backends)
    if calls == 1:
        with pytest.raises(UpstreamError):
            await asking.ask(backends.target("judge-b"), TURNS, verdict_schema(), 0.2)
    else:
        assert await asking.ask(backends.target("judge-b"), TURNS, verdict_schema(), 0.2) == "Something else."
    assert [prompt.schema is None for prompt in backends.prompts] == [False, True][:calls]
    assert asking.cost.calls == calls


async def test_failures_are_the_askers() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "sample"] = Unavailable("away")
    with pytest.raises(Unavailable):
        await ask(backends)


async def test_a_judge_that_never_ends_is_given_up(autojump_clock: MockClock) -> None:
    class Endless(JudgingBackends):
        async def stream(self, target: Target, prompt: Prompt, listener: Listener, **_: Any) -> Outcome:
            listener.on_phase("queued", None)
            await trio.sleep(10 * ANSWER_SECONDS)  # its turn comes late, which is nobody's fault
            listener.on_phase("prompt", None)
            listener.on_delta("reasoning", "hm")
            await trio.sleep_forever()
            raise AssertionError("unreachable")

    begun = trio.current_time()
    with pytest.raises(Timeout):
        await ask(Endless("judge-b"))
    assert trio.current_time() - begun == pytest.approx(11 * ANSWER_SECONDS)


async def test_thoughts_are_no_answer() -> None:
    class Thinking(JudgingBackends):
        async def stream(self, target: Target, prompt: Prompt, listener: Listener, **_: Any) -> Outcome:
            listener.on_delta("reasoning", "It is wrong.")
            listener.on_delta("content", "It is ")
            listener.on_delta("content", "right.")
            return Outcome("stop", "judge-b", None)

    assert await ask(Thinking("judge-b")) == "It is right."
