"""Names of the wire in the spelling of a language, without two that become one."""

from collections.abc import Callable, Collection, Iterable

from orchd.codegen.reading.document import SchemaError
from orchd.patterns import lazy_pattern

_WORD = lazy_pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_BEFORE_DIGITS = lazy_pattern(r"_(?=[0-9])")


def words(name: str) -> list[str]:
    """Return the words of a name in small letters, however it marks them: `rxBytes`, `execution-log`, `task:create`."""
    return [word.lower() for word in _WORD.findall(name)]


def snake(name: str) -> str:
    """Spell a name with `_` between its words; digits stay with the word before them."""
    return _BEFORE_DIGITS.sub("", "_".join(words(name)))


def pascal(name: str) -> str:
    """Spell a name as classes are called."""
    return "".join(word.capitalize() for word in words(name))


def camel(name: str) -> str:
    """Spell a name as members are called in JavaScript."""
    first, *rest = words(name) or [""]
    return first + "".join(word.capitalize() for word in rest)


def plain(told: str) -> str:
    """Return a text for people without what nobody sees: some of it no compiler takes, some turns lines around."""
    return "".join(each for each in told if each.isprintable() or each.isspace())


def spell_names(
    names: Iterable[str], spell: Callable[[str], str], reserved: Collection[str], where: str
) -> dict[str, str]:
    """Return names as a language spells them, with `_` behind those that it has `reserved`.

    Raises `SchemaError` when two become the same, or when one has no letter to be spell_names with.
    """
    found: dict[str, str] = {}
    for name in names:
        written = spell(name)
        written = f"{written}_" if written in reserved else written
        if not written.isidentifier():
            raise SchemaError(f"{name!r} can't be made a name in a program", where)
        other = next((other for other, taken in found.items() if taken == written), None)
        if other is not None:
            raise SchemaError(f"{other!r} and {name!r} would both be called {written!r}", where)
        found[name] = written
    return found
