"""After whatever use, no secret stands where it could be read later: files, logs, frames, what commands print.

Nor in the memory of child processes, which is what a core file of theirs would hold.
"""

import base64
import json
import os
import resource
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import psutil
import pytest
import trio

from orchd.sealing import ServerKeys, open_vault
from orchd.sealing.key_file import create
from orchd.sealing.master_key import make_key
from orchd.storage import open_database
from tests.fix_command import Done, RunCommand
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_sealing import ring_of
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.fix_upstream import Exchange, Upstream, reply
from tests.wire.client import Client

FIRST, SECOND, CONFIGURED, WRONG, PEM = (
    f"{word}-9f8e7d6c5b4a-orange-battery" for word in ("first", "second", "configured", "wrong", "private")
)
SECRETS = (FIRST, SECOND, CONFIGURED, WRONG, PEM)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into other processes by way of /proc")


def spellings(secret: str | bytes) -> Iterator[bytes]:
    """A secret as it might stand somewhere; of base64, what does not depend on where it begins."""
    data = secret.encode() if isinstance(secret, str) else secret
    yield data
    yield data.hex().encode()
    yield quote(data).encode()
    for before in range(3):
        yield base64.b64encode(b"\0" * before + data)[before and 4 : -4]
        yield base64.urlsafe_b64encode(b"\0" * before + data)[before and 4 : -4]


def found_in(data: bytes, secrets: list[bytes]) -> list[bytes]:
    return [spelt for secret in secrets for spelt in spellings(secret) if spelt in data]


def test_each_spelling_is_found() -> None:
    for secret in (FIRST.encode(), make_key().secret):
        for text in (secret, secret.hex().encode(), base64.b64encode(b"xy" + secret), base64.b64encode(secret)):
            assert found_in(b"..." + text + b"...", [secret])
    assert not found_in(b"...", [FIRST.encode()])


def memory_of(pid: int) -> bytes:
    """All that a process has written into its memory."""
    pieces = []
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            where, rights = line.split()[:2]
            if not rights.startswith("rw") or "[v" in line:
                continue
            start, end = (int(part, 16) for part in where.split("-"))
            try:
                memory.seek(start)
                pieces.append(memory.read(end - start))
            except OSError:
                continue
    return b"".join(pieces)


async def echo_key(exchange: Exchange) -> None:
    """A server that says back what it was sent, in all places of an error."""
    key = exchange.headers.get("authorization", "none")
    said = {"message": f"bad key {key}", "type": key, "code": key, "param": key, "headers": exchange.headers}
    await exchange.send(reply(500 if "completions" in exchange.path else 200, {"error": said, "data": [{"id": "m"}]}))


class Play:
    """A daemon with stored keys, and everything that could be read later."""

    def __init__(self, directory: Path, client: Client, daemon: Daemon) -> None:
        self.directory, self.client, self.daemon = directory, client, daemon

    async def use(self) -> None:
        """Everything that secrets are good for, and what goes wrong with them."""
        ask, ids = self.client.request, {}
        made_of = {"box": (FIRST, "model_server"), "echo": (SECOND, "model_server"), "pem": (PEM, "other")}
        for name, (secret, kind) in made_of.items():
            made = await ask("credential:create", {"name": name, "secret": secret, "kind": kind})
            assert made["type"] == "credential:create", made
            ids[name] = made["data"]["id"]
        await ask("credential:create", {"name": "box", "secret": FIRST})
        await ask("credential:create", {"name": "new", "secret": f"{FIRST} {SECOND}"})
        await ask("credential:create", {"name": "new", "secret": [FIRST], "kind": "model_server"})
        await ask("credential:create", {"name": "new", "secret": FIRST, "kind": "unknown"})
        await ask("credential:create", {"name": "new", "secret": FIRST * 600})
        await ask("credential:create", {"secret": FIRST})
        await ask("credential:update", {"credentialId": 10**6, "secret": FIRST})
        await ask("credential:created", {"secret": FIRST})
        broken = json.dumps({"type": "credential:create", "id": "x", "data": {"secret": FIRST}})[:-2]
        await self.client.send_text(broken)
        await self.client.until(lambda frame: frame["type"] == "error" and frame.get("id") == "x")
        for name, backend in product(ids, ("locked", "echo")):
            await ask("credential:test", {"credentialId": ids[name], "backend": backend})
        await ask("credential:update", {"credentialId": ids["pem"], "secret": WRONG})
        await ask("credential:list", {})
        await self.ask_models()

    async def ask_models(self) -> None:
        """Chats with the servers, and what they are."""
        with trio.fail_after(60):
            while True:
                listed = await self.client.request("backend:list", {"refresh": True})
                states = {item["name"]: item["ok"] for item in listed["data"]["backends"]}
                if states["locked"]:
                    break
                await trio.sleep(0.05)
        done = await self.client.chat("[[simulate: tokens=3]]", model="simulated-small@locked")
        assert done["status"] == "complete"
        request_id = await self.client.send("chat:send", {"message": "hello", "model": "m@echo"})
        await self.client.until(lambda frame: frame["type"] == "error" and frame.get("id") == request_id)
        await self.client.request("text:chunk", {"text": "Words follow words. " * 20_000, "size": 1000})

    async def read_all(self) -> bytes:
        """The files, the log and the frames."""
        files = [path.read_bytes() for path in sorted(self.directory.rglob("*")) if path.is_file()]
        frames = json.dumps(self.client.frames, ensure_ascii=False).encode()
        return b"\n".join([*files, self.daemon.stderr.encode(), self.daemon.stdout.encode(), frames])


