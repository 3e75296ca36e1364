"""How a row of the fault matrix is played: three questions brought to their moments, and words for what comes of them.

The last moment, "after the last token, before the store", is hit by holding the database meanwhile: by the write lock
of the file, or a lock on the message's row.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, TypeAlias

import trio

from tests.faults.matrix import MOMENTS, Cell, Moment
from tests.faults.scene import Act, GatedClient, Stage, gated, locked
from tests.faults.small_disk import SmallDisk
from tests.fix_daemon import Daemon
from tests.fix_mariadb import MariaServer
from tests.wire.client import Client
from tests.wire.referee import Frame

FIRST, REST = "One, two, three, ", "four, five."
BACK_SECONDS = 120.0
"""Until the daemon has found its database again: its pauses between attempts grow to ten seconds."""
BEFORE, MID, LATE = MOMENTS

Found: TypeAlias = dict[Moment, Cell]


class Take(NamedTuple):
    """One question that has come to its moment."""

    moment: Moment
    act: Act
    client: GatedClient
    request_id: str
    message_id: int
    conversation_id: int
    said: str
    rest: str

    async def go_on(self) -> None:
        """Let the model server say what it has not said yet; late takes are over."""
        if self.moment != LATE:
            await self.act.say(self.rest)
            await self.act.finish()

    def extent(self, text: str) -> str:
        """How much of the answer `text` is, in the table's words."""
        known = {"": "no text", self.said: "the text so far", self.said + self.rest: "the whole text"}
        return "no text" if not text else known.get(text, f"{len(text)} other characters: {text[:80]!r}")


class Scene:
    """A daemon with a model server that is told every step; made for one row."""

    def __init__(
        self,
        nursery: trio.Nursery,
        daemon: Daemon,
        stage: Stage,
        url: str,
        mariadb: MariaServer | None,
        disk: SmallDisk | None,
    ) -> None:
        self.daemon = daemon
        self.stage = stage
        self.path = Path(url.removeprefix("sqlite://"))
        """The database file, where there is no server."""
        self.database = MariaServer.name_of(url)
        """The database's name, where there is one."""
        self.mariadb = mariadb
        self.disk = disk
        self._nursery = nursery

    async def connect(self, receive_buffer: int | None = None) -> GatedClient:
        """A new connection."""
        return await gated(self._nursery, self.daemon.ws_url, receive_buffer=receive_buffer)

    async def takes(self, rest: str = REST, receive_buffer: int | None = None) -> list[Take]:
        """A question at each moment, each from a client of its own; the late one lacks only its finish reason."""
        return [await self._take(moment, rest, await self.connect(receive_buffer)) for moment in MOMENTS]

    async def _take(self, moment: Moment, rest: str, client: GatedClient) -> Take:
        request_id = await client.send("chat:send", {"message": moment})
        act = await self.stage.cue(moment)
        place = (await client.until_type("chat:progress", request_id))["data"]
        said = {BEFORE: "", MID: FIRST, LATE: FIRST + rest}[moment]
        left = {BEFORE: FIRST + rest, MID: rest, LATE: ""}[moment]
        await act.say(said)
        if said:
            await client.until_seq(place["messageId"], len(said))
        return Take(moment, act, client, request_id, place["messageId"], place["conversationId"], said, left)

    @asynccontextmanager
    async def held(self, takes: list[Take]) -> AsyncIterator[None]:
        """While the block lasts the late answer has ended, its client knows, and the database can't be written to."""
        async with locked(self.path):
            await end(takes[-1])
            yield

    async def stored(self, takes: list[Take], prefix: str = "") -> dict[Moment, str]:
        """What the database has of each answer, once it answers and the answer has ended."""
        client = await self.connect()
        with trio.fail_after(BACK_SECONDS):
            return {take.moment: prefix + as_stored(take, await until_ended(client, take)) for take in takes}


async def end(late: Take) -> None:
    """Let the late answer end, and its client hear that."""
    await late.act.finish()
    await late.client.until_done(late.message_id)


async def until_ended(client: Client, take: Take) -> Frame:
    """The answer as stored; a database that is away, and one that does not have it yet, is asked again."""
    while True:
        reply = await client.request("chat:history", {"conversationId": take.conversation_id})
        if reply["type"] == "chat:history" and reply["data"]["messages"][-1]["status"] != "streaming":
            message: Frame = reply["data"]["messages"][-1]
            assert message["id"] == take.message_id
            return message
        assert reply["type"] == "chat:history" or reply["data"]["code"] == "unavailable", reply
        await trio.sleep(0.1)


def as_stored(take: Take, message: Frame) -> str:
    """What is stored of an answer, in the table's words."""
    return f"`{message['status']}`, {take.extent(message['content'])}"


async def final(take: Take) -> str:
    """The end that a request saw, in the table's words; what it was told before is what the final frame says."""
    message = (await take.client.answer(take.request_id))[-1]["data"]
    text = take.client.text(take.message_id)
    assert text == message["content"]
    error = message["error"]["code"] if message["error"] else None
    if message["status"] == "error":
        return f"{take.extent(text)}, `error` `{error}`; {await connection(take.client)}"
    note = f", with the error `{error}`" if error else ""
    return f"{take.extent(text)}, `{message['status']}`{note}; {await connection(take.client)}"


async def connection(client: GatedClient) -> str:
    """What became of a connection that the client did not end."""
    if client.closed.is_set():
        return f"closed with {client.close_code}"
    assert (await client.request("ping"))["type"] == "pong"
    return "connection stays"


async def resumed(take: Take, again: GatedClient) -> str:
    """What a resume from a new connection brings, in the table's words."""
    seq = take.client.seq(take.message_id)
    answer = await again.resume(take.message_id, seq, take.client.epoch)
    if not answer["recovered"]:
        assert not again.pieces(take.message_id), "no partial repair"
        message = answer["message"]
        assert message["content"].startswith(take.client.text(take.message_id))
        return f"a resume tells the message anew: {as_stored(take, message)}"
    message = await again.until_final(take.message_id)
    assert take.client.text(take.message_id) + again.text(take.message_id) == message["content"]
    return f"a resume repairs it exactly; {as_stored(take, message)}"


def cells(takes: list[Take], sees: Mapping[Moment, str], stored: Mapping[Moment, str]) -> Found:
    """Put a row together."""
    return {take.moment: Cell(sees[take.moment], stored[take.moment]) for take in takes}
