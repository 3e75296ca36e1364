"""Ollama's pages: where each request goes, and how its answer is written."""

from collections.abc import Callable, Sequence
from contextlib import aclosing
from functools import partial
from typing import Literal

import msgspec
import trio

from orchd import __version__
from orchd.errors import Forbidden, NotFound, UpstreamError
from orchd.features.gateway.keeping import headers_of, read_choice
from orchd.features.gateway.ollama.answers import AnswerForm, AnswerWriter, nanoseconds
from orchd.features.gateway.ollama.listing import description, running, tags
from orchd.features.gateway.ollama.refusals import as_ollama
from orchd.features.gateway.ollama.requests import (
    EMBEDDINGS,
    EmbedQuestion,
    OllamaQuestion,
    read_chat,
    read_embed,
    read_generate,
    read_name,
)
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.routes import JSON, question_route, stream_page
from orchd.features.gateway.service import Gateway, Offer
from orchd.protocol.identity import Identity
from orchd.protocol.rights import refusal
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages, Upload
from orchd.settings.entry.gateway import GatewaySettings

OLLAMA_VERSION = "0.32.9"
"""The version of Ollama whose API this is, as far as it goes: programs want one that is new enough."""
BASE = "/api"
LINES = "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"
"""What curl says of JSON unless it is told otherwise, as in all of Ollama's examples."""
CHANGING: Sequence[tuple[str, Literal["POST", "DELETE"]]] = (
    ("pull", "POST"),
    ("push", "POST"),
    ("create", "POST"),
    ("copy", "POST"),
    ("delete", "DELETE"),
)
"""What changes which models there are."""
NO_SUCH_CHANGE = "models are not changed here: orchd only asks those that its model servers have"


