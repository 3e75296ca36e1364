"""The client's side of the wire protocol over one WebSocket connection, for the commands that talk to a daemon.

`nursery.start(connection, url, on_push)` gives a `Client`: `request` asks for what has one reply, `answer` for what is
streamed. `log_in` gives what says who connects, for a name and a password.
"""

from orchd.client.address import websocket_url
from orchd.client.connecting import connection
from orchd.client.frames import ConnectionLostError, Frame
from orchd.client.login import log_in, log_out
from orchd.client.requests import Client
from orchd.client.trust import THIS_MACHINE, Trust

__all__ = [
    "THIS_MACHINE",
    "Client",
    "ConnectionLostError",
    "Frame",
    "Trust",
    "connection",
    "log_in",
    "log_out",
    "websocket_url",
]
