"""The certificate in use, read again when it is asked for and when its files change.

A new one that can't be used leaves the old one in its place, and the log says why: a renewal that went wrong at night
must not end what works until the old one expires. Connections keep the one that they began with.
"""

import os
from pathlib import Path

import structlog
import trio

from orchd.errors import ConfigurationError
from orchd.tls.certificate import WARNING_DAYS, CertificateFacts, CertificateFiles, load_context, read_facts, utc_now
from orchd.wakeup import Signal

WATCH_SECONDS = 10.0
"""Between two looks at the files. Nothing tells of a change in the same way on all systems and file systems."""


class Certificate:
    """The certificate of a listener. Reads its files when it is made, which blocks; raises `ConfigurationError`."""

    def __init__(self, files: CertificateFiles) -> None:
        self._files = files
        self._asked = Signal()
        self._stamps = _stamps(files)
        self.context = load_context(files)
        """For new connections."""
        tell("certificate", _facts(files))

    def renew(self) -> None:
        """Have the files read again, whether or not they look changed. Returns at once."""
        self._asked.set()

    async def watch(self) -> None:
        """Read the files again whenever they change, until cancelled."""
        while True:
            with trio.move_on_after(WATCH_SECONDS) as waiting:
                await self._asked.wait()
            stamps = await trio.to_thread.run_sync(_stamps, self._files)
            if stamps != self._stamps or not waiting.cancelled_caught:
                self._stamps = stamps
                await self._reload()

    async def _reload(self) -> None:
        try:
            self.context = await trio.to_thread.run_sync(load_context, self._files)
        except ConfigurationError as error:
            structlog.get_logger().error("the new certificate can't be used; the old one stays", reason=str(error))
        else:
            tell("certificate renewed", await trio.to_thread.run_sync(_facts, self._files))


def open_certificate(certificate: str | None, key: str | None) -> Certificate | None:
    """The certificate of a listener whose settings name one. Raises `ConfigurationError`; blocks on reading it."""
    if certificate is None or key is None:
        return None
    return Certificate(CertificateFiles(Path(certificate), Path(key)))


def tell(event: str, facts: CertificateFacts | str) -> None:
    """Log what the certificate in use says, or why that is not known; loudly when it is about to end."""
    log = structlog.get_logger()
    if isinstance(facts, str):
        log.warning(event, reason=facts)
        return
    days = (facts.ends - utc_now()).days
    fault = facts.fault(utc_now()) or (f"it expires in {days} days" if days < WARNING_DAYS else None)
    about = {"names": list(facts.names), "until": facts.ends.isoformat()}
    if fault is None:
        log.info(event, **about)
    else:
        log.warning(event, reason=fault, **about)


def _facts(files: CertificateFiles) -> CertificateFacts | str:
    """What the certificate says, or why it can't be read by who can use it. Blocks on reading it."""
    try:
        return read_facts(files.certificate)
    except ConfigurationError as error:
        return str(error)


def _stamps(files: CertificateFiles) -> tuple[tuple[int, int, int] | None, ...]:
    """What differs when a file was changed or exchanged; None for one that is not there. Blocks on the disk."""
    return tuple(map(_stamp, files))


def _stamp(file: os.PathLike[str]) -> tuple[int, int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116 - follows links, as those are what certbot exchanges
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
