"""What the ledger takes and gives. All positions are code points."""

from typing import Literal, NamedTuple, TypeAlias

import msgspec

ClaimVerdict: TypeAlias = Literal["supported", "contradicted", "not_found", "unclear"]
"""What the sources say of a claim: so, otherwise, not that (they lack all of it, or a fact), or words can't tell."""


class Source(NamedTuple):
    """A text that an answer may rest on; `name` is given back with the evidence."""

    name: str
    text: str


class Evidence(msgspec.Struct, frozen=True):
    """The place in a source that speaks most for a claim, or most clearly against it: `text[start:end]`."""

    source: str
    start: int
    end: int


class ClaimFinding(msgspec.Struct, frozen=True):
    """One claim of an answer, which is `answer[start:end]`, and how far the sources support it.

    `support` is how likely the sources bear it out, 0 to 1; `verdict` is what that comes to in one word. `method`
    names the check that decided: `verbatim` (the words stand there so), `lexical` (its words do, or too few of them),
    `replacement` (a word stands where the source has another one), `number`, `date`, `name`, `negation` (denied
    there, or excluded by another word), `relation` (the facts are there, but joined otherwise), `strength` (more
    certain or more general than the source), `none` (nothing like it was found, or there is nothing in it that could
    be checked).
    """

    claim: str
    start: int
    end: int
    support: float
    method: str
    evidence: Evidence | None
    verdict: ClaimVerdict


SUPPORTED = 0.5
"""The least `support` of a claim that is rather supported than not; the verdict `supported` asks for more."""

MAX_ANSWER_BYTES = 200_000
MAX_SOURCE_BYTES = 2_000_000
"""UTF-8 bytes up to which the time stays within some seconds; callers refuse more. The second is for all sources."""
