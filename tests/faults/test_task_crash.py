"""kill -9 at every single write of a task: what is done stays done, the rest is done once more at most, the end is the
same.

Each task is run by a process that dies amid its n-th transaction, or right after that has committed, for every n there
is, and then by another process to its end; some are killed twice, at random writes.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.house.source import ROOT

Frame: TypeAlias = dict[str, Any]

PARALLEL = 4
"""Steps that may run at once, and so be interrupted by one crash."""

WAITS = "it waits for a person's decision"
INTERRUPTED = "the daemon ended twice while it ran"


@pytest.fixture
def played(database_url: str, tmp_path: Path) -> list[Frame]:
    """What became of each task."""
    notes = tmp_path / "notes"
    notes.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.task_play", database_url, str(notes)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_crash_at_any_write_costs_one_rerun_at_most(played: list[Frame]) -> None:
    whole, *others = played
    once = [frame for frame in others if len(frame["kills"]) == 1]
    assert set(Counter(whole["runs"][0]).values()) == {1}
    for frame in others:
        check_runs(frame)
    for frame in once:
        check_same(frame, whole)
        if frame["killed"]:
            check_not_again(frame)
    for when in ("amid", "after"):
        numbers = [frame["kills"][0][0] for frame in once if frame["kills"][0][1] == when and frame["killed"]]
        assert numbers == list(range(1, len(numbers) + 1)), "every write, one after the other, until there is none"
        assert len(numbers) >= len(whole["runs"][0]), "a step is at least one write"
    twice = [frame for frame in others if len(frame["kills"]) == 2]
    assert any(frame["status"] != "completed" for frame in twice), "some step has met both crashes"
    for frame in twice:
        check_twice(frame, whole)


def check_runs(frame: Frame) -> None:
    """No step ran more than twice, and a crash interrupted no more than can run at once."""
    ran = Counter(step for run in frame["runs"] for step in run)
    assert max(ran.values()) <= 2, frame
    assert sum(count - 1 for count in ran.values()) <= PARALLEL * frame["killed"], frame
    assert frame["unfinished"] == 0, frame


def check_same(frame: Frame, whole: Frame) -> None:
    """It came to the same end, and no crash shows in the bill."""
    for member in ("status", "reason", "result", "statuses", "calls"):
        assert frame[member] == whole[member], frame


def check_not_again(frame: Frame) -> None:
    """What was stored as done before the last process began was not run in it."""
    assert not set(frame["done before"]) & set(frame["runs"][-1]), frame


def check_twice(frame: Frame, whole: Frame) -> None:
    """A step that two crashes have interrupted is not begun a third time, and the task says so."""
    if frame["status"] == "completed":
        check_same(frame, whole)
    else:
        assert frame["killed"] == 2, frame
        assert frame["reason"].startswith(WAITS) or INTERRUPTED in frame["reason"], frame
