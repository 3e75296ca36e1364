"""Master keys: what each is called, how it is written, and which texts are none."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from typing import Final

from orchd.errors import ConfigurationError
from orchd.patterns import lazy_pattern

KEY_BYTES: Final = 32
MAX_KEYS: Final = 64
"""In one source: more are a wrong file."""
_ID_CHARACTERS = 8
_HEX = lazy_pattern(r"[0-9a-fA-F]{64}")
_BASE64 = lazy_pattern(r"[A-Za-z0-9+/_-]{43}=?")
_FEWEST_BYTES = 12
"""So many different bytes have 32 random ones, in all but one of 10^14."""
FIX: Final = "a master key is 32 random bytes in base64 or hex: `openssl rand -base64 32` writes one"


class MasterKey:
    """A secret of 32 bytes under which others are sealed. `id` is made of it and is no secret."""

    __slots__ = ("id", "secret")

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.id = hashlib.sha256(b"orchd master key\0" + secret).hexdigest()[:_ID_CHARACTERS]

    def __repr__(self) -> str:
        return f"<MasterKey {self.id}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MasterKey) and secrets.compare_digest(self.secret, other.secret)

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def text(self) -> str:
        """It as it stands in a file. To be written there and nowhere else."""
        return base64.b64encode(self.secret).decode()


class KeyRing:
    """The master keys that a process has, in their order. Immutable."""

    __slots__ = ("_by_id", "keys")

    def __init__(self, keys: Iterable[MasterKey] = ()) -> None:
        self._by_id = {key.id: key for key in keys}
        self.keys = tuple(self._by_id.values())

    def __repr__(self) -> str:
        return f"<KeyRing {' '.join(self.ids)}>"

    @property
    def ids(self) -> tuple[str, ...]:
        """What its keys are called, in their order."""
        return tuple(self._by_id)

    @property
    def first(self) -> MasterKey | None:
        """The key that a new database is sealed under; None when there is none."""
        return self.keys[0] if self.keys else None

    def find(self, key_id: str) -> MasterKey | None:
        """Return the key of that id, None when it is not here."""
        return self._by_id.get(key_id)


def make_key() -> MasterKey:
    """Return a new key of the system's random numbers."""
    return MasterKey(secrets.token_bytes(KEY_BYTES))


def parse_keys(text: str) -> KeyRing:
    """Read keys that are parted by blanks, commas or line ends; from a `#` on a line is a comment.

    Raises `ConfigurationError`, whose text is the end of a sentence that begins with where they come from; nothing of
    the keys stands in it.
    """
    keys = [_parse(word, place) for place, word in enumerate(_words(text), 1)]
    if len(keys) > MAX_KEYS:
        raise ConfigurationError(f"holds more than {MAX_KEYS} keys; is it the right one?")
    return KeyRing(keys)


def _words(text: str) -> Iterator[str]:
    for line in text.splitlines():
        yield from line.partition("#")[0].replace(",", " ").split()


def _parse(word: str, place: int) -> MasterKey:
    secret = _decode(word)
    if secret is None:
        raise ConfigurationError(f"holds something that is no key (number {place}); {FIX}")
    if len(set(secret)) < _FEWEST_BYTES or (secret.isascii() and secret.decode().isprintable()):
        raise ConfigurationError(f"holds a key that can be guessed (number {place}); {FIX}")
    return MasterKey(secret)


def _decode(word: str) -> bytes | None:
    if _HEX.fullmatch(word):
        return bytes.fromhex(word)
    if not _BASE64.fullmatch(word):
        return None
    plain = word.rstrip("=").replace("-", "+").replace("_", "/") + "="
    try:
        secret = base64.b64decode(plain)
    except binascii.Error:
        return None
    return secret if base64.b64encode(secret).decode() == plain else None
