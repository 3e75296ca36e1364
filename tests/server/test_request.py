"""One request in flight: what its handler is given, and the two ways in which it is cancelled."""

import json

import trio
import trio.testing

from orchd.protocol.identity import LOCAL
from orchd.protocol.messages import CANCEL, Cancelled
from orchd.server.outbox import Outbox, Pressure
from orchd.server.request import RunningRequest
from tests.raw_client import unmasked


def in_flight(nursery: trio.Nursery, request_id: str | None = "a") -> tuple[RunningRequest, trio.abc.Stream]:
    ours, theirs = trio.testing.memory_stream_pair()
    return RunningRequest(request_id, LOCAL, Outbox(ours, nursery, Pressure(1000, 1000, 30))), theirs


async def test_what_it_emits_carries_its_id(nursery: trio.Nursery) -> None:
    for request_id in ("a", None):
        request, peer = in_flight(nursery, request_id)
        request.emit(CANCEL.reply, Cancelled("b", found=True))
        parsed = unmasked(bytes(await peer.receive_some()))
        assert parsed is not None
        assert json.loads(parsed[1]).get("id") == request_id
        assert (request.id, request.identity) == (request_id, LOCAL)


async def test_by_default_its_scope_is_cancelled_and_its_end_awaited(nursery: trio.Nursery) -> None:
    request, _ = in_flight(nursery)
    order = []

    async def serve() -> None:
        with request.scope:
            try:
                await trio.sleep_forever()
            finally:
                with trio.CancelScope(shield=True):
                    await trio.testing.wait_all_tasks_blocked()
                order.append("ended")
        request.ended.set()

    nursery.start_soon(serve)
    await trio.testing.wait_all_tasks_blocked()
    await request.cancel()
    order.append("told")
    assert order == ["ended", "told"]
    assert request.cancelled
    assert request.scope.cancelled_caught


async def test_a_handler_may_end_it_by_hand(nursery: trio.Nursery) -> None:
    request, _ = in_flight(nursery)
    called = []

    async def by_hand() -> None:
        await trio.lowlevel.checkpoint()
        called.append("by hand")

    request.on_cancel(by_hand)
    await request.cancel()
    assert called == ["by hand"]
    assert request.cancelled
    assert not request.scope.cancel_called, "the handler still returns its reply"


async def test_what_shall_follow_the_reply_is_called_once_it_is_put_in_order(nursery: trio.Nursery) -> None:
    request, _ = in_flight(nursery)
    called: list[str] = []
    request.after_reply(lambda: called.append("first"))
    request.after_reply(lambda: called.append("second"))
    assert called == []
    request.note_reply()
    assert called == ["first", "second"]
