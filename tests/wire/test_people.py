"""People over real sockets: the first user, tokens, browsers, and what becomes of open connections, in two daemons."""

from functools import partial
from pathlib import Path

import pytest
import trio

from orchd.access.tokens import new_token
from tests.fix_command import RunCommand
from tests.fix_daemon import Listening, StartApp, StartDaemon
from tests.fix_mariadb import MariaServer
from tests.fix_simulator import RunningSimulator
from tests.http_client import http_client
from tests.wire.client import HANG_SECONDS
from tests.wire.people import (
    PASSWORD,
    UNAUTHORIZED,
    ask,
    browser,
    cookie_of,
    first_user,
    program,
    refused,
    status_of,
    until_refused,
)

ALL = ["chat", "read", "tasks", "models", "workspace", "admin"]


async def test_the_first_user_takes_over_what_was_there_and_ends_the_time_without_log_ins(app: StartApp) -> None:
    daemon = await app()
    before, other = await daemon.connect(), await daemon.connect()
    assistant = await ask(before, "assistant:create", name="helper", systemPrompt="Be brief.")
    maria = await first_user(daemon)
    assert await other.wait_closed() == UNAUTHORIZED
    assert await before.wait_closed() == UNAUTHORIZED
    me = await ask(maria, "user:me")
    assert (me["name"], me["role"], me["scopes"]) == ("maria", "admin", None)
    assert [item["id"] for item in (await ask(maria, "assistant:list"))["items"]] == [assistant["id"]]
    await ask(maria, "user:create", name="joão", password=PASSWORD)
    joao = await browser(daemon, "joão")
    assert (await ask(joao, "assistant:list"))["items"] == []
    assert await refused(joao, "user:list") == "forbidden"
    assert await refused(joao, "token:list", userId=me["userId"]) == "forbidden"


async def test_a_token_that_is_revoked_ends_its_connections_before_that_is_answered(app: StartApp) -> None:
    daemon = await app()
    maria = await first_user(daemon)
    made = await ask(maria, "token:create", name="bot", scopes=["chat", "read"])
    assert await status_of(daemon, made["token"]) == 200
    bot = await program(daemon, made["token"])
    assert await refused(bot, "user:list") == "forbidden"
    assert await refused(bot, "token:create", name="more", scopes=["chat"]) == "forbidden"
    assert (await ask(bot, "user:me"))["tokenId"] == made["item"]["id"]
    await ask(maria, "token:revoke", tokenId=made["item"]["id"])
    assert await bot.wait_closed() == UNAUTHORIZED
    assert await status_of(daemon, made["token"]) == 401


async def test_a_role_that_is_lowered_holds_from_the_next_frame(app: StartApp) -> None:
    daemon = await app()
    maria = await first_user(daemon)
    made = await ask(maria, "user:create", name="joão", role="admin", password=PASSWORD)
    joao = await browser(daemon, "joão")
    await ask(joao, "user:list")
    await ask(joao, "user:update", userId=(await ask(joao, "user:me"))["userId"], role="viewer")
    assert await refused(joao, "user:list") == "forbidden"
    assert await refused(joao, "assistant:create", name="x", systemPrompt="y") == "forbidden"
    assert (await ask(joao, "user:me"))["role"] == "viewer"
    await ask(joao, "user:passwd", password="eleven green bottles", present=PASSWORD)
    await ask(maria, "user:update", userId=made["id"], disabled=True)
    assert await joao.wait_closed() == UNAUTHORIZED


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
async def test_what_one_daemon_takes_away_another_ends_within_seconds(
    kind: str, daemon: StartDaemon, request: pytest.FixtureRequest
) -> None:
    url = None
    if kind == "mariadb":
        server = request.getfixturevalue("mariadb")
        assert isinstance(server, MariaServer)
        url = server.new_url()
    here, there = [await daemon(database=url) for _ in range(2)]
    early = await there.connect()
    maria = await first_user(here)
    assert await early.wait_closed() == UNAUTHORIZED
    far_browser = await browser(there, "maria")
    made = await ask(maria, "token:create", name="bot", scopes=["read"])
    far = await program(there, made["token"])
    joao = await ask(maria, "user:create", name="joão", role="admin", password=PASSWORD)
    lowered = await browser(there, "joão")
    await ask(lowered, "user:list")
    await ask(maria, "token:revoke", tokenId=made["item"]["id"])
    await ask(maria, "user:update", userId=joao["id"], role="viewer")
    assert await far.wait_closed() == UNAUTHORIZED
    with trio.fail_after(HANG_SECONDS):
        await until_refused(lowered, "user:list")
    assert (await ask(lowered, "user:me"))["role"] == "viewer"
    for login in (await ask(maria, "login:list"))["items"]:
        if not login["current"]:
            await ask(maria, "login:revoke", loginId=login["id"])
    assert await far_browser.wait_closed() == UNAUTHORIZED
    await here.kill()
    await ask(lowered, "user:me")
    await here.start()
    back = await browser(here, "maria")
    await ask(back, "user:delete", userId=joao["id"])
    assert await lowered.wait_closed() == UNAUTHORIZED


