"""Where responses are asked for."""

from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.refusals import as_openai
from orchd.features.gateway.responses.events import ResponseScribe, is_too_long
from orchd.features.gateway.responses.request import read_request
from orchd.features.gateway.routes import question_route
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.translation.pages import TranslatedQuestion, answer_request
from orchd.server.entry.page import Page, PageRequest, Pages
from orchd.settings.entry.gateway import GatewaySettings


class ResponsesPages:
    """What the page does."""

    def __init__(self, gateway: Gateway, places: RequestPlaces, settings: GatewaySettings) -> None:
        self._gateway = gateway
        self._places = places
        self._settings = settings

    def routes(self) -> Pages:
        """Return the page by its path, for programs alone."""
        return {"/v1/responses": (question_route(self._answer, self._settings, as_openai),)}

    async def _answer(self, request: PageRequest) -> Page:
        return await answer_request(self._gateway, self._places, request, self._read)

    def _read(self, text: bytes) -> TranslatedQuestion:
        asked = read_request(text, self._settings.text_bytes)
        writer = ResponseScribe(asked, asked.body.model or "default")
        return TranslatedQuestion(asked.body, writer, asked.streams, "input", is_too_long)
