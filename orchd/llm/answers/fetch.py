"""Small JSON requests to a model server: lists, versions, loads. Bounded in size by count, in time by the caller."""

from typing import Any, NamedTuple

import httpx
import msgspec
import trio

from orchd.errors import ConfigurationError
from orchd.llm.answers.words import without_key
from orchd.llm.types import BackendSpec
from orchd.llm.wire.chunks import loads
from orchd.llm.wire.transport import body_of

MAX_REPLY_BYTES = 1024 * 1024


class FetchResult(NamedTuple):
    """A reply: its status, its bytes, and where it wants to send whoever asked."""

    status: int
    body: bytes
    location: str = ""

    def json(self) -> Any:
        """Return the JSON value, None when the body is none."""
        return loads(self.body)

    def success(self) -> bytes:
        """Return the bytes of a success, none of a failure."""
        return self.body if self.status == 200 else b""

    def success_json(self) -> dict[str, Any] | None:
        """Return the JSON object of a success; None for any failure, those with status 200 and an `error` included."""
        value = self.json() if self.status == 200 else None
        return value if isinstance(value, dict) and "error" not in value else None


async def fetch(
    client: httpx.AsyncClient,
    url: str,
    send: dict[str, Any] | None = None,
    *,
    limit: int = MAX_REPLY_BYTES,
    head_seconds: float = float("inf"),
) -> FetchResult:
    """GET `url`, or POST `send` to it, and return at most `limit` bytes of the reply.

    No redirect is followed. Raises httpx.TransportError (`failures.map_errors` translates), trio.TooSlowError when the
    reply has not begun after `head_seconds`; else waits without a bound.
    """
    if send is None:
        request = client.build_request("GET", url)
    else:
        headers = {"Content-Type": "application/json"}
        request = client.build_request("POST", url, content=msgspec.json.encode(send), headers=headers)
    with trio.fail_after(head_seconds):
        response = await client.send(request, stream=True)
    try:
        location = response.headers.get("Location", "") if 300 <= response.status_code < 400 else ""
        body = await body_of(response).read_up_to(limit)
        if response.status_code >= 400:
            body = without_key(body.decode("latin-1"), key_of(client)).encode("latin-1")
        return FetchResult(response.status_code, body, location)
    finally:
        await response.aclose()


def key_of(client: httpx.AsyncClient) -> str:
    """Return the key that goes with each of the client's requests, empty when none does."""
    return str(client.headers.get("Authorization", "")).removeprefix("Bearer ")


def make_client(spec: BackendSpec, transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    """Return the client for all that is asked of a server. Raises ConfigurationError for a key that can't be sent."""
    key = spec.api_key
    if key is not None and not (key.isascii() and key.isprintable()):
        raise ConfigurationError("backend apiKey: only printable ASCII characters can be sent")
    return httpx.AsyncClient(
        transport=transport,
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=httpx.Timeout(None, connect=spec.deadlines.connect),
        trust_env=False,
    )
