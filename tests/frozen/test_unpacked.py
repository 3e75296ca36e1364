"""No orphan, nothing left behind, extras found: with processes that look packed to orchd."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PACKED = """
    import sys
    from orchd.frozen.unpacked import settle
    sys.frozen, sys.executable, sys._MEIPASS, sys.argv = True, *sys.argv[1:3], ["orchd", *sys.argv[3:]]
    settle()
"""
LIVE = "    print('settled', flush=True); sys.stdin.read()"


class Packed:
    """Starts a process as the single file does: one that has unpacked it, and below it the one that is orchd."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.program = str(place / "bin" / "orchd")

    def start(self, name: str, *arguments: str) -> "subprocess.Popen[str]":
        """Start both, and return the first one, once the second has settled."""
        unpacked = self.place / name
        unpacked.mkdir()
        child = [sys.executable, "-c", textwrap.dedent(PACKED + LIVE), self.program, str(unpacked), *arguments]
        started = subprocess.Popen(
            [sys.executable, "-c", f"import subprocess; subprocess.run({child!r})"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert started.stdout is not None
        assert started.stdout.readline() == "settled\n"
        return started

    def run(self, said: str, unpacked: Path, *arguments: str) -> str:
        """Run what is said in the second process alone, and return what it prints."""
        child = [sys.executable, "-c", textwrap.dedent(f"{PACKED}    {said}"), self.program, str(unpacked), *arguments]
        return subprocess.run(child, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def packed(tmp_path: Path) -> Packed:
    (tmp_path / "bin").mkdir()
    return Packed(tmp_path)


def test_killing_what_was_started_leaves_nobody(packed: Packed) -> None:
    started = packed.start("_MEIone")
    started.kill()
    assert started.stdout is not None
    assert started.stdout.read() == ""  # its end comes when the last who could write there is gone
    started.communicate()


def test_what_dead_ones_left_goes_and_what_is_used_or_somebody_elses_stays(packed: Packed) -> None:
    dead, alive = packed.start("_MEIdead"), packed.start("_MEIalive")
    (packed.place / "_MEIforeign").mkdir()  # of another program, or not yet settled
    dead.kill()
    dead.communicate()
    packed.start("_MEInew").communicate("")
    assert sorted(path.name for path in packed.place.glob("_MEI*")) == ["_MEIalive", "_MEIforeign", "_MEInew"]
    alive.communicate("")


def test_extras_lie_beside_the_program(packed: Packed) -> None:
    (packed.place / "bin" / "orchd-extras").mkdir()
    (packed.place / "bin" / "orchd-extras" / "an_extra.py").write_text("told = 'found'\n", encoding="utf-8")
    (packed.place / "bin" / "orchd-extras" / "json.py").write_text("raise RuntimeError\n", encoding="utf-8")
    inside = packed.place / "bin" / "_internal"
    inside.mkdir()
    assert packed.run("import json, an_extra; print(an_extra.told)", inside) == "found\n"


def test_one_that_was_installed_unpacks_and_sweeps_nothing(packed: Packed) -> None:
    inside = packed.place / "bin" / "_internal"
    inside.mkdir()
    packed.run("pass", inside)
    assert not list(inside.iterdir())


def test_a_child_of_the_daemons_marks_and_sweeps_nothing(packed: Packed) -> None:
    unpacked = packed.place / "_MEIone"
    unpacked.mkdir()
    packed.run("pass", unpacked, "--child", "worker")
    assert not list(unpacked.iterdir())
