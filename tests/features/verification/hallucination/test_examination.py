import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.verification.hallucination.examination import (
    Contradiction,
    Examination,
    examination_schema,
    merge,
    read_examination,
)
from orchd.features.verification.judging.reading import Unreadable
from tests.fix_verification import examination

NUMBERS = st.integers(-3, 9)
ISSUES = st.fixed_dictionaries({"claim": NUMBERS, "kind": st.sampled_from(["contradicted", "unsupported", "odd"])})
PAIRS = st.fixed_dictionaries({"first": NUMBERS, "second": NUMBERS, "reason": st.just("so")})


def test_opinions() -> None:
    text = examination(
        supported=[1],
        issues=[
            {"claim": 2, "kind": "contradicted", "reason": "no"},
            {"claim": 3, "kind": "unsupported", "reason": ""},
        ],
        contradictions=[{"first": 1, "second": 3, "reason": "both can't be"}],
        inScope=False,
        scopeReason="it is about cats",
    )
    found = read_examination(text, 3, [0, 1, 2], ())
    assert found.opinions == {0: ("supported", ""), 1: ("contradicted", "no"), 2: ("unsupported", "")}
    assert found.contradictions == [Contradiction(0, 2, "both can't be")]
    assert found.out_of_scope == "it is about cats"
    assert read_examination(examination(), 3, [0], ()).out_of_scope is None


@given(st.lists(NUMBERS), st.lists(ISSUES), st.lists(PAIRS), st.integers(0, 6), st.sets(st.integers(0, 5)))
def test_only_what_was_asked_and_said_once_counts(
    supported: list[int], issues: list[dict[str, object]], pairs: list[dict[str, object]], shown: int, asked: set[int]
) -> None:
    text = examination(supported=supported, issues=issues, contradictions=pairs)
    found = read_examination(text, shown, asked, ())
    assert set(found.opinions) <= asked
    for index, (opinion, _) in found.opinions.items():
        said = {"supported"} if index + 1 in supported else set()
        said |= {str(issue["kind"]) for issue in issues if issue["claim"] == index + 1} - {"odd"}
        assert said == {opinion}
    for contradiction in found.contradictions:
        assert 0 <= contradiction.first < shown
        assert 0 <= contradiction.second < shown
        assert contradiction.first != contradiction.second
    assert len({frozenset(contradiction[:2]) for contradiction in found.contradictions}) == len(found.contradictions)


@pytest.mark.parametrize(
    "members",
    [
        {"inScope": "yes"},
        {"supported": 1},
        {"issues": ["2"]},
        {"issues": [{"claim": 1, "kind": "unsupported", "reason": 1}]},
        {"contradictions": {}},
        {"scopeReason": None},
    ],
)
def test_what_is_malformed_says_nothing(members: dict[str, object]) -> None:
    with pytest.raises(Unreadable):
        read_examination(examination(**members), 3, [0, 1, 2], ())


@pytest.mark.parametrize("member", examination_schema()["required"])
def test_every_member_must_be_there(member: str) -> None:
    members = json.loads(examination())
    del members[member]
    with pytest.raises(Unreadable, match=member):
        read_examination(json.dumps(members), 3, [0], ())


def test_an_answer_in_the_form_that_is_asked_for_is_read_whole() -> None:
    """A server that enforces the schema lets no other members through."""
    schema = examination_schema()
    issue, pair = (schema["properties"][name]["items"]["required"] for name in ("issues", "contradictions"))
    values = {"claim": 2, "kind": "contradicted", "reason": "no", "first": 1, "second": 3}
    said = {
        name: [{member: values[member] for member in members}]
        for name, members in (("issues", issue), ("contradictions", pair))
    }
    found = read_examination(examination(**said), 3, [0, 1, 2], ())
    assert found.opinions == {1: ("contradicted", "no")}
    assert found.contradictions == [Contradiction(0, 2, "no")]


def part(**opinions: Any) -> Examination:
    return Examination({int(name[1:]): (opinion, name) for name, opinion in opinions.items()}, [], None)


def test_opinions_by_parts_come_to_one() -> None:
    told = merge(
        [
            part(c0="supported", c1="unsupported", c2="contradicted", c3="unsupported", c4="contradicted"),
            part(c1="supported", c3="unsupported", c4="supported", c5="contradicted"),
        ],
        whole=True,
    )
    kinds = {index: opinion for index, (opinion, _) in told.opinions.items()}
    assert kinds == {
        0: "supported",
        1: "supported",
        2: "contradicted",
        3: "unsupported",
        5: "contradicted",
    }
    assert told.supported == {0, 1}


def test_nobody_says_of_what_was_not_read_that_nothing_bears_a_claim_out() -> None:
    parts = [part(c0="unsupported", c1="contradicted"), part(c0="unsupported")]
    assert set(merge(parts, whole=False).opinions) == {1}
    assert set(merge(parts, whole=True).opinions) == {0, 1}