async def test_the_command_line_is_heard_by_a_running_daemon(
    daemon: StartDaemon, run_command: RunCommand, tmp_path: Path
) -> None:
    running = await daemon()
    local = await running.connect()
    secret = tmp_path / "secret"
    secret.write_text(PASSWORD)
    data = ("--data-dir", str(tmp_path / "data"))

    async def types(*words: str) -> str:
        done = await trio.to_thread.run_sync(lambda: run_command(*words, *data))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    await types("user", "add", "maria", "--admin", "--password-file", str(secret))
    assert await local.wait_closed() == UNAUTHORIZED
    token = (await types("token", "create", "maria", "--label", "bot", "--scope", "read")).splitlines()[-1]
    bot = await program(running, token)
    assert (await ask(bot, "user:me"))["name"] == "maria"
    (tmp_path / "token").write_text(token + "\n")
    for words, code, told in (
        (("--token-file", str(tmp_path / "token")), 0, ""),
        (("--token-file", str(secret)), 2, "holds no API token"),
        ((), 1, "--token-file"),
    ):
        done = await trio.to_thread.run_sync(partial(run_command, "models", "--url", running.url, *words))
        assert (done.returncode, told in done.stderr) == (code, True), done.stderr
        assert token not in done.stderr
    (tmp_path / "token").write_text(new_token())
    wrong = ("conversations", "--url", running.url, "--token-file", str(tmp_path / "token"))
    assert "does not take the token" in (await trio.to_thread.run_sync(partial(run_command, *wrong))).stderr
    await types("token", "revoke", "1")
    assert await bot.wait_closed() == UNAUTHORIZED
    assert await status_of(running, token) == 401
    assert token not in running.stderr
    assert PASSWORD not in running.stderr


async def test_a_daemon_that_others_reach_prints_a_link_that_makes_the_first_user_once(daemon: StartDaemon) -> None:
    running = await daemon(settings={"server": {"host": "0.0.0.0"}})
    with trio.fail_after(HANG_SECONDS):
        await running.printed("/setup#")
    told = running.stdout.splitlines()[1]
    running.url = running.url.replace("0.0.0.0", "127.0.0.1")
    link = told.split()[-1]
    assert link.startswith(f"{running.url}/setup#")
    token = link.partition("#")[2]
    body = {"name": "maria", "password": PASSWORD}
    assert await post(running, "/setup", body | {"token": token + "x"}) == 401
    assert await post(running, "/setup", body | {"token": token, "password": "password1234"}) == 400
    assert await post(running, "/setup", body | {"token": token}) == 200
    assert await post(running, "/setup", body | {"token": token, "name": "second"}) in (401, 429)
    maria = await browser(running, "maria")
    assert (await ask(maria, "user:me"))["role"] == "admin"
    assert token not in running.stderr
    await running.restart()
    assert "/setup" not in running.stdout


async def post(daemon: Listening, path: str, body: dict[str, str]) -> int:
    """The status of a page's answer to one of its own forms."""
    async with http_client(timeout=HANG_SECONDS) as client:
        return (await client.post(daemon.url + path, json=body, headers={"Origin": daemon.url})).status_code


async def test_no_secret_is_in_the_database(daemon: StartDaemon, tmp_path: Path) -> None:
    running = await daemon(settings={"log": {"level": "debug"}})
    maria = await first_user(running)
    made = await ask(maria, "token:create", name="bot", scopes=["read"])
    cookie = (await cookie_of(running, "maria")).partition("=")[2]
    await (await program(running, made["token"])).aclose()
    await running.terminate()
    stored = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    for secret in (PASSWORD, made["token"], made["token"][10:40], cookie):
        assert secret.encode() not in stored
        assert secret not in running.stderr


async def test_a_user_is_deleted_with_what_is_under_way(app: StartApp, simulator: RunningSimulator) -> None:
    daemon = await app(simulator.url)
    maria = await first_user(daemon)
    made = await ask(maria, "user:create", name="joão", password=PASSWORD)
    joao = await browser(daemon, "joão")
    await joao.started("[[simulate: tokens=400,tps=50]]")
    task = await ask(joao, "task:create", title="t", description="Say hello.")
    await ask(joao, "task:plan", taskId=task["task"]["id"])
    reply = await maria.request("user:delete", {"userId": made["id"]})
    assert (reply["data"]["code"], reply["data"]["details"]["rows"]) == ("conflict", {"conversation": 1, "task": 1})
    await ask(maria, "user:delete", userId=made["id"], rows="delete")
    assert await joao.wait_closed() == UNAUTHORIZED
    assert [item["name"] for item in (await ask(maria, "user:list"))["items"]] == ["maria"]
    await ask(maria, "user:create", name="joão", password=PASSWORD)
    again = await browser(daemon, "joão")
    assert (await ask(again, "task:list"))["items"] == []
    assert (await ask(again, "conversation:list"))["items"] == []
    await trio.sleep(2)
    assert (await ask(again, "user:me"))["name"] == "joão"
