"""What frames stand for."""

from typing import Any

import pytest
from trio_websocket import CloseReason, ConnectionClosed

from orchd.client.frames import ANSWERED, REPLIES, Frame, error_of, is_answer, lost_by
from orchd.errors import Internal, OrchdError, Timeout
from orchd.features import make_codec


def test_every_request_has_its_final_frame() -> None:
    codec = make_codec()
    requests = {kind: REPLIES.get(kind, kind) for kind in codec.client_frames if kind not in ANSWERED}
    assert set(codec.client_frames) >= ANSWERED
    assert not {kind: reply for kind, reply in requests.items() if reply not in codec.server_frames}
    assert set(REPLIES) <= set(requests)


@pytest.mark.parametrize(
    ("data", "kind"), [({"code": "timeout", "message": "m"}, Timeout), ({"code": "new_code"}, Internal), ({}, Internal)]
)
def test_error_frames_become_errors(data: dict[str, Any], kind: type[OrchdError]) -> None:
    error = error_of(data)
    assert type(error) is kind
    assert error.message


def test_a_question_is_no_answer() -> None:
    assert is_answer(Frame("chat:message", data={"role": "assistant"}))
    assert not is_answer(Frame("chat:message", data={"role": "user"}))
    assert not is_answer(Frame("chat:streaming", data={"role": "assistant"}))


def test_a_connection_that_broke_off_has_no_code_to_tell() -> None:
    assert str(lost_by(ConnectionClosed(None))) == "it broke off"
    lost = lost_by(ConnectionClosed(CloseReason(4500, "log in")))
    assert (str(lost), lost.again) == ("closed with code 4500, log in", False)
