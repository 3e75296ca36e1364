"""Words that look like the verb of a clause: the frequent ones by name, the rest by their endings."""

import re

from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.patterns import lazy_pattern

_NAMED: dict[Language, frozenset[str]] = {
    "en": word_set("""
        is are was were be been am has have had does do did will would can could may might must shall should
        isn't aren't wasn't weren't hasn't haven't hadn't doesn't don't didn't won't wouldn't can't couldn't
        cannot became becomes began begins born bought brought built came comes cost costs died dies drew
        fell felt found gave gives goes went grew had held holds joined keeps kept knew lay leads led left
        lies lives lost made makes means met moved needs opened opens paid pays plays played ran reached
        reaches remains rises rose runs said saw says sees sells sent serves served sits sold spent spoke
        stands stays stood studied takes taught thinks told took uses wants won wins works wrote writes
        contains includes provides allows supports requires shows shares produces receives covers causes
        beat beats bit bites hit hits shot fought fights ate eats drove drives caught chose chooses threw throws
        stole broke hid rode struck swore wore woke blew flew hung bought forgot forgave taught sang swam
    """),
    "pt": word_set("""
        é são era eram foi foram será serão seja está estão estava esteve há houve havia tem têm tinha teve
        tiveram vai vão pode podem podia deve devem devia faz fazem fez diz disse fica ficam vive vivem traz
        trouxe vem vêm veio põe pôs quis quer sabe soube cabe dá dão deu vê viu lê leu sai saem cai caem
        produz permite custa serve funciona contém indica avisa recebe responde usa começa termina dura
        chega abre fecha entra mostra paga continua cria chove mede pesa separa une nasce deságua cobre
    """),
}
_ENDINGS: dict[Language, re.Pattern[str]] = {
    "en": lazy_pattern(r"\w{2,}[^e\W]ed\Z"),
    "pt": lazy_pattern(r"\w{2,}(?:ou|eu|iu|[aei]ram|ava|avam|íam?|iam|ará|erá|irá|arão|erão|irão)\Z"),
}

_NOUNS = word_set("museu europeu judeu liceu chapéu seu meu teu hundred united sacred kindred limited")
"""End like verbs and are none."""


def looks_like_verb(lower: str, language: Language) -> bool:
    """Tell whether a word in small letters looks like the verb of a clause."""
    return lower in _NAMED[language] or (lower not in _NOUNS and _ENDINGS[language].match(lower) is not None)
