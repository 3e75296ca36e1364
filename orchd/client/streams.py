"""Opening a stream to a daemon, and what it means when there is none."""

import os
import socket
import ssl
from typing import TypeAlias
from urllib.parse import SplitResult

import trio

from orchd.client.trust import Trust

SocketOrTls: TypeAlias = trio.SocketStream | trio.SSLStream[trio.SocketStream]


async def open_stream(parts: SplitResult, trust: Trust) -> SocketOrTls:
    """Connect to the host of an address of `ws` or `wss`. Raises `OSError`, `ConfigurationError`."""
    host = parts.hostname or ""
    if parts.scheme == "ws":
        return await trio.open_tcp_stream(host, parts.port or 80)
    context = trust.context()
    stream = await trio.open_ssl_over_tcp_stream(host, parts.port or 443, ssl_context=context, https_compatible=True)
    try:
        await stream.do_handshake()  # here, where a certificate that isn't believed can be told
    except BaseException as error:
        await trio.aclose_forcefully(stream)
        if isinstance(error, trio.BrokenResourceError):
            raise (error.__cause__ if isinstance(error.__cause__, OSError) else ConnectionResetError()) from None
        raise
    return stream


def failure_reason(error: BaseException) -> str:
    """What a failure to connect means to a person."""
    cause = error
    while isinstance(cause, BaseExceptionGroup) or cause.__cause__ is not None:
        cause = cause.exceptions[0] if isinstance(cause, BaseExceptionGroup) else cause.__cause__ or cause
    if isinstance(cause, socket.gaierror):
        return f"the name can't be looked up ({cause.strerror})"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not believed ({cause.verify_message}); name who vouches for it with --ca"
    if isinstance(cause, ssl.SSLError):
        return f"no TLS connection ({cause.reason or cause.strerror})"
    if isinstance(cause, OSError) and cause.errno:
        return os.strerror(cause.errno).lower()  # Trio's text repeats the address
    return str(cause)
