"""Regular expressions that are compiled when they are first used.

A start takes as long as its imports, and compiling some 300 expressions is a fifth of that; most runs use few of them.
"""

import re
from collections.abc import Callable
from typing import Any, AnyStr, cast

_ATTRIBUTES = (
    *("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split", "scanner"),
    *("pattern", "flags", "groups", "groupindex"),
)


class LazyPattern:
    """What has all attributes of a `re.Pattern`, which it compiles when it is first asked for one of them."""

    # Filled all at once: a second use goes past this class, and costs no more than that of a `re.Pattern`.
    __slots__ = ("_of", *_ATTRIBUTES)

    def __init__(self, source: Any, flags: int) -> None:
        self._of = source, flags

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there yet. Two threads at once compile twice, to the same effect."""
        if name not in _ATTRIBUTES:
            raise AttributeError(name)
        compiled = self.compile()
        for attribute in _ATTRIBUTES:
            setattr(self, attribute, getattr(compiled, attribute))
        return getattr(compiled, name)

    def compile(self) -> re.Pattern[Any]:
        """Compile it. Raises `re.error` when it is none."""
        source, flags = self._of
        return re.compile(source() if callable(source) else source, flags)


def lazy_pattern(source: AnyStr | Callable[[], AnyStr], flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what `re.compile` does, as far as its attributes are used; functions of `re` don't take it. What takes a
    while to write is made by a function.
    """
    return cast("re.Pattern[AnyStr]", LazyPattern(source, flags))
