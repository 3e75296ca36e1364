"""English or Portuguese? Told by the small words: no sentence lacks them, and the languages share few."""

from typing import Literal, TypeAlias

from orchd.patterns import lazy_pattern

Language: TypeAlias = Literal["en", "pt"]

_WORDS = lazy_pattern(r"[^\W\d_]+")

SMALL: dict[Language, frozenset[str]] = {
    "en": frozenset(
        _WORDS.findall("""
            a an the this that these those it its he him his she her hers they them their theirs we us our ours you your
            yours i me my mine myself himself herself itself themselves who whom whose which what where when how why
            is are was were be been being am do does did done doing has have had having will would shall should can
            could may might must of in on at to from by with for into onto upon about over under between among through
            during within across along around against toward towards via per as than then so such and or but nor if
            because although though while whereas since until unless also too very just there here
            up down out off each either neither any some one ones own other others another same
              much many s t ll re ve d m whether according say said says there thus hence however
            therefore none nobody nothing yes not no never without only even ago
        """)
    ),
    "pt": frozenset(
        _WORDS.findall("""
            a o as os um uma uns umas ao aos à às de do da dos das dum duma em no na nos nas num numa por pelo pela
            pelos pelas para pra com entre sobre sob até desde após durante contra e ou mas nem que se quem qual quais
            cujo cuja cujos cujas onde quando como porque pois porém embora enquanto já ainda também só apenas muito
            muita muitos muitas pouco pouca este esta estes estas esse essa esses essas isto isso aquele
            aquela aqueles aquelas aquilo ele ela eles elas lhe lhes seu sua seus suas me mim meu minha nós nosso nossa
            você vocês eu te ti é são era eram foi foram ser sendo sido seja sejam fosse está estão estava estavam
            esteve estiveram estar estando há havia houve haver tem têm tinha tinham teve tiveram ter tendo tido vai vão
            ia pode podem podia deve devem devia segundo conforme assim então lo la los las cada outro outra outros
            outras mesmo mesma todo toda ali aqui lá disse diz não nunca jamais sem nenhum nenhuma nada ninguém quer sim
        """)
    ),
}
"""Words that join others and mean little by themselves; in lower case, with their accents."""

_FORMS: dict[Language, str] = {
    "en": """
        is are was were be been being am; do does did done doing; has have had having; the a an this that these those
        its his her their our your my; it he she they him them himself herself itself themselves; would will shall;
        can could; may might; who whom which that; in on at; than then; another other others; on onto upon; to into
        toward towards; since because; though although
    """,
    "pt": """
        ser é são era eram foi foram sendo sido seja sejam fosse; estar está estão estava estavam esteve estiveram
        estando; haver há havia houve; tem têm tinha tinham teve tiveram ter tendo tido; pode podem podia;
        deve devem devia;
        o a os as um uma uns umas este esta estes estas esse essa esses essas aquele aquela aqueles aquelas;
        de do da dos das dum duma; em no na nos nas num numa; por pelo pela pelos pelas; ao aos à às; para pra;
        ele ela eles elas; seu sua seus suas; cujo cuja cujos cujas; outro outra outros outras; muito muita muitos
        muitas; pouco pouca; só apenas; pois porque; porém mas
    """,
}


def _by_form(text: str) -> dict[str, str]:
    return {form: group.split()[0] for group in reversed(text.split(";")) for form in group.split()}


SMALL_FORMS: dict[Language, dict[str, str]] = {language: _by_form(text) for language, text in _FORMS.items()}
"""Small word → the one that stands for all its forms, so that `foi pago pela` runs on as `foi paga pelo`
does. A form of two words goes with the one named first.
"""

_TELLING: dict[Language, frozenset[str]] = {
    "en": SMALL["en"] - SMALL["pt"] - {"s", "t", "d", "m"},
    "pt": SMALL["pt"] - SMALL["en"],
}

_LOOKED_AT = 20_000
_LEAST, _CLEARLY = 4, 4
"""Small words of a language, and how many times as many as of the other, from which on a text is clearly in it."""


def language_of(text: str, otherwise: Language = "en") -> Language:
    """Return the language most small words at the beginning of `text` belong to, `otherwise` when they tie."""
    words = _WORDS.findall(text[:_LOOKED_AT].lower())
    english = sum(word in _TELLING["en"] for word in words)
    portuguese = sum(word in _TELLING["pt"] for word in words)
    if english == portuguese:
        return otherwise
    return "en" if english > portuguese else "pt"


def surely_in(text: str) -> Language | None:
    """Return the language that a text is clearly in, None where its small words are few or of both."""
    words = _WORDS.findall(text[:_LOOKED_AT].lower())
    counts: dict[Language, int] = {language: sum(word in _TELLING[language] for word in words) for language in _TELLING}
    less, most = sorted(counts, key=lambda language: counts[language])
    return most if counts[most] >= _LEAST and counts[most] >= _CLEARLY * counts[less] else None


def hinted_language(text: str, least: int) -> Language | None:
    """Return the language of a short text's small words, where there are `least` of them and none of the other's."""
    words = _WORDS.findall(text[:_LOOKED_AT].lower())
    counts: dict[Language, int] = {language: sum(word in _TELLING[language] for word in words) for language in _TELLING}
    less, most = sorted(counts, key=lambda language: counts[language])
    return most if counts[most] >= least and not counts[less] else None


def telling_words(text: str) -> set[str]:
    """Return a text's words of three letters and more that aren't small, in lower case."""
    words = _WORDS.findall(text[:_LOOKED_AT].lower())
    return {word for word in words if len(word) > 2 and word not in SMALL["en"] and word not in SMALL["pt"]}
