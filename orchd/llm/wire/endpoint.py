"""One address of a model server that is asked again and again, past httpx's way of a request.

An answer's request is the same each time but for its content. httpx builds one, with the server's key and timeouts; its
head is kept. What httpx does besides for each request (cookies, redirects, authentication, hooks) is no use here, and
took about a quarter of a millisecond of each answer's start.
"""

import httpx

from orchd.llm.wire.head import ResponseHead
from orchd.llm.wire.transport import (
    SENDING,
    PreparedRequest,
    Sending,
    WireBody,
    WireTransport,
    body_of,
    nobody,
    prepare,
)

_JSON = {"Content-Type": "application/json"}


class Endpoint:
    """Where JSON is sent by POST: `url` of the server that `client` asks by way of `transport`."""

    def __init__(self, client: httpx.AsyncClient, transport: httpx.AsyncBaseTransport, url: str) -> None:
        self.url = url
        self._client = client
        self._transport = transport
        self._prepared: PreparedRequest | None = None

    def at(self, url: str) -> "Endpoint":
        """Return the endpoint of another address of the same server; itself for its own."""
        return self if url == self.url else Endpoint(self._client, self._transport, url)

    def anew(self) -> "Endpoint":
        """Return the endpoint of the same address for other headers of the client, a new key for example."""
        return Endpoint(self._client, self._transport, self.url)

    @property
    def key(self) -> str:
        """The key that goes with each request, empty when none does."""
        return str(self._client.headers.get("Authorization", "")).removeprefix("Bearer ")

    async def post(
        self, content: bytes, sending: Sending = nobody, headers: bytes = b""
    ) -> tuple[ResponseHead, WireBody]:
        """Send `content` and return the response once its head is there; the caller closes the body.

        `sending` is called once there is a connection; `headers` are further lines, for servers that are asked over
        sockets. Raises httpx.TransportError, httpx.InvalidURL.
        """
        if not isinstance(self._transport, WireTransport):
            request = self._request(content)
            request.extensions = {**request.extensions, SENDING: sending}
            response = await self._transport.handle_async_request(request)
            return ResponseHead(response.status_code, response.headers.raw), body_of(response)
        if self._prepared is None:
            self._prepared = prepare(self._request(b""))
        return await self._transport.exchange(self._prepared, content, sending, headers)

    def _request(self, content: bytes) -> httpx.Request:
        return self._client.build_request("POST", self.url, content=content, headers=_JSON)
