"""One value sealed for one place: AES-256-GCM twice, a data key around the value and the master key around that.

    v1.<key id>.<data key, sealed under the master key>.<value, sealed under the data key>

Both parts are a nonce, the ciphertext and its tag in base64url without padding. Table, row, column, version and key id
are associated data of both: a value that was changed, or that stands in another place than the one it was sealed for,
is refused. How long a value is can be seen from outside.

The library is imported when something is sealed or opened first: it takes some hundredths of a second, which commands
and daemons that have no secrets need not wait for.
"""

import base64
import secrets
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from orchd.errors import Unavailable
from orchd.sealing.master_key import KEY_BYTES, KeyRing, MasterKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION: Final = "v1"
_NONCE_BYTES = 12


class Place(NamedTuple):
    """Where a sealed value stands: `row` is the row's primary key."""

    table: str
    row: int | str
    column: str = "sealed"


class UnreadableSecretError(Unavailable):
    """A sealed value can't be opened: its key (`key_id`) is not here, or it is not what was sealed in its place."""

    def __init__(self, message: str, key_id: str | None = None) -> None:
        super().__init__(message, reason="master_key")
        self.key_id = key_id


class MissingKeyError(UnreadableSecretError):
    """The master key of a value is not here; others may have it, and it may come."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"it is sealed under the master key {key_id}, which this daemon does not have", key_id)


def load_library() -> None:
    """Have ready what sealing and opening need. Takes some hundredths of a second the first time."""
    _cipher()


def seal(key: MasterKey, place: Place, value: bytes) -> str:
    """Return `value` sealed under a fresh data key, and that under `key`."""
    data_key = secrets.token_bytes(KEY_BYTES)
    about = _associated_data(key.id, place)
    parts = (_encrypt(key.secret, data_key, about), _encrypt(data_key, value, about))
    return ".".join((VERSION, key.id, *map(_to_text, parts)))


def unseal(ring: KeyRing, place: Place, sealed: str) -> bytes:
    """Return the value that was sealed for `place`. Raises `MissingKeyError`, `UnreadableSecretError`."""
    version, key_id, *parts = sealed.split(".") if sealed.count(".") == 3 else ("", "")
    if version != VERSION:
        raise UnreadableSecretError("it is damaged, or a newer orchd has sealed it")
    key = ring.find(key_id)
    if key is None:
        raise MissingKeyError(key_id)
    about = _associated_data(key_id, place)
    wrapped, content = (_to_bytes(part) for part in parts)
    return _decrypt(_decrypt(key.secret, wrapped, about), content, about)


def key_id_of(sealed: str) -> str:
    """Return which master key a value is sealed under; empty for what is no sealed value."""
    version, _, rest = sealed.partition(".")
    return rest.partition(".")[0] if version == VERSION else ""


def _associated_data(key_id: str, place: Place) -> bytes:
    return msgspec.json.encode(["orchd", VERSION, key_id, *place])


def _encrypt(secret: bytes, value: bytes, about: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher()(secret).encrypt(nonce, value, about)


def _decrypt(secret: bytes, sealed: bytes, about: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher()(secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
    except (InvalidTag, ValueError):  # the latter for what is too short, or a data key of a wrong length
        raise UnreadableSecretError("it is damaged, or was not sealed for this place") from None


@cache
def _cipher() -> type["AESGCM"]:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM


def _to_text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def _to_bytes(text: str) -> bytes:
    """Return the bytes of exactly this text: no second spelling of them is taken."""
    damaged = UnreadableSecretError("it is damaged")
    try:
        part = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_")
    except ValueError:
        raise damaged from None
    if _to_text(part) != text:
        raise damaged
    return part
