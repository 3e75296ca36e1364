"""Signs that true parts are joined to what is not true: one clause's subject with another's verb, who did it with whom
it was done to, a number with what another one counts.
"""

from collections.abc import Container, Iterator, Sequence

from orchd.claims.reading.roles import agents, direction, has_agent, is_subject, is_verbal, led_by
from orchd.claims.reading.token import Token
from orchd.claims.reading.verbs import is_verb
from orchd.claims.signs.align import AKIN
from orchd.claims.signs.pair import Alignment, Slot
from orchd.claims.words.listed import word_set

_REACH = 4
"""Tokens between a number and what it counts, or its date."""
_COPULA = word_set("is are was were é são era eram foi foram")
_MUTUAL = word_set("""
    friend friends partner colleague neighbour neighbor rival ally cousin brother sister sibling twin near close next
    beside similar equal opposite different amigo amiga parceiro parceira colega vizinho vizinha rival aliado primo
    prima irmão irmã gêmeo gémeo perto próximo próxima junto lado igual semelhante diferente
""")
"""What is so both ways round: `Ann is a friend of Eve`."""
_OF = frozenset(("of", "de", "dos", "das"))
_OF_REACH = 3
_LEADS_ALIKE = {
    **dict.fromkeys(("do", "da", "dos", "das"), "de"),
    **dict.fromkeys(("no", "na", "nos", "nas"), "em"),
    **dict.fromkeys(("pelo", "pela"), "por"),
}
_THAN = frozenset(("than", "que"))


def score_subject(pair: Alignment) -> float:
    """Return how clearly the claim's subject is that of another clause than the one that the rest comes from."""
    weights, clauses = pair.claim.weights, pair.theirs.clauses
    head = [i for i in weights if pair.claim.verb is None or i < pair.claim.verb]
    head = head if head and pair.claim.verb is not None else list(weights)[:1]
    if _is_of_object(pair, head):
        return 1.0
    rest = [i for i in weights if i not in head and i in pair.matches]
    if not rest or pair.resumed:
        return 0.0
    home = _home(pair, rest)
    inside = {token.key for at, token in enumerate(pair.theirs.tokens) if clauses[at] == home}
    met = [i for i in head if i in pair.matches]
    strange = [i for i in met if clauses[pair.matches[i].at] != home and pair.ours.tokens[i].key not in inside]
    if met and not strange:
        return 0.0
    first = min(pair.matches[i].at for i in rest if clauses[pair.matches[i].at] == home)
    if not any(clauses[at] == home and at < first and at not in pair.used for at in pair.theirs.telling):
        return 0.0
    if not met:
        return 0.5
    share = sum(weights[i] for i in strange) / sum(weights[i] for i in met)
    return share * (1.0 if any(is_subject(pair.theirs, pair.matches[i].at) for i in strange) else 0.4)


def _is_of_object(pair: Alignment, head: Sequence[int]) -> bool:
    """Whether the claim's subject is what the passage's first verb is done to, and its verb the second one of who does
    it: `The police left` of `Tom called the police and left`.
    """
    verb = pair.matches.get(pair.claim.verb) if pair.claim.verb is not None else None
    met = [pair.matches[i].at for i in head if i in pair.matches]
    if verb is None or not met or pair.theirs.tokens[verb.at - 1].lower not in ("and", "e"):
        return False
    clause = [at for at in range(verb.at) if pair.theirs.clauses[at] == pair.theirs.clauses[verb.at]]
    verbs = [at for at in clause if is_verb(pair.theirs.tokens[at], pair.theirs.language)]
    return bool(verbs) and clause[0] < verbs[0] and verbs[-1] < min(met) and max(met) < verb.at


def _home(pair: Alignment, indexes: list[int]) -> int:
    """Return the clause of the passage that has most of these tokens."""
    share: dict[int, float] = {}
    for i in indexes:
        clause = pair.theirs.clauses[pair.matches[i].at]
        share[clause] = share.get(clause, 0.0) + pair.claim.weights[i]
    return max(share, key=lambda clause: (share[clause], -clause))


def is_swapped(pair: Alignment) -> bool:
    """Tell whether two parts of the passage have changed places in the claim."""
    return (
        _is_crossed(pair)
        or _roles(pair)
        or _is_turned(pair)
        or _is_led_otherwise(pair)
        or any(check(pair) for check in (_counts_other, _part_of, _other_date, _other_verb))
    )


