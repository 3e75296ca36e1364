"""Our frames against an independent reader of RFC 6455."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.frame_protocol import FrameProtocol, Opcode

from orchd.protocol.codes import CLOSE_CODES
from orchd.protocol.websocket import FIN_CLOSE, PING_FRAME, close_frame, text_frame


def read(data: bytes) -> list[tuple[Opcode, object, bool]]:
    """Read frames as a client does: unmasked; a frame whose end is missing is not among them."""
    reader = FrameProtocol(client=True, extensions=[])
    reader.receive_bytes(data)
    return [(frame.opcode, frame.payload, frame.message_finished) for frame in reader.received_frames()]


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65_535, 65_536, 200_000])
def test_a_text_message_is_read_back(length: int) -> None:
    frame = text_frame(b"x" * length)
    assert read(frame) == [(Opcode.TEXT, "x" * length, True)]
    header = 2 if length < 126 else 4 if length < 65_536 else 10
    assert len(frame) == header + length, "the shortest form of the length is used (RFC 6455, 5.2)"


@given(st.lists(st.text(max_size=200), max_size=8))
def test_messages_in_a_row_are_read_back(texts: list[str]) -> None:
    data = b"".join(text_frame(text.encode()) for text in texts)
    assert read(data) == [(Opcode.TEXT, text, True) for text in texts]


def test_every_close_code_is_read_back() -> None:
    for code in CLOSE_CODES:
        frame = close_frame(code.code, code.reason)
        assert read(frame) == [(Opcode.CLOSE, (code.code, code.reason), True)]
        assert frame[0] == FIN_CLOSE
        assert len(frame) <= 2 + 125, "longest control frame"


def test_a_ping_is_read_back() -> None:
    assert read(PING_FRAME) == [(Opcode.PING, b"", True)]
