"""The gateway's pages in memory, before a model server whose every byte the test decides.

No socket and no database: a request is what the server's entry makes of one; assistants are those that a test names.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import Any

import trio

from orchd.access.addresses import ClientFacts, read_address
from orchd.budget import MemoryBudget
from orchd.errors import NotFound, OrchdError
from orchd.features.chat import AskModel, Attachments, LoopLimits, OutsideQuestion
from orchd.features.file import FileContents
from orchd.features.file.disk import FileDisk
from orchd.features.file.pdf_texts import PdfLimits, PdfTexts
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.serving import pages_below
from orchd.features.gateway.translation.files import ShownFiles
from orchd.features.models import AssistantItem, Instructions
from orchd.guard import Supervisor
from orchd.llm import Backends, BackendSpec, Outcome, StreamPlace
from orchd.protocol.identity import LOCAL, Identity
from orchd.server.entry.body import IncomingBody
from orchd.server.entry.page import Page, PageRequest, Pages, PieceWay
from orchd.server.shares import ShareLimits, Shares
from orchd.settings.entry.gateway import GatewaySettings
from orchd.worker.pool import InPlace
from tests.fix_upstream import Upstream, reply

MODELS = {"object": "list", "data": [{"id": "m", "object": "model"}, {"id": "text-embed", "object": "model"}]}
MOST_PDF_BYTES, MOST_FILE_BYTES = 4000, 1200
SETTINGS = GatewaySettings(text_bytes=4096, body_bytes=16_384, memory_bytes=65_536)


class FakeAssistants:
    """In place of the database: whatever is read of it is the list of assistants, or the one that is there."""

    def __init__(self) -> None:
        self.poet: AssistantItem | None = None

    async def read(self, _steps: object, *asked: object) -> Any:
        """The list; or, by a name, the assistant of that name and what it is told."""
        if not asked:
            return [] if self.poet is None else [self.poet]
        found = self.poet is not None and asked[-1] == self.poet.name
        return (self.poet, Instructions((1,), ("Be brief.",))) if found else None


class FakeKeeper:
    """In place of the chat: what is to be kept, and what came of it. Nobody has the conversation 404."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self.questions: list[tuple[int, OutsideQuestion]] = []
        self.heard: list[tuple[str, str]] = []
        self.ends: list[Outcome | OrchdError] = []
        self.scope = trio.CancelScope()
        """Cancelled by whoever ends the answer in its conversation."""
        self.kept, self.left = self, False
        self.places: list[StreamPlace | None] = []
        """Where the answers are kept by their model server."""

    async def begin(self, who: Identity, question: OutsideQuestion, ask: AskModel) -> int:
        if question.conversation_id == 404:
            raise NotFound("there is no such conversation", field="conversationId")
        self.questions.append((who.user_id, question))
        self._supervisor.run("kept answer", self._run, ask)
        await trio.lowlevel.checkpoint()
        return question.conversation_id or 9

    async def _run(self, ask: AskModel) -> None:
        with trio.CancelScope() as self.scope:
            self.ends.append(await ask(self))

    def on_place(self, place: StreamPlace | None) -> None:
        self.places.append(place)

    def on_delta(self, channel: str, text: str) -> None:
        self.heard.append((channel, text))

    def __getattr__(self, name: str) -> Any:
        return lambda *told: None


