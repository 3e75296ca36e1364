"""What docs/operate.md, proxies.md and databases.md tell operators to type does what it says."""

import re
import secrets
import shutil
import subprocess
from pathlib import Path

import pytest
import trio

from tests.fix_command import RunCommand
from tests.fix_daemon import StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = "".join(
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("operate.md", "proxies.md", "databases.md")
)
PLACE, BACKUP = "~/.local/share/orchd/orchd.db", "orchd-backup.db"


def block(start: str) -> str:
    """The one fenced block that begins with a text."""
    (found,) = re.findall(rf"^```\w*\n({re.escape(start)}.*?)^```$", DOCUMENTS, re.DOTALL | re.MULTILINE)
    return str(found)


async def test_a_backup_of_a_running_daemon_is_whole(
    daemon: StartDaemon, simulator: RunningSimulator, tmp_path: Path
) -> None:
    one = await daemon(simulator.url)
    client = await one.connect()
    answer = await client.chat("Hello [[simulate: tokens=5]]")
    await client.started("[[simulate: stall_after=2]]")
    script = block("python3 - ").replace(PLACE, str(tmp_path / "data" / "orchd.db"))
    script = script.replace(BACKUP, str(tmp_path / BACKUP))
    with trio.fail_after(HANG_SECONDS):
        await trio.run_process(["sh", "-eu", "-c", script])
    (tmp_path / "restored").mkdir()
    shutil.copy(tmp_path / BACKUP, tmp_path / "restored" / "orchd.db")
    other = await daemon(simulator.url, data="restored")
    stored = (await (await other.connect()).history(answer["conversationId"]))[-1]
    assert (stored["content"], stored["status"]) == (answer["content"], "complete")


async def test_the_database_of_the_document_can_be_used(
    mariadb: MariaServer, run_command: RunCommand, tmp_path: Path
) -> None:
    """As the user that it makes, with its password in a file."""
    name, password = f"t_{secrets.token_hex(6)}", "a long password"
    script = block("CREATE DATABASE").replace("orchd", name)
    assert password in script
    for statement in filter(None, map(str.strip, script.split(";"))):
        await mariadb.execute(statement)
    (tmp_path / "password").write_text(f"{password}\n")
    configuration = tmp_path / "orchd.toml"
    url = f"mysql://{name}@127.0.0.1:{mariadb.port}/{name}"
    configuration.write_text(f'[database]\nurl = "{url}"\npasswordFile = "{tmp_path / "password"}"\n')
    done = await trio.to_thread.run_sync(run_command, "migrate", "--config", str(configuration))
    assert done.returncode == 0, done.stderr


AROUND = {
    "nginx": "events {}\nhttp { server { listen 127.0.0.1:1;\n%s} }\n",
    "caddy": "%s",
    "haproxy": "%sfrontend x\n bind 127.0.0.1:1\n default_backend orchd\n",
}


@pytest.mark.parametrize(
    ("program", "start", "check"),
    [
        ("nginx", "client_max_body_size", ("-t", "-c")),
        ("haproxy", "defaults", ("-c", "-f")),
        ("caddy", "orchd.example.org", ("adapt", "--adapter", "caddyfile", "--config")),
    ],
)
def test_snippets_are_taken_by_their_programs(program: str, start: str, check: tuple[str, ...], tmp_path: Path) -> None:
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{program} is not installed: its snippet is not tried")
    config = tmp_path / "config"
    config.write_text(AROUND[program] % block(start), encoding="utf-8")
    done = subprocess.run([found, *check, str(config)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
