"""Payloads drawn from their types: what the schema admits, with ids and words from a given choice."""

import re
from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET, inspect

from orchd.protocol.types import ClientPayload

Strategy = st.SearchStrategy[Any]
MOST_LIST = 2
FITTING = ("2030-01-01T00:00:00.000Z", "7", "EUR")
"""What fits the patterns that there are."""


class Draws:
    """Strategies for the types of members. `numbers` are drawn wherever one may be an id, `words` wherever a text is
    free."""

    def __init__(self, numbers: Strategy, words: Strategy) -> None:
        self._numbers, self._words = numbers, words

    def payload(self, kind: type[ClientPayload]) -> Strategy:
        """Payloads of one type."""
        told = inspect.type_info(kind)
        assert isinstance(told, inspect.StructType)
        return self._struct(told)

    def _struct(self, told: inspect.StructType) -> Strategy:
        required = {field.name: self._of(field.type) for field in told.fields if field.required}
        optional = {field.name: self._of(field.type) for field in told.fields if not field.required}
        drawn = st.fixed_dictionaries(required, optional=optional)
        return drawn.map(lambda members: told.cls(**{name: v for name, v in members.items() if v is not UNSET}))

    def _of(self, told: inspect.Type) -> Strategy:
        match told:
            case inspect.Metadata(type=inner):
                return self._of(inner)
            case inspect.IntType(ge=least, le=most):
                small = st.integers(max(least or 0, 0), min(most or 9, (least or 0) + 9))
                return small if most is not None and most < 1000 else self._numbers
            case inspect.FloatType(ge=least, le=most):
                return st.floats(least or 0.0, most if most is not None else (least or 0.0) + 10.0)
            case inspect.StrType(pattern=None, min_length=least, max_length=most):
                fit = self._words.map(lambda word: word[:most])
                return fit.filter(lambda word: len(word) >= (least or 0))
            case inspect.StrType(pattern=pattern):
                return st.just(next(text for text in FITTING if pattern is not None and re.search(pattern, text)))
            case inspect.LiteralType(values=values):
                return st.sampled_from(sorted(values, key=str))
            case inspect.BoolType():
                return st.booleans()
            case inspect.NoneType():
                return st.none()
            case inspect.UnionType(types=types):
                return st.one_of([self._of(kind) for kind in types if not isinstance(kind, inspect.CustomType)])
            case inspect.StructType():
                return self._struct(told)
            case _:
                return self._container(told)

    def _container(self, told: inspect.Type) -> Strategy:
        match told:
            case inspect.ListType(item_type=item, min_length=least):
                return st.lists(self._of(item), min_size=least or 0, max_size=(least or 0) + MOST_LIST)
            case inspect.VarTupleType(item_type=item, min_length=least):
                return st.lists(self._of(item), min_size=least or 0, max_size=(least or 0) + MOST_LIST).map(tuple)
            case inspect.DictType():
                return st.just({})
            case inspect.AnyType() | inspect.RawType():
                return st.just({})
        return st.just(UNSET)
