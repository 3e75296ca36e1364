"""Opening a connection, and staying until it ends."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import trio
import trio_websocket
from trio_websocket import ConnectionRejected, HandshakeError

from orchd.client.address import websocket_url
from orchd.client.frames import Frame
from orchd.client.requests import CLOSE_SECONDS, Client
from orchd.client.streams import SocketOrTls, failure_reason, open_stream
from orchd.client.trust import THIS_MACHINE, Trust
from orchd.errors import Unauthorized, Unavailable

SUBPROTOCOL = "orchd.v1"
CONNECT_SECONDS = 10.0
_BAD_REQUEST = 400
"""What a port of TLS answers to who speaks plain HTTP."""
MAX_MESSAGE = 256 * 1024 * 1024
"""Characters of one server frame; a page of history may hold many long answers."""


async def connection(
    url: str,
    on_push: Callable[[Frame], None],
    trust: Trust = THIS_MACHINE,
    *,
    task_status: trio.TaskStatus[Client] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Connect, give the `Client` once the daemon has greeted, and stay until the connection ends; for `nursery.start`.

    `on_push` gets the frames that answer no request; `trust` is asked over TLS, and says who connects. Raises, before
    there is a client only: `ConfigurationError` for a bad `url` or a file of `trust`, `Unauthorized` where the daemon
    wants a token, or another one, `Unavailable` when no such daemon is there, `ConnectionLostError` when it closes at
    once.
    """
    address = websocket_url(url)
    begun = _Start(task_status)
    try:
        with trio.fail_after(CONNECT_SECONDS):
            stream = await open_stream(urlsplit(address), trust)
        async with stream:
            await _attend(stream, address, on_push, trust, begun)
    except (OSError, trio.TooSlowError, HandshakeError) as error:
        if begun.client is not None:  # a callback's failure is its owner's, and none of the network
            raise
        if isinstance(error, ConnectionRejected) and error.status_code == HTTPStatus.UNAUTHORIZED:
            raise Unauthorized(f"{address} does not take the token") from error
        raise Unavailable(f"can't connect to {address}: {_reason(error)}") from error


class _Start:
    """Whether there is a client already."""

    def __init__(self, task_status: trio.TaskStatus[Client]) -> None:
        self._task_status = task_status
        self.client: Client | None = None

    def started(self, client: Client) -> None:
        self.client = client
        self._task_status.started(client)


async def _attend(
    stream: SocketOrTls,
    address: str,
    on_push: Callable[[Frame], None],
    trust: Trust,
    begun: _Start,
) -> None:
    """The stream is ours, because trio-websocket leaves it open when the other side refuses or vanishes.

    It raises a refused handshake in its reader's task, so that it arrives here in a group.
    """
    parts = urlsplit(address)
    resource = parts._replace(scheme="", netloc="", fragment="").geturl()
    try:
        async with trio.open_nursery() as nursery:
            with trio.fail_after(CONNECT_SECONDS):
                websocket = await trio_websocket.wrap_client_stream(
                    *(nursery, stream, parts.netloc, resource),
                    subprotocols=[SUBPROTOCOL],
                    extra_headers=trust.headers(),
                    max_message_size=MAX_MESSAGE,
                )
                client = Client(websocket, on_push)
                await client.wait_greeting()
            begun.started(client)
            nursery.start_soon(client.watch)
            await client.read()
            with trio.move_on_after(CLOSE_SECONDS):
                await websocket.aclose()
            client.closed.set()
            nursery.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        if len(group.exceptions) == 1:
            raise group.exceptions[0] from None
        raise


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRejected):
        told = f"it answers with HTTP {error.status_code}"
        return f"{told}; if it speaks TLS, write https://" if error.status_code == _BAD_REQUEST else told
    if isinstance(error, HandshakeError):
        return "what answers is no WebSocket server"
    if isinstance(error, trio.TooSlowError):
        return f"no WebSocket handshake within {CONNECT_SECONDS:g} s"
    return failure_reason(error)
