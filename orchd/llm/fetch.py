"""Small JSON requests to a model server: lists, versions, loads. Bounded in size by count, in time by the caller."""

from typing import Any, NamedTuple

import httpx
import msgspec

from orchd.llm.chunks import loads
from orchd.llm.wire import body_of

MAX_REPLY_BYTES = 1024 * 1024


class Fetched(NamedTuple):
    """A reply: its status and its bytes."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the JSON value, None when the body is none."""
        return loads(self.body)

    def found(self) -> dict[str, Any] | None:
        """Return the JSON object of a success; None for any failure, those with status 200 and an `error` included."""
        value = self.json() if self.status == 200 else None
        return value if isinstance(value, dict) and "error" not in value else None


async def fetch(
    client: httpx.AsyncClient, url: str, send: dict[str, Any] | None = None, *, limit: int = MAX_REPLY_BYTES
) -> Fetched:
    """GET `url`, or POST `send` to it, and return at most `limit` bytes of the reply.

    No redirect is followed. Raises httpx.TransportError (`failures.map_errors` translates); waits without a bound.
    """
    if send is None:
        request = client.build_request("GET", url)
    else:
        headers = {"Content-Type": "application/json"}
        request = client.build_request("POST", url, content=msgspec.json.encode(send), headers=headers)
    response = await client.send(request, stream=True)
    try:
        return Fetched(response.status_code, await body_of(response).read_up_to(limit))
    finally:
        await response.aclose()
