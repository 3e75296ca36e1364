"""What a sentence says without vouching for it: under a condition, as somebody's word, as a question, as a plan.

`If it rains, the match is off` says neither that it rains nor that the match is off; `critics claim`, `supposedly` and
`hopes to` stand around what may not be so. A frame is the run of tokens that is said so. It is found by words and
marks, without a parser; where a word may be meant otherwise (`claimed 40 lives`, `as if`), it has to be followed so.
"""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from orchd.claims.reading.token import Token
from orchd.claims.reading.verbs import is_verb
from orchd.claims.words.frame_words import (
    ACCORDING,
    ASIDE,
    ASKS,
    CONFIRMS,
    DOUBTFULLY,
    DOUBTS,
    HELD,
    IDEAS,
    IMPERSONAL,
    IRREGULAR_IF,
    IS,
    NEARLY,
    NO_DOUBT,
    NO_IF_BEFORE,
    NOBODY,
    NOT_ANYBODY,
    PLANS,
    PLANS_PT,
    SAYS,
    SUBJUNCTIVES,
    UNDOUBTED,
    WILL,
    WOULD_HAVE,
    WRONGLY,
)
from orchd.claims.words.language import Language
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold
from orchd.claims.words.verb_forms import looks_like_verb

FrameKind: TypeAlias = Literal["condition", "question", "doubt", "saying", "plan", "future"]


class Framing(NamedTuple):
    """Tokens `start` to `end` are said in a frame of that kind."""

    kind: FrameKind
    start: int
    end: int


_BREAKS = frozenset(";.!?")
_TURNS = word_set("but however mas porem contudo todavia")
_QUOTES = frozenset("\"'“”«»")

_PREPOSITIONS = word_set("to by in on as of for with em por")
_CLAUSE = 12
"""Tokens within which a verb must follow, for `claims` to be a verb itself."""
_SPEAKER = 5
"""Tokens of who said it: `the mayor of the town said`."""
_TAG = 4
_UNREAL = word_set("would could might")
"""With `have` they tell what `Had she come, ...` tells the condition of."""


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
    kind: FrameKind
    wrongly = any(word in WRONGLY for word in words[low:high])
    for at in range(low, high):
        word, end = words[at], _aside_end(words, at, low, high)
        if _is_condition(words, at, low, high):
            asked = at > low and words[at - 1] in ASKS
            yield Framing("question", at, high) if asked else Framing("condition", _joint(found, words, at, low), high)
        elif word in ("whether",):
            yield Framing("question", at, high)
        elif word in DOUBTFULLY or (word in WOULD_HAVE and _is_participle(words, at + 1, high)):
            yield Framing("doubt", low, high)
        elif word in UNDOUBTED and not NO_DOUBT.isdisjoint(words[max(low, at - _TAG) : at]):
            continue
        elif word in SAYS[language] or word in DOUBTS[language] or _vouches_not(words, at, low):
            doubtful = wrongly or word not in SAYS[language] or _says_nobody(words, at, low)
            kind = "doubt" if doubtful else "saying"
            yield from (Framing(kind, start, end) for start, end in _speech(found, words, at, low, end, language))
        elif word in ACCORDING and _says_whose(words, at, high):
            kind = "doubt" if set(words[at : at + _SPEAKER]) & NOBODY else "saying"
            yield from (Framing(kind, start, end) for start, end in _according(words, at, low, high))
        elif word in IDEAS and (told := _told_behind(words, at, high)):
            yield Framing("doubt", told, end)
        if _is_unreal(words, at, low, high, language):
            yield Framing("plan", at + 1, _predicate_end(found, at + 1, high, language))
        elif word in WILL and at + 1 < high:
            yield Framing("future", at + 1, _predicate_end(found, at + 1, high, language))


def _aside_end(words: Sequence[str], at: int, low: int, high: int) -> int:
    """Return where a clause ends that is said by the way: `although critics claim it is ugly,`."""
    if not ASIDE.intersection(words[max(low, at - _SPEAKER - 1) : at]):
        return high
    return next((b for b in range(at + 1, high) if words[b] == ","), high)


