"""Which frames answer which; each test over the wire sees that the daemon keeps to it (`tests/wire/referee.py`)."""

import pytest

from orchd.client import frames
from orchd.features import exchanges, make_codec
from tests.wire_schema import published, references

EXCHANGES = exchanges()
CLIENT_TYPES = sorted(make_codec().client_frames)


@pytest.mark.parametrize("kind", CLIENT_TYPES)
def test_every_request_says_how_it_ends(kind: str) -> None:
    exchange = EXCHANGES[kind]
    frame = published()["$defs"][references("ClientFrame")[kind].removeprefix("#/$defs/")]

    def names(*types: str) -> list[str]:
        return [references("ServerFrame")[server].removeprefix("#/$defs/") for server in types]

    assert [frame["x-reply"]] == names(exchange.reply)
    assert frame["x-before"] == names(*exchange.before)
    assert frame["x-pushes"] == names(*exchange.pushes)
    assert frame.get("x-replyData", {}) == exchange.reply_data
    assert exchange.reply not in exchange.before or exchange.reply_data, "how is the final one told from those before?"


def test_every_server_frame_answers_something() -> None:
    told = {kind for one in EXCHANGES.values() for kind in (one.reply, *one.before, *one.pushes)}
    assert set(make_codec().server_frames) - told == {"session:ready", "session:closing", "error"}


def test_our_own_client_waits_for_the_same_frames() -> None:
    assert {kind: EXCHANGES[kind].reply for kind in frames.REPLIES} == frames.REPLIES
