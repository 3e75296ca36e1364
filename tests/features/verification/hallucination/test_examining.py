from collections.abc import Sequence

from orchd.claims import Source
from orchd.errors import OrchdError, UpstreamError
from orchd.features.verification.hallucination.examining import MAX_ASKED, MAX_PARTS, MAX_SHOWN, Opinions, examine
from orchd.features.verification.messages import VerifyClaimItem
from orchd.features.verification.remarks import VerifyRemark
from orchd.llm import Prompt
from tests.fix_verification import JudgingBackends, examination, interview, judge, work


def claims(*supports: float) -> list[VerifyClaimItem]:
    return [
        VerifyClaimItem(
            index,
            f"claim {index}",
            0,
            1,
            support,
            "none",
            None,
            None,
            None,
            None,
            None,
            None,
            "supported" if support > 0.5 else "not_found",
        )
        for index, support in enumerate(supports)
    ]


async def run(backends: JudgingBackends, found: Sequence[VerifyClaimItem], **members: object) -> Opinions:
    return await examine(interview(backends), judge("judge-b"), work(**members), found)


async def test_a_judge_is_asked_about_what_the_texts_don_t_settle() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "examination"] = examination(supported=[1, 2])
    source = Source("notes", "Snow is white.")
    said = await run(backends, claims(0.9, 0.1), sources=(source,), context="We spoke of snow.")
    assert said.examined is not None
    assert said.examined.opinions == {1: ("supported", "")}
    shown = backends.prompts[0].turns[-1].content
    for text in ("claim 0", "2. claim 1", "Snow is white.", "We spoke of snow.", "How much is two and two?"):
        assert text in shown
    assert "author-a" not in shown


async def test_who_need_not_be_asked() -> None:
    backends = JudgingBackends("judge-b")
    assert await run(backends, claims(0.1)) == Opinions(None, [])
    assert await run(backends, claims(0.9), grounded=True) == Opinions(None, [])
    assert await run(backends, []) == Opinions(None, [])
    assert backends.asked == []
    assert (await run(backends, claims(0.1), grounded=True)).examined is not None


async def test_without_a_judge_that_is_said() -> None:
    said = await examine(interview(JudgingBackends()), None, work(), claims(0.1, 0.2))
    assert said.examined is None
    assert said.gaps == [VerifyRemark(code="nobody_else")]


async def test_a_judge_that_fails_or_raves_says_nothing() -> None:
    backends = JudgingBackends("judge-b")
    answers: dict[str | OrchdError, str] = {
        UpstreamError("broken"): "examination_failed",
        "All fine!": "examination_unreadable",
        examination(inScope="perhaps"): "examination_unreadable",
    }
    for told, code in answers.items():
        backends.says["judge-b", "examination"] = told
        said = await run(backends, claims(0.1, 0.2))
        assert said.examined is None
        assert [gap.code for gap in said.gaps] == [code]


async def test_many_claims_are_cut() -> None:
    backends = JudgingBackends("judge-b")
    said = await run(backends, claims(*[0.1] * (MAX_SHOWN + 5)))
    shown = backends.prompts[0].turns[-1].content
    assert f"{MAX_SHOWN}. claim {MAX_SHOWN - 1}" in shown
    assert f"claim {MAX_SHOWN}" not in shown
    assert f", {MAX_ASKED}\n" in shown
    assert said.gaps == [VerifyRemark(code="judge_shown_part", limit=MAX_SHOWN)]


FILLING = "Nothing of note happened on that day either, and nobody wrote it down. " * 60
LONG = Source("notes", f"{FILLING} Snow is white. {FILLING} Coal is black. {FILLING}")


async def test_sources_that_don_t_fit_are_read_in_parts() -> None:
    backends = JudgingBackends("judge-b")

    def say(prompt: Prompt) -> str:
        text = prompt.turns[-1].content
        return examination(supported=[number for number, fact in ((1, "Snow is white"), (2, "Coal")) if fact in text])

    backends.says["judge-b", "examination"] = say
    asking = interview(backends)
    said = await examine(
        asking, judge("judge-b", context=4_096), work(sources=(LONG,), grounded=True), claims(0.1, 0.1, 0.1)
    )
    assert said.examined is not None
    assert said.examined.supported == {0, 1}
    assert 1 < len(backends.asked) <= MAX_PARTS
    assert "IN QUESTION" in backends.prompts[-1].turns[-1].content
    assert asking.coverage.unread([LONG]) is None


async def test_no_more_parts_are_read_than_claims_are_open() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "examination"] = examination(supported=[1, 2, 3])
    for members, calls in (({"grounded": True}, 1), ({"grounded": False}, 1)):
        backends.asked.clear()
        await examine(
            interview(backends),
            judge("judge-b", context=4_096),
            work(sources=(LONG,), **members),
            claims(0.1, 0.1, 0.1),
        )
        assert len(backends.asked) == calls


async def test_what_one_part_said_stays_when_another_one_fails() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "examination"] = lambda prompt: (
        examination(supported=[1], issues=[{"claim": 2, "kind": "unsupported", "reason": "no"}])
        if len(backends.asked) == 1
        else "I can't say."
    )
    asking = interview(backends)
    said = await examine(
        asking, judge("judge-b", context=4_096), work(sources=(LONG,), grounded=True), claims(0.1, 0.1, 0.1)
    )
    assert said.examined is not None
    assert said.examined.opinions == {0: ("supported", "")}
    assert said.gaps[0].code == "examination_unreadable"
    assert asking.coverage.unread([LONG]) is not None
