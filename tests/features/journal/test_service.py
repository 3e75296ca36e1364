"""When the journal writes, what a transaction holds, and what it does after one that may or may not have happened."""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Literal, ParamSpec, TypeVar, cast

import pytest
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from trio.testing import MockClock

from orchd.errors import TooLarge, Unavailable
from orchd.features import journal
from orchd.features.chat.answer.transcript import Transcript
from orchd.features.journal import Journal, JournalRow, service
from orchd.features.journal.service import RETRY_SECONDS, TICK_SECONDS
from orchd.llm.types import Channel
from orchd.storage import Database, Health, Result, Statement, Steps, ValueRefused

P = ParamSpec("P")
T = TypeVar("T")
Fate = Literal["commit", "refuse", "doubt"]
"""What becomes of a transaction; `doubt`: it is committed, and its answer lost."""


class MemoryTable(Database):
    """The table `journal` in memory. Its transactions take `seconds`, and `fates` says what becomes of each in turn."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.rows: dict[tuple[int, int], tuple[str, str]] = {}
        self.fates: list[Fate] = []
        self.began: list[float] = []
        self.deletes = 0
        self.under_way = False
        self.poison: dict[int, Exception] = {}
        """What becomes of every transaction that holds rows of a message."""
        self._seconds = seconds

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run one transaction."""
        self.began.append(trio.current_time())
        fate = self.fates.pop(0) if self.fates else "commit"
        self.under_way = True
        await trio.sleep(self._seconds)
        self.under_way = False
        before = dict(self.rows)
        for row in cast("list[JournalRow]", args[0]):
            if row.message_id in self.poison:
                raise self.poison[row.message_id]
        value = self._run(steps(*args, **kwargs))
        if fate == "refuse":
            self.rows = before
        if fate != "commit":
            raise Unavailable("the database went away")
        return value

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Nobody reads here."""
        raise NotImplementedError

    def health(self) -> Health:
        """Nobody asks."""
        raise NotImplementedError

    async def wait_ready(self) -> None:
        """It is."""

    def text(self, message_id: int) -> list[tuple[str, str]]:
        """The characters of a message with their channels; its rows must join without a gap or an overlap."""
        found: list[tuple[str, str]] = []
        for (owner, start), (channel, text) in sorted(self.rows.items()):
            if owner == message_id:
                assert start == len(found), "a gap or an overlap"
                found += [(channel, character) for character in text]
        return found

    def _run(self, steps: Steps[T]) -> T:
        try:
            statement = next(steps)
            while True:
                self._execute(statement)
                statement = steps.send(Result([], 0, 0))
        except StopIteration as stop:
            value: T = stop.value
            return value

    def _execute(self, statement: Statement) -> None:
        values = list(statement.params)
        if statement.sql.startswith("DELETE"):
            message_id, start = values
            assert isinstance(start, int)
            self.deletes += 1
            self.rows = {key: row for key, row in self.rows.items() if key[0] != message_id or key[1] < start}
        else:
            for message_id, start, channel, text in zip(*[iter(values)] * 4, strict=True):
                assert (message_id, start) not in self.rows, "the row is there already"
                self.rows[message_id, start] = (channel, text)


def characters(transcript: Transcript) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    while (piece := transcript.after(len(found), 1_000_000)) is not None:
        found += [(piece.channel, character) for character in piece.text]
    return found


async def grow(written: Journal, transcript: Transcript, *texts: str, pause: float = 0.001) -> None:
    for text in texts:
        transcript.add("content", text)
        written.touch()
        await trio.sleep(pause)


async def test_one_transaction_a_tick_for_all_answers_and_ten_a_second_at_most(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    table = MemoryTable(seconds=0.01)
    written = Journal(table)
    texts = {number: Transcript() for number in range(200)}
    for number, transcript in texts.items():
        written.track(number, transcript)
    nursery.start_soon(written.run)
    async with trio.open_nursery() as growing:
        for transcript in texts.values():
            growing.start_soon(partial(grow, written, transcript, *["word "] * 20, pause=0.05))
    await trio.sleep(3 * TICK_SECONDS)
    assert all(later - earlier >= TICK_SECONDS - 1e-9 for earlier, later in pairwise(table.began))
    assert written.ticks == len(table.began) <= 13
    assert table.deletes == 0, "nothing can be there that was never written"
    assert all(table.text(number) == characters(transcript) for number, transcript in texts.items())


async def test_nothing_is_written_while_nothing_grows(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    table = MemoryTable()
    written, transcript = Journal(table), Transcript()
    written.track(1, transcript)
    nursery.start_soon(written.run)
    await trio.sleep(10)
    assert table.began == []
    await grow(written, transcript, "a")
    await trio.sleep(10)
    assert len(table.began) == 1
    written.touch()
    await trio.sleep(10)
    assert len(table.began) == 1, "a touch without growth costs no transaction"


async def test_text_waits_at_most_one_tick(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    table = MemoryTable()
    written, transcript = Journal(table), Transcript()
    written.track(1, transcript)
    nursery.start_soon(written.run)
    for _ in range(50):
        await grow(written, transcript, "abc")
        await trio.sleep(TICK_SECONDS)
        assert table.text(1) == characters(transcript)


@pytest.mark.parametrize(("most", "expected"), [(40, [40, 80, 95, 95]), (41, [50, 95, 95, 95])])
async def test_what_does_not_fit_into_one_transaction_goes_into_the_next(
    autojump_clock: MockClock, nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch, most: int, expected: list[int]
) -> None:
    monkeypatch.setattr(service, "PIECE_CHARACTERS", 10)
    monkeypatch.setattr(service, "TICK_CHARACTERS", most)
    table = MemoryTable()
    written, transcript = Journal(table), Transcript()
    transcript.add("content", "x" * 95)
    written.track(1, transcript)
    nursery.start_soon(written.run)
    sizes = []
    for _ in range(4):
        await trio.testing.wait_all_tasks_blocked()
        sizes.append(len(table.text(1)))
        await trio.sleep(TICK_SECONDS)
    assert sizes == expected
    assert max(len(text) for _, text in table.rows.values()) == 10


async def test_a_release_waits_for_the_transaction_under_way_and_ends_the_writing(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    table = MemoryTable(seconds=0.05)
    written, transcript = Journal(table), Transcript()
    written.track(1, transcript)
    nursery.start_soon(written.run)
    await grow(written, transcript, "a")
    assert table.under_way
    await written.release(1)
    assert not table.under_way
    assert table.text(1) == [("content", "a")]
    await grow(written, transcript, "b")
    await trio.sleep(1)
    assert table.text(1) == [("content", "a")]
    await written.release(1)
    await written.release(2)


async def test_a_failure_is_told_once_and_tried_again_slowly(
    autojump_clock: MockClock, nursery: trio.Nursery, capsys: pytest.CaptureFixture[str]
) -> None:
    table = MemoryTable()
    table.fates = ["refuse", "doubt", "refuse"]
    written, transcript = Journal(table), Transcript()
    written.track(1, transcript)
    nursery.start_soon(written.run)
    await grow(written, transcript, "a")
    await trio.sleep(4 * RETRY_SECONDS)
    assert len(table.began) == 4
    assert all(later - earlier >= RETRY_SECONDS - 1e-9 for earlier, later in pairwise(table.began))
    assert table.text(1) == [("content", "a")]
    assert capsys.readouterr().out.count("waits for the database") == 1
    assert table.deletes == 3, "rows that may be there are taken away first"
    table.fates = ["refuse"]
    await grow(written, transcript, "b")
    await trio.sleep(4 * RETRY_SECONDS)
    await grow(written, transcript, "c")
    await trio.sleep(TICK_SECONDS)
    assert table.text(1) == characters(transcript)
    assert capsys.readouterr().out.count("waits for the database") == 1, "the next time it is told again"
    assert table.deletes == 4


async def test_what_all_answers_wait_for_is_not_tried_for_each(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    table = MemoryTable()
    table.fates = ["refuse", "refuse"]
    written, texts = Journal(table), [Transcript(), Transcript(), Transcript()]
    for number, transcript in enumerate(texts):
        transcript.add("content", "a")
        written.track(number, transcript)
    nursery.start_soon(written.run)
    await trio.sleep(1.5 * RETRY_SECONDS)
    assert len(table.began) == 2
    await trio.sleep(RETRY_SECONDS)
    assert [len(table.text(number)) for number in range(3)] == [1, 1, 1]


async def test_an_answer_that_ends_during_a_failure_is_not_written_again(
    autojump_clock: MockClock, nursery: trio.Nursery
) -> None:
    table = MemoryTable(seconds=0.05)
    table.fates = ["refuse"]
    written, transcript = Journal(table), Transcript()
    written.track(1, transcript)
    nursery.start_soon(written.run)
    await grow(written, transcript, "a")
    await written.release(1)
    await trio.sleep(4 * RETRY_SECONDS)
    assert table.rows == {}


CHANNELS: list[Channel] = ["content", "reasoning"]
FATES: list[Fate] = ["commit", "refuse", "doubt"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 2), st.sampled_from(CHANNELS), st.text(min_size=1, max_size=6)),
        st.sampled_from(FATES),
        st.sampled_from([0.0, 0.03, TICK_SECONDS, RETRY_SECONDS]),
    ),
    max_size=40,
)


@given(STEPS, st.sampled_from([0.0, 0.02, 0.15]))
def test_whatever_fails_the_rows_are_the_text_without_a_gap_or_a_repeat(
    steps: list[tuple[int, Channel, str] | Fate | float], seconds: float
) -> None:
    async def play() -> None:
        table = MemoryTable(seconds)
        written = Journal(table)
        texts = [Transcript() for _ in range(3)]
        async with trio.open_nursery() as nursery:
            for number, transcript in enumerate(texts):
                written.track(number, transcript)
            nursery.start_soon(written.run)
            for step in steps:
                await take(step, table, written, texts)
            table.fates.clear()
            await trio.sleep(10 * RETRY_SECONDS)
            nursery.cancel_scope.cancel()
        for number, transcript in enumerate(texts):
            assert table.text(number) == characters(transcript)

    trio.run(play, clock=MockClock(autojump_threshold=0))


async def take(
    step: tuple[int, Channel, str] | Fate | float, table: MemoryTable, written: Journal, texts: list[Transcript]
) -> None:
    """Let something grow, foretell a transaction's fate, or let time pass; what is there is right at every moment."""
    if isinstance(step, tuple):
        number, channel, text = step
        texts[number].add(channel, text)
        written.touch()
    elif isinstance(step, str):
        table.fates.append(step)
    else:
        await trio.sleep(step)
    for number, transcript in enumerate(texts):
        known = table.text(number)
        assert known == characters(transcript)[: len(known)]


