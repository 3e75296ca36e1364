"""Differences that a person has looked at and found harmless, in a TOML file:

    [[accepted]]
    id = "3f2a90c1d4be"
    why = "the pattern is written in another way and admits the same texts"

Only what is undecided can be accepted. An entry that accepts nothing is refused, so that the file only holds what is
needed.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from orchd.compatibility.difference import Difference
from orchd.compatibility.reading.document import SchemaRefused

Acceptances: TypeAlias = Mapping[str, str]
"""Id of a difference → why it is harmless."""


def read_acceptances(text: bytes) -> Acceptances:
    """Read the file's text. Raises `SchemaRefused` for one that isn't such a file."""
    try:
        told = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SchemaRefused(f"it is not TOML: {error}") from None
    entries = told.get("accepted", [])
    if {*told} - {"accepted"} or not isinstance(entries, list):
        raise SchemaRefused("it may hold nothing but [[accepted]] entries")
    found: dict[str, str] = {}
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or {*entry} != {"id", "why"} or not all(map(_says_something, entry.values())):
            raise SchemaRefused(f"entry {number} needs an `id` and a `why`, both texts, and nothing else")
        found[entry["id"]] = entry["why"]
    return found


def accept(found: Sequence[Difference], acceptances: Acceptances) -> list[Difference]:
    """Return the differences, those accepted as compatible. Raises `SchemaRefused` for what can't be accepted."""
    by_id = {each.id: each for each in found}
    for each in acceptances:
        if each not in by_id:
            raise SchemaRefused(f"{each} accepts no difference that there is; take the entry out")
        if by_id[each].verdict == "breaking":
            raise SchemaRefused(f"{each} breaks clients for certain, which can't be accepted: {by_id[each].told}")
    return [_let_pass(each, acceptances[each.id]) if each.id in acceptances else each for each in found]


def _let_pass(each: Difference, why: str) -> Difference:
    return replace(each, verdict="compatible", told=f"{each.told}; accepted: {why}")


def _says_something(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
