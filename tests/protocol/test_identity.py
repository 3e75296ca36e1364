"""Who somebody is, and what they are called."""

from orchd.protocol.identity import LOCAL, NOBODY, UNDECIDED, Identity


def test_only_users_are_called_something() -> None:
    assert Identity(3, "ana", "member").user_name == "ana"
    assert [who.user_name for who in (LOCAL, NOBODY, UNDECIDED)] == ["", "", ""]
