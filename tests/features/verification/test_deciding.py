import json

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from orchd.claims import SUPPORTED
from orchd.features.verification.deciding import (
    GUIDANCE_CHARACTERS,
    Doubts,
    decide,
    guidance,
    guidance_text,
    is_settled,
    last_word,
    remarks,
)
from orchd.features.verification.judging.verdicts import abstention, approves, discount_approval, read_verdict
from orchd.features.verification.messages import VerificationOutcome, VerifyClaimItem, VerifyFinding, VerifyVerdict
from orchd.features.verification.remarks import JudgeRole, VerifyRemark
from orchd.features.verification.wording import paragraph
from tests.fix_verification import refusal, verdict


def said(text: str, role: JudgeRole = "validator", model: str = "judge-b@fake") -> VerifyVerdict:
    return read_verdict(text, role, model, ())


YES, NO, DUMB = said(verdict()), said(refusal()), abstention("validator", "judge-b@fake", VerifyRemark(code="no_model"))
NONE, FLAGGED = Doubts(), Doubts(flagged=True)
LISTS = st.lists(st.sampled_from(["the sum is wrong", "none", ""]), max_size=2)
VERDICTS = st.builds(
    lambda approved, score, passed, errors, missing: said(
        verdict(
            approved=approved,
            score=score,
            criteria=dict.fromkeys(("complete", "correct", "requirements", "quality"), passed),
            errors=errors,
            missing=missing,
        )
    ),
    st.booleans() | st.just("yes"),
    st.integers(-10, 120) | st.none(),
    st.booleans() | st.none(),
    LISTS,
    LISTS,
)
VERDICTS = st.builds(
    lambda verdict, failed: structs.replace(verdict, discounted="failed" if failed and approves(verdict) else None),
    VERDICTS,
    st.booleans(),
)
DOUBTS = st.builds(Doubts, *[st.booleans()] * len(Doubts._fields))


@given(VERDICTS, st.none() | VERDICTS, DOUBTS, st.booleans())
def test_nothing_is_verified_beside_anything_that_speaks_against_it(
    first: VerifyVerdict, second: VerifyVerdict | None, doubts: Doubts, own: bool
) -> None:
    outcome = decide(first, second, doubts, own=own)
    last = first if is_settled(first, doubts, own=own) else second
    if last is second and (second is None or second.discounted or second.abstained) and approves(first):
        last = second if doubts.disowned else first
    if outcome in ("verified", "self_checked"):
        assert last is not None
        assert (own or last.discounted is not None) is (outcome == "self_checked")
        assert approves(last)
        assert last.score is not None
        assert last.score >= 70
        assert (last.errors, last.missing, last.abstained) == ([], [], None)
        assert not any((doubts.refused, doubts.flagged, doubts.disputed, doubts.disowned, doubts.unread))
    if outcome == "rejected" and not doubts.refused:
        refused = last is not None and last.abstained is None and not approves(last)
        assert refused or doubts.flagged
        assert refused or not doubts.texts_alone or last is None or last.discounted is not None
    if is_settled(first, doubts, own=own):
        assert outcome == decide(first, None, doubts, own=own)
    if not doubts.refused and first.abstained is not None and (second is None or second.abstained is not None):
        assert outcome == "undecided"


def test_what_verdicts_come_to() -> None:
    assert decide(YES, None, NONE, own=False) == "verified"
    assert decide(NO, None, NONE, own=False) == "undecided"
    assert decide(NO, YES, NONE, own=False) == "verified"
    assert decide(NO, NO, NONE, own=False) == "rejected"
    assert decide(DUMB, YES, NONE, own=False) == "verified"
    assert decide(NO, DUMB, NONE, own=False) == "undecided"


def test_what_a_model_alone_comes_to() -> None:
    assert decide(YES, None, NONE, own=True) == "self_checked"
    assert decide(NO, None, NONE, own=True) == "rejected"
    assert decide(DUMB, None, NONE, own=True) == "undecided"
    assert decide(YES, None, FLAGGED, own=True) == "rejected"


