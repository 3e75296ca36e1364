"""Files of master keys: whose they must be, and that they are replaced as a whole."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from orchd.errors import ConfigurationError
from orchd.sealing.key_file import MAX_FILE, changing, create, read_key_file, read_secret_file, replace
from orchd.sealing.master_key import KeyRing, make_key
from tests.fix_sealing import ring_of

RING = ring_of(make_key(), make_key())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "master.keys"
    assert create(made, RING)
    return made


def test_a_file_is_made_for_its_owner_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    read = read_key_file(path)
    assert read is not None
    assert read.keys == RING.keys
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_file_that_is_there_is_not_made_again(path: Path) -> None:
    before = path.read_text()
    assert not create(path, ring_of(make_key()))
    assert path.read_text() == before


def test_where_files_have_one_name_only_it_is_made_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refuse)
    path = tmp_path / "master.keys"
    assert create(path, RING)
    assert not create(path, ring_of(make_key()))
    read = read_key_file(path)
    assert read is not None
    assert read.keys == RING.keys


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_makes_is_whose_the_directory_is(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12345)
    assert create(tmp_path / "master.keys", RING)
    found = (tmp_path / "master.keys").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 12345, 0o600)


def test_no_file_is_no_failure(tmp_path: Path) -> None:
    assert read_key_file(tmp_path / "none") is None


@pytest.mark.parametrize("mode", [0o604, 0o644, 0o666, 0o602, 0o620, 0o640, 0o660, 0o601])
def test_a_file_that_others_can_read_or_write_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}") as error:
        read_key_file(path)
    assert f"mode {mode:o}" in str(error.value)
    assert not any(key.text in str(error.value) for key in RING.keys)


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o600])
def test_what_the_system_hands_out_may_be_shared_with_a_group(path: Path, mode: int) -> None:
    path.chmod(mode)
    assert read_key_file(path, handed_out=True) is not None
    path.chmod(0o444)
    with pytest.raises(ConfigurationError):
        read_key_file(path, handed_out=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_refused(path: Path) -> None:
    os.chown(path, 12345, -1)
    with pytest.raises(ConfigurationError, match="belongs to another user"):
        read_key_file(path)


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe, 0o600)
    for path in (tmp_path, pipe):
        with pytest.raises(ConfigurationError, match="is not a file"):
            read_key_file(path)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "holds no key"),
        (b"# nothing\n", "holds no key"),
        (b"what?\n", "holds something that is no key"),
        (b"\xff\xfe", "is no text"),
        (b"#" * (MAX_FILE + 1), "is longer than"),
    ],
)
def test_what_holds_no_key_is_refused(path: Path, data: bytes, told: str) -> None:
    path.write_bytes(data)
    with pytest.raises(ConfigurationError, match=told) as error:
        read_key_file(path)
    assert str(path) in str(error.value)


def test_a_secrets_text_is_read_as_it_is(path: Path) -> None:
    path.write_text("text\n")
    assert read_secret_file(path, handed_out=False) == "text\n"


def test_a_file_is_replaced_and_stays_private(path: Path) -> None:
    path.chmod(0o400)
    replace(path, ring_of(RING.keys[1]))
    read = read_key_file(path)
    assert read is not None
    assert read.keys == RING.keys[1:]
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_link_stays_one(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link"
    link.parent.mkdir()
    link.symlink_to(path)
    replace(link, ring_of(RING.keys[1]))
    assert link.is_symlink()
    assert read_key_file(path) is not None


def test_what_a_crash_left_is_in_nobodys_way(path: Path) -> None:
    path.with_name(path.name + ".new").write_text("half a k")
    replace(path, ring_of(RING.keys[0]))
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_directory_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "a" / "master.keys"
    with changing(path):
        create(path, RING)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_directory_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigurationError, match="can't be used for a key"),
        changing(tmp_path / "file" / "master.keys"),
    ):
        raise AssertionError


def test_what_can_not_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="can't be written"), changing(tmp_path / "master.keys"):
        replace(tmp_path / "master.keys", RING)


REPLACING = """
import sys
from pathlib import Path
from orchd.sealing.key_file import changing, create, read_key_file, replace
from orchd.sealing.master_key import KeyRing, make_key
path = Path(sys.argv[1])
print("begun", flush=True)
while True:
    with changing(path):
        replace(path, KeyRing([make_key(), *read_key_file(path).keys][:9]))
"""


def test_whoever_is_killed_while_changing_it_leaves_a_whole_file(path: Path) -> None:
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", REPLACING, path], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        keys = set[tuple[str, ...]]()
        while len(keys) < 3:  # it is at work
            read = read_key_file(path)
            assert read is not None
            keys.add(read.ids)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with changing(path):
            assert read_key_file(path) is not None


def test_two_who_change_it_take_turns(path: Path) -> None:
    adding = REPLACING.replace("while True:", "for _ in range(10):").replace("[:9]", "")
    processes = [subprocess.Popen([sys.executable, "-c", adding, path], stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(60) for process in processes] == [0, 0]
    read = read_key_file(path)
    assert read is not None
    assert len(read.keys) == len(RING.keys) + 20


def test_an_empty_ring_is_not_taken_for_keys(tmp_path: Path) -> None:
    path = tmp_path / "master.keys"
    create(path, KeyRing())
    with pytest.raises(ConfigurationError, match="holds no key"):
        read_key_file(path)
