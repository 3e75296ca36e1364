import pytest

from orchd.errors import Timeout, TooLarge
from orchd.features.verification.trials.trying import try_judge
from tests.fix_verification import (
    JudgingBackends,
    examination,
    interview,
    judge,
    refusal,
    sound,
    sound_opinions,
    verdict,
)


async def test_a_sound_judge_is_right_throughout() -> None:
    backends = JudgingBackends("judge-b")
    backends.says = {("judge-b", "verdict"): sound, ("judge-b", "examination"): sound_opinions}
    asked = interview(backends)
    found = await try_judge(asked, judge("judge-b"))
    assert (found.right_approved, found.wrong_approved, found.wrong_refused) == (2, 0, 6)
    assert (found.claims_right_supported, found.claims_right_doubted) == (8, 0)
    assert (found.claims_wrong_supported, found.claims_wrong_doubted) == (0, 8)
    assert backends.asked == [*([("judge-b", "verdict")] * 8), ("judge-b", "examination")]
    assert asked.cost.calls == 9


async def test_it_is_asked_as_checks_ask_and_told_nothing_of_a_trial() -> None:
    backends = JudgingBackends("judge-b")
    await try_judge(interview(backends), judge("judge-b"))
    texts = ["\n".join(turn.content for turn in prompt.turns) for prompt in backends.prompts]
    assert not [text for text in texts if "trial" in text or "sample" in text]
    assert all("You check a result that somebody has produced" in text for text in texts[:-1])
    assert "IN QUESTION" in texts[-1]


async def test_a_lazy_judge_approves_of_everything() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "examination"] = examination(supported=[*range(1, 17)])
    found = await try_judge(interview(backends), judge("judge-b"))
    assert (found.wrong_approved, found.wrong_refused, found.claims_wrong_supported) == (6, 0, 8)
    assert found.failure is not None
    assert found.weight == (0, 0)


@pytest.mark.parametrize("said", ["On the whole it is fine.", verdict(score=9), refusal()])
async def test_what_can_t_be_read_or_contradicts_itself_is_no_approval(said: str) -> None:
    backends = JudgingBackends("judge-b")
    backends.says = {("judge-b", "verdict"): said, ("judge-b", "examination"): "Hm."}
    found = await try_judge(interview(backends), judge("judge-b"))
    assert (found.right_approved, found.wrong_approved) == (0, 0)
    assert found.failure is not None
    assert found.weight == (0, 0)


async def test_one_that_can_t_be_asked_is_not_tried() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "verdict"] = Timeout("slow")
    with pytest.raises(Timeout):
        await try_judge(interview(backends), judge("judge-b"))
    assert len(backends.asked) == 1, "the others are not asked"
    backends.says = {("judge-b", "examination"): Timeout("slow")}
    with pytest.raises(Timeout):
        await try_judge(interview(backends), judge("judge-b"))
    with pytest.raises(TooLarge):
        await try_judge(interview(backends), judge("judge-b", context=512))
