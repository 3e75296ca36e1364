"""Public sets of labelled claims, from a directory of `NAME.jsonl`: their texts are no part of this project.

An object a line: `{"source": ..., "claim": ..., "supported": true | false}`. A set's family is its name up to the first
`_`: sets of one family have the same authors, so that a figure counts only for a ledger fitted without all of them.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec


class PublicClaim(msgspec.Struct, frozen=True):
    """A claim, which may be several sentences, and whether its source bears all of it out."""

    source: str
    claim: str
    supported: bool


class PublicSet(NamedTuple):
    """A set by the name of its file."""

    name: str
    claims: list[PublicClaim]

    @property
    def family(self) -> str:
        """Sets of the same authors."""
        return self.name.split("_")[0]


def public_sets(directory: Path) -> list[PublicSet]:
    """Read all sets of a directory by name; raises `FileNotFoundError` when it has none, `msgspec.ValidationError`."""
    files = sorted(directory.glob("*.jsonl"))
    if not files:
        raise FileNotFoundError(f"{directory} has no *.jsonl")
    decoder = msgspec.json.Decoder(PublicClaim)
    return [PublicSet(file.stem, [decoder.decode(line) for line in file.read_bytes().splitlines()]) for file in files]
