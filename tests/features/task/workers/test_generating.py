"""Texts asked of several models, and what goes wrong on the way."""

import pytest
import trio
from trio.testing import MockClock

from orchd.errors import Invalid, NotFound, OrchdError, RateLimited, Timeout, TooLarge, UpstreamError
from orchd.llm import Cost, FittedPrompt, ModelInfo, NoAnswerError, Prompt, Requester, Target, Turn
from tests.features.task.fake_models import Audience, FakeBackends, Reply, away, generator, targets

LOST = UpstreamError("the connection was lost", reason="connection_lost")


class Scene:
    """Two models and a prompt."""

    def __init__(self, *infos: ModelInfo) -> None:
        self.backends = FakeBackends(*infos)
        self.audience = Audience()
        self.fitted: list[tuple[str, float]] = []
        self.prompt = Prompt((Turn("user", "one two three"),))

    async def fit(self, target: Target, share: float) -> FittedPrompt:
        self.fitted.append((target.model.id, round(share, 2)))
        return FittedPrompt(self.prompt, Cost(1, 20, 2), ("Something was cut.",))

    async def write(self, *names: str, seconds: float = 60) -> tuple[str, str, list[str], Cost]:
        chosen = targets(self.backends, *(names or ("alpha", "beta")))
        done = await generator(self.backends, seconds).write(chosen, self.fit, Requester(), self.audience)
        return done.text, done.target.model.id, done.reasons, done.cost

    def answers(self, *replies: Reply) -> None:
        """One after the other."""
        waiting = list(replies)
        self.backends.script = lambda model, prompt: waiting.pop(0)


async def test_the_first_model_answers() -> None:
    scene = Scene()
    text, model, reasons, cost = await scene.write()
    assert (text, model, reasons) == ("alpha says so.", "alpha", ["Something was cut."])
    assert scene.audience.told == ["alpha says so."]
    assert scene.audience.models == ["alpha@one"]
    assert (cost.calls, cost.prompt_tokens, cost.completion_tokens) == (2, 30, 7)


async def test_the_next_one_answers_when_it_fails_before_its_first_token() -> None:
    scene = Scene()
    scene.answers(away("one"), "Done.")
    text, model, reasons, cost = await scene.write()
    assert (text, model) == ("Done.", "beta")
    assert "alpha@one failed: one can't be reached." in reasons
    assert scene.audience.models == ["alpha@one", "beta@two"]
    assert (cost.calls, len(scene.fitted)) == (3, 1)


