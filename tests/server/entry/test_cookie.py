"""The session cookie: what is given, and which of those that are shown counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.server.entry.cookie import cookie_name, set_cookie, shown_cookie

VALUE = "a" * 43
SHOWN = VALUE.encode()


def test_over_tls_only_this_host_can_set_it() -> None:
    assert set_cookie(VALUE, 60, secure=True) == (
        "Set-Cookie",
        f"__Host-orchd={VALUE}; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure",
    )


def test_over_plain_http_it_has_another_name() -> None:
    assert set_cookie("", 0, secure=False) == ("Set-Cookie", "orchd=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0")


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ([b"orchd=" + SHOWN], False),
        ([b"a=b; orchd=" + SHOWN + b"; c=d"], False),
        ([b"a=b", b"orchd=" + SHOWN], False),
        ([b"orchd=short; __Host-orchd=" + SHOWN], True),
        ([b"a;orchd=" + SHOWN], False),
    ],
)
def test_one_that_counts(headers: list[bytes], secure: bool) -> None:
    assert shown_cookie(headers, secure=secure) == VALUE


@pytest.mark.parametrize(
    ("headers", "secure"),
    [
        ([], False),
        ([b""], False),
        ([b"orchd=" + SHOWN], True),
        ([b"__Host-orchd=" + SHOWN], False),
        ([b"__host-orchd=" + SHOWN], True),
        ([b"ORCHD=" + SHOWN], False),
        ([b"orchd = " + SHOWN], False),
        ([b'orchd="' + SHOWN + b'"'], False),
        ([b"orchd=" + SHOWN + b"; orchd=" + SHOWN], False),
        ([b"orchd=" + SHOWN, b"orchd=" + b"b" * 43], False),
        ([b"orchd=" + SHOWN + b"=x"], False),
        ([b"orchd=short"], False),
        ([b"orchd=" + b"a" * 129], False),
        ([b"orchd=" + "\xe9".encode("latin-1") * 43], False),
        ([b"orchd, a=" + SHOWN], False),
    ],
)
def test_what_counts_as_none(headers: list[bytes], secure: bool) -> None:
    assert shown_cookie(headers, secure=secure) is None


@given(st.lists(st.binary(max_size=100), max_size=3), st.booleans())
def test_any_bytes_are_none_or_a_value(headers: list[bytes], secure: bool) -> None:
    found = shown_cookie(headers, secure=secure)
    assert found is None or f"{cookie_name(secure=secure)}={found}".encode() in b";".join(headers)
