"""Pictures from elsewhere: what is fetched, and all that isn't."""

import gzip
import ssl
from collections.abc import Callable, Mapping

import pytest
import trio
from structlog.testing import capture_logs

from orchd.errors import Busy, OrchdError
from orchd.outside import pictures
from orchd.outside.exchange import AGENT
from orchd.outside.pictures import MAX_BYTES, MOST_AT_ONCE, MOST_OF_ONE, PictureFetcher
from tests.fix_tls import Authority
from tests.outside.hosts import PNG, PUBLIC, FakeNet, Serve, page, raw

PATIENCE = 60.0
HTTP, HTTPS = (PUBLIC, 80), (PUBLIC, 443)
OTHER = "8.8.4.4"
OneNet = Callable[..., FakeNet]


@pytest.fixture
def make_net(nursery: trio.Nursery) -> OneNet:
    def make(hosts: Mapping[tuple[str, int], Serve], names: Mapping[str, list[list[str]]] | None = None) -> FakeNet:
        return FakeNet(nursery, hosts, names)

    return make


def to(location: str, status: str = "302 Found") -> Serve:
    return page(b"", status, f"Location: {location}\r\n")


async def silent(stream: trio.abc.Stream) -> None:
    await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + PNG[:20])
    await trio.sleep_forever()


async def dripping(stream: trio.abc.Stream) -> None:
    await stream.send_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + PNG)
    while True:
        await stream.send_all(b"\x00")
        await trio.sleep(0.01)


async def broken_off(stream: trio.abc.Stream) -> None:
    await page(length=1000)(stream)
    await stream.aclose()


async def endless(stream: trio.abc.Stream) -> None:
    await stream.send_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%s\r\n" % (len(PNG), PNG))
    while True:
        await stream.send_all(b"10000\r\n" + b"\x00" * 0x10000 + b"\r\n")


