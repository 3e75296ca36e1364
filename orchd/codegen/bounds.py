"""Bounds of values, in words: they stand in what a program's author reads, since no type of a language says them."""

from orchd.codegen.reading.contract import IntegerType, ListType, MapType, Nullable, NumberType, TextType, ValueType

MAX_SAFE = 2**53 - 1
"""The largest whole number of the protocol."""


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
