import trio
from msgspec import structs

from orchd.errors import Timeout
from orchd.features.models import LoadedModel
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.standing import UNTRIED
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.trials.trials import FOR_A_CHECK, HOLDS_MS, made_of
from orchd.llm import ModelInfo, Priority, Requester, Target
from orchd.protocol.identity import DAEMON_USER_ID
from tests.fix_verification import OpenPanel, Panel, refusal, sound, sound_opinions, verdict, work
from tests.wire.client import HANG_SECONDS

WRONG = VerifyRemark(code="approved_wrong", count=6, total=6)
FAILED = "approved 6 of 6 wrong results in its trial as a judge"


def make_sound(panel: Panel, *names: str) -> None:
    for name in names:
        panel.backends.says |= {(name, "verdict"): sound, (name, "examination"): sound_opinions}


def one(panel: Panel, name: str) -> Judge:
    return Judge(panel.backends.target(name), "", False)


async def test_only_who_has_passed_verifies(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b", tried=True) as panel:
        make_sound(panel, "judge-b")
        judged = await panel.verification.check(work())
        assert (judged.outcome, judged.verdicts[0].discounted) == ("verified", None)
        assert len(panel.backends.asked) == 10
        assert judged.cost.calls == 1, "a trial is no part of the check"
        assert panel.backends.claims[0] == FOR_A_CHECK
        judged = await panel.verification.check(work())
        assert (judged.outcome, len(panel.backends.asked)) == ("verified", 11)


async def test_the_approval_of_a_lazy_judge_is_shown_and_verifies_nothing(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b", tried=True) as panel:
        judged = await panel.verification.check(work())
        (said,) = judged.verdicts
        assert (judged.outcome, judged.reviewer) == ("self_checked", "judge-b@fake")
        assert (said.approved, said.discounted) == (True, FAILED)
        assert f"The approval of judge-b@fake verifies nothing: it {FAILED}." in judged.notes
        panel.backends.says["judge-b", "verdict"] = refusal()
        judged = await panel.verification.check(work())
        assert (judged.outcome, judged.verdicts[0].discounted) == ("undecided", None), "its refusal counts"


async def test_another_is_asked_in_place_of_one_that_failed(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b", "judge-c", tried=True) as panel:
        make_sound(panel, "judge-c")
        judged = await panel.verification.check(work())
        assert (judged.outcome, judged.reviewer) == ("verified", "judge-c@fake")
        panel.backends.says["judge-c", "verdict"] = refusal()
        judged = await panel.verification.check(work())
        assert judged.outcome == "undecided", "who has failed is not asked to overrule anybody"
        assert [verdict.model for verdict in judged.verdicts] == ["judge-c@fake"]


async def test_a_trial_that_can_t_be_made_verifies_nothing_and_is_made_the_next_time(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b", tried=True) as panel:
        panel.backends.says["judge-b", "examination"] = Timeout("slow")
        judged = await panel.verification.check(work())
        assert judged.outcome == "self_checked"
        assert judged.verdicts[0].discounted == "could not be tried as a judge: slow"
        assert await panel.trials.find(panel.backends.infos) == {}
        make_sound(panel, "judge-b")
        assert (await panel.verification.check(work())).outcome == "verified"


async def test_checks_side_by_side_share_one_trial(open_panel: OpenPanel) -> None:
    async with open_panel("author-a", "judge-b", tried=True) as panel:
        make_sound(panel, "judge-b")
        with trio.fail_after(HANG_SECONDS):
            async with trio.open_nursery() as nursery:
                for _ in range(4):
                    nursery.start_soon(panel.verification.check, work())
        assert len(panel.backends.asked) == 9 + 4


async def test_it_holds_until_the_file_changes_or_for_some_weeks(open_panel: OpenPanel) -> None:
    async with open_panel("judge-b", tried=True) as panel:
        make_sound(panel, "judge-b")
        assert (await panel.trials.standing(one(panel, "judge-b"))).failure is None
        panel.now += HOLDS_MS - 1
        assert set(await panel.trials.find(panel.backends.infos)) == {"judge-b@fake"}
        (info,) = panel.backends.infos
        for changed in (structs.replace(info, digest="b"), structs.replace(info, size_bytes=7)):
            assert await panel.trials.find([changed]) == {}
        assert await panel.trials.find([structs.replace(info, loaded=False, context=5)]) != {}
        panel.now += 1
        assert await panel.trials.find(panel.backends.infos) == {}
        panel.backends.says["judge-b", "verdict"] = verdict()
        assert (await panel.trials.standing(one(panel, "judge-b"))).failure == WRONG


async def test_while_nobody_asks_it_is_made_in_the_name_of_that(open_panel: OpenPanel) -> None:
    async with open_panel("judge-b", tried=True) as panel:
        make_sound(panel, "judge-b")
        idle = Requester(Priority.BACKGROUND, DAEMON_USER_ID, "idle")
        assert await panel.trials.names_measured(panel.backends.infos) == set()
        await panel.trials.measure(LoadedModel(panel.backends.target("judge-b"), None), idle)
        assert set(panel.backends.claims) == {idle}
        assert await panel.trials.names_measured(panel.backends.infos) == {"judge-b@fake"}
        (marked,) = await panel.trials.with_standing([one(panel, "judge-b")])
        assert marked.standing.failure is None
        assert marked.standing is not UNTRIED


async def test_what_is_simulated_is_not_tried(open_panel: OpenPanel) -> None:
    async with open_panel(tried=True) as panel:
        made_up = ModelInfo("made-up", "fake", simulated=True)
        assert await panel.trials.standing(Judge(Target(made_up, "fake"), "", False)) is UNTRIED
        assert panel.backends.asked == []


def test_what_a_file_is_known_by() -> None:
    info = ModelInfo("a", "b", size_bytes=5, quantization="Q4_0", parameters="8B", digest="sha256:" + "f" * 300)
    assert len(made_of(info)) == 256
    assert made_of(ModelInfo("a", "b")) == made_of(ModelInfo("a", "b", loaded=True)) != made_of(info)
