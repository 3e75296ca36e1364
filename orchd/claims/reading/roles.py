"""Small questions about who acts in a clause, and by which word a phrase is led."""

from orchd.claims.reading.reading import Reading
from orchd.claims.reading.verbs import is_verb
from orchd.claims.words.listed import word_set
from orchd.claims.words.stems import fold

BY = frozenset(("by", "por", "pelo", "pela", "pelos", "pelas"))
_LEADING = word_set("in on at by for with from to of into em no na nos nas por pelo pela com de do da dos das para")
_PRONOUNS = word_set("he she it they ele ela eles elas")
_OF = frozenset(("of", "de", "do", "da", "dos", "das"))
_FROM = frozenset(("from", "de", "since", "desde"))
_TO = frozenset(("to", "para", "until", "ate", "at", "into"))


def by_agent(reading: Reading, index: int) -> bool:
    """Whether `by` stands right before a word."""
    return agents(reading, max(0, index - 2), index) > 0


def agents(reading: Reading, start: int, end: int) -> int:
    """Return how many times `by` stands between two places."""
    return sum(fold(token.lower) in BY for token in reading.tokens[start:end])


def has_agent(reading: Reading, verb: int, index: int) -> bool:
    """Whether `by` leads the phrase of a word behind a verb: `opened by the mayor of Porto`."""
    words = [token.lower for token in reading.tokens[verb + 1 : index]]
    leading = [fold(word) for word in words if word in _LEADING and word not in _OF]
    return bool(leading) and leading[-1] in BY


def led_by(reading: Reading, index: int) -> str:
    """Return the preposition before a word, or nothing."""
    before = reversed(reading.tokens[max(0, index - 3) : index])
    return next((token.lower for token in before if token.lower in _LEADING), "")


def direction(reading: Reading, index: int) -> str:
    """Return whether a number is what something came `from` or went `to`, or nothing."""
    before = {fold(token.lower) for token in reading.tokens[max(0, index - 2) : index]}
    if before & _TO:
        return "to"
    return "from" if before & _FROM else ""


def is_subject(reading: Reading, index: int) -> bool:
    """Whether a word stands before the verb of its clause."""
    clause = reading.clauses[index]
    ahead = range(index + 1, len(reading.tokens))
    return any(is_verb(reading.tokens[at], reading.language) for at in ahead if reading.clauses[at] == clause)


def subject(reading: Reading, clause: int = 0) -> list[int]:
    """Return where the tokens of a clause stand before its verb; none where it has no verb."""
    inside = [at for at, number in enumerate(reading.clauses) if number == clause]
    verb = next((at for at in inside if is_verb(reading.tokens[at], reading.language)), None)
    return [] if verb is None else [at for at in inside if at < verb]


def acts_unnamed(reading: Reading, clause: int) -> bool:
    """Whether what acts in a clause is a pronoun, or left out as Portuguese does."""
    head = [reading.tokens[at] for at in subject(reading, clause)]
    if any(fold(token.lower) in _PRONOUNS for token in head):
        return True
    leaves_out = reading.language == "pt" and not any(token.kind in ("word", "name") for token in head)
    return leaves_out and any(
        is_verb(token, reading.language)
        for token, number in zip(reading.tokens, reading.clauses, strict=True)
        if number == clause
    )


def is_verbal(reading: Reading, index: int) -> bool:
    """Whether a word is a verb or a participle."""
    token = reading.tokens[index]
    return is_verb(token, reading.language) or token.lower.endswith(("ed", "do", "da", "dos", "das"))
