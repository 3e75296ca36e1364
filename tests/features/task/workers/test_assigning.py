"""Who does what, in which order, and why."""

from typing import get_args

import pytest

from orchd.entity import LOCAL_OWNER
from orchd.errors import NotFound, Unavailable
from orchd.features.models import queries
from orchd.features.task.core.causes import failure
from orchd.features.task.core.results import AssignmentGroundCode, TaskAssignmentGround
from orchd.features.task.workers.assigning import MAX_TARGETS, PAGE, Assigner, Assignment, is_among
from orchd.llm import ModelInfo, Target
from orchd.llm.types import ModelPurpose
from orchd.storage import Database, Steps
from tests.features.task.fake_models import Bureau, FakeBackends, FakeModels, assistant, brief, order
from tests.fix_models import assistant_draft

SMALL = ModelInfo("tiny-1b", "one", context=4000)
LARGE = ModelInfo("huge-70b", "two", context=4000)
CODER = ModelInfo("some-coder-7b", "one", context=4000)
MADE_UP = ModelInfo("simulated", "demo", context=4000, simulated=True)


def names(choice: Assignment) -> list[str]:
    return [target.model.id for target in choice.targets]


async def test_a_hard_piece_prefers_a_large_model_and_an_easy_one_a_small_one() -> None:
    bureau = Bureau(FakeBackends(SMALL, LARGE))
    hard, easy = await bureau.for_order(order(difficulty=10)), await bureau.for_order(order(difficulty=1))
    assert names(hard) == ["huge-70b", "tiny-1b"]
    assert names(easy) == ["tiny-1b", "huge-70b"]
    assert any("work of difficulty 10, huge-70b suits best: 70B parameters, of" in reason for reason in hard.reasons)
    assert any("work of difficulty 1, tiny-1b suits best: 1B parameters, of" in reason for reason in easy.reasons)
    assert "If huge-70b@two fails: tiny-1b@one." in hard.reasons


async def test_capability_counts() -> None:
    bureau = Bureau(FakeBackends(SMALL, CODER))
    choice = await bureau.for_order(order(task_type="code", difficulty=1))
    assert names(choice)[0] == "some-coder-7b"
    assert any("by its name it is made for code" in reason for reason in choice.reasons)


async def test_an_assistants_models_come_first_in_its_order() -> None:
    ada = assistant("Ada", "gone", "tiny-1b", "some-coder-7b", prompt="You are Ada.")
    choice = await Bureau(FakeBackends(LARGE, CODER, SMALL), ada).for_order(order(assistant="Ada", difficulty=10))
    assert names(choice) == ["tiny-1b", "some-coder-7b", "huge-70b"]
    assert choice.system_prompt == "You are Ada."
    assert "The assistant Ada would use gone, but no model server has a model gone." in choice.reasons
    assert "The assistant Ada uses tiny-1b@one, some-coder-7b@one." in choice.reasons


async def test_an_assistant_that_is_gone_stops_nothing() -> None:
    choice = await Bureau(FakeBackends(SMALL)).for_order(order(assistant="Ada"))
    assert names(choice) == ["tiny-1b"]
    assert choice.reasons[0] == "The assistant Ada is not there any more."


async def test_a_fixed_model_is_the_only_one() -> None:
    bureau = Bureau(FakeBackends(SMALL, LARGE), assistant("Ada", "huge-70b", prompt="You are Ada."))
    choice = await bureau.for_order(order(model="tiny-1b", assistant="Ada", avoid=["tiny-1b@one"]))
    assert names(choice) == ["tiny-1b"]
    assert choice.system_prompt == "You are Ada."
    assert choice.reasons == ["The model tiny-1b is fixed by a person."]
    with pytest.raises(NotFound):
        await bureau.for_order(order(model="gone"))


async def test_models_that_failed_come_last() -> None:
    bureau = Bureau(FakeBackends(SMALL, LARGE))
    choice = await bureau.for_order(order(difficulty=10, avoid=["huge-70b@elsewhere"]))
    assert names(choice) == ["tiny-1b", "huge-70b"]
    assert "Only as a last resort, as an attempt of theirs failed: huge-70b@two." in choice.reasons
    choice = await bureau.for_order(order(difficulty=10, avoid=["huge-70b@two", "tiny-1b"]))
    assert names(choice) == ["huge-70b", "tiny-1b"]
    assert any("All models that there are have failed" in reason for reason in choice.reasons)


async def test_a_simulated_model_is_no_fall_back_for_a_real_one() -> None:
    assert names(await Bureau(FakeBackends(MADE_UP, SMALL)).for_order(order())) == ["tiny-1b"]
    assert names(await Bureau(FakeBackends(MADE_UP)).for_order(order())) == ["simulated"]


