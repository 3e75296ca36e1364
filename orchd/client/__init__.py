"""The way to a daemon for the commands that talk to one: over the Python client that everybody gets (`orchd_client`).

`nursery.start(connection, url, on_push)` gives a `Client`: `request` asks for what has one reply, `typed` has each
request as a method. `log_in` gives what says who connects, for a name and a password. `send_file` and `fetching_file`
are for any file by HTTP, `upload_file` and `download_file` for those that the daemon keeps.
"""

from orchd.client.address import websocket_url
from orchd.client.connecting import connection
from orchd.client.failures import ConnectionLostError
from orchd.client.files import FileSource, fetching_file, send_file
from orchd.client.login import log_in, log_out
from orchd.client.pages import PageQuestion, ask_page
from orchd.client.requests import Client
from orchd.client.stored_files import SentFile, download_file, upload_file
from orchd.client.trust import THIS_MACHINE, Trust
from orchd.orchd_client import Frame

__all__ = [
    "THIS_MACHINE",
    "Client",
    "ConnectionLostError",
    "FileSource",
    "Frame",
    "PageQuestion",
    "SentFile",
    "Trust",
    "ask_page",
    "connection",
    "download_file",
    "fetching_file",
    "log_in",
    "log_out",
    "send_file",
    "upload_file",
    "websocket_url",
]
