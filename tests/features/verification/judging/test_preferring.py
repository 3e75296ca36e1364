import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Unavailable
from orchd.features.verification.judging.preferring import keep_by_scores, prefer
from orchd.features.verification.records import Preference, ResultPair
from orchd.llm import Prompt
from tests.fix_verification import JudgingBackends, Said, interview, judge

SCORES = st.none() | st.integers(0, 100)


def pair(first_score: int | None = None, second_score: int | None = None, seed: int | None = 7) -> ResultPair:
    return ResultPair(
        question="How much is two and two?",
        first="Five.",
        second="Four.",
        first_authors=("author-a",),
        second_authors=("author-z",),
        first_score=first_score,
        second_score=second_score,
        seed=seed,
    )


def says(better: str) -> str:
    return json.dumps({"reason": "so", "better": better})


def right(prompt: Prompt) -> str:
    """Prefer what is right, wherever it stands."""
    shown = prompt.turns[-1].content
    return says("A" if shown.index("Four.") < shown.index("Five.") else "B")


async def run(said: Said, given: ResultPair) -> tuple[Preference, JudgingBackends]:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "comparison"] = said
    return await prefer(interview(backends), judge("judge-b"), given), backends


async def test_an_opinion_that_survives_the_change_of_places_counts() -> None:
    found, backends = await run(right, pair(first_score=90, second_score=10))
    assert (found.keep, found.judge, found.reason) == (1, "judge-b@fake", "so")
    shown = [prompt.turns[-1].content for prompt in backends.prompts]
    assert len({text.index("Four.") < text.index("Five.") for text in shown}) == 2
    assert all("author" not in text for text in shown)
    assert found.cost.calls == 2


@pytest.mark.parametrize(
    "said", [says("A"), says("B"), says("same"), says("C"), "A", Unavailable("away"), '{"better": true}']
)
async def test_otherwise_the_scores_decide(said: Said) -> None:
    assert (await run(said, pair(40, 60)))[0].keep == 1
    assert (await run(said, pair(60, 40)))[0].keep == 0
    found, _ = await run(said, pair())
    assert (found.keep, found.judge) == (0, None)
    assert found.reason.startswith("the scores decided")


async def test_without_a_judge_the_scores_decide() -> None:
    found = await prefer(interview(JudgingBackends()), None, pair(10, 20))
    assert (found.keep, found.judge, found.cost.calls) == (1, None, 0)


async def test_the_coin_is_kept() -> None:
    assert (await run(right, pair(seed=7)))[0].seed == 7
    assert (await run(right, pair(seed=None)))[0].seed >= 0


@given(SCORES, SCORES)
def test_the_higher_score_is_kept_and_the_first_of_equals(first: int | None, second: int | None) -> None:
    kept = keep_by_scores(pair(first, second))
    scores = [-1 if item is None else item for item in (first, second)]
    assert scores[kept] == max(scores)
    assert scores[0] != scores[1] or kept == 0
