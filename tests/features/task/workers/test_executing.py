"""What a model is told that does a subtask, and the result."""

import pytest
from trio.testing import MockClock

from orchd.errors import Unavailable
from orchd.features.task.core.work import StepOutput, SubtaskOrder
from orchd.features.task.workers.executing import RULES, Executor
from orchd.llm import ModelInfo, NoAnswerError, Priority, Requester
from tests.features.task.fake_models import (
    Audience,
    Bureau,
    FakeBackends,
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
        self.bureau = Bureau(self.backends, assistant("Ada", "beta", prompt="You are Ada."))
        self.executor = Executor(self.bureau, generator(self.backends), self.words)
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
    assert scene.backends.claims == [Requester(Priority.TASK, "local", "task 7")]


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
    assert any("suits best" in reason for reason in made.reasons)
    assert (made.cost.calls, made.cost.prompt_tokens, made.cost.completion_tokens) == (2, 10, 5)
    assert scene.audience.models == ["alpha@one", "beta@two"]


async def test_another_model_does_the_next_attempt() -> None:
    scene = Scene()
    made = await scene.do(order(attempt=2, avoid=["alpha@one"]))
    assert made.model == "beta@two"


async def test_results_of_others_are_cut_to_fit_and_that_is_said() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=600))
    made = await scene.do(order(parts=parts("w " * 2000)))
    assert len(user_of(scene.backends.asked[0][1]).split()) < 450
    assert any('Of the result of "Part 1"' in reason for reason in made.reasons)


async def test_a_long_task_is_condensed_and_its_calls_are_counted() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=600))
    made = await scene.do(order(task_description="w " * 2000 + "harbour"))
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
