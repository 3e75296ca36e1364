"""`orchd account`: one's own password, tokens and browsers, as people type them."""

from pathlib import Path

import pytest

from orchd.cli.asking import account_tables
from tests.cli.asking.folk import Folk
from tests.fix_daemon import StartApp
from tests.wire.people import browser, status_of

OTHER = "five dry umbrellas"


@pytest.fixture
async def folk(app: StartApp, tmp_path: Path) -> Folk:
    people = Folk(await app(), tmp_path)
    await people.add("maria", "joao")
    return people


async def test_who_one_is(folk: Folk) -> None:
    assert await folk.gets("joao", "account", "show") == "joao, role member\n"
    assert "say who you are" in await folk.is_refused(None, "account", "show")
    told = account_tables.identity(
        {"userId": 0, "name": "", "role": "admin", "scopes": None, "models": None, "tokenId": None, "loginId": None},
        None,
    )
    assert told == ["you are the local owner: there is no user yet, and everything is yours"]


async def test_the_life_of_ones_own_tokens(folk: Folk, tmp_path: Path) -> None:
    assert "you have no token" in await folk.gets("joao", "account", "token", "list")
    create = ("account", "token", "create", "--label", "backup", "--scope", "read")
    made = (await folk.gets("joao", *create, "--days", "3", "--model", "m")).strip()
    assert made.startswith("orchd_pat_")
    assert await status_of(folk.daemon, made) == 200
    listed = (await folk.gets("joao", "account", "token", "list")).splitlines()[1]
    assert listed.split()[:5] == ["1", "backup", made[-4:], "read", "m"]
    file = tmp_path / "token"
    file.write_text(made, encoding="utf-8")
    by_token = await folk.gets(None, "account", "show", "--token-file", str(file))
    assert by_token.splitlines() == ["joao, role member, by token 1", "scopes: read", "models: m"]
    assert "scope admin" in await folk.is_refused("joao", *create, "--scope", "admin")
    assert "you have no token" in await folk.gets("maria", "account", "token", "list"), "each sees their own"
    assert await folk.gets("joao", "account", "token", "revoke", "1") == "token 1 (backup) is revoked\n"
    assert await status_of(folk.daemon, made) == 401
    assert "revoked" in await folk.gets("joao", "account", "token", "list")


async def test_browsers_are_listed_and_logged_out(folk: Folk) -> None:
    elsewhere = await browser(folk.daemon, "joao")
    rows = (await folk.reads("joao", "account", "login", "list"))["items"]
    assert [row["current"] for row in rows] == [True, False]
    assert rows[0]["agent"] == "orchd in a terminal"
    assert "this one" in await folk.gets("joao", "account", "login", "list")
    told = await folk.gets("joao", "account", "login", "revoke", str(rows[1]["id"]))
    assert told == f"browser {rows[1]['id']} is logged out\n"
    assert await elsewhere.wait_closed() == 4500
    left = (await folk.reads("joao", "account", "login", "list"))["items"]
    assert len(left) == 1, "each command has logged out at its end"


async def test_a_password_is_changed_by_who_knows_the_present_one(folk: Folk, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.write_text(OTHER, encoding="utf-8")
    change = ("account", "passwd", "--new-password-file", str(new))
    assert await folk.gets("joao", *change) == "the password of joao is changed\n"
    assert "name or the password is wrong" in await folk.is_refused("joao", "account", "show")
    folk.password_file.write_text(OTHER, encoding="utf-8")
    assert await folk.gets("joao", "account", "show") == "joao, role member\n"
    new.write_text("short", encoding="utf-8")
    assert "12 characters" in await folk.is_refused("joao", *change)
    assert "no terminal to ask" in await folk.is_refused("joao", "account", "passwd")
