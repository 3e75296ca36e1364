"""From signs to support, and to a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.claims import Source, ledger, weights
from orchd.claims.signs.presence import PresenceSigns
from orchd.claims.signs.scoring import ConflictSigns, Likelihood, find_conflict, likelihood, method_of, verdict
from tests.claims.parts import judged, paired

SHARE = st.floats(min_value=0, max_value=1)
PRESENCES = st.builds(PresenceSigns, *[SHARE] * len(PresenceSigns._fields))
CONFLICTS = st.builds(ConflictSigns, *[SHARE] * len(ConflictSigns._fields))
ALL_THERE, NOT_THERE = PresenceSigns(1, 1, 1, 0, 0), PresenceSigns(0, 0, 0, 1, 0)


def test_all_there_and_nothing_against_it_is_support() -> None:
    assert likelihood(ALL_THERE, ConflictSigns()).support > 0.9
    assert likelihood(NOT_THERE, ConflictSigns()).support < 0.2


@given(PRESENCES, CONFLICTS, SHARE)
def test_support_rises_with_what_is_there_and_falls_with_what_speaks_against(
    presence: PresenceSigns, conflict: ConflictSigns, value: float
) -> None:
    support = likelihood(presence, conflict).support
    assert 0 <= support <= 1
    for name in ("known", "runs", "covered"):
        more = presence._replace(**{name: max(value, getattr(presence, name))})
        assert likelihood(more, conflict).support >= support
    for name in ("absent", "personal"):
        more = presence._replace(**{name: max(value, getattr(presence, name))})
        assert likelihood(more, conflict).support <= support
    for name in ConflictSigns._fields:
        more_against = conflict._replace(**{name: max(value, getattr(conflict, name))})
        assert likelihood(presence, more_against).support <= support


def test_every_sign_has_a_weight_for_its_side() -> None:
    assert list(weights.PRESENCE) == list(PresenceSigns._fields)
    assert list(weights.CONFLICT) == list(ConflictSigns._fields)
    assert all(weight <= 0 for weight in weights.CONFLICT.values())
    assert 0 < weights.NOT_FOUND < 0.5 < weights.SUPPORTED < 1


def test_what_decides_is_named() -> None:
    assert method_of(ConflictSigns(date=1)) == "date"
    assert method_of(ConflictSigns(denied=1)) == "negation"
    assert method_of(ConflictSigns(replaced=1)) == "replacement"
    assert method_of(ConflictSigns()) == "lexical"


def test_signs_of_a_copy() -> None:
    assert set(find_conflict(paired("The tower was built in 1874.", "The tower was built in 1874."))) == {0}


def test_a_word_for_what_the_sources_say() -> None:
    assert verdict(Likelihood(1.0, 1.0, 1.0, 1.0)) == "supported"
    assert verdict(Likelihood(0.9, 0.1, 0.1, 1.0)) == "contradicted"
    assert verdict(Likelihood(0.9, 0.1, 0.9, 1.0)) == "unclear"
    assert verdict(Likelihood(0.05, 1.0, 1.0, 1.0)) == verdict(Likelihood(0.05, 0.1, 0.1, 1.0)) == "not_found"
    assert verdict(Likelihood(0.5, 1.0, 1.0, 1.0)) == "unclear"
    assert verdict(Likelihood(0.9, 0.1, 0.9, 0.1)) == "not_found"
    assert verdict(Likelihood(0.9, 0.1, 0.1, 0.1)) == "contradicted"


def test_each_word_is_met() -> None:
    source = "The tower stands 42 metres above the rock. It was opened by the mayor of Porto in 1931."
    found = {
        "The tower stands 42 metres above the rock.": "supported",
        "The tower stands 24 metres above the rock.": "contradicted",
        "Seven painters live on Madeira.": "not_found",
        "The mayor of Porto praised the tower.": "unclear",
    }
    assert {claim: judged(claim, source)[0].verdict for claim in found} == found


def word(claim: str, source: str) -> str:
    return ledger(claim, [Source("source", source)])[0].verdict


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Martha Oake founded the ferry in 1908.", "Henry Voss founded the ferry in 1908."),
        ("The prize went to Ana Prado in spring.", "The prize went to Rui Melo in spring."),
        ("O prêmio foi para Ana Prado em maio.", "O prêmio foi para Rui Melo em maio."),
        ("The ferry carried 34 passengers a day.", "The ferry carried 24 passengers a day."),
        ("The ferry does not sail in winter.", "The ferry sails in winter."),
        ("The tower is 42 feet high.", "The tower is 42 metres high."),
        ("A ticket costs 2.50 dollars.", "A ticket costs 2.50 pounds."),
        ("The trip takes 40 hours.", "The trip takes 40 minutes."),
    ],
)
def test_another_name_or_number_or_the_opposite_contradicts(claim: str, source: str) -> None:
    assert word(claim, source) == "contradicted"


@pytest.mark.parametrize(
    "claim",
    [
        "The ferry carried passengers from the harbour in 1931.",
        "The ferry carried 40 passengers from the harbour.",
    ],
)
def test_a_fact_that_is_added_is_not_found(claim: str) -> None:
    assert word(claim, "The ferry carried passengers from the harbour.") == "not_found"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The driver hit two cars on Friday.", "Police said the driver allegedly hit two cars on Friday."),
        ("The drug reduces pain in adults.", "The drug may reduce pain in adults."),
        ("A man is slicing tofu.", "A man is slicing butter."),
        ("The star flew out for a lavish party.", "The star flew out for a glamorous party."),
        (
            "The mill of 1983 has had Bo Lind as its head since 2011.",
            "The mill is of 1983. Its head is Bo Lind, since 2011.",
        ),
    ],
)
def test_less_sure_words_and_other_words_leave_it_unclear(claim: str, source: str) -> None:
    assert word(claim, source) == "unclear"
