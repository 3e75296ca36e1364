"""Settings as people set them, on both databases: one's own before everybody's before the default."""

from pathlib import Path
from typing import Any

import pytest

from orchd.features import commands
from orchd.features.chat import TITLES
from orchd.features.notification import SETTINGS, queries
from orchd.features.notification.messages import NotificationDraft
from orchd.features.notification.queries import Occasion
from orchd.features.setting.declared import LANGUAGE
from orchd.protocol.identity import LOCAL
from orchd.protocol.rights import refusal
from orchd.storage import Database, Statement, Steps
from tests.fix_workspace import ANN, BOB, EVE, Desk, open_desk
from tests.house.source import ROOT

Json = dict[str, Any]


def users() -> Steps[None]:
    for who in (ANN, BOB, EVE):
        yield Statement(
            "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at) VALUES (?, ?, ?, 0, 1, 1, 1)",
            (who.user_id, who.name, who.role),
        )


async def language(desk: Desk, who: Any) -> tuple[str, str]:
    items: list[Json] = (await desk.done(who, "setting:list"))["items"]
    assert [item["name"] for item in items] == sorted(item["name"] for item in items)
    (found,) = [item for item in items if item["name"] == "language"]
    assert (found["default"], bool(found["about"])) == ("en", True)
    return found["value"], found["origin"]


async def test_ones_own_comes_before_what_is_for_everybody(store: Database) -> None:
    await store.write(users)
    async with open_desk(store) as desk:
        assert await language(desk, ANN) == ("en", "default")
        told = await desk.done(EVE, "setting:set", name="language", value="fr", everybody=True)
        assert (told["value"], told["origin"]) == ("fr", "everybody")
        for value in ("pt", "pt-BR"):
            await desk.done(ANN, "setting:set", name="language", value=value)
        assert await language(desk, ANN) == ("pt-BR", "own")
        assert await language(desk, BOB) == ("fr", "everybody")
        await desk.done(LOCAL, "setting:set", name="language", value="de")
        assert (await language(desk, LOCAL), (await language(desk, BOB))[0]) == (("de", "own"), "fr")
        reset = await desk.done(ANN, "setting:reset", name="language")
        assert (reset["value"], reset["origin"]) == ("fr", "everybody")
        assert (await desk.done(EVE, "setting:reset", name="language", everybody=True))["origin"] == "default"
        assert (await desk.done(ANN, "setting:reset", name="language"))["value"] == "en"


async def test_only_admins_decide_for_everybody(entity_desk: Desk) -> None:
    desk = entity_desk
    limited = EVE._replace(scopes=frozenset({"workspace"}))
    for who in (ANN, limited):
        for kind, more in (("set", {"value": "fr"}), ("reset", {})):
            told = await desk.refused(who, f"setting:{kind}", name="language", everybody=True, **more)
            assert told["code"] == "forbidden"
    assert await language(desk, EVE) == ("en", "default")


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("colour", "red", "$.data.name"),
        ("language", 3, "$.data.value"),
        ("language", "e", "$.data.value"),
        ("notifications.kinds", ["approval", "rain"], "$.data.value"),
        ("notifications.kinds", None, "$.data.value"),
    ],
)
async def test_what_can_not_be_set(entity_desk: Desk, name: str, value: Any, path: str) -> None:
    told = await entity_desk.refused(ANN, "setting:set", name=name, value=value)
    assert (told["code"], told["details"]["path"]) == ("invalid", path)
    assert all(item["origin"] == "default" for item in (await entity_desk.done(ANN, "setting:list"))["items"])


async def test_one_is_not_told_of_what_one_does_not_want(store: Database) -> None:
    await store.write(users)
    async with open_desk(store) as desk:
        await desk.done(ANN, "setting:set", name="notifications.kinds", value=["approval"])
        for kind in ("quota", "approval"):
            draft = NotificationDraft(kind=kind, source=kind, title="x")
            await store.write(queries.raise_all, [Occasion(who.user_id, draft) for who in (ANN, BOB)], 1)
        assert [item["kind"] for item in (await desk.done(ANN, "notification:list"))["items"]] == ["approval"]
        assert len((await desk.done(BOB, "notification:list"))["items"]) == 2


async def test_settings_go_with_their_user(store: Database) -> None:
    await store.write(users)
    async with open_desk(store) as desk:
        await desk.done(ANN, "setting:set", name="language", value="pt")
    await store.write(delete_user, ANN.user_id)
    assert await store.read(count) == 0


def delete_user(user_id: int) -> Steps[None]:
    yield Statement("DELETE FROM user WHERE id = ?", (user_id,))


def count() -> Steps[int]:
    found = yield Statement("SELECT COUNT(*) FROM setting")
    return int(found.rows[0][0])


def test_all_settings_are_documented() -> None:
    told = Path(ROOT / "docs/workspace.md").read_text(encoding="utf-8")
    assert not [setting.name for setting in (LANGUAGE, TITLES, *SETTINGS) if f"| `{setting.name}` |" not in told]


@pytest.mark.parametrize("kind", ["setting:set", "setting:reset", "notification:read", "notification:delete"])
def test_whoever_only_sees_things_decides_what_is_theirs(kind: str) -> None:
    (command,) = [command for command in commands() if command.type == kind]
    assert refusal(command.right, command.scope, ANN._replace(role="viewer")) is None
