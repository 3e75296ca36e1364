import json

from hypothesis import given
from hypothesis import strategies as st

from orchd.claims import SUPPORTED
from orchd.features.verification.deciding import GUIDANCE_CHARACTERS, decide, decisive, guidance, is_settled, notes
from orchd.features.verification.judging.verdicts import VerdictRole, abstention, approves, read_verdict
from orchd.features.verification.messages import VerifyClaimItem, VerifyFinding, VerifyVerdict
from tests.fix_verification import refusal, verdict


def said(text: str, role: VerdictRole = "validator", model: str = "judge-b@fake") -> VerifyVerdict:
    return read_verdict(text, role, model, ())


YES, NO, DUMB = said(verdict()), said(refusal()), abstention("validator", "judge-b@fake", "it is mute")
VERDICTS = st.builds(
    lambda approved, score, passed: said(
        verdict(
            approved=approved,
            score=score,
            criteria=dict.fromkeys(("complete", "correct", "requirements", "quality"), passed),
        )
    ),
    st.booleans() | st.just("yes"),
    st.integers(-10, 120) | st.none(),
    st.booleans() | st.none(),
)


@given(VERDICTS, st.none() | VERDICTS, st.booleans(), st.booleans())
def test_nothing_is_verified_that_no_other_model_approved(
    first: VerifyVerdict, second: VerifyVerdict | None, own: bool, flagged: bool
) -> None:
    outcome = decide(first, second, own=own, flagged=flagged)
    if outcome == "verified":
        assert not own
        assert not flagged
        assert approves(first) or (second is not None and approves(second))
    if outcome == "self_checked":
        assert own
        assert approves(first)
        assert not flagged
    if is_settled(first, own=own):
        assert outcome == decide(first, None, own=own, flagged=flagged)
    if first.abstained is not None and (second is None or second.abstained is not None):
        assert outcome == "undecided"


def test_what_verdicts_come_to() -> None:
    assert decide(YES, None, own=False, flagged=False) == "verified"
    assert decide(NO, None, own=False, flagged=False) == "undecided"
    assert decide(NO, YES, own=False, flagged=False) == "verified"
    assert decide(NO, NO, own=False, flagged=False) == "rejected"
    assert decide(DUMB, YES, own=False, flagged=False) == "verified"
    assert decide(NO, DUMB, own=False, flagged=False) == "undecided"


def test_what_a_model_alone_comes_to() -> None:
    assert decide(YES, None, own=True, flagged=False) == "self_checked"
    assert decide(NO, None, own=True, flagged=False) == "rejected"
    assert decide(DUMB, None, own=True, flagged=False) == "undecided"
    assert decide(YES, None, own=True, flagged=True) == "rejected"


def test_a_flagged_answer_is_tried_again_whoever_approves() -> None:
    assert decide(YES, None, own=False, flagged=True) == "rejected"
    assert decide(NO, YES, own=False, flagged=True) == "rejected"
    assert decide(NO, None, own=False, flagged=True) == "rejected"
    assert decide(DUMB, None, own=False, flagged=True) == "undecided"
    assert decide(NO, DUMB, own=False, flagged=True) == "undecided"


def test_the_last_word_is_the_last_that_was_said() -> None:
    assert decisive([NO, DUMB]) == NO
    assert decisive([NO, YES]) == YES
    assert decisive([DUMB]) is None


def test_a_person_is_told_what_happened() -> None:
    told = notes("undecided", [NO, DUMB], own=False, flagged=True)
    assert "bad" in told
    assert "mute" in told
    assert "person" in told
    assert "confidence" in told
    assert "only a model" in notes("self_checked", [YES], own=True, flagged=False).lower()


def test_guidance_names_what_was_wrong_once() -> None:
    finding = VerifyFinding("repetition", 30, "it says 3 times: again", None)
    text = guidance([said(refusal(missing=["a date"], errors=["the sum is wrong", "the sum is wrong"]))], [finding], [])
    assert text.count("the sum is wrong") == 1
    assert "Missing: a date" in text
    assert "it says 3 times" in text
    assert guidance([YES], [], []) == ""
    long = said(refusal(errors=[f"{number} " + "x" * 900 for number in range(30)]))
    assert len(guidance([long], [], [])) == GUIDANCE_CHARACTERS


def test_a_person_is_told_nothing_that_nobody_said() -> None:
    assert notes("verified", [said(verdict(notes=""))], own=False, flagged=False) == ""
    assert notes("rejected", [], own=False, flagged=True).startswith("What was found")


def test_guidance_is_cut_only_where_it_is_too_long() -> None:
    def found(extra: int) -> str:
        frame = len("- Found: ")
        reason = "x" * (GUIDANCE_CHARACTERS - frame + extra)
        return guidance([], [VerifyFinding("repetition", 30, reason, None)], [])

    assert (len(found(0)), found(0)[-1]) == (GUIDANCE_CHARACTERS, "x")
    assert (len(found(1)), found(1)[-1]) == (GUIDANCE_CHARACTERS, "…")


def test_guidance_says_why_a_criterion_failed() -> None:
    criteria = json.loads(verdict())["criteria"]
    criteria["complete"] = {"passed": False, "reason": "the end is missing"}
    criteria["correct"] = {"passed": False}
    text = guidance([said(refusal(criteria=criteria))], [], [])
    assert "Not complete: the end is missing" in text
    assert "Not correct: no reason was given" in text


def claim(text: str, score: float | None) -> VerifyClaimItem:
    return VerifyClaimItem(0, text, 0, len(text), 0.0, "none", None, None, None, None, None, score)


def test_guidance_names_the_claims_that_are_known_not_to_hold() -> None:
    scores = {"unknown": None, "held": SUPPORTED, "lacking": SUPPORTED - 0.01}
    text = guidance([], [], [claim(f"The {name} claim.", score) for name, score in scores.items()])
    assert [name for name in scores if name in text] == ["lacking"]
