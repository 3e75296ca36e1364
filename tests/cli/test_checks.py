"""`orchd check` against databases and model servers that are there, that are not, and that are something else."""

import sys
from pathlib import Path

import pytest
import trio

from orchd.app import backend_specs
from orchd.cli import checks
from orchd.config import BackendSettings
from orchd.config.load import Loaded, load
from orchd.errors import ConfigurationError
from tests.fix_simulator import RunningSimulator
from tests.llm.local.models import BROKEN


def loaded(tmp_path: Path, *backends: str, database: str | None = None) -> Loaded:
    flags = {"dataDir": str(tmp_path / "data"), "backends": backends, "database.url": database}
    return load(flags, {"HOME": str(tmp_path)})


async def findings(what: Loaded) -> list[str]:
    with trio.fail_after(90):
        return [str(finding) for finding in await checks.check(what)]


async def free_port() -> int:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        return int(listener.socket.getsockname()[1])


async def test_a_server_that_answers(tmp_path: Path, simulator: RunningSimulator) -> None:
    found = await findings(loaded(tmp_path, simulator.url))
    (line,) = [line for line in found if "model server" in line]
    assert line.startswith(f"ok      model server {simulator.url}: lmstudio, ")


async def test_a_server_that_is_away_fails_and_says_where_it_was_configured(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{await free_port()}"
    (line,) = [line for line in await findings(loaded(tmp_path, url)) if "model server" in line]
    assert line.startswith(f"FAILED  model server {url}: ")
    assert line.endswith("(flag --backend)")


async def test_a_database_that_is_not_made_yet_is_fine_and_stays_unmade(tmp_path: Path) -> None:
    what = loaded(tmp_path, f"http://127.0.0.1:{await free_port()}")
    (line,) = [line for line in await findings(what) if "database" in line]
    assert line.startswith(f"ok      database sqlite://{tmp_path}/data/orchd.db: not there yet; ")
    assert not (tmp_path / "data").exists()


async def test_migrate_then_check(tmp_path: Path) -> None:
    what = loaded(tmp_path, f"http://127.0.0.1:{await free_port()}")
    applied = await checks.migrate(what.settings)
    assert applied[0].startswith("applied 0001_")
    assert await checks.migrate(what.settings) == ["the database is up to date"]
    (line,) = [line for line in await findings(what) if "database" in line]
    assert line == f"ok      database sqlite://{tmp_path}/data/orchd.db: {len(applied)} migrations applied"


async def test_a_directory_where_the_file_should_be(tmp_path: Path) -> None:
    (tmp_path / "dir").mkdir()
    found = await checks._database(loaded(tmp_path, database=f"sqlite://{tmp_path}/dir").settings, {})
    assert [str(finding) for finding in found] == [f"FAILED  database {tmp_path}/dir: it is not a file (default)"]


async def test_a_file_where_the_directory_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    found = await checks._database(loaded(tmp_path, database=f"sqlite://{tmp_path}/file/x/orchd.db").settings, {})
    assert "is not a directory" in str(found[0])
    assert found[0].failed


async def test_a_database_server_that_is_away(tmp_path: Path) -> None:
    url = f"mysql://u:hunter2@127.0.0.1:{await free_port()}/orchd"
    what = loaded(tmp_path, f"http://127.0.0.1:{await free_port()}", database=url)
    (line,) = [line for line in await findings(what) if "database" in line]
    assert line.startswith("FAILED  database mysql://u@127.0.0.1")
    assert line.count("mysql://") == 1
    assert line.endswith("(flag --database)")
    assert "hunter2" not in line


async def test_a_database_url_that_storage_refuses_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^flag --database: database\.url: "):
        await checks.check(loaded(tmp_path, database="mysql://host/name"))


def test_the_settings_of_a_backend_reach_the_model_client() -> None:
    (spec,) = backend_specs(
        (BackendSettings(url="http://a:1", name="n", kind="ollama", api_key="k", gap_seconds=3.0, total_seconds=9.0),)
    )
    assert (spec.url, spec.name, spec.kind, spec.api_key) == ("http://a:1", "n", "ollama", "k")
    assert (spec.deadlines.connect, spec.deadlines.first_event) == (5.0, 900.0)
    assert (spec.deadlines.gap, spec.deadlines.total) == (3.0, 9.0)


async def test_models_without_a_server(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "a.gguf").write_bytes(BROKEN)
    (folder / "b.gguf").write_bytes(b"<html>")
    flags = {"dataDir": str(tmp_path / "data"), "local.models": (str(folder),)}
    found = await findings(load(flags, {"HOME": str(tmp_path)}))
    assert [line for line in found if "local" in line or "model file" in line] == [
        "ok      local model a: 0.0 MB",
        f"note    model file {folder}/b.gguf: is left out: it does not begin as a GGUF file does",
    ]
    (folder / "a.gguf").write_bytes(b"GGUF")
    found = await findings(load(flags, {"HOME": str(tmp_path)}))
    assert "FAILED  local models: none of the files can be offered" in found


async def test_models_without_a_server_need_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.gguf").write_bytes(BROKEN)
    flags = {"dataDir": str(tmp_path / "data"), "local.models": (str(tmp_path / "a.gguf"),)}
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    found = await findings(load(flags, {"HOME": str(tmp_path)}))
    (line,) = [line for line in found if "local" in line]
    assert line.startswith("FAILED  local models: ")
    assert f"{sys.executable} -m pip install 'xllamacpp>=2026.10'" in line
