"""The grammar of faults."""

import msgspec
import pytest

from orchd.simulator.faults import FAULTS_HELP, Ending, Faults, directives


def test_values_switches_and_blanks() -> None:
    faults = Faults.of(" silence = 1.5 , empty,tokens=20,model=other ")
    assert (faults.silence, faults.empty, faults.tokens, faults.model) == (1.5, True, 20, "other")


def test_later_texts_win_and_leave_the_rest() -> None:
    faults = Faults.of("silence=1,tokens=5", "", "tokens=7")
    assert (faults.silence, faults.tokens) == (1.0, 7)


def test_bare_names_have_a_default_where_a_number_is_wanted() -> None:
    faults = Faults.of("comments,split,reasoning")
    assert (faults.comments, faults.split, faults.reasoning) == (1.0, 1, 20)


@pytest.mark.parametrize(
    "text",
    [
        "tokens",
        "tokens=-1",
        "tokens=x",
        "status=200",
        "status=600",
        "empty=3",
        "split=0",
        "comments=0",
        "eol=x",
        "foo=1",
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_known_names(text: str) -> None:
    with pytest.raises(ValueError, match=r"Known faults: headers, silence, .*times"):
        Faults.of(text)


def test_the_help_lists_every_fault() -> None:
    for name in msgspec.structs.fields(Faults):
        assert f"\n  {name.name} " in FAULTS_HELP


def test_directives_are_taken_out_of_a_message() -> None:
    text, found = directives("Hello [[simulate: tokens=3]] there [[simulate:empty]]")
    assert text == "Hello  there"
    assert Faults.of(found) == Faults(tokens=3, empty=True)


def test_a_message_without_directives_is_left_alone() -> None:
    assert directives("a [[link]] and simulate: b") == ("a [[link]] and simulate: b", "")


def test_the_earliest_ending_counts() -> None:
    assert Faults.of("error_after=9,reset_after=3").ending() == Ending("reset", 3)
    assert Faults().ending() is None


def test_comments_alone_mean_nothing_else() -> None:
    assert Faults.of("comments").mute
    assert not Faults.of("comments,silence=1").mute
    assert not Faults.of("comments,stall_after=1").mute
