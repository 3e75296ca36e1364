"""All panels tried, side by side in as many processes as there are cores."""

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import structlog
import trio
import trio.testing

from tests.eval.tasks.checking import checked
from tests.eval.tasks.scenarios import ALL, Amounts, scenarios
from tests.eval.tasks.summary import PanelResults
from tests.eval.tasks.trial import Panel, tried

RATE = 10
"""How much faster time passes: pauses before another attempt are what a trial mostly waits for."""

WHOLE = ("sound", "lazy", "author alone")
"""Panels that all faultless tasks are tried with; the others have every fifth."""
SAMPLE = 5

SILENT = 50
"""A level above all that is logged."""


def one_panel(panel: Panel, amounts: Amounts = ALL) -> PanelResults:
    """Try all scenarios with one panel."""
    made = scenarios(amounts)
    whole = panel.name in WHOLE
    faultless = made.faultless if whole else made.faultless[::SAMPLE]
    condensed = made.condensed if whole else []
    clock = trio.testing.MockClock(rate=RATE)
    results = trio.run(tried, [*made.faulty, *faultless, *condensed], panel, clock=clock)
    first, second = len(made.faulty), len(made.faulty) + len(faultless)
    checks = trio.run(checked, [*made.faulty, *faultless], panel)
    return PanelResults(panel, results[:first], results[first:second], results[second:], checks)


def all_panels(panels: Sequence[Panel], amounts: Amounts = ALL) -> list[PanelResults]:
    """Try all scenarios with each panel; takes some minutes."""
    with ProcessPoolExecutor(os.cpu_count(), get_context("spawn"), _without_log) as pool:
        return [*pool.map(partial(one_panel, amounts=amounts), panels)]


def _without_log() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(SILENT))
