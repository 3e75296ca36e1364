"""Reading a certificate and its key: what is said when they are no good."""

import ssl
from datetime import timedelta

import pytest

from orchd.errors import ConfigurationError
from orchd.tls.certificate import CertificateFiles, load_context, read_facts, utc_now
from tests.fix_tls import Authority


def refusal(files: CertificateFiles) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load_context(files)
    return str(caught.value)


def test_a_good_pair(authority: Authority) -> None:
    context = load_context(authority.issue())
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.options & ssl.OP_NO_RENEGOTIATION
    assert context.options & ssl.OP_NO_COMPRESSION


def test_what_is_wrong_with_a_pair_is_said(authority: Authority) -> None:
    one, other = authority.issue("one"), authority.issue("other")
    assert "is not that of the certificate" in refusal(CertificateFiles(one.certificate, other.key))
    assert "are no certificate and key in PEM" in refusal(CertificateFiles(one.key, one.key))
    assert "are no certificate and key in PEM" in refusal(CertificateFiles(one.certificate, one.certificate))
    absent = one.key.with_name("absent")
    assert f"`server.tlsKey` names `{absent}`, which can't be read" in refusal(one._replace(key=absent))
    assert "`server.tlsCertificate` names" in refusal(one._replace(certificate=absent))
    assert "can't be read" in refusal(one._replace(certificate=one.key.parent))


def test_a_key_with_a_password_is_refused_and_nobody_is_asked_for_it(authority: Authority) -> None:
    files = authority.issue()
    authority.encrypt_key(files)
    assert "is encrypted" in refusal(files)


def test_what_a_certificate_says(authority: Authority) -> None:
    files = authority.issue(names=["orchd.lan", "10.0.0.1"], days=30)
    facts = read_facts(files.certificate)
    assert facts.names == ("orchd.lan", "10.0.0.1")
    assert timedelta(days=29) < facts.ends - utc_now() < timedelta(days=30)
    assert facts.fault(utc_now()) is None
    assert "it has expired on" in str(facts.fault(facts.ends))
    assert "it is not valid before" in str(facts.fault(facts.begins - timedelta(seconds=1)))
    assert read_facts(authority.issue(names=[]).certificate).names == ()


def test_what_is_no_certificate_is_said(authority: Authority) -> None:
    files = authority.issue()
    for file in (files.key, files.key.with_name("absent")):
        with pytest.raises(ConfigurationError, match="is no certificate in PEM"):
            read_facts(file)
