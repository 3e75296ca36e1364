"""Types of members as TypeScript writes them."""

from collections.abc import Mapping

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
from orchd.codegen.typescript.source import text
from orchd.codegen.unions import name_unions


class ScriptAnnotationWriter:
    """Writes annotations of a contract's types."""

    def __init__(self, contract: Contract, names: Mapping[str, str]) -> None:
        self._contract, self._names = contract, names
        self.unions = name_unions(contract)
        """The unions of objects and what each is called in the schema's terms."""

    def write(self, value: ValueType, *, sent: bool) -> str:
        """Return the annotation of a type. What is received may hold more than is known: `Open`."""
        match value:
            case TextType():
                return "string"
            case IntegerType() | NumberType():
                return "number"
            case BooleanType():
                return "boolean"
            case ConstantType(value=constant):
                return text(constant)
            case AnyType():
                return "unknown"
            case ListType(item=item):
                inner = self.write(item, sent=sent)
                return f"({inner})[]" if " " in inner else f"{inner}[]"
            case MapType(value=inner_type):
                return f"Record<string, {self.write(inner_type, sent=sent)}>"
            case ObjectReference(name=name):
                return self._names[name]
            case EnumerationReference(name=name):
                grows = self._contract.enumerations[name].may_grow and not sent
                return f"Open<{self._names[name]}>" if grows else self._names[name]
            case TaggedUnion():
                return self._names[self.unions[value]]
            case PlainUnion(types=types):
                return " | ".join(dict.fromkeys(self.write(each, sent=sent) for each in types))
            case Nullable(of=inner_type):
                return f"{self.write(inner_type, sent=sent)} | null"
