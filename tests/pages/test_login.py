"""The way in for people: cookies are given for passwords, and over what they may travel."""

import json

import pytest

from orchd.access.addresses import ClientFacts, read_address
from orchd.errors import Forbidden, Unauthorized, Unavailable
from orchd.pages.login import LogInBody, LoginPages, SetUpBody
from orchd.protocol.identity import NOBODY, UNDECIDED
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.page import Page, PageRequest
from tests.fake_people import ANA, BOB, FakePeople

HERE = ClientFacts(read_address("127.0.0.1"))
THERE = ClientFacts(read_address("203.0.113.7"))
SECURE = THERE._replace(secure=True)
RIGHT = LogInBody("ana", "right")


def make(people: FakePeople | None = None, *, insecure: bool = False) -> LoginPages:
    return LoginPages(Doorkeeper(people or household(), insecure=insecure))


def household() -> FakePeople:
    people = FakePeople(users_exist=True)
    people.passwords["ana", "right"] = ANA
    return people


def asked(client: ClientFacts = HERE, host: str = "localhost:3001", **more: object) -> PageRequest:
    return PageRequest(NOBODY, client, host)._replace(**more)  # type: ignore[arg-type]  # members of any type


def cookie(page: Page) -> str:
    return dict(page.headers)["Set-Cookie"]


@pytest.mark.parametrize(
    ("client", "host"),
    [
        (HERE, "localhost:3001"),
        (HERE, "LOCALHOST"),
        (HERE, "127.0.0.1:3001"),
        (HERE, "[::1]:3001"),
        (ClientFacts(read_address("::1")), "127.1.2.3"),
    ],
)
async def test_on_this_machine_a_plain_cookie_is_given(client: ClientFacts, host: str) -> None:
    page = await make().log_in(asked(client, host, body=RIGHT))
    assert json.loads(page.body) == {"userId": 1, "user": "ana", "role": "admin"}
    assert cookie(page) == f"orchd={0:042}1; Path=/; HttpOnly; SameSite=Strict; Max-Age=3600"


async def test_over_tls_it_is_bound_to_the_host() -> None:
    given = cookie(await make().log_in(asked(SECURE, "orchd.example", body=RIGHT)))
    assert given.startswith("__Host-orchd=")
    assert given.endswith("; Secure")


@pytest.mark.parametrize(
    ("client", "host"),
    [
        (THERE, "localhost"),
        (THERE, "203.0.113.1"),
        (HERE, "orchd.example"),
        (HERE, "192.168.0.5"),
        (HERE, "localhost.evil.example"),
        (HERE, ""),
        (HERE, "[::1"),
        (HERE._replace(proxied=True), "localhost"),
        (ClientFacts(), "localhost"),
    ],
)
async def test_over_plain_http_nobody_logs_in_elsewhere(client: ClientFacts, host: str) -> None:
    people = household()
    with pytest.raises(Forbidden):
        await make(people).log_in(asked(client, host, body=RIGHT))
    with pytest.raises(Forbidden):
        await make(people).set_up(asked(client, host, body=SetUpBody("link", "ana", "long enough")))
    assert not people.looks
    assert (await make(people, insecure=True).log_in(asked(client, host, body=RIGHT))).status == 200


async def test_a_wrong_password() -> None:
    with pytest.raises(Unauthorized):
        await make().log_in(asked(body=LogInBody("ana", "wrong")))


async def test_the_list_of_sessions_is_told_of_the_browser() -> None:
    people = household()
    await make(people).log_in(asked(SECURE, agent="browser", body=RIGHT))
    assert people.visitors == [("203.0.113.7", "browser")]


async def test_the_first_user() -> None:
    people = FakePeople()
    people.setup_token = "link"
    page = await make(people).set_up(asked(SECURE, body=SetUpBody("link", "ana", "long enough")))
    assert json.loads(page.body)["user"] == "ana"
    assert cookie(page).startswith("__Host-orchd=")


async def test_logging_out_takes_the_cookie_away() -> None:
    people = household()
    people.cookies["shown"] = ANA
    page = await make(people).log_out(asked(SECURE, cookie="shown"))
    assert "Max-Age=0" in cookie(page)
    assert not people.cookies
    assert (await make(people).log_out(asked())).status == 200


async def test_a_new_log_in_ends_the_session_before() -> None:
    people = household()
    people.cookies["before"] = BOB
    await make(people).log_in(asked(cookie="before", body=RIGHT))
    assert list(people.cookies.values()) == [ANA]


async def test_a_wrong_password_ends_no_session() -> None:
    people = household()
    people.cookies["before"] = BOB
    with pytest.raises(Unauthorized):
        await make(people).log_in(asked(cookie="before", body=LogInBody("ana", "wrong")))
    assert people.cookies


async def test_a_cookie_that_is_over_is_taken_away() -> None:
    people = household()
    for number in range(100):
        page = await make(people).log_out(asked(cookie=f"unknown{number}"))
        assert "Max-Age=0" in cookie(page)


async def test_while_the_database_is_away_nobody_is_told_that_they_are_out() -> None:
    people = household()
    people.cookies["shown"] = ANA
    people.away = Unavailable("the database is away")
    with pytest.raises(Unavailable):
        await make(people).log_out(asked(cookie="shown"))


async def test_who_am_i() -> None:
    assert json.loads((await make().show(asked(identity=BOB))).body) == {"userId": 2, "user": "bob", "role": "member"}
    with pytest.raises(Unavailable):
        await make().show(asked(identity=UNDECIDED))
