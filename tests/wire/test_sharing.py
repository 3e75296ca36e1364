"""Projects over real sockets: members see and change each other's tasks, until they are members no more."""

from typing import Any, NamedTuple

import pytest
import trio

from tests.fix_daemon import Listening, StartApp, StartDaemon
from tests.fix_mariadb import MariaServer
from tests.wire.client import PAUSE_SECONDS, Client
from tests.wire.people import PASSWORD, ask, browser, first_user, refused
from tests.wire.referee import Frame


class People(NamedTuple):
    """An admin and two members, each at a browser, and the ids of the members."""

    maria: Client
    joao: Client
    eve: Client
    joao_id: int
    eve_id: int


async def people(daemon: Listening, other: Listening | None = None) -> People:
    """Make users; the members are at another daemon if there is one."""
    maria = await first_user(daemon)
    ids = [(await ask(maria, "user:create", name=name, password=PASSWORD))["id"] for name in ("joão", "eve")]
    joao, eve = [await browser(other or daemon, name) for name in ("joão", "eve")]
    return People(maria, joao, eve, *ids)


async def project(client: Client, name: str = "house") -> int:
    """Make a project; its id."""
    return int((await ask(client, "project:create", name=name, description="ours"))["project"]["id"])


async def task(client: Client, project_id: int | None = None) -> int:
    """Make a task; its id."""
    return int((await ask(client, "task:create", title="paint", projectId=project_id))["task"]["id"])


async def titles(client: Client) -> list[str]:
    """What somebody finds listed."""
    return [item["title"] for item in (await ask(client, "task:list"))["items"]]


def says(title: str, kind: str = "task:update") -> Any:
    """Tell a frame that tells of a task's title."""

    def wanted(frame: Frame) -> bool:
        return bool(frame["type"] == kind and "id" not in frame and frame["data"]["task"]["title"] == title)

    return wanted


async def test_a_member_sees_at_once_changes_by_role_and_sees_nothing_afterwards(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.maria)
    painted = await task(home.maria, house)
    assert await titles(home.joao) == []
    assert await refused(home.joao, "project:get", projectId=house) == "not_found"
    assert await refused(home.joao, "task:subscribe", taskId=painted) == "not_found"
    added = await ask(home.maria, "project:member:add", projectId=house, userName="JOÃO", role="viewer")
    assert [(member["name"], member["role"]) for member in added["members"]] == [("maria", "owner"), ("joão", "viewer")]
    assert await titles(home.joao) == ["paint"]
    await ask(home.joao, "task:subscribe", taskId=painted, streaming=True)
    assert await refused(home.joao, "task:update", taskId=painted, title="mine") == "forbidden"
    assert await refused(home.joao, "task:create", title="mine", projectId=house) == "forbidden"
    member = {"projectId": house, "userId": home.joao_id}
    assert await refused(home.joao, "project:member:update", **member, role="owner") == "forbidden"
    await ask(home.maria, "task:update", taskId=painted, title="paint the door")
    await home.joao.until(says("paint the door"))
    await ask(home.maria, "project:member:update", **member, role="editor")
    await ask(home.joao, "task:update", taskId=painted, title="paint it red")
    assert await titles(home.maria) == ["paint it red"]
    assert await titles(home.eve) == []
    await ask(home.maria, "project:member:remove", **member)
    assert (await home.joao.until_type("task:unsubscribed"))["data"] == {"taskId": painted}
    assert await titles(home.joao) == []
    assert await refused(home.joao, "task:get", taskId=painted) == "not_found"


async def test_the_last_owner_stays_and_a_project_is_handed_over(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.joao)
    own = {"projectId": house, "userId": home.joao_id}
    assert await refused(home.joao, "project:member:remove", **own) == "conflict"
    assert await refused(home.joao, "project:member:update", **own, role="viewer") == "conflict"
    assert await refused(home.maria, "project:get", projectId=house) == "not_found", "an admin is no member"
    await ask(home.joao, "project:member:add", projectId=house, userId=home.eve_id, role="owner")
    assert (
        await refused(home.joao, "project:member:add", projectId=house, userId=home.eve_id, role="owner") == "conflict"
    )
    await ask(home.joao, "project:member:remove", **own)
    found = await ask(home.eve, "project:get", projectId=house)
    assert found["members"] == [{"userId": home.eve_id, "teamId": None, "name": "eve", "role": "owner"}]
    assert (await ask(home.joao, "project:list"))["items"] == []
    changed = await ask(home.eve, "project:update", projectId=house, name="garden", version=found["project"]["version"])
    assert changed["project"]["name"] == "garden"
    stale = {"projectId": house, "name": "yard", "version": found["project"]["version"]}
    assert await refused(home.eve, "project:update", **stale) == "conflict"


