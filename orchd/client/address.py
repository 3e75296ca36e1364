"""Where a daemon is, as people type it."""

from urllib.parse import urlsplit

from orchd.errors import ConfigurationError

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def websocket_url(url: str) -> str:
    """The WebSocket address for what people type: `http://` becomes `ws://`, and `/ws` is added to a bare host.

    Raises `ConfigurationError`.
    """
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        usable = parts.hostname is not None and parts.port != 0
    except ValueError:
        usable = False
    if "@" in url:
        raise ConfigurationError(
            "--url: a name or password in an address is not used, and shows; leave out what is before the @"
        )
    if not usable or parts.scheme not in _SCHEMES:
        raise ConfigurationError(f"--url: `{url}` is no address; write e.g. http://127.0.0.1:3001")
    path = parts.path if parts.path.strip("/") else "/ws"
    return parts._replace(scheme=_SCHEMES[parts.scheme], path=path).geturl()
