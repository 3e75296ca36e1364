"""Where messages are asked for, and counted."""

from functools import partial

from orchd.features.gateway.anthropic.events import MessageScribe
from orchd.features.gateway.anthropic.listing import HALLMARK
from orchd.features.gateway.anthropic.refusals import as_anthropic, request_id_header
from orchd.features.gateway.anthropic.request import read_request
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.routes import question_route
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.translation.counting import guess_tokens, told_text
from orchd.features.gateway.translation.pages import TranslatedQuestion, answer_request
from orchd.server.entry.page import Page, PageRequest, Pages
from orchd.settings.entry.gateway import GatewaySettings


class MessagesPages:
    """What the pages do."""

    def __init__(self, gateway: Gateway, places: RequestPlaces, settings: GatewaySettings) -> None:
        self._gateway = gateway
        self._places = places
        self._settings = settings

    def routes(self) -> Pages:
        """Return the pages by path, each for programs alone."""
        one = partial(question_route, settings=self._settings, shape=as_anthropic, hallmark=HALLMARK.encode())
        return {"/v1/messages": (one(self._answer),), "/v1/messages/count_tokens": (one(self._count),)}

    async def _answer(self, request: PageRequest) -> Page:
        page = await answer_request(self._gateway, self._places, request, self._read)
        return page._replace(headers=(*page.headers, *request_id_header()))

    def _read(self, text: bytes) -> TranslatedQuestion:
        asked = read_request(text, self._settings.text_bytes)
        return TranslatedQuestion(
            asked.body, MessageScribe(asked, asked.body.model or "default"), asked.streams, "messages"
        )

    async def _count(self, request: PageRequest) -> Page:
        place = self._places.take(request.identity)
        try:
            asked = read_request(await place.read(request.incoming), self._settings.text_bytes)
            body = await self._gateway.files.in_body(request.identity, asked.body, field="messages")
            counted = await self._gateway.count(request.identity, body, told_text)
            tokens = guess_tokens(len(told_text(body).encode())) if counted is None else counted
            return Page.of_json(200, {"input_tokens": tokens}, request_id_header())
        finally:
            place.leave()
