"""What a model is told that does a subtask, and the result."""

import pytest
from trio.testing import MockClock

from orchd.errors import Unavailable
from orchd.features.task.core.results import StepOutput
from orchd.features.task.core.work import SubtaskOrder
from orchd.features.task.workers.executing import LEAST_TOKENS, RULES, THOUGHT_TOKENS, Executor
from orchd.llm import ModelInfo, NoAnswerError, Priority, Requester
from tests.features.task.fake_models import (
    Audience,
    Bureau,
    FakeBackends,
    Readership,
    Words,
    assistant,
    away,
    generator,
    order,
    parts,
    system_of,
    user_of,
)


class Scene:
    """An executor with two models and an assistant."""

    def __init__(self, *infos: ModelInfo) -> None:
        self.backends = FakeBackends(*infos)
        self.words = Words()
        self.readers = Readership()
        self.bureau = Bureau(self.backends, assistant("Ada", "beta", prompt="You are Ada."))
        self.executor = Executor(self.bureau, generator(self.backends), self.words, self.readers)
        self.audience = Audience()

    async def do(self, given: SubtaskOrder) -> StepOutput:
        return await self.executor.execute(given, self.audience)


async def test_a_model_is_told_all_that_it_needs() -> None:
    scene = Scene()
    await scene.do(order(assistant="Ada", parts=parts("It is long.", "It is wet."), guidance="It was too short."))
    (model, prompt) = scene.backends.asked[0]
    assert model == "beta"
    assert system_of(prompt) == f"You are Ada.\n\n{RULES}"
    told = user_of(prompt)
    for text in ("The task", "All about rivers.", "## Part 1\n\nIt is long.", "It is wet.", "It was too short."):
        assert text in told
    assert (
        told.index("All about rivers.")
        < told.index("It is long.")
        < told.index("# Your step: The step\n\nName a river")
    )
    assert scene.backends.claims == [Requester(Priority.TASK, 0, "task 7", task=7)]


async def test_what_is_not_there_is_not_mentioned() -> None:
    scene = Scene()
    await scene.do(order())
    told = user_of(scene.backends.asked[0][1])
    assert "other steps" not in told
    assert "earlier attempt" not in told
    assert system_of(scene.backends.asked[0][1]) == RULES


async def test_the_result_says_who_made_it_and_why() -> None:
    scene = Scene()
    scene.backends.script = lambda model, prompt: "\n Paris. \n" if model == "beta" else away(model)
    made = await scene.do(order())
    assert (made.text, made.model) == ("Paris.", "beta@two")
    assert "alpha@one failed: alpha can't be reached." in made.reasons
    told = [(made.reasons[place], ground) for place, ground in enumerate(made.grounds) if ground.code == "failed"]
    assert [(words, ground.model) for words, ground in told] == [
        ("alpha@one failed: alpha can't be reached.", "alpha@one")
    ], "in the order of the words"
    assert any("suits best" in reason for reason in made.reasons)
    assert (made.cost.calls, made.cost.prompt_tokens, made.cost.completion_tokens) == (2, 10, 5)
    assert scene.audience.models == ["alpha@one", "beta@two"]


async def test_another_model_does_the_next_attempt() -> None:
    scene = Scene()
    made = await scene.do(order(avoid=["alpha@one"]))
    assert made.model == "beta@two"


async def test_results_of_others_are_cut_to_fit_and_that_is_said() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=600))
    made = await scene.do(order(parts=parts("w " * 2000)))
    assert len(user_of(scene.backends.asked[0][1]).split()) < 450
    assert any('Of the result of "Part 1"' in reason for reason in made.reasons)


async def test_a_long_task_is_condensed_and_its_calls_are_counted() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=600))
    made = await scene.do(order("w " * 2000 + "harbour"))
    assert "digest of harbour" in user_of(scene.backends.asked[0][1])
    assert (made.cost.calls, made.cost.prompt_tokens) == (4, 110)


async def test_when_no_model_does_it_the_error_names_one(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.backends.script = lambda model, prompt: away(model)
    with pytest.raises(NoAnswerError) as failed:
        await scene.do(order())
    assert isinstance(failed.value.error, Unavailable)
    assert failed.value.model == "alpha@one"
    assert len(scene.backends.asked) == 6


@pytest.mark.parametrize(
    ("context", "readable", "least", "most"),
    [(4000, 700, 700, 700), (4000, None, 3000, 3800), (1000, 5000, 600, 800), (4000, 0, LEAST_TOKENS, LEAST_TOKENS)],
)
async def test_an_answer_is_no_longer_than_its_judges_can_read(
    context: int, readable: int | None, least: int, most: int
) -> None:
    scene = Scene(ModelInfo("alpha", "one", context=context))
    scene.readers.tokens = readable
    await scene.do(order())
    prompt = scene.backends.asked[0][1]
    assert prompt.sampling.max_tokens is not None
    assert least <= prompt.sampling.max_tokens <= most
    assert "max_tokens" in prompt.soft, "a server may know no such bound"


@pytest.mark.parametrize(
    ("info", "thinks"),
    [
        (ModelInfo("deepseek-r1-8b", "one", context=9000), True),
        (ModelInfo("m", "one", context=9000, capabilities=("reasoning",)), True),
        (ModelInfo("m", "one", context=9000), False),
    ],
)
async def test_thoughts_have_room_besides(info: ModelInfo, thinks: bool) -> None:
    scene = Scene(info)
    scene.readers.tokens = 700
    await scene.do(order())
    assert scene.backends.asked[0][1].sampling.max_tokens == 700 + THOUGHT_TOKENS * thinks


async def test_an_answer_that_reaches_its_bound_is_a_failed_attempt_and_says_how_short_it_must_be() -> None:
    scene = Scene()
    scene.readers.tokens = 1000
    scene.backends.script = lambda model, prompt: ("On and on and on", "length")
    with pytest.raises(NoAnswerError, match="at most 600 words are wanted") as failed:
        await scene.do(order())
    assert (failed.value.error.reason, failed.value.model) == ("answer_too_long", "alpha@one")
    assert (failed.value.spent.calls, len(scene.backends.asked)) == (1, 1), "it isn't asked the same again"
