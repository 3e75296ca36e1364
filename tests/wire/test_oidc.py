"""Logging in by a provider of identities that runs as a process of its own: all the ways there, and what is refused."""

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import trio
from msgspec.structs import replace
from structlog.testing import capture_logs

from orchd.config import Settings
from orchd.features.people import UserDraft, create_user
from orchd.storage import open_database
from tests.fix_command import RunCommand
from tests.fix_daemon import App, StartApp, make_settings
from tests.fix_oidc import SECONDS, Browser, Entered, RunningProvider
from tests.http_client import http_client
from tests.migrated import place_database

HOUSEHOLD = {"admin_values": ("bosses",), "member_values": ("staff",), "role_claim": "realm_access.roles"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_settings(tmp_path)


async def start(app: StartApp, settings: Settings, provider: RunningProvider, **members: Any) -> App:
    """A daemon with an admin, where the provider's people may log in."""
    return await app.start(replace(settings, oidc=provider.settings(**members)))


@pytest.fixture
async def household(settings: Settings) -> Settings:
    """The same, where there is a first user, who is no provider's."""
    url = settings.database.url or ""
    place_database(Path(url.removeprefix("sqlite://")))
    async with open_database(url, pool_size=1, timeout=60) as database:
        await database.wait_ready()
        await database.write(create_user, UserDraft("root", "admin"), 1)
    return settings


async def who(one: App, entered: Entered) -> tuple[str, str]:
    """Name and role of the session that a browser has."""
    assert entered.status == 200, entered.text
    assert entered.cookie is not None
    async with http_client(timeout=SECONDS) as client:
        answer = await client.get(f"{one.url}/session", headers={"Cookie": entered.cookie})
    found = answer.json()
    return found["user"], found["role"]


async def test_who_is_new_becomes_a_user_and_is_the_same_one_next_time(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider)
    first = await Browser(one.url).log_in()
    assert await who(one, first) == ("ann", "member")
    provider.control(user={"sub": "s-1", "preferred_username": "renamed"})
    again = await Browser(one.url).log_in()
    assert await who(one, again) == ("ann", "member"), "the subject counts, not the name"
    client = await one.connect(headers={"Cookie": again.cookie or "", "Origin": one.url})
    assert (await client.request("user:me"))["data"]["name"] == "ann"


async def test_what_the_provider_is_asked(app: StartApp, household: Settings, provider: RunningProvider) -> None:
    one = await start(app, household, provider, scopes=("groups",))
    asked = parse_qs(urlsplit(await Browser(one.url).begin()).query)
    other = parse_qs(urlsplit(await Browser(one.url).begin()).query)
    assert asked["scope"] == ["openid profile groups"]
    assert asked["redirect_uri"] == [f"{one.url}/oidc/callback"]
    assert (asked["code_challenge_method"], asked["response_type"], asked["tenant"]) == (["S256"], ["code"], ["1"])
    for random in ("state", "nonce", "code_challenge"):
        assert len(asked[random][0]) >= 43
        assert asked[random] != other[random]


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"realm_access": {"roles": ["x", "staff"]}}, "member"),
        ({"realm_access": {"roles": "bosses"}}, "admin"),
        ({"realm_access.roles": ["staff", "bosses"]}, "admin"),
        ({"realm_access": ["bosses"]}, None),
        ({"roles": ["bosses"]}, None),
        ({}, None),
    ],
)
async def test_roles_come_by_the_claim(
    app: StartApp, household: Settings, provider: RunningProvider, claims: dict[str, Any], role: str | None
) -> None:
    one = await start(app, household, provider, **HOUSEHOLD, default_role="none")
    provider.control(user={"sub": "s-2", "preferred_username": "bo"} | claims)
    entered = await Browser(one.url).log_in()
    if role is None:
        assert (entered.status, entered.cookie) == (403, None)
    else:
        assert await who(one, entered) == ("bo", role)