class OllamaPages:
    """What the pages do."""

    def __init__(self, gateway: Gateway, places: RequestPlaces, settings: GatewaySettings) -> None:
        self._gateway = gateway
        self._places = places
        self._settings = settings

    def routes(self) -> Pages:
        """Return the pages of the API by path, each for programs alone."""
        one = partial(PageRoute, origin="program", shape=as_ollama)
        asked = partial(question_route, settings=self._settings, shape=as_ollama, types=(JSON, FORM))
        any_body = Upload(self._settings.body_bytes, ())
        return {
            f"{BASE}/version": (one("GET", "read", self._version, scope="models"),),
            f"{BASE}/tags": (one("GET", "read", partial(self._list, tags), scope="models"),),
            f"{BASE}/ps": (one("GET", "read", partial(self._list, running), scope="models"),),
            f"{BASE}/show": (
                one("POST", "read", self._show, scope="models", upload=Upload(self._settings.text_bytes, (JSON, FORM))),
            ),
            f"{BASE}/chat": (asked(partial(self._ask, "chat", read_chat)),),
            f"{BASE}/generate": (asked(partial(self._ask, "generate", read_generate)),),
            f"{BASE}/embed": (asked(self._embed),),
            f"{BASE}/embeddings": (asked(self._embed_one),),
            **{
                f"{BASE}/{name}": (one(method, "read", _refuse_change, scope="models", upload=any_body),)
                for name, method in CHANGING
            },
        }

    async def _version(self, _request: PageRequest) -> Page:
        return Page.of_json(200, {"version": OLLAMA_VERSION, "orchd": __version__})

    async def _list(self, write: Callable[[Offer], object], request: PageRequest) -> Page:
        return Page.of_json(200, write(await self._offer(request.identity)))

    async def _show(self, request: PageRequest) -> Page:
        place = self._places.take(request.identity)
        try:
            named = read_name(await place.read(request.incoming))
            offer = await self._offer(request.identity)
            found = description(named, offer) or description(named.removesuffix(":latest"), offer)
        finally:
            place.leave()
        if found is None:
            raise NotFound(f"there is no model {named}", field="model")
        return Page.of_json(200, found)

    async def _offer(self, who: Identity) -> Offer:
        return await self._gateway.offer(who, with_assistants=refusal("read", "chat", who) is None)

    async def _ask(self, form: AnswerForm, read: Callable[[bytes, int], OllamaQuestion], request: PageRequest) -> Page:
        place = self._places.take(request.identity)
        streaming = False
        try:
            question = read(await place.read(request.incoming), self._settings.text_bytes)
            writer = AnswerWriter(question.model or "", form)
            model = await self._known_name(request.identity, question.model)
            if question.body is None:
                return await self._load(request.identity, model, question, writer)
            keep = read_choice(request)
            source = await self._gateway.texts(
                request.identity,
                question.path,
                question.body._replace(model=model, keep=keep),
                alternatives=question.alternatives,
            )
            if not question.streams:
                async with aclosing(source.events()) as events:
                    found = [event async for some in events for event in some]
                return Page(200, JSON, msgspec.json.encode(writer.whole(found)) + b"\n", headers_of(keep))
            streaming = True
            return stream_page(LINES, source, writer, place, headers_of(keep))
        finally:
            if not streaming:
                place.leave()

    async def _load(self, who: Identity, model: str | None, question: OllamaQuestion, writer: AnswerWriter) -> Page:
        """Have a model loaded: that is what a question without any text is for."""
        if question.unloads:
            raise Forbidden("models are not unloaded here: others may be asking them", field="keep_alive")
        await self._gateway.load(who, model)
        return Page(200, LINES if question.streams else JSON, msgspec.json.encode(writer.empty("load")) + b"\n")

    async def _embed(self, request: PageRequest) -> Page:
        began = trio.current_time()
        vectors, tokens, model = await self._vectors("input", request)
        told = {"model": model, "embeddings": vectors, "total_duration": nanoseconds(trio.current_time() - began)}
        return Page(200, JSON, msgspec.json.encode({**told, "load_duration": 0, "prompt_eval_count": tokens}) + b"\n")

    async def _embed_one(self, request: PageRequest) -> Page:
        vectors, _, _ = await self._vectors("prompt", request)
        return Page(200, JSON, msgspec.json.encode({"embedding": vectors[0]}) + b"\n")

    async def _vectors(self, required: str, request: PageRequest) -> tuple[list[msgspec.Raw], int, str]:
        place = self._places.take(request.identity)
        try:
            asked = read_embed(await place.read(request.incoming), self._settings.text_bytes, required)
            model = await self._known_name(request.identity, asked.body.model)
            if not asked.inputs:
                return [], 0, asked.body.model or ""
            reply = await self._gateway.exchange(request.identity, EMBEDDINGS, asked.body._replace(model=model))
            return *_read_vectors(reply, asked), asked.body.model or ""
        finally:
            place.leave()

    async def _known_name(self, who: Identity, model: str | None) -> str | None:
        """Return a name without the tag that some programs add to every one, unless there is a model called so."""
        if model is None or not model.endswith(":latest"):
            return model
        offer = await self._gateway.offer(who, with_assistants=False)
        return model if any(info.is_called(model) for info in offer.models) else model.removesuffix(":latest")


async def _refuse_change(_request: PageRequest) -> Page:
    raise Forbidden(NO_SUCH_CHANGE)


class _Vector(msgspec.Struct):
    embedding: msgspec.Raw
    index: int | None = None


class _Counts(msgspec.Struct):
    prompt_tokens: int | None = None


class _Vectors(msgspec.Struct):
    data: list[_Vector]
    usage: _Counts | None = None


def _read_vectors(reply: bytes, asked: EmbedQuestion) -> tuple[list[msgspec.Raw], int]:
    """Return the vectors of texts in their order, as the server wrote them, and how many tokens these are."""
    try:
        found = msgspec.json.decode(reply, type=_Vectors)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raise UpstreamError("the model server sent no vectors", reason="unusable_answer") from None
    ordered = sorted(enumerate(found.data), key=lambda pair: pair[0] if pair[1].index is None else pair[1].index)
    vectors = [vector.embedding for _, vector in ordered]
    if len(vectors) != len(asked.inputs) or any(bytes(memoryview(vector)[:1]) != b"[" for vector in vectors):
        raise UpstreamError("the model server sent other vectors than were asked for", reason="unusable_answer")
    return vectors, 0 if found.usage is None else found.usage.prompt_tokens or 0
