"""E-mails over real sockets, to a server that speaks SMTP."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import trio

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.features.notification.channels import smtp
from orchd.features.notification.channels.mail import mail_of
from orchd.features.notification.channels.smtp import Mailer, MailServer, server_of
from orchd.settings.notification import NotificationSettings
from tests.features.notification.channels.test_web import notification
from tests.fix_tls import Authority
from tests.smtp_server import SmtpServer, smtp_server

HANG_SECONDS = 60.0
SENDER = "orchd@example.org"


def trust_of(authority: Authority, names: tuple[str, ...] = ("127.0.0.1",)) -> ssl.SSLContext:
    files = authority.issue(names=names)
    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trust.load_cert_chain(files.certificate, files.key)
    return trust


def mailer(server: SmtpServer, security: Any = "none", ca_file: Path | None = None, **login: str) -> Mailer:
    return Mailer(
        MailServer(
            "127.0.0.1", server.port, security, SENDER, ca_file=None if ca_file is None else str(ca_file), **login
        )
    )


async def send(by: Mailer, title: str = "“Ä” is\r\nBcc: eve@example.org") -> None:
    with trio.fail_after(HANG_SECONDS):
        await by.send(mail_of(notification(title, ".\r\nAt last. ☕\n."), "ann@example.org", by.server))


async def test_a_notification_comes_as_an_e_mail() -> None:
    async with smtp_server() as there:
        await send(mailer(there))
    (mail,) = there.mails
    assert there.to == ["ann@example.org"]
    assert (mail["To"], mail["From"], mail["Bcc"]) == ("ann@example.org", "orchd <orchd@example.org>", None)
    assert mail["Subject"] == "“Ä” is Bcc: eve@example.org"
    assert mail["Message-ID"] == "<orchd.notification-7.1893456000000@example.org>"
    assert ".\nAt last. ☕\n." in mail.get_content().replace("\r\n", "\n")
    assert there.said[0] == "ehlo example.org"


@pytest.mark.parametrize("at_once", [False, True])
async def test_log_ins_go_over_tls_only(authority: Authority, at_once: bool) -> None:
    security = "tls" if at_once else "starttls"
    async with smtp_server(trust=trust_of(authority), at_once=at_once, password="open sesame") as there:
        await send(mailer(there, security, authority.file, user="orchd", password="open sesame"))
        assert len(there.mails) == 1
        with pytest.raises(Forbidden) as refused:
            await send(mailer(there, security, authority.file, user="orchd", password="hunter2"))
    assert refused.value.message == "the mail server answers 535 to the log-in"


async def test_a_server_that_may_be_another_one_is_told_nothing(authority: Authority, tmp_path: Path) -> None:
    async with smtp_server(trust=trust_of(authority, ("elsewhere.example",)), password="open sesame") as there:
        with pytest.raises(Unavailable) as refused:
            await send(mailer(there, "starttls", authority.file, user="orchd", password="open sesame"))
    assert refused.value.message == "the mail server's certificate is not trusted"
    assert there.said == ["ehlo example.org", "STARTTLS"]


async def test_nothing_is_sent_in_the_clear_where_encryption_was_asked_for() -> None:
    async with smtp_server() as there:
        with pytest.raises(Forbidden) as refused:
            await send(mailer(there, "starttls", user="orchd", password="open sesame"))
    assert refused.value.message == "the mail server offers no encryption, or no log-in"
    assert not any("AUTH" in said or "MAIL" in said for said in there.said)


@pytest.mark.parametrize(
    ("answers", "kind", "message"),
    [
        ({"RCPT": "550 no ann@example.org here"}, Forbidden, "the mail server answers 550 for this address"),
        ({"RCPT": "450 later"}, Unavailable, "the mail server answers 450 for this address"),
        ({"MAIL": "451 later"}, Unavailable, "the mail server answers 451"),
        ({"DATA": "554 spam"}, Forbidden, "the mail server answers 554"),
        ({"QUIT": "421 bye"}, None, ""),
        ({"MAIL": "nonsense"}, Unavailable, "the mail server does not speak SMTP"),
    ],
)
async def test_what_a_server_refuses(answers: Mapping[str, str], kind: type[OrchdError] | None, message: str) -> None:
    async with smtp_server(answers=answers) as there:
        if kind is None:
            await send(mailer(there))
            return
        with pytest.raises(kind) as refused:
            await send(mailer(there))
    assert (refused.value.message, there.mails) == (message, [])


async def test_a_server_that_is_silent_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "MAIL_SECONDS", 0.1)
    monkeypatch.setattr(smtp, "WAIT_SECONDS", 0.5)
    async with smtp_server(silent=True) as there:
        with pytest.raises(Unavailable) as refused:
            await send(mailer(there))
    assert refused.value.message == "the mail server does not answer in time"


async def test_nobody_listens() -> None:
    async with smtp_server() as there:
        pass
    with pytest.raises(Unavailable, match="can't be reached"):
        await send(mailer(there))


def test_the_server_that_an_operator_has_set() -> None:
    assert server_of(NotificationSettings()) is None
    assert server_of(NotificationSettings(smtp_host="mail.example.org")) is None
    told = server_of(NotificationSettings(smtp_host="mail.example.org", smtp_from=SENDER, smtp_security="tls"))
    assert told == MailServer("mail.example.org", 465, "tls", SENDER)
