"""What a sentence says without vouching for it: under a condition, as somebody's word, as a question, as a plan.

`If it rains, the match is off` says neither that it rains nor that the match is off; `critics claim`, `supposedly` and
`hopes to` stand around what may not be so. A frame is the run of tokens that is said so. It is found by words and
marks, without a parser; where a word may be meant otherwise (`claimed 40 lives`, `as if`), it has to be followed so.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from orchd.claims.reading.token import Token
from orchd.claims.reading.verbs import is_verb
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold

FrameKind: TypeAlias = Literal["condition", "question", "doubt", "saying", "plan"]


class Framing(NamedTuple):
    """Tokens `start` to `end` are said in a frame of that kind."""

    kind: FrameKind
    start: int
    end: int


_BREAKS = frozenset(";.!?")
_TURNS = word_set("but however mas porem contudo todavia")
_QUOTES = frozenset("\"'“”«»")

_IF = word_set("if unless assuming provided providing supposing contanto")
_IF_PT = word_set("se caso")
_NO_IF_BEFORE = word_set("""
    as even a o um este esse neste nesse no do por para ao de em sem vai vao ia iam pode podem podia deve devem devia
    quer querem queria costuma tenta pretende nao que ja ainda sempre nunca foi e
""")
"""Before `if`, `se` and `caso` these make something else of it: `as if`, `para se tornar`, `o caso`."""
_ASKS = word_set("""
    ask asks asked wonder wonders wondered see know knows knew unclear unknown doubt doubts doubted decide check
    pergunta perguntou perguntam questiona questionou sabe sabem saber duvida duvidou verificar
""")
_IRREGULAR_IF = word_set(
    "for forem houver tiver tiverem puder puderem quiser vier vierem fizer estiver der souber chove"
)

_SAYS: dict[Language, frozenset[str]] = {
    "en": word_set("""
        said says say told tells stated states announced announces reported reports noted explained added wrote
        declared
    """),
    "pt": word_set("""
        disse dizem diz disseram afirmou afirma afirmam afirmaram declarou declara informou informa relatou explicou
        contou escreveu anunciou
    """),
}
_DOUBTS: dict[Language, frozenset[str]] = {
    "en": word_set("""
        claim claims claimed allege alleges alleged argue argues argued believe believes believed think thinks thought
        assume assumes assumed suspect suspects suspected fear fears feared suggest suggests suggested insist insists
        insisted speculate speculates speculated predict predicts predicted guess guesses guessed suppose supposes
        supposed imagine imagines imagined pretend pretends pretended dream dreams dreamed dreamt hope hopes hoped wish
        wishes wished accuse accuses accused
    """),
    "pt": word_set("""
        alega alegam alegou alegaram acredita acreditam acreditou acreditava acha acham achou pensa pensam pensou
        supoe supoem supos suspeita suspeitam suspeitou teme temem temeu sugere sugerem sugeriu insiste insistem
        insistiu especula especulam preve preveem imagina imaginam imaginou finge fingiu sonha sonhou espera esperam
        esperava deseja desejam tomara oxala suponha suponhamos imagine acusa acusam acusou
    """),
}
_DOUBTFULLY = word_set("""
    allegedly reportedly supposedly purportedly presumably rumoured rumored supostamente alegadamente pretensamente
    presumivelmente
""")
_WRONGLY = word_set("""
    wrongly falsely mistakenly erroneously incorrectly untruthfully erradamente falsamente erroneamente equivocadamente
    incorretamente
""")
_WOULD_HAVE = word_set("teria teriam")
"""Portuguese newspapers tell so what they don't vouch for: `teria matado`."""
_ACCORDING = ("according", "segundo", "conforme")

_PLANS: dict[Language, frozenset[str]] = {
    "en": word_set("""
        plan plans planned planning intend intends intended aim aims aimed hope hopes hoped hoping wish wishes wished
        want wants wanted wanting like try tries tried trying attempt attempts attempted seek seeks sought promise
        promises promised threaten threatens threatened propose proposes proposed expected supposed scheduled
    """),
    "pt": word_set("""
        planeja planejam planejava planejou planeia pretende pretendem pretendia pretendeu quer querem queria quis
        deseja desejam desejava espera esperam esperava tenta tentam tentou tentava promete prometem prometeu ameaca
        ameacam ameacou gostaria gostariam sonha sonhava
    """),
}
"""Before `to` and a verb, or in Portuguese before an infinitive, these tell of what may never come."""

FUTURE = word_set("""
    will would shall should may might can could goal aim intention future hopefully vai vao ira irao deve devem pode
    podem podera deveria objetivo meta intencao futuro talvez
""")
"""What says by itself that something may not be so."""

_PREPOSITIONS = word_set("to by in on as of for em por")
_CLAUSE = 12
"""Tokens within which a verb must follow, for `claims` to be a verb itself."""
_SPEAKER = 5
"""Tokens of who said it: `the mayor of the town said`."""
_TAG = 4


def frames(found: Sequence[Token], language: Language) -> list[Framing]:
    """Return the frames of a sentence."""
    words = [fold(token.lower) for token in found]
    parts = list(_parts(found, words))
    return [frame for low, high in parts for frame in _in_part(found, words, low, high, language)]


