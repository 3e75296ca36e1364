"""What in a joined text is clearly invented, beside results whose sentences it merges and shortens."""

import pytest

from orchd.features.task.core.results import Part
from orchd.features.task.workers.join_claims import WordsAndFigures, invented_claims
from tests.eval.tasks.scenarios import scenarios
from tests.features.task.workers.test_join_check import held

RESULTS = [
    (
        "Jonas Blythe founded the Delmar youth orchestra in 1979. Since 2015 Mira Castell has conducted it. She had "
        "been a cellist in it."
    ),
    "The orchestra has 68 members, who are from 12 to 21 years old. They practise every Wednesday. Membership is free.",
    "In July 2024 the orchestra toured Japan. It gave seven concerts. It played before 9,200 listeners altogether.",
]
TASK = "The Delmar youth orchestra\n\nWrite about it."
MERGED = (
    "Jonas Blythe founded the Delmar youth orchestra in 1979, and Mira Castell, once a cellist in it, has conducted it "
    "since 2015. It has 68 members between 12 and 21 years old, who practise every Wednesday. In July 2024 it toured "
    "Japan, gave seven concerts and played before 9,200 listeners."
)


def test_sentences_that_are_merged_and_shortened_are_not_invented() -> None:
    assert list(invented_claims(MERGED, RESULTS, TASK)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("68 members", "78 members"),
        ("since 2015", "since 2005"),
        ("July 2024", "March 2024"),
        ("Japan", "Portugal"),
        ("Jonas Blythe founded", "Walter Simmons founded"),
        ("9,200 listeners.", "9,200 listeners. It will be closed for repairs from next spring on."),
        ("9,200 listeners.", "9,200 listeners. Membership is not free."),
    ],
)
def test_what_no_result_says_is(right: str, wrong: str) -> None:
    assert MERGED.count(right) == 1
    assert list(invented_claims(MERGED.replace(right, wrong), RESULTS, TASK))


@pytest.mark.parametrize(
    ("claim", "invented"),
    [("Tom Ikeda founded the festival in 1998.", True), ("Clara Weiss founded the festival in 1998.", False)],
)
def test_what_holds_better_with_another_name_has_the_wrong_one(claim: str, invented: bool) -> None:
    results = ["Clara Weiss founded the festival in 1998. Tom Ikeda has chosen the films since 2010."]
    assert bool(list(invented_claims(claim, results, "The festival"))) == invented


def test_most_texts_that_leave_small_things_out_are_taken() -> None:
    """Half of them leave out what a result says; all of them merge its sentences and use words of their own."""
    some = scenarios().condensed
    taken = [
        held(
            scenario.joined,
            [Part(number, str(number), answer) for number, answer in enumerate(scenario.answers)],
            scenario.description,
        ).sound
        for scenario in some
    ]
    assert sum(taken) >= len(some) * 0.8


def test_words_and_figures_that_only_one_text_has() -> None:
    alone = WordsAndFigures("It takes 90 passengers.").without([WordsAndFigures("It takes 24 passengers.")])
    assert (alone.figures, alone.kept_in(WordsAndFigures("90"))) == (1, 1.0)
    assert alone.figures_kept_in(WordsAndFigures("24")) == 0.0
    empty = WordsAndFigures("")
    assert (empty.kept_in(alone), empty.figures_kept_in(alone)) == (1.0, 1.0)


@pytest.mark.parametrize("piece", ["Ab-", "A ", "A de ", "A'", "and ", "1."])
def test_whatever_a_model_writes_takes_no_time_that_grows_with_its_square(piece: str) -> None:
    list(invented_claims(f"{piece * (20_000 // len(piece))}.", RESULTS, TASK))
