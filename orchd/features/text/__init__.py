"""Texts: counting their tokens, cutting them, and working through long ones.

Frames: `text:estimate`, `text:truncate`, `text:chunk`, `text:process` with `text:progress`. Tables: `text_job`,
`text_part`. `counting` finds the figures (`weights` guesses, `calibration` learns from what models report, the
servers' tokenizers know); `borders` finds where to cut (`blocks`, `graphemes`, the sentences of `claims`); `cutting`
brings both together for `truncate` and `chunks`. `process` keeps the jobs, `work` runs one, by `asking` and `reduce`.
Other features ask `Texts`.
"""

from orchd.features.feature import OpenFeatures, Services
from orchd.features.text.cutting.calibration import Calibration
from orchd.features.text.cutting.counting import Counting
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.handlers import COMMANDS, TextHandlers
from orchd.features.text.processing.process import Processing
from orchd.features.text.texts import Digest, ShortenedText, Texts

__all__ = ["COMMANDS", "Digest", "ShortenedText", "Texts", "open_texts"]


def open_texts(services: Services) -> OpenFeatures[Texts]:
    """Make the feature, which learns from all generations' usage from now on."""
    calibration = Calibration()
    services.backends.observe(calibration.observe)
    counting = Counting(services.backends, calibration, services.default_model)
    cutting = Cutting(counting, services.workers)
    processing = Processing(services.database, services.backends, counting, cutting)
    return OpenFeatures(
        Texts(counting, cutting, processing), COMMANDS.bind(TextHandlers(counting, cutting, processing))
    )
