"""How many tasks are tried, and that each is what its label says."""

from collections import Counter

from tests.eval.tasks.judges import is_right
from tests.eval.tasks.scenarios import ALL, FORMS, Amounts, scenarios, texts_of
from tests.eval.tasks.seeding import SENTENCE

MADE = scenarios(ALL)
EVERYBODY = [*MADE.faulty, *MADE.faultless, *MADE.condensed]


def test_there_are_two_hundred_of_each() -> None:
    assert (len(MADE.faulty), len(MADE.faultless)) == (200, 200)
    spoken = Counter(scenario.text.language for scenario in EVERYBODY)
    assert abs(spoken["en"] - spoken["pt"]) < 20


def test_a_title_names_one_task() -> None:
    titles = [scenario.title for scenario in EVERYBODY]
    assert len(set(titles)) == len(titles)


def test_two_runs_try_the_same() -> None:
    assert [*map(texts_of, scenarios(ALL).faulty)] == [*map(texts_of, MADE.faulty)]


def test_no_fault_comes_twice() -> None:
    texts = [(scenario.text.language, scenario.text.id, scenario.fault) for scenario in MADE.faulty]
    assert len(set(texts)) == len(texts)


def test_a_faulty_task_has_its_fault_in_one_place() -> None:
    for scenario in MADE.faulty:
        assert scenario.fault is not None
        answers = [scenario.answer(place).text for place in range(len(scenario.text.part))]
        differing = [place for place, text in enumerate(answers) if text != scenario.answers[place]]
        if scenario.fault.part is None:
            assert (differing, scenario.joining.text != scenario.joined) == ([], True)
        else:
            assert (differing, scenario.joining.text) == ([scenario.fault.part], scenario.joined)


def test_a_faultless_task_is_right_throughout() -> None:
    for scenario in (*MADE.faultless, *MADE.condensed):
        assert scenario.fault is None
        for place in range(len(scenario.text.part)):
            assert all(is_right(scenario, sentence) for sentence in SENTENCE.split(scenario.answer(place).text))


def test_each_form_is_its_own() -> None:
    assert Counter(scenario.form for scenario in MADE.faultless) == dict.fromkeys(FORMS, ALL.faultless)
    answers = {
        scenario.form: scenario.answers[0] for scenario in MADE.faultless if scenario.text is MADE.faultless[0].text
    }
    assert len(set(answers.values())) == len(FORMS)


def test_fewer_can_be_had() -> None:
    few = scenarios(Amounts(content=1, form=1, joined_content=1, joined_form=1, faultless=2))
    assert len(
        {(scenario.fault.kind, scenario.fault.part is None) for scenario in few.faulty if scenario.fault}
    ) == len(few.faulty)
    assert (len(few.faultless), len(few.condensed)) == (10, 2)
