from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import UpstreamError
from orchd.llm.scoring.reranking import as_probabilities, read_scores, request_plain_scores, request_scores

JINA = {"model": "m", "results": [{"index": 1, "relevance_score": 0.25}, {"index": 0, "relevance_score": 7}]}


def test_what_is_asked() -> None:
    usual = request_scores("q", ("a", "b"))
    assert (usual["query"], usual["documents"], usual["top_n"]) == ("q", ["a", "b"], 2)
    assert request_plain_scores("q", ("a",)) == {"query": "q", "texts": ["a"], "raw_scores": False}


@pytest.mark.parametrize(
    "reply",
    [
        JINA,
        [{"index": 0, "score": 7}, {"index": 1, "score": 0.25}],
        {"data": [{"index": 1, "score": 0.25}, {"index": 0, "relevance_score": 7}]},
        {"rankings": [{"index": 0, "logit": 7}, {"index": 1, "logit": 0.25}]},
    ],
)
def test_the_forms_in_use(reply: Any) -> None:
    assert read_scores(reply, 2, "ranker") == [7, 0.25]


@pytest.mark.parametrize(
    "results",
    [
        [],
        [{"index": 0, "relevance_score": 1}],
        [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 2}],
        [{"index": 0, "relevance_score": 1}, {"index": 2, "relevance_score": 2}],
        [{"index": 0, "relevance_score": 1}, {"index": -1, "relevance_score": 2}],
        [{"index": 0, "relevance_score": 1}, {"relevance_score": 2}],
        [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": float("nan")}],
        [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": float("-inf")}],
        [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": "2"}],
        [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": 10**400}],
        [{"index": 0, "relevance_score": 1}, {"index": True, "relevance_score": 2}],
        [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": 2}, {"index": 1, "relevance_score": 3}],
        "none",
        [0.1, 0.2],
    ],
)
def test_what_is_not_one_score_for_each_text_is_none(results: Any) -> None:
    with pytest.raises(UpstreamError) as caught:
        read_scores({"results": results}, 2, "ranker")
    assert caught.value.reason == "unusable_answer"


def test_one_score_outside_of_0_to_1_shows_that_they_are_logits() -> None:
    assert as_probabilities([0.2, 1.0, 0.0]) == [0.2, 1.0, 0.0]
    low, middle, high = as_probabilities([-8.0, 0.0, 3.0])
    assert low < 0.001
    assert middle == 0.5
    assert high > 0.95


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_order_and_range_hold(scores: list[float]) -> None:
    found = as_probabilities(scores)
    assert all(0 <= item <= 1 for item in found)
    ordered = sorted(range(len(scores)), key=scores.__getitem__)
    assert [found[at] for at in ordered] == sorted(found)