def _is_crossed(pair: Alignment) -> bool:
    """Two words stand each in the other's place."""
    for number, slot in enumerate(pair.slots):
        for other in pair.slots[number + 1 :]:
            here, there = _goes(pair, slot.ours, other.theirs), _goes(pair, other.ours, slot.theirs)
            if here is None or there is None or other.ours.start - slot.ours.stop <= 1:
                continue
            stays = _keeps_its_place(pair, here) and _keeps_its_place(pair, there)
            led_alike = all(_leads(pair, i)[0] == _leads(pair, i)[1] for i in (here, there))
            if not stays and not _says_the_same(pair, slot, other, led_alike=led_alike):
                return True
    return False


def _goes(pair: Alignment, ours: range, theirs: range) -> int | None:
    """Return the first word of one slot that stands in the other one in the passage."""
    found = ((i, pair.matches[i]) for i in ours if i in pair.matches and pair.ours.tokens[i].value is None)
    return next((i for i, match in found if match.at in theirs and not match.opposite), None)


def _keeps_its_place(pair: Alignment, index: int) -> bool:
    """Whether a word that moved took its preposition along."""
    mine = led_by(pair.ours, index)
    return mine != "" and mine == led_by(pair.theirs, pair.matches[index].at)


def _leads(pair: Alignment, index: int) -> tuple[str, str]:
    """Return the preposition before a word of the claim, and the one before its match."""
    mine, theirs = led_by(pair.ours, index), led_by(pair.theirs, pair.matches[index].at)
    return _LEADS_ALIKE.get(mine, mine), _LEADS_ALIKE.get(theirs, theirs)


def _says_the_same(pair: Alignment, one: Slot, other: Slot, *, led_alike: bool) -> bool:
    """Whether the swap is undone by a passive, or does not matter since the two are said to be the same.

    `Paris is the capital of France` may be turned round, `Ann is the mother of Eve` may not.
    """
    if agents(pair.ours, one.ours.start, other.ours.stop) != agents(pair.theirs, one.theirs.start, other.theirs.stop):
        return True
    between = {token.lower for token in pair.ours.tokens[one.ours.stop : other.ours.start]}
    return (led_alike or bool(between & _MUTUAL)) and bool(between & _COPULA) and not between & _THAN


def _roles(pair: Alignment) -> bool:
    """What did it, and what it was done to, stand on the other sides of the same verb."""
    for index, match in pair.matches.items():
        same_verb = match.quality == 1 and not match.opposite
        if same_verb and is_verb(pair.ours.tokens[index], pair.ours.language) and is_verbal(pair.theirs, match.at):
            left, right = _sides(pair, index)
            if left is not None and right is not None and _is_reversed(pair, index, left, right):
                return True
    return False


def _sides(pair: Alignment, verb: int) -> tuple[int | None, int | None]:
    """Return the nearest matched words before and after a verb of the claim, in its clause."""
    clauses = pair.ours.clauses
    words = [
        i
        for i, match in pair.matches.items()
        if clauses[i] == clauses[verb] and match.quality >= AKIN and pair.ours.tokens[i].value is None
    ]
    before, after = [i for i in words if i < verb], [i for i in words if i > verb]
    return (before[-1] if before else None), (after[0] if after else None)


def _is_reversed(pair: Alignment, verb: int, left: int, right: int) -> bool:
    at, first, second = (pair.matches[i].at for i in (verb, left, right))
    passive = has_agent(pair.ours, verb, right)
    theirs = has_agent(pair.theirs, at, max(first, second))
    return (second < at < first and passive == theirs) or (first < at < second and passive != theirs)


def _is_turned(pair: Alignment) -> bool:
    """A number that the claim goes `to` is the one that the passage comes `from`."""
    tokens = pair.theirs.tokens
    goals = [
        at
        for at in pair.theirs.telling
        if tokens[at].kind == "number" and at not in pair.used and direction(pair.theirs, at) == "to"
    ]
    return any(
        pair.kind(match) == "number" and direction(pair.ours, i) == "to" and direction(pair.theirs, match.at) == "from"
        for i, match in pair.matches.items()
        if goals
    )


