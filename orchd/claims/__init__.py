"""What a text claims, and how far other texts support it; where its sentences end. English and Portuguese; no model, no
I/O.

The door is `ledger`, with the types of what it takes and gives. Bottom up: `normal` (one spelling for one text);
`citations` (what only says where something stands); `sentences`, `segments` (a text into sentences); `phrases`, `talk`
(those that claim nothing); `dates`, `numbers`, `places`, `signed`, `quantities`, `tokens` (a sentence into tokens);
`stems`, `nicknames`, `lexicon` (which words are akin), `foreign` (languages that are not read); `clauses`, `negation`,
`frames`, `acronyms`, `reading` (what a sentence says, denies, and does not vouch for); `library` (the sources,
indexed); `align`, `pair` (a claim beside a sentence); `copying`, `missing`, `strangers`, `denial`, `exclusive`,
`framing`, `relations`, `strength`, `symbols` (signs against), `presence` (of being there); `weights`, `scoring`,
`comparison`.
"""

from collections.abc import Sequence

from orchd.claims.texts.normal import normal
from orchd.claims.texts.sentences import ends
from orchd.claims.types import (
    MAX_ANSWER_BYTES,
    MAX_SOURCE_BYTES,
    SUPPORTED,
    ClaimFinding,
    ClaimVerdict,
    Evidence,
    Source,
)
from orchd.claims.words.foreign import LanguageNote, language_name, language_notes, language_of_tags, language_tags
from orchd.claims.words.language import hinted_language, telling_words

__all__ = [
    "MAX_ANSWER_BYTES",
    "MAX_SOURCE_BYTES",
    "SUPPORTED",
    "ClaimFinding",
    "ClaimVerdict",
    "Evidence",
    "LanguageNote",
    "Source",
    "ends",
    "hinted_language",
    "language_name",
    "language_notes",
    "language_of_tags",
    "language_tags",
    "ledger",
    "normal",
    "telling_words",
]


def ledger(answer: str, sources: Sequence[Source], most: int | None = None) -> list[ClaimFinding]:
    """Return the claims of `answer` in their order, the first `most`, each with its support. Positions are code points.

    Raises nothing; the time is about in proportion to both lengths, some seconds at the bounds of `types`.
    """
    # Four fifths of what is here, which a daemon has no use for before the first claim.
    from orchd.claims.comparison import ledger as compared

    return compared(answer, sources, most)
