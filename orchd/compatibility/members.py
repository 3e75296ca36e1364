"""The members of objects: which there are, which are required, what stands for one that is left out."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from orchd.compatibility.difference import Difference, JsonValue, SchemaKeywords
from orchd.compatibility.extras import show
from orchd.compatibility.reading.branches import Branch, flat
from orchd.compatibility.reading.document import SchemaPlace, WireSchema, escape
from orchd.compatibility.reading.sameness import Sameness
from orchd.compatibility.verdicts import Verdicts

Compare: TypeAlias = Callable[[SchemaPlace, SchemaPlace], list[Difference]]

ANY_NAME = "$.*"


class MemberComparison:
    """Compares what stands inside of objects; `compare` goes on with a member's schema."""

    def __init__(self, old: WireSchema, new: WireSchema, verdicts: Verdicts, same: Sameness, compare: Compare) -> None:
        self._old, self._new, self._verdicts, self._same, self._compare = old, new, verdicts, same, compare

    def differences(self, old: Branch, new: Branch) -> Iterator[Difference]:
        """Yield them by paths from the object."""
        before = _names(old)
        now = [name for name in _names(new) if _describes(new, name) or not _describes(old, name)]
        yield from self._removals([name for name in before if name not in now], old, new)
        yield from self._additions([name for name in now if name not in before], old, new)
        for name in before:
            if name in now:
                yield from (each.below(f"$.{name}") for each in self._of_member(name, old, new))
        yield from self._others(old, new)
        yield from self._map_names(old, new)

    def _removals(self, names: list[str], old: Branch, new: Branch) -> Iterator[Difference]:
        for name in names:
            told = f"the member `{name}` is gone{self._renaming(name, old, new)}"
            yield self._verdicts.of("member-removed", "breaking", told, _member(old, name), old=name).below(f"$.{name}")

    def _renaming(self, name: str, old: Branch, new: Branch) -> str:
        candidates = [
            other
            for other in _names(new)
            if other not in _names(old) and self._same.of(_member(old, name).node, _member(new, other).node)
        ]
        return f"; `{candidates[0]}`, which is new, has its type: was it renamed?" if len(candidates) == 1 else ""

    def _additions(self, names: list[str], old: Branch, new: Branch) -> Iterator[Difference]:
        for name in names:
            required = name in new.keywords.get("required", ())
            what = f"the {'required' if required else 'optional'} member `{name}` is new"
            place, found = _member(new, name), self._verdicts
            if self._verdicts.of_clients and required:
                yield found.of("required-member-added", "breaking", what, place, new=name).below(f"$.{name}")
            elif not self._verdicts.of_clients and _others(old) is False:
                told = f"{what} in an object that was closed"
                yield found.of("member-added", "breaking", told, place, new=name).below(f"$.{name}")
            else:
                yield found.of("member-added", "compatible", what, place, new=name).below(f"$.{name}")
                yield from self._was_free(name, old, new)

    def _was_free(self, name: str, old: Branch, new: Branch) -> Iterator[Difference]:
        """Compare a new member with what might stand under any name before."""
        others = _others(old)
        mapped = isinstance(others, dict) and bool(others)
        if mapped or (others is not False and not _names(old) and self._verdicts.of_clients):
            yield from (each.below(f"$.{name}") for each in self._compare(_other(old), _member(new, name)))

    def _of_member(self, name: str, old: Branch, new: Branch) -> Iterator[Difference]:
        there, here = _member(old, name), _member(new, name)
        was, is_now = (name in branch.keywords.get("required", ()) for branch in (old, new))
        if was and not is_now:
            told = "it may be left out now" if self._verdicts.of_clients else "it may be missing now"
            yield self._verdicts.widen("made-optional", told, here, old="required", new="optional")
        if is_now and not was:
            told = "it must be there now" if self._verdicts.of_clients else "it is always there now"
            yield self._verdicts.narrow("made-required", told, here, old="optional", new="required")
        if not was and not is_now:
            yield from self._default(there, here)
        yield from self._compare(there, here)

    def _default(self, old: SchemaPlace, new: SchemaPlace) -> Iterator[Difference]:
        before, now = _default(self._old, old), _default(self._new, new)
        if self._same.of(before, now):
            return
        if before is None:
            told = f"{show(now)} is what stands for it when it is left out; nothing was said of that before"
            yield self._verdicts.of("default-added", "undecided", told, new, new=now)
        else:
            said = "not said" if now is None else show(now)
            told = f"what stands for it when it is left out was {show(before)}, is {said}"
            kind = "default-removed" if now is None else "default"
            yield self._verdicts.of(kind, "breaking", told, new, old=before, new=now)

    def _others(self, old: Branch, new: Branch) -> Iterator[Difference]:
        """Compare what may stand under names that aren't listed."""
        before, now = _others(old), _others(new)
        if before is False and now is False:
            return
        if before is False:
            yield self._verdicts.widen("opened", "members with other names may stand there now", new.place)
        elif now is False:
            yield self._verdicts.narrow("closed", "members with other names are refused now", new.place)
        else:
            yield from (each.below(ANY_NAME) for each in self._compare(_other(old), _other(new)))

    def _map_names(self, old: Branch, new: Branch) -> Iterator[Difference]:
        there, here = (_names_of_map(branch) for branch in (old, new))
        for each in self._compare(there, here):
            yield each.below("$").reword(f"the names of its members: {each.told}")


def _names(branch: Branch) -> list[str]:
    return [*dict.fromkeys([*branch.keywords.get("properties", {}), *branch.keywords.get("required", ())])]


def _describes(branch: Branch, name: str) -> bool:
    return name in branch.keywords.get("properties", {})


def _member(branch: Branch, name: str) -> SchemaPlace:
    node = branch.keywords.get("properties", {}).get(name, True)
    return SchemaPlace(f"{branch.place.pointer}/properties/{escape(name)}", node)


def _others(branch: Branch) -> JsonValue:
    return branch.keywords.get("additionalProperties", True)


def _other(branch: Branch) -> SchemaPlace:
    return SchemaPlace(f"{branch.place.pointer}/additionalProperties", _others(branch))


def _names_of_map(branch: Branch) -> SchemaPlace:
    told = branch.keywords.get("propertyNames", True)
    node: SchemaKeywords = {"type": "string", **told} if isinstance(told, dict) else {"type": "string"}
    return SchemaPlace(f"{branch.place.pointer}/propertyNames", node)


def _default(document: WireSchema, place: SchemaPlace) -> JsonValue:
    told = flat(document, place)
    return told.get("default", told.get("x-default"))
