"""`orchd keys`: what it prints, what it changes, and what it refuses."""

import stat
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trio
from click.testing import Result

from orchd.sealing import ServerKeys, open_vault
from orchd.sealing.key_file import read_key_file
from orchd.sealing.master_key import make_key
from orchd.storage import Database, open_database
from tests.fix_command import RunCommand
from tests.test_cli import invoke


class Place:
    """A data directory, and commands that work on it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.file = directory / "master.keys"

    def keys(self, *arguments: str) -> Result:
        return invoke("keys", *arguments, "--data-dir", str(self.directory))

    @property
    def ids(self) -> tuple[str, ...]:
        ring = read_key_file(self.file)
        assert ring is not None
        return ring.ids

    def with_database(self, work: Callable[[Database], Awaitable[Any]]) -> None:
        async def run() -> None:
            url = f"sqlite://{self.directory}/orchd.db"
            async with open_database(url, pool_size=1, timeout=10) as database:
                await database.wait_ready()
                await work(database)

        trio.run(run)

    def fill(self, *names: str) -> None:
        """Have a daemon make some server keys."""

        async def work(database: Database) -> None:
            keys = ServerKeys(database, open_vault(str(self.directory), None, {}, database))
            for name in names:
                await keys.get(name)

        self.with_database(work)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "data")


def test_a_key_is_made_once(place: Place) -> None:
    made = place.keys("init")
    assert made.exit_code == 0
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    assert f"the master key {place.ids[0]} is new in the file {place.file}" in made.output
    again = place.keys("init")
    assert "nothing was changed" in str(again.exception)
    listed = place.keys("list")
    assert listed.output.splitlines() == [f"source: the file {place.file}", f"{place.ids[0]}  opens    nothing sealed"]


def test_without_a_key_the_list_says_so(place: Place) -> None:
    assert place.keys("list").output == f"source: the file {place.file} (not there yet: made when it is needed)\n"
    assert not place.directory.exists()


def test_the_list_says_what_each_key_has_sealed(place: Place) -> None:
    place.fill("token", "session")
    (key,) = place.ids
    assert place.keys("list").output.splitlines()[1:] == [f"{key}  seals    3 in server_key"]
    place.file.unlink()
    assert place.keys("list").output.splitlines()[1:] == [f"{key}  MISSING  3 in server_key"]


def test_a_rotation_and_what_is_left_of_the_old_key(place: Place) -> None:
    place.fill("token")
    (old,) = place.ids
    assert place.keys("rotate", "--prepare").exit_code == 0
    new, _ = place.ids
    assert place.keys("list").output.splitlines()[1:] == [
        f"{new}  opens    nothing sealed",
        f"{old}  seals    2 in server_key",
    ]
    rotated = place.keys("rotate")
    assert rotated.exit_code == 0
    assert f"2 of 2 secrets are sealed under the master key {new} by now" in rotated.output
    assert place.keys("list").output.splitlines()[1:] == [
        f"{new}  seals    2 in server_key",
        f"{old}  opens    nothing sealed",
    ]
    assert f"the master key {old} was removed" in place.keys("prune").output
    assert place.ids == (new,)


def test_what_is_left_under_another_key_makes_it_fail(run_command: RunCommand, place: Place) -> None:
    place.fill("token")
    place.file.rename(place.file.with_name("elsewhere"))
    assert place.keys("init").exit_code == 0
    done = run_command("keys", "rotate", "--data-dir", str(place.directory))
    assert done.returncode == 2
    assert "does not hold" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_is_older_is_not_touched(run_command: RunCommand, place: Place) -> None:
    place.keys("init")
    done = run_command("keys", "rotate", "--data-dir", str(place.directory))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "orchd: the database is not up to date; run `orchd migrate` first\n"
    assert len(place.ids) == 1


@pytest.mark.parametrize("command", ["init", "list", "rotate", "prune"])
def test_a_key_file_that_others_can_read_is_refused(run_command: RunCommand, place: Place, command: str) -> None:
    place.fill("token")
    place.file.chmod(0o644)
    done = run_command("keys", command, "--data-dir", str(place.directory))
    assert done.returncode == 2
    assert "chmod 600" in done.stderr or command == "init"
    text = place.file.read_text()
    assert not any(word in done.stdout + done.stderr for line in text.splitlines()[2:] for word in line.split()[:1])


def test_a_key_of_the_environment_is_never_shown(
    run_command: RunCommand, environ: dict[str, str], place: Place
) -> None:
    environ["ORCHD_MASTER_KEY"] = key = make_key().text
    codes = {"keys init": 2, "keys list": 0, "keys rotate": 1, "keys prune": 1, "config": 0}
    for command, code in codes.items():
        done = run_command(*command.split(), "--data-dir", str(place.directory))
        assert key[:20] not in done.stdout + done.stderr
        assert done.returncode == code, command
    environ["ORCHD_MASTER_KEY"] = "hunter2"
    done = run_command("keys", "list", "--data-dir", str(place.directory))
    assert done.returncode == 2
    assert "hunter2" not in done.stderr