async def test_a_growing_answer_on_a_real_database(store: Database, nursery: trio.Nursery) -> None:
    written = Journal(store)
    one, other = Transcript(), Transcript()
    written.track(1, one)
    written.track(2, other)
    nursery.start_soon(written.run)
    with trio.fail_after(90):
        for text in ("naïve ", "🦜", "\x00\u2028"):
            one.add("content", text)
            other.add("reasoning", text)
            written.touch()
            ticks = written.ticks
            while written.ticks == ticks:  # noqa: ASYNC110 - nobody else waits for a tick
                await trio.sleep(0.01)
    assert await store.read(journal.read, 1) == [
        JournalRow(1, 0, "content", "naïve "),
        JournalRow(1, 6, "content", "🦜"),
        JournalRow(1, 7, "content", "\x00\u2028"),
    ]
    assert [row.channel for row in await store.read(journal.read, 2)] == ["reasoning"] * 3


@pytest.mark.parametrize("failure", [TooLarge("a text is too long"), ValueRefused("a value was refused")])
@pytest.mark.parametrize("others", [0, 1, 2])
async def test_what_is_wrong_with_one_answer_is_no_other_s_fault(
    failure: Exception, others: int, autojump_clock: MockClock
) -> None:
    table = MemoryTable()
    texts = {number: Transcript() for number in range(1, others + 2)}
    journal_ = Journal(table)
    table.poison[1] = failure
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(journal_.run)
            for number, text in texts.items():
                journal_.track(number, text)
            for _ in range(4):
                for text in texts.values():
                    text.add("content", "abc")
                journal_.touch()
                await trio.sleep(2 * TICK_SECONDS)
            nursery.cancel_scope.cancel()
    assert table.text(1) == []
    for number in range(2, others + 2):
        assert len(table.text(number)) == 12, "nothing is lost, and nothing waits"
    told = [
        (line["log_level"], line["message_id"]) for line in logs if line["event"] == "an answer is no longer journalled"
    ]
    assert told == [("error", 1)]


