"""What the daemon sends, as bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from orchd.protocol.frame_type import FrameType
from orchd.protocol.types import ServerPayload
from orchd.protocol.websocket import text_frame
from tests.answering import body


class ThingSeen(ServerPayload, frozen=True):
    """The payload of one type of frame."""

    how_many: int = 0
    text: str = ""


class ThingReply(Struct, frozen=True):
    """The payload of several."""

    text: str


SEEN = FrameType("thing:seen", ThingSeen)


@given(st.none() | st.text(min_size=1, max_size=64), st.text())
def test_what_is_encoded_is_read_back(request_id: str | None, text: str) -> None:
    message = SEEN.frame(ThingSeen(1, text), request_id)
    frame = json.loads(body(message))
    assert frame == {"type": "thing:seen", "data": {"howMany": 1, "text": text}} | (
        {} if request_id is None else {"id": request_id}
    )
    assert message == text_frame(body(message)), "a whole WebSocket message"


def test_several_frames_may_say_the_same_struct() -> None:
    first, second = FrameType("thing:add", ThingReply), FrameType("thing:part:remove", ThingReply)
    reply = ThingReply("x")
    assert json.loads(body(first.frame(reply))) == {"type": "thing:add", "data": {"text": "x"}}
    assert json.loads(body(second.frame(reply))) == {"type": "thing:part:remove", "data": {"text": "x"}}


def test_a_frame_is_called_after_its_own_payload_else_after_its_type() -> None:
    assert SEEN.envelope.__name__ == "ThingSeenFrame"
    assert FrameType("thing:part:remove", ThingReply).envelope.__name__ == "ThingPartRemoveReplyFrame"


@pytest.mark.parametrize("payload", [None, "text", ThingReply("x")])
def test_another_struct_than_its_own_is_a_defect(payload: object) -> None:
    with pytest.raises(TypeError, match="thing:seen"):
        SEEN.frame(payload)  # type: ignore[arg-type]
