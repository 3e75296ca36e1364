"""The tree itself: what every setting must have, and that the defaults keep the rules."""

import pytest

from orchd.config import Settings
from orchd.config.keys import Key, backend_keys, keys
from orchd.config.rules import find_problems

EVERY = [*keys(), *backend_keys()]


@pytest.mark.parametrize("key", EVERY, ids=lambda key: key.dotted)
def test_each_setting_has_a_sentence_and_a_bounded_type(key: Key) -> None:
    assert key.description.endswith("."), "a sentence, please"
    assert len(key.description) > 15
    if "number" in key.bounds:
        assert " to " in key.bounds, "numbers need an upper bound"


@pytest.mark.parametrize("key", EVERY, ids=lambda key: key.dotted)
def test_each_name_says_its_unit_when_the_sentence_does(key: Key) -> None:
    if key.description.startswith("Seconds"):
        assert key.path[-1].endswith("Seconds")


def test_the_defaults_break_no_rule() -> None:
    assert list(find_problems(Settings())) == []
