"""The one check that every request passes, over all that anybody may be."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import Forbidden, Unauthorized, Unavailable
from orchd.protocol.command import SCOPES, Command
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity, Scope, UserRole
from orchd.protocol.messages import Ping, Pong
from orchd.protocol.rights import RIGHTS, Right, refusal

ROLES: tuple[UserRole, ...] = get_args(get_args(UserRole)[0])
rights, scopes, roles = st.sampled_from(RIGHTS), st.sampled_from(SCOPES), st.sampled_from(ROLES)
tokens = st.none() | st.frozensets(st.sampled_from(SCOPES))


@given(rights, scopes)
def test_nobody_may_do_nothing(right: Right, scope: Scope) -> None:
    assert isinstance(refusal(right, scope, NOBODY), Unauthorized)


@given(rights, scopes)
def test_while_nothing_is_known_only_the_machine_is_shown(right: Right, scope: Scope) -> None:
    refused = refusal(right, scope, UNDECIDED)
    assert refused is None if right == "status" else isinstance(refused, Unavailable)


@given(rights, scopes)
def test_the_local_owner_may_do_all(right: Right, scope: Scope) -> None:
    assert refusal(right, scope, LOCAL) is None


@given(rights, scopes, roles, tokens)
def test_a_token_is_never_more_than_its_user(
    right: Right, scope: Scope, role: UserRole, token: frozenset[Scope] | None
) -> None:
    user, program = Identity(1, "ann", role), Identity(1, "ann", role, scopes=token)
    if refusal(right, scope, user) is not None:
        assert isinstance(refusal(right, scope, program), Forbidden)


@given(rights, scopes)
def test_a_role_may_what_those_below_may(right: Right, scope: Scope) -> None:
    allowed = [refusal(right, scope, Identity(1, "ann", role)) is None for role in ("viewer", "member", "admin")]
    assert allowed == sorted(allowed)
    assert allowed == [right in ("status", "read", "own"), right != "admin", True]


def test_who_may_is_told_to_whoever_may_not() -> None:
    told = [str(refusal(right, "workspace", Identity(1, "ann", "viewer"))) for right in ("change", "admin")]
    assert told == ["a viewer may not do this", "only an admin may do this"]


@pytest.mark.parametrize(
    ("token", "right", "scope", "allowed"),
    [
        ((), "status", "read", True),
        ((), "read", "chat", False),
        ((), "read", "models", True),
        (("read",), "read", "tasks", True),
        (("read",), "change", "tasks", False),
        (("chat",), "change", "chat", True),
        (("chat",), "read", "tasks", False),
        (("models",), "admin", "models", False),
        (("admin",), "admin", "models", False),
        (("admin", "models"), "admin", "models", True),
        (("admin",), "change", "chat", False),
        (("read", "chat"), "own", "admin", False),
        (("admin",), "own", "admin", True),
    ],
)
def test_what_scopes_let_through(token: tuple[Scope, ...], right: Right, scope: Scope, allowed: bool) -> None:
    program = Identity(1, "ann", "admin", scopes=frozenset(token))
    assert (refusal(right, scope, program) is None) == allowed


@pytest.mark.parametrize("wrong", [{"right": "all", "scope": "chat"}, {"right": "read", "scope": "all"}])
def test_a_command_without_a_right_or_scope_that_exists_is_none(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="test:ping"):
        Command("test:ping", Ping, Pong, **wrong)  # type: ignore[arg-type]
