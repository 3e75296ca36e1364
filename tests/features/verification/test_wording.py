import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from msgspec import structs

import orchd
from orchd.errors import Timeout
from orchd.features.models import ResponseRule
from orchd.features.verification.remarks import (
    FlawCode,
    RemarkCode,
    VerifyFlaw,
    VerifyRemark,
    VerifySpan,
    VerifyUnread,
    failure_of,
)
from orchd.features.verification.wording import flaw_words, paragraph, sentence, words

CODED = {"VerifyFinding": "remark", "VerifyLedger": "gaps", "VerifyTrial": "discount", "VerifyClaimOpinion": "remark"}
"""Payloads with words of a check's own, and the member that says the same for programs."""
OWN_WORDS = {"claims.py"}
"""Makes opinions in a judge's own words."""


def whole(code: RemarkCode) -> VerifyRemark:
    """Return one with all that a remark may hold."""
    return VerifyRemark(
        code=code,
        role="decider",
        model="judge@two",
        error=failure_of(Timeout("slow", reason="gap")),
        flaw=VerifyFlaw("no_text", "notes"),
        rule="refusal",
        quote="I can't.",
        note="so it says",
        name="Guide",
        claim="It is red.",
        other_claim="It is blue.",
        method="number",
        languages=["de"],
        other_languages=[] if code == "language_unread" else ["en"],
        criteria=["complete", "requirements"],
        unread=[VerifyUnread("Guide", [VerifySpan(0, 20)], 2), VerifyUnread("Atlas")],
        count=3,
        total=6,
        refuted=1,
        limit=80,
        score=60,
        seconds=90.0,
    )


def codes_of(alias: object) -> tuple[str, ...]:
    return get_args(get_args(alias)[0])


def test_each_code_is_said_and_none_as_another_one() -> None:
    codes: tuple[RemarkCode, ...] = codes_of(RemarkCode)  # type: ignore[assignment]
    said = [words(whole(code)) for code in codes]
    assert len(set(said)) == len(codes) > 45
    assert "UNSET" not in " ".join(said)
    assert list(codes) == sorted(codes)


def test_what_need_not_be_there_is_not_named() -> None:
    for code in codes_of(RemarkCode):
        if code not in ("no_answer", "checkers_late"):
            words(VerifyRemark(code=code))  # type: ignore[arg-type]


@pytest.mark.parametrize("rule", codes_of(ResponseRule))
def test_each_rule_of_answers_is_said(rule: ResponseRule) -> None:
    assert words(structs.replace(whole("no_answer"), rule=rule))


def test_each_flaw_is_said() -> None:
    codes: tuple[FlawCode, ...] = codes_of(FlawCode)  # type: ignore[assignment]
    said = [flaw_words(VerifyFlaw(code, "notes")) for code in codes]
    assert len(set(said)) == len(codes)


def test_what_stands_by_itself_says_whom_it_is_about() -> None:
    assert sentence(whole("judge_failed")) == "The decider abstained: it could not be asked: slow."
    assert sentence(VerifyRemark(code="no_model", role="validator")) == "No judge was asked: no model is there."
    assert sentence(whole("approved_wrong")) == (
        "The approval of judge@two verifies nothing: it approved 3 of 6 wrong results in its trial as a judge."
    )
    assert sentence(VerifyRemark(code="said", quote="fine")) == "fine."
    assert paragraph([VerifyRemark(code="said", quote="Fine!"), whole("score_too_low")]) == (
        "Fine! Score and approval disagree: it approved with 60 of 100."
    )


def test_what_was_not_shown_is_told_by_its_place() -> None:
    assert words(whole("sources_unread")).endswith(
        ": characters 0-20 and 2 more passages of “Guide”; “Atlas”; and 1 more sources"
    )


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in Path(orchd.__file__).parent.joinpath("features").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODED:
                yield path.name, node


def test_whatever_a_check_says_it_says_by_a_code_too() -> None:
    """A member with a default, for what is stored by earlier releases, is easily left out."""
    found = list(calls())
    assert {node.func.id for _, node in found if isinstance(node.func, ast.Name)} == set(CODED)
    for name, node in found:
        assert isinstance(node.func, ast.Name)
        member = CODED[node.func.id]
        given = any(keyword.arg == member for keyword in node.keywords)
        by_place = node.func.id == "VerifyFinding" and len(node.args) == 5
        assert given or by_place or name in OWN_WORDS, f"{name}:{node.lineno}: {node.func.id} without {member}"
