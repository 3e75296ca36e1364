"""Texts that are keys, and those that are none."""

import base64
import secrets
from contextlib import nullcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import ConfigurationError
from orchd.sealing.master_key import FIX, KEY_BYTES, MAX_KEYS, KeyRing, MasterKey, make_key, parse_keys


@given(st.integers(0, 5), st.sampled_from([" ", ",", "\n", " , ", "  # a comment, of course\n"]), st.data())
def test_keys_are_read_in_any_of_their_spellings(count: int, between: str, data: st.DataObject) -> None:
    keys = [make_key() for _ in range(count)]
    spellings = (
        lambda key: key.text,
        lambda key: key.text.rstrip("="),
        lambda key: base64.urlsafe_b64encode(key.secret).decode(),
        lambda key: key.secret.hex(),
        lambda key: key.secret.hex().upper(),
    )
    text = between.join(data.draw(st.sampled_from(spellings))(key) for key in keys)
    assert parse_keys(f"# keys\n{text}\n").keys == tuple(keys)


def test_a_key_given_twice_is_one() -> None:
    key, other = make_key(), make_key()
    assert parse_keys(f"{key.text} {other.text} {key.secret.hex()}").ids == (key.id, other.id)


@pytest.mark.parametrize(
    "text",
    [
        base64.b64encode(bytes(32)).decode(),
        base64.b64encode(b"correct horse battery staple 123").decode(),
        base64.b64encode(bytes(range(8)) * 4).decode(),
        "00" * 32,
        b"a password of thirty-two letters".hex(),
    ],
)
def test_what_can_be_guessed_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="can be guessed") as error:
        parse_keys(text)
    assert FIX in str(error.value)


@pytest.mark.parametrize("text", ["hello", "A" * 42, "A" * 45, "ab" * 31, "ä" * 43, "=" * 44, "B" * 43 + "!"])
def test_what_is_no_key_is_refused_without_being_shown(text: str) -> None:
    good = make_key()
    with pytest.raises(ConfigurationError, match=r"no key \(number 2\)") as error:
        parse_keys(f"{good.text} {text}")
    assert text not in str(error.value)
    assert good.text not in str(error.value)


def test_a_spelling_with_bits_that_mean_nothing_is_refused() -> None:
    key = MasterKey(secrets.token_bytes(KEY_BYTES - 1) + b"\0")
    assert key.text.endswith("A=")
    with pytest.raises(ConfigurationError):
        parse_keys(key.text[:-2] + "B=")


@pytest.mark.parametrize(("different", "taken"), [(11, False), (12, True)])
def test_a_random_key_has_more_than_a_few_different_bytes(different: int, taken: bool) -> None:
    secret = bytes(255 - number % different for number in range(KEY_BYTES))
    with nullcontext() if taken else pytest.raises(ConfigurationError, match="guessed"):
        assert parse_keys(secret.hex()).keys == (MasterKey(secret),)


def test_a_key_is_equal_to_itself_alone() -> None:
    key = make_key()
    assert key == MasterKey(key.secret)
    assert key != make_key()
    assert key != key.secret
    assert key is not None
    assert len({key, MasterKey(key.secret)}) == 1


def test_so_many_keys_are_another_file() -> None:
    assert len(parse_keys(" ".join(make_key().text for _ in range(MAX_KEYS))).keys) == MAX_KEYS
    with pytest.raises(ConfigurationError, match="more than"):
        parse_keys(" ".join(make_key().text for _ in range(MAX_KEYS + 1)))


def test_nothing_shows_a_key() -> None:
    key = make_key()
    assert key.text not in f"{key!r} {key} {KeyRing([key])!r}"
    assert repr(key.secret) not in f"{key!r} {KeyRing([key])!r}"
    assert key.id in repr(KeyRing([key]))


def test_the_id_comes_from_the_key_alone() -> None:
    key = make_key()
    assert MasterKey(key.secret).id == key.id
    assert len(key.id) == 8
    assert key.id not in key.secret.hex()
    assert {make_key().id for _ in range(20)} != {key.id}


def test_a_ring_finds_its_keys() -> None:
    one, two = make_key(), make_key()
    ring = KeyRing([one, two])
    assert ring.first is one
    assert ring.find(two.id) is two
    assert ring.find("00000000") is None
    assert KeyRing().first is None
