"""Objects: what requests hold, and what the daemon sends."""

from collections.abc import Collection, Iterator

from orchd.codegen.bounds import bounds
from orchd.codegen.naming import snake, spell_names
from orchd.codegen.python.annotations import AnnotationWriter
from orchd.codegen.python.source import INDENT, RESERVED, call, docstring, text, union
from orchd.codegen.reading.contract import (
    ConstantType,
    Contract,
    Enumeration,
    ListType,
    MapType,
    MemberType,
    Nullable,
    ObjectType,
    TaggedUnion,
)
from orchd.codegen.reading.document import SchemaError

PACKAGE = "orchd_client"
"""What the package is called; inside of it nothing says so, so that it can stand in another one."""


class ObjectWriter:
    """Writes structs of a contract."""

    def __init__(self, contract: Contract, annotations: AnnotationWriter) -> None:
        self._contract, self._annotations = contract, annotations

    def aliases(self) -> Iterator[tuple[str, str]]:
        """Yield the unions of objects: the name of the first object, and what the union is called."""
        for union_type, name in self._annotations.aliases.items():
            yield union_type.branches[0][1], name

    def members(self, told: ObjectType) -> dict[str, str]:
        """Return how the members of an object are called in Python."""
        for member in told.members:
            if not member.name.isprintable() or {'"', "\\"} & {*member.name}:
                raise SchemaError(f"no member can be called {member.name!r} in Python", f"$.$defs.{told.name}")
        return spell_names((member.name for member in told.members), snake, RESERVED, f"$.$defs.{told.name}")

    def unknown_of(self, union: str) -> list[str]:
        """Return what one is called that is of a kind which this client doesn't know, where the daemon sends them."""
        sent = {name: self._contract.objects[first].closed for first, name in self.aliases()}
        return [] if sent[union] else [f"Unknown{union}"]

    def blocks(self, names: Collection[str]) -> list[list[str]]:
        """Write enumerations, objects and unions of these names."""
        blocks = [self._enumeration(told) for name, told in self._contract.enumerations.items() if name in names]
        blocks += [self._struct(told) for name, told in self._contract.objects.items() if name in names]
        for told, name in self._annotations.aliases.items():
            if name in names:
                closed = self._contract.objects[told.branches[0][1]].closed
                branches = [branch for _, branch in told.branches]
                blocks += [union(name, branches)] if closed else self._received_union(told)
        return blocks

    def parameter(self, member: MemberType) -> tuple[str, str]:
        """Return the annotation of a member that is sent, and its default, which is empty where it must be given."""
        annotation = self._annotations.write(member.type, sent=True)
        if member.required:
            return annotation, ""
        if member.null_clears:
            return f"{annotation} | UnsetType", "UNSET"
        return (annotation if annotation.endswith("None") else f"{annotation} | None"), "None"

    def _enumeration(self, told: Enumeration) -> list[str]:
        lines = call(f"{told.name}: TypeAlias = Literal", [text(value) for value in told.values], brackets="[]")
        more = " Later daemons may send others." if told.may_grow else ""
        return [*lines, *docstring((told.description or "One of these.") + more)]

    def _struct(self, told: ObjectType) -> list[str]:
        base = "RequestData" if told.closed else "ServerData"
        config = [base, "kw_only=True"]
        tag = self._annotations.tags.get(told.name)
        if tag is not None:
            config += [f"tag_field={text(tag[0])}", f"tag={text(tag[1])}"]
        lines = [*call(f"class {told.name}", config, ":"), *docstring(told.description or told.name, INDENT)]
        names = self.members(told)
        members = [member for member in told.members if tag is None or member.name != tag[0]]
        if members:
            lines.append("")
        for member in members:
            lines += self._member(member, names[member.name], closed=told.closed)
        return lines

    def _member(self, member: MemberType, name: str, *, closed: bool) -> list[str]:
        annotation, default = self.parameter(member) if closed else self._received_member(member)
        if _camel(name) != member.name:
            inner = [f"name={text(member.name)}", *([f"default={default}"] if default else [])]
            default = f"field({', '.join(inner)})"
        line = f"{INDENT}{name}: {annotation}" + (f" = {default}" if default else "")
        told = " ".join(
            filter(None, [member.description, bounds(member.type) if closed else "", _default(member, closed)])
        )
        return [line, *(docstring(told, INDENT) if told else [])]

    def _received_member(self, member: MemberType) -> tuple[str, str]:
        annotation = self._annotations.write(member.type, sent=False)
        if member.required:
            return annotation, _absent(member)
        if isinstance(member.type, ConstantType):
            return annotation, text(member.type.value)
        if isinstance(member.default, bool | int | float | str) or member.default == []:
            return annotation, text(member.default)
        return (annotation if annotation.endswith("None") else f"{annotation} | None"), "None"

    def _received_union(self, told: TaggedUnion) -> Iterator[list[str]]:
        name = self._annotations.aliases[told]
        yield [
            *call(
                f"class Unknown{name}",
                ["ServerData", "kw_only=True", f"tag_field={text(told.tag)}", "tag=UNKNOWN_TAG"],
                ":",
            ),
            *docstring("One of a kind that this client doesn't know, as a later daemon may send it.", INDENT),
            "",
            f"{INDENT}value: dict[str, Any]",
            *docstring("What came.", INDENT),
        ]
        yield union(name, [*(branch for _, branch in told.branches), f"Unknown{name}"])


def _absent(member: MemberType) -> str:
    """Return what is read where a member is missing which the daemon always sends: an older one may not have known it.
    Empty where nothing stands for it, and the frame can't be read."""
    match member.type:
        case Nullable():
            return "None"
        case ListType():
            return "[]"
        case MapType():
            return "{}"
    return "" if member.absent is None else text(member.absent)


def _default(member: MemberType, closed: bool) -> str:
    if not closed or member.required or member.default is None or member.default == "":
        return ""
    return f"When it is left out: {text(member.default)}."


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
