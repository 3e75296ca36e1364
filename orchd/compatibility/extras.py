"""The keywords that are orchd's own (`x-`): promises about codes, reasons, growth, and whatever else is written there.

One that this doesn't know may be added, and additions to it are let pass where it is a table; what is changed or taken
away is undecided.
"""

from collections.abc import Iterator

from orchd.compatibility.difference import Breakage, Difference, JsonValue, SchemaKeywords
from orchd.compatibility.reading.branches import OF_MEMBER
from orchd.compatibility.reading.document import SchemaPlace
from orchd.compatibility.verdicts import Verdicts

DOCUMENTED = "description"
"""The member of a table's entries that is for people."""
RIGHTS = "x-rights."
BY_NAME = {"x-codes": "the error code", "x-reasons": "the reason"}


def compare_extras(
    verdicts: Verdicts,
    old: SchemaKeywords,
    new: SchemaKeywords,
    place: SchemaPlace,
    skipped: frozenset[str] = frozenset(),
) -> Iterator[Difference]:
    """Yield the differences of these keywords; `skipped` are compared elsewhere."""
    names = [name for name in (*old, *new) if name.startswith("x-")]
    for name in dict.fromkeys(names):
        if name in skipped or name in OF_MEMBER:
            continue
        if name == "x-mayGrow":
            yield from _growth(verdicts, bool(old.get(name)), bool(new.get(name)), place)
        elif name in BY_NAME:
            yield from _by_name(verdicts, name, old.get(name, {}), new.get(name, {}), place)
        elif name == "x-nullClears":
            if old.get(name) != new.get(name):
                told = "null takes its value away now" if new.get(name) else "null no longer takes its value away"
                yield verdicts.of(name, "breaking", told, place, old=old.get(name), new=new.get(name))
        elif name not in old:
            yield verdicts.of(name, "compatible", f"`{name}` is new", place, new=new[name])
        else:
            yield from _table(verdicts, name, old[name], new.get(name), place)


def _growth(verdicts: Verdicts, old: bool, new: bool, place: SchemaPlace) -> Iterator[Difference]:
    if new and not old:
        told = "later daemons may send more values now, which was not said before (`x-mayGrow`)"
        yield verdicts.widen("x-mayGrow", told, place, old=False, new=True)
    elif old and not new:
        told = "later daemons send no more values any longer (`x-mayGrow`)"
        yield verdicts.of("x-mayGrow", "compatible", told, place, old=True, new=False)


def _by_name(
    verdicts: Verdicts, name: str, old: SchemaKeywords, new: SchemaKeywords, place: SchemaPlace
) -> Iterator[Difference]:
    """Compare error codes and reasons: programs are written for the old ones."""
    for each in dict.fromkeys((*old, *new)):
        what, there, here = f"{BY_NAME[name]} `{each}`", old.get(each), new.get(each)
        if each not in new:
            yield verdicts.of(f"{name}-removed", "breaking", f"{what} is gone", place, old=each)
        elif each not in old:
            yield verdicts.of(f"{name}-added", "compatible", f"{what} is new", place, new=each)
        elif isinstance(there, dict) and isinstance(here, dict):
            for member in dict.fromkeys((*there, *here)):
                if member != DOCUMENTED and there.get(member) != here.get(member):
                    told = f"{what}: `{member}` was {_show(there.get(member))}, is {_show(here.get(member))}"
                    verdict: Breakage = "breaking" if member in there else "compatible"
                    yield verdicts.of(
                        f"{name}-{member}", verdict, told, place, old=there.get(member), new=here.get(member)
                    )


def _table(verdicts: Verdicts, name: str, old: JsonValue, new: JsonValue, place: SchemaPlace) -> Iterator[Difference]:
    if isinstance(old, dict) and isinstance(new, dict):
        for each in old:
            if each != DOCUMENTED:
                yield from _table(verdicts, f"{name}.{each}", old[each], new.get(each), place)
        for each in new:
            if each not in old and each != DOCUMENTED:
                yield verdicts.of(name, "compatible", f"`{name}.{each}` is new", place, new=new[each])
    elif name.startswith(RIGHTS) and _names(old) and _names(new):
        yield from _roles(verdicts, name, old, new, place)
    elif _bare(old) != _bare(new):
        told = f"`{name}` was {_show(old)}, is {_show(new)}"
        yield verdicts.of(name, "undecided", told, place, old=old, new=new)


def _roles(verdicts: Verdicts, name: str, old: list[str], new: list[str], place: SchemaPlace) -> Iterator[Difference]:
    """Compare who has a right: users who lose it are refused; of the order nothing is said."""
    for each in (each for each in old if each not in new):
        told = f"`{name}` has {show(each)} no longer: such users are refused"
        yield verdicts.of(f"{name}-removed", "breaking", told, place, old=each)
    for each in (each for each in new if each not in old):
        yield verdicts.of(f"{name}-added", "compatible", f"`{name}` has {show(each)}, too", place, new=each)


def _names(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _bare(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if name != DOCUMENTED}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _show(value: JsonValue) -> str:
    return show(value) if value is not None else "nothing"


def show(value: JsonValue, most: int = 60) -> str:
    """Write a value for people: as JSON, cut where it is long."""
    import json

    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= most else f"{written[: most - 1]}…"
