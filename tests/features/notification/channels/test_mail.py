"""What stands in an e-mail, whatever stands in a notification."""

from email import message_from_bytes
from email.mime.text import MIMEText
from email.policy import SMTP

from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.features.notification.channels.mail import MAX_SUBJECT, code_mail, mail_of
from orchd.features.notification.channels.smtp import MailServer
from tests.examples import examples
from tests.features.notification.channels.test_web import notification

SERVER = MailServer("mail.example.org", 587, "starttls", "orchd@example.org")
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=300) | st.sampled_from(
    ["\r\nBcc: eve@example.org", "\n\n.\n", "\x0bTo: x", "\x85a\u2028b", "a" * 600, "=?utf-8?q?=0A?="]
)


@given(title=TEXTS, text=TEXTS)
@settings(max_examples=examples(200), deadline=None)
def test_no_text_becomes_a_header_or_ends_the_e_mail(title: str, text: str) -> None:
    sent = mail_of(notification(title, text), "ann@example.org", SERVER).as_bytes()
    assert sent.isascii()
    assert all(len(line) <= 998 and b"\r" not in line for line in sent.split(b"\n"))
    read = message_from_bytes(sent, policy=SMTP)
    assert sorted(set(read.keys()) - {"MIME-Version"}) == sorted(HEADERS)
    assert len(read.keys()) == len(HEADERS) + 1
    assert len(read["Subject"].strip()) <= MAX_SUBJECT + 1


def text_of(mail: MIMEText) -> str:
    content = message_from_bytes(mail.as_bytes(), policy=SMTP).get_content()
    assert isinstance(content, str)
    return content


def test_an_e_mail_is_the_same_each_time_that_it_is_tried() -> None:
    made = [mail_of(notification(), "ann@example.org", SERVER) for _ in range(2)]
    assert made[0]["Message-ID"] == made[1]["Message-ID"]
    assert made[0]["Auto-Submitted"] == "auto-generated"


def test_what_looks_encoded_stays_as_it_is() -> None:
    sent = mail_of(notification("=?utf-8?q?=0A?= =??Q?=0A"), "ann@example.org", SERVER).as_bytes()
    assert message_from_bytes(sent, policy=SMTP)["Subject"] == "=?utf-8?q?=0A?= =??Q?=0A"


def test_the_e_mail_with_a_code_has_it() -> None:
    assert "the code ABCD-EFGH" in " ".join(text_of(code_mail("ABCD-EFGH", "ann@example.org", SERVER)).split())
