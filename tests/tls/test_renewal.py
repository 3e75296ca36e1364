"""A certificate that changes while it is in use."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
import trio
from structlog.testing import capture_logs

from orchd.errors import ConfigurationError
from orchd.tls import renewal
from orchd.tls.certificate import CertificateFiles
from orchd.tls.renewal import Certificate, open_certificate
from tests.fix_tls import Authority
from tests.raw_client import until

Logs = list[MutableMapping[str, Any]]


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logs]:
    """What is logged; the files are looked at all the time."""
    monkeypatch.setattr(renewal, "WATCH_SECONDS", 0.01)
    with capture_logs() as lines:
        yield lines


def events(logs: Logs, level: str) -> list[str]:
    return [line["event"] for line in logs if line["log_level"] == level]


async def watched(nursery: trio.Nursery, files: CertificateFiles) -> Certificate:
    certificate = Certificate(files)
    nursery.start_soon(certificate.watch)
    return certificate


async def test_a_new_certificate_is_taken_up(nursery: trio.Nursery, authority: Authority, logs: Logs) -> None:
    certificate = await watched(nursery, authority.issue())
    before = certificate.context
    authority.issue()
    await until(lambda: "certificate renewed" in events(logs, "info"))
    assert certificate.context is not before


async def test_one_that_is_exchanged_by_its_link_is_taken_up(
    nursery: trio.Nursery, authority: Authority, logs: Logs
) -> None:
    old, new = authority.issue("old"), authority.issue("new")
    links = CertificateFiles(old.certificate.with_name("live.pem"), old.certificate.with_name("live.key"))
    for link, target in zip(links, old, strict=True):
        link.symlink_to(target)
    certificate = await watched(nursery, links)
    before = certificate.context
    for link, target in zip(links, new, strict=True):
        link.unlink()
        link.symlink_to(target)
    await until(lambda: certificate.context is not before and "certificate renewed" in events(logs, "info"))


async def test_a_bad_one_leaves_the_old_one_and_says_why_once(
    nursery: trio.Nursery, authority: Authority, logs: Logs
) -> None:
    files = authority.issue()
    certificate = await watched(nursery, files)
    before = certificate.context
    files.key.write_text("garbage")
    await until(lambda: len(events(logs, "error")) > 0)
    await trio.sleep(0.1)
    assert events(logs, "error") == ["the new certificate can't be used; the old one stays"]
    assert certificate.context is before
    files.key.unlink()
    await until(lambda: len(events(logs, "error")) == 2)
    authority.issue()
    await until(lambda: certificate.context is not before)


async def test_it_is_read_when_it_is_asked_for_though_nothing_has_changed(
    nursery: trio.Nursery, authority: Authority, logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(renewal, "WATCH_SECONDS", 3600.0)
    certificate = await watched(nursery, authority.issue())
    before = certificate.context
    certificate.renew()
    await until(lambda: certificate.context is not before)


def test_one_that_is_about_to_end_is_warned_of(authority: Authority, logs: Logs) -> None:
    Certificate(authority.issue(days=100))
    Certificate(authority.issue(days=5.5))
    Certificate(authority.issue(days=-0.5))
    info, soon, ended = logs
    assert info["log_level"] == "info"
    assert (soon["log_level"], soon["reason"]) == ("warning", "it expires in 5 days")
    assert ended["log_level"] == "warning"
    assert "has expired" in ended["reason"]


def test_without_a_usable_one_there_is_none(authority: Authority) -> None:
    files = authority.issue()
    files.key.write_text("garbage")
    with pytest.raises(ConfigurationError):
        Certificate(files)


def test_a_listener_has_one_where_both_files_are_named(authority: Authority) -> None:
    files = authority.issue()
    assert open_certificate(str(files.certificate), str(files.key)) is not None
    assert open_certificate(None, None) is None
