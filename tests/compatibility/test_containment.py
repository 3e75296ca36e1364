"""What the judge of schemas is asked, and what is not believed of it."""

import pytest

from orchd.compatibility import containment
from orchd.compatibility.containment import covers
from tests.small_wire import Json, differences, small

TEXT: Json = {"type": "string"}


def test_what_it_can_tell() -> None:
    assert covers({"type": "integer"}, {"type": "integer", "not": {"const": 3}}) is True
    assert covers({"type": "integer", "not": {"const": 3}}, {"type": "integer"}) is False


def test_what_nobody_can_tell_is_undecided() -> None:
    assert covers({"type": "string", "pattern": "^(a|b)$"}, {"type": "string", "pattern": "^[ab]$"}) is None
    assert covers({"type": "string", "pattern": "("}, {"type": "string"}) is None
    assert covers({"type": "object", "properties": {}}, {"type": "object"}) is None, "members are our own business"


def excluded(*values: int) -> Json:
    schema = small()
    for name in ("NoteCreate", "NoteItem"):
        schema["$defs"][name]["properties"]["size"]["anyOf"][0]["not"] = {"enum": [*values]}
    return schema


def verdicts(new: Json, old: Json) -> dict[str, str]:
    return {each.direction: each.verdict for each in differences(new, old)}


def test_it_decides_by_direction() -> None:
    assert verdicts(excluded(3, 4), excluded(3)) == {"client": "breaking", "server": "compatible"}
    assert verdicts(excluded(3), excluded(3, 4)) == {"client": "compatible", "server": "breaking"}
    assert verdicts(excluded(3), small()) == {"client": "breaking", "server": "compatible"}


def test_without_it_more_is_undecided_and_nothing_is_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containment, "INSTALLED", False)
    assert verdicts(excluded(3, 4), excluded(3)) == {"client": "undecided", "server": "undecided"}
    assert all(each.breaking for each in differences(excluded(3), excluded(3, 4)))


def test_a_pattern_written_in_another_way_is_undecided() -> None:
    schema = small()
    schema["$defs"]["NoteCreate"]["properties"]["at"]["anyOf"][0]["pattern"] = "^[0-9]{2}[0-9]{2}Z$"
    (found,) = differences(schema)
    assert (found.kind, found.verdict, found.path) == ("pattern", "undecided", "$.data.at")
    assert found.breaking
