"""Types of members in words, with their bounds."""

from orchd.codegen.markdown.links import Linker
from orchd.codegen.markdown.text import code, constant, join_names
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

MAX_SAFE = 2**53 - 1
"""The bound of whole numbers that have no other."""
FEW = 10
"""So many values of an enumeration are told where it is used."""
TIME = "date-time"


def type_words(value: ValueType, links: Linker, *, many: bool = False) -> str:
    """Say which type a value has; of `many`, where it is the type of a list's items."""
    match value:
        case TextType(format=told):
            word = "time" if told == TIME else "text"
        case IntegerType():
            word = "integer"
        case NumberType():
            word = "number"
        case BooleanType():
            return "true or false"
        case AnyType():
            return "any JSON value"
        case ConstantType(value=only):
            return constant(only)
        case ListType(item=item):
            return f"{'lists' if many else 'list'} of {type_words(item, links, many=True)}"
        case MapType(value=inner):
            return f"{'objects' if many else 'object'} of {type_words(inner, links, many=True)} by name"
        case ObjectReference(name=name):
            return links.to(("object", name))
        case EnumerationReference(name=name):
            return links.to(("enumeration", name))
        case TaggedUnion(tag=tag, branches=branches):
            told = " or ".join(links.to(("object", name)) for _, name in branches)
            return f"{told}, by `{tag}`"
        case PlainUnion(types=types):
            return " or ".join(dict.fromkeys(type_words(each, links, many=many) for each in types))
        case Nullable(of=inner):
            return f"{type_words(inner, links, many=many)} or null"
    return f"{word}s" if many else word


def bound_words(value: ValueType, contract: Contract) -> str:
    """Say within which bounds a value lies; nothing where there are none."""
    match value:
        case Nullable(of=inner):
            return bound_words(inner, contract)
        case TextType():
            return _of_text(value)
        case IntegerType(minimum=low, maximum=high):
            return _range(None if low == -MAX_SAFE else low, None if high == MAX_SAFE else high)
        case NumberType(minimum=low, maximum=high, above=above):
            return _range(low, high) if above is None else _above(above, high)
        case ListType(item=item, min_items=low, max_items=high):
            return _each(_range(low, high, "items"), bound_words(item, contract))
        case MapType(value=inner, max_items=high, key_pattern=pattern):
            names = "" if pattern is None else f"names like {code(pattern)}"
            return _each(_join(_range(None, high, "members"), names), bound_words(inner, contract))
        case EnumerationReference(name=name):
            values = contract.enumerations[name].values
            return join_names(f"`{each}`" for each in values) if len(values) <= FEW else ""
        case PlainUnion(types=types):
            return _join(*(bound_words(each, contract) for each in types))
    return ""


def _of_text(value: TextType) -> str:
    if value.format == TIME:
        return ""
    pattern = "" if value.pattern is None else f"like {code(value.pattern)}"
    return _join(_range(value.min_length, value.max_length, "characters"), pattern)


def _range(low: float | None, high: float | None, unit: str = "") -> str:
    """Say from where to where; without a word for 0 of something, which is no bound."""
    if unit and not low:
        low = None
    if low is None and high is None:
        return ""
    if low is not None and high is not None:
        told = _number(low) if low == high else f"{_number(low)} to {_number(high)}"
    elif high is not None:
        told = f"at most {_number(high)}"
    else:
        told = f"at least {_number(low or 0)}"
    return f"{told} {unit.removesuffix('s') if 1 in (high, low if high is None else 0) else unit}".strip()


def _above(above: float, high: float | None) -> str:
    told = f"more than {_number(above)}"
    return told if high is None else f"{told}, at most {_number(high)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _each(told: str, inner: str) -> str:
    return _join(told, f"each {inner}" if inner else "")


def _join(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
