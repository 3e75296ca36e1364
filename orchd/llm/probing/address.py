"""Addresses of model servers as people write them: with or without `/v1`, a slash, a scheme, or the page of a call.

Where a server has its API can't be told from an address alone: `/v1` is usual, a vendor's own prefix is common, and
what a reverse proxy serves may stand under any path. So an address gives candidates, in the order in which to try them.
"""

from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit, urlunsplit

from orchd.errors import ConfigurationError
from orchd.patterns import lazy_pattern

_CALLS = (
    "/chat/completions",
    "/completions",
    "/embeddings",
    "/responses",
    "/messages",
    "/models",
    "/api/chat",
    "/api/generate",
    "/api/tags",
    "/api/version",
    "/api/show",
    "/api/ps",
    "/api/embed",
    "/props",
    "/slots",
    "/health",
    "/metrics",
    "/docs",
    "/redoc",
    "/openapi.json",
    "/index.html",
)
"""What people paste with an address: the pages of calls."""
_VERSION = lazy_pattern(r"/v\d+(?:\.\d+)?(?:(?:alpha|beta)\d*)?")
_V1 = lazy_pattern(r"(.*/v1)/(?!.*/v\d)")
_NO_HOST = lazy_pattern(r"[\s\"<>\\^`{|}]")
"""What stands in no name of a host (URL Standard, forbidden host code points)."""
_GUESSES = ("", "/api/v1", "/openai/v1", "/api")
"""Where the OpenAI-compatible API may be on a server that is named without any path, after the usual place."""


class Address(NamedTuple):
    """Where a server is, and where its pages may be.

    `root` is what the pages of one product are appended to, credentials included, `roots` all the candidates for that;
    `bases` are those for what `/models` and `/chat/completions` are appended to, `guesses` those among them that nobody
    wrote. `shown` is the address without credentials; `host` names the server.
    """

    root: str
    shown: str
    host: str
    bases: tuple[str, ...]
    roots: tuple[str, ...]
    guesses: frozenset[str] = frozenset()


def read_address(url: str) -> Address:
    """Return the address in normal form, in which two spellings of one server are equal. Raises ConfigurationError."""
    text = url.strip().strip("'\"<>` ")
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError as error:
        raise ConfigurationError(f"backend url: {_hidden(text)!r} is no address ({error})") from error
    if parts.scheme not in ("http", "https") or not _is_host(parts.hostname or "") or port == 0:
        raise ConfigurationError(f"backend url: {_hidden(text)!r} is not of the form http://host:port")
    return _normal(parts, port or (443 if parts.scheme == "https" else 80))


def without_credentials(url: str) -> str:
    """Return a URL as it may be shown: no credentials, no query, no fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def _normal(parts: SplitResult, port: int) -> Address:
    name = parts.hostname or ""
    host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    credentials, at, _ = parts.netloc.rpartition("@")

    def whole(path: str) -> str:
        return urlunsplit((parts.scheme, credentials + at + host, path, "", ""))

    path = _without_call(parts.path)
    shown = urlunsplit((parts.scheme, host, path.removesuffix("/v1"), "", ""))
    roots = tuple(map(whole, _roots(path)))
    bases, guesses = _bases(path)
    return Address(roots[0], shown, host, tuple(map(whole, bases + guesses)), roots, frozenset(map(whole, guesses)))


def _without_call(path: str) -> str:
    """Take off slashes at the end and the page of a call."""
    path = "".join(f"/{segment}" for segment in path.split("/") if segment)
    for call in _CALLS:
        if path.lower().endswith(call):
            return path[: -len(call)].rstrip("/")
    return path


def _bases(path: str) -> tuple[list[str], list[str]]:
    """Return where the API may be, and where it might be all the same. A path with a version is meant as it stands."""
    if not path:
        return ["/v1"], list(_GUESSES)
    if path.startswith("/api"):
        return _candidate_bases(path), ["/v1"]
    return _candidate_bases(path), []


def _candidate_bases(path: str) -> list[str]:
    if path.endswith("/v1"):
        return [path]
    if not any(_VERSION.fullmatch(f"/{segment}") for segment in path.split("/")):
        return [f"{path}/v1", path]
    call = _V1.match(path)  # what follows may be the page of a call that nobody here knows
    return [path, f"{path}/v1", *([call[1]] if call else [])]


def _roots(path: str) -> list[str]:
    """Return what the pages of one product may be appended to: they know nothing of the API's version."""
    head, _, last = path.rpartition("/")
    root = head if _VERSION.fullmatch(f"/{last}") else path
    return [root, root.removesuffix("/api")] if root.endswith("/api") else [root]


def _is_host(name: str) -> bool:
    """Whether a server may be called that; what `urlsplit` takes for a name may be a whole sentence."""
    return bool(name) and name.isprintable() and _NO_HOST.search(name) is None


def _hidden(text: str) -> str:
    """Leave out what may be a password."""
    return text.rpartition("@")[2]


class ServerLocation:
    """Where a server's pages are, as far as has been found out: `root` for those of its own, `base` for the API's."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.root = address.root
        self.base = address.bases[0]
        self.found = False
        """`base` has answered with a list."""

    @property
    def bases(self) -> tuple[str, ...]:
        """Return where the API is, or all the candidates."""
        return (self.base,) if self.found else self.address.bases

    def take_root(self, root: str) -> None:
        """Look at another candidate; the API of a product that is told by its own pages is under `/v1`."""
        self.root, self.base = root, f"{root}/v1"

    def take(self, other: "ServerLocation") -> None:
        self.root, self.base, self.found = other.root, other.base, other.found

    def forget(self) -> None:
        """Begin anew: another server may be there by now."""
        self.root, self.base, self.found = self.address.root, self.address.bases[0], False

    def is_guess(self, base: str) -> bool:
        """Tell whether nobody wrote that path, nor is it the usual one: what is found there must say what it is."""
        return base in self.address.guesses
