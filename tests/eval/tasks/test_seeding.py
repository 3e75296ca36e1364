"""A seeded fault is one: it differs from the right text, in the way that its kind says."""

import re

import pytest

from tests.eval.tasks.judges import is_right
from tests.eval.tasks.scenarios import ALL, Scenario, scenarios
from tests.eval.tasks.seeding import (
    CONTENT,
    FORM,
    KINDS,
    SENTENCE,
    YEAR,
    Seed,
    date,
    dropped,
    figure,
    names,
    seeded,
    unit,
)
from tests.eval.tasks.texts import texts
from tests.eval.tasks.wording import WORDINGS

FAULTY = scenarios(ALL).faulty
ENGLISH, PORTUGUESE = texts("en"), texts("pt")


def seed(place: int, part: int = 0, number: int = 0) -> Seed:
    text = ENGLISH[place]
    return Seed(text, PORTUGUESE[place], text.part[part], text.part[part].answer, number)


def right_text(scenario: Scenario) -> str:
    assert scenario.fault is not None
    part = scenario.fault.part
    return scenario.joined if part is None else scenario.answers[part]


PIECES = frozenset(
    [
        "dropped part",
        "answer to another step",
        "loop",
        "prompt echo",
        "truncated at length",
        "truncated, unsaid",
        "empty",
    ]
)
"""Kinds that may say nothing wrong, but not all that is asked, or what is not asked."""


def test_a_fault_is_none_of_the_right_texts() -> None:
    for scenario in FAULTY:
        assert scenario.fault is not None
        written = scenario.fault.written.text
        assert written != right_text(scenario)
        wrong = [sentence for sentence in SENTENCE.split(written) if not is_right(scenario, sentence)]
        assert wrong or scenario.fault.kind in PIECES, f"{scenario.fault.kind} in {scenario.title}: nothing differs"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_seeded_in_both_languages(kind: str) -> None:
    spoken = {
        scenario.text.language for scenario in FAULTY if scenario.fault is not None and scenario.fault.kind == kind
    }
    assert spoken == {"en", "pt"}


def test_content_and_form_are_told_apart() -> None:
    assert not set(CONTENT) & set(FORM)
    assert set(KINDS) == set(CONTENT) | set(FORM)


def test_an_invented_figure_leaves_dates_alone() -> None:
    for scenario in FAULTY:
        if scenario.fault is not None and scenario.fault.kind == "invented figure":
            before, after = right_text(scenario), scenario.fault.written.text
            assert len(before) == len(after)
            assert sum(ours != other for ours, other in zip(before, after, strict=True)) == 1
            assert YEAR.findall(before) == YEAR.findall(after)


def test_no_figure_no_fault() -> None:
    given = seed(0)._replace(right="On 3 May 1926 it was opened. Nobody knows more.")
    assert figure(given) is None
    assert unit(given) is None
    assert names(given) is None
    assert dropped(given._replace(right="It was opened.")) is None
    assert date(given._replace(right="It was opened.")) is None


def test_a_date_becomes_another_one() -> None:
    given = seed(0)._replace(right="It was opened on 3 May 1926.")
    assert date(given) == "It was opened on 3 August 1926."
    assert date(given._replace(number=1)) == "It was opened on 3 May 1932."


def test_people_change_places() -> None:
    one, other = ENGLISH[0].names
    assert names(seed(0)._replace(right=f"{one} met {other}.")) == f"{other} met {one}."


def test_a_joined_text_loses_one_part() -> None:
    joined = "One. [part:1] Two. [part:2] Three. [part:3]"
    given = seed(0)._replace(part=None, right=joined)
    assert dropped(given) == "Two. [part:2] Three. [part:3]"
    assert dropped(given._replace(number=1)) == "One. [part:1] [part:2] Three. [part:3]"


def test_what_is_cut_says_so_or_not() -> None:
    long, unsaid = seeded("truncated at length", seed(0)), seeded("truncated, unsaid", seed(0))
    assert long is not None
    assert unsaid is not None
    assert (long.finish, unsaid.finish, long.text) == ("length", "stop", unsaid.text)
    assert not re.search(r"[.!?]\Z", long.text)


def test_phrases_are_as_many_in_each_language() -> None:
    english, portuguese = WORDINGS["en"], WORDINGS["pt"]
    for ours, other in zip(english, portuguese, strict=True):
        assert isinstance(ours, str) or len(ours) == len(other)