async def test_a_role_follows_the_claim_and_limits_what_is_open(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider, **HOUSEHOLD)
    provider.control(user={"sub": "s-3", "preferred_username": "cy", "realm_access": {"roles": ["bosses"]}})
    entered = await Browser(one.url).log_in()
    client = await one.connect(headers={"Cookie": entered.cookie or "", "Origin": one.url})
    assert (await client.request("user:list"))["type"] == "user:list"
    provider.control(user={"sub": "s-3", "preferred_username": "cy", "realm_access": {"roles": ["staff"]}})
    assert await who(one, await Browser(one.url).log_in()) == ("cy", "member")
    refused = await client.request("user:list")
    assert refused["data"]["code"] == "forbidden"


async def test_nobody_becomes_another_user_by_having_their_name(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider)
    provider.control(user={"sub": "s-9", "preferred_username": "ROOT", "email": "root@example.org"})
    entered = await Browser(one.url).log_in()
    assert (entered.status, entered.cookie) == (409, None)


async def test_only_those_who_are_linked_come_in_unless_users_are_made(
    app: StartApp, household: Settings, provider: RunningProvider, run_command: RunCommand, tmp_path: Path
) -> None:
    one = await start(app, household, provider, create_users=False, default_role="none")
    refused = await Browser(one.url).log_in()
    assert (refused.status, refused.cookie) == (403, None)
    assert "an admin can link you" in refused.text
    file = tmp_path / "oidc.toml"
    file.write_text(f'[oidc]\nissuer = "{provider.issuer}"\nclientId = "orchd"\n')
    places = ["--config", str(file), "--database", str(household.database.url), "--data-dir", str(tmp_path)]
    for name, code in (("link", 0), ("unlink", 0)):
        words = ["user", name, "root", *(["s-1"] if name == "link" else []), *places]
        done = await trio.to_thread.run_sync(partial(run_command, *words))
        assert done.returncode == code, done.stderr
        entered = await Browser(one.url).log_in()
        if name == "link":
            assert await who(one, entered) == ("root", "admin")
        else:
            assert entered.status == 403


async def test_the_first_user_of_all_must_be_an_admin(
    app: StartApp, settings: Settings, provider: RunningProvider
) -> None:
    one = await start(app, settings, provider, **HOUSEHOLD)
    assert (await Browser(one.url).log_in()).status == 400
    provider.control(user={"sub": "s-1", "preferred_username": "ann", "realm_access": {"roles": ["bosses"]}})
    assert await who(one, await Browser(one.url).log_in()) == ("ann", "admin")


async def test_what_the_token_lacks_is_asked_of_the_provider(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider, **HOUSEHOLD)
    user = {"sub": "s-1", "preferred_username": "ann", "realm_access": {"roles": ["staff"]}}
    before = provider.control(user=user, wrong="few claims").get("userinfo", 0)
    assert await who(one, await Browser(one.url).log_in()) == ("ann", "member")
    assert provider.control(user=user)["userinfo"] == before + 1
    assert await who(one, await Browser(one.url).log_in()) == ("ann", "member")
    assert provider.control(user=user)["userinfo"] == before + 1, "what is in the token need not be asked for"


