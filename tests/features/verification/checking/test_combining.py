from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from orchd.claims import ClaimVerdict
from orchd.features.verification.checking.combining import (
    MOST_OF_JUDGE,
    WEIGHTS,
    is_borne_out,
    is_doubted,
    is_refuted,
    supporter,
    total_support,
)
from orchd.features.verification.messages import OpinionSource, VerificationOpinion, VerifyClaimItem, VerifyClaimOpinion

KINDS: tuple[OpinionSource, ...] = get_args(get_args(OpinionSource)[0])
SAYS: tuple[VerificationOpinion | None, ...] = (*get_args(get_args(VerificationOpinion)[0]), None)
SHARES = st.none() | st.floats(0, 1)
OPINIONS = st.lists(
    st.builds(
        VerifyClaimOpinion,
        st.just("m@b"),
        st.sampled_from(KINDS),
        SHARES,
        st.sampled_from(SAYS),
        st.just(""),
        st.none() | st.floats(-9, 9),
    ),
    max_size=5,
)
METHODS = ("lexical", "number", "date", "name", "negation", "verbatim", "none")
VERDICTS = (*get_args(ClaimVerdict), None)


def claim(support: float, method: str, verdict: ClaimVerdict | None, *opinions: VerifyClaimOpinion) -> VerifyClaimItem:
    return VerifyClaimItem(
        0, "c", 0, 1, support, method, None, None, None, None, None, None, verdict, opinions=list(opinions)
    )


def said(kind: OpinionSource, value: float | None, opinion: VerificationOpinion | None = None) -> VerifyClaimOpinion:
    return VerifyClaimOpinion("m@b", kind, value, opinion, "")


def test_every_kind_has_its_weight() -> None:
    assert {*WEIGHTS, "judge"} == set(KINDS)


def test_without_opinions_the_texts_alone_speak() -> None:
    assert total_support(claim(0.3, "lexical", "unclear")) == 0.3
    assert total_support(claim(0.3, "lexical", "unclear", said("judge", None, "supported"))) == 0.3


def test_a_sure_checker_lifts_a_paraphrase_and_doubts_what_shares_the_words() -> None:
    assert total_support(claim(0.3, "lexical", "unclear", said("minicheck", 0.97))) > 0.5
    assert total_support(claim(0.65, "lexical", "unclear", said("minicheck", 0.03))) < 0.5
    assert total_support(claim(0.95, "lexical", "supported", said("minicheck", 0.0))) > 0.5, "one opinion is no proof"


def judged(weight: float | None, support: float = 0.3, opinion: VerificationOpinion = "supported") -> VerifyClaimItem:
    """A claim of which a judge has said so, with that weight."""
    said = VerifyClaimOpinion("m@b", "judge", None, opinion, "", weight)
    return replace(claim(support, "lexical", "unclear", said), judged=opinion)


def test_a_judge_weighs_what_its_trial_has_shown() -> None:
    lazy, fair, good = (total_support(judged(weight)) for weight in (0.0, 0.5, 2.2))
    assert lazy == 0.3 < fair < 0.5 < good
    assert total_support(judged(-2.2, 0.7, "unsupported")) < 0.5 < total_support(judged(-0.4, 0.7, "unsupported"))
    assert total_support(judged(99.0)) == total_support(judged(MOST_OF_JUDGE)), "nothing makes it certain"


def test_only_a_judge_that_tells_claims_apart_bears_one_out() -> None:
    assert [is_borne_out(judged(weight)) for weight in (None, 2.2, 0.7, 0.1, -0.5)] == [True, True, True, False, False]
    assert not is_borne_out(judged(2.2, opinion="unsupported"))
    assert not is_borne_out(claim(0.3, "lexical", "unclear"))


def test_a_word_counts_less_than_a_sure_number() -> None:
    word = total_support(claim(0.4, "lexical", "unclear", said("chat", None, "supported")))
    sure = total_support(claim(0.4, "lexical", "unclear", said("chat", 0.999, "supported")))
    assert 0.4 < word < sure


def test_a_reranker_may_only_doubt() -> None:
    assert total_support(claim(0.4, "lexical", "unclear", said("reranker", 0.99))) == 0.4
    assert total_support(claim(0.4, "lexical", "unclear", said("reranker", 0.001))) < 0.4


@pytest.mark.parametrize("method", ["number", "date"])
@pytest.mark.parametrize("verdict", ["contradicted", None])
def test_no_opinion_lifts_another_number_or_date(method: str, verdict: ClaimVerdict | None) -> None:
    sure = [said(kind, 1.0, "supported") for kind in KINDS]
    disputed = claim(0.2, method, verdict, *sure)
    assert is_refuted(disputed)
    assert total_support(disputed) <= 0.2


def test_what_is_not_clearly_contradicted_may_be_lifted() -> None:
    assert not is_refuted(claim(0.4, "number", "unclear"))
    assert not is_refuted(claim(0.2, "name", "contradicted"))
    assert total_support(claim(0.4, "number", "unclear", said("minicheck", 0.99))) > 0.6


@given(st.floats(0, 1), st.sampled_from(METHODS), st.sampled_from(VERDICTS), OPINIONS)
def test_it_stays_a_share_and_the_refuted_never_rise(
    support: float, method: str, verdict: ClaimVerdict | None, opinions: list[VerifyClaimOpinion]
) -> None:
    item = claim(support, method, verdict, *opinions)
    assert 0 <= total_support(item) <= 1
    assert not is_refuted(item) or total_support(item) <= support


@given(st.floats(0.01, 0.99), st.floats(0, 1), st.floats(0, 1), st.sampled_from(KINDS))
def test_more_yes_never_means_less_support(support: float, one: float, other: float, kind: OpinionSource) -> None:
    low, high = sorted((one, other))
    item = [total_support(claim(support, "lexical", "unclear", said(kind, share))) for share in (low, high)]
    assert item[0] <= item[1] + 1e-12


def test_only_one_made_for_it_speaks_against_the_texts() -> None:
    assert supporter([said("chat", 0.99, "supported"), said("reranker", 0.99, "supported")]) is None
    assert supporter([said("minicheck", 0.5), said("guardian", 0.9, "supported")]) == "m@b"


def test_doubt_is_for_those_made_for_it() -> None:
    no = said("minicheck", 0.02, "unsupported")
    assert is_doubted([no])
    assert not is_doubted([no, said("entailment", 0.9, "supported")])
    assert not is_doubted([said("chat", 0.0, "unsupported"), said("reranker", 0.0, "unsupported")])
    assert not is_doubted([])
