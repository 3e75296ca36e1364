"""Rules across settings, secrets' files and derived values."""

import os
import pwd
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from orchd.config import BackendSettings, DatabaseSettings, LocalSettings, ServerSettings, Settings
from orchd.config.load import find_file
from orchd.config.rules import complete, default_data_dir, find_problems, is_loopback, with_password
from orchd.settings.notification import NotificationSettings

HOME = {"HOME": "/home/someone"}


def sentences(settings: Settings) -> list[str]:
    return [f"{where} {sentence}" for where, sentence in find_problems(settings)]


def backends(*found: BackendSettings) -> Settings:
    return Settings(backends=found)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "LOCALHOST"])
def test_loopback_is_known(host: str) -> None:
    assert is_loopback(host)
    assert sentences(Settings(server=ServerSettings(host=host))) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "orchd.lan", "", "localhost.evil.example", "127.1"])
def test_others_than_loopback_may_be_listened_on_since_they_let_nobody_in_without_a_user(host: str) -> None:
    assert not is_loopback(host)
    assert sentences(Settings(server=ServerSettings(host=host))) == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1234", "http://127.0.0.1:1234/v1", "https://models.lan/api/v1/", "http://[::1]:8080"]
)
def test_good_backend_urls(url: str) -> None:
    assert sentences(backends(BackendSettings(url=url))) == []


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("localhost:1234", "write `http://localhost:1234`"),
        ("ws://a:1", "must start with http:// or https://"),
        ("http://user:hunter2@a:1", "remove them and use `apiKey` or `apiKeyFile`"),
        ("http://hunter2@a:1", "has credentials"),
        ("http://a:99999", "is no URL"),
        ("http://a:x", "is no URL"),
        ("http://[::1", "is no URL"),
        ("http://", "write scheme, host"),
        ("http://a:1/?q=1", "write scheme, host"),
        ("http://a b", "is no URL"),
        ("", "must start with http"),
    ],
)
def test_bad_backend_urls_are_told_with_the_fix_and_without_the_password(url: str, told: str) -> None:
    (sentence,) = sentences(backends(BackendSettings(url=url)))
    assert told in sentence
    assert "hunter2" not in sentence


def test_a_backend_has_one_key_one_name_and_one_place() -> None:
    first = BackendSettings(url="http://a:80/v1", name="x", api_key="k", api_key_file="/f")
    second = BackendSettings(url="http://A/", name="x")
    assert sentences(backends(first, second)) == [
        "backends[0].apiKeyFile is given and `apiKey` as well; remove one of them",
        "backends[0].name is `x` for two backends; give each its own name",
        "backends[1].url is the server of `backends[0]` again; remove one of them",
        "backends[1].name is `x` for two backends; give each its own name",
    ]


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "schlüssel"])
def test_a_key_that_no_header_can_hold_is_refused(key: str) -> None:
    (told,) = sentences(backends(BackendSettings(url="http://a:1", api_key=key)))
    assert "can't be sent" in told


@pytest.mark.parametrize(
    ("database", "told"),
    [
        (DatabaseSettings(url="postgres://u:hunter2@h/n"), "write `sqlite:///absolute/path`"),
        (DatabaseSettings(url="sqlite://relative"), "write `sqlite:///absolute/path`"),
        (DatabaseSettings(url="/var/lib/x.db"), "write `sqlite:///absolute/path`"),
        (DatabaseSettings(password_file="/f"), "is only for"),
        (DatabaseSettings(url="sqlite:///x", password_file="/f"), "is only for"),
        (DatabaseSettings(url="mysql://h/n", password_file="/f"), "is only for"),
        (DatabaseSettings(url="mysql://u:hunter2@h/n", password_file="/f"), "has a password as well"),
    ],
)
def test_database_rules(database: DatabaseSettings, told: str) -> None:
    (sentence,) = sentences(Settings(database=database))
    assert told in sentence
    assert "hunter2" not in sentence


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"send_soft_bytes": 2048, "send_hard_bytes": 2048}, "must be less than"),
        ({"allowed_hosts": ("*",)}, "write plain names"),
        ({"allowed_hosts": ("a:80",)}, "write plain names"),
        ({"allowed_origins": ("https://a/",)}, "write scheme and host only"),
        ({"allowed_origins": ("a.lan",)}, "write scheme and host only"),
        ({"allowed_origins": ("null",)}, "write scheme and host only"),
        ({"tls_certificate": "/cert"}, "set `server.tlsKey`"),
        ({"tls_key": "/key"}, "set `server.tlsCertificate`"),
        ({"trusted_proxies": ("proxy.lan",)}, "has `proxy.lan`, which is no network or address"),
        ({"trusted_proxies": ("127.0.0.1", "10.0.0.1/8")}, "write `10.0.0.0/8`"),
        ({"trusted_proxies": ("0.0.0.0/0",)}, "is everybody"),
        ({"trusted_user_header": "Remote-User"}, "set `server.trustedProxies` as well"),
        ({"trusted_user_header": "Remote_User", "trusted_proxies": ("::1",)}, "write e.g. `Remote-User`"),
        ({"trusted_user_header": "Authorization", "trusted_proxies": ("::1",)}, "write e.g. `Remote-User`"),
    ],
)
def test_server_rules(change: dict[str, Any], told: str) -> None:
    (sentence,) = sentences(Settings(server=replace(ServerSettings(), **change)))
    assert told in sentence


