"""Questions asked of models in memory, and what goes wrong on the way."""

from collections.abc import Awaitable
from typing import Any, TypeAlias

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from orchd.errors import OrchdError, Timeout, Unavailable, UpstreamError
from orchd.llm import (
    Answer,
    Asker,
    Backends,
    Cost,
    CostListener,
    FittedPrompt,
    Hooks,
    Listener,
    ModelInfo,
    NoAnswerError,
    Outcome,
    Price,
    Prompt,
    Requester,
    Retry,
    Target,
    Turn,
    Usage,
    whole,
)

Reply: TypeAlias = str | OrchdError | tuple[str, OrchdError] | float
"""An answer; an error before the first token; one after some text; or how many seconds a model works for nothing."""

LOST = UpstreamError("the connection was lost", reason="connection_lost")
COOLING = Unavailable("left alone", reason="cooling", retry_after_ms=4_000)
PROMPT = Prompt((Turn("user", "one two three"),))
RETRY = Retry(rounds=3, first_pause=1.0, patience=20.0)
SECONDS = 10.0


class FakeBackends(Backends):
    """Models that give these answers in turn, the last one again and again; `usage` is what they say it took."""

    def __init__(self, *replies: Reply, names: tuple[str, ...] = ("a", "b"), usage: Usage | None = None) -> None:
        super().__init__([])
        self.targets = [Target(ModelInfo(name, "box"), "box") for name in names]
        self.asked: list[str] = []
        self.prompts: list[Prompt] = []
        self.replies = list(replies)
        self._usage = usage

    async def resolve(self, asked: str | None, conversation: str | None, default: str | None, **_: object) -> Target:
        """Find by the whole name."""
        return next(target for target in self.targets if target.full_name == asked)

    async def _answer(
        self, target: Target, prompt: Prompt, listener: Listener, max_bytes: int, requester: Requester
    ) -> Outcome:
        """Stand in below the real fall-backs."""
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if reply is COOLING:
            raise COOLING
        self.asked.append(target.model.id)
        self.prompts.append(prompt)
        listener.on_phase("prompt", None)
        if isinstance(listener, CostListener):
            listener.on_call()
        if isinstance(reply, OrchdError):
            raise reply
        if isinstance(reply, float):
            await trio.sleep(reply)
            raise LOST
        text, error = reply if isinstance(reply, tuple) else (reply, None)
        listener.on_delta("content", text)
        if error is not None:
            raise error
        return Outcome("stop", target.model.id, self._usage)


def words(target: Target, text: str) -> int:
    return len(text.split())


def asker(backends: Backends, hooks: Hooks | None = None) -> Asker:
    return Asker(backends, Requester(), measure=words, seconds=SECONDS, hooks=hooks or Hooks())


REPLIES: st.SearchStrategy[Reply] = st.sampled_from(
    ["Done.", "", LOST, Unavailable("away"), ("Half of", LOST), COOLING, 3.0, 30.0]
)
USAGES = st.none() | st.builds(Usage, st.integers(-1, 9), st.integers(-1, 9), st.just(0))


@given(st.lists(st.lists(REPLIES, min_size=1, max_size=8), min_size=1, max_size=2), USAGES, st.booleans())
def test_whatever_happens_is_paid_for_once(questions: list[list[Reply]], usage: Usage | None, alone: bool) -> None:
    """Each call of a model counts, and no other; all questions together cost what the asker says, tokens included."""

    async def play() -> None:
        total, calls, begun = Cost(), 0, trio.current_time()
        backends = FakeBackends("", names=("a",) if alone else ("a", "b"), usage=usage)
        asking = asker(backends)
        for replies in questions:
            backends.replies = list(replies)
            cost = await cost_of(asking.ask(backends.targets, PROMPT, RETRY, whole))
            assert cost.calls == len(backends.asked) - calls
            assert 0 <= cost.seconds <= SECONDS * max(1, cost.calls)
            calls, total = len(backends.asked), total.plus(cost)
        assert asking.cost == total
        assert total.seconds <= trio.current_time() - begun, "pauses cost nothing"
        assert min(total.prompt_tokens, total.completion_tokens) >= 0
        if usage is None:
            assert total.prompt_tokens % 3 == 0, "the prompt is read once for each answer"

    trio.run(play, clock=MockClock(autojump_threshold=0))


class PricedBackends(FakeBackends):
    """Each answer costs so much."""

    async def _answer(self, *of: Any) -> Outcome:
        return (await super()._answer(*of))._replace(price=Price(700, "EUR"))


async def test_what_answers_cost_in_money_is_added_up(autojump_clock: MockClock) -> None:
    backends = PricedBackends("", names=("a",))
    backends.replies = [LOST, "", "Done."]
    asking = asker(backends)
    answer = await asking.ask(backends.targets, PROMPT, RETRY, whole)
    assert answer.cost.prices == (Price(1400, "EUR"),), (
        "an answer of no use is paid for, too; one that broke off is not known"
    )
    await asking.ask(backends.targets, PROMPT, RETRY, whole)
    assert asking.cost.prices == (Price(2100, "EUR"),)


