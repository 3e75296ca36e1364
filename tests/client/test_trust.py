"""Which daemon a client takes for the right one, over real sockets."""

from pathlib import Path

import pytest
import trio

from orchd.client import THIS_MACHINE, Client, Trust, connection
from orchd.errors import ConfigurationError, Unavailable
from tests.fix_daemon import StartApp
from tests.fix_tls import Authority
from tests.raw_client import HANG_SECONDS


async def attempt(url: str, trust: Trust) -> str:
    """The session's protocol, or why there is none."""
    async with trio.open_nursery() as nursery:
        try:
            with trio.fail_after(HANG_SECONDS):
                client: Client = await nursery.start(connection, url, lambda _frame: None, trust)
        except Unavailable as error:
            return str(error)
        await client.aclose()
        return str(client.session["protocol"])


async def test_who_is_believed(app: StartApp, authority: Authority, tmp_path: Path) -> None:
    files = authority.issue(names=["localhost"])
    other = authority.issue("other", names=["localhost"])
    one = await app(tls_certificate=str(files.certificate), tls_key=str(files.key))
    assert one.url.startswith("https://127.0.0.1:")
    named = one.url.replace("127.0.0.1", "localhost")
    assert await attempt(named, Trust(authorities=authority.file)) == "orchd.v1"
    assert await attempt(one.url, Trust(own=files.certificate)) == "orchd.v1"
    assert "not believed (self-signed certificate in certificate chain)" in await attempt(named, THIS_MACHINE)
    assert "not believed (IP address mismatch" in await attempt(one.url, Trust(authorities=authority.file))
    told = await attempt(one.url, Trust(own=other.certificate))
    assert "not believed" in told, "the same authority vouches for it, and it is another one"
    assert "use https://" in await attempt(one.url.replace("https:", "http:"), THIS_MACHINE)


async def test_a_file_that_vouches_for_nobody_is_a_wrong_configuration(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("nothing")
    for trust in (Trust(authorities=tmp_path / "empty"), Trust(own=tmp_path / "empty")):
        with pytest.raises(ConfigurationError, match="it holds no certificate"):
            trust.context()
    for trust in (Trust(authorities=tmp_path / "absent"), Trust(own=tmp_path / "absent")):
        with pytest.raises(ConfigurationError, match="No such file"):
            trust.context()


async def test_one_that_has_expired_is_not_believed_though_it_is_the_one(app: StartApp, authority: Authority) -> None:
    files = authority.issue(days=-0.1)
    one = await app(tls_certificate=str(files.certificate), tls_key=str(files.key))
    assert "not believed (certificate has expired)" in await attempt(one.url, Trust(own=files.certificate))


def test_a_token_is_shown_to_the_daemon_and_to_nobody_else() -> None:
    trust = Trust(token="orchd_pat_secret")
    assert trust.headers() == [(b"Authorization", b"Bearer orchd_pat_secret")]
    assert THIS_MACHINE.headers() == []
    assert "secret" not in repr(trust) + str(trust)
