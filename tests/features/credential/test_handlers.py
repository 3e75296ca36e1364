"""Credentials as their owners see them: all but the secret."""

from typing import Any

import msgspec
import pytest

from orchd.entity import LOCAL_OWNER
from orchd.errors import Conflict, Invalid, NotFound
from orchd.features.credential.messages import (
    CredentialCreate,
    CredentialDelete,
    CredentialDeleted,
    CredentialItem,
    CredentialList,
    CredentialPage,
    CredentialTest,
    CredentialTestOutcome,
    CredentialUpdate,
)
from orchd.features.credential.queries import find_sealed
from orchd.llm import Backends, BackendSpec
from orchd.protocol.identity import LOCAL
from orchd.sealing import UnreadableSecretError
from orchd.sealing.master_key import make_key
from orchd.storage import Database, Statement, Steps
from tests.features.credential.desk import Desk, all_texts
from tests.fix_sealing import make_vault
from tests.fix_simulator import StartSimulator

SECRET = "orange-battery-staple-correct-horse"
ANNA, BEN = LOCAL._replace(user_id=7, name="anna"), LOCAL._replace(user_id=8, name="ben", role="member")


@pytest.fixture
async def desk(store: Database) -> Desk:
    return Desk(store, make_vault(store), Backends([]))


async def listed(desk: Desk, **how: Any) -> list[CredentialItem]:
    who = how.pop("who", LOCAL)
    return (await desk.ask(CredentialList(**how), CredentialPage, who)).items


async def test_a_credential_from_first_to_last(desk: Desk) -> None:
    made = await desk.ask(CredentialCreate(" openrouter ", SECRET), CredentialItem)
    assert (made.name, made.kind, made.hint, made.test, made.version) == ("openrouter", "model_server", "orse", None, 1)
    assert made.key_id in str(desk.vault._ring)
    renamed = await desk.ask(CredentialUpdate(made.id, name="other"), CredentialItem)
    assert (renamed.name, renamed.hint, renamed.changed_at) == ("other", "orse", made.changed_at)
    changed = await desk.ask(CredentialUpdate(made.id, secret="x" * 30), CredentialItem)
    assert (changed.name, changed.hint) == ("other", "xxxx")
    assert await listed(desk) == [changed]
    assert await desk.ask(CredentialDelete(made.id), CredentialDeleted) == CredentialDeleted(made.id)
    assert await listed(desk) == []


async def test_neither_a_reply_nor_a_table_has_the_secret(desk: Desk) -> None:
    made = await desk.ask(CredentialCreate("a", SECRET), CredentialItem)
    told = [made, await desk.ask(CredentialUpdate(made.id, secret=SECRET + "2"), CredentialItem), *await listed(desk)]
    assert SECRET[:-4] not in str(msgspec.json.encode(told))
    assert SECRET not in await desk.database.read(all_texts)


@pytest.mark.parametrize("secret", ["short", "x" * 19, "tab\there is longer than that", "ünïcode is longer than that"])
async def test_little_is_shown_of_little(desk: Desk, secret: str) -> None:
    assert (await desk.ask(CredentialCreate("a", secret, "other"), CredentialItem)).hint == ""


async def test_any_text_is_kept_as_it_is(desk: Desk) -> None:
    text = "  -----BEGIN\nüü \x00 END-----\n"
    made = await desk.ask(CredentialCreate("pem", text, "other"), CredentialItem)
    _, stored = await desk.database.read(find_sealed, LOCAL_OWNER, made.id)
    assert (await desk.vault.open(stored.place, stored.sealed)).decode() == text


@pytest.mark.parametrize("secret", ["two words", "line\nfeed", "schlüssel", "\x7f", "   "])
async def test_what_can_not_be_sent_is_no_key(desk: Desk, secret: str) -> None:
    with pytest.raises(Invalid) as error:
        await desk.ask(CredentialCreate("a", secret), CredentialItem)
    assert error.value.path == "$.data.secret"
    assert secret.strip() not in str(error.value) or not secret.strip()
    made = await desk.ask(CredentialCreate("a", " key\n"), CredentialItem)
    with pytest.raises(Invalid):
        await desk.ask(CredentialUpdate(made.id, secret=secret), CredentialItem)


async def test_a_blank_name_and_one_that_is_taken(desk: Desk) -> None:
    with pytest.raises(Invalid, match="blank"):
        await desk.ask(CredentialCreate(" ", "k"), CredentialItem)
    made = await desk.ask(CredentialCreate("a", "k"), CredentialItem)
    await desk.ask(CredentialCreate("b", "k"), CredentialItem)
    with pytest.raises(Conflict):
        await desk.ask(CredentialCreate("a", "k"), CredentialItem)
    with pytest.raises(Conflict):
        await desk.ask(CredentialUpdate(made.id, name="b", secret="new"), CredentialItem)
    assert (await listed(desk))[0] == made, "nothing of it was stored"
    await desk.ask(CredentialCreate("a", "k"), CredentialItem, ANNA)


