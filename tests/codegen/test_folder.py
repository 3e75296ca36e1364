"""Writing into a folder: all or nothing, and never over somebody else's files."""

import fcntl
import json
import os
from pathlib import Path

import pytest

from orchd.codegen.folder import MANIFEST, write_folder
from orchd.errors import ConfigurationError

FILES = {"README.md": "one\n", "package/a.py": "a = 1\n", "package/b.py": "b = 1\n"}


def there(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def test_a_new_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    write_folder(tmp_path / "new" / "client", FILES)
    assert there(tmp_path / "new" / "client") == FILES
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["client"], "nothing is left beside it"


def test_an_empty_folder_and_one_of_hidden_files_are_written_to(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("kept")
    write_folder(tmp_path, FILES)
    assert there(tmp_path) == {**FILES, ".git/config": "kept"}


def test_an_earlier_client_is_replaced(tmp_path: Path) -> None:
    write_folder(tmp_path, FILES)
    (tmp_path / "package" / "__pycache__").mkdir()
    (tmp_path / "package-lock.json").write_text("{}")
    newer = {"README.md": "two\n", "package/c.py": "c = 1\n"}
    write_folder(tmp_path, newer)
    assert there(tmp_path) == {**newer, "package-lock.json": "{}"}


def test_what_is_there_already_as_it_would_be_written_is_ours(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("one\n")
    write_folder(tmp_path, FILES)
    assert there(tmp_path) == FILES


@pytest.mark.parametrize("name", ["notes.txt", "package/notes.txt", "README.md"])
def test_files_of_others_are_refused_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    with pytest.raises(ConfigurationError, match="was not written by this command; nothing was written"):
        write_folder(tmp_path, FILES)
    assert there(tmp_path) == {name: "mine"}


def test_a_file_that_was_changed_is_refused(tmp_path: Path) -> None:
    write_folder(tmp_path, FILES)
    (tmp_path / "package" / "a.py").write_text("a = 2\n")
    with pytest.raises(ConfigurationError, match="was changed since it was written"):
        write_folder(tmp_path, {**FILES, "package/a.py": "a = 3\n"})
    assert there(tmp_path) == {**FILES, "package/a.py": "a = 2\n"}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "package").symlink_to(tmp_path / "other")
    with pytest.raises(ConfigurationError, match="is a link"):
        write_folder(tmp_path / "client", FILES)
    assert not [*(tmp_path / "other").iterdir()]


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "client").write_text("mine")
    with pytest.raises(ConfigurationError, match="is no folder"):
        write_folder(tmp_path / "client", FILES)


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "client").symlink_to(tmp_path / "gone")
    with pytest.raises(ConfigurationError, match=r"client is a link to .*gone, which isn't there; nothing was written"):
        write_folder(tmp_path / "client", FILES)
    assert [path.name for path in tmp_path.iterdir()] == ["client"]
    (tmp_path / "gone").mkdir()
    write_folder(tmp_path / "client", FILES)
    assert (tmp_path / "client").is_symlink()
    assert sorted(FILES) == sorted(path for path in FILES if (tmp_path / "gone" / path).is_file())


def test_a_disk_that_is_full_leaves_the_earlier_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path, FILES)
    write = Path.write_text

    def fail(path: Path, *arguments: str, **options: str) -> int:
        if path.name == "b.py":
            raise OSError("no space left")
        return write(path, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="no space left"):
        write_folder(tmp_path, dict.fromkeys(FILES, "new\n"))
    assert there(tmp_path) == FILES


def test_a_manifest_that_somebody_has_written_takes_nothing_away(tmp_path: Path) -> None:
    folder = tmp_path / "client"
    write_folder(folder, FILES)
    (tmp_path / "thesis.txt").write_text("mine")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("mine")
    told = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps(told | dict.fromkeys(["../thesis.txt", ".git/config"], "")))
    write_folder(folder, FILES)
    assert (tmp_path / "thesis.txt").read_text() == "mine"
    assert (folder / ".git" / "config").read_text() == "mine"


@pytest.mark.parametrize("name", ["README.md", "package/b.py", MANIFEST])
def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="is a folder; nothing was written"):
        write_folder(tmp_path, FILES)
    assert there(tmp_path) == {}


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "README.md")
    with pytest.raises(ConfigurationError, match="is no file; nothing was written"):
        write_folder(tmp_path, FILES)


@pytest.mark.parametrize("moves", range(6))
def test_a_run_that_was_killed_is_mended_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    write_folder(tmp_path, FILES)
    replace, count = os.replace, iter(range(moves))

    def move(source: Path, place: Path) -> None:
        if next(count, None) is None:
            raise KeyboardInterrupt
        replace(source, place)

    newer = {"README.md": "two\n", "package/b.py": "b = 2\n", "package/c.py": "c = 2\n"}
    monkeypatch.setattr(os, "replace", move)
    if moves < 5:
        with pytest.raises(KeyboardInterrupt):
            write_folder(tmp_path, newer)
    else:
        write_folder(tmp_path, newer)
    monkeypatch.undo()
    (tmp_path / ".orchd-client-new-x").mkdir()
    last = {"README.md": "three\n", "package/d.py": "d = 3\n"}
    write_folder(tmp_path, last)
    assert there(tmp_path) == last


def test_two_runs_at_once_do_not_mix(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(ConfigurationError, match="another command writes to"):
            write_folder(tmp_path, FILES)
    finally:
        os.close(handle)
    assert there(tmp_path) == {}
    write_folder(tmp_path, FILES)
