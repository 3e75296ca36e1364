"""Send, cancel, leave, come back, restart, in any order: one final frame each, and the store says what was seen."""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import trio
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, multiple, rule

from tests.examples import examples
from tests.wire.client import HANG_SECONDS, Client, is_as_told
from tests.wire.portal import Portal
from tests.wire.referee import Frame

FAULTS = ("tokens=3", "stall_after=1", "tokens=40,interval=0.002", "tokens=9,error_after=3", "reset_after=2", "empty",
          "headers=0.02,tokens=2", "reasoning=2,tokens=2", "status=503")  # fmt: skip
CONNECTIONS = 4


class OneDaemon(RuleBasedStateMachine):
    """A few connections to one daemon. The referee inside each client judges every frame as it comes.

    What has come by when depends on time, so it decides what a rule does, but never which rules there are.
    """

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        with ExitStack() as exits:
            directory = Path(exits.enter_context(tempfile.TemporaryDirectory()))
            limits = {"grace_seconds": 0.05, "max_in_flight": 5, "close_seconds": HANG_SECONDS}
            self.portal = exits.enter_context(Portal(directory, **limits))
            self.exits = exits.pop_all()
        self.open: list[Client] = []
        self.past: list[Client] = []

    def teardown(self) -> None:
        """End all that still runs, then compare what everybody saw with what is stored."""
        with self.exits:
            self.portal.call(self.check)

    @initialize(target=clients)
    def begin(self) -> Client:
        return self.new_client()

    @rule(target=clients)
    def connect(self) -> object:
        return self.new_client() if len(self.open) < CONNECTIONS else multiple()

    @rule(
        client=clients,
        fault=st.sampled_from(FAULTS),
        old=st.booleans(),
        leaving=st.sampled_from(["finish", "cancel"]),
        number=st.integers(0, 9),
    )
    def send(self, client: Client, fault: str, old: bool, leaving: str, number: int) -> None:
        data: Frame = {"message": f"[[simulate: {fault}]] {number}", "onDisconnect": leaving}
        known = [data["conversationId"] for data in self.messages()]
        if old and known:
            data["conversationId"] = known[number % len(known)]
        self.portal.call(self.ask, client, "chat:send", data)

    @rule(client=clients, data=st.sampled_from([{"message": " "}, {"message": "x", "conversationId": 10**6}, {}]))
    def send_what_is_refused(self, client: Client, data: Frame) -> None:
        self.portal.call(self.ask, client, "chat:send", data)

    @rule(client=clients, number=st.integers(0, 9))
    def cancel(self, client: Client, number: int) -> None:
        in_flight = [*client.referee.asked_types, "nothing"]
        self.portal.call(self.ask, client, "cancel", {"id": in_flight[number % len(in_flight)]})

    @rule(client=clients, number=st.integers(0, 30))
    def chat_cancel(self, client: Client, number: int) -> None:
        known = [message["id"] for message in self.messages()] or [1]
        self.portal.call(self.ask, client, "chat:cancel", {"messageId": known[number % len(known)] + number % 2})

    @rule(client=consumes(clients), cut=st.booleans())
    def leave(self, client: Client, cut: bool) -> None:
        self.portal.call(self.part, client, cut)

    @rule(client=clients)
    def catch_up(self, client: Client) -> None:
        """All that was sent has been read; short answers have moved on."""
        if client in self.open:
            self.portal.call(client.request, "ping")

    @rule()
    def restart(self) -> None:
        self.portal.call(self.stop_and_start)

    def new_client(self) -> Client:
        client = self.portal.connect()
        self.open.append(client)
        return client

    def messages(self) -> list[Frame]:
        """Every message that anybody was told of, the questions included."""
        frames = [frame for client in self.past + self.open for frame in list(client.frames)]
        return [frame["data"] for frame in frames if frame["type"] == "chat:message"]

    async def ask(self, client: Client, kind: str, data: Frame) -> None:
        if client in self.open:
            await client.send(kind, data)

    async def part(self, client: Client, cut: bool) -> None:
        if client in self.open:
            self.open.remove(client)
            self.past.append(client)
            if cut:
                client.cut()
            else:
                await client.aclose()

    async def stop_and_start(self) -> None:
        for client in self.open:
            await client.request("ping")  # the daemon has read all that was sent before
        await self.portal.app.stop()
        for client in self.open:
            assert await client.wait_closed() == 1001
            assert not client.referee.asked_types, "requests without a final frame at an orderly end"
        self.past += self.open
        self.open = []
        await self.portal.app.start()

    async def check(self) -> None:
        for client in self.open:
            for request_id in list(client.referee.asked_types):  # one by one: too many at once would be `busy`
                await client.request("cancel", {"id": request_id})
            for request_id in list(client.referee.asked_types):
                await client.answer(request_id)
        await self.stop_and_start()
        reader = await self.portal.app.connect()
        for client in self.past:
            await self.compare(client, reader)

    async def compare(self, client: Client, reader: Client) -> None:
        """What one client saw against what is stored."""
        finals = {f["data"]["id"]: f["data"] for f in client.frames if f["type"] == "chat:message"}
        begun = {f["data"]["messageId"]: f["data"] for f in client.frames if f["type"] == "chat:streaming"}
        for message_id, seen in finals.items():
            assert is_as_told(await stored(reader, seen["conversationId"], message_id), seen)
        for message_id in begun.keys() - finals.keys():
            left = await stored(reader, begun[message_id]["conversationId"], message_id)
            assert left["status"] in ("complete", "cancelled", "interrupted", "error")
            for channel in ("content", "reasoning"):
                assert (left[channel] or "").startswith(text_seen(client, message_id, channel))


async def stored(reader: Client, conversation_id: int, message_id: int) -> Frame:
    """A message as the history has it, on whichever branch: the page that ends before the message after it."""
    with trio.fail_after(HANG_SECONDS):
        page = await reader.history(conversation_id, limit=200)
    found = [message for message in page if message["id"] == message_id]
    assert found, f"message {message_id} is not in the history of {conversation_id}"
    return found[0]


def text_seen(client: Client, message_id: int, channel: str) -> str:
    pieces = [
        f["data"] for f in client.frames if f["type"] == "chat:streaming" and f["data"]["messageId"] == message_id
    ]
    return "".join(piece["chunk"] for piece in pieces if piece["channel"] == channel)


OneDaemon.TestCase.settings = settings(
    max_examples=examples(20), stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestOneDaemon = OneDaemon.TestCase