async def test_nobody_sees_or_uses_anothers(desk: Desk) -> None:
    made = await desk.ask(CredentialCreate("a", SECRET), CredentialItem, ANNA)
    for who in (BEN, LOCAL):
        assert await listed(desk, who=who) == []
        for request in (
            CredentialUpdate(made.id, name="mine"),
            CredentialUpdate(made.id, secret="mine"),
            CredentialDelete(made.id),
            CredentialTest(made.id, "box"),
        ):
            with pytest.raises(NotFound) as error:
                await desk.ask(request, msgspec.Struct, who)
            assert error.value.path == "$.data.credentialId"
    assert await listed(desk, who=ANNA) == [made]


async def test_lists_have_pages_and_kinds(desk: Desk) -> None:
    for number in range(5):
        await desk.ask(CredentialCreate(f"n{number}", "k", "other" if number % 2 else "model_server"), CredentialItem)
    names, cursor = [], None
    while True:
        page = await desk.ask(CredentialList(limit=2, cursor=cursor), CredentialPage)
        names += [item.name for item in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert names == [f"n{number}" for number in range(5)]
    assert [item.name for item in await listed(desk, kind="other")] == ["n1", "n3"]
    with pytest.raises(Invalid):
        await listed(desk, cursor="x")


async def test_a_server_says_whether_it_takes_a_key(store: Database, start_simulator: StartSimulator) -> None:
    locked, open_to_all = await start_simulator(api_key=SECRET), await start_simulator()
    backends = Backends([BackendSpec(locked.url, name="locked"), BackendSpec(open_to_all.url, name="open")])
    desk = Desk(store, make_vault(store), backends)
    good = await desk.ask(CredentialCreate("good", SECRET), CredentialItem)
    bad = await desk.ask(CredentialCreate("bad", SECRET[::-1]), CredentialItem)
    outcomes = {
        (item.name, server): await desk.ask(CredentialTest(item.id, server), CredentialTestOutcome)
        for item in (good, bad)
        for server in ("locked", "open")
    }
    assert (outcomes["good", "locked"].ok, outcomes["good", "locked"].key_needed) == (True, True)
    assert outcomes["good", "locked"].models
    refused = outcomes["bad", "locked"]
    assert (refused.ok, refused.models, refused.message) == (False, None, "locked refused the key (HTTP status 401)")
    assert (outcomes["bad", "open"].ok, outcomes["bad", "open"].key_needed) == (True, False)
    items = await listed(desk)
    assert [item.test for item in items] == [outcomes["good", "open"], outcomes["bad", "open"]]
    changed = await desk.ask(CredentialUpdate(good.id, secret="new"), CredentialItem)
    assert changed.test is None


async def test_only_servers_of_the_settings_are_asked(desk: Desk) -> None:
    made = await desk.ask(CredentialCreate("a", SECRET), CredentialItem)
    for address in ("http://169.254.169.254/", "127.0.0.1:3306", "nobody"):
        with pytest.raises(NotFound) as error:
            await desk.ask(CredentialTest(made.id, address), CredentialTestOutcome)
        assert error.value.path == "$.data.backend"
    text = await desk.ask(CredentialCreate("b", SECRET, "other"), CredentialItem)
    with pytest.raises(Conflict):
        await desk.ask(CredentialTest(text.id, "127.0.0.1:1234"), CredentialTestOutcome)


async def test_without_the_master_key_nothing_is_made_or_used(store: Database) -> None:
    key = make_key()
    made = await Desk(store, make_vault(store, key), Backends([])).ask(CredentialCreate("a", SECRET), CredentialItem)
    other = Desk(store, make_vault(store), Backends([]))
    assert (await listed(other))[0] == made
    for request in (
        CredentialCreate("b", "k"),
        CredentialUpdate(made.id, secret="k"),
        CredentialTest(made.id, "127.0.0.1:1234"),
    ):
        with pytest.raises(UnreadableSecretError, match=key.id) as error:
            await other.ask(request, msgspec.Struct)
        assert (error.value.code, error.value.reason) == ("unavailable", "master_key")
    assert (await other.ask(CredentialUpdate(made.id, name="c"), CredentialItem)).name == "c"


async def test_a_secret_in_another_row_is_not_used(desk: Desk) -> None:
    mine = await desk.ask(CredentialCreate("mine", "k"), CredentialItem, BEN)
    hers = await desk.ask(CredentialCreate("hers", SECRET), CredentialItem, ANNA)

    def swap() -> Steps[None]:
        found = yield Statement("SELECT sealed FROM credential WHERE id = ?", (hers.id,))
        yield Statement("UPDATE credential SET sealed = ? WHERE id = ?", (found.rows[0][0], mine.id))

    await desk.database.write(swap)
    with pytest.raises(UnreadableSecretError, match="not sealed for this place"):
        await desk.ask(CredentialTest(mine.id, "127.0.0.1:1234"), CredentialTestOutcome, BEN)
