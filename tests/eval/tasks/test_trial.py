"""A sample of the trial, by the daemon's own code: what a fault may never end as, and what must not be refused."""

import pytest

from tests.eval.tasks.floors import LEAST_KEPT, broken_floors, in_step
from tests.eval.tasks.panels import one_panel
from tests.eval.tasks.scenarios import Amounts
from tests.eval.tasks.summary import PanelResults, kept, leaks
from tests.eval.tasks.trial import PANELS

SAMPLE = Amounts(content=1, form=1, joined_content=1, joined_form=1, faultless=4)

MOST_LEAKED = 3
"""Of faults that an answer itself shows: a sentence may end early without anybody's seeing it."""

panel_of = {panel.name: panel for panel in PANELS}


@pytest.fixture(scope="module")
def sound() -> PanelResults:
    """What a judge leaves who knows each fault."""
    return one_panel(panel_of["sound"], SAMPLE)


def test_no_step_with_a_fault_is_approved_against_a_sound_judge(sound: PanelResults) -> None:
    assert [result.scenario.title for result in leaks(sound.faulty) if in_step(result)] == []
    assert len(sound.faulty) == 39


def test_what_has_no_fault_is_not_refused(sound: PanelResults) -> None:
    assert len(sound.faultless) == 20
    assert sum(map(kept, sound.faultless)) >= LEAST_KEPT * len(sound.faultless)


def test_what_shows_in_an_answer_itself_needs_no_judge() -> None:
    lazy = one_panel(panel_of["lazy"], SAMPLE._replace(content=0, joined_content=0, faultless=0))
    leaked = [result.scenario.title for result in leaks(lazy.faulty)]
    assert len(lazy.faulty) == 22
    assert len(leaked) <= MOST_LEAKED, leaked


def test_floors_hold_and_break(sound: PanelResults) -> None:
    assert broken_floors([sound]) == []
    refused = [result._replace(joined="replaced") for result in sound.faultless]
    approved = [
        result._replace(steps=tuple(step._replace(ending="verified") for step in result.steps))
        for result in sound.faulty
    ]
    assert len(broken_floors([sound._replace(faultless=refused, faulty=approved)])) == 2
