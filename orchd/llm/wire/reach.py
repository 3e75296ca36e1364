"""Why a model server can't be reached, in words that say what to do: what the system and OpenSSL raise, told apart.

No text of theirs is passed on: it holds addresses, paths and source lines.
"""

import errno
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import trio

from orchd.llm.wire.pipe import Connect, open_pipe

HANDSHAKE_SECONDS = 3.0
"""For a look whether TLS is spoken, after a request in plain text has failed."""
_STRANGER: Final = "nobody here trusts the authority that its certificate comes from: SSL_CERT_FILE can name its own"
_CERTIFICATE: Final = {
    9: "its certificate is not valid yet: look at the clocks of both machines",
    10: "its certificate has expired: have it renewed, or look at this machine's clock",
    18: "its certificate is signed by itself, which nobody here trusts: SSL_CERT_FILE can name a file that has it",
    19: _STRANGER,
    20: _STRANGER,
    21: _STRANGER,
    62: "its certificate is for another name: use the name that it was made for",
    64: "its certificate is for another address: use the name that it was made for",
}
"""By OpenSSL's X509_V_ERR_ numbers."""
_NO_TLS: Final = "it does not speak TLS: its address begins with http://, not https://"
_CODES: Final = {
    errno.ECONNREFUSED: "connection refused, nothing listens there: start it, or correct its address",
    errno.EHOSTUNREACH: "there is no way to that machine: is it on, and in this network?",
    errno.ENETUNREACH: "there is no way to that network: is this machine connected?",
    errno.EHOSTDOWN: "that machine is down",
    errno.ETIMEDOUT: "that machine does not answer: is it on, and does its firewall let this one in?",
    errno.ECONNRESET: "it broke the connection at once: does it speak TLS (https://), or is it not meant for this one?",
    errno.EACCES: "this machine's firewall forbids it",
    errno.EPERM: "this machine's firewall forbids it",
    errno.EMFILE: "this daemon has too many files open",
    errno.ENFILE: "this machine has too many files open",
}

_OURS: Final = (errno.EMFILE, errno.ENFILE)


def why_unreachable(error: BaseException) -> str:
    """Return the cause of a connection that could not be opened; a general sentence for what is not known."""
    found = list(_causes(error))
    for cause in found:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATE.get(cause.verify_code, "its certificate can't be trusted")
        if isinstance(cause, ssl.SSLError):
            return _tls(cause)
        if isinstance(cause, socket.gaierror):
            return _name(cause)
        if isinstance(cause, UnicodeError):
            return "its name is no name of a machine"
    codes = [cause.errno for cause in found if isinstance(cause, OSError) and cause.errno in _CODES]
    in_tls = any(isinstance(cause, trio.BrokenResourceError) for cause in found)
    if codes and not (in_tls and codes[-1] == errno.ECONNRESET):  # what a port says that closes while we still write
        return _CODES[codes[-1]]
    if in_tls:
        return f"it closed the connection while TLS began; perhaps {_NO_TLS}"
    return "no connection could be opened"


def why_slow(*, accepted: bool) -> str:
    """Return why a connection took too long; `accepted`: somebody took it, and only TLS did not begin."""
    if accepted:
        return f"TLS does not begin there; perhaps {_NO_TLS}"
    return "nothing comes back: is that machine on, and does a firewall let this one in?"


def is_ours(error: BaseException) -> bool:
    """Whether a connection could not be opened because this machine had no descriptor for it: no server's fault."""
    return any(isinstance(cause, OSError) and cause.errno in _OURS for cause in _causes(error))


async def speaks_tls(connect: Connect, host: str, port: int) -> bool:
    """Tell whether TLS is spoken there, whatever the certificate. Nothing is sent but the beginning of a handshake.

    Waits some seconds at most.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # without authorities: nothing is trusted, and nothing sent
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with trio.move_on_after(HANDSHAKE_SECONDS):
        try:
            pipe = await open_pipe(connect, host, port, context)
        except (OSError, UnicodeError, trio.BrokenResourceError):
            return False
        await pipe.close()
        return True
    return False


def _tls(error: ssl.SSLError) -> str:
    if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"):
        return _NO_TLS
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or error.reason == "UNEXPECTED_EOF_WHILE_READING":
        return f"it closed the connection while TLS began; perhaps {_NO_TLS}"
    if "CERTIFICATE" in (error.reason or ""):
        return "it wants a certificate of this machine's, which orchd does not have"
    return "TLS failed: it offers no version or cipher that this machine takes"


def _name(error: socket.gaierror) -> str:
    if error.errno == socket.EAI_AGAIN:
        return "its name could not be looked up now: is this machine's name service reachable?"
    return "no machine of that name is known: correct the name in its address"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, what it came from, and what they are groups of."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _causes(inner)
        error = error.__cause__
