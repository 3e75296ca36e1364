"""After log-ins that work and that don't: no password, token or cookie stands in a file, a log or an error."""

import json
import re
from pathlib import Path
from typing import Any

import trio

from tests.faults.test_secrets import found_in, holders
from tests.fix_command import RunCommand
from tests.fix_daemon import Daemon, StartDaemon
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS, Client
from tests.wire.people import cookie_of, program

PASSWORD, NEW, WRONG, OTHER = (f"{word} wet umbrellas in a row" for word in ("seven", "eight", "nine", "ten"))
BAD_TOKEN = "orchd_pat_" + "Z9y8X7w6V5u4T3s2R1q0" * 2 + "P9o8N7m6L"


async def post(daemon: Daemon, path: str, content: str, **headers: str) -> str:
    """What a page answers, whatever it is."""
    async with http_client(timeout=HANG_SECONDS) as client:
        named = {"Content-Type": "application/json", "Origin": daemon.url, **headers}
        answer = await client.post(daemon.url + path, content=content.encode(), headers=named)
    return answer.text


async def err(daemon: Daemon, token: str) -> str:
    """Log-ins that are wrong in many ways; all that is answered."""
    bodies: list[Any] = [
        {"name": "anna", "password": WRONG},
        {"name": WRONG, "password": WRONG},
        {"name": "anna", "password": [WRONG]},
        {"name": "anna", "passwort": WRONG},
        {"name": "anna", "password": WRONG * 60},
        [WRONG],
        WRONG,
    ]
    told = [await post(daemon, path, json.dumps(body)) for body in bodies for path in ("/login", "/setup")]
    told.append(await post(daemon, "/login", json.dumps(bodies[0])[:-3]))
    told.append(await post(daemon, "/login", f"name=anna&password={WRONG}"))
    values = (f"Bearer {BAD_TOKEN}", f"bearer  {token}", f"Basic {token}", f"Bearer {token}x", token)
    told += [await post(daemon, "/session", "{}", Authorization=value) for value in values]
    told.append(await post(daemon, f"/login?token={BAD_TOKEN}", "{}", Cookie=f"orchd={BAD_TOKEN}; other={token}"))
    return "\n".join(told)


async def use(client: Client, daemon: Daemon) -> None:
    """Passwords and tokens in frames, rightly and wrongly."""
    await client.request("user:passwd", {"password": WRONG, "present": WRONG})
    await client.request("user:passwd", {"password": [OTHER], "present": PASSWORD})
    await client.request("user:passwd", {"password": OTHER, "present": PASSWORD, "unknown": OTHER})
    await client.request("user:create", {"name": "ben", "password": OTHER, "role": "nobody"})
    await client.request("user:create", {"name": "ben", "password": OTHER})
    await client.request("user:create", {"name": "ben", "password": OTHER})
    await client.request("session:authenticate", {"token": BAD_TOKEN})
    changed = await client.request("user:passwd", {"password": NEW, "present": PASSWORD})
    assert changed["type"] == "user:passwd", changed


async def test_passwords_tokens_and_cookies_can_not_be_read_later(
    daemon: StartDaemon, run_command: RunCommand, tmp_path: Path
) -> None:
    one = await daemon(settings={"log": {"level": "debug"}})

    async def run(*arguments: str, stdin: str | None = None) -> str:
        def work() -> str:
            done = run_command(*arguments, "--data-dir", str(tmp_path / "data"), stdin=stdin)
            assert done.returncode == 0, done.stderr
            return done.stdout + done.stderr

        return await trio.to_thread.run_sync(work)

    printed = await run("user", "add", "anna", "--admin", "--password-file", "-", stdin=PASSWORD)
    shown = await run("token", "create", "anna", "--label", "bot", "--scope", "chat", "--scope", "admin")
    (token,) = re.findall(r"orchd_pat_\w+", shown)
    client = await program(one, token)
    cookie = await cookie_of(one, "anna", PASSWORD)
    with trio.fail_after(HANG_SECONDS):
        told = await err(one, token)
    await use(client, one)
    printed += await run("token", "list") + await run("user", "list") + await run("config")
    await one.terminate()
    secrets = [each.encode() for each in (PASSWORD, NEW, WRONG, OTHER, BAD_TOKEN, token, cookie.partition("=")[2])]
    assert one.log("request refused"), "the log tells much"
    assert "unauthorized" in told
    frames = json.dumps(client.frames, ensure_ascii=False)
    for text in (printed, told, frames, one.stderr, one.stdout):
        assert not found_in(text.encode(), secrets)
    assert not holders(tmp_path, secrets)
