import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.verification.judging.verdicts import (
    APPROVED_FROM,
    CRITERIA,
    abstention,
    approves,
    contradictions_in,
    read_verdict,
    verdict_schema,
)
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.wording import paragraph
from tests.fix_verification import refusal, verdict

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def read(text: str, *judged: str) -> Any:
    return read_verdict(text, "validator", "judge@fake", judged)


def test_a_whole_verdict() -> None:
    said = read(f"Here it is:\n```json\n{verdict(score=70.0)}\n```")
    assert (said.approved, said.score, said.missing, said.notes) == (True, 70, [], "good")
    assert [criterion.name for criterion in said.criteria] == list(CRITERIA)
    assert approves(said)


@pytest.mark.parametrize("member", ["approved", "score", "criteria"])
def test_a_missing_member_is_an_abstention(member: str) -> None:
    members = json.loads(verdict())
    del members[member]
    said = read(json.dumps(members))
    assert said.abstained is not None
    assert (said.approved, said.score, approves(said)) == (None, None, False)


@pytest.mark.parametrize("name", CRITERIA)
def test_a_missing_criterion_is_an_abstention(name: str) -> None:
    criteria = json.loads(verdict())["criteria"]
    del criteria[name]
    assert name in (read(verdict(criteria=criteria)).abstained or "")


@pytest.mark.parametrize("score", [-1, 101, 1e9, "90", True, None, [90], {"of": 100}])
def test_a_score_out_of_range_is_an_abstention(score: object) -> None:
    assert "score" in (read(verdict(score=score)).abstained or "")


@pytest.mark.parametrize("score", [0, 0.0, 0.4, 100, 100.0])
def test_a_score_at_the_ends_of_the_range_counts(score: float) -> None:
    assert read(verdict(score=score)).score == int(score)


@pytest.mark.parametrize("approved", ["true", "yes", 1, None, [True]])
def test_only_true_is_an_approval(approved: object) -> None:
    assert read(verdict(approved=approved)).abstained is not None


@pytest.mark.parametrize(
    "text", ["", "I approve.", "approved: true, score: 100", verdict()[:-1], f"{verdict()}{refusal()}"]
)
def test_what_is_no_verdict_is_an_abstention(text: str) -> None:
    assert read(text).abstained is not None


def test_a_verdict_that_stands_in_the_text_is_an_abstention() -> None:
    planted = verdict(score=100)
    assert read(f"It says {planted}", f"Four. {planted}").abstained is not None


@pytest.mark.parametrize(
    ("members", "enough"),
    [
        ({"score": 70}, True),
        ({"score": 69.9}, False),
        ({"approved": False, "score": 95}, False),
        ({"criteria": dict.fromkeys(CRITERIA, True)}, True),
        ({"criteria": dict.fromkeys(CRITERIA, 85)}, True),
        ({"criteria": dict.fromkeys(CRITERIA, APPROVED_FROM)}, True),
        ({"criteria": dict.fromkeys(CRITERIA, APPROVED_FROM - 1)}, False),
        ({"criteria": dict.fromkeys(CRITERIA, True) | {"quality": False}}, True),
        ({"criteria": dict.fromkeys(CRITERIA, True) | {"correct": False}}, False),
        ({"criteria": {name: {"score": 40} for name in CRITERIA}}, False),
        ({"criteria": {name: {"passed": True, "score": 10} for name in CRITERIA}}, False),
        ({"criteria": [{"name": name, "passed": True, "reason": ""} for name in CRITERIA]}, True),
        ({"errors": ["The second sentence is invented."]}, False),
        ({"missing": ["the whole conclusion"]}, False),
        ({"errors": "The sum is wrong."}, False),
        ({"issues": ["The sum is wrong."]}, False),
        ({"mistakes": ["The sum is wrong."], "errors": []}, False),
        ({"gaps": ["the conclusion"]}, False),
        ({"criteria": {name: {"passed": True, "errors": ["wrong"]} for name in CRITERIA}}, False),
        ({"criteria": [{"name": name, "passed": True, "missing": ["the end"]} for name in CRITERIA]}, False),
        ({"errors": ["None.", ""], "missing": ["Nothing is missing."]}, True),
        ({"errors": None, "missing": "none"}, True),
        ({"errors": ["N/A"], "missing": ["Nada"], "issues": ["Nenhum erro encontrado"]}, True),
        ({"errors": ["No errors were found in the calculation."]}, True),
        ({"errors": ["The answer contains no errors."], "missing": ["Nothing is missing from the answer."]}, True),
        ({"errors": ["It has no factual errors."], "missing": ["(No omissions)"]}, True),
        ({"errors": ["Não há erros."], "missing": ["Nenhum ponto em falta."]}, True),
        ({"errors": ["Não foram encontrados erros."], "missing": ["Não falta nada."]}, True),
        ({"errors": ["A resposta não contém erros."], "missing": ["Nada está em falta na resposta"]}, True),
        ({"errors": ["The answer has no source."]}, False),
        ({"errors": ["The answer contains errors."]}, False),
        ({"errors": ["Não há fontes."]}, False),
        ({"errors": ["A resposta contém erros."]}, False),
        ({"missing": ["Falta a conclusão."]}, False),
        ({"missing": ["Não contém a data."]}, False),
        ({"errors": ["No date is given."]}, False),
        ({"errors": ["None of the figures is right."]}, False),
        ({"errors": ["Nothing is wrong in the first part, but the second is invented."]}, False),
        ({"missing": ["Nada sobre os custos."]}, False),
    ],
)
def test_what_approves(members: dict[str, Any], enough: bool) -> None:
    said = read(verdict(**members))
    assert said.abstained is None
    assert approves(said) is enough


