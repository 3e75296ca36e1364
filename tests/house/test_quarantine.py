"""The quarantine for flaky tests is small, says why, and lets fail what it names and nothing else."""

import re
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT, TESTS
from tests.quarantine import quarantined

MOST = 5
REASON = re.compile(r"20\d\d-\d\d-\d\d: \w.{20,}")


def test_the_quarantine_is_small_and_says_why() -> None:
    assert len(quarantined()) <= MOST
    assert [name for name, reason in quarantined().items() if not REASON.fullmatch(reason)] == []


def test_what_is_quarantined_is_there() -> None:
    files = {name.partition("::")[0] for name in quarantined()}
    there = (module for module in TESTS if module.path in files)
    names = {f"{module.path}::{function.name}" for module in there for function in module.functions}
    assert set(quarantined()) <= names


def test_only_what_is_quarantined_may_fail(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from tests.quarantine import set_apart\n"
        "def pytest_collection_modifyitems(items): set_apart(items, {'test_a.py::test_flaky': 'it dices'})\n"
    )
    (tmp_path / "test_a.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('good', [True, False])\n"
        "def test_flaky(good): assert good\n"
        "def test_broken(): assert False\n"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-ra",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=90, check=False
    )
    assert "1 failed, 1 xfailed, 1 xpassed" in done.stdout
    assert "test_flaky[False] - quarantined: it dices" in done.stdout
    assert "FAILED test_a.py::test_broken" in done.stdout


def test_nothing_runs_a_failed_test_again() -> None:
    for path in (".ci/run", "Makefile", "pyproject.toml", "scripts/bare.sh"):
        assert not re.search(r"last-failed|--lf|reruns|flaky", (ROOT / path).read_text(encoding="utf-8")), path
