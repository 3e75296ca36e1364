"""Addresses of model servers as people write them: with or without `/v1`, a slash, or a scheme."""

from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from orchd.errors import ConfigurationError


class Address(NamedTuple):
    """`root` is what paths are appended to, credentials included; `shown` is the same without them; `host` names the
    server.
    """

    root: str
    shown: str
    host: str


def read_address(url: str) -> Address:
    """Return the address in normal form, in which two spellings of one server are equal. Raises ConfigurationError."""
    text = url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"backend url: {_hidden(text)!r} is no address ({error})") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"backend url: {_hidden(text)!r} is not of the form http://host:port")
    return _normal(parts, port or (443 if parts.scheme == "https" else 80))


def _normal(parts: SplitResult, port: int) -> Address:
    name = parts.hostname or ""
    host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    path = parts.path.rstrip("/").removesuffix("/v1").rstrip("/")
    credentials, at, _ = parts.netloc.rpartition("@")
    shown = urlunsplit((parts.scheme, host, path, "", ""))
    return Address(urlunsplit((parts.scheme, credentials + at + host, path, "", "")), shown, host)


def _hidden(text: str) -> str:
    """Leave out what may be a password."""
    return text.rpartition("@")[2]