def _predicate_end(found: Sequence[Token], start: int, high: int, language: Language) -> int:
    """Return where ends what is planned: at a comma, or where `and` goes on with what was done."""
    for at in range(start, high):
        goes_on = found[at].lower in ("and", "e") and at + 1 < high and is_verb(found[at + 1], language)
        if found[at].lower == "," or goes_on:
            return at
    return high


def _is_unreal(words: Sequence[str], at: int, low: int, high: int, language: Language) -> bool:
    """Whether what follows is planned, nearly so, or so as others hold: `plans to`, `almost won`, `is thought to`."""
    if at + 1 >= high:
        return False
    if words[at] in NEARLY:
        return _is_verbal(words[at + 1], language)
    held = words[at] in HELD and words[at + 1] == "to" and at > low and words[at - 1] in IS
    return held or (_is_plan(words[at], language) and _leads_to_action(words, at, high, language))


def _says_nobody(words: Sequence[str], at: int, low: int) -> bool:
    """Whether it is said, but by nobody: `it is said that`, `dizem que`, `let's say`."""
    before = words[at - 1] if at > low else ""
    if not NOT_ANYBODY.isdisjoint(words[max(low, at - 2) : at]):
        return True
    return before in IS or before == "let" or (words[at] in IMPERSONAL and at == low) or before in NOBODY


def _vouches_not(words: Sequence[str], at: int, low: int) -> bool:
    """Whether something is confirmed by nobody: `no one has confirmed that`, `ninguém confirmou que`."""
    return words[at] in CONFIRMS and not NOT_ANYBODY.isdisjoint(words[max(low, at - _TAG) : at])


def _told_behind(words: Sequence[str], at: int, high: int) -> int:
    """Return where that begins which `the idea that` or `a afirmação de que` tells; 0 when it tells nothing."""
    if words[at + 1 : at + 4] == ["has", "it", "that"]:
        return at + 4
    ahead = at + 2 if words[at + 1 : at + 2] == ["de"] else at + 1
    return ahead + 1 if ahead < high and words[ahead] in ("that", "que") else 0


def _is_plan(word: str, language: Language) -> bool:
    return word in PLANS if language == "en" else word.startswith(PLANS_PT)


def _is_verbal(word: str, language: Language) -> bool:
    return looks_like_verb(word, language) or word.endswith(("ed", "ado", "ada", "ido", "ida"))


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
        begins = at == low or before in (",", "and", "only")
        return begins and after not in _PREPOSITIONS and (word != "provided" or after == "that")
    if word == "desde":
        return after == "que" and bool(SUBJUNCTIVES.intersection(words[at + 2 : at + 5]))
    if word == "case":
        return before == "in" and after not in ("of", ",")
    if word in ("unless", "contanto"):
        return True
    if word == "menos":
        return before == "a" and after == "que"
    if word == "caso":
        return before in ("", ",", "e") and after not in ("de", "do", "da", "em")
    if word == "se" and before in ASKS:
        return True
    if word == "had":
        return at == low and "have" in words and not _UNREAL.isdisjoint(words)
    if word == "se":
        return before not in NO_IF_BEFORE and before != "-" and _is_irrealis(words, at, low, high)
    return False


def _is_irrealis(words: Sequence[str], at: int, low: int, high: int) -> bool:
    """Whether `se` is followed by a verb as in `se chover`, `se ele fosse`; at the beginning any clause will do."""
    near = words[at + 1 : min(high, at + 6)]
    if any(word in IRREGULAR_IF or word.endswith(("sse", "ssem", "rem")) for word in near):
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


def _speech(
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


def _leads_to_action(words: Sequence[str], at: int, high: int, language: Language) -> bool:
    if at + 1 >= high:
        return False
    following = words[at + 1 : at + 4]
    if language == "en":
        is_done = words[at] in ("planning", "proposed", "proposes") and following[0].endswith("ing")
        return following[0] == "to" or following[:2] in (["is", "to"], ["was", "to"]) or is_done
    infinitive = next((word for word in following if word not in ("de", "a", "se", "nao", "e", "era")), "")
    return infinitive.endswith(("ar", "er", "ir", "or")) and len(infinitive) > 2
