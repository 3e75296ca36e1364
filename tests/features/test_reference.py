"""What clients are written from is the same whatever Python writes it."""

import subprocess
import sys

import pytest

from orchd.features.reference import schema_text
from tests.house.source import ROOT


@pytest.mark.parametrize("flags", [[], ["-OO"]])
def test_the_schema_is_written_without_docstrings_too(flags: list[str]) -> None:
    command = [sys.executable, *flags, "-m", "orchd.features.reference"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=True)
    assert done.stdout == schema_text()