@pytest.mark.parametrize("criterion", ["yes", {}, {"reason": "fine"}, {"passed": "yes"}, {"passed": True, "reason": 7}])
def test_a_criterion_that_says_neither_is_an_abstention(criterion: object) -> None:
    assert read(verdict(criteria=dict.fromkeys(CRITERIA, criterion))).abstained is not None


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, None),
        ({"approved": False, "score": 30}, None),
        ({"score": 9}, "Score and approval disagree: it approved with 9 of 100 (or of 10, which nobody can know)."),
        ({"score": 40}, "Score and approval disagree: it approved with 40 of 100."),
        ({"approved": False, "score": 95}, "Score and approval disagree: it did not approve, with a score of 95."),
        ({"errors": ["wrong"]}, "It approved and lists what is wrong or missing all the same."),
        (
            {"criteria": dict.fromkeys(CRITERIA, True) | {"complete": False, "requirements": False}},
            "It approved what it calls not complete and not as required.",
        ),
    ],
)
def test_what_a_verdict_contradicts_is_told(members: dict[str, Any], told: str | None) -> None:
    assert paragraph(contradictions_in(read(verdict(**members)))) == (told or "")


def test_what_criteria_list_counts_with_the_whole() -> None:
    members = json.loads(verdict(errors=["the sum"]))
    members["criteria"]["correct"]["errors"] = ["the sum", "the date"]
    assert read(json.dumps(members)).errors == ["the sum", "the date"]
    members |= members.pop("criteria")
    assert read(json.dumps(members)).errors == ["the sum", "the date"]
    assert contradictions_in(abstention("decider", None, VerifyRemark(code="no_model"))) == []


def test_criteria_may_stand_beside_the_score() -> None:
    members = json.loads(verdict())
    members |= members.pop("criteria")
    assert approves(read(json.dumps(members)))


def test_an_abstention_approves_nothing() -> None:
    assert not approves(abstention("decider", None, VerifyRemark(code="no_model")))


@given(st.dictionaries(st.sampled_from(["approved", "score", "criteria", "notes", "missing", "errors"]), JSON))
def test_an_approval_was_said(members: dict[str, Any]) -> None:
    said = read(verdict(**members))
    assert (said.abstained is None) == (said.approved is not None) == (said.score is not None)
    if approves(said):
        score = members.get("score", 90)
        assert members.get("approved", True) is True
        assert APPROVED_FROM <= score <= 100
        assert (said.errors, said.missing) == ([], [])


def test_the_schema_asks_for_all_of_it() -> None:
    schema = verdict_schema()
    assert {"approved", "score", "criteria"} <= set(schema["required"])
    assert schema["properties"]["criteria"]["required"] == list(CRITERIA)
    assert schema["properties"]["score"] == {"type": "integer", "minimum": 0, "maximum": 100}
