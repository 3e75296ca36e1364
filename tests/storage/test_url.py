from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import ConfigurationError
from orchd.storage.url import MysqlUrl, SqliteUrl, parse_url, with_password


def test_sqlite() -> None:
    assert parse_url("sqlite:///var/lib/orchd/orchd.db") == SqliteUrl(Path("/var/lib/orchd/orchd.db"))
    assert parse_url("sqlite:////tmp/with%20space%25.db") == SqliteUrl(Path("/tmp/with space%.db"))
    assert str(parse_url("sqlite:///tmp/a.db")) == "sqlite:///tmp/a.db"


def test_mysql() -> None:
    full = parse_url("mysql://me:s%40cr%3At@db.lan:3307/orchd?socket=/run/my.sock&ssl=1")
    assert full == MysqlUrl("db.lan", 3307, "me", "s@cr:t", "orchd", "/run/my.sock", True)
    assert parse_url("mariadb://me@[::1]/orchd") == MysqlUrl("::1", 3306, "me", "", "orchd")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_any_user_and_password_may_be_encoded(user: str, password: str) -> None:
    parsed = parse_url(f"mysql://{quote(user, safe='')}:{quote(password, safe='')}@h/n")
    assert parsed == MysqlUrl("h", 3306, user, password, "n")


def test_the_password_is_not_shown() -> None:
    parsed = parse_url("mysql://me:s3cret@h/n")
    assert "s3cret" not in repr(parsed) + str(parsed)
    assert str(parsed) == "mysql://me@h:3306/n"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "orchd.db",
        "postgres://me:s3cret@h/n",
        "sqlite://orchd.db",
        "sqlite:orchd.db",
        "sqlite:///",
        "sqlite:///dir/",
        "sqlite:///a.db?mode=s3cret",
        "mysql://me:s3cret@h",
        "mysql://me:s3cret@h/a/b",
        "mysql://me:s3cret@h/a`b",
        "mysql://:s3cret@h/n",
        "mysql://h/n",
        "mysql://me:s3cret@h:port/n",
        "mysql://me:s3cret@h:99999/n",
        "mysql://me:s3cret#x@h/n",
        "mysql://me:s3cret@[::1/n",
        "mysql://me:s3cret@h/n?ssl=yes",
        "mysql://me:s3cret@h/n?socket=s3cret",
        "mysql://me:s3cret@h/n?charset=s3cret",
    ],
)
def test_a_bad_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^database\.url: ") as caught:
        parse_url(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_password_is_put_into_a_url_that_has_none() -> None:
    found = parse_url(with_password("mysql://a%40b@[::1]:3307/name?socket=/run/a.sock", "p@ss/w:ö%"))
    assert found == MysqlUrl("::1", 3307, "a@b", "p@ss/w:ö%", "name", "/run/a.sock")
    for url in ("sqlite:///tmp/a.db", "mysql://a:b@host/name", "mysql://a:@host/name"):
        with pytest.raises(ConfigurationError, match="password"):
            with_password(url, "secret")
