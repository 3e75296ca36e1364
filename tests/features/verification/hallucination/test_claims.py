import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES, ClaimFinding, Evidence, Source
from orchd.features.verification.hallucination.claims import (
    NAME_CHARACTERS,
    fits,
    in_question,
    items,
    sources_of,
    with_agreement,
    with_opinions,
    within_limit,
)
from orchd.features.verification.judging.standing import JudgeWeight
from orchd.features.verification.messages import VerificationOpinion
from tests.fix_verification import work

SOURCE = Source("notes", "The sky is blue. Snow is white.")
FOUND = [
    ClaimFinding("The sky is blue.", 0, 16, 1.0, "verbatim", Evidence("notes", 0, 16), "supported"),
    ClaimFinding("Snow is black.", 17, 31, 0.2, "lexical", Evidence("notes", 17, 31), "unclear"),
    ClaimFinding("I like both.", 32, 44, 0.0, "none", None, "not_found"),
]


def test_evidence_is_quoted() -> None:
    claims = items(FOUND, [SOURCE], grounded=True)
    assert [claim.index for claim in claims] == [0, 1, 2]
    assert claims[1].evidence is not None
    assert claims[1].evidence.text == "Snow is white."
    assert [claim.score for claim in claims] == [1.0, 0.2, 0.0]
    assert in_question(claims) == [1, 2]


def test_other_answers_and_judges_add_to_it() -> None:
    claims = items(FOUND, [SOURCE], grounded=False)
    assert [claim.score for claim in claims] == [1.0, None, None]
    other = [replace(claim, support=0.5) for claim in FOUND]
    claims = with_agreement(claims, [other, FOUND], grounded=False)
    assert [claim.agreement for claim in claims] == [0.75, 0.35, 0.25]
    opinions: dict[int, tuple[VerificationOpinion, str]] = {1: ("contradicted", "snow is white"), 2: ("supported", "")}
    claims = with_opinions(claims, opinions, "judge-b@fake", JudgeWeight(1.5, -2.0), grounded=False)
    said = claims[1]
    assert (said.judged, said.reason, said.checked_by) == ("contradicted", "snow is white", "judge-b@fake")
    assert [claim.opinions[0].weight for claim in claims[1:]] == [-2.0, 1.5]
    assert [claim.score for claim in claims[1:]] == [pytest.approx(0.119, abs=0.001), pytest.approx(0.818, abs=0.001)]
    assert claims[2].reason is None
    assert (claims[0].judged, claims[0].checked_by) == (None, None)


def test_without_other_answers_nothing_is_known_of_them() -> None:
    claims = items(FOUND, [SOURCE], grounded=True)
    assert with_agreement(claims, [], grounded=True) == claims
    cut_otherwise = replace(FOUND[1], end=99)
    assert [claim.agreement for claim in with_agreement(claims, [[FOUND[0], cut_otherwise]], grounded=True)] == [
        1.0,
        None,
        None,
    ]


def test_the_request_is_a_source_unless_the_answer_must_rest_on_others() -> None:
    assert [source.name for source in sources_of(work())] == ["request"]
    assert [source.name for source in sources_of(work(sources=(SOURCE,)))] == ["notes", "request"]
    assert [source.name for source in sources_of(work(sources=(SOURCE,), grounded=True))] == ["notes"]
    known = Source("message 7", "How much is two and two?")
    assert [source.name for source in sources_of(work(sources=(known,)))] == ["message 7"]


def test_too_much_is_left_out() -> None:
    assert fits("é" * (MAX_ANSWER_BYTES // 2))
    assert not fits("é" * (MAX_ANSWER_BYTES // 2 + 1))
    large = Source("large", "x" * MAX_SOURCE_BYTES)
    assert within_limit([SOURCE, large]) == [SOURCE]
    assert within_limit([large]) == [large]


@given(st.lists(st.builds(Source, st.sampled_from(["a", "a (2)", "b", "x" * 999]), st.just("t")), max_size=9))
def test_names_are_made_to_differ(sources: list[Source]) -> None:
    names = [source.name for source in within_limit(sources)]
    assert len({*names}) == len(sources)
    assert all(len(name) <= NAME_CHARACTERS + 5 for name in names)