async def test_a_picture_as_the_host_has_it_and_nothing_of_who_asks(make_net: OneNet) -> None:
    net = make_net({HTTP: page(headers="Content-Type: text/html\r\nSet-Cookie: a=b\r\n")})
    fetcher = PictureFetcher(net=net.net())
    with trio.fail_after(PATIENCE), capture_logs() as logged:
        found = await fetcher.fetch(1, "http://far.example/a b.png?x=1#y".replace(" ", "%20"))
        await fetcher.fetch(1, "http://far.example/")
    assert found == ("image/png", PNG), "its bytes say what it is"
    first, second = net.asked
    assert first.startswith(b"GET /a%20b.png?x=1 HTTP/1.1\r\n")
    assert AGENT.encode() in first
    names = {line.partition(b":")[0].lower() for line in first.split(b"\r\n")[1:] if line}
    assert names == {b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"}
    assert b"cookie" not in second.lower()
    assert [(line["host"], line["outcome"], line["log_level"]) for line in logged] == [
        ("far.example", "ok", "debug")
    ] * 2


async def test_by_tls_a_certificate_has_to_name_the_host(make_net: OneNet, authority: Authority) -> None:
    files = authority.issue(names=("far.example",))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)

    async def secured(stream: trio.abc.Stream) -> None:
        inside = trio.SSLStream(stream, context, server_side=True, https_compatible=True)
        await inside.receive_some(65536)
        await page()(inside)

    net = make_net({HTTPS: secured})
    believing = PictureFetcher(net=net.net(lambda: ssl.create_default_context(cafile=str(authority.file))))
    with trio.fail_after(PATIENCE):
        assert (await believing.fetch(1, "https://far.example/a.png")).content == PNG
        for fetcher, url in (
            (believing, "https://other.example/a.png"),
            (PictureFetcher(net=net.net()), "https://far.example/"),
        ):
            with pytest.raises(OrchdError) as refused:
                await fetcher.fetch(1, url)
            assert refused.value.reason == "host_away"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (page(b"<svg xmlns='http://www.w3.org/2000/svg'/>", headers="Content-Type: image/png\r\n"), "picture_type"),
        (page(b"<html>", headers="Content-Type: image/png\r\n"), "picture_type"),
        (page(b""), "picture_type"),
        (page(gzip.compress(PNG + b"\x00" * 50_000_000), headers="Content-Encoding: gzip\r\n"), "picture_type"),
        (page(headers="Content-Encoding: br\r\n"), "picture_type"),
        (page(b"x" * 100_000, length=MAX_BYTES), "picture_type"),
        (page(length=MAX_BYTES + 1), "picture_size"),
        (endless, "picture_size"),
        (page(status="404 Not Found"), "picture_status"),
        (page(status="206 Partial Content"), "picture_status"),
        (broken_off, "host_away"),
        (raw(b"garbage\r\n\r\n"), "host_away"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000), "host_away"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1e9\r\n\r\n"), "host_away"),
        (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"), "host_away"),
        (to(""), "picture_redirects"),
        (raw(b"HTTP/1.1 302 Found\r\nLocation: /\xff\xfe\r\n\r\n"), "picture_redirects"),
        (to("ftp://far.example:21/"), "web_address"),
        (to("http://far.example/again"), "picture_redirects"),
        (to("ftp://far.example/"), "web_address"),
        (to("file:///etc/passwd"), "web_address"),
        (to("//me:secret@far.example/"), "web_address"),
        (to("http://far.example:22/"), "web_address"),
        (to("http://127.0.0.1/"), "own_network"),
        (to("http://[::ffff:169.254.169.254]/latest/meta-data"), "own_network"),
        (to("http://inside.example/"), "own_network"),
    ],
)
async def test_what_is_no_picture(make_net: OneNet, answer: Serve, reason: str) -> None:
    net = make_net(
        {HTTP: answer}, {"inside.example": [["10.0.0.5"]], "::ffff:169.254.169.254": [["::ffff:169.254.169.254"]]}
    )
    fetcher = PictureFetcher(net=net.net())
    with trio.fail_after(PATIENCE), pytest.raises(OrchdError) as refused:
        await fetcher.fetch(1, "http://far.example/a.png")
    assert refused.value.reason == reason
    assert not any(each in refused.value.message for each in ("10.0", "127.0", "169.254", "example"))
    assert {address for address, _ in net.dialled} == {PUBLIC}, "nobody else was ever connected to"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a.png",
        "http://0x7f.1/a.png",
        "http://2130706433/a.png",
        "http://[::1]/a.png",
        "http://inside.example/a.png",
        "http://half.example/a.png",
        "http://far.example:8080/a.png",
        "http://me@far.example/a.png",
        "http://far.example\\@127.0.0.1/a.png",
        "http://far.example/a\r\nX: y",
        "http://far.example/" + "a" * 3000,
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "//far.example/a.png",
        "http://",
        "http://gone.example/a.png",
    ],
)
async def test_what_is_not_asked_for(make_net: OneNet, url: str) -> None:
    loopback = {name: [["127.0.0.1"]] for name in ("0x7f.1", "2130706433")}
    mixed = {"inside.example": [["192.168.0.1"]], "half.example": [[PUBLIC, "10.0.0.1"]], "gone.example": [[]]}
    net = make_net({HTTP: page()}, {**loopback, **mixed})
    with trio.fail_after(PATIENCE), pytest.raises(OrchdError) as refused:
        await PictureFetcher(net=net.net()).fetch(1, url)
    assert refused.value.reason in ("web_address", "own_network", "unknown_host")
    assert net.dialled == []


async def test_a_name_that_means_something_else_a_moment_later(make_net: OneNet) -> None:
    meanings = [[PUBLIC], ["127.0.0.1"]]
    net = make_net({HTTP: page()}, {"turning.example": meanings})
    with trio.fail_after(PATIENCE):
        assert (await PictureFetcher(net=net.net()).fetch(1, "http://turning.example/")).content == PNG
    assert net.dialled == [HTTP], "what was judged is what is connected to"
    net = make_net({HTTP: to("/again")}, {"turning.example": meanings})
    with trio.fail_after(PATIENCE), pytest.raises(OrchdError) as refused:
        await PictureFetcher(net=net.net()).fetch(1, "http://turning.example/")
    assert (refused.value.reason, net.dialled) == ("own_network", [HTTP])


async def test_redirects_are_followed_as_far_as_they_may(make_net: OneNet) -> None:
    ways = iter([to("http://second.example/b"), to("/c", "301 Moved"), to("d", "307 Temporary Redirect"), page()])

    async def serve(stream: trio.abc.Stream) -> None:
        await next(ways)(stream)

    net = make_net({HTTP: serve, (OTHER, 80): serve}, {"second.example": [[OTHER]]})
    with trio.fail_after(PATIENCE):
        assert (await PictureFetcher(net=net.net()).fetch(1, "http://far.example/a")).content == PNG
    assert net.dialled == [HTTP, *[(OTHER, 80)] * 3]
    assert [each.split(b" ")[1] for each in net.asked] == [b"/a", b"/b", b"/c", b"/d"]
    assert b"Host: second.example\r\n" in net.asked[-1]


