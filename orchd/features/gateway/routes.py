"""Routes of the pages that ask a model, and the streams that they answer with."""

from collections.abc import Awaitable, Callable

from orchd.errors import OrchdError
from orchd.features.gateway.places import RequestPlace
from orchd.features.gateway.sources import AnswerSource, StreamScribe
from orchd.server.entry.page import Headers, Page, PageRequest, PageRoute, PieceWay, Upload
from orchd.settings.entry.gateway import GatewaySettings

JSON, EVENTS = "application/json", "text/event-stream; charset=utf-8"


def question_route(
    answer: Callable[[PageRequest], Awaitable[Page]],
    settings: GatewaySettings,
    shape: Callable[[Page], Page],
    *,
    types: tuple[str, ...] = (JSON,),
    hallmark: bytes | None = None,
) -> PageRoute:
    """Return the route of what is asked of a model: for programs alone, with a body of one of some types, and given up
    when its sender leaves. `shape` and `hallmark` are as in `PageRoute`."""
    return PageRoute(
        "POST",
        "change",
        answer,
        scope="chat",
        upload=Upload(settings.body_bytes, types),
        origin="program",
        shape=shape,
        watched=True,
        hallmark=hallmark,
    )


def stream_page(
    kind: str,
    source: AnswerSource,
    scribe: StreamScribe,
    place: RequestPlace,
    headers: Headers = (),
    tells: Callable[[OrchdError], bool] = lambda _error: False,
) -> Page:
    """Return a page that `scribe` writes, and that leaves its place when it is over. `tells`: which failures programs
    look for in a stream, though nothing came before them."""

    async def flow(way: PieceWay) -> bytes:
        try:
            return await source.write(way, scribe)
        except OrchdError as error:
            if not tells(error):
                raise
            return scribe.begin() + scribe.fail(error)
        finally:
            place.leave()

    return Page(200, kind, b"", headers, watched=True, flow=flow)
