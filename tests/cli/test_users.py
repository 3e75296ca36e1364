"""`orchd user` and `orchd token` as somebody types them, on a database with or without a daemon."""

import re
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests.fix_command import Done, RunCommand

PASSWORD = "seven wet umbrellas"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """A file with a password."""
    path = tmp_path / "secret"
    path.write_text(PASSWORD + "\nand what follows\n", encoding="utf-8")
    return str(path)


class Typist:
    """Types commands about one database."""

    def __init__(self, run: RunCommand, tmp_path: Path) -> None:
        self._run, self._data = run, str(tmp_path / "data")

    def types(self, *words: str, stdin: str | None = None) -> Done:
        return self._run(*words, "--data-dir", self._data, stdin=stdin)

    def gets(self, *words: str, stdin: str | None = None) -> str:
        done = self.types(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout

    def is_refused(self, *words: str, stdin: str | None = None) -> str:
        done = self.types(*words, stdin=stdin)
        assert done.returncode != 0
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def typist(run_command: RunCommand, tmp_path: Path) -> Typist:
    return Typist(run_command, tmp_path)


def test_the_life_of_users(typist: Typist, secret: str) -> None:
    assert "nobody has to log in" in typist.gets("user", "list")
    assert "must be an admin" in typist.is_refused("user", "add", "Maria", "--password-file", secret)
    told = typist.gets("user", "add", "Maria", "--admin", "--password-file", secret)
    assert told.startswith("user maria is new, role admin\n")
    assert (
        typist.gets("user", "add", "joão", "--password-file", "-", stdin=PASSWORD) == "user joão is new, role member\n"
    )
    assert typist.gets("user", "add", "bot", "--no-password", "--role", "viewer")
    assert "there is a user of that name" in typist.is_refused("user", "add", "MARIA", "--no-password")
    assert "last admin" in typist.is_refused("user", "role", "maria", "member")
    assert "last admin" in typist.is_refused("user", "disable", "maria")
    assert "last admin" in typist.is_refused("user", "remove", "maria")
    typist.gets("user", "role", "joão", "admin")
    typist.gets("user", "disable", "bot")
    listed = typist.gets("user", "list")
    assert re.search(r"maria +admin +password", listed)
    assert re.search(r"joão +admin +password", listed)
    assert re.search(r"bot +viewer +disabled +tokens", listed)
    typist.gets("user", "enable", "bot")
    typist.gets("user", "passwd", "joão", "--password-file", secret)
    assert "--give-to names bot" in typist.is_refused("user", "remove", "bot", "--give-to", "BOT")
    assert typist.gets("user", "remove", "bot", "--give-to", "joão") == "user bot is deleted\n"
    assert typist.gets("user", "remove", "maria", "--delete-rows") == "user maria is deleted\n"
    assert "there is no user maria" in typist.is_refused("user", "role", "maria", "admin")


def test_who_deletes_a_user_with_rows_is_told_the_flags_that_say_what_becomes_of_them(
    typist: Typist, secret: str, tmp_path: Path
) -> None:
    typist.gets("user", "list")
    with closing(sqlite3.connect(tmp_path / "data" / "orchd.db")) as connection, connection:
        connection.execute(
            "INSERT INTO conversation (title, message_count, created_at, updated_at, user_id) VALUES ('t', 0, 1, 1, 0)"
        )
    for name in ("maria", "ana"):
        typist.gets("user", "add", name, "--admin", "--password-file", secret)
    refused = typist.is_refused("user", "remove", "maria")
    assert "maria has conversations" in refused
    assert "--give-to NAME" in refused
    assert "--delete-rows" in refused
    typist.gets("user", "remove", "maria", "--give-to", "ana")


def test_a_password_is_never_an_argument_nor_said_back(typist: Typist, tmp_path: Path) -> None:
    weak = tmp_path / "weak"
    for text in ("short", "password1234", "maria-maria-1", "", "\n"):
        weak.write_text(text, encoding="utf-8")
        refused = typist.is_refused("user", "add", "maria", "--admin", "--password-file", str(weak))
        assert not text.strip() or text not in refused
    weak.write_bytes(b"\xff\xfe" * 20)
    assert "not UTF-8" in typist.is_refused("user", "add", "maria", "--admin", "--password-file", str(weak))
    assert "no terminal" in typist.is_refused("user", "add", "maria", "--admin")
    assert "no such option" in typist.is_refused("user", "add", "maria", "--admin", "--password", PASSWORD)
    assert "No such file" in typist.is_refused("user", "add", "maria", "--admin", "--password-file", "/nowhere")
    assert "needs a password" in typist.is_refused("user", "add", "maria", "--admin", "--no-password")
    for wrong in (("--admin", "--role", "viewer"), ("--no-password", "--password-file", str(weak))):
        assert "orchd user add --help" in typist.is_refused("user", "add", "maria", *wrong)


def test_the_life_of_tokens(typist: Typist, secret: str, tmp_path: Path) -> None:
    typist.gets("user", "add", "maria", "--admin", "--password-file", secret)
    typist.gets("user", "add", "joão", "--no-password")
    value = typist.gets(
        "token", "create", "maria", "--label", "cron", "--scope", "chat", "--scope", "read", "--days", "3"
    )
    assert re.fullmatch(r"orchd_pat_[0-9A-Za-z]{49}\n", value)
    keys = tmp_path / "data" / "master.keys"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert "for admins" in typist.is_refused("token", "create", "joão", "--label", "x", "--scope", "admin")
    typist.gets("token", "create", "joão", "--label", "bot", "--scope", "tasks", "--model", "tiny", "--background")
    listed = typist.gets("token", "list")
    assert value.strip() not in listed
    assert re.search(rf"1 +maria +cron +{value.strip()[-4:]} +chat, read", listed)
    assert re.search(r"2 +joão +bot .* tasks +tiny .* background", listed)
    assert "cron" not in typist.gets("token", "list", "joão")
    assert typist.gets("token", "revoke", "1") == "token 1 (cron) is revoked\n"
    assert "revoked" in typist.gets("token", "list", "maria")
    assert "there is no such token" in typist.is_refused("token", "revoke", "9")