def test_a_flagged_answer_is_tried_again_whoever_approves() -> None:
    assert decide(YES, None, FLAGGED, own=False) == "rejected"
    assert decide(NO, YES, FLAGGED, own=False) == "rejected"
    assert decide(NO, None, FLAGGED, own=False) == "rejected"
    assert decide(DUMB, None, FLAGGED, own=False) == "undecided"
    assert decide(NO, DUMB, FLAGGED, own=False) == "undecided"


def test_a_person_may_overrule_what_the_texts_alone_say() -> None:
    alone = Doubts(flagged=True, texts_alone=True)
    assert decide(YES, None, alone, own=True) == "undecided"
    assert decide(YES, None, alone, own=False) == "undecided"
    assert decide(NO, NO, alone, own=False) == "rejected"
    assert decide(NO, None, alone, own=True) == "rejected"


def finding(remark: VerifyRemark) -> VerifyFinding:
    return VerifyFinding("repetition", 30, "", None, remark)


def notes(outcome: VerificationOutcome, verdicts: list[VerifyVerdict], doubts: Doubts, *, own: bool) -> str:
    return paragraph(remarks(outcome, verdicts, doubts, own=own))


def test_what_is_no_answer_is_tried_again_and_no_judge_is_asked() -> None:
    assert decide(DUMB, None, Doubts(refused=True), own=False) == "rejected"
    assert decide(YES, YES, Doubts(refused=True), own=True) == "rejected"


def test_an_approval_that_says_two_things_is_none() -> None:
    both = said(verdict(errors=["The second sentence is invented."], missing=["the conclusion"], score=88))
    assert decide(both, None, NONE, own=False) == "undecided"
    assert decide(both, YES, NONE, own=False) == "verified"
    assert decide(both, None, NONE, own=True) == "rejected"
    text = guidance_text(guidance([both], [], []))
    assert "Wrong: The second sentence is invented." in text
    assert "Missing: the conclusion" in text


def test_a_judge_that_disowns_its_approval_leaves_it_to_a_person() -> None:
    disowned = Doubts(disowned=True)
    assert not is_settled(YES, disowned, own=False)
    assert decide(YES, None, disowned, own=False) == "undecided"
    assert decide(YES, YES, disowned, own=False) == "undecided"
    assert decide(YES, NO, disowned, own=False) == "rejected"
    assert decide(YES, None, Doubts(disputed=True), own=False) == "undecided"
    assert decide(YES, None, Doubts(unread=True), own=False) == "undecided"


FAILED = discount_approval(YES, VerifyRemark(code="approved_wrong", count=6, total=6))


def test_an_approval_that_is_discounted_verifies_nothing() -> None:
    assert not is_settled(FAILED, NONE, own=False), "somebody else is asked"
    assert decide(FAILED, None, NONE, own=False) == "self_checked"
    assert decide(FAILED, FAILED, NONE, own=False) == "self_checked"
    assert decide(FAILED, DUMB, NONE, own=False) == "self_checked"
    assert decide(FAILED, YES, NONE, own=False) == "verified"
    assert decide(FAILED, NO, NONE, own=False) == "rejected"
    assert decide(NO, FAILED, NONE, own=False) == decide(NO, None, NONE, own=False) == "undecided"
    assert decide(DUMB, FAILED, NONE, own=False) == "undecided"
    assert decide(FAILED, None, FLAGGED, own=False) == "rejected"
    assert decide(FAILED, None, Doubts(disowned=True), own=False) == "undecided"
    told = notes("self_checked", [FAILED], NONE, own=False)
    assert told == (
        "good. The approval of judge-b@fake verifies nothing: it approved 6 of 6 wrong results in its trial as a judge."
    )


