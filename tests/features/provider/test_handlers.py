"""Model servers that admins add, change and remove; on both databases, with real servers to be tried."""

import pytest

from orchd.protocol.identity import LOCAL
from tests.fix_simulator import RunningSimulator, StartSimulator
from tests.fix_upstream import Exchange, Upstream, reply
from tests.fix_workspace import ANN, EVE, Desk, Json

KEY = "orange-battery-staple-correct-horse"


@pytest.fixture
async def server(start_simulator: StartSimulator) -> RunningSimulator:
    return await start_simulator(api_key=KEY)


def names(desk: Desk) -> list[str]:
    return [health.name for health in desk.backends.health()]


async def credential(desk: Desk, secret: str = KEY) -> int:
    row_id = (await desk.done(LOCAL, "credential:create", name="box", secret=secret))["id"]
    assert isinstance(row_id, int)
    return row_id


async def provider(desk: Desk, server: RunningSimulator) -> Json:
    key = await credential(desk)
    return await desk.done(LOCAL, "provider:create", name="late", url=f"{server.url}/v1/", credentialId=key)


async def test_one_that_answers_is_stored_and_asked(entity_desk: Desk, server: RunningSimulator) -> None:
    desk = entity_desk
    row = await provider(desk, server)
    assert (row["url"], row["origin"], row["active"], row["kind"]) == (server.url, "database", True, None)
    assert names(desk) == ["127.0.0.1:9", "late"]
    changed = await desk.done(LOCAL, "provider:update", providerId=row["id"], slots=3, aliases={"quick": "tiny"})
    assert (changed["slots"], changed["version"]) == (3, 2)
    await desk.done(LOCAL, "provider:update", providerId=row["id"], active=False)
    assert names(desk) == ["127.0.0.1:9"]
    await desk.done(LOCAL, "provider:update", providerId=row["id"], active=True)
    assert names(desk) == ["127.0.0.1:9", "late"]
    await desk.done(LOCAL, "provider:delete", providerId=row["id"])
    assert names(desk) == ["127.0.0.1:9"]
    await desk.done(LOCAL, "provider:restore", providerId=row["id"])
    assert names(desk) == ["127.0.0.1:9", "late"]


async def test_those_of_the_configuration_are_in_the_same_list_and_are_not_changed(
    entity_desk: Desk, server: RunningSimulator
) -> None:
    desk = entity_desk
    row = await provider(desk, server)
    found = await desk.done(LOCAL, "provider:list", total=True)
    assert [(item["name"], item["origin"]) for item in found["items"]] == [
        ("127.0.0.1:9", "configuration"),
        ("late", "database"),
    ]
    assert found["total"] == 2
    fixed = found["items"][0]
    assert await desk.done(LOCAL, "provider:get", providerId=fixed["id"]) == fixed
    for kind, more in (("update", {"slots": 2}), ("delete", {}), ("restore", {})):
        told = await desk.refused(LOCAL, f"provider:{kind}", providerId=fixed["id"], **more)
        assert (told["code"], told["details"]["origin"]) == ("conflict", "configuration")
        assert "`backends`" in told["message"]
    first = await desk.done(LOCAL, "provider:list", limit=1)
    assert first["items"] == [fixed]
    second = await desk.done(LOCAL, "provider:list", limit=1, cursor=first["nextCursor"])
    assert [item["id"] for item in second["items"]] == [row["id"]]
    assert second["nextCursor"] is None
    assert (await desk.done(LOCAL, "provider:list", active=False))["items"] == []
    for cursor in ("configured:x", "configured:1234567", "x"):
        assert (await desk.refused(LOCAL, "provider:list", cursor=cursor))["details"]["path"] == "$.data.cursor"


@pytest.mark.parametrize("more", [{"name": "127.0.0.1:9", "url": "http://127.0.0.1:10"}, {"url": "127.0.0.1:9/v1"}])
async def test_what_the_configuration_has_is_taken(entity_desk: Desk, more: Json) -> None:
    told = await entity_desk.refused(LOCAL, "provider:create", **{"name": "mine", **more}, untested=True)
    member = "name" if "name" in more else "url"
    assert (told["code"], told["details"]["path"]) == ("conflict", f"$.data.{member}")


