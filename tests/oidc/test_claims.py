"""From claims to a person."""

from typing import Any

import pytest

from orchd.oidc.claims import external_user
from orchd.settings.oidc import OidcSettings

BASE = {"iss": "https://login.example", "sub": "s-1"}
GROUPS = OidcSettings(role_claim="groups", admin_values=("a",), member_values=("m",), viewer_values=("v",))


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"groups": ["v", "m", "a"]}, "admin"),
        ({"groups": ["v", "m"]}, "member"),
        ({"groups": "v"}, "viewer"),
        ({"groups": ["x"]}, None),
        ({"groups": [["a"], {"a": "a"}, None, 1]}, None),
        ({"groups": {"a": True}}, None),
        ({"groups": "am"}, None),
        ({}, None),
    ],
)
def test_the_highest_role_that_a_value_gives(claims: dict[str, Any], role: str | None) -> None:
    person = external_user(BASE | claims, GROUPS)
    assert (person.role, person.decides_role) == (role, True)


def test_without_a_claim_the_role_is_what_new_ones_get() -> None:
    person = external_user(BASE | {"groups": ["a"]}, OidcSettings(default_role="viewer"))
    assert (person.role, person.decides_role) == ("viewer", False)
    assert external_user(BASE, OidcSettings()).role is None


@pytest.mark.parametrize(("name", "told"), [("ann", "ann"), (None, ""), (["ann"], ""), ("x" * 1000, "x" * 128)])
def test_the_name_is_a_text_or_none(name: Any, told: str) -> None:
    person = external_user(BASE | {"preferred_username": name}, OidcSettings())
    assert (person.issuer, person.subject, person.name) == ("https://login.example", "s-1", told)
