"""The way of a request that is translated: a place for it, its chat, where that is kept, and its answer."""

from collections.abc import Callable
from typing import NamedTuple

from orchd.errors import OrchdError
from orchd.features.gateway.bodies import RelayBody
from orchd.features.gateway.keeping import headers_of, read_choice
from orchd.features.gateway.places import RequestPlaces
from orchd.features.gateway.routes import EVENTS, JSON, stream_page
from orchd.features.gateway.service import Gateway
from orchd.features.gateway.sources import AnswerSource, FailedAnswer
from orchd.features.gateway.translation.answering import COMPLETIONS, AnswerScribe, whole_answer
from orchd.server.entry.page import Page, PageRequest


class TranslatedQuestion(NamedTuple):
    """A request as a chat, and what writes its answer."""

    body: RelayBody
    scribe: AnswerScribe
    streams: bool
    field: str
    """The member in which what was said stands."""
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
        body = await gateway.files.in_body(request.identity, asked.body, field=asked.field)
        body, scribe = body._replace(keep=keep), asked.scribe
        if not asked.streams:
            whole = await whole_answer(gateway, request.identity, body, scribe)
            return Page(200, JSON, whole, headers_of(keep))
        source: AnswerSource
        try:
            source = await gateway.texts(request.identity, COMPLETIONS, body, thoughts=scribe.thoughts)
        except OrchdError as error:
            if not asked.tells(error):
                raise
            source = FailedAnswer(error)
        page = stream_page(EVENTS, source, scribe, place, headers_of(keep), asked.tells)
        return page
    finally:
        if page is None:
            place.leave()
