"""`authority`: a certificate authority of the tests' own, which vouches for any name for any time."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orchd.tls.certificate import CertificateFiles

_SIGNS = x509.KeyUsage(
    key_cert_sign=True, crl_sign=True, digital_signature=False, content_commitment=False, key_encipherment=False,
    data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
)  # fmt: skip


class Authority:
    """Writes certificates into a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the tests' authority")])
        now = datetime.now(UTC)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        builder = self._builder(self._name, self._key, now - timedelta(days=1), now + timedelta(days=1000))
        builder = builder.add_extension(constraints, critical=True).add_extension(_SIGNS, critical=True)
        self._certificate = builder.sign(self._key, hashes.SHA256())
        self.file = directory / "authority.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def issue(
        self,
        name: str = "server",
        names: Sequence[str] = ("127.0.0.1", "localhost"),
        days: float = 100,
        begins: float = -1,
    ) -> CertificateFiles:
        """Write `NAME.pem`, the authority's behind it, and `NAME.key`; one that is there is written anew."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "orchd")])
        builder = self._builder(subject, key, now + timedelta(days=begins), now + timedelta(days=days))
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(list(map(_name, names))), critical=False)
        signed = builder.sign(self._key, hashes.SHA256())
        files = CertificateFiles(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        files.certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + self.file.read_bytes())
        files.key.touch(mode=0o600)
        files.key.write_bytes(_pem(key, serialization.NoEncryption()))
        return files

    def encrypt_key(self, files: CertificateFiles) -> None:
        """Exchange the key for itself behind a password."""
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        files.key.write_bytes(_pem(key, serialization.BestAvailableEncryption(b"word")))

    def client(self) -> ssl.SSLContext:
        """What a client that believes this authority connects with."""
        return ssl.create_default_context(cafile=self.file)

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, begins: datetime, ends: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key.public_key())
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)
        # Whose keys they are: since Python 3.13 clients demand that of authorities.
        whose = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        return builder.add_extension(whose, critical=False).add_extension(own, critical=False)


def _pem(key: ec.EllipticCurvePrivateKey, encryption: serialization.KeySerializationEncryption) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def _name(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """An authority whose certificates stand in the test's directory."""
    return Authority(tmp_path)
