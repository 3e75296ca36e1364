"""Scalars of the wire: where their bounds lie."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from orchd.protocol.types import (
    FIRST_MOMENT,
    LAST_MOMENT,
    MAX_INTEGER,
    ClientPayload,
    Count,
    Moment,
    RequestId,
    RowId,
    ServerPayload,
    Timestamp,
    timestamp,
    unix_milliseconds,
)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (RowId, [1, MAX_INTEGER], [0, -1, MAX_INTEGER + 1, 10**30, 1.5, "1", True, None]),
        (Count, [0, MAX_INTEGER], [-1, MAX_INTEGER + 1, 10**30]),
        (RequestId, ["a", "é" * 64], ["", "a" * 65, 5]),
        (
            Timestamp,
            ["2026-01-02T03:04:05.006Z"],
            ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.006+00:00", "2026-01-02T03:04:05.006Z\n", "now", 0],
        ),
        (
            Moment,
            ["2026-01-02T03:04:05Z", "2026-01-02t03:04:05.123456789z", "2026-01-02T03:04:05.1-23:59"],
            ["2026-01-02T03:04:05", "2026-01-02 03:04:05Z", "２026-01-02T03:04:05Z", "now"],
        ),
    ],
)
def test_bounds(kind: Any, good: list[object], bad: list[object]) -> None:
    for value in good:
        assert msgspec.json.decode(msgspec.json.encode(value), type=kind) == value
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(msgspec.json.encode(value), type=kind)


@given(st.integers(FIRST_MOMENT, LAST_MOMENT))
@example(FIRST_MOMENT)
@example(LAST_MOMENT)
@example(-1)
def test_a_timestamp_is_valid_and_keeps_its_milliseconds(milliseconds: int) -> None:
    text = timestamp(milliseconds)
    assert msgspec.convert(text, Timestamp) == text
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
    assert datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC) == timedelta(milliseconds=milliseconds)
    assert unix_milliseconds(text) == milliseconds


@given(st.integers(-(2**63), 2**63 - 1))
def test_whatever_was_stored_can_be_written(milliseconds: int) -> None:
    text = timestamp(milliseconds)
    assert unix_milliseconds(msgspec.convert(text, Timestamp)) == min(max(milliseconds, FIRST_MOMENT), LAST_MOMENT)


@given(st.datetimes(timezones=st.timezones()))
def test_a_client_may_write_any_time_as_its_language_does(moment: datetime) -> None:
    offset = moment.utcoffset()
    assume(offset is not None and offset % timedelta(minutes=1) == timedelta(0))  # all that RFC 3339 can say
    expected = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    for text in (moment.isoformat(), moment.isoformat().replace("+00:00", "Z").lower()):
        written = msgspec.convert(text, Moment)
        if FIRST_MOMENT <= expected <= LAST_MOMENT:
            assert unix_milliseconds(written) == expected
        else:
            with pytest.raises(ValueError, match="year"):
                unix_milliseconds(written)


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
