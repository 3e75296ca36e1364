"""Random acts on one growing answer, and a judge of what its readers got.

Readers resume, subscribe, fall behind and catch up, while the answer grows over both channels and ends. Whatever the
order, each frame must say exactly what its place in the text allows, and nobody may miss the rest.
"""

from typing import Any, TypeAlias

import trio
from hypothesis import strategies as st

from orchd.features.chat.messages import ChatResume, ChatSubscribe
from orchd.llm.types import Channel
from tests.features.chat.room import Device, Dictated, Frame, Room

CHANNELS: list[Channel] = ["content", "reasoning"]
Grow: TypeAlias = tuple[Channel, str]
Resume: TypeAlias = tuple[int, float, bool]
Act: TypeAlias = Grow | Resume | tuple[str, int]
GROWTH = st.tuples(st.sampled_from(CHANNELS), st.text(min_size=1, max_size=5))
ACT = st.one_of(
    GROWTH,
    st.tuples(st.integers(0, 1), st.floats(0, 1.3), st.integers(0, 7).map(bool)),
    st.tuples(st.sampled_from(["hold", "drain", "subscribe"]), st.integers(0, 1)),
)
END: Act = ("end", 0)
ACTS = st.tuples(st.lists(ACT, max_size=20), st.lists(ACT, max_size=5)).map(lambda both: [*both[0], END, *both[1]])


class Judge:
    """Reads one device's frames and demands that each says exactly what its place in the text allows."""

    def __init__(self, characters: list[tuple[str, str]]) -> None:
        self.characters = characters
        self.asked: dict[str, int] = {}
        """The position after which each resume asked."""
        self.live: int | None = None
        """Where the frames without id stand; None: none may come."""
        self.done = 0
        self.finals = 0

    def see(self, frame: Frame) -> None:
        data: dict[str, Any] = frame["data"]
        match frame["type"]:
            case "chat:streaming" if frame.get("id") is not None:
                assert not data["done"]
                self.asked[frame["id"]] = self.text(self.asked[frame["id"]], data)
                self.live = None
            case "chat:streaming":
                assert self.live is not None
                self.done += data["done"]
                self.live = data["seq"] if data["done"] else self.text(self.live, data)
            case "chat:resumed":
                self.resumed(self.asked[frame["id"]], data)
            case "chat:subscribed" if data["active"] and self.live is None:
                self.live = data["active"][0]["seq"]
            case "chat:message":
                self.finals += 1
                assert self.done == self.finals

    def text(self, position: int, data: dict[str, Any]) -> int:
        expected = self.characters[position : data["seq"]]
        assert expected == [(data["channel"], character) for character in data["chunk"]]
        assert expected
        return int(data["seq"])

    def resumed(self, position: int, data: dict[str, Any]) -> None:
        if data["recovered"]:
            assert min(position, len(self.characters)) == data["seq"], "text is missing"
        else:
            told = self.characters[: data["seq"]]
            for channel in CHANNELS:
                text = "".join(character for name, character in told if name == channel)
                assert text == (data["message"][channel] or "")
        if data["recovered"] or data["status"] == "streaming":
            self.live = data["seq"]


class Play:
    """One run of acts on a daemon with one answer and two devices besides the asker."""

    def __init__(self, room: Room, dictated: Dictated, conversation_id: int, message_id: int) -> None:
        self.room = room
        self.dictated = dictated
        self.conversation_id = conversation_id
        self.message_id = message_id
        self.devices = (Device(), Device())
        self.characters: list[tuple[str, str]] = []
        self.judges = (Judge(self.characters), Judge(self.characters))
        self.over = False

    async def act(self, act: Act) -> None:
        if len(act) == 3:
            self.resume(*act)
        elif act[0] in CHANNELS and isinstance(act[1], str):
            if not self.over:
                self.dictated.say(act[1], "reasoning" if act[0] == "reasoning" else "content")
                self.characters += [(act[0], character) for character in act[1]]
        elif act[0] == "end":
            self.end()
        elif isinstance(act[1], int):
            self.press(act[0], self.devices[act[1]])
        await self.settled()

    def resume(self, number: int, place: float, known: bool) -> None:
        after_seq = round(place * len(self.characters))
        request = self.room.begin(
            self.devices[number], ChatResume(self.message_id, after_seq, "me" if known else "older")
        )
        assert request.id is not None
        self.judges[number].asked[request.id] = after_seq

    def press(self, what: str, device: Device) -> None:
        if what == "hold":
            device.held = True
        elif what == "drain":
            device.drain()
        else:
            self.room.begin(device, ChatSubscribe(self.conversation_id))

    def end(self) -> None:
        if not self.over:
            self.over = True
            self.dictated.end()

    async def settled(self) -> None:
        await trio.sleep(1)

    async def finish(self) -> None:
        self.end()
        for _ in range(3):
            for device in self.devices:
                device.drain()
            await self.settled()
        for device, judge in zip(self.devices, self.judges, strict=True):
            for frame in device.read:
                judge.see(frame)
            if judge.live is not None:
                assert judge.live == len(self.characters) + 1, "the rest is missing"
                assert judge.done == judge.finals >= 1