async def test_after_a_broken_answer_the_next_model_begins_anew(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(("Half of", LOST), "Done.")
    text, model, reasons, cost = await scene.write()
    assert (text, model) == ("Done.", "beta")
    assert scene.fitted == [("alpha", 1.0), ("beta", 1.0)]
    assert reasons[0] == "alpha@one failed: the connection was lost."
    assert cost.prompt_tokens == 20 + 3 + 20 + 10
    assert cost.completion_tokens == 2 + 2 + 2 + 5


@pytest.mark.parametrize("useless", ["", " \n", "[object Object]x<|im_end|>", "Error: 500 internal"])
async def test_what_is_no_answer_fails(autojump_clock: MockClock, useless: str) -> None:
    scene = Scene()
    scene.answers(useless, "Paris.")
    text, model, _, _ = await scene.write()
    assert (text, model) == ("Paris.", "beta")


@pytest.mark.parametrize("right", ["42", "Paris.", "None", "[1, 2]", "no"])
async def test_a_short_right_answer_passes(right: str) -> None:
    scene = Scene()
    scene.answers(right)
    assert (await scene.write())[0] == right


async def test_a_text_that_was_cut_off_says_so() -> None:
    scene = Scene()
    scene.answers(("Half", "length"))
    assert (await scene.write())[2] == ["The text was cut off at its greatest length.", "Something was cut."]


async def test_half_an_answer_is_no_text(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(("Half of it", "content_filter"), "Done.")
    text, model, reasons, _ = await scene.write()
    assert (text, model) == ("Done.", "beta")
    assert reasons[0] == "alpha@one failed: alpha@one gave only a part: `content_filter`."


async def test_reasoning_that_only_its_end_marks_is_not_in_the_text() -> None:
    scene = Scene()
    scene.answers("Let me see.\n</think>\n\nDone.")
    assert (await scene.write())[0] == "Done."


async def test_a_server_says_how_long_the_pause_must_be(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(RateLimited("slow down", reason="rate_limited", retry_after_ms=30_000), "Done.")
    before = trio.current_time()
    assert (await scene.write("alpha"))[:2] == ("Done.", "alpha")
    assert trio.current_time() - before == 30


async def test_a_model_that_is_alone_is_asked_again_with_pauses(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(LOST, away(), "Done.")
    before = trio.current_time()
    assert (await scene.write("alpha"))[:2] == ("Done.", "alpha")
    assert trio.current_time() - before == 3


async def test_in_the_end_the_last_error_is_told_with_its_cost(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(*[("x", LOST)] * 3)
    with pytest.raises(NoAnswerError, match="the connection was lost") as failed:
        await scene.write()
    assert failed.value.error is LOST
    assert failed.value.model == "alpha@one"
    assert scene.backends.names == ["alpha", "beta", "alpha"]
    assert failed.value.spent.calls == 6


@pytest.mark.parametrize(("error", "asked"), [(Invalid("bad"), 1), (NotFound("gone"), 1), (TooLarge("long"), 3)])
async def test_what_is_worth_another_attempt(autojump_clock: MockClock, error: OrchdError, asked: int) -> None:
    scene = Scene()
    scene.answers(*[error] * 3)
    with pytest.raises(NoAnswerError) as failed:
        await scene.write("alpha")
    assert failed.value.error is error
    assert len(scene.backends.asked) == asked


async def test_a_prompt_that_is_too_long_is_made_shorter(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(TooLarge("too long"), TooLarge("too long"), "Done.")
    await scene.write("alpha")
    assert scene.fitted == [("alpha", 1.0), ("alpha", 0.6), ("alpha", 0.36)]


async def test_only_as_large_models_stand_in_for_a_prompt(autojump_clock: MockClock) -> None:
    small = ModelInfo("small", "three", context=500)
    unknown = ModelInfo("unknown", "four")
    scene = Scene(ModelInfo("alpha", "one", context=4000), small, unknown)
    scene.answers(away(), away(), "Done.")
    assert (await scene.write("alpha", "small", "unknown"))[1] == "small"
    assert scene.backends.names == ["alpha", "unknown", "small"]


async def test_a_server_that_knows_no_schema_is_asked_without(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.prompt = Prompt((Turn("user", "x"),), schema={"type": "object"})
    scene.answers(UpstreamError("unknown field", reason="server_error", http_status=400), "{}")
    assert (await scene.write("alpha"))[0] == "{}"
    assert [prompt.schema is None for _, prompt in scene.backends.asked] == [False, True]


async def test_a_server_that_fails_with_a_schema_is_asked_without_in_the_next_round(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.prompt = Prompt((Turn("user", "x"),), schema={"type": "object"})
    scene.answers(("{", UpstreamError("broken", reason="server_error", http_status=500)), LOST, "{}")
    assert (await scene.write("alpha"))[0] == "{}"
    assert [prompt.schema is None for _, prompt in scene.backends.asked] == [False, True, True]
    scene.answers(LOST, LOST, "{}")
    assert (await scene.write("alpha"))[0] == "{}"
    assert all(prompt.schema is not None for _, prompt in scene.backends.asked[3:])


async def test_work_has_a_deadline_and_waiting_for_it_has_none(autojump_clock: MockClock) -> None:
    scene = Scene()

    async def slow(model: str) -> Reply:
        await trio.sleep(100 if model == "alpha" else 1)
        return "Done."

    scene.backends.script = lambda model, prompt: slow(model)
    text, model, reasons, _ = await scene.write(seconds=10)
    assert (text, model) == ("Done.", "beta")
    assert reasons[0] == "alpha@one failed: alpha@one worked for longer than 10 s."
    with pytest.raises(NoAnswerError) as failed:
        await scene.write("alpha", seconds=10)
    assert isinstance(failed.value.error, Timeout)


async def test_cancelling_ends_it_at_once(autojump_clock: MockClock) -> None:
    scene = Scene()
    ended = trio.Event()

    async def hang() -> Reply:
        try:
            await trio.sleep_forever()
        finally:
            ended.set()

    scene.backends.script = lambda model, prompt: hang()
    with trio.move_on_after(1) as scope:
        await scene.write()
    assert scope.cancelled_caught
    assert ended.is_set()


async def test_tokens_that_are_not_told_are_guessed() -> None:
    scene = Scene()
    scene.backends.usage = None
    scene.answers("four words are here")
    cost = (await scene.write())[3]
    assert (cost.prompt_tokens, cost.completion_tokens) == (20 + 3, 2 + 4)
