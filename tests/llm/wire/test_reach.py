import errno
import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from orchd.errors import OrchdError
from orchd.llm.probing.probe import Prober
from orchd.llm.wire.pipe import connect_tcp
from orchd.llm.wire.reach import speaks_tls, why_unreachable
from orchd.llm.wire.transport import WireTransport
from tests.fix_upstream import Upstream, reply


class Certificates:
    """Makes what a server shows; the last one made is in `trusted`."""

    def __init__(self, folder: Path) -> None:
        self.trusted = folder / "trusted.pem"
        self._folder = folder

    def make(self, name: str, days: int = 9) -> ssl.SSLContext:
        """A server's context with a certificate for a name, valid for so many days."""
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        kind, _, told = name.partition(":")
        holder = x509.DNSName(told) if kind == "DNS" else x509.IPAddress(ip_address(told))
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
        builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(now - timedelta(days=30)).not_valid_after(now + timedelta(days=days))
        made = builder.add_extension(x509.SubjectAlternativeName([holder]), critical=False).sign(key, hashes.SHA256())
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self._folder / "key.pem").write_bytes(plain)
        self.trusted.write_bytes(made.public_bytes(Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.trusted, self._folder / "key.pem")
        return context


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    return Certificates(tmp_path)


async def reason(url: str, trusted: Path | None = None) -> str:
    """Why a server can't be used, as a probe tells it."""
    tls = None if trusted is None else ssl.create_default_context(cafile=str(trusted))
    timeout = httpx.Timeout(None, connect=5)
    async with httpx.AsyncClient(transport=WireTransport(tls=tls), trust_env=False, timeout=timeout) as http:
        with pytest.raises(OrchdError) as caught:
            await Prober(http, url, "box").probe(None)
    assert "Errno" not in caught.value.message
    assert "_ssl.c" not in caught.value.message
    return caught.value.message


async def serve_tls(nursery: trio.Nursery, context: ssl.SSLContext) -> int:
    async def serve(stream: trio.abc.Stream) -> None:
        with trio.move_on_after(20):
            try:
                await stream.receive_some(1)
            except (trio.BrokenResourceError, ssl.SSLError):
                return

    listeners: list[trio.SSLListener[trio.SocketStream]] = await nursery.start(
        trio.serve_ssl_over_tcp, serve, 0, context
    )
    transport = listeners[0].transport_listener
    assert isinstance(transport, trio.SocketListener)
    port: int = transport.socket.getsockname()[1]
    return port


async def test_a_certificate_that_nobody_here_knows(nursery: trio.Nursery, certificates: Certificates) -> None:
    port = await serve_tls(nursery, certificates.make("DNS:localhost"))
    assert "signed by itself" in await reason(f"https://localhost:{port}")


async def test_a_certificate_for_another_name(nursery: trio.Nursery, certificates: Certificates) -> None:
    port = await serve_tls(nursery, certificates.make("DNS:box.lan"))
    assert "for another name" in await reason(f"https://localhost:{port}", certificates.trusted)
    assert "for another" in await reason(f"https://127.0.0.1:{port}", certificates.trusted)


async def test_a_certificate_that_has_expired(nursery: trio.Nursery, certificates: Certificates) -> None:
    port = await serve_tls(nursery, certificates.make("DNS:localhost", -1))
    assert "expired" in await reason(f"https://localhost:{port}", certificates.trusted)


async def test_a_plain_port_is_asked_for_tls(nursery: trio.Nursery) -> None:
    async def serve(stream: trio.SocketStream) -> None:
        await stream.receive_some(10)
        await stream.send_all(reply(400, b"bad request", "text/plain"))
        await stream.aclose()

    listeners = await nursery.start(trio.serve_tcp, serve, 0)
    port = listeners[0].socket.getsockname()[1]
    assert "begins with http://" in await reason(f"https://127.0.0.1:{port}")


async def test_a_plain_port_that_waits_for_more_than_tls_says(
    memory_upstream: Upstream, autojump_clock: trio.testing.MockClock
) -> None:
    timeout = httpx.Timeout(None, connect=5)
    transport = WireTransport(memory_upstream.connect)
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=timeout) as http:
        with pytest.raises(OrchdError, match="begins with http://"):
            await Prober(http, "https://box", "box").probe(None)


async def test_a_port_that_closes_when_tls_begins(nursery: trio.Nursery) -> None:
    listeners = await nursery.start(trio.serve_tcp, lambda stream: stream.aclose(), 0)
    port = listeners[0].socket.getsockname()[1]
    assert "begins with http://" in await reason(f"https://127.0.0.1:{port}")


async def test_a_tls_port_is_asked_in_plain_text(nursery: trio.Nursery, certificates: Certificates) -> None:
    port = await serve_tls(nursery, certificates.make("DNS:localhost"))
    assert "begins with https://" in await reason(f"http://127.0.0.1:{port}")
    assert await speaks_tls(connect_tcp, "127.0.0.1", port)


async def test_a_server_that_breaks_off_speaks_no_tls(nursery: trio.Nursery) -> None:
    listeners = await nursery.start(trio.serve_tcp, lambda stream: stream.aclose(), 0)
    port = listeners[0].socket.getsockname()[1]
    assert "the connection to box was lost" in await reason(f"http://127.0.0.1:{port}")
    assert not await speaks_tls(connect_tcp, "127.0.0.1", 1)


async def test_nothing_listens_there() -> None:
    with socket.socket() as taken:  # bound, but not listening
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert "connection refused" in await reason(f"http://127.0.0.1:{port}")
        assert "connection refused" in await reason(f"https://localhost:{port}")


async def test_a_name_that_no_machine_has() -> None:
    said = await reason("http://no-such-machine.invalid:1234")
    assert "name" in said, said
    assert "is no name" in await reason(f"http://{'x' * 80}.example:1")


async def test_no_answer_to_a_call_in_time(autojump_clock: trio.testing.MockClock) -> None:
    async def connect(host: str, port: int) -> trio.abc.Stream:
        await trio.sleep_forever()
        raise AssertionError

    timeout = httpx.Timeout(None, connect=3)
    async with httpx.AsyncClient(transport=WireTransport(connect), trust_env=False, timeout=timeout) as http:
        with pytest.raises(OrchdError, match="in time: nothing comes back"):
            await Prober(http, "http://box", "box").probe(None)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EHOSTUNREACH, "no way to that machine"),
        (errno.ENETUNREACH, "no way to that network"),
        (errno.ECONNRESET, "broke the connection"),
        (errno.EMFILE, "too many files"),
        (errno.EACCES, "firewall"),
        (errno.EIO, "no connection could be opened"),
    ],
)
def test_what_the_system_says(code: int, said: str) -> None:
    whole = OSError("all attempts to connect to [10.0.0.1]:1 failed")
    whole.__cause__ = ExceptionGroup("several", [OSError(code, "secret"), OSError(code, "secret")])
    assert said in why_unreachable(whole)
    assert "secret" not in why_unreachable(whole)


def test_a_name_service_that_is_away_is_another_matter() -> None:
    assert "could not be looked up now" in why_unreachable(socket.gaierror(socket.EAI_AGAIN, "x"))
    assert "no machine of that name" in why_unreachable(socket.gaierror(socket.EAI_NONAME, "x"))
