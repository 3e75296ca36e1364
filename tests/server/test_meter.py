"""What a client sends, counted by the heads of its frames."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchd.protocol.codes import FRAME_TOO_LONG, PROTOCOL_ABUSE, TOO_SLOW, CloseCode
from orchd.server.meter import (
    BURST_SECONDS,
    FLOOD_BURSTS,
    SMALLEST_PIECE_BYTES,
    SPARE_PIECES,
    Meter,
    MeterLimits,
    PartialMessages,
)

TEXT, CONTINUATION, PING, FIN = 1, 0, 9, 0x80
FRAME_BYTES = 100_000


def frame(opcode: int, length: int, *, fin: bool = True) -> bytes:
    """A client's frame, masked."""
    head = bytes([opcode | (FIN if fin else 0)])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65_536:
        head += b"\xfe" + struct.pack("!H", length)
    else:
        head += b"\xff" + struct.pack("!Q", length)
    return head + b"mask" + b"\x81" * length


class Client:
    """A meter, and what it has said."""

    def __init__(self, per_second: float = 0.0, unfinished: PartialMessages | None = None) -> None:
        self.told: list[CloseCode] = []
        self.unfinished = unfinished or PartialMessages(10_000_000)
        self.meter = Meter(MeterLimits(FRAME_BYTES, per_second), self.unfinished, self.told.append)

    def send(self, data: bytes, now: float = 0.0) -> None:
        """Have bytes counted."""
        self.meter.feed(data, now)


lengths = st.one_of(st.integers(0, 300), st.sampled_from([125, 126, 65_535, 65_536]))
messages = st.lists(st.tuples(st.lists(lengths, min_size=1, max_size=4), st.booleans()), max_size=5)


@settings(max_examples=40)
@given(messages, st.lists(st.integers(1, 40_000), min_size=1, max_size=10), st.integers(0, 100))
def test_any_cut_of_the_bytes_is_counted_alike(said: list[tuple[list[int], bool]], cuts: list[int], begun: int) -> None:
    client = Client(1.0, PartialMessages(2**30))  # byte by byte, each of a million reads is counted
    data, cost = b"", 0.0
    for pieces, pinged in said:
        for place, length in enumerate(pieces):
            data += frame(CONTINUATION if place else TEXT, length, fin=place == len(pieces) - 1)
            cost += 1 / 16 if place else 1
            if pinged:
                data += frame(PING, 5)
                cost += 1
    data += frame(TEXT, begun, fin=False)
    at = 0
    while at < len(data):
        step = cuts[at % len(cuts)]
        client.send(data[at : at + step])
        at += step
    assert client.meter._allowed == pytest.approx(BURST_SECONDS - cost - 1)
    assert begun <= client.unfinished.bytes <= begun + 64 * (1 + len(data))
    client.send(frame(CONTINUATION, 0))
    assert client.unfinished.bytes == 0
    assert client.told == []


def test_empty_pieces_for_ever_have_an_end() -> None:
    client = Client()
    client.send(frame(TEXT, 0, fin=False))
    most = FRAME_BYTES // SMALLEST_PIECE_BYTES + SPARE_PIECES
    client.send(frame(CONTINUATION, 0, fin=False) * (most - 1))
    assert client.told == []
    assert client.unfinished.bytes >= 64 * most, "they are held, though they have no bytes"
    client.send(frame(CONTINUATION, 0, fin=False))
    assert client.told == [FRAME_TOO_LONG]


def test_pieces_of_one_message_are_not_another_ones() -> None:
    client = Client()
    for _ in range(10):
        client.send(frame(TEXT, 0, fin=False) + frame(CONTINUATION, 0, fin=False) * 3_000 + frame(CONTINUATION, 0))
    assert client.told == []


def test_over_the_limit_the_message_begun_first_is_given_up() -> None:
    shared = PartialMessages(100_000)
    clients = [Client(unfinished=shared) for _ in range(4)]
    for client in clients:
        client.send(frame(TEXT, 30_000)[:-1])
    assert [client.told for client in clients] == [[TOO_SLOW], [], [], []]
    clients[1].meter.end()
    clients[1].meter.end()
    clients[0].send(frame(TEXT, 30_000)[:-1])
    assert [client.told for client in clients[1:]] == [[], [], []], "there is room again"
    for client in clients:
        client.meter.end()
    assert shared.bytes == 0


def test_whole_messages_are_never_held() -> None:
    shared = PartialMessages(10)
    client = Client(unfinished=shared)
    for _ in range(10):
        client.send(frame(TEXT, 50_000))
    assert (client.told, shared.bytes) == ([], 0)


def test_a_burst_is_taken_and_then_the_rate() -> None:
    client = Client(100.0)
    burst = int(100 * BURST_SECONDS)
    client.send(frame(TEXT, 0) * burst, now=50.0)
    assert client.meter.retry_after_ms(50.0) == 0
    client.send(frame(TEXT, 0) * 50, now=50.0)
    assert client.meter.retry_after_ms(50.0) == 500
    assert client.meter.retry_after_ms(50.25) == 250
    assert client.meter.retry_after_ms(50.5) == 0
    for second in range(60):
        client.send(frame(TEXT, 0) * 100, now=52.0 + second)
        assert client.meter.retry_after_ms(52.0 + second) == 0
    client.send(b"", now=1000.0)
    client.send(frame(TEXT, 0) * burst, now=1000.0)
    assert client.meter.retry_after_ms(1000.0) == 0
    assert client.told == []


@pytest.mark.parametrize("kind", [frame(PING, 0), frame(TEXT, 3), frame(10, 125)])
def test_a_flood_ends_the_connection(kind: bytes) -> None:
    client = Client(100.0)
    for _ in range(FLOOD_BURSTS + 1):
        assert client.told == []
        client.send(kind * int(100 * BURST_SECONDS))
    client.send(kind)
    assert client.told == [PROTOCOL_ABUSE]


def test_without_a_rate_anything_goes() -> None:
    client = Client()
    client.send(frame(PING, 0) * 1_000_000)
    assert client.meter.retry_after_ms(0.0) == 0
    assert client.told == []
