"""The frames of quotas and of what was asked."""

from itertools import count
from typing import Any

import pytest

from orchd.clock import unix_now
from orchd.errors import Conflict, Forbidden, Invalid, NotFound, OrchdError
from orchd.features.audit import AuditFilter, find_entries
from orchd.features.people import USERS, TokenDraft, UserDraft, add_token
from orchd.features.usage.generation_rate import GenerationRate
from orchd.features.usage.handlers import UsageHandlers
from orchd.features.usage.messages import QuotaDelete, QuotaList, QuotaSet, UsageGet
from orchd.features.usage.service import UsageAccounts
from orchd.llm import Requester, TokenTally
from orchd.llm.types import Usage
from orchd.protocol.identity import Identity, UserRole
from orchd.protocol.types import MAX_INTEGER
from orchd.storage import Database

NUMBERS = count(1)


class Asking:
    """A request of a user."""

    address = "192.0.2.1"

    def __init__(self, user_id: int, role: UserRole) -> None:
        self.identity = Identity(user_id, "somebody", role)


def asking(user_id: int, role: UserRole = "member") -> Any:
    return Asking(user_id, role)


def make(store: Database) -> tuple[UsageHandlers, UsageAccounts]:
    accounts = UsageAccounts(store, GenerationRate(0))
    return UsageHandlers(store, accounts), accounts


def token_of(user_id: int, name: str) -> TokenDraft:
    return TokenDraft(user_id, name, f"{user_id} {name} {next(NUMBERS)}", "hint", ["chat"], None, False, None)


async def ask(accounts: UsageAccounts, user_id: int, model: str, tokens: int) -> None:
    charge = await accounts.begin(Requester(user=user_id))
    tally = TokenTally()
    tally.on_call()
    tally.on_answer(Usage(tokens, 1, tokens + 1), 0, 0)
    charge.note(model, tally)
    charge.end()


async def test_everybody_sees_what_they_asked_and_what_is_left(store: Database) -> None:
    handlers, accounts = make(store)
    ana = await store.write(USERS.add, UserDraft("ana", "member"), 1)
    await handlers.set(asking(9, "admin"), QuotaSet("month", role="member", requests=10, tokens=1_000))
    for model in ("big", "tiny", "tiny"):
        await ask(accounts, ana.id, model, 5)
    report = await handlers.usage(asking(ana.id), UsageGet())
    assert [(item.model, item.requests, item.prompt_tokens, item.completion_tokens) for item in report.items] == [
        ("big", 1, 5, 1),
        ("tiny", 2, 10, 2),
    ]
    (quota,) = report.quotas
    assert (quota.subject_kind, quota.requests, quota.used_requests, quota.used_tokens) == ("role", 10, 3, 18)
    first = await handlers.usage(asking(ana.id), UsageGet(limit=1))
    await ask(accounts, ana.id, "a model that comes before them", 5)
    rest = await handlers.usage(asking(ana.id), UsageGet(cursor=first.next_cursor))
    assert [item.model for item in rest.items] == ["tiny"], "what came meanwhile shifts nothing"
    assert rest.next_cursor is None
    for wrong in ("1", "x.big", "-1.big", "."):
        with pytest.raises(Invalid) as error:
            await handlers.usage(asking(ana.id), UsageGet(cursor=wrong))
        assert error.value.path == "$.data.cursor"


async def test_only_admins_see_what_others_asked(store: Database) -> None:
    handlers, _ = make(store)
    with pytest.raises(Forbidden) as error:
        await handlers.usage(asking(1), UsageGet(user_id=2))
    assert error.value.path == "$.data.userId"
    assert (await handlers.usage(asking(1, "admin"), UsageGet(user_id=2))).items == []


async def test_a_quota_is_for_one_subject_and_limits_something(store: Database) -> None:
    handlers, _ = make(store)
    admin = asking(9, "admin")
    for wrong in (QuotaSet("day", requests=1), QuotaSet("day", user_id=1, role="member", requests=1)):
        with pytest.raises(Invalid) as error:
            await handlers.set(admin, wrong)
        assert error.value.path == "$.data.userId"
    with pytest.raises(Invalid) as error:
        await handlers.set(admin, QuotaSet("day", role="member"))
    assert (error.value.path, error.value.reason) == ("$.data.requests", "empty_quota")
    for unknown in (QuotaSet("day", user_id=77, requests=1), QuotaSet("day", token_id=77, requests=1)):
        with pytest.raises(NotFound):
            await handlers.set(admin, unknown)