def _parts(found: Sequence[Token], words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches over which a frame may reach."""
    low = 0
    for at, token in enumerate(found):
        if (token.kind == "mark" and token.lower in _BREAKS) or words[at] in _TURNS:
            if at > low:
                yield low, at + (token.lower == "?")
            low = at + 1
    if low < len(found):
        yield low, len(found)


def _in_part(
    found: Sequence[Token], words: Sequence[str], low: int, high: int, language: Language
) -> Iterator[Framing]:
    if words[high - 1] == "?" and not _is_tag(words, low, high):
        yield Framing("question", low, high)
    wrongly = any(word in _WRONGLY for word in words[low:high])
    for at in range(low, high):
        word = words[at]
        if _is_condition(words, at, low, high):
            asked = at > low and words[at - 1] in _ASKS
            yield Framing("question", at, high) if asked else Framing("condition", _joint(found, words, at, low), high)
        elif word in ("whether",):
            yield Framing("question", at, high)
        elif word in _DOUBTFULLY or (word in _WOULD_HAVE and _is_participle(words, at + 1, high)):
            yield Framing("doubt", low, high)
        elif word in _SAYS[language] or word in _DOUBTS[language]:
            kind: FrameKind = "doubt" if wrongly or word in _DOUBTS[language] else "saying"
            yield from (Framing(kind, start, end) for start, end in _said(found, words, at, low, high, language))
        elif word in _ACCORDING and _says_whose(words, at, high):
            yield from (Framing("saying", start, end) for start, end in _according(words, at, low, high))
        if word in _PLANS[language] and _leads_to_action(found, words, at, high, language):
            yield Framing("plan", at + 1, high)


def _is_tag(words: Sequence[str], low: int, high: int) -> bool:
    """Whether what asks is but `isn't it?`, or asks for nothing: `did you know that ...?`"""
    tail = words[max(low, high - _TAG - 1) : high - 1]
    return "," in tail or {"know", "knew", "sabia"} & set(words[low : low + 4]) != set()


def _is_condition(words: Sequence[str], at: int, low: int, high: int) -> bool:
    word, before = words[at], words[at - 1] if at > low else ""
    after = words[at + 1] if at + 1 < high else ""
    if word == "if":
        return before not in ("as", "even") and after not in ("any", "ever")
    if word in ("provided", "providing", "assuming", "supposing"):
        return after in ("that", "the", "it") and (at == low or before in (",", "and", "only"))
    if word == "case":
        return before == "in" and after not in ("of", ",")
    if word in ("unless", "contanto"):
        return True
    if word == "menos":
        return before == "a" and after == "que"
    if word == "caso":
        return before in ("", ",", "e") and after not in ("de", "do", "da", "em")
    if word == "se":
        return before not in _NO_IF_BEFORE and before != "-" and _is_irrealis(words, at, low, high)
    return False


def _is_irrealis(words: Sequence[str], at: int, low: int, high: int) -> bool:
    """Whether `se` is followed by a verb as in `se chover`, `se ele fosse`; at the beginning any clause will do."""
    near = words[at + 1 : min(high, at + 6)]
    if any(word in _IRREGULAR_IF or word.endswith(("sse", "ssem", "rem")) for word in near):
        return True
    if any(len(word) > 3 and word.endswith(("ar", "er", "ir")) for word in near):
        return True
    return at == low and "," in words[at:high]


def _joint(found: Sequence[Token], words: Sequence[str], at: int, low: int) -> int:
    """Return where the clause begins to which a condition belongs."""
    joints = (
        before for before in range(at - 1, low, -1) if words[before] in ("and", "e") and found[before].lower != "é"
    )
    joint = next(joints, None)
    return low if joint is None else joint + 1


def _is_participle(words: Sequence[str], at: int, high: int) -> bool:
    return at < high and words[at].endswith(
        ("ado", "ido", "feito", "dito", "visto", "sido", "aberto", "escrito", "posto")
    )


def _said(
    found: Sequence[Token], words: Sequence[str], at: int, low: int, high: int, language: Language
) -> Iterator[tuple[int, int]]:
    """Yield what is said: before `, said the mayor`, or the clause behind `the mayor said`."""
    comma = next((b for b in range(at - 1, max(low, at - _SPEAKER - 1), -1) if words[b] in _QUOTES | {","}), None)
    trailing = comma is not None and any(is_verb(token, language) for token in found[low:comma])
    if trailing and comma is not None and not any(is_verb(token, language) for token in found[comma + 1 : at]):
        yield low, comma
        return
    start = at + 1
    if start < high and words[start] in ("that", "que"):
        yield start + 1, high
    elif (
        any(is_verb(token, language) for token in found[start + 1 : min(high, start + _CLAUSE)])
        and words[start] not in _PREPOSITIONS
    ):
        yield start, high


def _says_whose(words: Sequence[str], at: int, high: int) -> bool:
    if words[at] == "according":
        return at + 1 < high and words[at + 1] == "to"
    return True


def _according(words: Sequence[str], at: int, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield what is so `according to` somebody: before it, behind a comma; or what follows the next comma."""
    if at > low and words[at - 1] in (",", *_QUOTES):
        yield low, at - 1
    elif at == low or (at == low + 2 and words[low] == "de"):
        comma = next((b for b in range(at + 1, high) if words[b] == ","), None)
        if comma is not None:
            yield comma + 1, high


def _leads_to_action(found: Sequence[Token], words: Sequence[str], at: int, high: int, language: Language) -> bool:
    if at + 1 >= high:
        return False
    following = words[at + 1]
    if language == "en":
        return following == "to" or (words[at] in ("planning", "proposed", "proposes") and following.endswith("ing"))
    infinitive = next((word for word in words[at + 1 : at + 4] if word not in ("de", "a", "se", "nao")), "")
    return infinitive.endswith(("ar", "er", "ir", "or")) and len(infinitive) > 2
