"""The walk through two schemas side by side, in one direction."""

from collections.abc import Iterator
from dataclasses import dataclass

from orchd.compatibility.difference import Difference, Direction, JsonValue
from orchd.compatibility.extras import compare_extras
from orchd.compatibility.members import MemberComparison
from orchd.compatibility.reading.branches import EVERY, Branch, Shape, shape
from orchd.compatibility.reading.document import SchemaPlace, WireSchema
from orchd.compatibility.reading.sameness import Sameness
from orchd.compatibility.values import ValueComparison, a
from orchd.compatibility.verdicts import Verdicts

ANYTHING = SchemaPlace("#", True)


@dataclass(frozen=True)
class Pairing:
    """The branches that belong together, and those that are alone."""

    pairs: list[tuple[Branch, Branch]]
    gone: list[Branch]
    come: list[Branch]


class Walk:
    """Compares any two schemas of a pair of documents. What a pair of places differs in is found once and kept."""

    def __init__(
        self,
        old: WireSchema,
        new: WireSchema,
        direction: Direction,
        same: Sameness,
        *,
        for_containment: bool = False,
    ) -> None:
        self._for_containment = for_containment
        self.verdicts = Verdicts(direction)
        self.reached: tuple[set[str], set[str]] = (set(), set())
        self._old, self._new, self._same = old, new, same
        self._known: dict[tuple[str, str], list[Difference]] = {}
        self._values = ValueComparison(old, new, self.verdicts, same)
        self._members = MemberComparison(old, new, self.verdicts, same, self.differences)

    def differences(self, old: SchemaPlace, new: SchemaPlace) -> list[Difference]:
        """Return in what two schemas differ, by paths from the value that they describe. Raises `SchemaRefused`."""
        before, now = self._old.resolve(old), self._new.resolve(new)
        self._reach(old, new, before, now)
        key = (before.pointer, now.pointer)
        if key not in self._known:
            self._known[key] = []  # what holds itself differs in nothing more than what is found on the way there
            self._known[key] = [*self._of_shapes(shape(self._old, before), shape(self._new, now), now)]
        return self._known[key]

    def _reach(self, old: SchemaPlace, new: SchemaPlace, before: SchemaPlace, now: SchemaPlace) -> None:
        for seen, places in zip(self.reached, ((old, before), (new, now)), strict=True):
            seen.update(place.pointer for place in places)

    def _of_shapes(self, old: Shape, new: Shape, place: SchemaPlace) -> Iterator[Difference]:
        yield from compare_extras(self.verdicts, old.beside, new.beside, place)
        if _anything(old) and _anything(new):
            return
        if _anything(old) or _anything(new):
            make = self.verdicts.widen if _anything(new) else self.verdicts.narrow
            told = (
                "any value may stand there now"
                if _anything(new)
                else f"any value might stand there, only {_types(new)} now"
            )
            yield make("type", told, place)
            return
        pairing = self._pairing(old, new)
        for before, now in pairing.pairs:
            yield from self._of_branches(before, now)
        yield from self._of_lonely(pairing, old, new, place)

    def _of_branches(self, old: Branch, new: Branch) -> Iterator[Difference]:
        for seen, branch in zip(self.reached, (old, new), strict=True):
            seen.add(branch.place.pointer)
        yield from self._values.differences(old, new)
        if old.type == "array":
            there, here = (_below(branch, "items") for branch in (old, new))
            yield from (each.below("$[*]") for each in self.differences(there, here))
        if old.type == "object":
            yield from self._members.differences(old, new)

    def _of_lonely(self, pairing: Pairing, old: Shape, new: Shape, place: SchemaPlace) -> Iterator[Difference]:
        """Say which branches are gone, and which are new, unless the others admit the same anyway."""
        gone = [each for each in pairing.gone if not self._covers(each, new, ours=True)]
        come = [each for each in pairing.come if not self._covers(each, old, ours=False)]
        if len(gone) == len(come) == 1 and "null" not in (gone[0].type, come[0].type):
            told = f"it was {_name(gone[0])}, is {_name(come[0])}"
            verdict = self.verdicts.sort(narrowed=True, widened=True)
            yield self.verdicts.of("type", verdict, told, come[0].place, old=gone[0].type, new=come[0].type)
            return
        for each in gone:
            told = "it may not be null any longer" if each.type == "null" else f"it can't be {_name(each)} any longer"
            yield self.verdicts.narrow(_kind(each, "removed"), told, place, old=_short(each))
        for each in come:
            told = "it may be null now" if each.type == "null" else f"it can be {_name(each)} now, too"
            grows = (new.beside.get("x-mayGrow") and old.beside.get("x-mayGrow")) or _is_told_apart(each, old)
            if grows and not self.verdicts.of_clients:
                yield self.verdicts.of(_kind(each, "added"), "compatible", told, place, new=_short(each))
            else:
                yield self.verdicts.widen(_kind(each, "added"), told, place, new=_short(each))

    def _pairing(self, old: Shape, new: Shape) -> Pairing:
        gone, come = [*old.branches], [*new.branches]
        pairs: list[tuple[Branch, Branch]] = []
        for fits in (self._alike, _of_one_kind, _numbers):
            for before in [*gone]:
                now = next((each for each in come if fits(before, each)), None)
                if now is not None:
                    pairs.append((before, now))
                    gone.remove(before)
                    come.remove(now)
        return Pairing(pairs, gone, come)

    def _alike(self, old: Branch, new: Branch) -> bool:
        return _of_one_kind(old, new) and self._same.of(old.keywords, new.keywords)

    def _covers(self, branch: Branch, others: Shape, *, ours: bool) -> bool:
        """Return whether one of the other schema's branches admits all that this one does."""
        if self._for_containment:  # once is enough: a schema may hold itself
            return False
        fitting = (each for each in others.branches if _of_one_kind(branch, each) or _numbers(branch, each))
        documents = (self._old, self._new) if ours else (self._new, self._old)
        return any(_contains(documents, branch, each) for each in fitting)