async def test_users_and_tokens_are_named_by_what_they_are_called(store: Database) -> None:
    handlers, _ = make(store)
    admin = asking(9, "admin")
    ana, bob = [await store.write(USERS.add, UserDraft(name, "member"), 1) for name in ("ana", "bob")]
    tokens = [await store.write(add_token, token_of(*whose), 1) for whose in ((ana.id, "both"), (bob.id, "both"))]
    only = await store.write(add_token, token_of(bob.id, "backup"), 1)
    made = await handlers.set(admin, QuotaSet("day", user_name=" Ana", requests=1))
    assert (made.subject_kind, made.subject, made.subject_name) == ("user", str(ana.id), "ana")
    made = await handlers.set(admin, QuotaSet("day", token_name="backup", requests=1))
    assert (made.subject_kind, made.subject, made.subject_name) == ("token", str(only.id), "backup")
    for whose in ({"user_id": ana.id}, {"user_name": "ana"}):
        made = await handlers.set(admin, QuotaSet("day", token_name="both", requests=1, **whose))
        assert made.subject == str(tokens[0].id)
    await handlers.set(admin, QuotaSet("week", role="viewer", requests=1))
    listed = (await handlers.list(admin, QuotaList())).items
    assert [item.subject_name for item in listed] == ["ana", "backup", "both", "viewer"]


@pytest.mark.parametrize(
    ("named", "kind", "path"),
    [
        ({"user_name": "nobody"}, NotFound, "$.data.userName"),
        ({"user_name": "a b"}, Invalid, "$.data.userName"),
        ({"token_name": "none"}, NotFound, "$.data.tokenName"),
        ({"token_name": "both"}, Conflict, "$.data.tokenName"),
        ({"token_name": "both", "user_name": "nobody"}, NotFound, "$.data.userName"),
        ({"token_name": "both", "role": "member"}, Invalid, "$.data.userId"),
        ({"token_name": "both", "token_id": 1}, Invalid, "$.data.userId"),
        ({"token_name": "both", "user_id": 1, "user_name": "ana"}, Invalid, "$.data.userId"),
        ({"user_name": "ana", "role": "member"}, Invalid, "$.data.userId"),
    ],
)
async def test_a_name_that_is_nobodys_or_several_ones(
    store: Database, named: dict[str, Any], kind: type[OrchdError], path: str
) -> None:
    handlers, _ = make(store)
    ana = await store.write(USERS.add, UserDraft("ana", "member"), 1)
    for _ in range(2):
        await store.write(add_token, token_of(ana.id, "both"), 1)
    with pytest.raises(kind) as error:
        await handlers.set(asking(9, "admin"), QuotaSet("day", requests=1, **named))
    assert error.value.path == path


async def test_changes_of_quotas_are_in_the_audit_log(store: Database) -> None:
    handlers, _ = make(store)
    admin, ana = asking(9, "admin"), await store.write(USERS.add, UserDraft("ana", "member"), unix_now())
    made = await handlers.set(admin, QuotaSet("day", user_id=ana.id, requests=1))
    await handlers.set(admin, QuotaSet("day", user_id=ana.id, requests=2))
    assert [item.requests for item in (await handlers.list(admin, QuotaList())).items] == [2]
    await handlers.delete(admin, QuotaDelete(made.id))
    assert not (await handlers.list(admin, QuotaList())).items
    rows = await store.read(find_entries, AuditFilter(concerning=ana.id), MAX_INTEGER, 9)
    assert [row.action for row in rows] == ["quota:delete", "quota:set", "quota:set"]
    assert [(row.before or {}).get("requests") for row in rows] == [2, 1, None]
    assert [(row.after or {}).get("requests") for row in rows] == [None, 2, 1]
    assert rows[0].address == "192.0.2.1"