@pytest.mark.parametrize(
    ("sent", "member", "reason"),
    [
        ({"url": "ftp://a"}, "url", "web_address"),
        ({"url": "http://127.0.0.1:0"}, "url", "web_address"),
        ({"url": "http://ann:secret@a.example"}, "url", "address_password"),
        ({"name": "a@b"}, "name", "server_name"),
        ({"name": " "}, "name", "blank"),
        ({"slots": 0}, "slots", "bound"),
        ({"credentialId": 99}, "credentialId", None),
    ],
)
async def test_what_can_not_be_is_refused(entity_desk: Desk, sent: Json, member: str, reason: str | None) -> None:
    told = await entity_desk.refused(
        LOCAL, "provider:create", **{"name": "mine", "url": "http://127.0.0.1:10", "untested": True, **sent}
    )
    assert (told["details"]["path"], told["details"].get("reason")) == (f"$.data.{member}", reason)
    assert "secret" not in str(told)


async def test_names_and_addresses_are_unique(entity_desk: Desk, server: RunningSimulator) -> None:
    desk = entity_desk
    await provider(desk, server)
    for member, sent in (("name", {"name": "late"}), ("url", {"url": server.url})):
        whole = {"name": "other", "url": "http://127.0.0.1:10", "untested": True, **sent}
        told = await desk.refused(LOCAL, "provider:create", **whole)
        assert (told["code"], told["details"]["path"]) == ("conflict", f"$.data.{member}")


async def test_one_that_does_not_answer_is_stored_only_untested(entity_desk: Desk) -> None:
    desk = entity_desk
    told = await desk.refused(LOCAL, "provider:create", name="gone", url="http://127.0.0.1:10")
    assert (told["code"], told["details"]["reason"], told["details"]["path"]) == (
        "unavailable",
        "connect",
        "$.data.url",
    )
    assert names(desk) == ["127.0.0.1:9"]
    row = await desk.done(LOCAL, "provider:create", name="gone", url="http://127.0.0.1:10", untested=True)
    assert names(desk) == ["127.0.0.1:9", "gone"]
    same = await desk.done(LOCAL, "provider:update", providerId=row["id"], name="away", slots=2)
    assert same["name"] == "away"  # nothing by which it is reached was changed, so it is not tried
    moved = await desk.refused(LOCAL, "provider:update", providerId=row["id"], url="http://127.0.0.1:11")
    assert moved["details"]["path"] == "$.data.url"
    assert (await desk.done(LOCAL, "provider:get", providerId=row["id"])) == same
    off = await desk.done(LOCAL, "provider:update", providerId=row["id"], url="http://127.0.0.1:11", active=False)
    assert off["active"] is False
    assert names(desk) == ["127.0.0.1:9"]


async def test_a_wrong_key_is_named(entity_desk: Desk, server: RunningSimulator) -> None:
    desk = entity_desk
    key = await credential(desk, "another-key-which-is-not-right")
    for sent in ({}, {"credentialId": key}):
        told = await desk.refused(LOCAL, "provider:create", name="late", url=server.url, **sent)
        assert (told["details"]["reason"], told["details"]["path"]) == ("unauthorized", "$.data.credentialId")
    assert "another-key" not in str(desk.frames(LOCAL))


async def test_nothing_of_what_answers_is_shown_and_no_redirect_is_followed(
    entity_desk: Desk, upstream: Upstream
) -> None:
    async def tell(exchange: Exchange) -> None:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {upstream.url}/internal-secret\r\nContent-Length: 0\r\n\r\n"
        await exchange.send(moved.encode() if "models" in exchange.path else reply(500, {"error": "internal-secret"}))

    upstream.script = tell
    for _ in range(2):
        told = await entity_desk.refused(LOCAL, "provider:create", name="late", url=upstream.url)
        assert told["details"]["path"] == "$.data.url"
        assert "internal-secret" not in str(told)
        upstream.routes = {
            "GET /v1/models": reply(500, {"error": {"message": "internal-secret", "param": "internal-secret"}})
        }
    assert not [path for path in upstream.paths() if "internal-secret" in path]