@pytest.fixture
async def locked(start_simulator: StartSimulator) -> RunningSimulator:
    return await start_simulator(api_key=FIRST)


def holders(directory: Path, secrets: list[bytes]) -> list[Path]:
    """The files that hold a secret."""
    return [path for path in directory.rglob("*") if path.is_file() and found_in(path.read_bytes(), secrets)]


def check_children(pid: int, secrets: list[bytes]) -> None:
    """No child knows a secret, and none leaves its memory in a file."""
    children = psutil.Process(pid).children(recursive=True)
    assert children, "texts are worked on in one"
    for process in children:
        assert not found_in(memory_of(process.pid), secrets)
        assert not found_in(Path(f"/proc/{process.pid}/environ").read_bytes(), secrets)
    for each in (pid, *(process.pid for process in children)):
        assert resource.prlimit(each, resource.RLIMIT_CORE)[0] == 0


async def test_no_secret_can_be_read_later(
    daemon: StartDaemon, upstream: Upstream, locked: RunningSimulator, run_command: RunCommand, tmp_path: Path
) -> None:
    upstream.script = echo_key
    master, key_file = make_key(), tmp_path / "keys" / "master.keys"
    key_file.parent.mkdir()
    create(key_file, ring_of(master))
    one = await daemon(
        settings={
            "log": {"level": "debug"},
            "security": {"masterKeyFile": str(key_file)},
            "[backends]": {"name": "locked", "url": locked.url, "credential": "box"},
            "[ backends]": {"name": "echo", "url": upstream.url, "credential": "echo", "kind": "openai"},
            "[ backends ]": {"name": "plain", "url": upstream.url + "/v2", "apiKey": CONFIGURED, "kind": "openai"},
        }
    )
    config = next(tmp_path.glob("orchd-*.toml"))
    play = Play(tmp_path / "data", await one.connect(), one)
    await play.use()
    async with open_database(f"sqlite://{tmp_path}/data/orchd.db", pool_size=1, timeout=10) as database:
        await database.wait_ready()
        vault = open_vault("/nowhere", str(key_file), {}, database)
        own = await ServerKeys(database, vault).get("token")
    secrets = [*(secret.encode() for secret in SECRETS), own, master.secret]

    check_children(one.pid, secrets)
    assert found_in(memory_of(one.pid), secrets[:1]), "whoever looks so finds what is there"

    def run(*arguments: str) -> Done:
        return run_command(*arguments, "--config", str(config), "--data-dir", str(tmp_path / "data"))

    printed = b""
    for command in ("config", "check", "keys list", "keys rotate", "keys list", "keys prune"):
        done = await trio.to_thread.run_sync(run, *command.split())
        printed += (done.stdout + done.stderr).encode()
    await one.terminate()
    told = await play.read_all() + printed
    assert b"credential:create" in told
    assert not found_in(told, secrets)
    assert holders(tmp_path, secrets) == [config], "the key that stands in the configuration"


async def test_a_secret_on_mariadb_is_sealed_there(
    daemon: StartDaemon, upstream: Upstream, database_url: str, tmp_path: Path
) -> None:
    one = await daemon(upstream.url, database=database_url, settings={"log": {"level": "debug"}})
    client = await one.connect()
    made = await client.request("credential:create", {"name": "box", "secret": FIRST})
    assert made["data"]["hint"] == FIRST[-4:]
    assert (tmp_path / "data" / "master.keys").stat().st_mode & 0o777 == 0o600
    assert os.path.exists(tmp_path / "data" / "master.keys")  # noqa: PTH110
    await one.restart()
    client = await one.connect()
    listed = await client.request("credential:list", {})
    assert [item["keyId"] for item in listed["data"]["items"]] == [made["data"]["keyId"]]
    assert not found_in(one.stderr.encode(), [FIRST.encode()])
