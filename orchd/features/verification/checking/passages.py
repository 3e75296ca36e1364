"""What a checker is shown of the sources for a claim: the ledger's evidence with what stands around it.

Checkers have small contexts and were trained on a few sentences; and what speaks for a claim is often said in two.
Where the sources are short, they are shown as they are.
"""

from collections.abc import Mapping, Sequence

from orchd.claims import Source
from orchd.features.verification.messages import VerifyClaimItem

WHOLE_CHARACTERS = 1_500
"""Of all sources together, up to which they are shown whole."""
AROUND_CHARACTERS = 350
"""Before the evidence, and after it."""
PASSAGE_CHARACTERS = 2_000


def passages(claims: Sequence[VerifyClaimItem], sources: Sequence[Source]) -> dict[int, str]:
    """Return what to show for each claim, by its index; claims for which there is nothing to show are left out."""
    texts = {source.name: source.text for source in sources}
    if sum(len(text) for text in texts.values()) <= WHOLE_CHARACTERS:
        whole = "\n".join(texts.values()).strip()
        return dict.fromkeys((claim.index for claim in claims), whole) if whole else {}
    found = {claim.index: _around(claim, texts) for claim in claims}
    return {index: text for index, text in found.items() if text}


def _around(claim: VerifyClaimItem, texts: Mapping[str, str]) -> str:
    where = claim.evidence
    if where is None:
        return ""
    text = texts.get(where.source, "")
    start, end = max(0, where.start - AROUND_CHARACTERS), min(len(text), where.end + AROUND_CHARACTERS)
    before, after = text[start : where.start], text[where.end : end]
    if start:  # a word that is cut says something else
        before = before.partition(" ")[2]
    if end < len(text):
        after = after.rpartition(" ")[0]
    return (before + text[where.start : where.end] + after)[:PASSAGE_CHARACTERS].strip()
