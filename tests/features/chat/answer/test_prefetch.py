"""An answer that is asked for before its question is stored."""

from collections.abc import Callable
from typing import Any

import pytest
import trio
import trio.testing

from orchd.entity import Belonging
from orchd.errors import OrchdError, Unavailable
from orchd.features.chat.answer.prefetch import MOST_FORECASTS, InstructionForecast, NewConversation, Prefetch
from orchd.features.chat.answer.request import AnswerRequest
from orchd.features.chat.messages import ChatMessage, ChatSend
from orchd.features.chat.rows import Foreseen, StoredExchange
from orchd.features.models import Instructions
from orchd.llm import StreamMark, StreamPlace
from orchd.llm.billing import ServerBills
from orchd.llm.types import Channel, FailedAttempt, Listener, Outcome, Phase, Prompt, Selection, Target, Turn, Usage
from orchd.storage import Database
from tests.features.chat.room import Device, open_room
from tests.fix_chat import TARGET

OUTCOME = Outcome("stop", "tiny", None)


class RecordingListener:
    """Keeps what it is told, in order."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.kept = self

    left = False

    def on_place(self, place: StreamPlace | None) -> None:
        self.calls.append((place,))

    def on_mark(self, mark: StreamMark) -> None:
        self.calls.append((mark,))

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        self.calls.append((phase, progress))

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        self.calls.append(("queue", position, eta_ms))

    def on_failed(self, failure: FailedAttempt) -> None:
        self.calls.append((failure,))

    def on_fallback(self, target: Target) -> None:
        self.calls.append((target,))

    def on_delta(self, channel: Channel, text: str) -> None:
        self.calls.append((channel, text))

    def on_close(self) -> None:
        self.calls.append(("close",))


FAILURE = FailedAttempt("tiny", "box", "unavailable", None, "away")
PLACE, MARK = StreamPlace("box", "tiny", "orchd-1"), StreamMark(40, "answer")
BEFORE = [
    *(("queued", None), ("queue", 2, 10), (FAILURE,), (TARGET,), (PLACE,)),
    *(("prompt", 0.5), ("content", "a"), (MARK,)),
]


class Model:
    """Says some things, then waits for `more`, and ends as told."""

    def __init__(self, error: OrchdError | None = None) -> None:
        self.more = trio.Event()
        self.gone = False
        self._error = error

    async def ask(self, listener: Prefetch) -> Outcome:
        """Answer."""
        listener.on_phase("queued", None)
        listener.on_queue(2, 10)
        listener.on_failed(FAILURE)
        listener.on_fallback(TARGET)
        listener.on_place(PLACE)
        listener.on_phase("prompt", 0.5)
        listener.on_delta("content", "a")
        listener.on_mark(MARK)
        try:
            await self.more.wait()
            listener.on_delta("reasoning", "b")
            if self._error is not None:
                raise self._error
            return OUTCOME
        finally:
            self.gone = True
            listener.on_close()


QUESTION = ChatMessage(1, 7, None, "user", "Hello?", None, "complete", None, "t", None, None, None, None)
OURS = Belonging(0)


def stored(whose: Belonging = OURS, instructions: tuple[str, ...] = ()) -> StoredExchange:
    """A question, as it was stored in the conversation 7."""
    return StoredExchange(
        7, QUESTION, 2, [], None, 0, whose, Instructions(tuple(range(len(instructions))), instructions)
    )


def make() -> Prefetch:
    return Prefetch(Foreseen([], None), AnswerRequest(Selection(TARGET)))


@pytest.mark.parametrize("joins", ["in the middle", "after the end"])
async def test_who_joins_hears_everything_in_order(joins: str, nursery: trio.Nursery) -> None:
    model, prefetch, heard = Model(), make(), RecordingListener()
    nursery.start_soon(prefetch.run, model.ask)
    await trio.testing.wait_all_tasks_blocked()
    if joins == "after the end":
        model.more.set()
        await trio.testing.wait_all_tasks_blocked()
    outcomes: list[Outcome | OrchdError] = []

    async def join() -> None:
        outcomes.append(await prefetch.join(heard))

    nursery.start_soon(join)
    await trio.testing.wait_all_tasks_blocked()
    if joins == "in the middle":
        assert heard.calls == BEFORE
    model.more.set()
    await trio.testing.wait_all_tasks_blocked()
    assert heard.calls == [*BEFORE, ("reasoning", "b"), ("close",)]
    assert outcomes == [OUTCOME]


async def test_who_joins_is_told_of_an_error(nursery: trio.Nursery) -> None:
    away = Unavailable("away")
    model, prefetch = Model(away), make()
    nursery.start_soon(prefetch.run, model.ask)
    model.more.set()
    assert await prefetch.join(RecordingListener()) is away


async def test_cancelling_who_has_joined_lets_the_model_go_first(nursery: trio.Nursery) -> None:
    model, prefetch, heard = Model(), make(), RecordingListener()
    nursery.start_soon(prefetch.run, model.ask)
    with trio.CancelScope() as scope:
        await trio.testing.wait_all_tasks_blocked()
        scope.cancel()
        await prefetch.join(heard)
    assert model.gone
    assert heard.calls == [*BEFORE, ("close",)]


async def test_one_that_is_given_up_ends_and_one_that_is_taken_does_not(nursery: trio.Nursery) -> None:
    given_up, taken = (Model(), make()), (Model(), make())
    for model, prefetch in (given_up, taken):
        assert prefetch.take(stored()) is None, "nobody has asked yet"
        prefetch.begun = True
        nursery.start_soon(prefetch.run, model.ask)
    await trio.testing.wait_all_tasks_blocked()
    assert given_up[1].take(stored(instructions=("be short",))) is None, "the model wasn't told"
    assert taken[1].take(stored()) is taken[1]
    for _, prefetch in (given_up, taken):
        prefetch.give_up()
    await trio.testing.wait_all_tasks_blocked()
    assert (given_up[0].gone, taken[0].gone) == (True, False)
    assert str(taken[1].conversation) == "7"
    nursery.cancel_scope.cancel()


def test_who_was_told_nothing_is_remembered_and_not_too_many_of_them() -> None:
    forecast, ann, house = InstructionForecast(), Belonging(1), Belonging(1, 7)
    assert not forecast.expects_none(ann)
    forecast.note(stored(ann))
    forecast.note(stored(house, ("be short",)))
    assert (forecast.expects_none(ann), forecast.expects_none(house)) == (True, False)
    forecast.note(stored(ann, ("be short",)))
    assert not forecast.expects_none(ann)
    for user in range(MOST_FORECASTS + 1):
        forecast.note(stored(Belonging(user)))
    expected = [forecast.expects_none(Belonging(user)) for user in (0, 1, MOST_FORECASTS)]
    assert expected == [False, True, True]


def test_new_conversations_are_different_ones_without_a_name() -> None:
    one, other = NewConversation(), NewConversation()
    assert (str(one), one == other) == ("", False)


class Slow:
    """Has a database's next write wait before it begins, and fail if told so."""

    def __init__(self, store: Database, monkeypatch: pytest.MonkeyPatch, error: OrchdError | None = None) -> None:
        self.go_on = trio.Event()
        self._error = error
        self._real = store.write
        monkeypatch.setattr(store, "write", self._write)

    async def _write(self, steps: Any, *args: Any, **kwargs: Any) -> Any:
        await self.go_on.wait()
        if self._error is not None:
            raise self._error
        return await self._real(steps, *args, **kwargs)