async def test_a_project_with_rows_is_deleted_only_when_they_are_released(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.maria)
    await ask(home.maria, "project:member:add", projectId=house, userId=home.joao_id, role="editor")
    await task(home.joao, house)
    await task(home.maria, house)
    assert await refused(home.joao, "project:delete", projectId=house) == "forbidden"
    assert await refused(home.maria, "project:delete", projectId=house) == "conflict"
    assert (await ask(home.maria, "project:delete", projectId=house, rows="release"))["released"] == 2
    assert await titles(home.joao) == await titles(home.maria) == ["paint"]
    assert (await ask(home.joao, "project:list"))["items"] == []
    assert await refused(home.maria, "project:get", projectId=house) == "not_found"


async def test_what_others_have_in_a_deleted_users_project_stays_theirs(app: StartApp) -> None:
    home = await people(await app())
    gone, given = await project(home.joao), await project(home.eve)
    await ask(home.joao, "project:member:add", projectId=gone, userId=home.eve_id, role="editor")
    painted = await task(home.eve, gone)
    await ask(home.maria, "user:delete", userId=home.joao_id, rows="delete")
    assert (await ask(home.eve, "task:get", taskId=painted))["task"]["projectId"] is None
    assert await refused(home.eve, "project:get", projectId=gone) == "not_found"
    maria_id = (await ask(home.maria, "user:me"))["userId"]
    await ask(home.maria, "user:delete", userId=home.eve_id, rows="give", to=maria_id)
    draft = {"title": "own", "projectId": given}
    while (await home.maria.request("task:create", draft))["type"] == "error":  # noqa: ASYNC110 - it tells nobody
        await trio.sleep(PAUSE_SECONDS)
    assert await titles(home.maria) == ["own", "paint"]


async def test_a_team_is_a_member_with_all_its_users(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.joao)
    team = (await ask(home.maria, "team:create", name="painters"))["team"]["id"]
    assert await refused(home.joao, "team:create", name="mine") == "forbidden"
    assert await refused(home.joao, "team:get", teamId=team) == "not_found"
    shared = {"projectId": house, "teamName": "painters", "role": "viewer"}
    assert await refused(home.joao, "project:member:add", **shared) == "not_found"
    for name in ("joão", "eve"):
        made = await ask(home.maria, "team:member:add", teamId=team, userName=name)
    assert [user["name"] for user in made["users"]] == ["eve", "joão"]
    assert [item["name"] for item in (await ask(home.joao, "team:list"))["items"]] == ["painters"]
    await task(home.joao, house)
    await ask(home.joao, "project:member:add", **shared)
    assert await titles(home.eve) == ["paint"]
    await ask(home.joao, "project:member:update", projectId=house, teamId=team, role="editor")
    await task(home.eve, house)
    await ask(home.maria, "team:member:remove", teamId=team, userId=home.eve_id)
    assert await titles(home.eve) == ["paint"], "her own"
    await ask(home.maria, "team:update", teamId=team, name="walls")
    await ask(home.maria, "team:delete", teamId=team)
    assert len((await ask(home.joao, "project:get", projectId=house))["members"]) == 1
    assert await refused(home.maria, "team:get", teamId=team) == "not_found"


async def test_assistants_and_conversations_are_shared_as_well(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.maria)
    for member, role in ((home.joao_id, "viewer"), (home.eve_id, "editor")):
        await ask(home.maria, "project:member:add", projectId=house, userId=member, role=role)
    helper = await ask(home.maria, "assistant:create", name="Ada", systemPrompt="Be brief.", projectId=house)
    named = {"assistantId": helper["id"]}
    assert [item["name"] for item in (await ask(home.joao, "assistant:list"))["items"]] == ["Ada"]
    assert await refused(home.joao, "assistant:update", **named, name="Bob") == "forbidden"
    assert await refused(home.joao, "assistant:create", name="Eva", projectId=house) == "forbidden"
    assert await refused(home.joao, "assistant:create", name="Eva", projectId=99) == "not_found"
    assert (await ask(home.eve, "assistant:update", **named, name="Bob"))["userId"] == helper["userId"]
    assert (await ask(home.eve, "assistant:update", **named, projectId=None))["projectId"] is None
    assert await refused(home.eve, "assistant:get", **named) == "not_found"
    assert (await ask(home.maria, "assistant:get", **named))["name"] == "Bob"


