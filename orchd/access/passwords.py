"""Passwords: which ones are taken, how they are kept, and whether one is right.

Argon2id with what OWASP recommends at least: 19 MiB, two passes, one lane. A hash says its own parameters, so that they
may grow: `needs_rehash` tells when the next right log-in should store a new one. Hashing takes tens of milliseconds of
a processor and must not be called on Trio's thread; `hashing.py` does that.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from orchd.errors import Invalid
from orchd.patterns import lazy_pattern
from orchd.reasons import Reason

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MIN_CHARACTERS = 12
MAX_BYTES = 1000

_OTHER_THAN_LETTERS = lazy_pattern(r"^[\W\d_]+|[\W\d_]+$")
_REPEATS = lazy_pattern(r"(.{1,4}?)\1+.{0,3}", re.DOTALL)
_WORD = lazy_pattern(r"[^\W\d_]{3,}")
_REST = 8
"""Characters that must be left of a password when its owner's name is taken out."""
_VARIETY = 5
"""Different characters that a password has at least."""


class PasswordFlaw(NamedTuple):
    """Why a password is not taken: in a sentence, and for programs. `min_length`: the characters that it needs, where
    it has fewer."""

    message: str
    reason: Reason
    min_length: int | None = None

    def error(self, path: str) -> Invalid:
        """Return it as the answer to a request that has the password at `path`."""
        bound = {} if self.min_length is None else {"minLength": self.min_length}
        return Invalid(self.message, reason=self.reason, field=path.rpartition(".")[2], path=path, **bound)


def password_flaw(password: str, name: str) -> PasswordFlaw | None:
    """Return why a password is not taken for the user `name`, None when it is."""
    if len(_normal(password)) < MIN_CHARACTERS:
        return PasswordFlaw(
            f"the password has fewer than {MIN_CHARACTERS} characters", "password_short", MIN_CHARACTERS
        )
    if _bytes(password) > MAX_BYTES:
        return PasswordFlaw(f"the password has more than {MAX_BYTES} bytes", "password_long")
    folded = _normal(password).casefold()
    if folded in common_passwords() or _core(folded) in common_passwords():
        told = "the password is one of the most common ones, or one with digits and signs around it"
        return PasswordFlaw(told, "password_common")
    if len(set(folded)) < _VARIETY or _REPEATS.fullmatch(folded) or _is_row(folded):
        return PasswordFlaw("the password repeats itself, or counts on", "password_pattern")
    if _is_name(folded, name):
        return PasswordFlaw("the password is little more than the user's name", "password_name")
    return None


def hash_password(password: str) -> str:
    """Return what is stored of a password: 19 MiB and tens of milliseconds of work. Blocks."""
    return _hasher().hash(_normal(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether a password is the one whose hash is stored; None, for nobody's, takes as long and is false. Blocks."""
    usable = stored is not None and _bytes(password) <= MAX_BYTES
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(stored if usable and stored else _nobodys_hash(), _normal(password)[:MAX_BYTES])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
    return usable


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than are used now."""
    return _hasher().check_needs_rehash(stored)


@cache
def _hasher() -> "PasswordHasher":
    """Import the library here and not at the top: many daemons have no users, and none needs it at its start."""
    from argon2 import PasswordHasher
    from argon2.low_level import Type

    return PasswordHasher(
        time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, encoding="utf-8", type=Type.ID
    )


@cache
def common_passwords() -> frozenset[str]:
    """Return the most common passwords, and words that are so with digits around them; in lower case."""
    return frozenset(files("orchd.access").joinpath("common_passwords.txt").read_text(encoding="utf-8").split())


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def _normal(password: str) -> str:
    """One spelling of what looks the same: keyboards and systems differ in how they compose letters."""
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> int:
    """How long it is in UTF-8; what is no text of Unicode is longer than any."""
    try:
        return len(_normal(password).encode())
    except UnicodeEncodeError:
        return MAX_BYTES + 1


def _core(folded: str) -> str:
    return _OTHER_THAN_LETTERS.sub("", folded)


def _is_row(folded: str) -> bool:
    """Whether nearly each character is the one before it, or its neighbour in the order of characters."""
    steps = [abs(ord(second) - ord(first)) <= 1 for first, second in pairwise(folded)]
    return sum(steps) * 5 >= len(steps) * 4


def _is_name(folded: str, name: str) -> bool:
    left = folded
    for word in _WORD.findall(_normal(name).casefold()):
        left = left.replace(word, "")
    return left != folded and len(_core(left)) < _REST
