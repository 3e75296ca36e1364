"""Sign that the claim tells of somebody else what the passage tells of a `she`, or of nobody by name.

Of `Ann came in. She took the book.` a claim `Bob took the book.` has all but the one word that matters, and a name that
begins a sentence isn't told from any other word by its capital letter. So it is looked for where the passage's subject
is a pronoun, is left out, or is another name.
"""

from orchd.claims.reading.reading import Reading
from orchd.claims.reading.verbs import is_verb
from orchd.claims.signs.pair import Alignment
from orchd.claims.words.language import Language
from orchd.claims.words.lexicon import lexicon
from orchd.claims.words.listed import word_set

_ENOUGH = 0.75
"""How much of what the claim says of its subject the passage must have, to be about the same event."""
_ELSEWHERE = 0.5
"""When the sources have the name, but nowhere near."""
_SINGULAR: dict[Language, tuple[str, ...]] = {"en": ("s",), "pt": ("ou", "eu", "iu", "é", "era", "foi", "está", "ava")}
"""Endings of a verb that has one subject: `Siemens makes`, but `Dogs bark`."""
_NAMES_IN_S = word_set("""
    james charles carlos marcos lucas thomas chris nicholas francis louis luis douglas agnes inês lois frances alexis
    dennis elias matias jonas tomás moisés vinicius mateus jesus dolores lourdes ross hans lars klaus
""")
_ONLY_NAMES = word_set("""
    maria mary pedro rui teresa tomás caio márcia nádia marcos vera sónia sônia beatriz valéria clara pat mark
""")
"""Names with the stem of other words: `Pedro` has that of `pedra`."""
_NO_NAMES = ("ing", "tion", "ment", "ity", "ness", "ção", "ções", "dade")
"""Endings of words that seldom are a name by themselves: `Dogs`, `Construction`."""


def score_stranger(pair: Alignment) -> float:
    """Return how clearly the claim's subject is a name that the passage and what is around it don't have."""
    name = _name(pair)
    if name is None or pair.matches.get(name) is not None or pair.told < _ENOUGH:
        return 0.0
    token = pair.ours.tokens[name]
    if pair.is_near(name) or not (pair.acts_unnamed or _is_told_of_another(pair)):
        return 0.0
    return _ELSEWHERE if pair.library.knows(token.key) else 1.0


def _name(pair: Alignment) -> int | None:
    """Return the claim's subject when it is one capital word that no list or source has as a common one."""
    verb = pair.claim.verb
    head = [i for i in pair.ours.telling if verb is not None and i < verb]
    if len(head) != 1:
        return None
    token = pair.ours.tokens[head[0]]
    known = lexicon(pair.ours.language)
    is_listed = known.of(token.key) and token.key not in known.names and token.lower not in _ONLY_NAMES
    common = is_listed or token.lower in pair.library.vocabulary.small
    is_name = token.capital and token.kind in ("word", "name") and not common
    article = head[0] > 0 and pair.ours.tokens[head[0] - 1].kind == "small"
    many = token.lower.endswith("s") and not (token.lower in _NAMES_IN_S or _is_singular(pair.ours, verb or 0))
    return head[0] if is_name and not article and not many and not token.lower.endswith(_NO_NAMES) else None


def _is_singular(reading: Reading, verb: int) -> bool:
    return reading.tokens[verb].lower.endswith(_SINGULAR[reading.language])


def _is_told_of_another(pair: Alignment) -> bool:
    """Whether a single name acts in the passage, and the claim does not have it."""
    theirs, used = pair.theirs, pair.used
    verb = next((at for at, token in enumerate(theirs.tokens) if is_verb(token, theirs.language)), 0)
    heads = [at for at in theirs.telling if at < verb]
    return bool(heads) and all(theirs.tokens[at].capital and at not in used for at in heads)
