"""Notifications as e-mails, and the e-mail with a code that shows whose an address is.

Headers are those of the older part of the library, whose `Header` encodes all of a text: the newer one reads encoded
words in what it is given, and writes the line ends that they hold as they are.
"""

import unicodedata
from typing import TYPE_CHECKING

from orchd.clock import unix_now
from orchd.features.notification.channels.smtp import MailServer
from orchd.features.notification.messages import Notification
from orchd.protocol.types import unix_milliseconds

if TYPE_CHECKING:
    from email.mime.text import MIMEText

MAX_SUBJECT = 200
_WHY = "orchd sends you this because you have set `notifications.email.address`. `setting:reset` of it ends that."


def mail_of(told: Notification, address: str, server: MailServer) -> "MIMEText":
    """Return a notification as it is sent to an address: the same one each time that it is tried."""
    made_at = unix_milliseconds(told.created_at)
    number = f"notification-{told.id}.{made_at}"
    task = "" if told.task_id is None else f"Task {told.task_id}"
    return _mail(server, address, number, told.title, [told.title, told.text, task, _WHY])


def code_mail(code: str, address: str, server: MailServer) -> "MIMEText":
    """Return the e-mail with a code."""
    how = (
        f"To get notifications of orchd by e-mail, confirm this address with the code {code} (`notification:confirm`)."
    )
    unasked = "If you haven't asked for it, do nothing: nothing more comes."
    return _mail(server, address, f"code-{unix_now()}", "Your code for e-mails of orchd", [how, unasked])


def _mail(server: MailServer, address: str, number: str, subject: str, paragraphs: list[str]) -> "MIMEText":
    from email.header import Header  # with the first e-mail: most daemons send none
    from email.mime.text import MIMEText
    from email.utils import formataddr, formatdate

    body = "\n\n".join(text for each in paragraphs if (text := printable(each)))
    mail = MIMEText(f"{body}\n", "plain", "utf-8")
    mail["From"] = formataddr(("orchd", server.sender))
    mail["To"] = address
    mail["Subject"] = Header(one_line(subject), "utf-8").encode()
    mail["Date"] = formatdate(unix_now() / 1000)
    mail["Message-ID"] = f"<orchd.{number}@{server.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def one_line(text: str) -> str:
    """Return a text as a header has it: without line ends and other control characters, and not too long."""
    plain = " ".join(printable(text).split())
    return plain if len(plain) <= MAX_SUBJECT else f"{plain[:MAX_SUBJECT]}…"


def printable(text: str) -> str:
    """Return a text without control characters but line feeds and tabs."""
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")).strip()
