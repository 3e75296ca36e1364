"""What `orchd check` says of keys: where the master key is, and whether servers' keys can be had."""

from pathlib import Path

import pytest
import trio

from orchd.cli import checks
from orchd.config import BackendSettings, SecuritySettings, Settings
from orchd.config.load import LoadedSettings
from orchd.features.credential.messages import CredentialCreate, CredentialItem
from orchd.llm import Backends
from orchd.sealing import open_vault
from orchd.sealing.key_file import create
from orchd.sealing.master_key import make_key
from orchd.storage import open_database
from tests.features.credential.desk import Desk
from tests.fix_daemon import make_settings
from tests.fix_sealing import ring_of
from tests.fix_simulator import RunningSimulator, StartSimulator

SECRET = "orange-battery-staple-correct-horse"


@pytest.fixture
async def locked(start_simulator: StartSimulator) -> RunningSimulator:
    return await start_simulator(api_key=SECRET)


async def findings(settings: Settings, about: str) -> list[str]:
    with trio.fail_after(90):
        found = await checks.check(LoadedSettings(settings, {}, (), None))
    return [str(finding) for finding in found if finding.what.startswith(about)]


async def store(settings: Settings, name: str) -> None:
    """Have a daemon store a credential."""
    async with open_database(settings.database.url or "", pool_size=1, timeout=10) as database:
        await database.wait_ready()
        vault = open_vault(settings.data_dir or "", settings.security.master_key_file, {}, database)
        await Desk(database, vault, Backends([])).ask(CredentialCreate(name, SECRET), CredentialItem)


def naming(directory: Path, file: Path) -> Settings:
    settings = make_settings(directory)
    return Settings(
        data_dir=settings.data_dir, database=settings.database, security=SecuritySettings(master_key_file=str(file))
    )


async def test_before_there_is_a_key_none_is_made(tmp_path: Path) -> None:
    settings = make_settings(tmp_path / "data")
    (line,) = await findings(settings, "master key")
    assert line == f"note    master key: none yet; made in {tmp_path}/data/master.keys when the first secret is stored"
    assert not (tmp_path / "data").exists()


async def test_a_key_that_was_made_is_a_thing_to_know(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    await store(settings, "box")
    (line,) = await findings(settings, "master key")
    assert line.startswith("note    master key: ")
    assert "it lies beside the database" in line
    assert "keep a copy" in line


async def test_a_key_of_the_operators_own_is_fine(tmp_path: Path) -> None:
    key = make_key()
    create(tmp_path / "keys", ring_of(key))
    (line,) = await findings(naming(tmp_path, tmp_path / "keys"), "master key")
    assert line == f"ok      master key: {key.id} in the file {tmp_path}/keys"


async def test_a_key_that_others_can_read_is_a_failure(tmp_path: Path) -> None:
    create(tmp_path / "keys", ring_of(make_key()))
    (tmp_path / "keys").chmod(0o644)
    (line,) = await findings(naming(tmp_path, tmp_path / "keys"), "master key")
    assert line.startswith("FAILED  master key: ")
    assert "chmod 600" in line


async def test_the_key_of_another_database_is_a_failure(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    await store(settings, "box")
    (line,) = await findings(settings, "master key")
    key_id = line.removeprefix("note    master key: ").split()[0]
    create(tmp_path / "keys", ring_of(make_key()))
    (line,) = await findings(naming(tmp_path, tmp_path / "keys"), "master key")
    assert line.startswith(f"FAILED  master key: this database is sealed under {key_id}, which ")


async def test_a_key_that_only_the_daemon_may_see_is_a_thing_to_know(tmp_path: Path) -> None:
    settings = make_settings(tmp_path)
    await store(settings, "box")
    (tmp_path / "master.keys").unlink()
    (line,) = await findings(settings, "master key")
    assert line.startswith("note    master key: this database is sealed under ")
    assert "systemd credential" in line


async def test_a_server_is_asked_with_its_stored_key(tmp_path: Path, locked: RunningSimulator) -> None:
    settings = make_settings(tmp_path, BackendSettings(url=locked.url, credential="box"))
    (line,) = await findings(settings, "model server")
    assert "its key is the credential box, and the database can't be read" in line
    await store(settings, "other")
    (line,) = await findings(settings, "model server")
    assert line.startswith("FAILED")
    assert "no admin has a model server's key of that name" in line
    await store(settings, "box")
    (line,) = await findings(settings, "model server")
    assert line.startswith("ok")
    (tmp_path / "master.keys").rename(tmp_path / "elsewhere")
    (line,) = await findings(settings, "model server")
    assert "which can't be opened: it is sealed under the master key" in line
