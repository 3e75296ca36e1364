"""The figures of a trial."""

from tests.eval.tasks.report import leaked, tables
from tests.eval.tasks.scenarios import ALL, scenarios
from tests.eval.tasks.summary import PanelResults, agreement, joining, kept, leaks, share, steps_kept
from tests.eval.tasks.trial import PANELS, Ending, Result, StepResult

MADE = scenarios(ALL)
IN_STEP = next(scenario for scenario in MADE.faulty if scenario.fault and scenario.fault.part == 1)
JOINED = next(scenario for scenario in MADE.faulty if scenario.fault and scenario.fault.part is None)
RIGHT = MADE.faultless[0]


def step(ending: Ending = "verified", opinion: str = "approved") -> StepResult:
    return StepResult(ending, 1, 100, (), (opinion,), "")


def result(scenario: object, *steps: StepResult, joined: Ending = "verified") -> Result:
    return Result(scenario, steps or (step(), step(), step()), joined, "", 9)  # type: ignore[arg-type]


def test_a_leak_is_a_fault_that_ended_as_checked() -> None:
    found = result(IN_STEP, step(), step("asked", "rejected"), step(), joined="unreached")
    assert leaks([found, result(IN_STEP)]) == [result(IN_STEP)]
    assert leaks([result(JOINED), result(JOINED, joined="replaced")]) == [result(JOINED)]


def test_a_faultless_task_goes_through_as_a_whole() -> None:
    one = result(RIGHT, joined="replaced")
    assert (kept(result(RIGHT)), kept(one), steps_kept(one)) == (True, False, True)


def test_joined_texts_have_precision_and_recall() -> None:
    faulty = [result(JOINED, joined="replaced"), result(JOINED), result(JOINED, joined="unreached"), result(IN_STEP)]
    found = joining(faulty, [result(RIGHT), result(RIGHT, joined="replaced")])
    assert (found.recall, found.precision) == (0.5, 0.5)
    assert (joining([], []).recall, joining([], []).precision) == (0.0, 1.0)


def test_first_opinions_are_counted_by_what_they_are_about() -> None:
    found = agreement([result(IN_STEP, step(), step("asked", "rejected"), step(), joined="unreached"), result(RIGHT)])
    assert found == (0, 1, 0, 5, 0, 0)


def test_a_share_has_its_interval() -> None:
    rate, low, high = share([True] * 95 + [False] * 5)
    assert (rate, round(low, 3), round(high, 3)) == (0.95, 0.888, 0.978)
    assert share([])[0] == 0.0


def test_tables_name_each_leak() -> None:
    one = PanelResults(PANELS[0], [result(IN_STEP), result(JOINED, joined="replaced")], [result(RIGHT)], [], [])
    text = tables([one])
    assert "| **all** |  | 2 | **1** |" in text
    (line,) = leaked(one)
    assert line.startswith("invented figure (step 2, pt) verified: ")
