"""Scalars of the wire: where their bounds lie."""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.protocol.types import (
    MAX_INTEGER,
    ClientPayload,
    Count,
    RequestId,
    RowId,
    ServerPayload,
    Timestamp,
    timestamp,
)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (RowId, [1, MAX_INTEGER], [0, -1, MAX_INTEGER + 1, 10**30, 1.5, "1", True, None]),
        (Count, [0, MAX_INTEGER], [-1, MAX_INTEGER + 1, 10**30]),
        (RequestId, ["a", "é" * 64], ["", "a" * 65, 5]),
        (Timestamp, ["2026-01-02T03:04:05.006Z"], ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.006+00:00", "now", 0]),
    ],
)
def test_bounds(kind: Any, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(value), type=kind)


@given(st.integers(min_value=0, max_value=253_402_300_799_999))
def test_a_timestamp_is_valid_and_keeps_its_milliseconds(milliseconds: int) -> None:
    text = timestamp(milliseconds)
    assert msgspec.convert(text, Timestamp) == text
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    read = datetime.fromisoformat(text)
    assert (read - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() == pytest.approx(milliseconds / 1000, abs=1e-4)


class Question(ClientPayload, frozen=True):
    """A client's payload of several words."""

    row_id: int = 0


class Answer(ServerPayload, frozen=True):
    """A server's payload."""

    row_id: int


def test_client_payloads_are_closed_and_server_payloads_open() -> None:
    assert msgspec.json.decode(b'{"rowId":1}', type=Question) == Question(1)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"rowId":1,"more":2}', type=Question)
    assert msgspec.json.decode(b'{"rowId":1,"more":2}', type=Answer) == Answer(1)


def test_members_are_camel_case_both_ways() -> None:
    assert msgspec.json.encode(Answer(1)) == b'{"rowId":1}'
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"row_id":1}', type=Question)
