"""`orchd debug` against a daemon that is full of other people's words: none of them is in the bundle."""

import json
import tarfile
from functools import partial
from pathlib import Path
from typing import Any

import trio

from tests.fix_command import RunCommand
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_simulator import StartSimulator

MARK = "Zanzibar"
"""Stands in every text, name and secret of this test, whatever is said in it besides."""
PASSWORD = f"{MARK} battery staple"

SETTINGS: dict[str, dict[str, object]] = {
    "notification": {
        "smtpHost": f"{MARK}.example",
        "smtpFrom": f"{MARK}@example.org",
        "smtpUser": MARK,
        "smtpPassword": MARK,
    },
    "server": {"allowedHosts": [f"{MARK}.lan"]},
    "log": {"level": "debug"},
}


def files_of(path: Path) -> dict[str, str]:
    """Return the texts in a bundle by their names."""
    with tarfile.open(path) as bundle:
        read = {member.name: bundle.extractfile(member) for member in bundle.getmembers()}
        return {Path(name).name: file.read().decode() for name, file in read.items() if file is not None}


async def fill(one: Daemon) -> None:
    """Have the mark in rows, in requests that fail, and in the log."""
    client = await one.connect()
    await client.chat(f"{MARK} [[simulate: tokens=8]]", model="simulated-small")
    failed = await client.send("chat:send", {"message": f"{MARK} [[simulate: error=500]]", "model": "simulated-small"})
    await client.answer(failed)
    await client.request("model:complete", {"model": MARK, "messages": [{"role": "user", "content": MARK}]})
    await client.request("task:create", {"title": MARK, "description": MARK, "autoRun": False})
    await client.request("prompt:create", {"title": MARK, "content": MARK})
    await client.request("credential:create", {"name": MARK, "secret": f"sk-{MARK}00000000"})
    await client.send_text(f'{{"type": "{MARK}", "id": "{MARK}"}}')
    made = await client.request("user:create", {"name": MARK.lower(), "role": "admin", "password": PASSWORD})
    assert made["type"] == "user:create", made


async def test_nothing_of_anybody_is_in_it(
    daemon: StartDaemon, start_simulator: StartSimulator, run_command: RunCommand, tmp_path: Path
) -> None:
    simulator = await start_simulator()
    one = await daemon(simulator.url, settings=SETTINGS)
    await fill(one)
    bundle, password = tmp_path / "bundle.tar.gz", tmp_path / "password"
    password.write_text(PASSWORD)

    def run(*arguments: str) -> Any:
        return run_command("debug", "--url", one.url, *arguments)

    refused = await trio.to_thread.run_sync(run, str(bundle))
    assert refused.returncode == 1
    assert not bundle.exists()
    entered = partial(run, str(bundle), "--user", MARK.lower(), "--password-file", str(password))
    done = await trio.to_thread.run_sync(entered)
    assert done.returncode == 0, done.stderr
    files = files_of(bundle)
    whole = "\n".join(files.values()).lower()
    assert MARK.lower() in one.stderr.lower(), "an operator's own log may have it"
    assert MARK.lower() not in whole
    assert str(tmp_path).lower() not in whole
    lines = [json.loads(line) for line in files["log.jsonl"].splitlines()]
    assert {"ready", "request failed"} <= {line["event"] for line in lines}
    assert json.loads(files["health.json"])["database"]["ok"]
    assert json.loads(files["database.json"])["rows"]["task"] == 1
    assert "orchd_frames_received_total" in files["metrics.txt"]
    assert "log.level" in files["configuration.txt"]
    assert json.loads(files["version.json"])["schema"] > 0


def test_without_a_daemon_it_says_what_is_missing(run_command: RunCommand, tmp_path: Path) -> None:
    bundle, config = tmp_path / "bundle.tar.gz", tmp_path / "orchd.toml"
    config.write_text(f'[oidc]\nclientId = "{MARK}"\n[server]\nmaxInFlight = 7\n')
    done = run_command("debug", str(bundle), "--config", str(config), "--url", "http://127.0.0.1:9")
    assert done.returncode == 0, done.stderr
    files = files_of(bundle)
    assert "server.maxInFlight = 7" in files["configuration.txt"]
    assert "metrics.txt" in files["README.txt"], "it says what is missing"
    assert "health.json" not in files
    assert not any(MARK in text for text in files.values())
