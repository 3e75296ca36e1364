import httpx
import msgspec
import pytest
import trio

from orchd.llm.wire.endpoint import Endpoint
from orchd.llm.wire.transport import WireTransport, ready_made
from tests.fix_upstream import Upstream, reply


class OnePage(httpx.AsyncBaseTransport):
    """A transport of another kind, as that of the models of our own."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await trio.lowlevel.checkpoint()
        return ready_made(201, b'{"a": 1}')


def client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    headers = {"Authorization": "Bearer k"}
    return httpx.AsyncClient(transport=transport, headers=headers, trust_env=False, timeout=httpx.Timeout(None))


@pytest.mark.parametrize("content", [b"{}", b'{"a": "\xc3\xa9"}', b"x" * 300_000, b""])
async def test_requests_are_what_httpx_would_have_sent(upstream: Upstream, content: bytes) -> None:
    upstream.routes["POST /v1/x?y=z"] = reply(200, {})
    transport, url = WireTransport(), upstream.url + "/v1/x?y=z"
    async with client(transport) as http:
        await http.post(url, content=content, headers={"Content-Type": "application/json"})
        endpoint = Endpoint(http, transport, url)
        for _ in range(2):
            head, body = await endpoint.post(content)
            assert (head.status, await body.read_up_to(100)) == (200, b"{}")
            await body.aclose()
    theirs, *ours = upstream.requests
    assert [(each.headers, each.body) for each in ours] == [(theirs.headers, theirs.body)] * 2
    assert theirs.headers["authorization"] == "Bearer k"
    assert endpoint.key == "k"


async def test_a_transport_of_another_kind_is_asked_for_each() -> None:
    transport = OnePage()
    async with client(transport) as http:
        head, body = await Endpoint(http, transport, "http://box/v1/x").post(b'{"b": 2}')
    assert (head.status, head.value(b"content-type")) == (201, "application/json")
    assert msgspec.json.decode(await body.read_up_to(100)) == {"a": 1}
    assert [(str(each.url), each.content) for each in transport.requests] == [("http://box/v1/x", b'{"b": 2}')]


async def test_what_is_no_address_is_told_when_it_is_asked() -> None:
    transport = WireTransport()
    async with client(transport) as http:
        endpoint = Endpoint(http, transport, "http://box:port")
        with pytest.raises(httpx.InvalidURL):
            await endpoint.post(b"{}")
