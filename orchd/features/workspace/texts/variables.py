"""The variables of a text: what fills its places, and what may."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from orchd.errors import Invalid
from orchd.protocol.types import MAX_INTEGER
from orchd.reasons import Reason

MAX_VARIABLES = 50

VariableName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64)]
VariableText: TypeAlias = Annotated[str, Meta(max_length=100_000)]
Option: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Value: TypeAlias = VariableText | float | bool
Values: TypeAlias = Annotated[dict[VariableName, Value], Meta(max_length=MAX_VARIABLES)]
"""By the names of variables."""


class Variable(Struct, frozen=True, kw_only=True, rename="camel"):
    """What all variables have."""

    name: VariableName
    """What stands between `{{` and `}}`: letters, digits and `_`, no digit first."""
    description: Annotated[str, Meta(max_length=1_000)] = ""
    required: bool = False
    """Whether whoever uses the text must say it, unless there is a `default`; else its place may stay empty."""


class TextVariable(Variable, frozen=True, kw_only=True, tag_field="type", tag="text"):
    """Any text."""

    default: Annotated[str, Meta(max_length=10_000)] | None = None
    """What stands in its place where nobody says anything."""


class NumberVariable(Variable, frozen=True, kw_only=True, tag_field="type", tag="number"):
    """A number."""

    default: float | None = None
    """What stands in its place where nobody says anything."""


class BooleanVariable(Variable, frozen=True, kw_only=True, tag_field="type", tag="boolean"):
    """`true` or `false`, written so."""

    default: bool | None = None
    """What stands in its place where nobody says anything."""


class SelectVariable(Variable, frozen=True, kw_only=True, tag_field="type", tag="select"):
    """One of some texts."""

    options: Annotated[tuple[Option, ...], Meta(min_length=1, max_length=100)]
    """What may be chosen, each once."""
    default: Option | None = None
    """What stands in its place where nobody says anything; one of the options."""


AnyVariable: TypeAlias = TextVariable | NumberVariable | BooleanVariable | SelectVariable
Variables: TypeAlias = Annotated[tuple[AnyVariable, ...], Meta(max_length=MAX_VARIABLES)]


def check_variables(variables: Sequence[AnyVariable]) -> None:
    """Raise `Invalid` where two have one name, a name can't be written in a text, or a default can't be said."""
    names = [variable.name for variable in variables]
    for place, variable in enumerate(variables):
        at = f"$.data.variables[{place}]"
        if not variable.name.isidentifier():
            told = "the name of a variable has letters, digits and `_`, no digit first"
            raise _wrong(told, "variable_name", f"{at}.name")
        if variable.name in names[:place]:
            raise _wrong(f"there are two variables {variable.name}", "twice", f"{at}.name")
        if isinstance(variable, SelectVariable) and len(set(variable.options)) < len(variable.options):
            raise _wrong(f"an option of {variable.name} is there twice", "twice", f"{at}.options")
        if variable.default is not None and (reason := _objection(variable, variable.default)):
            raise _wrong(f"the default of {variable.name} {_OBJECTIONS[reason]}", reason, f"{at}.default")


def texts_of(variables: Sequence[AnyVariable], values: Mapping[str, Value]) -> dict[str, str]:
    """Return what stands in the place of each variable. Raises `Invalid` for a value that there is no variable for, or
    that isn't of its type, and for one that is missing."""
    known = {variable.name for variable in variables}
    for name in values:
        if name not in known:
            raise Invalid(
                f"there is no variable `{name}`",
                reason="unknown_variable",
                field="values",
                path=f"$.data.values.{name}",
            )
    return {variable.name: _text_of(variable, values.get(variable.name)) for variable in variables}


def _text_of(variable: AnyVariable, given: Value | None) -> str:
    value = variable.default if given is None else given
    path = f"$.data.values.{variable.name}"
    if given is not None and (reason := _objection(variable, given)):
        raise Invalid(f"{variable.name} {_OBJECTIONS[reason]}", reason=reason, field="values", path=path)
    if variable.required and (value is None or (isinstance(value, str) and not value.strip())):
        raise Invalid(f"`{variable.name}` is missing", reason="blank", field="values", path=path)
    return "" if value is None else write_value(value)


def write_value(value: Value) -> str:
    """Return how a value stands in a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) <= MAX_INTEGER else repr(value)
    return value


_Objection: TypeAlias = Literal["no_text_value", "no_number", "no_boolean", "no_option"]
_OBJECTIONS: Mapping[_Objection, str] = {
    "no_text_value": "must be a text",
    "no_number": "must be a number",
    "no_boolean": "must be true or false",
    "no_option": "must be one of its options",
}


def _objection(variable: AnyVariable, value: Value) -> _Objection | None:
    """Return why a value is none of a variable, None when it is one."""
    match variable:
        case TextVariable():
            return None if isinstance(value, str) else "no_text_value"
        case NumberVariable():
            return None if isinstance(value, float) and isfinite(value) else "no_number"
        case BooleanVariable():
            return None if isinstance(value, bool) else "no_boolean"
        case SelectVariable():
            return None if value in variable.options else "no_option"


def _wrong(message: str, reason: Reason, path: str) -> Invalid:
    return Invalid(message, reason=reason, field="variables", path=path)
