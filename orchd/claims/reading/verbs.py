"""Which tokens look like the verb of a clause."""

from orchd.claims.reading.token import Token
from orchd.claims.words.language import Language
from orchd.claims.words.verb_forms import looks_like_verb


def is_verb(token: Token, language: Language) -> bool:
    """Tell whether a token looks like the verb of a clause."""
    return token.kind in ("word", "small") and looks_like_verb(token.lower, language)
