"""Sends e-mails by the operator's server, in a thread: the library waits for the server and can't be cancelled.

A thread that is given up ends by itself, since each of its waits does; until then it counts among the few there may be.
"""

import smtplib
import ssl
from contextlib import suppress
from email.message import Message
from typing import NamedTuple

import trio

from orchd.errors import Forbidden, OrchdError, Unavailable
from orchd.settings.notification import NotificationSettings, SmtpSecurity

AT_ONCE = 2
WAIT_SECONDS = 10.0
"""For the server's next word."""
MAIL_SECONDS = 30.0
"""For a whole e-mail, waiting for its turn included."""
PORTS: dict[SmtpSecurity, int] = {"starttls": 587, "tls": 465, "none": 25}
FOR_GOOD = range(500, 600)
"""Answers after which a server would say the same again."""


class MailServer(NamedTuple):
    """Where e-mails are sent; `sender` is the address from which they come."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None

    @property
    def domain(self) -> str:
        """The sender's."""
        return self.sender.rpartition("@")[2]


def server_of(settings: NotificationSettings) -> MailServer | None:
    """Return the server that an operator has set, None for none."""
    if settings.smtp_host is None or settings.smtp_from is None:
        return None
    port = settings.smtp_port or PORTS[settings.smtp_security]
    login = settings.smtp_user, settings.smtp_password
    return MailServer(
        settings.smtp_host, port, settings.smtp_security, settings.smtp_from, *login, settings.smtp_ca_file
    )


class Mailer:
    """Sends e-mails by one server, a few at once."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._turns = trio.CapacityLimiter(AT_ONCE)

    async def send(self, message: Message) -> None:
        """Send it. Raises `Unavailable`, and `Forbidden` where it would be the same again; neither names an address."""
        failure: OrchdError | None
        try:
            with trio.fail_after(MAIL_SECONDS):
                failure = await trio.to_thread.run_sync(
                    _try, self.server, message, abandon_on_cancel=True, limiter=self._turns
                )
        except trio.TooSlowError:
            failure = Unavailable("the mail server does not answer in time", reason="mail_server")
        if failure is not None:
            raise failure


def _try(server: MailServer, message: Message) -> OrchdError | None:
    """Send it, waiting; return why it was not sent, if it was not. What the server says is not told: it may hold the
    address."""
    try:
        _send(server, message)
    except smtplib.SMTPRecipientsRefused as refused:
        return _refusal(next(iter(refused.recipients.values()))[0], " for this address")
    except smtplib.SMTPAuthenticationError as refused:
        return _refusal(refused.smtp_code, " to the log-in")
    except smtplib.SMTPResponseException as refused:
        return _refusal(refused.smtp_code)
    except smtplib.SMTPNotSupportedError:
        return Forbidden("the mail server offers no encryption, or no log-in", reason="mail_server")
    except ssl.SSLCertVerificationError:
        return Unavailable("the mail server's certificate is not trusted", reason="mail_server")
    except (smtplib.SMTPException, OSError) as error:
        return Unavailable(f"the mail server can't be reached ({type(error).__name__})", reason="mail_server")
    return None


def _refusal(code: int, what: str = "") -> OrchdError:
    if code < 0:
        return Unavailable("the mail server does not speak SMTP", reason="mail_server")
    kind = Forbidden if code in FOR_GOOD else Unavailable
    return kind(f"the mail server answers {code}{what}")


def _send(server: MailServer, message: Message) -> None:
    trust = None if server.security == "none" else ssl.create_default_context(cafile=server.ca_file)
    where, me = (server.host, server.port), server.domain
    if server.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(*where, local_hostname=me, timeout=WAIT_SECONDS, context=trust)
    else:
        client = smtplib.SMTP(*where, local_hostname=me, timeout=WAIT_SECONDS)
    try:
        if server.security == "starttls":
            client.starttls(context=trust)
        if server.user is not None:
            client.login(server.user, server.password or "")
        client.send_message(message)
        with suppress(smtplib.SMTPException, OSError):  # it has been sent, whatever the server says when one leaves
            client.quit()
    finally:
        client.close()
