"""What is kept of what changed: never a secret, never much."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.audit.entries import MAX_VALUE_BYTES, identity_actor, record_of
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=400),
    lambda inner: st.lists(inner, max_size=80) | st.dictionaries(st.text(max_size=20), inner, max_size=8),
    max_leaves=60,
)


@pytest.mark.parametrize(
    "member", ["password", "password_hash", "hash", "api_key", "secret", "cookie", "token", "Password", "value"]
)
def test_a_secret_is_not_kept_wherever_it_stands(member: str) -> None:
    assert record_of({member: "s3cret", "inner": {member: "s3cret"}}) == {member: "***", "inner": {member: "***"}}


@pytest.mark.parametrize("member", ["token_id", "tokenId", "has_password", "name", "role"])
def test_what_is_no_secret_is_kept(member: str) -> None:
    assert record_of({member: 3}) == {member: 3}


@given(st.dictionaries(st.text(max_size=20), JSON, max_size=30))
def test_no_more_is_kept_than_a_column_holds(value: dict[str, Any]) -> None:
    assert len(msgspec.json.encode(record_of(value))) <= 2 * MAX_VALUE_BYTES


def test_of_much_the_names_are_kept() -> None:
    kept = record_of({f"m{number}": "x" * 180 for number in range(60)})
    assert kept is not None
    assert set(kept) == {"members"}
    assert len(kept["members"]) == 50


def test_nothing_stays_nothing() -> None:
    assert record_of(None) is None


def test_nobody_has_no_id() -> None:
    assert identity_actor(NOBODY, "::1").user_id is None
    assert identity_actor(UNDECIDED, "::1").user_id is None
    assert identity_actor(LOCAL, "::1") == (0, "local", None, "::1")
    assert len(identity_actor(LOCAL, "x" * 500).address) == 64
