"""Libraries that are compressed until somebody imports them: one of msgspec's, in another package."""

import gzip
import importlib.util
import os
import sys
from collections.abc import Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from orchd.frozen.packed import PackedFinder

FOUND = importlib.util.find_spec("msgspec._core")
assert FOUND is not None
assert FOUND.origin is not None
LIBRARY = Path(FOUND.origin)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the package `shut`, in which there is a compressed library."""
    package = tmp_path / "unpacked" / "shut"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / f"_core{EXTENSION_SUFFIXES[0]}.gz").write_bytes(gzip.compress(LIBRARY.read_bytes(), 1))
    monkeypatch.syspath_prepend(package.parent)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, PackedFinder(package.parent)])
    yield package
    for name in [name for name in sys.modules if name.partition(".")[0] == "shut"]:
        del sys.modules[name]


def test_one_is_there_once_it_is_imported(place: Path) -> None:
    file = place / f"_core{EXTENSION_SUFFIXES[0]}"
    importlib.import_module("shut")
    assert not file.exists()
    assert importlib.import_module("shut._core").__file__ == str(file)
    assert file.read_bytes() == LIBRARY.read_bytes()
    assert {path.name for path in place.glob("_core*")} == {file.name, f"{file.name}.gz"}


def test_one_that_is_no_library_is_missing_as_ever(place: Path) -> None:
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("shut._other")


def test_no_room_for_it_is_told_as_such(place: Path) -> None:
    (place / f"_core{EXTENSION_SUFFIXES[0]}.{os.getpid()}").mkdir()
    with pytest.raises(ImportError, match=r"shut\._core can't be unpacked: Is a directory"):
        importlib.import_module("shut._core")


def test_half_of_one_does_not_stay(place: Path) -> None:
    packed = place / f"_core{EXTENSION_SUFFIXES[0]}.gz"
    packed.write_bytes(packed.read_bytes()[:-1000] + bytes(1000))
    with pytest.raises(ImportError, match=r"shut\._core can't be unpacked: it is damaged"):
        importlib.import_module("shut._core")
    assert {path.name for path in place.glob("_core*")} == {packed.name}


def test_nothing_else_is_expanded(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies beside the program is somebody else's."""
    extra = tmp_path / "extras" / "aside"
    extra.mkdir(parents=True)
    (extra / "__init__.py").write_text("", encoding="utf-8")
    (place / f"_core{EXTENSION_SUFFIXES[0]}.gz").rename(extra / f"_core{EXTENSION_SUFFIXES[0]}.gz")
    monkeypatch.syspath_prepend(extra.parent)
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("aside._core")
    del sys.modules["aside"]
