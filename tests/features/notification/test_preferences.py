"""Where a notification is sent, as its user has set it, on both databases."""

from typing import Any

import pytest

from orchd.features.notification import queries
from orchd.features.notification.messages import NotificationDraft
from orchd.features.notification.preferences import CONFIRMED_ADDRESS
from orchd.features.notification.queries import NOTIFICATION, Occasion
from orchd.features.setting.queries import Holder
from orchd.features.setting.queries import store as store_setting
from orchd.settings.notification import NotificationSettings
from orchd.storage import Database, Statement, Steps
from tests.fix_workspace import ANN, EVE, Desk, open_desk


def ann() -> Steps[None]:
    yield Statement(
        "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
        " VALUES (1, 'ann', 'member', 0, 1, 1, 1)"
    )


EVERY_WAY = NotificationSettings(web=True, smtp_host="mail.example.org", smtp_from="orchd@example.org")


async def set_to(desk: Desk, name: str, value: Any) -> None:
    await desk.done(ANN, "setting:set", name=f"notifications.{name}", value=value)


async def test_where_a_notification_is_sent(store: Database) -> None:
    await store.write(ann)
    draft = NotificationDraft(kind="quota", source="a", title="x")
    (told,) = await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1)
    assert await store.read(queries.recipients_of, told) == []
    async with open_desk(store, EVERY_WAY) as desk:
        await set_to(desk, "webhook.url", "https://a.example/hook")
        await set_to(desk, "ntfy.url", "https://n.example/topic")
        await set_to(desk, "ntfy.kinds", ["approval"])
        await set_to(desk, "email.address", "ann@example.org")
    assert await store.read(queries.recipients_of, told) == [("webhook", "https://a.example/hook")]


@pytest.mark.parametrize(
    ("name", "address", "why", "reason"),
    [
        ("webhook.url", "https://a.example/hook", "`notification.web`", "no_web_notifications"),
        ("ntfy.url", "https://n.example/topic", "`notification.web`", "no_web_notifications"),
        ("email.address", "ann@example.org", "`notification.smtpHost`", "no_mail"),
    ],
)
async def test_a_way_that_the_operator_does_not_let_is_told_at_once(
    entity_desk: Desk, store: Database, name: str, address: str, why: str, reason: str
) -> None:
    await store.write(ann)
    refused = await entity_desk.refused(ANN, "setting:set", name=f"notifications.{name}", value=address)
    assert (refused["code"], refused["details"]["path"]) == ("forbidden", "$.data.name")
    assert why in refused["message"]
    assert refused["details"]["reason"] == reason
    listed = {each["name"]: each["idle"] for each in (await entity_desk.done(ANN, "setting:list"))["items"]}
    assert listed[f"notifications.{name}"] == {"message": refused["message"], "reason": reason}
    assert listed["notifications.kinds"] is None
    wrong = await entity_desk.refused(ANN, "setting:set", name=f"notifications.{name}", value="no address at all")
    assert wrong["details"]["path"] in ("$.data.value", "$.data.name")
    await set_to(entity_desk, name, None)


@pytest.mark.parametrize("name", ["webhook.url", "ntfy.url", "email.address"])
async def test_nobody_has_others_notifications_sent_to_themselves(store: Database, name: str) -> None:
    whole = f"notifications.{name}"
    mine = "eve@example.org" if name == "email.address" else "https://eve.example/topic"
    await store.write(ann)
    async with open_desk(store) as desk:
        told = await desk.refused(EVE, "setting:set", name=whole, value=mine, everybody=True)
        assert (told["code"], told["details"]["path"]) == ("invalid", "$.data.everybody")
        for key in (whole, CONFIRMED_ADDRESS.name):  # as daemons before have stored it
            await store.write(store_setting, Holder(EVE.user_id, everybody=True), key, mine, 1)
        shown = {item["name"]: item for item in (await desk.done(ANN, "setting:list"))["items"]}
        assert (shown[whole]["value"], shown[whole]["origin"]) == (None, "default")
        draft = NotificationDraft(kind="quota", source="a", title="x")
        (quota,) = await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1)
        assert await store.read(queries.recipients_of, quota) == []
        await desk.done(EVE, "setting:reset", name=whole, everybody=True)


async def test_only_ones_own_choice_leaves_out_that_an_admin_was_let_at_something(store: Database) -> None:
    await store.write(ann)
    async with open_desk(store) as desk:
        await desk.done(EVE, "setting:set", name="notifications.kinds", value=["quota"], everybody=True)

        async def told(kind: Any, source: str) -> int:
            draft = NotificationDraft(kind=kind, source=source, title="x")
            return len(await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1))

        assert (await told("approval", "a"), await told("access", "b")) == (0, 1)
        await set_to(desk, "kinds", ["quota"])
        assert await told("access", "c") == 0


async def test_what_could_not_be_sent_is_shown(store: Database) -> None:
    draft = NotificationDraft(kind="quota", source="a", title="x")
    (told,) = await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1)
    await store.write(queries.note_failure, told, ["ntfy"], 2)
    row = await store.read(NOTIFICATION.rows.everybodys.get, told.id)
    assert (row.failed_channels, row.version) == (("ntfy",), 2)
    await store.write(NOTIFICATION.rows.everybodys.remove, told.id, 3)
    await store.write(queries.note_failure, told, ["webhook"], 4)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("webhook.url", "ftp://a.example", "web_address"),
        ("webhook.url", "https://a:b@a.example", "address_password"),
        ("webhook.url", "nowhere", "web_address"),
        ("ntfy.url", "https://n.example/", "ntfy_topic"),
        ("ntfy.kinds", ["rain"], "choice"),
        ("email.address", "ann", "mail_address"),
        ("email.address", "ann@example.org\n", "mail_address"),
        ("email.address", "ann@example.org, bob@example.org", "mail_address"),
        ("email.address", "ann@example.org\r\nBcc: bob@example.org", "mail_address"),
        ("email.address", f"{'a' * 250}@example.org", "bound"),
    ],
)
async def test_what_can_not_be_set(entity_desk: Desk, name: str, value: Any, reason: str | None) -> None:
    told = await entity_desk.refused(ANN, "setting:set", name=f"notifications.{name}", value=value)
    assert (told["details"]["path"], told["details"].get("reason")) == ("$.data.value", reason)


async def test_what_was_confirmed_is_not_set_by_a_client(entity_desk: Desk) -> None:
    told = await entity_desk.refused(ANN, "setting:set", name="notifications.email.confirmed", value="bob@example.org")
    assert told["details"]["path"] == "$.data.name"