async def test_a_test_says_what_there_is(entity_desk: Desk, server: RunningSimulator) -> None:
    desk = entity_desk
    key = await credential(desk)
    told = await desk.done(LOCAL, "provider:test", url=server.url, credentialId=key)
    assert told["kind"] == "lmstudio"
    assert len(told["models"]) == told["modelCount"] > 0
    assert names(desk) == ["127.0.0.1:9"]
    row = await desk.done(LOCAL, "provider:create", name="late", url=server.url, credentialId=key)
    assert (await desk.done(LOCAL, "provider:test", providerId=row["id"]))["models"] == told["models"]
    wrong = await desk.refused(LOCAL, "provider:test", providerId=row["id"], credentialId=None)
    assert wrong["details"]["path"] == "$.data.credentialId"
    fixed = (await desk.done(LOCAL, "provider:list"))["items"][0]
    assert (await desk.refused(LOCAL, "provider:test", providerId=fixed["id"]))["details"]["reason"] == "connect"
    assert (await desk.refused(LOCAL, "provider:test"))["details"]["path"] == "$.data.url"
    assert (await desk.refused(LOCAL, "provider:test", providerId=77))["code"] == "not_found"


async def test_admins_see_each_others_but_not_each_others_credentials(
    entity_desk: Desk, server: RunningSimulator
) -> None:
    desk = entity_desk
    row = await provider(desk, server)
    assert await desk.done(EVE, "provider:get", providerId=row["id"]) == row
    told = await desk.refused(EVE, "provider:update", providerId=row["id"], credentialId=row["credentialId"], slots=1)
    assert (told["code"], told["details"]["path"]) == ("not_found", "$.data.credentialId")
    assert (await desk.done(EVE, "provider:update", providerId=row["id"], slots=1))["slots"] == 1


async def test_nobody_has_another_ones_key_sent_to_a_new_address(
    entity_desk: Desk, server: RunningSimulator, upstream: Upstream
) -> None:
    desk = entity_desk
    row = await provider(desk, server)
    ways: tuple[tuple[str, Json], ...] = (("test", {}), ("update", {}), ("update", {"untested": True}))
    for frame, more in ways:
        told = await desk.refused(EVE, f"provider:{frame}", providerId=row["id"], url=upstream.url, **more)
        assert (told["code"], told["details"]["path"]) == ("forbidden", "$.data.url")
    assert upstream.paths() == []
    assert await desk.done(LOCAL, "provider:get", providerId=row["id"]) == row
    moved = {"providerId": row["id"], "url": upstream.url, "credentialId": None, "untested": True}
    assert (await desk.done(EVE, "provider:update", **moved))["credentialId"] is None
    back = {"providerId": row["id"], "url": server.url, "credentialId": row["credentialId"]}
    assert (await desk.done(LOCAL, "provider:update", **back))["url"] == server.url
    other = server.url.replace("127.0.0.1", "localhost")
    assert (await desk.done(LOCAL, "provider:update", providerId=row["id"], url=other))["url"] == other


async def test_changes_are_told_to_admins_who_follow_and_stand_in_the_audit_log(
    entity_desk: Desk, server: RunningSimulator
) -> None:
    desk = entity_desk
    await desk.done(EVE, "provider:subscribe")
    await desk.done(ANN, "notification:subscribe")
    row = await provider(desk, server)
    await desk.done(LOCAL, "provider:update", providerId=row["id"], slots=2)
    await desk.told(EVE, 2)  # of a row that is gone by then only its deletion would be told
    await desk.done(LOCAL, "provider:delete", providerId=row["id"])
    told = await desk.told(EVE, 3)
    assert [(change["change"], change["providerId"]) for change in told] == [
        ("created", row["id"]),
        ("updated", row["id"]),
        ("deleted", row["id"]),
    ]
    items = (await desk.done(EVE, "audit:list"))["items"]
    seen = [(item["action"], item["name"]) for item in items if item["action"].startswith("provider:")]
    assert seen == [("provider:delete", "local"), ("provider:update", "local"), ("provider:create", "local")]
    desk.hub.renew(desk.device(EVE), EVE._replace(role="member"))
    await desk.done(LOCAL, "provider:restore", providerId=row["id"])
    await desk.done(EVE, "provider:list")  # whatever was to be told has been told by now
    assert [change["change"] for change in desk.changes(EVE)[3:] if change["change"] != "reset"] == []
