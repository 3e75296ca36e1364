"""What a person may accept, and what not."""

import copy

import pytest

from orchd.compatibility import SchemaRefused, accept, read_acceptances
from orchd.compatibility.difference import Difference
from tests.small_wire import Json, differences, small


def edited() -> Json:
    schema = small()
    schema["$defs"]["NoteCreate"]["properties"]["share"]["default"] = 1
    return schema


def file(**ids: str) -> bytes:
    return "\n".join(f'[[accepted]]\nid = "{each}"\nwhy = "{why}"' for each, why in ids.items()).encode()


def test_what_is_undecided_can_be_accepted() -> None:
    (found,) = differences(edited())
    assert found.verdict == "undecided"
    (accepted,) = accept([found], read_acceptances(file(**{found.id: "it meant that before"})))
    assert not accepted.breaking
    assert accepted.told.endswith("accepted: it meant that before")


def test_what_is_accepted_is_that_edit_and_no_later_one() -> None:
    (first,) = differences(edited())
    later = copy.deepcopy(edited())
    later["$defs"]["NoteCreate"]["properties"]["share"]["default"] = 0.5
    (second,) = differences(later)
    assert first.id != second.id
    with pytest.raises(SchemaRefused, match="accepts no difference that there is"):
        accept([second], {first.id: "why"})


def test_what_breaks_for_certain_can_not_be_accepted() -> None:
    certain = Difference("member-removed", "breaking", "it is gone", "#/x")
    with pytest.raises(SchemaRefused, match="for certain"):
        accept([certain], {certain.id: "why"})


@pytest.mark.parametrize(
    "text",
    [
        b"accepted = 5",
        b"[[accepted]]\nid = 'x'",
        b"[[accepted]]\nid = 'x'\nwhy = ' '",
        b"[[accepted]]\nid = 'x'\nwhy = 'y'\nmore = 1",
        b"[other]",
        b"\xff",
        b"[[",
    ],
)
def test_other_files_are_refused(text: bytes) -> None:
    with pytest.raises(SchemaRefused):
        read_acceptances(text)


def test_an_empty_file_accepts_nothing() -> None:
    assert read_acceptances(b"# nothing yet\n") == {}
