"""What waits for its turn: large replies, the newest of a kind, and callbacks, on one line."""

from functools import partial

import trio
import trio.testing

from orchd.protocol.codes import NO_HEARTBEAT
from orchd.protocol.websocket import text_frame
from tests.server.line import TIGHT, farewell, over_lockstep

Clock = trio.testing.MockClock


async def test_when_drained_calls_at_once_or_later_and_once() -> None:
    called: list[str] = []
    async with over_lockstep() as one:
        one.outbox.when_drained(lambda: called.append("at once"))
        one.outbox.put(b"a")
        one.outbox.when_drained(lambda: called.append("later"))
        assert called == ["at once"]
        await one.read(1)
        await one.settled()
        assert called == ["at once", "later"]
        one.outbox.put(b"b")
        await one.read(1)
        await one.settled()
        assert called == ["at once", "later"]


async def test_callbacks_may_put_and_ask_again() -> None:
    async with over_lockstep() as one:
        left = list(range(5))

        def more() -> None:
            if left:
                one.outbox.put(b"%d" % left.pop(0))
                one.outbox.put(b"!")
                one.outbox.when_drained(more)

        one.outbox.put(b"start ")
        one.outbox.when_drained(more)
        one.outbox.when_drained(lambda: one.outbox.put(b"second "))
        expected = b"start 0!second 1!2!3!4!"
        assert await one.read(len(expected)) == expected
        await one.settled()


async def test_only_the_newest_of_a_kind_waits() -> None:
    async with over_lockstep() as one:
        one.outbox.put_latest("a", b"first ")
        for number in range(5):
            one.outbox.put_latest("a", b"a%d " % number)
            one.outbox.put_latest("b", b"b%d " % number)
        one.outbox.put(b"between ")
        expected = b"first between a4 b4 "
        assert await one.read(len(expected)) == expected
        await one.settled()
        one.outbox.put_latest("a", b"at once")
        assert await one.read(7) == b"at once"


async def test_what_is_kept_back_is_dropped_when_the_line_fails() -> None:
    called: list[str] = []
    async with over_lockstep() as one:
        one.outbox.put(text_frame(b"begun"))
        await trio.testing.wait_all_tasks_blocked()
        one.outbox.put(text_frame(b"dropped"))
        one.outbox.put_latest("a", text_frame(b"dropped"))
        one.outbox.when_drained(lambda: called.append("never"))
        one.outbox.fail(NO_HEARTBEAT)
        one.outbox.put(text_frame(b"too late"))
        one.outbox.put_latest("a", text_frame(b"too late"))
        one.outbox.when_drained(lambda: called.append("never"))
        assert not one.outbox.congested
        expected = text_frame(b"begun") + farewell(NO_HEARTBEAT)
        assert await one.read(len(expected)) == expected
        await trio.testing.wait_all_tasks_blocked()
    assert not called


async def test_large_replies_wait_for_their_turn(autojump_clock: Clock) -> None:
    put: list[int] = []
    async with over_lockstep(TIGHT) as one, trio.open_nursery() as nursery:
        one.outbox.put(b"x" * 101)
        for number in range(3):
            nursery.start_soon(one.outbox.reply, b"%d" % number * 5000, partial(put.append, number))
            await trio.testing.wait_all_tasks_blocked()
        assert put == []
        nursery.start_soon(one.outbox.reply, b"small".ljust(TIGHT.soft_bytes), partial(put.append, 9))
        await trio.testing.wait_all_tasks_blocked()
        assert put == [9], "what is small does not wait"
        assert await one.read(101 + TIGHT.soft_bytes) == b"x" * 101 + b"small".ljust(TIGHT.soft_bytes)
        for number in range(3):
            await trio.testing.wait_all_tasks_blocked()
            assert put == [9, *range(number + 1)]
            assert await one.read(5000) == b"%d" % number * 5000
    assert one.outbox.failed is None


async def test_replies_and_what_else_has_waited_take_turns(autojump_clock: Clock) -> None:
    async with over_lockstep(TIGHT) as one, trio.open_nursery() as nursery:

        def text(left: int) -> None:
            if one.outbox.congested:
                one.outbox.when_drained(lambda: text(left))
                return
            one.outbox.put(b"t" * 101)
            if left:
                text(left - 1)

        one.outbox.put(b"x" * 101)
        text(3)
        for _ in range(3):
            nursery.start_soon(one.outbox.reply, b"r" * 101, lambda: None)
        await trio.testing.wait_all_tasks_blocked()
        order = [(await one.read(101))[:1] for _ in range(8)]
        assert b"".join(order) == b"xrtrtrtt"


async def test_what_follows_a_reply_comes_before_anything_else() -> None:
    async with over_lockstep(TIGHT) as one, trio.open_nursery() as nursery:
        one.outbox.put(b"x" * 101)
        one.outbox.when_drained(lambda: one.outbox.put(b"other"))
        nursery.start_soon(one.outbox.reply, b"r" * 101, lambda: one.outbox.put(b"then"))
        await trio.testing.wait_all_tasks_blocked()
        expected = b"x" * 101 + b"r" * 101 + b"then" + b"other"
        assert await one.read(len(expected)) == expected


async def test_only_as_much_of_the_newest_is_taken_up_as_there_is_room_for() -> None:
    async with over_lockstep(TIGHT) as one:
        one.outbox.put(b"x" * 101)
        for number in range(30):
            one.outbox.put_latest(str(number), b"%02d" % number * 60)
        for _ in range(30):
            await trio.testing.wait_all_tasks_blocked()
            one.outbox.put(b"")  # it would fail over the limit
            assert one.outbox.waiting_bytes <= 200
            await one.read(101 if one.outbox.sent_bytes == 0 else 120)
        assert await one.read(120) == b"29" * 60
        assert one.outbox.failed is None
