"""Bodies of HTTP requests: one JSON object of a closed type, and nothing else of any form."""

from contextlib import suppress
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from orchd.errors import Invalid
from orchd.protocol.reading.body import read_body
from orchd.protocol.types import ClientPayload


class Named(ClientPayload, frozen=True):
    """Somebody."""

    name: Annotated[str, Meta(min_length=1, max_length=8)]
    first_try: bool = True


def test_a_body() -> None:
    assert read_body(b'{"name": "ana", "firstTry": false}', Named) == Named("ana", False)


@pytest.mark.parametrize(
    ("text", "path", "field"),
    [
        (b"", "$", None),
        (b"{", "$", None),
        (b"null", "$", None),
        (b"[]", "$", None),
        (b'"name"', "$", None),
        (b"name=ana", "$", None),
        (b'{"name": "ana"} {}', "$", None),
        (b"\xff", "$", None),
        (b"[" * 16_000, "$", None),
        (b"{}", "$.name", "name"),
        (b'{"name": 5}', "$.name", "name"),
        (b'{"name": null}', "$.name", "name"),
        (b'{"name": ""}', "$.name", "name"),
        (b'{"name": "123456789"}', "$.name", "name"),
        (b'{"name": "\\ud800"}', "$.name", "name"),
        (b'{"name": "ana", "first_try": true}', "$.first_try", "first_try"),
    ],
)
def test_what_is_refused(text: bytes, path: str, field: str | None) -> None:
    with pytest.raises(Invalid) as caught:
        read_body(text, Named)
    assert (caught.value.path, caught.value.field) == (path, field)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(text: bytes) -> None:
    with suppress(Invalid):
        assert isinstance(read_body(text, Named), Named)
