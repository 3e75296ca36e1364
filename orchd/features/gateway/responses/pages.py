"""Where responses are asked for."""

from orchd.errors import OrchdError
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.refusals import as_openai
from orchd.features.gateway.responses.events import ResponseWriter, is_too_long
from orchd.features.gateway.responses.request import read_request
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.translation.answering import JSON, answer_page, failed_page
from orchd.server.entry.page import Page, PageRequest, PageRoute, Pages, Upload
from orchd.settings.entry.gateway import GatewaySettings


class ResponsesPages:
    """What the page does."""

    def __init__(self, gateway: Gateway, places: RequestPlaces, settings: GatewaySettings) -> None:
        self._gateway = gateway
        self._places = places
        self._settings = settings

    def routes(self) -> Pages:
        """Return the page by its path, for programs alone."""
        upload = Upload(self._settings.body_bytes, (JSON,))
        asked = PageRoute(
            "POST", "change", self._answer, "chat", upload=upload, origin="program", shape=as_openai, watched=True
        )
        return {"/v1/responses": (asked,)}

    async def _answer(self, request: PageRequest) -> Page:
        place = self._places.take(request.identity)
        page: Page | None = None
        try:
            text = await place.read(request.incoming)
            asked = read_request(text, self._settings.text_bytes)
            writer = ResponseWriter(asked, asked.body.model or "default")
            try:
                page = await answer_page(
                    self._gateway, request.identity, asked.body, writer, place, streams=asked.streams
                )
            except OrchdError as error:
                if not (asked.streams and is_too_long(error)):
                    raise
                return failed_page(error, writer)
            return page
        finally:
            if page is None or page.pieces is None:
                place.leave()