class Desk:
    """The gateway, and who asks it."""

    def __init__(self, backends: Backends, nursery: trio.Nursery, upstream: Upstream) -> None:
        supervisor = Supervisor(nursery)
        self._nursery = nursery
        self.backends = backends
        self.upstream = upstream
        self.assistants = FakeAssistants()
        self.memory = MemoryBudget(SETTINGS.memory_bytes, "bodies", "user")
        self.shares = Shares(ShareLimits(in_flight=2))
        database: Any = self.assistants
        self.keeper = FakeKeeper(supervisor)
        keeper: Any = self.keeper
        disk = FileDisk("nowhere")
        pdf_texts = PdfTexts(database, disk, InPlace(), PdfLimits(MOST_PDF_BYTES, 60.0))
        attachments = Attachments(FileContents(database, disk, pdf_texts), MOST_FILE_BYTES)
        self.gateway = Gateway(
            database, backends, supervisor, None, LoopLimits(4, 200, 100), keeper, ShownFiles(attachments)
        )
        below = partial(pages_below, gateway=self.gateway, shares=self.shares, memory=self.memory, settings=SETTINGS)
        self.routes: Pages = {**below("v1"), **below("api")}

    async def ask(
        self,
        path: str,
        body: object = None,
        *,
        who: Identity = LOCAL,
        rest: str = "",
        query: str = "",
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> Page:
        """Ask for a page, as the entry does: `body` None gets it; bytes are sent as they are."""
        (route,) = self.routes[path]
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        length = None if isinstance(body, bytes) else len(text)
        here = ClientFacts(read_address("127.0.0.1"))
        request = PageRequest(who, here, "localhost", query, rest=rest, headers=headers)
        if body is not None:
            request = request._replace(
                incoming=IncomingBody(pieces_of(text), SETTINGS.body_bytes, length), method="POST"
            )
        try:
            page = await route.answer(request)
            return page if page.flow is None else await read_flow(self._nursery, page, page.flow)
        except OrchdError as error:
            return route.refuse(Page.of_refusal(error))

    async def chat(self, who: Identity = LOCAL, **members: Any) -> Page:
        """Ask the model something."""
        body = {"model": "m", "messages": [user("hello")], **members}
        return await self.ask("/v1/chat/completions", body, who=who)


class ReaderWay:
    """The way to a program that reads piece by piece. What it has not read waits."""

    def __init__(self) -> None:
        self.waiting: list[bytes] = []
        self.over = False
        self.news = trio.Event()

    @property
    def waiting_bytes(self) -> int:
        return sum(map(len, self.waiting))

    def put(self, piece: bytes) -> None:
        if piece:
            self.waiting.append(piece)
            self.tell()

    async def wait_flushed(self) -> None:
        while self.waiting:
            await self.news.wait()

    def tell(self) -> None:
        """Wake whoever waits."""
        self.news.set()
        self.news = trio.Event()


async def read_flow(nursery: trio.Nursery, page: Page, flow: Callable[[PieceWay], Awaitable[bytes]]) -> Page:
    """Let an answer write itself, and return the page once it has begun, with what comes as its pieces. Raises what it
    does before that. Closing the pieces is leaving."""
    way, scope, errors = ReaderWay(), trio.CancelScope(), list[OrchdError]()

    async def run() -> None:
        try:
            with scope:
                way.put(await flow(way))
        except OrchdError as error:
            errors.append(error)
        finally:
            way.over = True
            way.tell()

    async def pieces() -> AsyncGenerator[bytes]:
        try:
            while way.waiting or not way.over:
                if way.waiting:
                    piece = way.waiting.pop(0)
                    way.tell()
                    yield piece
                else:
                    await way.news.wait()
        finally:
            scope.cancel()
            with trio.CancelScope(shield=True):  # bounded by what is cancelled, as the server's own wait for it
                while not way.over:
                    await way.news.wait()

    nursery.start_soon(run)
    try:
        while not way.waiting and not way.over:
            await way.news.wait()
    except BaseException:
        scope.cancel()
        raise
    if errors and not way.waiting:
        raise errors[0]
    return page._replace(flow=None, pieces=pieces())


def pieces_of(text: bytes) -> Callable[[], Awaitable[bytes]]:
    """What gives a body piece by piece, and nothing at its end."""
    pieces = [text[start : start + 1000] for start in range(0, len(text), 1000)]

    async def read() -> bytes:
        await trio.lowlevel.checkpoint()
        return pieces.pop(0) if pieces else b""

    return read


def user(text: str) -> dict[str, str]:
    """A user's message."""
    return {"role": "user", "content": text}


def error_of(page: Page) -> dict[str, Any]:
    """What a refusal says."""
    assert page.status >= 400
    return dict(json.loads(page.body)["error"])


async def text_of(page: Page) -> bytes:
    """All of a stream."""
    assert page.pieces is not None, page
    async with aclosing(page.pieces) as pieces:
        return b"".join([piece async for piece in pieces])


def events_of(text: bytes) -> list[Any]:
    """The JSON of a stream's events; None for the end mark."""
    found: Sequence[bytes] = [line[6:] for line in text.split(b"\n") if line.startswith(b"data: ")]
    return [None if data == b"[DONE]" else json.loads(data) for data in found]


@asynccontextmanager
async def open_desk(slots: int | None = None) -> AsyncIterator[Desk]:
    """The gateway before one model server, `desk.upstream`, while the block lasts; it answers so many at once."""
    async with trio.open_nursery() as nursery:
        upstream = Upstream(nursery)
        upstream.routes["GET /v1/models"] = reply(200, MODELS)
        spec = BackendSpec(upstream.url, name="box", kind="openai", slots=slots)
        backends = Backends([spec], probe_seconds=1e9, connect=upstream.connect)
        await nursery.start(backends.run)
        await backends.wait_first_probe()
        yield Desk(backends, nursery, upstream)
        nursery.cancel_scope.cancel()
