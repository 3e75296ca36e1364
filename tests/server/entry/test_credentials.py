"""What a request shows of who sends it: one thing in one form, and every other spelling is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.access.addresses import ClientFacts
from orchd.errors import Invalid, OrchdError, Unauthorized
from orchd.server.entry.credentials import MAX_TOKEN, NOTHING, Credentials, read_credentials

TOKEN = "orchd_pat_" + "a" * 49
COOKIE = "c" * 43
PLAIN = ClientFacts()


def read(*headers: tuple[bytes, bytes], client: ClientFacts = PLAIN, cookie: str | None = COOKIE) -> Credentials:
    return read_credentials(headers, client, cookie)


def test_a_token() -> None:
    shown = (b"authorization", f"Bearer {TOKEN}".encode())
    assert read(shown) == ("token", TOKEN)
    assert read(shown, client=ClientFacts(claimed="ann")) == ("token", TOKEN), "before all others"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Bearer",
        "Bearer ",
        f"bearer {TOKEN}",
        f"BEARER {TOKEN}",
        f"Bearer  {TOKEN}",
        f"Bearer\t{TOKEN}",
        f"Bearer {TOKEN} ",
        f"Bearer {TOKEN}, Bearer {TOKEN}",
        f"Bearer {TOKEN} {TOKEN}",
        f"Bearer: {TOKEN}",
        f"Bearer token={TOKEN}",
        f'Bearer "{TOKEN}"',
        f"Token {TOKEN}",
        TOKEN,
        "Bearer " + "a" * (MAX_TOKEN + 1),
        f"Bearer {TOKEN}' OR '1'='1",
        f"Bearer {TOKEN}\xe9",
    ],
)
def test_any_other_form_of_the_header_refuses(value: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        read((b"authorization", value.encode("latin-1")), client=ClientFacts(claimed="ann"))
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("scheme", ["Basic", "basic", "Digest", "Negotiate", "NTLM"])
def test_what_is_shown_to_a_proxy_shows_nothing_here(scheme: str) -> None:
    shown = (b"authorization", f"{scheme} {TOKEN}".encode())
    assert read(shown, cookie=None) == NOTHING
    assert read(shown) == ("cookie", COOKIE)
    with pytest.raises(Invalid):
        read(shown, (b"authorization", f"Bearer {TOKEN}".encode()))


def test_two_of_them_refuse() -> None:
    shown = (b"authorization", f"Bearer {TOKEN}".encode())
    with pytest.raises(Invalid):
        read(shown, shown)


def test_a_cookie() -> None:
    assert read() == ("cookie", COOKIE)
    assert read(cookie=None) == NOTHING


def test_what_a_proxy_claims() -> None:
    assert read(client=ClientFacts(claimed="ann")) == ("name", "ann")


@pytest.mark.parametrize(
    "name",
    [
        *(b"x-api-key", b"api-key", b"x-auth-token", b"x-authorization", b"proxy-authorization", b"x-token", b"token"),
        *(b"authentication", b"authorization ", b"x-orchd-token", b"sec-websocket-protocol", b"remote-user", b"x-user"),
        *(b"x-forwarded-user", b"x-forwarded-authorization", b"set-cookie", b"cookie2", b"http_authorization"),
    ],
)
def test_other_headers_show_nothing(name: bytes) -> None:
    assert read((name, f"Bearer {TOKEN}".encode()), cookie=None) == NOTHING
    assert read((name, TOKEN.encode()), cookie=None) == NOTHING


def test_a_secret_is_not_shown_by_accident() -> None:
    assert TOKEN not in repr(Credentials("token", TOKEN))
    assert TOKEN not in f"{Credentials('token', TOKEN)}"


NEARLY = st.tuples(
    st.sampled_from([b"Bearer", b"bearer", b"BEARER", b"Basic", b"Token", b""]),
    st.sampled_from([b" ", b"", b"  ", b"\t", b": ", b"=", b", "]),
    st.sampled_from([TOKEN.encode(), b"", b'"' + TOKEN.encode() + b'"', TOKEN.encode() + b" ", b"\xff"]),
).map(b"".join)


@given(
    st.lists(st.tuples(st.sampled_from([b"authorization", b"x-api-key"]), NEARLY | st.binary(max_size=80)), max_size=3)
)
def test_only_one_header_in_one_form_shows_a_token(headers: list[tuple[bytes, bytes]]) -> None:
    try:
        shown = read(*headers, cookie=None)
    except OrchdError:
        return
    named = [value for name, value in headers if name == b"authorization"]
    assert shown == NOTHING or named == [b"Bearer " + shown.value.encode()]
