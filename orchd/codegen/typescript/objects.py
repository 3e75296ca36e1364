"""Modules of objects: what requests hold, and what the daemon sends."""

from collections.abc import Iterator, Mapping

from orchd.codegen.bounds import bounds
from orchd.codegen.reading.contract import Contract, Enumeration, MemberType, ObjectType, TaggedUnion
from orchd.codegen.typescript.annotations import ScriptAnnotationWriter
from orchd.codegen.typescript.source import (
    INDENT,
    docstring,
    imports,
    member_name,
    mentioned_names,
    module,
    text,
    union,
)

_GROWS = "Later daemons may send others."


class InterfaceWriter:
    """Writes interfaces of a contract."""

    def __init__(self, contract: Contract, names: Mapping[str, str]) -> None:
        self._contract, self._names = contract, names
        self._annotations = ScriptAnnotationWriter(contract, names)

    def type_module(self) -> str:
        """Write what the daemon sends, and all enumerations."""
        blocks = [self._enumeration(each) for each in self._contract.enumerations.values()]
        blocks += [self._interface(told) for told in self._contract.objects.values() if not told.closed]
        blocks += [self._union(each) for each in self._unions(closed=False)]
        opened = mentioned_names(blocks, ["Open"])
        return module(
            "What the daemon sends: the data of its frames, and what stands in it.",
            imports({"./runtime/facts.ts": opened}, types=True),
            *blocks,
        )

    def request_module(self) -> str:
        """Write what clients send."""
        blocks = [self._interface(told) for told in self._contract.objects.values() if told.closed]
        blocks += [self._union(each) for each in self._unions(closed=True)]
        received = mentioned_names(blocks, self.received_names())
        return module(
            "What clients send: the data of requests, and what stands in it.",
            imports({"./types.ts": received}, types=True),
            *blocks,
        )

    def received_names(self) -> Iterator[str]:
        """Yield the names that stand in the module of what the daemon sends."""
        for name in self._contract.enumerations:
            yield self._names[name]
        for name, told in self._contract.objects.items():
            if not told.closed:
                yield self._names[name]
        for each in self._unions(closed=False):
            yield self._names[self._annotations.unions[each]]

    def sent_names(self) -> Iterator[str]:
        """Yield the names that stand in the module of what clients send."""
        for name, told in self._contract.objects.items():
            if told.closed:
                yield self._names[name]

    def _unions(self, *, closed: bool) -> Iterator[TaggedUnion]:
        for each in self._annotations.unions:
            if self._contract.objects[each.branches[0][1]].closed == closed:
                yield each

    def _enumeration(self, told: Enumeration) -> list[str]:
        about = told.description or "One of these."
        if told.may_grow:
            about += f" {_GROWS}"
        if told.name == "ErrorReason":
            about = "\n\n".join([about, *(f"`{name}`: {why}" for name, why in self._contract.error_reasons.items())])
        return [*docstring(about), *union(self._names[told.name], [text(value) for value in told.values])]

    def _interface(self, told: ObjectType) -> list[str]:
        head = f"export interface {self._names[told.name]} {{"
        lines = docstring(told.description or told.name)
        if not told.members:
            return [*lines, f"{head}}}"]
        return [*lines, head, *(line for member in told.members for line in self._member(member, told)), "}"]

    def _member(self, member: MemberType, told: ObjectType) -> list[str]:
        annotation = self._annotations.write(member.type, sent=told.closed)
        mark = "" if member.required else "?"
        about = [member.description, bounds(member.type) if told.closed else "", _default(member, closed=told.closed)]
        about = [each for each in about if each]
        lines = docstring(" ".join(about), INDENT) if about else []
        return [*lines, f"{INDENT}{member_name(member.name)}{mark}: {annotation};"]

    def _union(self, told: TaggedUnion) -> list[str]:
        parts = [self._names[branch] for _, branch in told.branches]
        closed = self._contract.objects[told.branches[0][1]].closed
        about = f"One of these, told apart by `{told.tag}`." + ("" if closed else f" {_GROWS}")
        return [*docstring(about), *union(self._names[self._annotations.unions[told]], parts)]


def _default(member: MemberType, *, closed: bool) -> str:
    if not closed or member.required or member.default is None or member.default == "":
        return ""
    return f"When it is left out: {text(member.default)}."
