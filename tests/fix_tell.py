"""`tell`: figures that a test has measured and asserts nothing of, for the end of a run."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

MEASURED = "measured"
"""The property under which reports of tests carry them."""

Tell: TypeAlias = Callable[[str], None]


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """`tell("first load: 155 KiB")`."""
    return lambda figures: record_property(MEASURED, figures)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what tests have measured."""
    passed: list[pytest.TestReport] = terminalreporter.getreports("passed")
    told = [str(value) for report in passed for name, value in report.user_properties if name == MEASURED]
    if told:
        terminalreporter.section(MEASURED)
    for figures in dict.fromkeys(told):
        terminalreporter.line(figures)
