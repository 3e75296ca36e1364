"""What goes wrong on the wire, as commands hear of it."""

from typing import Any

import pytest

from orchd import orchd_client
from orchd.client import ConnectionLostError
from orchd.client.failures import error_of, explain
from orchd.errors import Conflict, Internal, OrchdError, Timeout, TooLarge
from orchd.orchd_client.runtime.socket import ClosedError


@pytest.mark.parametrize(
    ("data", "kind"), [({"code": "timeout", "message": "m"}, Timeout), ({"code": "new_code"}, Internal), ({}, Internal)]
)
def test_error_frames_become_errors(data: dict[str, Any], kind: type[OrchdError]) -> None:
    error = error_of(data)
    assert type(error) is kind
    assert error.message


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (orchd_client.RequestError("conflict", "m", retryable=False, details={"path": "$.data.x"}), Conflict, "m"),
        (orchd_client.FrameTooLongError("9 bytes; 8 are taken"), TooLarge, "that is too long: 9 bytes; 8 are taken"),
    ],
)
def test_refusals_are_orchds_own_errors(error: orchd_client.OrchdError, kind: type[OrchdError], text: str) -> None:
    found = explain(error)
    assert type(found) is kind
    assert str(found) == text
    assert getattr(found, "path", None) == getattr(error, "path", None)


@pytest.mark.parametrize(
    ("error", "text", "again"),
    [
        (ClosedError(4500, "log in"), "closed with code 4500, log in", False),
        (ClosedError(1001, ""), "closed with code 1001", True),
        (ClosedError(None, ""), "it broke off", True),
        (orchd_client.DisconnectedError("it is gone"), "it is gone", True),
        (orchd_client.NotADaemonError("x"), "it sends what is no frame of this protocol", False),
    ],
)
def test_a_lost_connection_says_why_and_whether_another_one_is_of_use(
    error: orchd_client.OrchdError, text: str, again: bool
) -> None:
    lost = explain(error)
    assert isinstance(lost, ConnectionLostError)
    assert (str(lost), lost.again) == (text, again)
