"""Whose an e-mail address is, on both databases and by a server that speaks SMTP."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from orchd.errors import Forbidden, Invalid, RateLimited
from orchd.features.notification import queries
from orchd.features.notification.channels.smtp import Mailer, MailServer
from orchd.features.notification.mail_service import CODES_PER_HOUR, DAY_MS, GUESSES_PER_HOUR, MailService
from orchd.features.notification.messages import NotificationDraft
from orchd.features.notification.preferences import EMAIL
from orchd.features.notification.queries import Occasion
from orchd.features.setting import store_value
from orchd.settings.notification import NotificationSettings
from orchd.storage import Database
from tests.features.notification.channels.test_web import notification
from tests.features.notification.test_preferences import ann, set_to
from tests.fix_workspace import ANN, HANG_SECONDS, open_desk
from tests.smtp_server import SmtpServer, smtp_server

ADDRESS = "ann@example.org"


async def key() -> bytes:
    return b"k" * 32


class World:
    """A service on a day that a test sets."""

    def __init__(self, database: Database, there: SmtpServer) -> None:
        self.day = 20_000
        self.there = there
        mailer = Mailer(MailServer("127.0.0.1", there.port, "none", "orchd@example.org"))
        self.mail = MailService(database, mailer, key, 2, lambda: self.day * DAY_MS)

    async def code(self) -> str:
        """Have one sent to ann, and read it there."""
        assert await self.mail.send_code(ANN.user_id) == ADDRESS
        return code_in(self.there)


def code_in(there: SmtpServer) -> str:
    found = re.search(r"the code (\w{4}-\w{4})", " ".join(there.mails[-1].get_content().split()))
    assert found is not None
    return found[1]


@asynccontextmanager
async def world(store: Database, address: str | None = ADDRESS) -> AsyncIterator[World]:
    await store.write(ann)
    if address is not None:
        await store.write(store_value, ANN.user_id, EMAIL.address, address, 1)
    async with smtp_server() as there:
        yield World(store, there)


async def test_notifications_go_to_an_address_once_its_code_came_back(store: Database) -> None:
    draft = NotificationDraft(kind="quota", source="a", title="A quota is used up", text="Come back later.")
    await store.write(ann)
    async with smtp_server() as there:
        settings = NotificationSettings(
            smtp_host="127.0.0.1", smtp_port=there.port, smtp_security="none", smtp_from="orchd@example.org"
        )
        async with open_desk(store, settings) as desk:
            await set_to(desk, "email.address", ADDRESS)
            assert await desk.done(ANN, "notification:code") == {"address": ADDRESS}
            told = await desk.refused(ANN, "notification:confirm", code="AAAA-AAAA")
            assert (told["code"], told["details"]["path"]) == ("invalid", "$.data.code")
            assert told["details"]["reason"] == "wrong_code"
            (found,) = await store.write(queries.raise_all, [Occasion(ANN.user_id, draft)], 1)
            assert await store.read(queries.recipients_of, found) == []
            code = code_in(there).lower().replace("-", " ")
            assert await desk.done(ANN, "notification:confirm", code=code) == {"address": ADDRESS}
            assert await store.read(queries.recipients_of, found) == [("email", ADDRESS)]
            await set_to(desk, "email.address", "bob@example.org")
            assert await store.read(queries.recipients_of, found) == []
    assert there.to == [ADDRESS]


async def test_a_code_is_for_one_user_and_address_and_two_days(store: Database) -> None:
    async with world(store) as here:
        code = await here.code()
        here.day += 2
        with pytest.raises(Invalid):
            await here.mail.confirm(ANN.user_id, code)
        here.day -= 1
        await store.write(store_value, ANN.user_id, EMAIL.address, "anne@example.org", 2)
        with pytest.raises(Invalid):
            await here.mail.confirm(ANN.user_id, code)
        await store.write(store_value, 0, EMAIL.address, ADDRESS, 2)
        with pytest.raises(Invalid):
            await here.mail.confirm(0, code)
        await store.write(store_value, ANN.user_id, EMAIL.address, ADDRESS, 3)
        assert await here.mail.confirm(ANN.user_id, code) == ADDRESS


async def test_codes_tries_and_e_mails_are_bounded(store: Database) -> None:
    async with world(store) as here:
        for _ in range(CODES_PER_HOUR):
            await here.code()
        with pytest.raises(RateLimited):
            await here.code()
        for _ in range(GUESSES_PER_HOUR):
            with pytest.raises(Invalid):
                await here.mail.confirm(ANN.user_id, "AAAA-AAAA")
        with pytest.raises(RateLimited):
            await here.mail.confirm(ANN.user_id, code_in(here.there))
        for _ in range(2):
            await here.mail.send(notification(), ADDRESS)
        with pytest.raises(RateLimited):
            await here.mail.send(notification(), ADDRESS)
    assert len(here.there.mails) == CODES_PER_HOUR + 2


async def test_who_has_set_no_address_is_told_so(store: Database) -> None:
    async with world(store, None) as here:
        with pytest.raises(Invalid, match="no e-mail address is set") as refused:
            await here.mail.send_code(ANN.user_id)
    assert refused.value.reason == "no_address"


async def test_a_daemon_without_a_mail_server_says_so(store: Database) -> None:
    mail = MailService(store, None, key, 2)
    for asked in (mail.send_code(ANN.user_id), mail.send(notification(), ADDRESS)):
        with pytest.raises(Forbidden, match=r"notification\.smtpHost") as refused, trio.fail_after(HANG_SECONDS):
            await asked
        assert refused.value.reason == "no_mail"
