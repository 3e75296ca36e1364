"""Who is recognised, who is slowed down, and who is never taken for the local owner."""

import pytest
import trio
import trio.testing

from orchd.access.addresses import ClientFacts, read_address
from orchd.access.authenticator import LogIn, Visitor
from orchd.errors import Busy, OrchdError, RateLimited, Unauthorized, Unavailable
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from orchd.server.entry.credentials import NOTHING, Credentials
from orchd.server.entry.doorkeeper import PASSWORD_DELAYS, TOKEN_DELAYS, Doorkeeper
from orchd.server.entry.strangers import MOST_WAITING
from tests.fake_people import ANA, BOB, FakePeople

Clock = trio.testing.MockClock

HERE = ClientFacts(read_address("127.0.0.1"))
BEHIND = ClientFacts(read_address("127.0.0.1"), proxied=True)
FREE = PASSWORD_DELAYS[0].free


def there(number: int = 1) -> ClientFacts:
    return ClientFacts(read_address(f"203.0.113.{number}"))


def make(people: FakePeople | None = None, *, insecure: bool = False) -> Doorkeeper:
    return Doorkeeper(people or household(), insecure=insecure)


def household() -> FakePeople:
    people = FakePeople(users_exist=True)
    people.passwords["ana", "right"] = ANA
    people.passwords["bob", "right"] = BOB
    people.tokens["good"] = BOB
    people.cookies["fresh"] = ANA
    people.names["ana"] = ANA
    return people


async def log_in(doorkeeper: Doorkeeper, name: str, password: str, client: ClientFacts = HERE) -> str:
    """Return who got in, or the code of the error."""
    try:
        return (await doorkeeper.log_in(name, password, client, "browser")).identity.name
    except OrchdError as error:
        return error.code


@pytest.mark.parametrize(
    ("users_exist", "insecure", "client", "who"),
    [
        (False, False, HERE, LOCAL),
        (False, False, ClientFacts(read_address("::ffff:127.0.0.1")), LOCAL),
        (False, False, ClientFacts(read_address("::1")), LOCAL),
        (False, False, there(), NOBODY),
        (False, False, BEHIND, NOBODY),
        (False, False, ClientFacts(), NOBODY),
        (False, True, there(), LOCAL),
        (True, True, HERE, NOBODY),
        (None, True, HERE, UNDECIDED),
        (None, False, there(), UNDECIDED),
    ],
)
async def test_who_shows_nothing(users_exist: bool | None, insecure: bool, client: ClientFacts, who: Identity) -> None:
    assert await make(FakePeople(users_exist=users_exist), insecure=insecure).by_nothing(client) == who


@pytest.mark.parametrize(
    ("shown", "who"),
    [
        (NOTHING, NOBODY),
        (Credentials("token", "good"), BOB),
        (Credentials("cookie", "fresh"), ANA),
        (Credentials("name", "ana"), ANA),
        (Credentials("cookie", "stale"), NOBODY),
    ],
)
async def test_who_shows_something(shown: Credentials, who: Identity) -> None:
    assert await make().recognise(shown, there()) == who


@pytest.mark.parametrize(
    "shown", [Credentials("token", "bad"), Credentials("name", "eve"), Credentials("token", "fresh")]
)
async def test_who_shows_something_wrong_is_not_taken_for_the_owner(shown: Credentials) -> None:
    for people in (household(), FakePeople(users_exist=False), FakePeople(users_exist=None)):
        with pytest.raises(Unauthorized):
            await make(people).recognise(shown, HERE)


async def test_a_neighbours_cookie_is_nothing() -> None:
    assert await make(FakePeople()).recognise(Credentials("cookie", "another daemon's"), HERE) == LOCAL


async def test_whose_session_is_over_is_told_so_unless_they_are_somebody_all_the_same() -> None:
    people = household()
    people.over.add("old")
    with pytest.raises(Unauthorized) as refused:
        await make(people).recognise(Credentials("cookie", "old"), there())
    assert refused.value.reason == "session_expired"
    people.users_exist = False
    assert await make(people).recognise(Credentials("cookie", "old"), HERE) == LOCAL


@pytest.mark.parametrize("kind", ["token", "cookie", "name"])
async def test_while_the_database_is_away_nobody_gets_in(kind: str) -> None:
    people = household()
    people.away = Unavailable("the database is away")
    shown = {"token": Credentials("token", "good"), "cookie": Credentials("cookie", "fresh")}.get(
        kind, Credentials("name", "ana")
    )
    for _ in range(200):
        with pytest.raises(Unavailable):
            await make(people).recognise(shown, HERE)


async def test_wrong_passwords_slow_down(autojump_clock: Clock) -> None:
    people = household()
    doorkeeper = make(people)
    assert [await log_in(doorkeeper, "ana", "wrong", there()) for _ in range(FREE + 1)] == [
        *(["unauthorized"] * FREE),
        "rate_limited",
    ]
    assert await log_in(doorkeeper, " ANA ", "right", there()) == "rate_limited", (
        "a right one and another spelling, too"
    )
    assert len(people.looks) == FREE, "who is refused costs nothing"
    assert await log_in(doorkeeper, "ana", "right", there(2)) == "ana"
    assert await log_in(doorkeeper, "bob", "right", there()) == "bob"
    await trio.sleep(1.5)
    assert await log_in(doorkeeper, "ana", "right", there()) == "ana"
    assert await log_in(doorkeeper, "ana", "wrong", there()) == "unauthorized", "it is counted from nothing again"


