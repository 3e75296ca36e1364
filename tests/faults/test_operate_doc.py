"""What docs/operate.md tells operators to type does what it says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import trio

from tests.fix_daemon import StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.wire.client import HANG_SECONDS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
PLACE, BACKUP = "~/.local/share/orchd/orchd.db", "orchd-backup.db"


def block(start: str) -> str:
    """The one fenced block that begins with a text."""
    (found,) = re.findall(rf"^```\w*\n({re.escape(start)}.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
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


AROUND = {
    "nginx": "events {}\nhttp { server { listen 127.0.0.1:1;\n%s} }\n",
    "haproxy": "defaults\n mode http\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n"
    "frontend x\n bind 127.0.0.1:1\n%s",
}


@pytest.mark.parametrize(
    ("program", "start", "check"), [("nginx", "location / {", ("-t", "-c")), ("haproxy", "backend orchd", ("-c", "-f"))]
)
def test_snippets_are_taken_by_their_programs(program: str, start: str, check: tuple[str, str], tmp_path: Path) -> None:
    found = shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin")
    if found is None:
        pytest.skip(f"{program} is not installed: its snippet is not tried")
    config = tmp_path / "config"
    config.write_text(AROUND[program] % block(start), encoding="utf-8")
    done = subprocess.run([found, *check, str(config)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
