"""Colours go to terminals that show them, and only where they are welcome."""

import os
from collections.abc import Iterator

import pytest

from orchd.colour import wants_colour


@pytest.fixture
def terminal() -> Iterator[int]:
    master, slave = os.openpty()
    yield slave
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({}, False),
        ({"TERM": "unknown"}, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
    ],
)
def test_a_terminal(terminal: int, environ: dict[str, str], coloured: bool) -> None:
    assert wants_colour(terminal, environ) is coloured


def test_what_is_no_terminal() -> None:
    reading, writing = os.pipe()
    assert not wants_colour(writing, {"TERM": "xterm"})
    os.close(reading)
    os.close(writing)
