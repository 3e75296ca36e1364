"""An admin reads what is another user's: where the operator lets them, one row for an hour, and its owner is told."""

from typing import Any

import pytest

from orchd.entity.owned_rows import give_rows
from orchd.errors import Conflict
from orchd.features.audit import AuditFilter, find_entries
from orchd.features.breakglass import handlers
from orchd.features.breakglass.handlers import GRANT_MS
from orchd.features.opening import Sections
from orchd.settings.people import PeopleSettings
from tests.fix_users import Guest, Household, person

ADMIN, OTHER_ADMIN, ANN = person(1, "admin"), person(4, "admin"), person(2)
REASON = "A complaint says that a model was asked for a recipe for poison."
ABSENT = 987_654
ON = Sections(people=PeopleSettings(break_glass=True))
on = pytest.mark.parametrize("sections", [ON])


class Hands:
    """A clock that a test sets."""

    def __init__(self, now: int) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


async def rows_of(guest: Guest) -> dict[str, int]:
    """Make a row of each kind; their ids."""
    answer = await guest.ask("chat:send", message="[[simulate: tokens=5]]")
    task = await guest.ask("task:create", title="Bake a cake")
    await guest.ask("subtask:create", taskId=task["task"]["id"], title="Buy flour", prompt="Do it.")
    return {"conversation": answer["conversationId"], "task": task["task"]["id"]}


async def told(guest: Guest) -> list[dict[str, Any]]:
    """What the audit log tells somebody of what others did, the earliest first."""
    items = (await guest.ask("audit:mine"))["items"]
    return [item for item in reversed(items) if item["userId"] != guest.who.user_id]


async def test_it_is_off_unless_the_operator_says_so(household: Household) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    for kind, row_id in [*(await rows_of(ann)).items(), ("task", ABSENT)]:
        for frame, more in (("access:break", {"reason": REASON}), ("access:read", {})):
            error = await admin.error(frame, kind=kind, id=row_id, **more)
            assert error["code"] == "forbidden"
            assert error["details"] == {"reason": "break_glass_off", "setting": "people.breakGlass"}
    assert await told(ann) == []


@on
async def test_an_admin_reads_what_its_owner_sees_and_the_owner_is_told(household: Household) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    rows = await rows_of(ann)
    seen = {
        "conversation": await ann.ask("chat:history", conversationId=rows["conversation"]),
        "task": await ann.ask("task:get", taskId=rows["task"]),
    }
    for kind, row_id in rows.items():
        granted = await admin.ask("access:break", kind=kind, id=row_id, reason=REASON)
        assert (granted["kind"], granted["id"], granted["ownerId"]) == (kind, row_id, ANN.user_id)
        read = await admin.ask("access:read", kind=kind, id=row_id)
        assert (read[kind], read["expiresAt"], read["nextCursor"]) == (seen[kind], granted["expiresAt"], None)
        assert {read[other] for other in rows if other != kind} == {None}
        broken, noted = (await told(ann))[-2:]
        assert broken["after"] == {"reason": REASON, "until": granted["expiresAt"]}
        assert (broken["action"], noted["action"]) == ("access:break", "access:read")
        for item in (broken, noted):
            assert (item["userId"], item["name"], item["ownerId"]) == (1, ADMIN.name, 2)
            assert (item["targetKind"], item["targetId"], item["outcome"]) == (kind, str(row_id), "done")
    assert await admin.refusal("chat:history", conversationId=rows["conversation"]) == "not_found"
    assert await admin.refusal("conversation:delete", conversationId=rows["conversation"]) == "not_found"
    assert await admin.refusal("task:get", taskId=rows["task"]) == "not_found"
    assert await admin.refusal("task:delete", taskId=rows["task"]) == "not_found"


@on
async def test_a_long_conversation_is_read_page_by_page(household: Household) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    conversation = (await ann.ask("chat:send", message="[[simulate: tokens=1]]"))["conversationId"]
    for _ in range(26):
        await ann.ask("chat:send", message="[[simulate: tokens=1]]", conversationId=conversation)
    await admin.ask("access:break", kind="conversation", id=conversation, reason=REASON)
    latest = await admin.ask("access:read", kind="conversation", id=conversation)
    cursor = latest["nextCursor"]
    first = await admin.ask("access:read", kind="conversation", id=conversation, cursor=cursor)
    assert first["nextCursor"] is None
    whole = await ann.ask("chat:history", conversationId=conversation, limit=200)
    assert first["conversation"]["messages"] + latest["conversation"]["messages"] == whole["messages"]
    assert (await told(ann))[-1]["after"] == {"before": cursor}
    for wrong, code in (("x", "invalid"), ("0", "invalid"), (str(ABSENT), "not_found")):
        assert await admin.refusal("access:read", kind="conversation", id=conversation, cursor=wrong) == code


@on
async def test_who_has_not_broken_the_glass_reads_nothing(household: Household) -> None:
    admin, other, ann = household.join(ADMIN), household.join(OTHER_ADMIN), household.join(ANN)
    rows, second = await rows_of(ann), await rows_of(ann)
    for kind, row_id in rows.items():
        await admin.ask("access:break", kind=kind, id=row_id, reason=REASON)
    heard = len(await told(ann))
    for kind, row_id in rows.items():
        nothing = await admin.error("access:read", kind=kind, id=ABSENT)
        assert nothing["code"] == "not_found"
        assert await admin.error("access:read", kind=kind, id=second[kind]) == nothing, "another row"
        assert await other.error("access:read", kind=kind, id=row_id) == nothing, "another admin"
    assert len(await told(ann)) == heard