WRONG = [
    "another's page",
    "nonce",
    "audience",
    "azp",
    "issuer",
    "expired",
    "old",
    "subject",
    "none",
    "shared secret",
    "signature",
    "other issuer",
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_token_with_one_thing_wrong_lets_nobody_in(
    app: StartApp, household: Settings, provider: RunningProvider, wrong: str
) -> None:
    one = await start(app, household, provider)
    provider.control(wrong=wrong)
    entered = await Browser(one.url).log_in()
    assert (entered.status, entered.cookie) == (401, None)
    provider.control()
    assert await who(one, await Browser(one.url).log_in()) == ("ann", "member")


@pytest.mark.parametrize(
    ("wrong", "status"),
    [("denied", 403), ("garbage", 503), ("flood", 503), ("issuer of the pages", 503), ("foreign pages", 503)],
)
async def test_a_provider_that_refuses_or_fails(
    app: StartApp, household: Settings, provider: RunningProvider, wrong: str, status: int
) -> None:
    one = await start(app, household, provider)
    provider.control(wrong=wrong)
    browser = Browser(one.url)
    answer = await browser.get(f"{one.url}/oidc/login")
    if answer.status_code == 303:
        entered = await browser.come_back(await browser.visit_provider(answer.headers["location"]))
        assert (entered.status, entered.cookie) == (status, None)
    else:
        assert answer.status_code == status


@pytest.mark.parametrize("kind", ["RSA", "EC"])
async def test_new_keys_of_the_provider_are_found(
    app: StartApp, household: Settings, provider: RunningProvider, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchd.oidc.provider.NEW_KEYS_SECONDS", 0.0)
    one = await start(app, household, provider)
    assert await who(one, await Browser(one.url).log_in()) == ("ann", "member")
    provider.control(key=f"new {kind}", kind=kind)
    assert await who(one, await Browser(one.url).log_in()) == ("ann", "member")


async def test_an_answer_belongs_to_the_browser_that_asked(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider)
    attacker, victim = Browser(one.url), Browser(one.url)
    stolen = await attacker.visit_provider(await attacker.begin())
    for browser in (victim, Browser(one.url)):
        entered = await browser.come_back(stolen)
        assert (entered.status, entered.cookie) == (401, None), "another browser can't be logged in as the attacker"
        await victim.begin()
    state = parse_qs(urlsplit(stolen).query)["state"][0]
    assert (
        await attacker.come_back(stolen.replace(state, state[:-1] + ("-" if state.endswith("_") else "_")))
    ).status == 401
    assert await who(one, await attacker.come_back(stolen)) == ("ann", "member")
    assert (await attacker.come_back(stolen)).status == 401, "once"


async def test_a_code_that_is_not_this_log_ins_is_refused(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider)
    first, second = Browser(one.url), Browser(one.url)
    back = [await each.visit_provider(await each.begin()) for each in (first, second)]
    codes = [parse_qs(urlsplit(page).query)["code"][0] for page in back]
    assert (await first.come_back(back[0].replace(codes[0], codes[1]))).status == 401, "PKCE ties it to its browser"


@pytest.mark.parametrize(
    "query", ["", "state=a&state=a&code=b", "code=%ff&state=a", "&".join(f"a{n}=1" for n in range(50))]
)
async def test_any_query_is_answered(app: StartApp, household: Settings, provider: RunningProvider, query: str) -> None:
    one = await start(app, household, provider)
    browser = Browser(one.url)
    await browser.begin()
    entered = await browser.come_back(f"{one.url}/oidc/callback?{query}")
    assert entered.status in (400, 401)
    assert entered.cookie is None


async def test_while_the_provider_is_away_it_is_not_asked_by_everybody(
    app: StartApp, household: Settings, provider: RunningProvider
) -> None:
    one = await start(app, household, provider)
    provider.control(wrong="issuer of the pages")
    before = provider.control(wrong="issuer of the pages").get(".well-known/openid-configuration", 0)
    statuses = [(await one.get("/oidc/login")).status_code for _ in range(10)]
    assert statuses == [503] * 10
    assert provider.control()[".well-known/openid-configuration"] == before + 1


async def test_no_secret_and_no_token_is_logged(app: StartApp, household: Settings, provider: RunningProvider) -> None:
    with capture_logs() as logs:
        one = await start(app, household, provider)
        provider.control(wrong="nonce")
        browser = Browser(one.url)
        back = await browser.visit_provider(await browser.begin())
        await browser.come_back(back)
    told = str(logs)
    for secret in (parse_qs(urlsplit(back).query)[name][0] for name in ("code", "state")):
        assert secret not in told
    assert "client secret" not in told
    assert "a token of the login provider is not believed" in told


async def test_the_login_page_offers_it_where_there_is_one(
    app: StartApp, settings: Settings, provider: RunningProvider
) -> None:
    without = await app.start(settings)
    assert (await without.get("/version")).json()["provider"] is False
    assert (await without.get("/oidc/login")).status_code == 404
    await without.stop()
    one = await start(app, settings, provider)
    assert (await one.get("/version")).json()["provider"] is True