async def test_a_shared_task_says_nothing_of_tasks_that_its_readers_do_not_see(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.maria)
    await ask(home.maria, "project:member:add", projectId=house, userId=home.joao_id, role="editor")
    secret = int((await ask(home.maria, "task:create", title="a surprise"))["task"]["id"])
    door = int((await ask(home.maria, "task:create", title="door", dependsOn=[secret]))["task"]["id"])
    await ask(home.maria, "task:subscribe")
    await ask(home.maria, "task:run", taskId=door)
    waiting = await home.maria.until(lambda frame: frame["data"].get("task", {}).get("waitsFor") == "dependencies")
    assert waiting["data"]["task"]["reason"] == f"it waits for other tasks: {secret} “a surprise” (pending)"
    await ask(home.joao, "task:subscribe")
    await ask(home.maria, "task:update", taskId=door, projectId=house)
    heard = await home.joao.until(lambda frame: frame["data"].get("task", {}).get("waitsFor") == "dependencies")
    seen = await ask(home.joao, "task:get", taskId=door)
    for shown in (heard["data"]["task"], seen["task"]):
        assert shown["dependsOn"] == []
        assert shown["reason"].startswith("it waits for other tasks")
    logs = await ask(home.joao, "task:logs", taskId=door)
    for frame in (heard, seen, logs, await ask(home.joao, "task:list")):
        assert "a surprise" not in str(frame)
        assert f"{secret} “" not in str(frame)
    assert (await ask(home.maria, "task:get", taskId=door))["task"]["dependsOn"] == [secret]
    await ask(home.maria, "task:cancel", taskId=secret)
    asked = await home.joao.until_type("task:approval")
    assert asked["data"]["note"] == "another one (cancelled)"


async def test_who_follows_projects_is_told_of_members_and_rows(app: StartApp) -> None:
    home = await people(await app())
    start = await ask(home.joao, "project:subscribe")
    assert start["recovered"] is True
    await ask(home.maria, "project:subscribe")
    house = await project(home.maria)
    made = await home.maria.until(is_change("created"))
    assert made["data"]["item"]["members"] == [{"userId": 1, "teamId": None, "name": "maria", "role": "owner"}]
    await ask(home.maria, "project:member:add", projectId=house, userId=home.joao_id, role="editor")
    await home.joao.until(is_change("reset"))
    heard = await home.joao.until(is_change("updated"))
    assert [member["name"] for member in heard["data"]["item"]["members"]] == ["maria", "joão"]
    assert "role" not in heard["data"]["item"], "each may have another one"
    painted = await task(home.joao, house)
    for client in (home.maria, home.joao):
        shared = await client.until(lambda frame: has_rows(frame, {"task": 1}))
        assert shared["data"]["projectId"] == house
    await ask(home.joao, "task:update", taskId=painted, projectId=None)
    await home.maria.until(lambda frame: has_rows(frame, {}) and frame["data"]["number"] > shared["data"]["number"])
    await ask(home.maria, "project:member:remove", projectId=house, userId=home.joao_id)
    await home.joao.until(lambda frame: is_change("reset")(frame) and frame["data"]["number"] > start["number"])
    assert (await ask(home.joao, "project:list"))["items"] == []
    await ask(home.maria, "project:update", projectId=house, name="home")
    renamed = await home.maria.until(
        lambda frame: is_change("updated")(frame) and frame["data"]["item"]["name"] == "home"
    )
    back = await ask(home.maria, "project:subscribe", since=renamed["data"]["number"] - 1)
    assert back["recovered"] is True
    await ask(home.maria, "project:delete", projectId=house)
    gone = await home.maria.until(is_change("deleted"))
    assert (gone["data"]["projectId"], gone["data"]["item"]) == (house, None)
    assert (await home.maria.request("project:unsubscribe"))["type"] == "project:unsubscribed"