async def test_right_log_ins_leave_no_delay_to_their_address() -> None:
    people = household()
    doorkeeper = make(people)
    people.passwords |= {(f"user{number}", "right"): BOB for number in range(50)}
    assert {await log_in(doorkeeper, f"user{number}", "right", there()) for number in range(50)} == {"bob"}
    assert await log_in(doorkeeper, "ana", "wrong", there()) == "unauthorized"


async def test_an_unknown_name_is_slowed_down_like_a_known_one() -> None:
    doorkeeper = make()
    for name in ("ana", "nobody"):
        codes = [await log_in(doorkeeper, name, "wrong", there()) for _ in range(FREE + 1)]
        assert codes == [*(["unauthorized"] * FREE), "rate_limited"]


async def test_another_spelling_of_a_name_is_the_same_account() -> None:
    doorkeeper = make()
    spellings = ["ana", "ANA", " ana ", "\uff41na", "\uff21\uff2e\uff21", "\u24d0na"]
    for name in spellings[:FREE]:
        assert await log_in(doorkeeper, name, "wrong") == "unauthorized"
    for name in spellings:
        assert await log_in(doorkeeper, name, "wrong") == "rate_limited"


async def test_neighbours_in_ipv6_are_one_address() -> None:
    doorkeeper = make()
    free = PASSWORD_DELAYS[1].free
    codes = [
        await log_in(doorkeeper, f"user{number}", "wrong", ClientFacts(read_address(f"2001:db8:0:1::{number:x}")))
        for number in range(free + 1)
    ]
    assert codes == [*(["unauthorized"] * free), "rate_limited"]
    assert await log_in(doorkeeper, "ana", "right", ClientFacts(read_address("2001:db8:0:2::1"))) == "ana"


@pytest.mark.parametrize("error", [Unavailable("the database is away"), Busy("too many log in")])
async def test_a_log_in_that_nobody_looked_at_does_not_count(error: OrchdError) -> None:
    people = household()
    doorkeeper = make(people)
    people.away = error
    assert {await log_in(doorkeeper, "ana", "right") for _ in range(100)} == {error.code}
    people.away = None
    assert await log_in(doorkeeper, "ana", "right") == "ana"


async def test_ten_thousand_wrong_log_ins_a_minute_leave_others_alone(autojump_clock: Clock) -> None:
    people = household()
    doorkeeper = make(people)
    for number in range(10_000):
        await log_in(doorkeeper, f"user{number % 700}", "wrong", there(number % 200))
        await trio.sleep(0.006)
        if number % 1000 == 999:
            assert await log_in(doorkeeper, "ana", "right", there(201)) == "ana"
            assert await doorkeeper.by_token("good", there(number % 200)) == BOB
    assert people.looks.count("password") < 8_000


class SlowPeople(FakePeople):
    """Passwords that take a second each to look at, two at once."""

    def __init__(self) -> None:
        super().__init__(users_exist=True)
        self._limiter = trio.CapacityLimiter(2)

    async def log_in(self, name: str, password: str, visitor: Visitor) -> LogIn:
        async with self._limiter:
            await trio.sleep(1)
        return await super().log_in(name, password, visitor)


async def test_many_attackers_do_not_keep_those_waiting_who_were_here_before(autojump_clock: Clock) -> None:
    people = SlowPeople()
    people.passwords["ana", "right"] = ANA
    doorkeeper = make(people)
    assert await log_in(doorkeeper, "ana", "right", there(201)) == "ana"
    codes: list[str] = []

    async def attack(number: int) -> None:
        codes.append(await log_in(doorkeeper, f"user{number}", "wrong", there(number % 200)))

    async with trio.open_nursery() as nursery:
        for number in range(1000):
            nursery.start_soon(attack, number)
        await trio.testing.wait_all_tasks_blocked()
        assert codes.count("busy") == 1000 - MOST_WAITING - 1
        before = trio.current_time()
        assert await log_in(doorkeeper, "ana", "right", there(201)) == "ana"
        assert trio.current_time() - before <= 1.1
    assert codes.count("unauthorized") == MOST_WAITING + 1
    assert await log_in(doorkeeper, "user1", "wrong", there(201)) == "unauthorized", "their places are free again"


async def test_wrong_tokens_slow_down_their_address_alone() -> None:
    people = household()
    doorkeeper = make(people)
    assert await doorkeeper.by_token("good", there()) == BOB
    refused = 0
    for number in range(200):
        try:
            await doorkeeper.by_token(f"bad{number}", there())
        except RateLimited:
            refused += 1
        except Unauthorized:
            continue
    assert refused == 200 - TOKEN_DELAYS[1].free
    assert await doorkeeper.by_token("good", there()) == BOB, "what was right there before is let in"
    assert await doorkeeper.by_token("good", there(2)) == BOB


async def test_many_programs_at_once_are_let_in() -> None:
    people = household()
    doorkeeper = make(people)
    people.tokens |= {f"token{number}": BOB for number in range(1000)}
    async with trio.open_nursery() as nursery:
        for number in range(1000):
            nursery.start_soon(doorkeeper.by_token, f"token{number}", there())


async def test_the_first_user_is_made_and_logged_in() -> None:
    people = FakePeople()
    people.setup_token = "link"
    doorkeeper = make(people)
    entered = await doorkeeper.set_up("link", "ana", "long enough", HERE, "browser")
    assert entered.identity == ANA
    assert people.visitors == [("127.0.0.1", "browser")]


async def test_guessing_the_link_slows_down() -> None:
    doorkeeper = make(FakePeople())
    codes = []
    for _ in range(FREE + 1):
        with pytest.raises(OrchdError) as caught:
            await doorkeeper.set_up("guess", "eve", "long enough", there(), "")
        codes.append(caught.value.code)
    assert codes == [*(["unauthorized"] * FREE), "rate_limited"]
