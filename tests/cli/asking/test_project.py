"""`orchd project` and `orchd team`: sharing, as people type it."""

from pathlib import Path

import pytest

from tests.cli.asking.folk import Folk
from tests.fix_daemon import StartApp
from tests.fix_simulator import RunningSimulator


@pytest.fixture
async def folk(app: StartApp, simulator: RunningSimulator, tmp_path: Path) -> Folk:
    people = Folk(await app(simulator.url), tmp_path)
    await people.add("maria", "joao", "bob")
    return people


async def test_a_project_from_its_beginning_to_its_end(folk: Folk) -> None:
    assert "you are in no project" in await folk.gets("maria", "project", "list")
    assert await folk.gets("maria", "project", "add", "house", "--description", "Ours") == "project 1 (house) is new\n"
    assert (await folk.gets("maria", "project", "list")).splitlines()[1].split() == ["1", "house", "owner", "Ours"]
    assert await folk.gets("maria", "project", "member", "add", "house", "joao") == "joao is viewer of house\n"
    assert "editor of house now" in await folk.gets("maria", "project", "member", "role", "1", "Joao", "editor")
    shown = await folk.gets("joao", "project", "show", "house")
    assert "you are editor" in shown
    assert "maria   user  owner" in shown
    assert (await folk.reads("joao", "project", "list"))["items"][0]["role"] == "editor"
    assert "is called home now" in await folk.gets("maria", "project", "rename", "house", "home")
    assert "only owners" in await folk.is_refused("joao", "project", "rename", "home", "mine")
    assert "no project home" in await folk.is_refused("bob", "project", "show", "home")
    assert "no such project" in await folk.is_refused("bob", "project", "show", "1")
    assert "bob is no member" in await folk.is_refused("maria", "project", "member", "remove", "home", "bob")
    assert "no member any more" in await folk.gets("joao", "project", "member", "remove", "home", "joao")
    assert await folk.gets("maria", "project", "remove", "home") == "project 1 is deleted\n"


async def test_rows_are_shared_and_lists_say_so(folk: Folk) -> None:
    await folk.chats("maria", "private")
    await folk.chats("maria", "for all")
    await folk.gets("maria", "project", "add", "house")
    await folk.gets("maria", "project", "member", "add", "house", "joao", "--role", "editor")
    assert "SHARED" not in await folk.gets("maria", "conversations")
    assert await folk.gets("maria", "project", "share", "house", "--conversation", "2") == "1 shared\n"
    own, others = await folk.gets("maria", "conversations"), await folk.gets("joao", "conversations")
    assert ["house" in line for line in own.splitlines()[1:]] == [True, False]
    assert "house (by another)" in others
    assert "private" not in others
    listed = await folk.reads("joao", "conversations")
    assert set(listed) == {"items", "nextCursor"}, "the reply as the protocol has it"
    assert "rows" in await folk.is_refused("maria", "project", "remove", "house")
    assert await folk.gets("maria", "project", "unshare", "--conversation", "2") == "1 shared no more\n"
    assert "no conversations yet" in await folk.gets("joao", "conversations")
    assert "Say what" in await folk.is_refused("maria", "project", "share", "house")
    await folk.gets("maria", "project", "share", "house", "--conversation", "1")
    assert await folk.gets("maria", "project", "remove", "house", "--release-rows") == "project 1 is deleted\n"


async def test_a_name_that_two_projects_have_is_asked_for_by_number(folk: Folk) -> None:
    for name in ("maria", "joao"):
        await folk.gets(name, "project", "add", "house")
    await folk.gets("joao", "project", "member", "add", "house", "maria")
    assert "by its number: 1, 2" in await folk.is_refused("maria", "project", "show", "house")
    assert "project 2" in await folk.gets("maria", "project", "show", "2")


async def test_teams(folk: Folk) -> None:
    assert "no team that you see" in await folk.gets("maria", "team", "list")
    assert "only an admin" in await folk.is_refused("joao", "team", "add", "painters")
    assert await folk.gets("maria", "team", "add", "painters") == "team 1 (painters) is new\n"
    assert "(nobody is in it)" in await folk.gets("maria", "team", "show", "painters")
    assert await folk.gets("maria", "team", "member", "add", "painters", "joao") == "joao is in painters\n"
    await folk.gets("maria", "project", "add", "house")
    await folk.gets("maria", "project", "member", "add", "house", "painters", "--team", "--role", "editor")
    assert "painters  team  editor" in await folk.gets("joao", "project", "show", "house")
    assert (await folk.gets("joao", "team", "list")).splitlines()[1].split() == ["1", "painters", "1"]
    await folk.gets("maria", "team", "rename", "painters", "artists")
    assert "is viewer" in await folk.gets("maria", "project", "member", "role", "house", "artists", "viewer", "--team")
    assert "not in that team" in await folk.is_refused("maria", "team", "member", "remove", "artists", "bob")
    assert "any more" in await folk.gets("maria", "team", "member", "remove", "artists", "joao")
    assert "you are in no project" in await folk.gets("joao", "project", "list")
    assert await folk.gets("maria", "team", "remove", "artists") == "team 1 is deleted\n"
