"""Who reads along, and may they still: against a plain model of who sees what."""

from hypothesis import given
from hypothesis import strategies as st

from orchd.entity import Belonging, Owner
from orchd.features.chat.answer.audience import Audience
from orchd.features.chat.answer.followers import Followers
from orchd.features.chat.answer.running import Running, asks
from orchd.features.chat.answer.transcript import Transcript
from orchd.hub import FeedReader, Hub
from orchd.protocol.identity import Identity
from tests.fix_chat import FakePeer

CONVERSATION = 7
PEOPLE = st.builds(
    lambda user, reads: Identity(user, f"user{user}", "member", reads=tuple(reads)),
    st.integers(1, 3),
    st.sets(st.sampled_from([4, 5])),
)
BELONGINGS = st.builds(Belonging, st.integers(1, 3), st.sampled_from([None, 4, 5]))


class Hall:
    """A conversation with a running answer, and connections that follow both, as far as they are let."""

    def __init__(self, whose: Belonging) -> None:
        self.hub = Hub()
        self.whose = whose
        self.running = Running(CONVERSATION, 9, "epoch", Transcript(), whose)
        self.audience = Audience(self.hub)
        self.followers = Followers(self.audience, lambda: [self.running])
        self.hub.when_renewed(self.followers.become)
        self.hub.when_forgotten(self.followers.forget)
        self.people: dict[FakePeer, Identity] = {}

    def join(self, who: Identity) -> None:
        """Somebody comes, who is let in only where the database would let them."""
        peer = FakePeer()
        self.people[peer] = who
        owner = Owner(who.user_id, who.reads, who.changes)
        self.followers.know(peer, owner)
        if self.whose.is_seen_by(owner):
            assert self.followers.subscribe(CONVERSATION, self.whose, peer)
            self.running.attach(FeedReader(peer) if len(self.people) % 2 else asks(peer, "r1"))

    def check(self) -> None:
        """Nobody follows who may not see it."""
        for peer, who in self.people.items():
            if not self.whose.is_seen_by(Owner(who.user_id, who.reads)):
                assert not self.audience.includes(CONVERSATION, peer)
                assert self.running.reader_of(peer) is None


@given(BELONGINGS, st.lists(PEOPLE, max_size=5), st.lists(st.one_of(PEOPLE, BELONGINGS), max_size=8), st.data())
def test_nobody_follows_what_they_may_not_see_any_more(
    whose: Belonging, people: list[Identity], changes: list[Identity | Belonging], data: st.DataObject
) -> None:
    hall = Hall(whose)
    for who in people:
        hall.join(who)
    hall.check()
    for change in changes:
        if isinstance(change, Belonging):
            hall.whose = change
            hall.followers.give(CONVERSATION, change)
        elif hall.people:
            peer = data.draw(st.sampled_from(list(hall.people)))
            hall.people[peer] = change
            hall.hub.renew(peer, change)
        hall.check()
        texts = {id(peer): len(peer.frames) for peer in hall.people}
        hall.running.transcript.add("content", "x")
        hall.running.grow()
        for peer, who in hall.people.items():
            if not hall.whose.is_seen_by(Owner(who.user_id, who.reads)):
                assert len(peer.frames) == texts[id(peer)], "it was told something all the same"


def test_what_was_asked_before_somebody_became_another_one_is_not_followed() -> None:
    hall = Hall(Belonging(1, 4))
    peer, member = FakePeer(), Identity(2, "bob", "member", reads=(4,))
    hall.followers.know(peer, Owner(2, (4,)))
    hall.hub.renew(peer, member._replace(reads=()))
    hall.followers.know(peer, Owner(2, (4,)))  # a request that had come before
    assert not hall.followers.subscribe(CONVERSATION, hall.whose, peer)
    assert not hall.followers.may_see(peer, hall.whose)


def test_only_what_a_project_has_may_be_taken_away_elsewhere() -> None:
    hall = Hall(Belonging(1))
    hall.join(Identity(1, "ann", "member"))
    assert hall.followers.shared_ones() == set()
    hall.followers.give(CONVERSATION, Belonging(1, 4))
    assert hall.followers.shared_ones() == {CONVERSATION}


def test_nobody_is_remembered_who_has_left() -> None:
    hall = Hall(Belonging(1))
    for _ in range(3):
        hall.join(Identity(1, "ann", "member"))
    for peer in hall.people:
        hall.hub.forget(peer)
    assert not hall.followers.may_see(next(iter(hall.people)), hall.whose)
