"""Connections by whose they are: told in time, forgotten when they end, and none of another user."""

import structlog.testing

from orchd.features.people.lives import Lives
from orchd.features.people.store.queries import UserRow
from orchd.features.people.store.standing_queries import Admission, Standing
from orchd.features.project import Memberships
from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity
from tests.features.people.household import Live

NONE = Memberships()
MARIA, JOAO = Identity(1, "maria", "admin"), Identity(2, "joão", "member")


def standing(who: Identity, *, disabled: bool = False, projects: Memberships = NONE) -> Standing:
    assert who.role is not None
    return Standing(who.user_id, UserRow(who.user_id, who.name, who.role, 1, 1, 1, disabled), {}, {}, projects)


def test_only_the_connections_of_the_user_are_told() -> None:
    lives, maria, joao = Lives(), Live(), Live()
    lives.follow(maria, Admission(MARIA))
    lives.follow(joao, Admission(JOAO))
    lives.apply(standing(MARIA._replace(role="viewer")))
    assert (maria.became, joao.became) == ([MARIA._replace(role="viewer")], [])
    lives.apply(standing(JOAO, disabled=True))
    assert (maria.ended, joao.ended) == (False, True)
    assert lives.users() == {1}


def test_who_stays_the_same_is_told_nothing() -> None:
    lives, maria = Lives(), Live()
    lives.follow(maria, Admission(MARIA))
    assert lives.apply(standing(MARIA)) is None
    assert maria.became == []


def test_a_membership_is_told() -> None:
    lives, maria = Lives(), Live()
    lives.follow(maria, Admission(MARIA))
    lives.apply(standing(MARIA, projects=Memberships((7, 8), (8,))))
    assert (maria.became[0].reads, maria.became[0].changes) == ((7, 8), (8,))


def test_only_those_connections_hear_of_a_user_that_may_read() -> None:
    lives, page, chats, reads, other = Lives(), Live(), Live(), Live(), Live()
    for live, who in (
        (page, MARIA),
        (chats, MARIA._replace(token_id=1, scopes=frozenset({"chat"}))),
        (reads, MARIA._replace(token_id=2, scopes=frozenset({"read"}))),
        (other, JOAO),
    ):
        lives.follow(live, Admission(who))
    assert lives.readers(MARIA.user_id) == [page.peer, reads.peer]


def test_the_asking_connection_is_ended_by_whoever_asked() -> None:
    lives, asking, other = Lives(), Live(), Live()
    for live in (asking, other):
        lives.follow(live, Admission(MARIA))
    end = lives.apply(standing(MARIA, disabled=True), asking.peer)
    assert (asking.became, asking.ended, other.ended) == ([NOBODY], False, True)
    assert end is not None
    end()
    assert (asking.why, other.why) == ("user_disabled", "user_disabled")
    assert lives.identities() == []


def test_a_connection_that_is_somebody_elses_now_is_followed_as_that() -> None:
    lives, live = Lives(), Live()
    lives.follow(live, Admission(UNDECIDED))
    lives.follow(live, Admission(MARIA))
    lives.decide(LOCAL)
    lives.end_local()
    assert (live.became, live.ended) == ([], False)
    assert lives.identities() == [MARIA]
    lives.forget(live)
    lives.forget(live)
    assert lives.identities() == []


def test_time_ends_those_whose_time_it_is() -> None:
    lives, early, late, never = Lives(), Live(), Live(), Live()
    for live, expires_at in ((early, 10), (late, 11), (never, None)):
        lives.follow(live, Admission(MARIA, expires_at))
    lives.end_expired(10)
    assert (early.ended, late.ended, never.ended) == (True, False, False)
    assert early.why == "session_expired"


def test_who_is_nobody_is_told_so_once() -> None:
    lives, live = Lives(), Live()
    lives.follow(live, Admission(UNDECIDED))
    for _ in range(3):
        lives.decide(NOBODY)
    assert live.became == [NOBODY]


def test_each_is_told_why_it_ends() -> None:
    kept, deleted = standing(MARIA), Standing(MARIA.user_id, None, {}, {}, NONE)
    whys: list[str | None] = []
    for become in (kept, standing(MARIA, disabled=True), deleted):
        lives, live = Lives(), Live()
        lives.follow(live, Admission(MARIA._replace(web_session_id=7)))  # which isn't among those that there are
        lives.apply(become)
        whys.append(live.why)
    assert whys == ["session_ended", "user_disabled", "user_deleted"]


def test_the_log_says_how_many_are_closed_and_why() -> None:
    lives = Lives()
    connections = [Live() for _ in range(4)]
    for live, who in zip(connections, (MARIA, MARIA, JOAO, LOCAL), strict=True):
        lives.follow(live, Admission(who, 10 if who is JOAO else None))
    with structlog.testing.capture_logs() as lines:
        lives.apply(standing(MARIA, disabled=True))
        lives.end_expired(9)
        lives.end_expired(10)
        lives.end_local()
        lives.end_local()
        lives.apply(Standing(MARIA.user_id, None, {}, {}, NONE))
    told = [(line["reason"], line["users"], line["connections"]) for line in lines]
    assert told == [
        ("user_disabled", [1], 2),
        ("session_expired", [2], 1),
        ("users_exist", [0], 1),
    ]
