"""What an operator may set of the mail server."""

import os
from pathlib import Path
from typing import Any

import pytest

from orchd.config import Settings
from orchd.config.rules import complete, find_problems
from orchd.settings.notification import NotificationSettings

GOOD: dict[str, Any] = {"smtp_host": "mail.example.org", "smtp_from": "orchd@example.org"}
LOGIN = {"smtp_user": "orchd", "smtp_password": "hunter2 hunter2"}


def sentences(**values: Any) -> list[str]:
    settings = Settings(notification=NotificationSettings(**{**GOOD, **values}))
    return [f"{where} {sentence}" for where, sentence in find_problems(settings)]


@pytest.mark.parametrize("values", [{}, LOGIN, {**LOGIN, "smtp_host": "127.0.0.1", "smtp_security": "none"}])
def test_what_may_be_set(values: dict[str, Any]) -> None:
    assert sentences(**values) == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"smtp_host": "mail example"}, "smtpHost is no name"),
        ({"smtp_from": None}, "needs `notification.smtpFrom`"),
        ({"smtp_from": "orchd@example.org\nBcc: x@y"}, "smtpFrom is no plain address"),
        ({"smtp_from": "Me <orchd@example.org>"}, "smtpFrom is no plain address"),
        ({"smtp_user": "orchd"}, "smtpUser and a password go together"),
        ({"smtp_password": "hunter2"}, "smtpUser and a password go together"),
        ({**LOGIN, "smtp_password_file": "/x"}, "remove one of them"),
        ({**LOGIN, "smtp_password": "hünter2"}, "smtpPassword can't be sent"),
        ({**LOGIN, "smtp_user": "or chd"}, "smtpUser can't be sent"),
        ({**LOGIN, "smtp_security": "none"}, "the password would be readable on the way"),
    ],
)
def test_what_may_not_be_set_is_told_without_the_password(values: dict[str, Any], told: str) -> None:
    (sentence,) = sentences(**values)
    assert told in sentence
    assert "hunter2" not in sentence


def test_the_password_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "smtp.password"
    file.touch(mode=0o600)
    for text, problems in (("hunter2 hunter2\n", 0), ("hünter2", 1)):
        file.write_text(text)
        of = NotificationSettings(**GOOD, smtp_user="orchd", smtp_password_file=os.fspath(file))
        filled, found, _ = complete(Settings(notification=of), {"HOME": "/home/someone"})
        assert (filled.notification.smtp_password, len(found)) == (text.strip(), problems)
