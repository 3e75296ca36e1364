"""Opening a connection, and staying until it ends."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import trio

from orchd import orchd_client
from orchd.client.address import websocket_url
from orchd.client.failures import ConnectionLostError, explain
from orchd.client.requests import Client
from orchd.client.streams import failure_reason
from orchd.client.trust import THIS_MACHINE, Trust
from orchd.errors import Unauthorized, Unavailable
from orchd.orchd_client import Frame
from orchd.orchd_client.runtime.socket import ClosedError, HandshakeError

Loss = Callable[[ConnectionLostError, int], None]
"""Hears why a connection was lost, and the number of the attempt to have another one."""


def unheard(_error: ConnectionLostError, _attempt: int) -> None:
    """Nobody wants to know."""


async def connection(
    url: str,
    on_push: Callable[[Frame], None],
    trust: Trust = THIS_MACHINE,
    tries: int | None = 0,
    told_loss: Loss = unheard,
    *,
    task_status: trio.TaskStatus[Client] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Connect, give the `Client` once the daemon has greeted, and stay until it is closed; for `nursery.start`.

    `on_push` gets the frames that answer no request; `trust` is asked over TLS, and says who connects. When the
    connection is lost it is tried so many times in a row to have another one, None for ever.

    Raises, before there is a client only: `ConfigurationError` for a bad `url` or a file of `trust`, `Unauthorized`
    where the daemon wants a token, or another one, `Unavailable` when no such daemon is there, `ConnectionLostError`
    when it closes at once.
    """
    address = websocket_url(url)
    client: Client | None = None
    try:
        async with orchd_client.connect(
            address,
            headers={name.decode(): value.decode("latin-1") for name, value in trust.headers()},
            ssl_context=trust.context() if urlsplit(address).scheme == "wss" else None,
            tries=tries,
            told_loss=lambda error, attempt: _tell(told_loss, error, attempt),
        ) as typed:
            client = Client(typed, on_push)
            task_status.started(client)
            await client.wait_leaving()
    except orchd_client.OrchdError as error:
        assert client is None, "whoever uses the client has the failures of its requests"
        raise _refusal(address, error) from error
    finally:
        if client is not None:
            client.closed.set()


def _tell(told_loss: Loss, error: orchd_client.OrchdError, attempt: int) -> None:
    found = explain(error)
    told_loss(found if isinstance(found, ConnectionLostError) else ConnectionLostError(str(found), again=True), attempt)


def _refusal(address: str, error: orchd_client.OrchdError) -> Exception:
    """Return what it means that there is no connection."""
    match error:
        case (
            HandshakeError(status=HTTPStatus.UNAUTHORIZED) | orchd_client.RequestError(code="unauthorized", frame=None)
        ):
            return Unauthorized(f"{address} does not take the token")
        case HandshakeError(status=status):
            more = "; if it speaks TLS, write https://" if status == HTTPStatus.BAD_REQUEST else ""
            return Unavailable(f"can't connect to {address}: it answers with HTTP {status}{more}")
        case orchd_client.NotADaemonError(__cause__=None):
            return Unavailable("what answers there is no orchd daemon")
        case ClosedError(code=None, reason=reason, __cause__=None):
            return Unavailable(f"can't connect to {address}: {reason}")
        case orchd_client.NotADaemonError() | ClosedError(code=None):
            return Unavailable(f"can't connect to {address}: {failure_reason(error)}")
        case orchd_client.RequestError(code="invalid", frame=None):  # plain HTTP to a port that speaks TLS
            return Unavailable(f"can't connect to {address}: {error.message}")
        case _:
            return explain(error)
