"""A file that is written whole or not at all."""

from pathlib import Path

import pytest

from orchd.backup.contents import BackupError
from orchd.backup.output import new_file


async def test_it_has_its_name_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    path.write_text("old")
    async with new_file(path) as file:
        file.write(b"new")
        assert path.read_text() == "old"
        with pytest.raises(BackupError, match="another backup"):
            async with new_file(path):
                pass
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


async def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    path.write_text("old")
    (tmp_path / "a.backup.part").write_text("what a crash has left, and is longer")
    with pytest.raises(OSError, match="disk"):  # noqa: PT012  # the block is what fails
        async with new_file(path) as file:
            file.write(b"new")
            raise OSError("the disk is full")
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])
