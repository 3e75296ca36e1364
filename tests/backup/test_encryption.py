"""A backup for recipients: age opens it with their identities, and nobody without."""

import io
from pathlib import Path

import pyrage
import pytest
import trio

from orchd.backup.contents import BackupError
from orchd.backup.encryption import decrypting, encrypting, make_identity, read_identities, read_recipients
from orchd.backup.source import open_source
from orchd.errors import ConfigurationError

TEXT = bytes(range(256)) * 4000


async def encrypted(recipients: list[str]) -> bytes:
    out = io.BytesIO()
    async with encrypting(out, read_recipients(recipients)) as sink:
        await trio.to_thread.run_sync(sink.write, TEXT)
    return out.getvalue()


async def read(data: bytes, identity: Path | None, passphrase: str = "") -> bytes:
    async with open_source(io.BufferedReader(io.BytesIO(data)), identity, lambda: passphrase) as source:
        return await trio.to_thread.run_sync(source.read)


async def test_an_identity_opens_it_with_a_passphrase_or_without(tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    data = await encrypted([str(identity.to_public())])
    assert pyrage.decrypt(data, [identity]) == TEXT
    plain, locked = tmp_path / "key", tmp_path / "locked"
    plain.write_text(f"# created: today\n{identity}\n")
    locked.write_bytes(pyrage.passphrase.encrypt(plain.read_bytes(), "open sesame"))
    assert await read(data, plain) == TEXT
    assert await read(data, locked, "open sesame") == TEXT
    with pytest.raises(ConfigurationError, match="passphrase"):
        await read(data, locked, "open barley")
    with pytest.raises(ConfigurationError, match="--identity"):
        await read(data, None)


@pytest.mark.parametrize("passphrase", [None, "open sesame"])
async def test_a_new_identity_opens_what_is_for_its_public_key(tmp_path: Path, passphrase: str | None) -> None:
    identity, file = make_identity(passphrase), tmp_path / "key"
    file.write_bytes(identity.file)
    assert (b"AGE-SECRET-KEY-" in identity.file) == (passphrase is None)
    assert await read(await encrypted([identity.recipient]), file, passphrase or "") == TEXT


async def test_nobody_else_opens_it_and_no_change_goes_unnoticed() -> None:
    identity = pyrage.x25519.Identity.generate()
    data = await encrypted([str(identity.to_public())])
    changed = bytearray(data)
    changed[-100] ^= 1
    for wrong, key in ((data, pyrage.x25519.Identity.generate()), (bytes(changed), identity), (data[:-70], identity)):
        with pytest.RaisesGroup(BackupError):
            async with decrypting(io.BytesIO(wrong), [key]) as plain:
                while await trio.to_thread.run_sync(plain.read, 65536):
                    pass
                raise BackupError("what was read is not whole")


class FullDisk(io.RawIOBase):
    def writable(self) -> bool:
        return True

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


async def test_a_full_disk_is_told_as_such() -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    with pytest.raises((BackupError, ExceptionGroup)) as raised:
        async with encrypting(FullDisk(), read_recipients([recipient])) as sink:  # type: ignore[arg-type]
            await trio.to_thread.run_sync(sink.write, TEXT)
    assert "No space" in repr(raised.value)


@pytest.mark.parametrize("text", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1"])
def test_what_is_no_recipient_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="a recipient is"):
        read_recipients([text])


@pytest.mark.parametrize("data", [b"-----BEGIN OPENSSH PRIVATE KEY-----\nx", b"AGE-SECRET-KEY-1x", b"\xff"])
def test_what_is_no_identity_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigurationError, match="no identity"):
        read_identities(data, None)


async def test_what_is_no_backup_is_refused() -> None:
    with pytest.raises(BackupError, match="no backup"):
        await read(b"SQLite format 3\0", None)
