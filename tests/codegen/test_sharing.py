"""What the frames of each family hold, and what several hold."""

from orchd.codegen.reading.frames import read_contract
from orchd.codegen.sharing import FamilyUses
from tests.codegen_schema import as_file, client_frame, members, refer, small_schema


def uses() -> FamilyUses:
    schema = small_schema()
    schema["$defs"]["WallMixFrame"] = client_frame("wall:mix", "WallMix", "PongFrame")
    schema["$defs"]["WallMix"] = members(closed=True, shade={"allOf": [refer("Shade")]}, own=refer("Ready"))
    schema["$defs"]["Lonely"] = members()
    schema["$defs"]["ClientFrame"]["oneOf"].append(refer("WallMixFrame"))
    return FamilyUses(read_contract(as_file(schema)))


def test_the_session_has_its_frames_and_others_are_called_by_their_first_word() -> None:
    found = uses()
    assert found.families == ("session", "paint", "wall")
    assert [found.family(kind) for kind in ("ping", "session:ready", "error", "wall:mix")] == [*["session"] * 3, "wall"]


def test_what_one_family_alone_holds_is_its_own() -> None:
    owners = uses().owners
    assert {owners[name] for name in ("Paint", "PaintCreate", "RedPaint", "BluePaint")} == {"paint"}
    assert owners["WallMix"] == "wall"
    assert owners["Pong"] == "session", "the reply to a ping, whoever has it besides"


def test_what_several_hold_belongs_to_none() -> None:
    found = uses()
    assert {*found.shared} == {"Shade", "Ready"}
    assert not {*found.shared} & found.owners.keys()
    assert "Lonely" not in {*found.owners, *found.shared}
