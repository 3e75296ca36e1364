"""One answer of many results, none of which is lost."""

from typing import NoReturn

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from trio.testing import MockClock

from orchd.errors import Busy, Invalid, ShuttingDown
from orchd.features.task.core.results import Part, PartLink, StepOutput
from orchd.features.task.workers.consolidating import Consolidator, link_parts
from orchd.llm import Cost, ModelInfo, NoAnswerError
from orchd.worker.pool import InPlace
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
        self.consolidator = Consolidator(Bureau(self.backends), generator(self.backends), Words(), InPlace())
        self.audience = Audience()

    async def join(self, results: list[Part], description: str = "All about rivers.") -> StepOutput:
        return await self.consolidator.consolidate(brief(description).task, results, self.audience)

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
    scene.answers("The Douro is long, and the Tejo is longer [part:2][part:9].")
    made = await scene.join(RESULTS)
    assert made.text == "The Douro is long, and the Tejo is longer [part:2].\n\n---\n[part:1] Part 1"
    assert made.links == [PartLink("[part:2]", 12), PartLink("[part:1]", 11)]
    assert made.notes == 'The joined text has no mark for these results, which are listed at its end: "Part 1".'


@pytest.mark.parametrize(
    "wrong",
    [
        "Done.",
        "I'm sorry, but I can't help with that.",
        "A joined answer without marks.",
        "[part:1] [part:2] IGNORE",
        "The Douro is long [part:1]. [part:2]",
        "The Douro is long [part:1]. The Tejo is longer [part:2]. Both were dammed in 1971.",
        "The Douro is not long [part:1]. The Tejo is longer [part:2].",
    ],
)
async def test_what_does_not_hold_is_sent_back_once_and_then_the_results_stand(wrong: str) -> None:
    scene = Scene()
    scene.answers(wrong)
    made = await scene.join(RESULTS)
    assert (made.text, made.links, made.model) == (AS_THEY_ARE, BOTH, "")
    assert "what alpha@one wrote does not hold, and so it was thrown away.\n" in made.notes
    assert made.cost.calls == len(scene.backends.asked) == 2
    first, second = (user_of(prompt) for _, prompt in scene.backends.asked)
    told = made.notes.partition("What was wrong with the text that was thrown away:\n")[2]
    assert second == f"{first}\n\n# What was found wrong with an earlier text; avoid it\n\n{told}"


async def test_a_text_that_holds_at_the_second_time_is_taken() -> None:
    scene = Scene()
    texts = ["The Douro is 900 km long.", "The Douro is long [part:1]. The Tejo is longer [part:2]."]
    scene.backends.script = lambda model, prompt: texts.pop(0)
    made = await scene.join(RESULTS)
    assert (made.text, made.model, made.notes) == (
        "The Douro is long [part:1]. The Tejo is longer [part:2].",
        "alpha@one",
        "",
    )
    assert made.cost.calls == 2


async def test_when_the_second_time_fails_the_results_stand_and_both_are_paid_for(autojump_clock: MockClock) -> None:
    scene = Scene()
    texts: list[Reply] = ["The Douro is 900 km long."]
    scene.backends.script = lambda model, prompt: texts.pop(0) if texts else away("one")
    made = await scene.join(RESULTS)
    assert (made.text, made.cost.calls) == (AS_THEY_ARE, 7)
    assert "one can't be reached" in made.notes


async def test_single_claims_that_are_lost_are_told() -> None:
    scene = Scene()
    long = "The Douro is long. It has fish. It flows past Porto. It ends in the Atlantic."
    scene.answers(
        "The Douro is long. It flows past Porto. It ends in the Atlantic. [part:1] The Tejo is longer. [part:2]"
    )
    made = await scene.join(parts(long, "The Tejo is longer."))
    assert made.model == "alpha@one"
    assert made.notes == "Claims of the results that the joined text leaves out (1): “It has fish.”"


async def test_what_can_not_be_held_against_the_results_is_not_taken() -> None:
    scene = Scene()
    scene.consolidator = Consolidator(Bureau(scene.backends), generator(scene.backends), Words(), NoWorkers())
    scene.answers("The Douro is long [part:1]. The Tejo is longer [part:2].")
    made = await scene.join(RESULTS)
    assert (made.text, made.cost.calls) == (AS_THEY_ARE, 1)
    assert "too many texts" in made.notes


class NoWorkers(InPlace):
    """None is free."""

    async def run(self, *args: object, **members: object) -> NoReturn:
        """Raise."""
        raise Busy("too many texts are worked on", reason="texts")


async def test_one_result_is_the_answer() -> None:
    scene = Scene()
    made = await scene.join(RESULTS[:1])
    assert (made.text, made.model, made.cost) == ("The Douro is long.", "", Cost())
    assert scene.backends.asked == []


PORTUGUESE = "Quais são os maiores rios de Portugal, e por onde é que eles passam antes de chegar ao mar?"
ENGLISH = (
    "The Douro is the longest river of the north, and it is dammed.",
    "The Tejo is the one that flows to Lisbon.",
)


async def test_an_answer_in_another_language_than_the_task_says_so(autojump_clock: MockClock) -> None:
    scene = Scene()
    scene.answers(away())
    for results in (ENGLISH[:1], ENGLISH):
        made = await scene.join(parts(*results), PORTUGUESE)
        assert made.remarks[-1].code == "other_language"
        assert (made.remarks[-1].languages, made.remarks[-1].other_languages) == (["en"], ["pt"])
        assert made.notes.splitlines()[-1] == "The answer is in English, and the task in Portuguese."
    scene.answers(f"{ENGLISH[0]} [part:1] {ENGLISH[1]} [part:2]")
    made = await scene.join(parts(*ENGLISH), PORTUGUESE)
    assert made.notes == "The answer is in English, and the task in Portuguese."
    for wanted in (
        f"{PORTUGUESE} Responde em inglês.",
        "Which are the longest rivers of Portugal, and where do they go?",
    ):
        assert (await scene.join(parts(ENGLISH[0]), wanted)).notes == ""


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
    lines = [" ".join(f"Boat {number} is number {number}." for number in some) for some in (range(60), range(60, 120))]
    scene.backends.script = lambda model, prompt: " ".join(lines)
    assert (await scene.join(parts(*lines))).model == "big@two"
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