def _is_led_otherwise(pair: Alignment) -> bool:
    """Two words have taken each other's preposition: `from Rome to Paris` is not `from Paris to Rome`."""
    words = ((i, match) for i, match in pair.matches.items() if match.quality == 1 and not match.opposite)
    found = [_leads(pair, i) for i, _ in words if pair.ours.tokens[i].value is None]
    return any(mine and theirs and mine != theirs and (theirs, mine) in found for mine, theirs in found)


def _counts_other(pair: Alignment) -> bool:
    """What a number of the claim counts has another number in the passage, and that number counts something else."""
    for index, match in pair.matches.items():
        if pair.ours.tokens[index].kind == "number" and pair.kind(match) == "number":
            counted = next((i for i in _ahead(index, pair.ours.tokens) if pair.ours.tokens[i].telling), None)
            if counted in pair.matches and pair.ours.tokens[counted].value is None:
                at = pair.matches[counted].at
                numbers = [j for j in range(max(0, at - _REACH), at) if pair.theirs.tokens[j].kind == "number"]
                own = next((j for j in _ahead(match.at, pair.theirs.tokens) if pair.theirs.tokens[j].telling), None)
                other = numbers and numbers[-1] != match.at and own not in (None, at, numbers[-1])
                if other and own is not None and not is_verbal(pair.theirs, own):
                    return True
    return False


def _part_of(pair: Alignment) -> bool:
    """A number of the claim is but what others are a part of: `five` in `two of the five villages`."""
    ours, theirs = pair.ours.tokens, pair.theirs.tokens
    return any(
        ours[index].kind == "number" and _is_whole(theirs, match.at, pair.used) and not _after_of(ours, index)
        for index, match in pair.matches.items()
    )


def _is_whole(tokens: Sequence[Token], at: int, used: Container[int]) -> bool:
    """Whether a number has another one and `of` before it, and that one was not matched."""
    near = range(max(0, at - _OF_REACH), at)
    return _after_of(tokens, at) and any(tokens[part].kind == "number" and part not in used for part in near)


def _after_of(tokens: Sequence[Token], at: int) -> bool:
    return any(token.lower in _OF for token in tokens[max(0, at - _OF_REACH) : at])


def _other_verb(pair: Alignment) -> bool:
    """A date of the claim belongs to another verb in the passage, and the claim's verb to another date."""
    verbs = [match.at for match in pair.matches.values() if is_verbal(pair.theirs, match.at) and not match.opposite]
    days = [match.at for match in pair.matches.values() if pair.kind(match) == "date"]
    tokens = pair.theirs.tokens
    others = [at for at in pair.theirs.telling if at not in pair.used and is_verbal(pair.theirs, at)]
    rivals = [at for at in pair.theirs.telling if at not in pair.used and tokens[at].kind == "date"]
    return any(_nearer(pair, day, verb, others) and _nearer(pair, verb, day, rivals) for day in days for verb in verbs)


def _nearer(pair: Alignment, at: int, than: int, others: list[int]) -> bool:
    """Whether one of `others` is nearer to a place than `than` is."""
    places = pair.theirs.places
    return any(abs(places[other] - places[at]) < abs(places[than] - places[at]) for other in others)


def _ahead(index: int, tokens: Sequence[Token]) -> Iterator[int]:
    return iter(range(index + 1, min(index + 1 + _REACH, len(tokens))))


def _other_date(pair: Alignment) -> bool:
    """A number of the claim has another date in the passage, and the claim's date another number."""
    numbers = [match.at for match in pair.matches.values() if pair.kind(match) == "number"]
    days = [match.at for match in pair.matches.values() if pair.kind(match) == "date"]
    return any(
        _closest(pair, number, "date") not in (None, day) and _closest(pair, day, "number") not in (None, number)
        for number in numbers
        for day in days
    )


def _closest(pair: Alignment, at: int, kind: str) -> int | None:
    tokens = pair.theirs.tokens
    near = [j for j in range(max(0, at - _REACH), min(len(tokens), at + _REACH + 1)) if tokens[j].kind == kind]
    after = 1 if kind == "date" else -1  # dates rather follow their numbers
    return min(near, key=lambda j: (abs(j - at), -after * j), default=None)
