"""A setting that has another name now works by the old one, in a file and in the environment, with a warning."""

from pathlib import Path

import pytest

from orchd.config import renames
from orchd.config.keys import keys
from orchd.config.load import LoadedSettings, load
from orchd.errors import ConfigurationError

OLD = {"server.listenPort": "server.port", "storage.url": "database.url"}


@pytest.fixture(autouse=True)
def old_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renames, "RENAMED", OLD)


def loaded(tmp_path: Path, text: str = "", **environment: str) -> LoadedSettings:
    file = tmp_path / "orchd.toml"
    file.write_text(text)
    return load({}, {"HOME": str(tmp_path), **environment}, file)


def test_an_old_name_in_a_file_works_with_a_warning(tmp_path: Path) -> None:
    found = loaded(tmp_path, '[server]\nlistenPort = 4321\n[storage]\nurl = "sqlite:///tmp/x.db"\n')
    assert (found.settings.server.port, found.settings.database.url) == (4321, "sqlite:///tmp/x.db")
    assert list(found.warnings[:2]) == [
        f"{tmp_path}/orchd.toml:2: `server.listenPort` is called `server.port` now; the old name still works",
        f"{tmp_path}/orchd.toml:4: `storage.url` is called `database.url` now; the old name still works",
    ]
    assert found.origins["server.port"] == f"{tmp_path}/orchd.toml:2"


def test_an_old_variable_works_and_goes_before_the_file(tmp_path: Path) -> None:
    found = loaded(tmp_path, "[server]\nport = 1\n", ORCHD_SERVER_LISTEN_PORT="4321")
    assert found.settings.server.port == 4321
    assert found.warnings[0].startswith("environment ORCHD_SERVER_LISTEN_PORT: `server.listenPort` is called")
    assert loaded(tmp_path, ORCHD_SERVER_LISTEN_PORT="").warnings == ()


@pytest.mark.parametrize("text", ["port = 1\nlistenPort = 2", "listenPort = 2\nport = 1"])
def test_both_names_at_once_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(
        ConfigurationError, match=r"`server.listenPort` is called `server.port` now, and both are given"
    ):
        loaded(tmp_path, f"[server]\n{text}\n")


def test_the_bounds_are_those_of_the_new_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"`server.port` must be a whole number from 0 to 65535, not -1"):
        loaded(tmp_path, "[server]\nlistenPort = -1\n")


def test_what_is_no_old_name_is_still_unknown(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"`storage.path` is unknown"):
        loaded(tmp_path, '[storage]\npath = "x"\n')


def test_the_table_leads_to_settings_that_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    known = {key.dotted for key in keys()}
    assert set(renames.RENAMED.values()) <= known
    assert not set(renames.RENAMED) & known
