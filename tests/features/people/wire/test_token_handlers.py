"""Answers to `token:*`: a token may never do more than whoever made it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.access.tokens import is_token
from orchd.errors import Conflict, Forbidden, Invalid, NotFound, OrchdError, Unauthorized
from orchd.features.people.store.token_queries import MAX_TOKENS, TOKENS
from orchd.features.people.wire.messages import TokenCreate, TokenList, TokenRevoke
from orchd.features.people.wire.token_handlers import TokenHandlers, require_own
from orchd.protocol.identity import LOCAL, Identity, Scope, UserRole
from orchd.protocol.rights import RIGHTS, refusal
from orchd.protocol.types import timestamp
from orchd.storage import Database
from tests.examples import examples
from tests.features.people.household import Asking, Household

SCOPES: tuple[Scope, ...] = ("chat", "read", "tasks", "models", "workspace", "admin")
ROLES: tuple[UserRole, ...] = ("admin", "member", "viewer")


async def test_a_token_is_shown_once_and_stored_only_as_a_hash(store: Database) -> None:
    house = Household(store)
    tokens = TokenHandlers(house.people)
    maria = await house.add("maria", "admin")
    who = await house.people.by_name("maria")
    later = timestamp(house.wall.ms + 60_000)
    made = await tokens.create(Asking(who), TokenCreate(" bot ", ("read", "chat", "read"), ("tiny",), True, later))
    assert is_token(made.token)
    item = made.item
    assert (item.name, item.scopes, item.models, item.background) == ("bot", ["chat", "read"], ["tiny"], True)
    assert (item.expires_at, item.user_id, item.hint) == (later, maria.id, made.token[-4:])
    page = await tokens.list(Asking(who), TokenList())
    assert page.items == [item]
    assert made.token not in str(page) + str(await store.read(TOKENS.page, 10))
    identity = await house.people.by_token(made.token)
    assert (identity.scopes, identity.models, identity.background) == (
        frozenset({"chat", "read"}),
        frozenset({"tiny"}),
        True,
    )


async def test_what_a_token_may_not_be(store: Database) -> None:
    house = Household(store)
    tokens = TokenHandlers(house.people)
    await house.add("maria", "admin")
    who = await house.people.by_name("maria")
    for wrong, path, reason in (
        (TokenCreate("  ", ("chat",)), "$.data.name", "blank"),
        (TokenCreate("a\nb", ("chat",)), "$.data.name", "control_character"),
        (TokenCreate("bot", ("chat",), expires_at=timestamp(house.wall.ms)), "$.data.expiresAt", "in_the_past"),
        (TokenCreate("bot", ("chat",), expires_at="2030-02-30T00:00:00Z"), "$.data.expiresAt", "time"),
    ):
        with pytest.raises(Invalid) as refused:
            await tokens.create(Asking(who), wrong)
        assert (refused.value.path, refused.value.reason) == (path, reason)
    with pytest.raises(Conflict):
        await tokens.create(Asking(LOCAL), TokenCreate("bot", ("chat",)))


@given(
    st.sampled_from(ROLES),
    st.none() | st.frozensets(st.sampled_from(SCOPES), min_size=1),
    st.none() | st.frozensets(st.sampled_from(["a", "b"]), min_size=1),
    st.booleans(),
    st.lists(st.sampled_from(SCOPES), min_size=1, max_size=6),
    st.none() | st.lists(st.sampled_from(["a", "b", "c"]), min_size=1),
    st.booleans(),
)
@settings(max_examples=examples(400), deadline=None)
def test_no_token_may_do_more_than_its_maker(
    role: UserRole,
    scopes: frozenset[Scope] | None,
    models: frozenset[str] | None,
    background: bool,
    wanted: list[Scope],
    wanted_models: list[str] | None,
    wanted_background: bool,
) -> None:
    maker = Identity(1, "maria", role, scopes, models, background=background)
    draft = TokenCreate(
        "bot", tuple(wanted), None if wanted_models is None else tuple(wanted_models), wanted_background
    )
    try:
        require_own(maker, draft)
    except Forbidden:
        return
    made = maker._replace(scopes=frozenset(wanted), models=None if wanted_models is None else frozenset(wanted_models))
    for right in RIGHTS:
        for scope in SCOPES:
            if refusal(right, scope, made) is None:
                assert refusal(right, scope, maker) is None
    assert models is None or (made.models is not None and made.models <= models)
    assert wanted_background or not background


async def test_a_token_makes_tokens_only_with_the_scope_admin() -> None:
    for role in ROLES:
        for scopes in ({"read"}, {"chat", "read", "tasks", "models", "workspace"}):
            assert refusal("own", "admin", Identity(1, "x", role, frozenset(scopes))) is not None  # type: ignore[arg-type]
        assert refusal("own", "admin", Identity(1, "x", role)) is None


async def test_one_sees_and_revokes_ones_own_and_an_admin_everybodys(store: Database) -> None:
    house = Household(store)
    tokens = TokenHandlers(house.people)
    await house.add("maria", "admin")
    joao, ana = await house.add("joão"), await house.add("ana")
    value = await house.token(joao)
    maria, owner, stranger = [await house.people.by_name(name) for name in ("maria", "joão", "ana")]
    identity = await house.people.by_token(value)
    live = house.connect(identity)
    token_id = identity.token_id or 0
    assert (await tokens.list(Asking(stranger), TokenList())).items == []
    with pytest.raises(Forbidden):
        await tokens.list(Asking(stranger), TokenList(joao.id))
    foreign, absent = [await outcome(tokens, stranger, number) for number in (token_id, 999)]
    assert foreign == absent
    assert [item.id for item in (await tokens.list(Asking(maria), TokenList(joao.id))).items] == [token_id]
    assert not live.ended
    revoked = await tokens.revoke(Asking(owner), TokenRevoke(token_id))
    assert revoked.revoked_at is not None
    assert live.ended
    with pytest.raises(Unauthorized):
        await house.people.by_token(value)
    assert (await tokens.revoke(Asking(maria), TokenRevoke(token_id))).revoked_at == revoked.revoked_at
    assert ana.id


async def outcome(tokens: TokenHandlers, who: Identity, token_id: int) -> tuple[str, str, str]:
    with pytest.raises(NotFound) as refused:
        await tokens.revoke(Asking(who), TokenRevoke(token_id))
    error: OrchdError = refused.value
    return error.code, error.message, str(error.details)


async def test_who_revokes_the_token_that_one_came_by_gets_the_reply_first(store: Database) -> None:
    house = Household(store)
    tokens = TokenHandlers(house.people)
    maria = await house.add("maria", "admin")
    identity = await house.people.by_token(await house.token(maria))
    live = house.connect(identity)
    asking = Asking(identity, live)
    await tokens.revoke(asking, TokenRevoke(identity.token_id or 0))
    assert not live.ended
    asking.reply()
    assert live.ended


async def test_there_is_an_end_to_how_many_one_has(store: Database) -> None:
    house = Household(store)
    maria = await house.add("maria", "admin")
    for _ in range(MAX_TOKENS):
        await house.token(maria)
    with pytest.raises(Conflict):
        await house.token(maria)
    who = await house.people.by_name("maria")
    page = await TokenHandlers(house.people).list(Asking(who), TokenList(limit=150))
    rest = await TokenHandlers(house.people).list(Asking(who), TokenList(limit=150, cursor=page.next_cursor))
    assert len({item.id for item in (*page.items, *rest.items)}) == MAX_TOKENS
