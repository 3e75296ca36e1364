"""Which words of a sentence are denied: `not`, `sem`, `refused` and their like, each with its reach.

A word is denied when it lies in the reach of an odd number of cues. `not` and `never` deny their whole clause; `no` and
`without` what follows. What a cue really reaches takes a parser; this is a rule of thumb about marks and small words.
"""

import re
from collections.abc import Container, Iterator, Sequence

from orchd.claims.reading.clauses import STRONG, TURNS, starts
from orchd.claims.reading.token import Token
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold
from orchd.patterns import lazy_pattern

_WHOLE: dict[Language, frozenset[str]] = {
    "en": word_set("not never cannot hardly neither nobody nothing none"),
    "pt": word_set("nao nunca jamais tampouco ninguem deixou deixar deixasse deixa"),
}
"""Deny the clause they stand in."""

_AHEAD: dict[Language, frozenset[str]] = {
    "en": word_set("""
        no without nor unless except lack lacks lacked lacking fail fails failed refuse refuses refused
        reject rejects rejected forbid forbids forbidden prohibit prohibits prohibited ban bans banned deny
        denies denied prevent prevents prevented avoid avoids avoided unable skip skips instead disallow
        disallowed forbade
    """),
    "pt": word_set("""
        nem sem nenhum nenhuma nada exceto salvo proibido proibida proibidos proibidas proibe proibir veda
        vedado vedada impede impedem impedir impediu evita evitar evitou recusa recusou recusar rejeitou
        rejeitada rejeitado negou falta faltou faltava dispensa dispensar incapaz
    """),
}
"""Deny what follows them."""

_STATES = word_set("forbidden prohibited banned proibido proibida proibidos proibidas vedado vedada vetado vetada")
"""Behind `is`, these deny what stands before them: `copying is prohibited`."""
_IS = word_set("is are was were be been e sao foi foram era eram esta ser")
_ARTICLES = word_set("the a this that its his her their any no")

_ECHOES = word_set("nem nenhum nenhuma nada ninguem nor neither jamais")
"""Say once more what has been denied already."""

_LIMITS = word_set("only just merely so apenas somente doubt")
"""After a cue: it stresses (`not only`), and denies nothing."""
_COMPARES = word_set("more less fewer later earlier mais menos menor maior")
_THAN = word_set("than que do de")
"""Together after a cue: they limit (`no more than`). Without the second it denies: `nunca mais gravou`."""

_ACTIONS: dict[Language, re.Pattern[str]] = {"en": lazy_pattern(r"\w{2,}ing\Z"), "pt": lazy_pattern(r"\w{2,}[aei]r\Z")}
"""What an action is called that stands as a subject."""

_FALSE = word_set("""
    false untrue incorrect myth lie hoax falso falsa mentira boato incorreto mito inveridico falsamente negou nega
    negam negaram desmentiu wrongly falsely mistakenly erroneously erroneamente equivocadamente
""")
"""Before `that` these deny what follows; so does a denied one of the next."""
_TRUE = word_set(
    "true correct case fact verdade certo correto verdadeiro exato evidence proof provas prova evidencia indicios"
)
_BETWEEN_TRUTH = word_set("the a is was any of e era foi ser ha de um uma it")
_THAT = word_set("that que")
_TRUTH_REACH = 7
_ENDS = frozenset(";.:!?")
_BUT = word_set("but mas porem")

_STOPS = TURNS | word_set("until then except que se salvo exceto")
_REACH = 12
SUBJECT = 0.35
"""How far what stands before `not` is denied."""


def denial_of(found: Sequence[Token], language: Language) -> list[float]:
    """Return for each token of a sentence how far it is denied, 0 to 1: a subject is so only by its verb."""
    flags = [0.0] * len(found)
    borders = _borders(found, language)
    for index in cues(found, language):
        word = fold(found[index].lower)
        if word in _ECHOES and flags[index]:
            continue
        if (told := _untrue(found, index)) is not None:
            for at in range(told, _part_end(found, told)):
                flags[at] = 1 - flags[at]
            continue
        for at in _after(found, index, borders):
            flags[at] = 1 - flags[at]
        if _is_whole(word, language):
            for at in _before(found, index, borders):
                flags[at] = max(flags[at], SUBJECT)
        elif word in _STATES and index and fold(found[index - 1].lower) in _IS:
            for at in _before(found, index - 1, borders):
                flags[at] = max(flags[at], 1.0 if _ACTIONS[language].match(found[at].lower) else SUBJECT)
    return flags


def cues(found: Sequence[Token], language: Language) -> Iterator[int]:
    """Yield where the words are that deny."""
    for index, token in enumerate(found):
        word = fold(token.lower)
        if word in _FALSE:
            if _untrue(found, index) is not None:
                yield index
        elif _is_whole(word, language) or (word in _AHEAD[language] and not _is_noun(found, index)):
            if word in ("deixou", "deixar", "deixasse", "deixa") and not _followed_by(found, index, "de"):
                continue
            if not _limits(found, index):
                yield index


def _untrue(found: Sequence[Token], index: int) -> int | None:
    """Return where that begins which is said to be untrue: behind `it is false that`, `não é verdade que`."""
    words = [fold(token.lower) for token in found[index : index + _TRUTH_REACH]]
    if words[0] not in _FALSE:
        near = next((at for at, word in enumerate(words) if at and word in _TRUE), None)
        if near is None or not set(words[1:near]) <= _BETWEEN_TRUTH:
            return None
        words, index = words[near:], index + near
    ahead = 2 if words[1:2] == ["de"] else 1
    return index + ahead + 1 if len(words) > ahead and words[ahead] in _THAT else None


def _part_end(found: Sequence[Token], start: int) -> int:
    """Return where ends what is said to be untrue, over clauses that belong to it."""
    for at in range(start, len(found)):
        if found[at].lower in _ENDS or fold(found[at].lower) in _BUT:
            return at
    return len(found)


def _is_noun(found: Sequence[Token], index: int) -> bool:
    """Whether a `ban` is spoken of: `shops oppose the ban`."""
    return found[index].lower in ("ban", "bans") and index > 0 and found[index - 1].lower in _ARTICLES


def _limits(found: Sequence[Token], index: int) -> bool:
    following = [fold(token.lower) for token in found[index + 1 : index + 3]]
    compares = len(following) == 2 and following[0] in _COMPARES and following[1] in _THAN
    return compares or bool(following and following[0] in _LIMITS)


def _is_whole(word: str, language: Language) -> bool:
    return word in _WHOLE[language] or (language == "en" and word.endswith("n't"))


def _followed_by(found: Sequence[Token], index: int, word: str) -> bool:
    return index + 1 < len(found) and fold(found[index + 1].lower) == word


def _after(found: Sequence[Token], index: int, borders: Container[int]) -> Iterator[int]:
    for at in range(index + 1, min(len(found), index + 1 + _REACH)):
        if found[at].lower in STRONG or fold(found[at].lower) in _STOPS or at in borders:
            return
        yield at


def _before(found: Sequence[Token], index: int, borders: Container[int]) -> Iterator[int]:
    for at in range(index - 1, max(-1, index - 1 - _REACH), -1):
        if found[at].lower in STRONG or found[at].lower == "," or fold(found[at].lower) in _STOPS or at + 1 in borders:
            return
        yield at


def _borders(found: Sequence[Token], language: Language) -> set[int]:
    """Where a clause begins; a participle after `and` goes on with what is denied, as `not crushed and chewed`."""
    return {
        start.at for start in starts(found, language) if not (start.shares and found[start.at].lower.endswith("ed"))
    }
