"""The members of an object as a table: type, bounds, unit, and what stands for one that is left out."""

from orchd.codegen.markdown.links import Linker
from orchd.codegen.markdown.text import constant, table
from orchd.codegen.markdown.types import bound_words, type_words
from orchd.codegen.reading.contract import Contract, MemberType, Nullable, ObjectType, ValueType

SENT = ("member", "type", "bounds", "unit", "if left out", "")
RECEIVED = ("member", "type", "bounds", "unit", "may be missing", "")


def member_table(told: ObjectType, contract: Contract, links: Linker) -> str:
    """Return a table of an object's members. Of what clients send, it says which are required and their defaults; of
    what they receive, which may be missing."""
    if not told.members:
        return "It has no members.\n"
    rows = [
        [
            f"`{member.name}`",
            type_words(_type_of(member, closed=told.closed), links),
            _bounds(member, contract),
            member.unit or "",
            _omission(member) if told.closed else _gap(member),
            _about(member),
        ]
        for member in told.members
    ]
    return table(SENT if told.closed else RECEIVED, rows)


def _type_of(member: MemberType, *, closed: bool) -> ValueType:
    """Return a member's type; without null where that only means that the member is left out."""
    idle = closed and not member.required and not member.null_clears and isinstance(member.type, Nullable)
    return member.type.of if idle and isinstance(member.type, Nullable) else member.type


def _bounds(member: MemberType, contract: Contract) -> str:
    told = bound_words(member.type, contract)
    if not member.null_clears:
        return told
    return f"{told}; null takes it away" if told else "null takes it away"


def _about(member: MemberType) -> str:
    """Return a member's description, without what another column has."""
    return member.description.removesuffix(f"`{member.choice}` when it is left out.").rstrip()


def _omission(member: MemberType) -> str:
    if member.required:
        return "**required**"
    return _default(member)


def _gap(member: MemberType) -> str:
    if member.required:
        return ""
    default = _default(member)
    return f"yes, for {default}" if default else "yes"


def _default(member: MemberType) -> str:
    if member.choice is not None:
        return f"`{member.choice}`"
    return "" if member.default is None else constant(member.default)
