"""A certificate that is exchanged under a daemon that runs: by SIGHUP, for better and for worse."""

import signal
import ssl
from pathlib import Path

import trio

from orchd.client import Client, Trust, connection
from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_tls import Authority
from tests.raw_client import HANG_SECONDS, until


async def shown(one: Daemon, authority: Authority) -> bytes:
    """The certificate that a new connection is shown."""
    below = await trio.open_tcp_stream("127.0.0.1", int(one.url.rpartition(":")[2]))
    async with trio.SSLStream(below, authority.client(), server_hostname="localhost", https_compatible=True) as stream:
        with trio.fail_after(HANG_SECONDS):
            await stream.do_handshake()
        found = stream.getpeercert(binary_form=True)
        assert found is not None
        return bytes(found)


def first(file: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(file.read_text().partition("-----END CERTIFICATE-----")[0] + ssl.PEM_FOOTER + "\n")


async def test_sighup_reads_it_again_and_stops_nothing(
    nursery: trio.Nursery, daemon: StartDaemon, authority: Authority
) -> None:
    files = authority.issue()
    server = {"tlsCertificate": str(files.certificate), "tlsKey": str(files.key)}
    one = await daemon(settings={"server": server})
    assert one.url.startswith("https://")
    old = first(files.certificate)
    assert await shown(one, authority) == old
    stays: Client = await nursery.start(connection, one.url, lambda _: None, Trust(authorities=authority.file))

    authority.issue()
    one.send_signal(signal.SIGHUP)
    await until(lambda: one.log("certificate renewed"))
    assert await shown(one, authority) == first(files.certificate) != old
    good = first(files.certificate)

    files.key.write_text("garbage")
    one.send_signal(signal.SIGHUP)
    await until(lambda: one.log("the new certificate can't be used; the old one stays"))
    assert await shown(one, authority) == good
    assert (await stays.request("backend:list"))["backends"] is not None
    await stays.aclose()
    assert await one.terminate() == 0


async def test_a_daemon_without_a_usable_certificate_does_not_start(daemon: StartDaemon, authority: Authority) -> None:
    files = authority.issue()
    files.key.write_text("garbage")
    server = {"tlsCertificate": str(files.certificate), "tlsKey": str(files.key)}
    one = await daemon(settings={"server": server}, launch=False)
    await one.launch()
    assert await one.ended() == 1
    assert "are no certificate and key in PEM" in one.stderr
    assert one.stdout == ""
