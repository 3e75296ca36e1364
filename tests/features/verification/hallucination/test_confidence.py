from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from orchd.features.models import TaskType, check_response
from orchd.features.verification.hallucination.confidence import (
    INCONSISTENT_ALL,
    confidence,
    contradiction_findings,
    dispute_findings,
    inconsistent,
    is_disowned,
    lacks_support,
    no_answer,
    rests_on_texts_alone,
    samples_decide,
    score,
    support_findings,
    threshold,
)
from orchd.features.verification.messages import (
    VerificationOpinion,
    VerifyClaimItem,
    VerifyClaimOpinion,
    VerifyEvidence,
    VerifyFinding,
)
from orchd.features.verification.remarks import VerifyRemark

TYPES: tuple[TaskType, ...] = get_args(get_args(TaskType)[0])
FINDINGS = st.builds(VerifyFinding, st.just("scope"), st.integers(0, 100), st.text(), st.none())


def claim(index: int = 0, support: float = 0.9, **members: Any) -> VerifyClaimItem:
    given: dict[str, Any] = {"claim": f"claim {index}", "start": 0, "end": 5, "method": "lexical", "evidence": None}
    unknown = dict.fromkeys(("agreement", "judged", "checked_by", "reason", "score"))
    return VerifyClaimItem(index=index, support=support, **given | unknown | members)


CONTRADICTED = VerifyRemark(code="claim_contradicted", claim="It is red.")


def test_every_type_has_a_threshold() -> None:
    assert all(0 < threshold(kind) < 100 for kind in TYPES)


@given(st.lists(FINDINGS))
def test_confidence_stays_within_its_bounds(findings: list[VerifyFinding]) -> None:
    assert 0 <= confidence(findings) <= 100
    assert confidence([]) == 100


@given(
    st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.none() | st.sampled_from(["supported", "contradicted", "unsupported"]),
    st.booleans(),
)
def test_a_score_stays_within_its_bounds(support: float, agreement: float | None, judged: Any, grounded: bool) -> None:
    found = score(claim(support=support, agreement=agreement, judged=judged), grounded=grounded)
    assert found is None or 0 <= found <= 1
    assert not grounded or found is not None


def test_silence_of_sources_counts_only_where_they_are_the_ground() -> None:
    assert score(claim(support=0.1), grounded=False) is None
    assert score(claim(support=0.1), grounded=True) == 0.1
    assert score(claim(support=0.9), grounded=False) == 0.9
    assert score(claim(support=0.1, agreement=0.7), grounded=False) == 0.7
    assert score(claim(support=0.1, agreement=1.0), grounded=True) == 0.1


def said(opinion: VerificationOpinion, weight: float, **members: Any) -> VerifyClaimItem:
    """A claim of which a judge says so, with that weight by its trial."""
    told = VerifyClaimOpinion("judge-b", "judge", None, opinion, "", weight)
    return claim(judged=opinion, checked_by="judge-b", opinions=[told], **members)


def test_a_judge_moves_a_claim_by_its_weight() -> None:
    sure, lazy = said("supported", 2.2, support=0.1), said("supported", 0.0, support=0.1)
    assert (score(sure, grounded=True) or 0) > 0.5 > (score(lazy, grounded=True) or 0)
    assert (score(said("unsupported", -2.2, support=0.7), grounded=True) or 1) < 0.5
    assert score(said("unsupported", -2.2, support=0.1), grounded=False) is None, "that texts are silent says nothing"
    assert (score(said("supported", 2.2, support=0.1), grounded=False) or 0) > 0.8
    assert (score(said("contradicted", -2.2, support=0.1), grounded=False) or 1) < 0.2


def test_what_a_judge_bears_out_is_not_held_against_an_answer() -> None:
    fair = said("supported", 0.7, support=0.1, verdict="not_found", score=0.2)
    lazy = said("supported", 0.1, support=0.1, verdict="not_found", score=0.1)
    refuted = said("supported", 2.2, support=0.1, verdict="contradicted", method="date", score=0.1)
    assert [lacks_support(item) for item in (fair, lazy, refuted)] == [False, True, True]


def test_what_has_no_support_costs_in_proportion() -> None:
    good = [claim(index, score=0.9) for index in range(9)]
    one = support_findings([*good, claim(9, score=0.2)])
    all_of_them = support_findings([claim(index, score=0.0) for index in range(3)])
    refuted = support_findings([*good, claim(9, score=0.2, verdict="contradicted")])
    assert support_findings(good) == []
    assert one[0].points < refuted[0].points < all_of_them[0].points
    assert all(confidence(all_of_them) < threshold(kind) for kind in TYPES)
    assert "1 of 10" in one[0].reason
    assert "claim 9" in one[0].reason


def test_what_can_t_be_told_costs_nothing() -> None:
    unclear = [claim(index, score=0.4, verdict="unclear") for index in range(5)]
    assert support_findings(unclear) == []
    assert support_findings([*unclear, claim(5, score=0.1, verdict="not_found")]) != []
    (found,) = support_findings([*unclear, claim(5, score=0.3, verdict="unclear", judged="unsupported")])
    assert "1 of 6" in found.reason


