"""The way of a request that is translated: a place for it, its chat, where that is kept, and its answer."""

from collections.abc import Callable
from typing import NamedTuple

from orchd.errors import OrchdError
from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.keeping import headers_of, read_choice
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.translation.answering import AnswerScribe, answer_page, failed_page
from orchd.server.entry.page import Page, PageRequest


class TranslatedQuestion(NamedTuple):
    """A request as a chat, and what writes its answer."""

    body: RelayBody
    scribe: AnswerScribe
    streams: bool
    tells: Callable[[OrchdError], bool] = lambda _error: False
    """Which failures programs look for in a stream, though nothing came before them."""


async def answer_request(
    gateway: Gateway, places: RequestPlaces, request: PageRequest, read: Callable[[bytes], TranslatedQuestion]
) -> Page:
    """Answer a request, which `read` makes a question of. Raises as that does, and as `Gateway.texts` does."""
    place = places.take(request.identity)
    page: Page | None = None
    try:
        asked = read(await place.read(request.incoming))
        keep = read_choice(request)
        body = asked.body._replace(keep=keep)
        try:
            page = await answer_page(gateway, request.identity, body, asked.scribe, place, streams=asked.streams)
        except OrchdError as error:
            if not (asked.streams and asked.tells(error)):
                raise
            return failed_page(error, asked.scribe)
        return page._replace(headers=(*page.headers, *headers_of(keep)))
    finally:
        if page is None or page.pieces is None:
            place.leave()
