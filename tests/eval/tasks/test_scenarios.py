"""How many tasks are tried, and that each is what its label says."""

from collections import Counter

from tests.eval.tasks.judges import is_right
from tests.eval.tasks.scenarios import ALL, FORMS, Amounts, scenarios, texts_of
from tests.eval.tasks.seeding import SENTENCE

MADE = scenarios(ALL)
EVERYBODY = [*MADE.faulty, *MADE.faultless, *MADE.condensed]


def test_there_are_two_hundred_of_each() -> None:
    assert (len(MADE.faulty), len(MADE.faultless)) == (200, 200)
    spoken = Counter(one.text.language for one in EVERYBODY)
    assert abs(spoken["en"] - spoken["pt"]) < 20


def test_a_title_names_one_task() -> None:
    titles = [one.title for one in EVERYBODY]
    assert len(set(titles)) == len(titles)


def test_two_runs_try_the_same() -> None:
    assert [*map(texts_of, scenarios(ALL).faulty)] == [*map(texts_of, MADE.faulty)]


def test_no_fault_comes_twice() -> None:
    texts = [(one.text.language, one.text.id, one.fault) for one in MADE.faulty]
    assert len(set(texts)) == len(texts)


def test_a_faulty_task_has_its_fault_in_one_place() -> None:
    for one in MADE.faulty:
        assert one.fault is not None
        answers = [one.answer(place).text for place in range(len(one.text.part))]
        differing = [place for place, text in enumerate(answers) if text != one.answers[place]]
        if one.fault.part is None:
            assert (differing, one.joining.text != one.joined) == ([], True)
        else:
            assert (differing, one.joining.text) == ([one.fault.part], one.joined)


def test_a_faultless_task_is_right_throughout() -> None:
    for one in (*MADE.faultless, *MADE.condensed):
        assert one.fault is None
        for place in range(len(one.text.part)):
            assert all(is_right(one, sentence) for sentence in SENTENCE.split(one.answer(place).text))


def test_each_form_is_its_own() -> None:
    assert Counter(one.form for one in MADE.faultless) == dict.fromkeys(FORMS, ALL.faultless)
    answers = {one.form: one.answers[0] for one in MADE.faultless if one.text is MADE.faultless[0].text}
    assert len(set(answers.values())) == len(FORMS)


def test_fewer_can_be_had() -> None:
    few = scenarios(Amounts(content=1, form=1, joined_content=1, joined_form=1, faultless=2))
    assert len({(one.fault.kind, one.fault.part is None) for one in few.faulty if one.fault}) == len(few.faulty)
    assert (len(few.faultless), len(few.condensed)) == (10, 2)