async def test_letters_in_a_redirect_are_utf_8(make_net: OneNet) -> None:
    ways = iter([to("/tschüß à la carte"), page()])

    async def serve(stream: trio.abc.Stream) -> None:
        await next(ways)(stream)

    net = make_net({HTTP: serve})
    with trio.fail_after(PATIENCE):
        await PictureFetcher(net=net.net()).fetch(1, "http://far.example/a")
    assert net.asked[-1].startswith(b"GET /tsch%C3%BC%C3%9F%20%C3%A0%20la%20carte HTTP/1.1")


@pytest.mark.parametrize("scheme", ["https", "HTTPS"])
async def test_no_redirect_leads_from_https_to_http(make_net: OneNet, authority: Authority, scheme: str) -> None:
    files = authority.issue(names=("far.example",))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files.certificate, files.key)

    async def secured(stream: trio.abc.Stream) -> None:
        inside = trio.SSLStream(stream, context, server_side=True, https_compatible=True)
        await inside.receive_some(65536)
        await to("http://far.example/b")(inside)

    net = make_net({HTTPS: secured, HTTP: page()})
    fetcher = PictureFetcher(net=net.net(lambda: ssl.create_default_context(cafile=str(authority.file))))
    with trio.fail_after(PATIENCE), pytest.raises(OrchdError) as refused:
        await fetcher.fetch(1, f"{scheme}://far.example/a.png")
    assert (refused.value.reason, net.dialled) == ("picture_redirects", [HTTPS])


@pytest.mark.parametrize("serve", [silent, dripping])
async def test_a_host_that_takes_its_time(make_net: OneNet, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "FETCH_SECONDS", 0.3)
    net = make_net({HTTP: serve})
    with trio.fail_after(PATIENCE), pytest.raises(OrchdError) as refused:
        await PictureFetcher(net=net.net()).fetch(1, "http://far.example/a.png")
    assert (refused.value.code, refused.value.reason) == ("timeout", "picture_slow")


async def test_one_that_nobody_waits_for_is_let_go_of(make_net: OneNet, nursery: trio.Nursery) -> None:
    begun = trio.Event()

    async def serve(stream: trio.abc.Stream) -> None:
        begun.set()

    net = make_net({HTTP: serve})
    fetcher = PictureFetcher(net=net.net())
    with trio.fail_after(PATIENCE), capture_logs() as logged:
        async with trio.open_nursery() as asking:
            asking.start_soon(fetcher.fetch, 1, "http://far.example/")
            await begun.wait()
            asking.cancel_scope.cancel()
        await net.left.wait()
    assert [line["outcome"] for line in logged] == ["cancelled"]


async def test_few_at_once_for_one_and_for_all(make_net: OneNet) -> None:
    net = make_net({HTTP: silent})
    fetcher = PictureFetcher(net=net.net())
    users = [user for user in range(MOST_AT_ONCE // MOST_OF_ONE) for _ in range(MOST_OF_ONE)]
    with trio.fail_after(PATIENCE):
        async with trio.open_nursery() as asking:
            for user in users[:-1]:
                asking.start_soon(fetcher.fetch, user, "http://far.example/")
            while len(net.asked) < len(users) - 1:
                await trio.testing.wait_all_tasks_blocked(0.01)
            with pytest.raises(Busy) as refused:
                await fetcher.fetch(0, "http://far.example/")
            assert (refused.value.reason, refused.value.retry_after_ms) == ("pictures", 1000)
            asking.start_soon(fetcher.fetch, users[-1], "http://far.example/")
            while len(net.asked) < len(users):
                await trio.testing.wait_all_tasks_blocked(0.01)
            with pytest.raises(Busy):
                await fetcher.fetch(99, "http://far.example/")
            asking.cancel_scope.cancel()
        net = make_net({HTTP: page()})
        assert (await PictureFetcher(net=net.net()).fetch(0, "http://far.example/")).content == PNG


async def test_an_operator_turns_it_off(make_net: OneNet) -> None:
    net = make_net({HTTP: page()})
    with pytest.raises(OrchdError) as refused:
        await PictureFetcher(enabled=False, net=net.net()).fetch(1, "http://far.example/")
    assert (refused.value.code, refused.value.reason, net.dialled) == ("forbidden", "pictures_off", [])