async def until(holds: Callable[[], bool]) -> None:
    """Wait for something that a database takes part in: that all tasks wait may mean that they wait for that."""
    with trio.fail_after(90):
        while not holds():
            await trio.lowlevel.checkpoint()


class Says:
    """A model that says a word, and then goes on until it is cancelled, or ends."""

    def __init__(self, *, ends: bool) -> None:
        self.asked: list[Prompt] = []
        self.said, self.gone = trio.Event(), trio.Event()
        self._ends = ends

    async def script(self, prompt: Prompt, listener: Listener) -> Outcome:
        """Answer."""
        self.asked.append(prompt)
        listener.on_phase("generating", None)
        listener.on_delta("content", "Hello")
        self.said.set()
        try:
            if not self._ends:
                await trio.sleep_forever()
        finally:
            self.gone.set()
        return OUTCOME


async def test_the_model_answers_while_its_question_is_stored_and_nobody_hears_of_it_before(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, model = Device(), Says(ends=True)
    async with open_room(store, model.script) as room:
        slow = Slow(store, monkeypatch)
        room.begin(device, ChatSend("hi", system_prompt="Be kind"))
        await model.said.wait()
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert not device.frames
        slow.go_on.set()
        with trio.fail_after(90):
            while not device.frames or device.read[-1]["data"].get("role") != "assistant":
                await trio.lowlevel.checkpoint()
    assert [prompt.turns for prompt in model.asked] == [(Turn("system", "Be kind"), Turn("user", "hi"))]
    kinds = ["chat:message", "chat:progress", "chat:streaming", "chat:streaming", "chat:message"]
    assert [frame["type"] for frame in device.read] == kinds
    assert (device.read[-1]["data"]["content"], device.read[-1]["data"]["status"]) == ("Hello", "complete")


async def test_the_speed_of_an_answer_is_the_models_even_if_all_of_it_came_before_it_could_be_told(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = trio.Event()

    async def script(_: Prompt, listener: Listener) -> Outcome:
        listener.on_delta("content", "Hel")
        await trio.sleep(0.05)
        listener.on_delta("content", "lo")
        ended.set()
        return Outcome("stop", "tiny", Usage(1, 2, 3, None))

    device = Device()
    async with open_room(store, script) as room:
        slow = Slow(store, monkeypatch)
        room.begin(device, ChatSend("hi"))
        await ended.wait()
        await trio.testing.wait_all_tasks_blocked(0.01)
        slow.go_on.set()
        with trio.fail_after(90):
            while not device.frames or device.read[-1]["data"].get("role") != "assistant":
                await trio.lowlevel.checkpoint()
    timings = device.read[-1]["data"]["timings"]
    assert 0 < timings["tokensPerSecond"] <= 2 / 0.045
    assert timings["firstTokenMs"] >= 45, "when it was told, which was after the end"


async def test_the_model_is_let_go_when_its_question_can_not_be_stored(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, model = Device(), Says(ends=False)
    async with open_room(store, model.script) as room:
        slow = Slow(store, monkeypatch, Unavailable("the database is away"))
        room.begin(device, ChatSend("hi"))
        await model.said.wait()
        slow.go_on.set()
        with trio.fail_after(90):
            await model.gone.wait()
        await trio.testing.wait_all_tasks_blocked(0.01)
        assert not room.chat.owned.work
    assert [frame["type"] for frame in device.read] == ["error"]


async def test_many_at_once_are_each_asked_before_they_are_stored(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Says(ends=False)
    async with open_room(store, model.script) as room:
        slow = Slow(store, monkeypatch)
        for _ in range(3):
            room.begin(Device(), ChatSend("hi"))
        try:
            await until(lambda: len(model.asked) == 3)
        finally:
            slow.go_on.set()  # what is being stored can't be cancelled
        with trio.fail_after(90):
            while len(room.chat.owned.work) < 3:
                await trio.lowlevel.checkpoint()


async def test_where_every_request_counts_the_model_is_asked_once_the_question_is_stored(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    device, model = Device(), Says(ends=True)
    chosen: list[Selection] = []

    def may_waste(_: ServerBills, selection: Selection) -> bool:
        chosen.append(selection)
        return False

    monkeypatch.setattr(ServerBills, "may_waste", may_waste)
    async with open_room(store, model.script) as room:
        slow = Slow(store, monkeypatch)
        room.begin(device, ChatSend("hi"))
        try:
            await until(lambda: [each.target for each in chosen] == [TARGET])
            assert model.asked == []
        finally:
            slow.go_on.set()
        with trio.fail_after(90):
            await model.said.wait()
