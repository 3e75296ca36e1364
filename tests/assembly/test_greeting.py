"""What a daemon says of itself to whoever connects."""

from orchd.assembly.greeting import greet
from orchd.config import Settings
from orchd.protocol.identity import LOCAL


def test_it_says_how_to_behave() -> None:
    said = greet(Settings(), ("no_mail",), "e", "s", LOCAL)
    assert (said.epoch, said.session_id, said.user, said.switched_off) == ("e", "s", "local", ("no_mail",))
    assert said.heartbeat_seconds == Settings().server.heartbeat_seconds
    assert said.limits.max_in_flight == Settings().server.max_in_flight
