"""Types of members as Python's annotations, and the aliases that unions of objects get."""

from collections.abc import Iterator

from orchd.codegen.naming import words
from orchd.codegen.python.source import text
from orchd.codegen.reading.contract import (
    AnyType,
    BooleanType,
    ConstantType,
    Contract,
    EnumerationReference,
    IntegerType,
    ListType,
    MapType,
    Nullable,
    NumberType,
    ObjectReference,
    PlainUnion,
    TaggedUnion,
    TextType,
    ValueType,
    inner_types,
)

MAX_SAFE = 2**53 - 1


class AnnotationWriter:
    """Writes annotations of a contract's types."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.aliases = {union: self._alias(union) for union in _unions(contract)}
        """The unions of objects and what each is called."""
        self.tags = {name: (union.tag, tag) for union in self.aliases for tag, name in union.branches}
        """Objects that are told apart by a member: its name and its value."""

    def write(self, value: ValueType, *, sent: bool) -> str:
        """Return the annotation of a type: what may be sent takes more, what is received promises more."""
        match value:
            case TextType():
                return "str"
            case IntegerType():
                return "int"
            case NumberType():
                return "float"
            case BooleanType():
                return "bool"
            case ConstantType(value=constant):
                return f"Literal[{text(constant)}]"
            case AnyType():
                return "Any"
            case ListType(item=item):
                return f"{'Sequence' if sent else 'list'}[{self.write(item, sent=sent)}]"
            case MapType(value=inner):
                return f"{'Mapping' if sent else 'dict'}[str, {self.write(inner, sent=sent)}]"
            case ObjectReference(name=name):
                return name
            case EnumerationReference(name=name):
                grows = self._contract.enumerations[name].may_grow and not sent
                return f"{name} | str" if grows else name
            case TaggedUnion():
                return self.aliases[value]
            case PlainUnion(types=types):
                return " | ".join(dict.fromkeys(self._numbers(types, sent=sent)))
            case Nullable(of=inner):
                return f"{self.write(inner, sent=sent)} | None"

    def _numbers(self, types: tuple[ValueType, ...], *, sent: bool) -> Iterator[str]:
        for each in types:
            yield self.write(each, sent=sent)

    def _alias(self, union: TaggedUnion) -> str:
        """Name a union by the words that its objects begin and end with: `WorkflowStep`."""
        names = [[word.capitalize() for word in words(name)] for _, name in union.branches]
        first = _common(names)
        last = _common([name[::-1] for name in names])[::-1]
        found = "".join(first + last) if len(first) + len(last) <= min(map(len, names)) else "".join(first)
        taken = found in self._contract.objects or found in self._contract.enumerations
        return f"Any{found}" if taken or not found else found


def bounds(value: ValueType) -> str:
    """Say in words within which bounds a value lies; nothing where there are none worth a word."""
    match value:
        case Nullable(of=inner):
            return bounds(inner)
        case TextType(min_length=low, max_length=high) if high is not None:
            return f"{low} to {high} characters." if low else f"At most {high} characters."
        case ListType(min_items=low, max_items=high) if high is not None:
            return f"{low} to {high} of them." if low else f"At most {high} of them."
        case MapType(max_items=high) if high is not None:
            return f"At most {high} of them."
        case IntegerType(minimum=low, maximum=high) if high is not None and high < MAX_SAFE:
            return f"{low} to {high}."
        case NumberType(minimum=low, maximum=high, above=above) if high is not None:
            return f"Above {above:g}, to {high:g}." if above is not None else f"{low:g} to {high:g}."
        case _:
            return ""


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