async def test_embeddings_are_no_work_for_a_subtask_and_eyes_are_not_everybodys() -> None:
    embedder = ModelInfo("embed", "one", type="embedding")
    bureau = Bureau(FakeBackends(embedder, SMALL))
    assert names(await bureau.for_order(order(task_type="embedding"))) == ["tiny-1b"]
    choice = await bureau.for_order(order(task_type="vision"))
    assert names(choice) == ["tiny-1b"]
    assert choice.reasons[0] == "No model is known to be made for vision."


OTHERS: list[ModelPurpose] = ["embedding", "reranking", "checking", "moderation", "speech", "image", "other"]


@pytest.mark.parametrize("use", OTHERS)
async def test_what_is_for_something_else_is_no_worker_and_an_assistant_does_not_make_it_one(
    use: ModelPurpose,
) -> None:
    odd = ModelInfo("odd-70b", "one", context=4000, purpose=use)
    bureau = Bureau(FakeBackends(odd, SMALL), assistant("Ada", "odd-70b"))
    choice = await bureau.for_order(order(difficulty=10, assistant="Ada"))
    assert names(choice) == ["tiny-1b"]
    assert choice.reasons[0].startswith("The assistant Ada would use odd-70b, but that ")
    with pytest.raises(Unavailable):
        await Bureau(FakeBackends(odd)).for_order(order())


async def test_without_any_model_the_reason_is_told() -> None:
    backends = FakeBackends(ModelInfo("embed", "one", type="embedding"))
    with pytest.raises(Unavailable, match="no model server has a language model"):
        await Bureau(backends).for_order(order())


async def test_the_planner_is_the_tasks_model_or_a_planning_assistants_or_one_that_reasons() -> None:
    thinker = ModelInfo("deep-r1-7b", "one", context=4000)
    backends = FakeBackends(SMALL, thinker, CODER)
    staff = [
        assistant("Researcher", "tiny-1b", category="research"),
        assistant("Dreamer", category="planning"),
        assistant("Planner", "some-coder-7b", category="planning"),
    ]
    bureau = Bureau(backends, *staff)
    assert names(await bureau.for_planning(brief(model="tiny-1b").task, staff)) == ["tiny-1b"]
    choice = await bureau.for_planning(brief().task, staff)
    assert (names(choice)[0], choice.assistant) == ("some-coder-7b", staff[2])
    assert names(await bureau.for_planning(brief().task, staff[:1]))[0] == "tiny-1b"
    assert names(await bureau.for_planning(brief().task, []))[0] == "deep-r1-7b"


async def test_the_tasks_model_joins_or_one_for_analysis() -> None:
    bureau = Bureau(FakeBackends(SMALL, LARGE))
    assert names(await bureau.for_joining(brief(model="tiny-1b").task)) == ["tiny-1b"]
    assert names(await bureau.for_joining(brief().task))[0] == "huge-70b"


async def test_so_many_models_are_enough() -> None:
    infos = [ModelInfo(f"m{number}-7b", "one") for number in range(20)]
    assert len((await Bureau(FakeBackends(*infos)).for_order(order())).targets) == MAX_TARGETS


def many(count: int) -> Steps[None]:
    for number in range(count):
        draft = assistant_draft(f"A{number:03}", f"You are {number}.", model="tiny-1b", active=number != 7)
        yield from queries.ASSISTANTS.owned_by(LOCAL_OWNER).add(draft, 1_750_000_000_000)


async def test_an_assistant_is_found_among_many_by_name(store: Database) -> None:
    await store.write(many, PAGE + 5)
    backends = FakeBackends(SMALL)
    assigner = Assigner(store, backends, FakeModels(backends))  # type: ignore[arg-type] # only `suggest` is used
    assert len(await assigner.assistants(order().task)) == PAGE
    choice = await assigner.for_order(order(assistant=f"A{PAGE + 4:03}"))
    assert choice.system_prompt == f"You are {PAGE + 4}."
    gone = await assigner.for_order(order(assistant="A007"))
    assert (gone.system_prompt, gone.reasons[0]) == ("", "The assistant A007 is not there any more.")


def test_names() -> None:
    odd = Target(ModelInfo("m@q4", "one"), "one")
    assert odd.full_name == "m@q4@one"
    assert is_among(odd, ["m@q4"])
    assert is_among(odd, ["m@q4@two"])
    assert not is_among(odd, ["m", "q4@one"])


def test_each_ground_is_said_and_none_as_another_one() -> None:
    codes: tuple[AssignmentGroundCode, ...] = get_args(get_args(AssignmentGroundCode)[0])
    grounds = [
        TaskAssignmentGround(
            code=code,
            assistant="Ada",
            model="alpha@one",
            models=["beta@two"],
            task_type="code",
            difficulty=7,
            purpose="vision",
            error=failure("timeout", "it is slow", "gap"),
            grounds=[],
            title="Read it",
            count=4200,
        )
        for code in codes
    ]
    said = Assignment((), grounds).reasons
    assert len(set(said)) == len(codes)
    assert "UNSET" not in " ".join(said)
    assert any(reason.endswith("nothing is known of it.") for reason in said)
