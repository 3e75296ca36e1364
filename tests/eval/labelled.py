"""The labelled set: short sources, and claims about them that are supported by their source or not.

A file holds one JSON object a line: a source, then its claims. README.md says what the labels and the kinds mean.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec

Language: TypeAlias = Literal["en", "pt"]
Kind: TypeAlias = Literal["number", "name", "date", "negation", "paraphrase", "merged", "verbatim", "scope"]
Part: TypeAlias = Literal["dev", "heldout"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
KINDS: tuple[Kind, ...] = get_args(Kind)
PARTS: tuple[Part, ...] = get_args(Part)


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="source"):
    """A text of 60 to 200 words that claims are held against."""

    id: str
    language: Language
    domain: str
    text: str


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type", tag="claim"):
    """A sentence as a model would write it; `supported` says whether its source bears all of it out."""

    id: str
    source: str
    kind: Kind
    supported: bool
    text: str


class Labelled(NamedTuple):
    """A claim beside its source."""

    claim: Claim
    source: Source


def lines(part: Part) -> list[Source | Claim]:
    """Read a part as it stands, line by line; raises `msgspec.ValidationError` at a line that isn't in the format."""
    text = Path(__file__).with_name(f"{part}.jsonl").read_bytes()
    decoder = msgspec.json.Decoder(Source | Claim)
    return [decoder.decode(line) for line in text.splitlines()]


def sources(read: Sequence[Source | Claim]) -> list[Source]:
    return [line for line in read if isinstance(line, Source)]


def claims(read: Sequence[Source | Claim]) -> list[Claim]:
    return [line for line in read if isinstance(line, Claim)]


def labelled(part: Part) -> list[Labelled]:
    """Return the claims of a part, each with its source; raises `KeyError` where a claim names none."""
    read = lines(part)
    known = {source.id: source for source in sources(read)}
    return [Labelled(claim, known[claim.source]) for claim in claims(read)]
