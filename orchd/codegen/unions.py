"""Unions of objects, which have no names in a schema: what a program calls them."""

from collections.abc import Iterator

from orchd.codegen.naming import words
from orchd.codegen.reading.contract import Contract, TaggedUnion, inner_types


def name_unions(contract: Contract) -> dict[TaggedUnion, str]:
    """Return what each union is called, in the order in which objects have them."""
    return {union: _name(contract, union) for union in _unions(contract)}


def _name(contract: Contract, union: TaggedUnion) -> str:
    """Name a union by the words that its objects begin and end with: `WorkflowStep`."""
    names = [[word.capitalize() for word in words(name)] for _, name in union.branches]
    first = _common(names)
    last = _common([name[::-1] for name in names])[::-1]
    found = "".join(first + last) if len(first) + len(last) <= min(map(len, names)) else "".join(first)
    taken = found in contract.objects or found in contract.enumerations
    return f"Any{found}" if taken or not found else found


def _unions(contract: Contract) -> Iterator[TaggedUnion]:
    found: dict[TaggedUnion, None] = {}
    for told in contract.objects.values():
        for member in told.members:
            found |= {inner: None for inner in inner_types(member.type) if isinstance(inner, TaggedUnion)}
    return iter(found)


def _common(names: list[list[str]]) -> list[str]:
    found = []
    for each in zip(*names, strict=False):
        if len({*each}) > 1:
            break
        found.append(each[0])
    return found
