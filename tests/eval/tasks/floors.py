"""What a trial may show at most: faults that end as checked, and right tasks that are refused."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tests.eval.tasks.summary import CHECKED, PanelResults, is_content, kept
from tests.eval.tasks.trial import Ending, Result

LEAST_KEPT = 0.95
"""Of faultless tasks, with a sound judge."""


class Floor(NamedTuple):
    """How many of a panel's faulty tasks may end so, of those that `counts`."""

    panel: str
    what: str
    counts: Callable[[Result], bool]
    most: int
    endings: tuple[Ending, ...] = CHECKED


def in_step(result: Result) -> bool:
    """Whether its fault is in a step."""
    return result.scenario.fault is not None and result.scenario.fault.part is not None


def in_form(result: Result) -> bool:
    """Whether the answer of a step itself shows its fault, so that no judge is needed."""
    return in_step(result) and not is_content(result)


def in_joined(result: Result) -> bool:
    """Whether its fault is in the joined text."""
    return not in_step(result)


FLOORS = (
    Floor("sound", "steps", in_step, 0),
    Floor("sound", "joined texts", in_joined, 0),
    Floor("lazy", "steps", in_step, 0, ("verified",)),
    Floor("lazy", "steps", in_step, 68, ("self-checked",)),
    Floor("lazy", "the form of steps", in_form, 4),
    Floor("lazy", "joined texts", in_joined, 0),
    Floor("contrary", "steps", in_step, 0),
    Floor("silent", "steps", in_step, 0),
    Floor("copying", "steps", in_step, 0),
    Floor("contradicting", "steps", in_step, 0, ("verified",)),
    Floor("author alone", "steps", in_step, 0, ("verified",)),
)
"""They only fall."""


def broken_floors(tried: Sequence[PanelResults]) -> list[str]:
    """Return a line for each floor that does not hold."""
    return [line for panel in tried for line in (*_leaking(panel), *_refusing(panel))]


def _leaking(one: PanelResults) -> Iterator[str]:
    for floor in FLOORS:
        found = [result for result in one.faulty if result.ending in floor.endings and floor.counts(result)]
        if floor.panel == one.panel.name and len(found) > floor.most:
            ended = " or ".join(floor.endings)
            yield f"{one.panel.name}: {len(found)} faults in {floor.what} ended as {ended}, {floor.most} may"


def _refusing(one: PanelResults) -> Iterator[str]:
    through = sum(map(kept, one.faultless))
    if one.panel.name == "sound" and through < LEAST_KEPT * len(one.faultless):
        yield f"{one.panel.name}: {through} of {len(one.faultless)} faultless tasks went through"