@on
async def test_members_and_tokens_without_the_scope_break_no_glass(household: Household) -> None:
    rows = await rows_of(household.join(ANN))
    limited = ADMIN._replace(scopes=frozenset({"chat", "read", "tasks"}))
    for who in (person(3), person(5, "viewer"), limited):
        guest = household.join(who)
        for kind, row_id in rows.items():
            assert await guest.refusal("access:break", kind=kind, id=row_id, reason=REASON) == "forbidden"
            assert await guest.refusal("access:read", kind=kind, id=row_id) == "forbidden"


@on
async def test_a_grant_ends_after_an_hour_and_a_clock_set_back_prolongs_none(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    task = (await rows_of(ann))["task"]
    clock = Hands(1_800_000_000_000)
    monkeypatch.setattr(handlers, "unix_now", clock)
    await admin.ask("access:break", kind="task", id=task, reason=REASON)
    begun = clock.now
    for moment, there in ((0, True), (GRANT_MS - 1, True), (GRANT_MS, False), (2 * GRANT_MS, False), (-1, False)):
        clock.now = begun + moment
        frame = await admin.request("access:read", kind="task", id=task)
        assert (frame["type"] == "access:read") is there, moment
    clock.now = begun + GRANT_MS
    await admin.ask("access:break", kind="task", id=task, reason=REASON)
    await admin.ask("access:read", kind="task", id=task)


@on
async def test_what_there_is_not_what_is_ones_own_and_no_reason_are_refused(household: Household) -> None:
    admin = household.join(ADMIN)
    for kind, row_id in (await rows_of(admin)).items():
        missing = await admin.error("access:break", kind=kind, id=ABSENT, reason=REASON)
        assert (missing["code"], missing["details"]["path"]) == ("not_found", "$.data.id")
        assert await admin.refusal("access:break", kind=kind, id=row_id, reason=REASON) == "conflict"
        for reason in ("", "too short", "x" * 1001, " " * 20, "  short   \n "):
            error = await admin.error("access:break", kind=kind, id=row_id, reason=reason)
            assert (error["code"], error["details"]["path"]) == ("invalid", "$.data.reason")
    task = await admin.error("access:read", kind="task", id=1, cursor="5")
    assert (task["code"], task["details"]["path"]) == ("invalid", "$.data.cursor")


@on
async def test_the_owner_is_told_the_whole_reason(household: Household) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    task = (await rows_of(ann))["task"]
    for reason in ("é" * 1000, "\x01" * 990 + "whyever it is"[:10]):
        await admin.ask("access:break", kind="task", id=task, reason=reason)
        assert (await told(ann))[-1]["after"]["reason"] == reason


@on
async def test_what_was_deleted_meanwhile_is_gone(household: Household) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    rows = await rows_of(ann)
    for kind, row_id in rows.items():
        await admin.ask("access:break", kind=kind, id=row_id, reason=REASON)
    await ann.ask("task:delete", taskId=rows["task"])
    await ann.ask("conversation:delete", conversationId=rows["conversation"])
    for kind, row_id in rows.items():
        error = await admin.error("access:read", kind=kind, id=row_id)
        assert (error["code"], error["message"]) == ("not_found", f"there is no such {kind}")


@on
async def test_owners_get_a_notification_of_each_grant_and_of_the_first_reading(household: Household) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    row = (await rows_of(ann))["task"]
    await ann.ask("notification:subscribe")
    for _ in range(2):
        await admin.ask("access:break", kind="task", id=row, reason=REASON)
        for _ in range(2):
            await admin.ask("access:read", kind="task", id=row)
    await ann.until(lambda frame: len(accesses(ann)) == 4)
    name = ADMIN.name
    assert [item["title"] for item in accesses(ann)] == [f"{name} may read your task", f"{name} has read your task"] * 2
    assert all(item["taskId"] == row for item in accesses(ann))
    assert REASON in accesses(ann)[0]["text"]
    assert (await admin.ask("notification:list"))["items"] == []


def accesses(guest: Guest) -> list[dict[str, Any]]:
    """What somebody was told of who was let at what is theirs."""
    told = [frame["data"]["item"] for frame in guest.heard if frame["type"] == "notification:changed"]
    return [item for item in told if item["kind"] == "access"]


@on
async def test_what_was_given_to_somebody_else_meanwhile_is_not_shown_before_they_are_told(
    household: Household,
) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    for kind, row_id in (await rows_of(ann)).items():
        await admin.ask("access:break", kind=kind, id=row_id, reason=REASON)
        await household.services.database.write(give_rows, ANN.user_id, 3)
        assert await admin.refusal("access:read", kind=kind, id=row_id) == "not_found"
        assert (await admin.ask("access:break", kind=kind, id=row_id, reason=REASON))["ownerId"] == 3
        await admin.ask("access:read", kind=kind, id=row_id)
        await household.services.database.write(give_rows, 3, ANN.user_id)


@on
async def test_without_its_row_in_the_audit_log_nothing_is_granted_and_nothing_read(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin, ann = household.join(ADMIN), household.join(ANN)
    task = (await rows_of(ann))["task"]

    def fail(*_: object) -> Any:
        raise Conflict("the log is full")
        yield

    with monkeypatch.context() as broken:
        broken.setattr(handlers, "entry", fail)
        assert await admin.refusal("access:break", kind="task", id=task, reason=REASON) == "conflict"
    assert await admin.refusal("access:read", kind="task", id=task) == "not_found"
    await admin.ask("access:break", kind="task", id=task, reason=REASON)
    monkeypatch.setattr(handlers, "entry", fail)
    assert await admin.refusal("access:read", kind="task", id=task) == "conflict"
    found = await household.services.database.read(find_entries, AuditFilter(concerning=2), ABSENT, 10)
    assert [row.action for row in found] == ["access:break"]
