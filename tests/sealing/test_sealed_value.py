"""What is sealed for one place opens there, as it was, with its key, and not otherwise."""

import base64
import string
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchd.sealing.master_key import KeyRing, make_key
from orchd.sealing.sealed_value import (
    VERSION,
    MissingKeyError,
    Place,
    UnreadableSecretError,
    key_id_of,
    seal,
    unseal,
)

KEY, OTHER = make_key(), make_key()
RING = KeyRing([KEY, OTHER])
PLACE = Place("credential", 7)
places = st.builds(Place, st.text(max_size=8), st.one_of(st.integers(-9, 9), st.text(max_size=4)), st.text(max_size=8))
values = st.binary(max_size=100)


@given(values, places)
def test_what_was_sealed_is_opened(value: bytes, place: Place) -> None:
    sealed = seal(KEY, place, value)
    assert unseal(RING, place, sealed) == value
    assert key_id_of(sealed) == KEY.id
    assert sealed.isascii()


@given(values, places, places)
def test_it_opens_in_its_own_place_only(value: bytes, place: Place, other: Place) -> None:
    assume(place != other or type(place.row) is not type(other.row))
    with pytest.raises(UnreadableSecretError, match="not sealed for this place"):
        unseal(RING, other, seal(KEY, place, value))


def test_places_are_not_joined_into_one_text() -> None:
    sealed = seal(KEY, Place("ab", "c"), b"x")
    for other in (Place("a", "bc"), Place("abc", ""), Place("ab", "c", "sealed ")):
        with pytest.raises(UnreadableSecretError):
            unseal(RING, other, sealed)
    with pytest.raises(UnreadableSecretError):
        unseal(RING, Place("ab", "7"), seal(KEY, Place("ab", 7), b"x"))


@given(values, st.data())
def test_no_character_can_be_changed(value: bytes, data: st.DataObject) -> None:
    sealed = seal(KEY, PLACE, value)
    at = data.draw(st.integers(0, len(sealed) - 1))
    new = data.draw(st.sampled_from("ABCDEFGHIJ01234567-_.=+/ é"))
    assume(new != sealed[at])
    with pytest.raises(UnreadableSecretError):
        unseal(RING, PLACE, sealed[:at] + new + sealed[at + 1 :])


@pytest.mark.parametrize("length", range(6))
def test_a_part_has_one_spelling(length: int) -> None:
    """The last character of base64 may have bits that mean nothing."""
    sealed = seal(KEY, PLACE, b"x" * length)
    for last in f"{string.ascii_letters}{string.digits}-_".replace(sealed[-1], ""):
        with pytest.raises(UnreadableSecretError):
            unseal(RING, PLACE, sealed[:-1] + last)
    for more in ("=", "==", "\n", " ", "!", "."):
        with pytest.raises(UnreadableSecretError):
            unseal(RING, PLACE, sealed + more)
        with pytest.raises(UnreadableSecretError):
            unseal(RING, PLACE, sealed[:30] + more + sealed[30:])


@given(values, st.data())
def test_no_part_can_be_cut_or_made_longer(value: bytes, data: st.DataObject) -> None:
    sealed = seal(KEY, PLACE, value)
    start = data.draw(st.integers(0, len(sealed)))
    end = data.draw(st.integers(start, len(sealed)))
    middle = data.draw(st.text("AB_-.=", max_size=3))
    changed = sealed[:start] + middle + sealed[end:]
    assume(changed != sealed)
    with pytest.raises(UnreadableSecretError):
        unseal(RING, PLACE, changed)


@given(values, values)
def test_parts_of_two_values_do_not_go_together(one: bytes, two: bytes) -> None:
    first, second = seal(KEY, PLACE, one).split("."), seal(KEY, PLACE, two).split(".")
    for part in (2, 3):
        mixed = [*first[:part], second[part], *first[part + 1 :]]
        with pytest.raises(UnreadableSecretError):
            unseal(RING, PLACE, ".".join(mixed))


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(UnreadableSecretError):
        unseal(RING, PLACE, text)
    with pytest.raises(UnreadableSecretError):
        unseal(RING, PLACE, f"{VERSION}.{KEY.id}.{text}.{text}")


def test_the_name_of_another_key_does_not_open_it() -> None:
    sealed = seal(KEY, PLACE, b"x")
    with pytest.raises(UnreadableSecretError, match="not sealed for this place"):
        unseal(RING, PLACE, sealed.replace(KEY.id, OTHER.id))


def test_a_key_that_is_not_here_is_named() -> None:
    with pytest.raises(MissingKeyError, match=KEY.id) as error:
        unseal(KeyRing([OTHER]), PLACE, seal(KEY, PLACE, b"x"))
    assert error.value.key_id == KEY.id
    assert error.value.reason == "master_key"


def test_the_same_value_never_looks_the_same() -> None:
    one, two = (seal(KEY, PLACE, b"a long secret that repeats") for _ in range(2))
    assert not set(one.split(".")[2:]) & set(two.split(".")[2:])
    text = base64.urlsafe_b64decode(one.split(".")[3] + "==")
    assert b"secret" not in text


def test_whoever_has_no_secret_does_not_wait_for_the_library() -> None:
    """All that the daemon and the commands import, and a configuration that is shown."""
    code = (
        "import sys, orchd.app, orchd.cli.checks; orchd.cli.run(['config']); assert 'cryptography' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, stdout=subprocess.DEVNULL)
    code = "import sys; from orchd.sealing.sealed_value import load_library; load_library()\n"
    code += "assert 'cryptography.hazmat.primitives.ciphers.aead' in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.parametrize("text", ["", "v1", "v2.12345678.a.b", "12345678"])
def test_what_is_no_sealed_value_names_no_key(text: str) -> None:
    assert key_id_of(text) == ""