def _contains(documents: tuple[WireSchema, WireSchema], inner: Branch, outer: Branch) -> bool:
    """Return whether a branch of the first document's admits no more than one of the second's."""
    walk = Walk(*documents, "client", Sameness(*documents), for_containment=True)
    return (inner.type == outer.type or outer.type == "number") and not any(
        each.breaking for each in walk._of_branches(inner, outer)
    )


def _below(branch: Branch, keyword: str) -> SchemaPlace:
    if keyword not in branch.keywords:
        return ANYTHING
    return SchemaPlace(f"{branch.place.pointer}/{keyword}", branch.keywords[keyword])


def _anything(told: Shape) -> bool:
    return [each.type for each in told.branches] == [*EVERY] and not any(each.keywords for each in told.branches)


def _is_told_apart(come: Branch, old: Shape) -> bool:
    """Tell whether a variant is known by the member that told those before apart: clients take an object with a value
    there that they don't know for one of no variant that they know, and read on."""
    tags = [each.tag for each in old.branches if each.type != "null"]
    member = None if come.tag is None else come.tag[0]
    return bool(tags) and all(tag is not None and tag[0] == member for tag in tags)


def _of_one_kind(old: Branch, new: Branch) -> bool:
    return (old.type, old.tag) == (new.type, new.tag)


def _numbers(old: Branch, new: Branch) -> bool:
    return {old.type, new.type} == {"integer", "number"}


def _types(told: Shape) -> str:
    return " or ".join(dict.fromkeys(_name(each) for each in told.branches)) or "nothing"


def _name(branch: Branch) -> str:
    if branch.tag is not None:
        return f"an object whose `{branch.tag[0]}` is `{branch.tag[1]}`"
    return a(branch.type)


def _kind(branch: Branch, what: str) -> str:
    return f"null-{what}" if branch.type == "null" else f"variant-{what}"


def _short(branch: Branch) -> JsonValue:
    return branch.tag[1] if branch.tag is not None else branch.type


__all__ = ["Walk"]
