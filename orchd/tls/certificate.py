"""A certificate with its key, as files: what a listener needs of them, and what a person wants to know."""

import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from orchd.errors import ConfigurationError

MAX_BYTES = 1024 * 1024
"""Longest file of certificates that is read."""

WARNING_DAYS = 14
"""Before its end a certificate is warned of: at the start, whenever it is read, and by `orchd check`."""

_MISMATCH = "KEY_VALUES_MISMATCH"


class CertificateFiles(NamedTuple):
    """Where a certificate (with those that vouch for it, in PEM) and its key are."""

    certificate: Path
    key: Path


class CertificateFacts(NamedTuple):
    """What a certificate says: the names that it is for, and until when."""

    names: tuple[str, ...]
    begins: datetime
    ends: datetime

    def fault(self, now: datetime) -> str | None:
        """Why it is no good at `now`, or None."""
        if now >= self.ends:
            return f"it has expired on {self.ends:%Y-%m-%d}"
        return f"it is not valid before {self.begins:%Y-%m-%d %H:%M} UTC" if now < self.begins else None


def load_context(files: CertificateFiles) -> ssl.SSLContext:
    """What a listener speaks TLS by: 1.2 or newer, HTTP/1.1 only, no renegotiation and no compression.

    Blocks on reading the files. Raises `ConfigurationError` with a sentence that names the setting and the file.
    """
    for setting, file in zip(("server.tlsCertificate", "server.tlsKey"), files, strict=True):
        try:
            with file.open("rb"):
                pass
        except OSError as error:
            raise ConfigurationError(f"`{setting}` names `{file}`, which can't be read: {error.strerror}") from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(files.certificate, files.key, password=_no_password)
    except (ssl.SSLError, ValueError) as error:
        raise ConfigurationError(_describe(error, files)) from error
    except OSError as error:
        raise ConfigurationError(f"`{files.certificate}` or `{files.key}` can't be read: {error.strerror}") from error
    return context


def read_facts(file: Path) -> CertificateFacts:
    """What the first certificate of a file says. Blocks on reading it. Raises `ConfigurationError`."""
    from cryptography import x509  # 20 ms, for who asks

    try:
        with file.open("rb") as opened:
            found = x509.load_pem_x509_certificate(opened.read(MAX_BYTES))
        extension = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        names = [*extension.get_values_for_type(x509.DNSName), *extension.get_values_for_type(x509.IPAddress)]
    except x509.ExtensionNotFound:
        names = []
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"`server.tlsCertificate` names `{file}`, which is no certificate in PEM") from error
    return CertificateFacts(tuple(map(str, names)), found.not_valid_before_utc, found.not_valid_after_utc)


def utc_now() -> datetime:
    """The time, to compare with a certificate's."""
    return datetime.now(UTC)


def _no_password() -> str:
    """OpenSSL would ask for one on the terminal and wait there."""
    raise ValueError("encrypted")


def _describe(error: Exception, files: CertificateFiles) -> str:
    if not isinstance(error, ssl.SSLError):
        return f"`server.tlsKey` names `{files.key}`, which is encrypted; write a key without a password, mode 0600"
    if error.reason == _MISMATCH:
        return f"the key in `{files.key}` is not that of the certificate in `{files.certificate}`"
    names = f"`server.tlsCertificate` (`{files.certificate}`) and `server.tlsKey` (`{files.key}`)"
    return f"{names} are no certificate and key in PEM ({error.reason or 'unreadable'})"
