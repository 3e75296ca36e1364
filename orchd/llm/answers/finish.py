"""What a finish reason means. Every program has its own words for the same few ends, and new ones come.

So the words are looked for inside the reason, failures first (`incomplete` isn't `complete`). What no word explains is
taken for a failure: an answer counts as whole only when the server says so.
"""

import re
from typing import Literal, TypeAlias

from orchd.patterns import lazy_pattern

FinishKind: TypeAlias = Literal["whole", "cut", "filtered", "failed", "unknown"]

MAX_REASON_CHARACTERS = 64

_CONTROL = lazy_pattern(r"[\x00-\x1f\x7f-\x9f]")
_HUMP = lazy_pattern(r"(?<=[a-z])(?=[A-Z])")
_NONE = {"", "null", "none", "nil", "undefined", "false"}
_MEANINGS: tuple[tuple[FinishKind, re.Pattern[str]], ...] = (
    (
        "failed",
        lazy_pattern(
            r"error|fail|insufficient|rate.?limit|abort|cancel|time.?out|crash|unload|kill|unavailable|overload|preempt|evict"
            r"|interrupt|disconnect|incomplete|malformed|invalid|refused|denied|exception|user.?stop|unexpected|too_many"
            r"|unfinished|deadline|(?<![a-z])(?:un|not_?|never_?)(?:complet|finish|done|end|stop|success)|shut.?down|panic"
        ),
    ),
    ("cut", lazy_pattern(r"length|max|limit|token.?(?:count|budget)|context|exceeded|truncat|repeat|repetition|pause")),
    (
        "filtered",
        lazy_pattern(r"filter|safety|sensitive|recitation|block|prohibit|refusal|guardrail|policy|spii|moderat"),
    ),
    (
        "whole",
        lazy_pattern(
            r"stop|eos|eot|eog|\bend|end_?of|_end|complet|done|tool|function|call|success|finished|normal|\bok\b"
        ),
    ),
)


def is_reason(reason: str | None) -> bool:
    """Tell whether this is a reason at all: some servers write "null" until the end."""
    return reason is not None and reason.strip().lower() not in _NONE


def meaning(reason: str) -> FinishKind:
    """Return what the reason says of the answer."""
    words = _HUMP.sub("_", reason.strip()[:MAX_REASON_CHARACTERS]).lower()
    return next((end for end, pattern in _MEANINGS if pattern.search(words)), "unknown")


def outlasts(earlier: str, later: str) -> bool:
    """Tell whether the earlier of two reasons counts, between which no text came: that all is well after what was cut,
    withheld or failed says only that the stream is over.
    """
    return meaning(earlier) in ("failed", "cut", "filtered") and meaning(later) == "whole"


def canonical(reason: str) -> str:
    """Return the reason as the server named it, but `length` for all that means a cut and `content_filter` for what
    was withheld: others read these two.
    """
    return {"cut": "length", "filtered": "content_filter"}.get(
        meaning(reason), _CONTROL.sub("", reason).strip()[:MAX_REASON_CHARACTERS]
    )


def is_cut_off(reason: str | None) -> bool:
    """Tell whether an answer that ended so is only a part of one; None: nobody said how it ended."""
    return reason is not None and meaning(reason) != "whole"
