"""What docs/operate.md, proxies.md and databases.md tell operators to type does what it says."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = "".join(
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("operate.md", "proxies.md", "databases.md")
)
PLACE, BACKUP = "~/.local/share/orchd/orchd.db", "orchd-backup.db"


def block(start: str) -> str:
    """The one fenced block that begins with a text."""
    (found,) = re.findall(rf"^```\w*\n({re.escape(start)}.*?)^```$", DOCUMENTS, re.DOTALL | re.MULTILINE)
    return str(found)


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
