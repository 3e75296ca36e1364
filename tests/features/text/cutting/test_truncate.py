import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orchd.errors import TooLarge
from orchd.features.text.cutting.borders import find
from orchd.features.text.cutting.truncate import Gap, Side, truncate, truncate_turns
from orchd.features.text.cutting.weights import Ruler, characters, running
from orchd.llm.types import Role, Turn
from tests.features.text.texts import ANY_TEXT, TEXTS

KEEPS: list[Side] = ["start", "end", "both"]
PROSE = "One two three. Four five six. Seven eight. Nine ten."
PER_TURN = 3


def cut(text: str, limit: int, keep: Side = "start") -> str:
    return truncate(text, find(text), characters(text), limit, keep).without(text)


def shorten(text: str, room: int) -> Gap:
    return truncate(text, find(text), characters(text), room, "start")


@pytest.mark.parametrize(
    ("limit", "keep", "expected"),
    [
        (52, "start", PROSE),
        (40, "start", "One two three. Four five six. "),
        (40, "end", "Four five six. Seven eight. Nine ten."),
        (40, "both", "One two three. Seven eight. Nine ten."),
        (5, "start", "One "),
        (0, "start", ""),
        (0, "both", ""),
    ],
)
def test_texts_are_cut_at_sentences(limit: int, keep: Side, expected: str) -> None:
    assert cut(PROSE, limit, keep) == expected


@given(TEXTS, st.integers(0, 200), st.sampled_from(KEEPS))
def test_the_limit_is_never_exceeded(text: str, limit: int, keep: Side) -> None:
    ruler = Ruler(running(text, "cautious"), 1000)
    gap = truncate(text, find(text), ruler, limit, keep)
    assert 0 <= gap.start <= gap.end <= len(text)
    left = gap.without(text)
    assert Ruler(running(left, "cautious"), 1000).size(0, len(left)) <= limit
    if ruler.size(0, len(text)) <= limit:
        assert left == text


TURNS = st.lists(
    st.builds(Turn, st.sampled_from(["user", "assistant", "system"]).map(lambda role: role), ANY_TEXT),
    min_size=1,
    max_size=8,
)


@given(TURNS, st.integers(1, 400))
def test_conversations_never_exceed_the_limit(turns: list[Turn], limit: int) -> None:
    try:
        found = truncate_turns(turns, limit, len, PER_TURN, shorten)
    except TooLarge:
        assume(False)
    left = found.turns(turns)
    assert sum(len(turn.content) + PER_TURN for turn in left) <= limit
    assert found.kept[-1] == len(turns) - 1
    assert set(found.kept) >= {index for index, turn in enumerate(turns) if turn.role == "system"}
    kept_others = [index for index in found.kept if turns[index].role != "system"]
    if len(kept_others) > 1:
        assert turns[kept_others[0]].role == "user"


def talk(*turns: tuple[Role, str]) -> list[Turn]:
    return [Turn(role, text) for role, text in turns]


def test_older_turns_go_first_and_whole() -> None:
    turns = talk(("system", "Be."), ("user", "a" * 10), ("assistant", "b" * 10), ("user", "c" * 10), ("user", "last"))
    assert truncate_turns(turns, 1000, len, PER_TURN, shorten).kept == (0, 1, 2, 3, 4)
    assert truncate_turns(turns, 38, len, PER_TURN, shorten).kept == (0, 3, 4)
    assert truncate_turns(turns, 28, len, PER_TURN, shorten).kept == (0, 3, 4)
    assert truncate_turns(turns, 14, len, PER_TURN, shorten).kept == (0, 4)


def test_the_last_turn_is_shortened_only_when_it_does_not_fit_alone() -> None:
    turns = talk(("user", "before"), ("user", PROSE))
    found = truncate_turns(turns, 40, len, PER_TURN, shorten)
    assert found.turns(turns) == (Turn("user", "One two three. Four five six. "),)


def test_without_room_for_the_last_turn_there_is_nothing_to_send() -> None:
    with pytest.raises(TooLarge) as refused:
        truncate_turns(talk(("system", "x" * 50), ("user", "hello")), 40, len, PER_TURN, shorten)
    assert refused.value.details["field"] == "messages"
    with pytest.raises(TooLarge):
        truncate_turns(talk(("system", "x" * 50), ("user", "")), 40, len, PER_TURN, shorten)
