"""What is kept of whom tokens let in: bounded, and dropped when something about them changes."""

from orchd.features.people.admissions import Admissions
from orchd.features.people.store.standing_queries import Admission
from orchd.protocol.identity import Identity


def admission(user_id: int, token_id: int = 1) -> Admission:
    return Admission(Identity(user_id, f"user {user_id}", "member", token_id=token_id))


def test_what_is_kept_is_found_until_its_user_changes() -> None:
    kept = Admissions()
    kept.keep("a", admission(1, 1), kept.generation)
    kept.keep("b", admission(1, 2), kept.generation)
    kept.keep("c", admission(2), kept.generation)
    assert kept.find("b") == admission(1, 2)
    assert kept.of(admission(1, 2).identity) == admission(1, 2)
    kept.drop([1])
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == (None, None, admission(2))
    assert kept.of(admission(1, 2).identity) is None
    assert kept.users() == {2}


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    kept = Admissions()
    generation = kept.generation
    kept.drop([7])
    kept.keep("a", admission(1), generation)
    assert kept.find("a") is None


def test_the_one_that_was_not_used_for_longest_makes_room() -> None:
    kept = Admissions(room=2)
    kept.keep("a", admission(1), kept.generation)
    kept.keep("b", admission(2), kept.generation)
    assert kept.find("a") is not None
    kept.keep("c", admission(3), kept.generation)
    assert (kept.find("b"), kept.users()) == (None, {1, 3})
    kept.keep("c", admission(4), kept.generation)
    assert kept.users() == {1, 4}
