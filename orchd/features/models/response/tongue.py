"""Answers in another language than all that was asked and given, where nobody named a language."""

import re
from collections.abc import Sequence

from orchd.claims import language_name
from orchd.patterns import lazy_pattern

_NAMED = lazy_pattern(
    r"\b(?:language|idioma|língua|linguagem|translat\w*|traduz\w*|tradu[çc]\w*|english|inglês|inglesa?|portuguese|português"
    r"|portuguesa|brazilian|brasileir\w+|german|alemão|alemã|french|francês|francesa|spanish|espanhol\w*|italian\w*"
    r"|dutch|holandês|swedish|sueco|danish|norwegian|polish|polonês|polaco|turkish|turco|romanian|romeno|russian|russo"
    r"|greek|grego|arabic|árabe|hebrew|hebraico|hindi|korean|coreano|japanese|japonês|chinese|chinês|thai|latin|latim"
    r"|bilingual|bilíngue|multilingual|lyrics|letra|quot\w+|cit(?:e|ar|ação)|proverb\w*|provérbios?)\b",
    re.IGNORECASE,
)
_SHOWN = 40_000
_QUOTED = lazy_pattern(r"[\"“«][^\"”»\n]{1,400}[\"”»]|```.*?(?:```|\Z)", re.DOTALL)


def wrong_language(text: str, asked: str | None, given: Sequence[str] = ()) -> tuple[str, str] | None:
    """Return the language of a text and that of all that was asked, where both are clear and differ; else None.

    None, too, where one of the texts that were `given` is in its language.
    """
    if asked is None or len(asked) > _SHOWN or _NAMED.search(asked):
        return None
    spoken, wanted = language_name(_QUOTED.sub(" ", text)), language_name(asked)
    if spoken is None or wanted in (None, spoken) or spoken in map(language_name, given):
        return None
    return spoken, wanted
