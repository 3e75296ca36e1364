"""The tree itself: what every setting must have, and that the defaults keep the rules."""

from orchd.config import Settings
from orchd.config.keys import backend_keys, keys
from orchd.config.rules import find_problems

EVERY = [*keys(), *backend_keys()]


def test_each_setting_has_a_sentence_and_a_bounded_type() -> None:
    wrong = [key.dotted for key in EVERY if not key.description.endswith(".") or len(key.description) <= 15]
    assert not wrong, "a sentence, please"
    unbounded = [key.dotted for key in EVERY if "number" in key.bounds and " to " not in key.bounds]
    assert not unbounded, "numbers need an upper bound"


def test_each_name_says_its_unit_when_the_sentence_does() -> None:
    timed = [key.dotted for key in EVERY if key.description.startswith("Seconds")]
    assert len(timed) > 10
    assert [name for name in timed if not name.endswith("Seconds")] == []


def test_the_defaults_break_no_rule() -> None:
    assert list(find_problems(Settings())) == []
