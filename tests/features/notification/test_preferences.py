"""Where a notification is sent, as its user has set it, on both databases."""

from typing import Any

import pytest

from orchd.features.notification import queries
from orchd.features.notification.messages import NotificationDraft
from orchd.features.notification.queries import NOTIFICATION, Occasion
from orchd.storage import Database, Statement, Steps
from tests.fix_workspace import ANN, Desk, open_desk


def ann() -> Steps[None]:
    yield Statement(
        "INSERT INTO user (id, name, role, disabled, version, created_at, updated_at)"
        " VALUES (1, 'ann', 'member', 0, 1, 1, 1)"
    )


async def set_to(desk: Desk, name: str, value: Any) -> None:
    await desk.done(ANN, "setting:set", name=f"notifications.{name}", value=value)


async def test_where_a_notification_is_sent(store: Database) -> None:
    await store.write(ann)
    draft = NotificationDraft(kind="quota", source="a", title="x")
    (told,) = await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1)
    assert await store.read(queries.recipients_of, told) == []
    async with open_desk(store) as desk:
        await set_to(desk, "webhook.url", "https://a.example/hook")
        await set_to(desk, "ntfy.url", "https://n.example/topic")
        await set_to(desk, "ntfy.kinds", ["approval"])
        await set_to(desk, "email.address", "ann@example.org")
    assert await store.read(queries.recipients_of, told) == [("webhook", "https://a.example/hook")]


async def test_what_could_not_be_sent_is_shown(store: Database) -> None:
    draft = NotificationDraft(kind="quota", source="a", title="x")
    (told,) = await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1)
    await store.write(queries.note_failure, told, ["ntfy"], 2)
    row = await store.read(NOTIFICATION.rows.everybodys.get, told.id)
    assert (row.failed_channels, row.version) == (("ntfy",), 2)
    await store.write(NOTIFICATION.rows.everybodys.remove, told.id, 3)
    await store.write(queries.note_failure, told, ["webhook"], 4)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("webhook.url", "ftp://a.example"),
        ("webhook.url", "https://a:b@a.example"),
        ("webhook.url", "nowhere"),
        ("ntfy.url", "https://n.example/"),
        ("ntfy.kinds", ["rain"]),
        ("email.address", "ann"),
        ("email.address", "ann@example.org\n"),
        ("email.address", "ann@example.org, bob@example.org"),
        ("email.address", "ann@example.org\r\nBcc: bob@example.org"),
        ("email.address", f"{'a' * 250}@example.org"),
    ],
)
async def test_what_can_not_be_set(entity_desk: Desk, name: str, value: Any) -> None:
    told = await entity_desk.refused(ANN, "setting:set", name=f"notifications.{name}", value=value)
    assert told["details"]["path"] == "$.data.value"


async def test_what_was_confirmed_is_not_set_by_a_client(entity_desk: Desk) -> None:
    told = await entity_desk.refused(ANN, "setting:set", name="notifications.email.confirmed", value="bob@example.org")
    assert told["details"]["path"] == "$.data.name"
