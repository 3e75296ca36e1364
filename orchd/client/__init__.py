"""The client's side of the wire protocol over one WebSocket connection, for the commands that talk to a daemon.

`nursery.start(connection, url, on_push)` gives a `Client`: `request` asks for what has one reply, `answer` for what is
streamed. `log_in` gives what says who connects, for a name and a password. `send_file` and `fetching_file` are
for any file by HTTP, `upload_file` and `download_file` for those that the daemon keeps.
"""

from orchd.client.address import websocket_url
from orchd.client.connecting import connection
from orchd.client.files import FileSource, fetching_file, send_file
from orchd.client.frames import ConnectionLostError, Frame
from orchd.client.login import log_in, log_out
from orchd.client.requests import Client
from orchd.client.stored_files import SentFile, download_file, upload_file
from orchd.client.trust import THIS_MACHINE, Trust

__all__ = [
    "THIS_MACHINE",
    "Client",
    "ConnectionLostError",
    "FileSource",
    "Frame",
    "SentFile",
    "Trust",
    "connection",
    "download_file",
    "fetching_file",
    "log_in",
    "log_out",
    "send_file",
    "upload_file",
    "websocket_url",
]
