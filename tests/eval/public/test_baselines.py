import pytest

from tests.eval.public.baselines import BASELINES, bm25, content, grams, rouge_l

SOURCE = "The red boat left the harbour in 1950. It sank near Porto."


@pytest.mark.parametrize("name", BASELINES)
def test_a_copy_has_more_than_anything_else(name: str) -> None:
    found = BASELINES[name]
    copy, some, other = (found(SOURCE, claim) for claim in (SOURCE[:38], "The boat sank in 1950.", "Zebras sleep."))
    assert copy >= some >= other == 0
    assert copy > other


def test_shares_are_counted() -> None:
    assert content(SOURCE, "The blue boat.") == 0.5
    assert grams(SOURCE, "The red plane", 2) == 0.5
    assert rouge_l(SOURCE, "red harbour boat") == pytest.approx(2 / 3)
    assert content(SOURCE, "") == grams(SOURCE, "", 1) == rouge_l(SOURCE, "") == bm25(SOURCE, "") == 0


def test_a_rare_word_tells_more_than_a_frequent_one() -> None:
    text = "The boat left. The boat came. The boat sank near Porto."
    assert bm25(text, "boat Lisbon") < bm25(text, "Porto Lisbon")