def is_change(kind: str) -> Any:
    """Tell a frame that tells of such a change of a project."""

    def wanted(frame: Frame) -> bool:
        return bool(frame["type"] == "project:changed" and frame["data"]["change"] == kind)

    return wanted


def has_rows(frame: Frame, rows: dict[str, int]) -> bool:
    """Whether a frame tells of a project with so much in it."""
    return bool(frame["type"] == "project:changed" and (frame["data"]["item"] or {}).get("rows") == rows)


@pytest.mark.parametrize("rows", ["delete", "give"])
async def test_what_a_deleted_user_had_reaches_others_at_once(app: StartApp, rows: str) -> None:
    home = await people(await app())
    house = await project(home.joao)
    await ask(home.joao, "project:member:add", projectId=house, userId=home.eve_id, role="editor")
    painted = await task(home.eve, house)
    await ask(home.eve, "project:subscribe")
    to = {"to": 1} if rows == "give" else {}
    await ask(home.maria, "user:delete", userId=home.joao_id, rows=rows, **to)
    if rows == "give":
        heard = await home.eve.until(is_change("updated"))
        assert [member["name"] for member in heard["data"]["item"]["members"]] == ["maria", "eve"]
        assert await titles(home.maria) == ["paint"]
    else:
        await home.eve.until(is_change("reset"))
        assert (await ask(home.eve, "task:get", taskId=painted))["task"]["projectId"] is None
        assert await refused(home.eve, "task:create", title="more", projectId=house) == "not_found"


async def test_who_changed_members_is_in_the_audit_log(app: StartApp) -> None:
    home = await people(await app())
    house = await project(home.joao)
    team = (await ask(home.maria, "team:create", name="painters"))["team"]["id"]
    await ask(home.maria, "team:member:add", teamId=team, userId=home.joao_id)
    await ask(home.joao, "project:member:add", projectId=house, teamId=team, role="viewer")
    assert await refused(home.eve, "project:member:remove", projectId=house, teamId=team) == "not_found"
    await ask(home.joao, "project:delete", projectId=house)
    logged = (await ask(home.maria, "audit:list"))["items"]
    ours = [item for item in logged if item["action"].partition(":")[0] in ("project", "team")][::-1]
    assert [item["action"] for item in ours] == [
        "project:create", "team:create", "team:member:add", "project:member:add", "project:delete",
    ]  # fmt: skip
    shared, deleted = ours[3], ours[4]
    assert (shared["name"], shared["targetId"]) == ("joão", str(house))
    assert shared["before"] == {"name": "house", "members": ["joão: owner"]}
    assert shared["after"] == {"name": "house", "members": ["joão: owner", "team painters: viewer"]}
    assert (deleted["before"], deleted["after"]) == (shared["after"], None)


async def test_before_there_is_any_user_a_project_is_the_local_owners(app: StartApp) -> None:
    daemon = await app()
    local = await daemon.connect()
    house = await project(local)
    await task(local, house)
    await ask(local, "assistant:create", name="Ada", projectId=house)
    found = await ask(local, "project:get", projectId=house)
    assert found["members"] == [{"userId": 0, "teamId": None, "name": "local", "role": "owner"}]
    maria = await first_user(daemon)
    assert (await ask(maria, "project:get", projectId=house))["project"]["role"] == "owner"
    assert await titles(maria) == ["paint"]


@pytest.mark.parametrize("kind", ["sqlite", "mariadb"])
async def test_what_becomes_of_members_other_daemons_hear_within_seconds(
    kind: str, daemon: StartDaemon, request: pytest.FixtureRequest
) -> None:
    url = None
    if kind == "mariadb":
        server = request.getfixturevalue("mariadb")
        assert isinstance(server, MariaServer)
        url = server.new_url()
    here, there = [await daemon(database=url) for _ in range(2)]
    home = await people(here, there)
    house = await project(home.maria)
    painted = await task(home.maria, house)
    await ask(home.maria, "project:member:add", projectId=house, userId=home.joao_id, role="viewer")
    while await titles(home.joao) == []:  # noqa: ASYNC110 - it tells nobody
        await trio.sleep(PAUSE_SECONDS)
    await ask(home.joao, "task:subscribe", taskId=painted)
    await ask(home.maria, "project:member:remove", projectId=house, userId=home.joao_id)
    assert (await home.joao.until_type("task:unsubscribed"))["data"] == {"taskId": painted}
    assert await titles(home.joao) == []