@pytest.mark.parametrize("others", [0, 1])
async def test_a_failure_that_nobody_knows_is_tried_again(autojump_clock: MockClock, others: int) -> None:
    table, text, other = MemoryTable(), Transcript(), Transcript()
    journal_ = Journal(table)
    table.poison[1] = RuntimeError("error 1118")
    with capture_logs() as logs:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(journal_.run)
            journal_.track(1, text)
            text.add("content", "abc")
            for _ in range(others):
                journal_.track(2, other)
                other.add("content", "def")
            journal_.touch()
            await trio.sleep(3 * RETRY_SECONDS)
            assert len(table.text(2)) == 3 * others, "the other one does not wait for it"
            table.poison.clear()
            await trio.sleep(2 * RETRY_SECONDS)
            nursery.cancel_scope.cancel()
    assert len(table.text(1)) == 3
    assert "the journal waits for the database" in [line["event"] for line in logs]


async def test_the_lag_is_that_of_the_text_that_waits_longest(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    table = MemoryTable(seconds=0.05)
    table.fates = ["commit", "refuse", "commit"]
    written, transcript = Journal(table), Transcript()
    written.track(1, transcript)
    nursery.start_soon(written.run)
    await trio.sleep(1)
    await grow(written, transcript, "a", pause=0.04)
    assert written.lag == pytest.approx(0.04), "it is being written"
    await trio.sleep(1)
    assert written.lag == 0
    await grow(written, transcript, "b", pause=0.5)
    assert written.lag == pytest.approx(0.5), "the database refused it"
    await grow(written, transcript, "c", pause=RETRY_SECONDS)
    assert written.lag == 0
    await grow(written, transcript, "d", pause=0.01)
    await written.release(1)
    assert written.lag == 0, "nobody's text waits any more"