def test_a_judge_is_named() -> None:
    (found,) = support_findings([claim(score=0.1, judged="contradicted", checked_by="judge-b@fake")])
    assert found.checked_by == "judge-b@fake"


@pytest.mark.parametrize("task", TYPES)
def test_one_contradiction_or_differing_samples_flag_nothing(task: TaskType) -> None:
    assert confidence(contradiction_findings([CONTRADICTED], None)) >= threshold(task)
    assert confidence(inconsistent([claim(agreement=0.0)], 2)) >= threshold(task)
    both = contradiction_findings([CONTRADICTED] * 9, None) + inconsistent([claim(agreement=0.0)], 2)
    assert confidence(both) < threshold(task)


@pytest.mark.parametrize("task", TYPES)
def test_what_may_be_an_answer_is_not_flagged_and_what_can_t_be_is(task: TaskType) -> None:
    for doubtful in ("undefined", "Error: file not found", "<s>old</s> price"):
        assert threshold(task) <= confidence(no_answer(check_response(doubtful))) < 100
    for none in ("", "[insert answer here]", "\ufffd" * 9):
        assert confidence(no_answer(check_response(none))) < threshold(task)


def test_what_is_hardly_what_was_asked_for_is_flagged_in_a_task_and_not_in_a_chat() -> None:
    cut = confidence(no_answer(check_response("It was built in", finish_reason="length")))
    assert threshold("chat") <= cut < threshold("general")


@pytest.mark.parametrize("task", TYPES)
def test_samples_decide_where_they_can_lead_below_the_threshold(task: TaskType) -> None:
    for points in range(101):
        found = [VerifyFinding("contradiction", points, "no", None)]
        before, after = 100 - points, 100 - points - INCONSISTENT_ALL
        assert samples_decide(task, found) == (before >= threshold(task) > after)


def test_contradictions_have_a_limit() -> None:
    found = contradiction_findings([CONTRADICTED] * 50, "judge-b")
    assert sum(finding.points for finding in found) == 40
    assert len(found) == 10


def test_samples_that_agree_are_no_finding() -> None:
    assert inconsistent([claim(agreement=0.6)], 2) == []
    assert inconsistent([claim()], 2) == []


def refuted(index: int, **members: Any) -> VerifyClaimItem:
    return claim(index, 0.02, method="number", verdict="contradicted", score=0.02, **members)


def test_a_dispute_shows_both_sides_and_counts_once() -> None:
    disputed = refuted(0, judged="supported", checked_by="judge-b", evidence=VerifyEvidence("notes", 0, 9, "It has 9."))
    (found,) = dispute_findings([disputed, claim(1, judged="supported", score=0.9), refuted(2)])
    assert (found.kind, found.checked_by) == ("disputed", "judge-b")
    for text in ("claim 0", "It has 9.", "notes", "number"):
        assert text in found.reason
    assert support_findings([disputed]) == []
    assert sum(finding.points for finding in dispute_findings([disputed] * 50)) == 40
    assert len(dispute_findings([disputed] * 50)) == 10


def test_what_the_texts_alone_flag() -> None:
    def alone(claims: list[VerifyClaimItem], *more: VerifyFinding, by_itself: bool = False) -> bool:
        found = [*support_findings(claims), *more]
        assert confidence(found) < threshold("general")
        return rests_on_texts_alone("general", found, claims, alone=by_itself)

    silent = [claim(index, 0.01, method="none", verdict="not_found", score=0.01) for index in range(4)]
    assert alone(silent)
    assert not alone([replace(claim, judged="unsupported", checked_by="judge-b") for claim in silent])
    assert not alone(silent, VerifyFinding("no_answer", 100, "empty", None))
    assert alone([refuted(0), claim(1, 0.9, score=0.9)])
    assert not alone([refuted(0), refuted(1)])
    assert alone([refuted(0), refuted(1)], by_itself=True)


@pytest.mark.parametrize(
    ("said", "disowned"),
    [
        ([], False),
        (["contradicted"], True),
        (["unsupported"], False),
        (["contradicted", None], False),
        (["contradicted", "contradicted"], True),
        (["contradicted"] * 2 + [None] * 4, True),
        (["contradicted"] * 2 + ["supported"] * 5, False),
        (["unsupported"] * 2 + [None] * 2, True),
        (["unsupported"] * 2 + [None] * 3, False),
        (["contradicted"] * 40 + [None] * 560, True),
        (["contradicted"] * 3 + [None] * 600, False),
    ],
)
def test_a_judge_disowns_its_approval_by_its_opinions(said: list[Any], disowned: bool) -> None:
    claims = [
        claim(index, judged=judged, checked_by="judge-b" if judged else None) for index, judged in enumerate(said)
    ]
    assert is_disowned(claims, "judge-b") is disowned
    assert not is_disowned(claims, "judge-c")
    assert not is_disowned(claims, None)
