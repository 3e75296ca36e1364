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
from orchd.features.text.cutting.calibration import Calibration
from orchd.features.text.cutting.counting import Counting
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.handlers import COMMANDS, TextHandlers
from orchd.features.text.processing.process import Processing
from orchd.features.text.texts import Digest, Shortened, Texts
from orchd.protocol.router import Serve

__all__ = ["FEATURE", "Digest", "Shortened", "Texts"]


@asynccontextmanager
async def open_feature(house: House) -> AsyncIterator[Mapping[str, Serve]]:
    """Learn from all generations' usage from now on, and offer the handlers to the router."""
    calibration = Calibration()
    house.backends.observe(calibration.observe)
    counting = Counting(house.backends, calibration, house.default_model)
    cutting = Cutting(counting, house.workers)
    processing = Processing(house.database, house.backends, counting, cutting)
    house.offer(Texts(counting, cutting, processing))
    yield COMMANDS.bind(TextHandlers(counting, cutting, processing))


FEATURE = Feature("text", open_feature, (*COMMANDS,))