def test_the_last_word_is_the_last_that_was_said() -> None:
    assert last_word([NO, DUMB]) == NO
    assert last_word([NO, YES]) == YES
    assert last_word([DUMB]) is None


def test_a_person_is_told_what_happened() -> None:
    told = notes("undecided", [NO, DUMB], FLAGGED, own=False)
    assert "bad" in told
    assert "The validator abstained: no model is there." in told
    assert "person" in told
    assert "confidence" in told
    assert "only a model" in notes("self_checked", [YES], NONE, own=True).lower()


def test_notes_are_whole_sentences() -> None:
    nine = said(verdict(score=9, notes="good"))
    assert notes("undecided", [nine], NONE, own=False) == (
        "good. Score and approval disagree: it approved with 9 of 100 (or of 10, which nobody can know). "
        "No model could settle it; a person must."
    )
    assert notes("self_checked", [YES], NONE, own=True).startswith("good. Only a model")
    refused = abstention("validator", None, VerifyRemark(code="no_answer", rule="placeholder", quote="TODO"))
    assert notes("rejected", [refused], NONE, own=False) == "No judge was asked: the answer is a placeholder: TODO."
    assert notes("verified", [said(verdict(notes='It is "fine!"'))], NONE, own=False) == 'It is "fine!"'
    for name in ("disputed", "disowned", "unread", "texts_alone"):
        assert notes("undecided", [YES], Doubts(**{name: True}), own=False).count(". ") == 2


def test_guidance_names_what_was_wrong_once() -> None:
    again = said(refusal(missing=["a date"], errors=["the sum is wrong", "the sum is wrong"]))
    text = guidance_text(guidance([again], [finding(VerifyRemark(code="repeats", count=3, quote="again"))], []))
    assert text.count("the sum is wrong") == 1
    assert "Missing: a date" in text
    assert "it says 3 times" in text
    assert guidance([YES], [], []) == []
    long = said(refusal(errors=[f"{number} " + "x" * 900 for number in range(30)]))
    cut = guidance([long], [], [])
    assert len(guidance_text(cut)) == GUIDANCE_CHARACTERS
    assert len(cut) < 30


def test_a_person_is_told_nothing_that_nobody_said() -> None:
    assert notes("verified", [said(verdict(notes=""))], NONE, own=False) == ""
    assert notes("rejected", [], FLAGGED, own=False).startswith("What was found")


def test_guidance_is_cut_only_where_it_is_too_long() -> None:
    def found(extra: int) -> str:
        frame = len("- Found: it ends by repeating: ")
        long = "x" * (GUIDANCE_CHARACTERS - frame + extra)
        return guidance_text(guidance([], [finding(VerifyRemark(code="ends_repeating", quote=long))], []))

    assert (len(found(0)), found(0)[-1]) == (GUIDANCE_CHARACTERS, "x")
    assert (len(found(1)), found(1)[-1]) == (GUIDANCE_CHARACTERS, "…")


def test_guidance_says_why_a_criterion_failed() -> None:
    criteria = json.loads(verdict())["criteria"]
    criteria["complete"] = {"passed": False, "reason": "the end is missing"}
    criteria["correct"] = {"passed": False}
    text = guidance_text(guidance([said(refusal(criteria=criteria))], [], []))
    assert "Not complete: the end is missing" in text
    assert "Not correct: no reason was given" in text


def claim(text: str, score: float | None) -> VerifyClaimItem:
    return VerifyClaimItem(0, text, 0, len(text), 0.0, "none", None, None, None, None, None, score)


def test_guidance_names_the_claims_that_are_known_not_to_hold() -> None:
    scores = {"unknown": None, "held": SUPPORTED, "lacking": SUPPORTED - 0.01}
    text = guidance_text(guidance([], [], [claim(f"The {name} claim.", score) for name, score in scores.items()]))
    assert [name for name in scores if name in text] == ["lacking"]
