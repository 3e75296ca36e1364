"""The schema that is served is the file that was committed."""

from pathlib import Path

import pytest

from orchd.protocol import published


def test_it_is_the_committed_file() -> None:
    committed = Path(__file__).parents[2] / published.NAME
    assert published.schema_text() == committed.read_text(encoding="utf-8")


def test_it_stands_in_a_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "files", lambda package: tmp_path)
    (tmp_path / published.NAME).write_text("{}", encoding="utf-8")
    assert published.schema_text() == "{}"


def test_a_broken_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "files", lambda package: tmp_path / "orchd")
    with pytest.raises(FileNotFoundError):
        published.schema_text()
