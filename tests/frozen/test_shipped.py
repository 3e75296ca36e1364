"""Folders that a release has as one file each."""

import shutil
from pathlib import Path

import pytest

from orchd.errors import StartError
from orchd.frozen.shipped import shipped_folder
from orchd.storage.migrate import load_migrations
from tests.frozen.archive import archive

MIGRATIONS = Path(__file__).parents[2] / "migrations"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "inner").mkdir(parents=True)
    (folder / "inner" / "one.txt").write_text("one")
    return folder


def test_the_archive_is_read_as_the_folder_is(place: Path) -> None:
    for _ in range(2):
        found = shipped_folder(place)
        assert (found / "inner/one.txt").read_text(encoding="utf-8") == "one"
        assert [(entry.name, entry.is_dir()) for entry in found.iterdir()] == [("inner", True)]
        with pytest.raises(FileNotFoundError):
            (found / "inner/two.txt").read_bytes()
        if place.is_dir():
            archive(place)


def test_the_folder_goes_before_its_archive_and_neither_need_be_there(place: Path) -> None:
    archive(place)
    place.mkdir()
    assert shipped_folder(place) == place
    nowhere = place / "nowhere"
    assert shipped_folder(nowhere) == nowhere


def test_an_archive_that_is_broken_is_as_good_as_missing(place: Path) -> None:
    archive(place)
    packed = place.with_name("data.zip")
    packed.write_bytes(packed.read_bytes()[:40])
    assert shipped_folder(place) == place
    with pytest.raises(StartError, match="this installation is broken"):
        load_migrations("sqlite", shipped_folder(place))


def test_migrations_are_the_same_from_an_archive(tmp_path: Path) -> None:
    copied = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, copied)
    archive(copied)
    assert load_migrations("sqlite", shipped_folder(copied)) == load_migrations("sqlite", MIGRATIONS)
