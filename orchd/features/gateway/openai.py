"""OpenAI's API, as far as it is about models: where each request goes, and how its answer is written."""

from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from orchd.errors import NotFound, OrchdError
from orchd.features.gateway.anthropic import listing as anthropic
from orchd.features.gateway.bodies import read_body
from orchd.features.gateway.keeping import headers_of, read_choice
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.refusals import as_openai, openai_members
from orchd.features.gateway.routes import EVENTS, JSON, question_route, stream_page
from orchd.features.gateway.service import ASSISTANT_PREFIX, Gateway, Offer
from orchd.features.gateway.sources import AnswerEnd, AnswerText, EarlyEnd, RelayEvent, RelayRemark
from orchd.features.models import AssistantItem
from orchd.llm import (
    ModelInfo,
    RelayedPiece,
)
from orchd.protocol.rights import refusal
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages
from orchd.settings.entry.gateway import GatewaySettings

BASE = "/v1"
_END = b"data: [DONE]\n\n"


class _Door(NamedTuple):
    """A path below `/v1`: the member that its bodies must have, and whether its answers may be streams."""

    path: str
    required: str
    streams: bool = True


DOORS = (
    _Door("/chat/completions", "messages"),
    _Door("/completions", "prompt"),
    _Door("/embeddings", "input", streams=False),
    _Door("/rerank", "query", streams=False),
)


class OpenAiPages:
    """What the pages do."""

    def __init__(self, gateway: Gateway, places: RequestPlaces, settings: GatewaySettings) -> None:
        self._gateway = gateway
        self._places = places
        self._settings = settings

    def routes(self) -> Pages:
        """Return the pages of the API by path, each for programs alone."""
        one = partial(PageRoute, origin="program", shape=as_openai)
        posted = {
            BASE + door.path: (question_route(partial(self._post, door), self._settings, as_openai),) for door in DOORS
        }
        return {
            f"{BASE}/models": (one("GET", "read", self._list, scope="models"),),
            f"{BASE}/models/*": (one("GET", "read", self._show, scope="models"),),
            **posted,
        }

    async def _list(self, request: PageRequest) -> Page:
        offer = await self._offer(request)
        if _is_anthropics(request):
            return Page.of_json(200, anthropic.listing_page(anthropic.listing(offer)))
        codex: dict[str, Any] = {"models": []} if "client_version=" in request.query else {}
        return Page.of_json(200, {"object": "list", "data": _listing(offer), **codex})

    async def _show(self, request: PageRequest) -> Page:
        name = unquote(request.rest)
        listing = anthropic.listing if _is_anthropics(request) else _listing
        found = next((each for each in listing(await self._offer(request)) if each["id"] == name), None)
        if found is None:
            raise NotFound(f"there is no model {name[:300]}", field="model")
        return Page.of_json(200, found)

    async def _offer(self, request: PageRequest) -> Offer:
        with_assistants = refusal("read", "chat", request.identity) is None
        return await self._gateway.offer(request.identity, with_assistants=with_assistants)

    async def _post(self, door: _Door, request: PageRequest) -> Page:
        place = self._places.take(request.identity)
        streaming = False
        try:
            text = await place.read(request.incoming)
            body = read_body(text, self._settings.text_bytes, door.required)
            keep = read_choice(request)
            body = await self._gateway.files.in_body(request.identity, body)
            body = body if keep is None else body._replace(keep=keep)
            if not door.streams:
                return Page(200, JSON, await self._gateway.exchange(request.identity, door.path, body))
            if not body.streams:
                answer = await self._gateway.answer(request.identity, door.path, body)
                return Page(200, JSON, answer, headers_of(keep))
            source = await self._gateway.stream(request.identity, door.path, body)
            streaming = True
            return stream_page(EVENTS, source, _EventScribe(counts=body.counts), place, headers_of(keep))
        finally:
            if not streaming:
                place.leave()


class _EventScribe:
    """Writes the events of a stream, with the `counts` of tokens if they are wanted. An error after its beginning is an
    event, and the last one."""

    def __init__(self, *, counts: bool) -> None:
        self._counts = counts

    def begin(self) -> bytes:
        return b""

    def take(self, event: RelayEvent) -> bytes:
        if isinstance(event, RelayedPiece):  # first, as nearly each one is
            return _data(event.data) if event.speaks or self._counts else b""
        match event:
            case RelayRemark(phase, position, eta_ms):
                place = "" if position is None else f" {position}"
                return f": {phase}{place}{'' if eta_ms is None else f', about {-(-eta_ms // 1000)} s'}\n\n".encode()
            case EarlyEnd():
                choice = {"index": 0, "delta": {}, "text": "", "finish_reason": "length"}
                told = {"id": "cut", "object": "chat.completion.chunk", "created": 0, "model": "", "choices": [choice]}
                return _data(msgspec.json.encode({**told, "orchd": {"cut": event.reason}}))
            case AnswerText() | AnswerEnd():
                return b""  # its pieces say that

    def fail(self, error: OrchdError) -> bytes:
        return _data(msgspec.json.encode({"error": openai_members(Page.of_refusal(error))[1]}))

    def end(self) -> bytes:
        return _END


def _data(data: bytes) -> bytes:
    if b"\n" in data or b"\r" in data:
        data = data.replace(b"\r", b"").replace(b"\n", b"\ndata: ")
    return b"data: %b\n\n" % data


def _is_anthropics(request: PageRequest) -> bool:
    """Whether it is one of Anthropic's programs that asks: they say which version of the API they know."""
    return request.header(anthropic.HALLMARK) is not None


def _listing(offer: Offer) -> list[dict[str, Any]]:
    """Return all that may be named."""
    listed = [_model(info, name) for name, info in offer.names()]
    tasks = [{"id": name, "object": "model", "created": 0, "owned_by": "orchd"} for name in offer.tasks]
    return [*listed, *map(_assistant, offer.assistants), *tasks]


def _model(info: ModelInfo, name: str) -> dict[str, Any]:
    told = {
        "context_length": info.context,
        "max_context_length": info.max_context,
        "type": info.type,
        "loaded": info.loaded,
        "capabilities": info.capabilities,
        "simulated": info.simulated or None,
    }
    known = {name: value for name, value in told.items() if value is not None}
    return {"id": name, "object": "model", "created": 0, "owned_by": info.backend, **known}


def _assistant(item: AssistantItem) -> dict[str, Any]:
    name = f"{ASSISTANT_PREFIX}{item.name}"
    return {"id": name, "object": "model", "created": 0, "owned_by": "orchd", "description": item.description}
