"""Rows as values."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from orchd.features.chat.answer.transcript import Transcript
from orchd.features.chat.messages import ChatPart
from orchd.features.chat.queries import MESSAGES
from orchd.features.chat.rows import MessageRecord, as_json, legacy_transcript, parts_until, transcript_of
from orchd.features.journal import JournalRow
from orchd.llm.types import Channel
from orchd.protocol.types import timestamp

CHANNELS: list[Channel] = ["content", "reasoning"]
PIECES = st.lists(st.tuples(st.sampled_from(CHANNELS), st.text(min_size=1, max_size=9)), max_size=20)


def row(content: str, reasoning: str = "", runs: str | None = None, timings: str | None = None) -> MessageRecord:
    """A message as it is stored."""
    stored = {
        "id": 2, "conversation_id": 1, "role": "assistant", "content": content, "reasoning": reasoning,
        "status": "complete", "model": "m", "created_at": 0, "finish_reason": "stop", "runs_json": runs, "owner": "me",
        "timings_json": timings,
    }  # fmt: skip
    return MESSAGES.read(tuple(stored.get(column.name) for column in MESSAGES.everybodys.all_columns))


def test_a_message_is_what_its_row_says() -> None:
    read = row("abc")
    assert (read.owner, read.runs) == ("me", None)
    message = read.message
    assert (message.reasoning, message.timestamp, message.parts, message.attempts, message.siblings) == (
        None, timestamp(0), UNSET, UNSET, UNSET,
    )  # fmt: skip
    assert row("abc", "hm").message.reasoning == "hm"


@given(PIECES)
def test_a_text_comes_back_from_its_row_with_its_positions(pieces: list[tuple[Channel, str]]) -> None:
    written = Transcript()
    for piece in pieces:
        written.add(*piece)
    runs = as_json(written.runs())
    read = row(written.text("content"), written.text("reasoning"), runs).transcript()
    assert read is not None
    assert (read.runs(), read.text("content"), read.text("reasoning"), read.seq, read.bytes) == (
        written.runs(), written.text("content"), written.text("reasoning"), written.seq, written.bytes,
    )  # fmt: skip


def test_how_long_a_message_reasoned_is_known_of_those_that_say_so() -> None:
    took = '{"queuedMs":1,"firstTokenMs":2,"totalMs":3,"tokensPerSecond":4.5'
    assert row("abc").reasoning_seconds() == row("abc", timings=took + "}").reasoning_seconds() == 0
    assert row("abc", "hm").reasoning_seconds() is None
    assert row("abc", "hm", timings=took + "}").reasoning_seconds() is None, "as it was stored before that was measured"
    assert row("abc", "hm", timings=took + ',"reasoningMs":4200}').reasoning_seconds() == 4.2


def test_positions_that_are_not_known_exactly_are_not_told() -> None:
    assert row("abc").transcript() is None
    assert row("abc", runs='[["content",2]]').transcript() is None
    assert row("abc", runs='[["content",4]]').transcript() is None
    assert row("abc", runs='[["content",3],["reasoning",0]]').transcript() is None
    assert row("abc", "hm", runs='[["content",3]]').transcript() is None
    assert row("").transcript() is not None, "there is nothing to be wrong about"


def test_a_text_without_positions_is_taken_to_be_thought_first() -> None:
    text = legacy_transcript(row("abc", "hm").message)
    assert text.runs() == [("reasoning", 2), ("content", 3)]
    assert legacy_transcript(row("").message).seq == 0


def test_a_journal_is_put_together() -> None:
    text = transcript_of(
        [JournalRow(2, 0, "reasoning", "hm"), JournalRow(2, 2, "content", "a"), JournalRow(2, 3, "content", "b")]
    )
    assert text.runs() == [("reasoning", 2), ("content", 2)]
    assert text.text("content") == "ab"


def test_parts_end_where_the_text_does() -> None:
    first, second = ChatPart("a", 5, "answer", 1), ChatPart("b", 5, "prefill", None)
    assert [part.end_seq for part in parts_until([first, second], 9)] == [5, 9]
    assert [part.end_seq for part in parts_until([first, second], 3)] == [3, 3]
    assert parts_until([], 3) == []


def test_a_value_that_is_not_there_is_no_json() -> None:
    assert as_json(None) is None
    assert as_json([]) == "[]"
