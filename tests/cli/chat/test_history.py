"""What was typed before."""

from pathlib import Path

import pytest

from orchd.cli.chat.history import MAX_ENTRIES, MAX_ENTRY, HistoryFile, history_file


def test_it_is_kept_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history"
    history = HistoryFile(path)
    assert history.load() == []
    for text in ("one", "two\n  lines", "ünï\x1b"):
        history.add(text)
    assert HistoryFile(path).load() == ["one", "two\n  lines", "ünï\x1b"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_it_has_bounds(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("".join(f'"{number}"\n' for number in range(3 * MAX_ENTRIES)), encoding="utf-8")
    path.chmod(0o644)
    loaded = HistoryFile(path).load()
    assert loaded == [str(number) for number in range(2 * MAX_ENTRIES, 3 * MAX_ENTRIES)]
    assert len(path.read_text(encoding="utf-8").splitlines()) == MAX_ENTRIES
    assert path.stat().st_mode & 0o777 == 0o600
    HistoryFile(path).add("x" * (MAX_ENTRY + 1))
    assert HistoryFile(path).load() == loaded


def test_lines_that_are_none_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_bytes(b'"one"\nno JSON\n5\n"\xff"\n"tw')
    assert HistoryFile(path).load() == ["one"]


@pytest.mark.parametrize("kind", ["directory", "link", "below a file"])
def test_a_disk_that_does_not_take_it_is_no_failure(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "history"
    if kind == "directory":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        path.write_text("", encoding="utf-8")
        path /= "history"
    history = HistoryFile(path)
    history.add("one")
    assert history.load() == []
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_is_kept_when_it_is_turned_off() -> None:
    history = HistoryFile(None)
    history.add("one")
    assert history.load() == []


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"XDG_STATE_HOME": "/s", "HOME": "/h"}, Path("/s/orchd/chat_history")),
        ({"XDG_STATE_HOME": "relative", "HOME": "/h"}, Path("/h/.local/state/orchd/chat_history")),
        ({}, None),
    ],
)
def test_where_it_is(environ: dict[str, str], path: Path | None) -> None:
    assert history_file(environ) == path
