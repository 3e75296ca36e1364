import errno
import os
import stat
from pathlib import Path

import pytest

from orchd.directories import make_directory, sync, write_new


class Disk:
    """A file system that fails to write what is in files, or names in directories."""

    def __init__(self, number: int, *, names: bool) -> None:
        self._number = number
        self._names = names
        self._real = os.fsync

    def fsync(self, descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) is self._names:
            raise OSError(self._number, os.strerror(self._number))
        self._real(descriptor)


def test_directories_are_for_this_user_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_directory(tmp_path / "a" / "b")
        make_directory(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700, 0o700]


def test_a_new_file_is_for_this_user_alone_and_replaces_none(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    write_new(path, b"one")
    with pytest.raises(FileExistsError):
        write_new(path, b"two")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"one", 0o600)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        write_new(tmp_path / "link", b"two")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("names", [False, True])
def test_what_can_not_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: bool) -> None:
    monkeypatch.setattr(os, "fsync", Disk(errno.EIO, names=names).fsync)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        write_new(tmp_path / "secret", b"one")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_may_have_no_such_thing_for_names_and_must_for_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", Disk(number, names=True).fsync)
    write_new(tmp_path / "secret", b"one")
    sync(tmp_path)
    assert (tmp_path / "secret").read_bytes() == b"one"
    monkeypatch.setattr(os, "fsync", Disk(number, names=False).fsync)
    with pytest.raises(OSError, match=os.strerror(number)):
        sync(tmp_path / "secret")
