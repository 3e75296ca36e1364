"""Layers, precedence, and what is said of each mistake: where it is, what is wrong, how to mend it."""

from pathlib import Path
from typing import Any

import pytest

from orchd.config import Settings
from orchd.config.load import find_file, load
from orchd.errors import ConfigurationError

HOME = {"HOME": "/home/someone"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "orchd.toml"
    path.touch(mode=0o600)
    return path


def refused(file: Path | None = None, environ: dict[str, str] | None = None, **flags: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load({name.replace("__", "."): value for name, value in flags.items()}, HOME | (environ or {}), file)
    return str(caught.value).splitlines()


def test_without_anything_the_defaults_hold_and_paths_are_filled_in() -> None:
    loaded = load({}, HOME)
    assert loaded.settings.server == Settings().server
    assert loaded.settings.data_dir == "/home/someone/.local/share/orchd"
    assert loaded.settings.database.url == "sqlite:///home/someone/.local/share/orchd/orchd.db"
    assert loaded.origins == {}


def test_each_layer_overrides_the_one_before(file: Path) -> None:
    file.write_text("[server]\nport = 1\nmaxConnections = 1\nmaxInFlight = 1\n")
    environ = HOME | {"ORCHD_SERVER_MAX_CONNECTIONS": "2", "ORCHD_SERVER_MAX_IN_FLIGHT": "2"}
    loaded = load({"server.port": 3, "server.host": None}, environ, file)
    server = loaded.settings.server
    assert (server.port, server.max_connections, server.max_in_flight, server.host) == (3, 2, 2, "127.0.0.1")
    assert loaded.origins == {
        "server.port": "flag --port",
        "server.maxConnections": "environment ORCHD_SERVER_MAX_CONNECTIONS",
        "server.maxInFlight": "environment ORCHD_SERVER_MAX_IN_FLIGHT",
    }


def test_a_file_that_was_asked_for_must_be_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.toml") == [f"{tmp_path}/none.toml: can't be read: No such file or directory"]
    assert "can't be read: Is a directory" in refused(tmp_path)[0]


def test_the_file_is_looked_for_in_order(tmp_path: Path) -> None:
    own = tmp_path / ".config" / "orchd" / "orchd.toml"
    environ = {"HOME": str(tmp_path)}
    assert find_file(environ, None) != own
    own.parent.mkdir(parents=True)
    own.touch()
    assert find_file(environ, None) == own
    assert find_file(environ | {"ORCHD_CONFIG": "/elsewhere"}, None) == Path("/elsewhere")
    assert find_file(environ | {"ORCHD_CONFIG": "/elsewhere"}, Path("/flag")) == Path("/flag")


def test_a_backend_by_flag_replaces_those_of_the_file_with_all_their_members(file: Path) -> None:
    file.write_text('[[backends]]\nurl = "http://a:1"\nname = "a"\n[[backends]]\nurl = "http://b:1"\n')
    loaded = load({"backends": ("http://c:1",)}, HOME, file)
    assert [(backend.url, backend.name) for backend in loaded.settings.backends] == [("http://c:1", None)]
    assert {where for where in loaded.origins if where.startswith("backends")} == {
        "backends",
        "backends[0]",
        "backends[0].url",
    }
    assert loaded.origins["backends[0].url"] == "flag --backend"


def test_a_mistake_in_a_lower_layer_is_told_even_when_it_is_overridden(file: Path) -> None:
    file.write_text("[server]\nport = -1\n")
    assert len(refused(file, server__port=3001)) == 1


def test_paths_in_a_file_are_taken_from_its_directory(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    file.write_text('dataDir = "data dir"\n')
    loaded = load({}, HOME, file)
    assert loaded.settings.data_dir == f"{file.parent}/data dir"
    assert loaded.settings.database.url == f"sqlite://{file.parent}/data%20dir/orchd.db"
    assert load({"dataDir": "~/x"}, HOME, file).settings.data_dir == "/home/someone/x"


def test_a_rule_is_told_with_the_line_of_the_value_that_breaks_it(file: Path) -> None:
    file.write_text('[server]\nallowedHosts = ["http://orchd.lan"]\n')
    (told,) = refused(file)
    assert told.startswith(f"{file}:2: `server.allowedHosts` has `http://orchd.lan`")


def test_secrets_in_a_file_that_all_can_read_are_warned_of(file: Path) -> None:
    file.write_text('[database]\nurl = "mysql://u:p@h/n"\n[[backends]]\nurl = "http://a:1"\napiKey = "k"\n')
    assert load({}, HOME, file).warnings == ()
    file.chmod(0o644)
    told = load({}, HOME, file).warnings
    assert [warning.split(" is in ")[0] for warning in told] == [
        f"{file}:2: `database.url`",
        f"{file}:5: `backends[0].apiKey`",
    ]


def test_model_files_are_looked_for_beside_the_file_that_names_them(file: Path) -> None:
    (file.parent / "a.gguf").write_bytes(b"GGUF")
    file.write_text('[local]\nmodels = ["a.gguf"]\n')
    loaded = load({"local.models": ()}, HOME, file)
    assert loaded.settings.local.models == (f"{file.parent}/a.gguf",)
    assert loaded.origins["local.models"] == f"{file}:2"


def test_a_wrong_model_file_is_told_with_its_place(file: Path) -> None:
    file.write_text('[local]\nmodels = ["none.gguf"]\n')
    (problem,) = refused(file)
    assert problem.startswith(f"{file}:2: `local.models` names `{file.parent}/none.gguf`, which can't be read: ")
    (problem,) = refused(environ={"ORCHD_LOCAL_MODELS": f"{file}"})
    assert problem.startswith(f"environment ORCHD_LOCAL_MODELS: `local.models` names `{file}`, which is no GGUF file; ")
    (problem,) = refused(local__models=("none.gguf",))
    assert problem.startswith(f"flag --local-model: `local.models` names `{Path.cwd()}/none.gguf`, ")
