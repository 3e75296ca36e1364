"""Which certificates a client takes for the daemon's, and what it shows of itself."""

import ssl
from pathlib import Path
from typing import NamedTuple

from orchd.errors import ConfigurationError

_END = "-----END CERTIFICATE-----"
_PARTIAL_CHAIN = 0x80000
"""OpenSSL's flag for a certificate that needs nobody to vouch for it; Python 3.13 has a name for it."""


class Trust(NamedTuple):
    """Whom to believe that it is the daemon, by default what this machine's certificate authorities vouch for; and what
    the daemon is shown."""

    authorities: Path | None = None
    """A file of certificates, in PEM, that vouch for the daemon's instead of the machine's."""
    own: Path | None = None
    """The daemon's certificate itself, when it is at hand: then that one and no other, under whatever name it is
    reached."""

    token: str | None = None
    """The API token that says who connects; None while nobody has to say."""

    cookie: str | None = None
    """The cookie of a web session that says so instead, with its name; `origin` is the address that gave it."""

    origin: str = ""

    def __repr__(self) -> str:
        return f"Trust(authorities={self.authorities!r}, own={self.own!r})"

    def headers(self) -> list[tuple[bytes, bytes]]:
        """What the handshake says of who connects."""
        if self.cookie is not None:
            return [*self.cookie_headers(), (b"Origin", self.origin.encode())]
        return [] if self.token is None else [(b"Authorization", b"Bearer " + self.token.encode())]

    def cookie_headers(self) -> list[tuple[bytes, bytes]]:
        """What shows the web session, if there is one."""
        return [] if self.cookie is None else [(b"Cookie", self.cookie.encode("latin-1"))]

    def context(self) -> ssl.SSLContext:
        """What a connection is opened with. Blocks on reading a file. Raises `ConfigurationError`."""
        try:
            if self.own is not None:
                return _pin_context(self.own.read_text(encoding="ascii"))
            return ssl.create_default_context(cafile=self.authorities)
        except (OSError, ValueError) as error:
            unread = error.strerror if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) else None
            reason = unread or "it holds no certificate in PEM"
            raise ConfigurationError(
                f"`{self.authorities or self.own}` can't vouch for the daemon: {reason}; name a file with --ca"
            ) from error


THIS_MACHINE = Trust()


def _pin_context(text: str) -> ssl.SSLContext:
    """The first certificate of a chain is the daemon's; those behind it vouch for others, too. Raises ValueError."""
    first, end, _ = text.partition(_END)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_flags |= _PARTIAL_CHAIN
    context.load_verify_locations(cadata=first + end + "\n")
    return context