async def test_who_failed_alike_in_several_rounds_is_named_once(autojump_clock: MockClock) -> None:
    backends = FakeBackends("")
    backends.replies = [LOST, "", LOST, "", LOST, "Done."]
    answer = await asker(backends).ask(backends.targets, PROMPT, RETRY, whole)
    assert [*answer.in_vain] == [*dict.fromkeys(answer.in_vain)]
    assert {each.reason for each in answer.in_vain} == {"connection_lost", "empty_response"}


async def cost_of(asking: Awaitable[Answer]) -> Cost:
    try:
        return (await asking).cost
    except NoAnswerError as failed:
        return failed.spent


@pytest.mark.parametrize(
    ("reply", "usage", "tokens"),
    [
        ("four words are here", Usage(10, 5, 15), (10, 5)),
        ("four words are here", Usage(-10, -5, -15), (0, 0)),
        ("four words are here", None, (3, 4)),
        (("Half of", LOST), Usage(10, 5, 15), (3, 2)),
        (LOST, Usage(10, 5, 15), (0, 0)),
    ],
)
async def test_tokens_are_as_told_and_guessed_where_there_is_text(
    reply: Reply, usage: Usage | None, tokens: tuple[int, int]
) -> None:
    backends = FakeBackends(reply, usage=usage)
    cost = await cost_of(asker(backends).ask(backends.targets[:1], PROMPT))
    assert (cost.prompt_tokens, cost.completion_tokens) == tokens


async def test_a_model_that_works_too_long_is_given_up_and_the_next_one_has_its_own_time(
    autojump_clock: MockClock,
) -> None:
    backends, told = FakeBackends(9.0, 9.0, "Done."), list[str]()
    asking = asker(backends, Hooks(model=lambda target: told.append(target.full_name)))
    answer = await asking.ask(backends.targets, PROMPT, RETRY)
    assert (answer.text, answer.target.model.id, answer.tried) == ("Done.", "b", 2)
    assert told == ["a@box", "b@box", "b@box"]
    backends = FakeBackends(11.0)
    with pytest.raises(NoAnswerError, match="a@box worked for longer than 10 s") as failed:
        await asker(backends).ask(backends.targets, PROMPT)
    assert isinstance(failed.value.error, Timeout)
    assert failed.value.spent == Cost(1, 0, 0, SECONDS)


async def test_who_worked_too_long_is_named(autojump_clock: MockClock) -> None:
    backends = FakeBackends(Unavailable("away"), 11.0)
    with pytest.raises(NoAnswerError, match="b@box worked for longer"):
        await asker(backends).ask(backends.targets, PROMPT)


async def test_a_schema_is_dropped_once_and_for_all_where_it_is_refused(autojump_clock: MockClock) -> None:
    refused = UpstreamError("response_format?", reason="server_error", http_status=400)
    backends = FakeBackends(refused, "", "{}")
    prompt = Prompt(PROMPT.turns, schema={"type": "object"})
    answer = await asker(backends).ask(backends.targets[:1], prompt, RETRY, whole)
    assert (answer.text, answer.tried, answer.cost.calls) == ("{}", 2, 3)
    assert [prompt.schema is None for prompt in backends.prompts] == [False, True, True]


async def test_what_making_the_prompt_cost_is_told_though_it_failed() -> None:
    async def fit(target: Target, share: float) -> FittedPrompt:
        raise NoAnswerError(UpstreamError("no digest", reason="digest"), Cost(3, 100, 20, 99.0), target.full_name)

    backends = FakeBackends("Done.")
    with pytest.raises(NoAnswerError, match="no digest") as failed:
        await asker(backends).ask(backends.targets, fit)
    assert (failed.value.spent.calls, failed.value.spent.tokens, backends.asked) == (3, 120, [])
    assert failed.value.recording is None


async def test_what_was_heard_before_a_failure_is_kept() -> None:
    backends = FakeBackends(("Half of", LOST))
    with pytest.raises(NoAnswerError) as failed:
        await asker(backends).ask(backends.targets, PROMPT)
    assert failed.value.recording is not None
    assert failed.value.recording.content == "Half of"


async def test_a_question_waits_while_another_one_finds_out_whether_the_model_is_well(
    autojump_clock: MockClock,
) -> None:
    begun, well = trio.Event(), trio.Event()

    class Trial(FakeBackends):
        async def _answer(
            self, target: Target, prompt: Prompt, listener: Listener, max_bytes: int, requester: Requester
        ) -> Outcome:
            if not begun.is_set():
                begun.set()
                await trio.sleep(10 * RETRY.patience)
                well.set()
            elif not well.is_set():
                raise COOLING
            listener.on_delta("content", "Done.")
            return Outcome("stop", target.model.id, None)

    backends = Trial("")
    asking = asker(backends)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(asking.ask, backends.targets[:1], PROMPT)
        await begun.wait()
        answer = await asking.ask(backends.targets[:1], Prompt((Turn("user", "why"),)), RETRY)
    assert (answer.text, answer.tried) == ("Done.", 1)


async def test_cancelling_ends_it_at_once(autojump_clock: MockClock) -> None:
    backends = FakeBackends(9.0)
    with trio.move_on_after(1) as scope:
        await asker(backends).ask(backends.targets, PROMPT, RETRY)
    assert scope.cancelled_caught
    assert trio.current_time() == 1
