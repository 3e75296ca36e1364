"""One answer of many results, none of which is lost."""

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from orchd.errors import Invalid, ShuttingDown
from orchd.features.task.core.work import Part, PartLink, StepOutput
from orchd.features.task.workers.consolidating import Consolidator, link_parts
from orchd.llm import Cost, ModelInfo, NoAnswerError
from tests.features.task.fake_models import (
    Audience,
    Bureau,
    FakeBackends,
    Reply,
    Words,
    away,
    brief,
    generator,
    parts,
    system_of,
    user_of,
)

RESULTS = parts("The Douro is long.", "The Tejo is longer.")


class Scene:
    """A consolidator with two models."""

    def __init__(self, *infos: ModelInfo) -> None:
        self.backends = FakeBackends(*infos)
        self.consolidator = Consolidator(Bureau(self.backends), generator(self.backends), Words())
        self.audience = Audience()

    async def join(self, results: list[Part], description: str = "All about rivers.") -> StepOutput:
        return await self.consolidator.consolidate(brief(description), results, self.audience)

    def answers(self, reply: Reply) -> None:
        self.backends.script = lambda model, prompt: reply


async def test_results_are_joined_with_links_to_them() -> None:
    scene = Scene()
    scene.answers("Longer [part:2] than long [Part 1] and [part: 2].")
    made = await scene.join(RESULTS)
    assert made.text == "Longer [part:2] than long [part:1] and [part:2]."
    assert made.links == [PartLink("[part:2]", 12), PartLink("[part:1]", 11)]
    assert (made.model, made.notes, made.cost.calls) == ("alpha@one", "", 1)
    prompt = scene.backends.asked[0][1]
    assert "## [part:1] Part 1\n\nThe Douro is long." in user_of(prompt)
    assert "All about rivers." in user_of(prompt)
    assert "Leave out nothing" in system_of(prompt)
    assert scene.audience.told == ["Longer [part:2] than long [Part 1] and [part: 2]."]


async def test_what_is_not_mentioned_is_listed_and_told() -> None:
    scene = Scene()
    scene.answers("Only the Tejo [part:2], and [part:9].")
    made = await scene.join(RESULTS)
    assert made.text == "Only the Tejo [part:2], and .\n\n---\n[part:1] Part 1"
    assert made.links == [PartLink("[part:2]", 12), PartLink("[part:1]", 11)]
    assert made.notes == 'Not mentioned by the model, and listed at the end: "Part 1".'


async def test_one_result_is_the_answer() -> None:
    scene = Scene()
    made = await scene.join(RESULTS[:1])
    assert (made.text, made.model, made.cost) == ("The Douro is long.", "", Cost())
    assert scene.backends.asked == []


async def test_without_results_there_is_no_answer() -> None:
    with pytest.raises(Invalid):
        await Scene().join([])


AS_THEY_ARE = "## Part 1 [part:1]\n\nThe Douro is long.\n\n## Part 2 [part:2]\n\nThe Tejo is longer."
BOTH = [PartLink("[part:1]", 11), PartLink("[part:2]", 12)]


async def test_when_no_model_joins_them_they_are_put_together(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(away("one"))
    made = await scene.join(RESULTS)
    assert (made.text, made.links, made.model) == (AS_THEY_ARE, BOTH, "")
    assert made.notes == ("The results are put together as they are, in order, without a model: one can't be reached.")
    assert made.reasons == [made.notes]
    assert made.cost.calls == 6


async def test_a_text_that_was_cut_off_would_lose_results() -> None:
    scene = Scene()
    scene.answers(("Longer", "length"))
    made = await scene.join(RESULTS)
    assert made.text == AS_THEY_ARE
    assert "cut off" in made.notes
    assert made.cost.calls == 1


async def test_only_models_join_that_can_read_it_all_and_write_as_much() -> None:
    scene = Scene(ModelInfo("small", "one", context=600), ModelInfo("big", "two", context=4000))
    assert (await scene.join(parts("w " * 300, "w " * 300))).model == "big@two"
    made = await scene.join(parts("w " * 3000, "w " * 3000))
    assert "too long for the models" in made.notes
    assert len(made.text.split()) > 6000


async def test_a_long_task_is_shortened_for_it() -> None:
    scene = Scene(ModelInfo("alpha", "one", context=1000))
    await scene.join(RESULTS, "w " * 5000)
    assert len(user_of(scene.backends.asked[0][1]).split()) < 200


async def test_stopping_and_cancelling_are_no_reason_to_give_up_joining(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(ShuttingDown("stopping"))
    with pytest.raises(NoAnswerError) as failed:
        await scene.join(RESULTS)
    assert isinstance(failed.value.error, ShuttingDown)
    scene.backends.script = lambda model, prompt: hang()
    with trio.move_on_after(5) as scope:
        await scene.join(RESULTS)
    assert scope.cancelled_caught


async def hang() -> Reply:
    await trio.sleep_forever()
    raise AssertionError


@given(st.lists(st.sampled_from(["[part:1]", "[PART 3]", "[part:0]", "[part:77]", " text ", "[part", "]"]), max_size=8))
def test_links_stand_in_the_text_and_lead_to_every_part(pieces: list[str]) -> None:
    results = parts("a", "b", "c")
    text, links, missing = link_parts("".join(pieces), results)
    assert {link.subtask_id for link in links} == {11, 12, 13}
    assert len(links) == 3
    assert all(link.mark in text for link in links)
    assert all(f"[part:{number}] Part {number}" in text for number in missing)
    assert "[part:0]" not in text.replace("[part[part:0]]", "")