def test_the_data_directory_is_systemds_when_it_says_so() -> None:
    assert default_data_dir(HOME | {"STATE_DIRECTORY": "/var/lib/orchd:/other"}) == "/var/lib/orchd"
    assert default_data_dir(HOME) == "/home/someone/.local/share/orchd"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_a_password_from_a_file_survives_the_url(password: str) -> None:
    parts = urlsplit(with_password("mysql://user@host:3306/name?ssl=1", password))
    assert unquote(parts.password or "") == password
    assert (parts.username, parts.hostname, parts.port, parts.path, parts.query) == (
        "user",
        "host",
        3306,
        "/name",
        "ssl=1",
    )


def test_secrets_are_read_stripped_and_put_in_place(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.touch(mode=0o600)
    file.write_text("  p@ss/word \n")
    settings = Settings(
        database=DatabaseSettings(url="mysql://u@h/n", password_file=str(file)),
    )
    done, problems, warnings = complete(settings, HOME)
    assert (done.database.url, problems, warnings) == ("mysql://u:p%40ss%2Fword@h/n", [], [])


def test_a_secrets_file_that_all_can_read_is_warned_of(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("k3y")
    file.chmod(0o604)
    done, problems, (warning,) = complete(backends(BackendSettings(url="http://a:1", api_key_file=str(file))), HOME)
    assert done.backends[0].api_key == "k3y"
    assert problems == []
    assert f"chmod 600 {file}" in warning.sentence


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"\xff\xfe", "not UTF-8"),
        (b"two\nlines", "is no key"),
        (None, "No such"),
    ],
)
def test_a_secrets_file_without_a_secret_is_refused(tmp_path: Path, data: bytes | None, told: str) -> None:
    file = tmp_path / "key"
    if data is not None:
        file.write_bytes(data)
        file.chmod(0o600)
    _, (problem,), _ = complete(backends(BackendSettings(url="http://a:1", api_key_file=str(file))), HOME)
    assert problem.where == "backends[0].apiKeyFile"
    assert told in problem.sentence


def test_no_server_is_called_as_the_models_without_a_server_are() -> None:
    named = backends(BackendSettings(url="http://a:1", name="local"))
    assert sentences(named) == []
    assert sentences(replace(named, local=LocalSettings(models=("a.gguf",)))) == [
        "local.models are shown as the model server `local`; give the backend of that name another"
    ]


@pytest.mark.parametrize("home", ["", "relative"])
def test_a_home_that_is_no_path_is_looked_up(home: str) -> None:
    assert default_data_dir({"HOME": home}) == f"{pwd.getpwuid(os.getuid()).pw_dir}/.local/share/orchd"


def test_a_user_of_whom_nothing_is_known_must_name_a_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers often run as a number that no file knows."""

    def unknown(number: int) -> None:
        raise KeyError(number)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    _, problems, _ = complete(Settings(), {})
    assert [problem.where for problem in problems] == ["dataDir"]
    assert "no home directory" in problems[0].sentence
    assert complete(Settings(data_dir="/srv/orchd"), {})[1] == []
    assert find_file({}, None) is None or Path("/etc/orchd/orchd.toml").exists()


MAIL: dict[str, Any] = {"smtp_host": "mail.example.org", "smtp_from": "orchd@example.org"}
LOGIN = {"smtp_user": "orchd", "smtp_password": "hunter2 hunter2"}


def mail_sentences(**values: Any) -> list[str]:
    return sentences(Settings(notification=NotificationSettings(**{**MAIL, **values})))


@pytest.mark.parametrize("values", [{}, LOGIN, {**LOGIN, "smtp_host": "127.0.0.1", "smtp_security": "none"}])
def test_what_may_be_set_of_a_mail_server(values: dict[str, Any]) -> None:
    assert mail_sentences(**values) == []


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
    (sentence,) = mail_sentences(**values)
    assert told in sentence
    assert "hunter2" not in sentence


def test_the_password_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "smtp.password"
    file.touch(mode=0o600)
    for text, problems in (("hunter2 hunter2\n", 0), ("hünter2", 1)):
        file.write_text(text)
        of = NotificationSettings(**MAIL, smtp_user="orchd", smtp_password_file=os.fspath(file))
        filled, found, _ = complete(Settings(notification=of), {"HOME": "/home/someone"})
        assert (filled.notification.smtp_password, len(found)) == (text.strip(), problems)
