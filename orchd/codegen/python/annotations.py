"""Types of members as Python's annotations, and the aliases that unions of objects get."""

from collections.abc import Iterator

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
)
from orchd.codegen.unions import name_unions


class AnnotationWriter:
    """Writes annotations of a contract's types."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.aliases = name_unions(contract)
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
