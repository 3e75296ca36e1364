"""`orchd check` against databases and model servers that are there, that are not, and that are something else."""

import json
from contextlib import closing
from pathlib import Path

import pytest
import trio

from orchd.cli import checks
from orchd.config import ServerSettings, Settings
from orchd.config.load import LoadedSettings, load
from orchd.errors import ConfigurationError, StartError
from orchd.features.people import UserDraft, create_user
from orchd.storage import load_migrations, open_database
from orchd.storage.sqlite.sqlite_connection import create_or_connect
from orchd.storage.sqlite.sqlite_migrate import apply_migrations
from orchd.tls.certificate import CertificateFiles
from tests.fix_tls import Authority
from tests.test_cli import invoke


def loaded(tmp_path: Path, *backends: str, database: str | None = None) -> LoadedSettings:
    flags = {"dataDir": str(tmp_path / "data"), "backends": backends, "database.url": database}
    return load(flags, {"HOME": str(tmp_path)})


async def findings(what: LoadedSettings) -> list[str]:
    with trio.fail_after(90):
        return [str(finding) for finding in await checks.check(what)]


async def free_port() -> int:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener:
        return int(listener.socket.getsockname()[1])


async def test_a_database_that_is_not_made_yet_is_fine_and_stays_unmade(tmp_path: Path) -> None:
    what = loaded(tmp_path, f"http://127.0.0.1:{await free_port()}")
    (line,) = [line for line in await findings(what) if line[8:].startswith("database ")]
    assert line.startswith(f"ok      database sqlite://{tmp_path}/data/orchd.db: not there yet; ")
    assert not (tmp_path / "data").exists()


async def test_migrate_then_check(tmp_path: Path) -> None:
    what = loaded(tmp_path, f"http://127.0.0.1:{await free_port()}")
    applied = await checks.migrate(what.settings)
    assert applied[0].startswith("applied 0001_")
    assert await checks.migrate(what.settings) == ["the database is up to date"]
    (line,) = [line for line in await findings(what) if line[8:].startswith("database ")]
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
    (line,) = [line for line in await findings(what) if line[8:].startswith("database ")]
    assert line.startswith("FAILED  database mysql://u@127.0.0.1")
    assert line.count("mysql://") == 1
    assert line.endswith("(flag --database)")
    assert "hunter2" not in line


async def test_a_database_url_that_storage_refuses_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^flag --database: database\.url: "):
        await checks.check(loaded(tmp_path, database="mysql://host/name"))


async def test_migrate_names_the_database_that_is_away_and_the_cause(tmp_path: Path) -> None:
    url = f"mysql://u:secret@127.0.0.1:{await free_port()}/orchd"
    with trio.fail_after(90), pytest.raises(StartError) as raised:
        await checks.migrate(loaded(tmp_path, database=url).settings)
    assert str(raised.value) == f"database {url.replace(':secret', '')}: the database is away, Connection refused"


def certificate(files: CertificateFiles) -> list[str]:
    server = ServerSettings(tls_certificate=str(files.certificate), tls_key=str(files.key))
    return [str(finding) for finding in checks._certificate(Settings(server=server))]


def test_the_certificate(authority: Authority) -> None:
    assert checks._certificate(Settings()) == []
    (good,) = certificate(authority.issue("good", names=["orchd.lan"]))
    assert good.startswith("ok      certificate ")
    assert ": for orchd.lan; until 20" in good
    (soon,) = certificate(authority.issue("soon", names=[], days=3))
    assert soon.startswith("note ")
    assert "no name, which browsers refuse" in soon
    (ended,) = certificate(authority.issue("ended", days=-0.5))
    assert ended.startswith("FAILED ")
    assert "it has expired" in ended
    one, other = authority.issue("one"), authority.issue("other")
    (mixed,) = certificate(CertificateFiles(one.certificate, other.key))
    assert mixed.startswith("FAILED ")
    assert "is not that of" in mixed


@pytest.mark.parametrize(("host", "told"), [("127.0.0.1", False), ("0.0.0.0", True)])
async def test_that_nobody_could_log_in_is_told_where_others_reach_the_daemon(
    tmp_path: Path, host: str, told: bool
) -> None:
    flags = {"dataDir": str(tmp_path / "data"), "backends": (f"http://127.0.0.1:{await free_port()}",)}
    what = load({**flags, "server.host": host}, {"HOME": str(tmp_path)})
    for _ in range(2):
        assert any("users: there is none" in line for line in await findings(what)) is told
        await checks.migrate(what.settings)
    async with open_database(what.settings.database.url or "", pool_size=1, timeout=10) as database:
        await database.wait_ready()
        await database.write(create_user, UserDraft("maria", "admin", "hash"), 1)
    assert not any("users: " in line for line in await findings(what))


def test_a_plan_says_what_migrate_would_do_and_changes_nothing(tmp_path: Path) -> None:
    here, path = ("--data-dir", str(tmp_path)), tmp_path / "orchd.db"
    plan = json.loads(invoke("migrate", "--json", *here).stdout)
    assert (plan["schema"], plan["copy"], len(plan["pending"])) == (0, False, plan["then"])
    assert not path.exists()
    with closing(create_or_connect(path, 10)) as connection:
        apply_migrations(connection, load_migrations("sqlite")[:-1])
    before = path.read_bytes()
    lines = invoke("migrate", "--plan", *here).stdout.splitlines()
    assert lines[1] == "the file is copied first"
    assert lines[2].startswith("to be applied: 00")
    assert path.read_bytes() == before
    assert invoke("migrate", *here).stdout.startswith("applied 00")
    assert len(list(tmp_path.glob("orchd.db.before-*"))) == 1
    assert invoke("migrate", "--plan", *here).stdout.startswith("the database is up to date: schema ")
