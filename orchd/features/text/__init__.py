"""Texts: counting their tokens, cutting them, and working through long ones.

Frames: `text:estimate`, `text:truncate`, `text:chunk`, `text:process` with `text:progress`. Tables: `text_job`,
`text_part`. `counting` finds the figures (`weights` guesses, `calibration` learns from what models report, the
servers' tokenizers know); `borders` finds where to cut (`blocks`, `graphemes`, the sentences of `claims`); `cutting`
brings both together for `truncate` and `chunks`. `process` keeps the jobs, `work` runs one, by `asking` and `reduce`.
Other features ask `Texts`.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from orchd.features.feature import Feature, House
from orchd.features.text import messages
from orchd.features.text.cutting.calibration import Calibration
from orchd.features.text.cutting.counting import Counting
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.handlers import TextHandlers
from orchd.features.text.processing.process import Processing
from orchd.features.text.texts import Digest, Shortened, Texts
from orchd.protocol.exchange import Exchange
from orchd.protocol.router import Handler
from orchd.protocol.types import ClientPayload

__all__ = ["FEATURE", "Digest", "Shortened", "Texts"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[type[ClientPayload], Handler]]:
    """Learn from all generations' usage from now on, and offer the handlers to the router."""
    calibration = Calibration()
    house.backends.observe(calibration.observe)
    counting = Counting(house.backends, calibration, house.default_model)
    cutting = Cutting(counting, house.workers)
    processing = Processing(house.database, house.backends, counting, cutting)
    house.offer(Texts(counting, cutting, processing))
    handlers = TextHandlers(counting, cutting, processing)
    yield {
        messages.TextEstimate: handlers.estimate,
        messages.TextTruncate: handlers.truncate,
        messages.TextChunk: handlers.chunk,
        messages.TextProcess: handlers.process,
    }


FEATURE = Feature(
    name="text",
    prefixes=("text:",),
    client={
        "text:estimate": messages.TextEstimate,
        "text:truncate": messages.TextTruncate,
        "text:chunk": messages.TextChunk,
        "text:process": messages.TextProcess,
    },
    server={
        "text:estimate": messages.TextEstimated,
        "text:truncate": messages.TextTruncated,
        "text:chunk": messages.TextChunked,
        "text:process": messages.TextProcessed,
        "text:progress": messages.TextProgress,
    },
    exchanges={"text:process": Exchange("text:process", before=("text:progress",))},
    open=open_feature,
)
