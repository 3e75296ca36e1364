"""Two branches of one type (or of integers and numbers): enumerations, bounds, patterns, and what can't be told."""

from collections.abc import Iterable, Iterator

from orchd.compatibility import ranges
from orchd.compatibility.containment import covers
from orchd.compatibility.difference import Difference, JsonValue, SchemaKeywords
from orchd.compatibility.extras import BY_NAME, compare_extras, show
from orchd.compatibility.reading.branches import Branch
from orchd.compatibility.reading.document import WireSchema
from orchd.compatibility.reading.sameness import Sameness
from orchd.compatibility.verdicts import Verdicts

MOST_INLINED = 8
"""So deep are references written out for a judgement of keywords as a whole."""

TOLD = frozenset({"enum", "format", "uniqueItems", "properties", "required", "additionalProperties", "propertyNames"})
TOLD |= {"items", "discriminator", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}
TOLD |= {f"{end}{name}" for end in ("min", "max") for name in ranges.COUNTED}
"""Keywords that are compared by their meaning."""

TOGETHER = (("if", "then", "else"), ("contains", "minContains", "maxContains"))
"""Keywords that mean nothing, or something else, without one another."""

NARROWING = frozenset({"pattern", "not", "allOf", "oneOf", "contains", "dependentRequired", "dependentSchemas"})
"""Keywords that, where there was none before, can only take values away."""


class ValueComparison:
    """Compares what a value itself must be, not what stands inside of it."""

    def __init__(self, old: WireSchema, new: WireSchema, verdicts: Verdicts, same: Sameness) -> None:
        self._old, self._new, self._verdicts, self._same = old, new, verdicts, same

    def differences(self, old: Branch, new: Branch) -> Iterator[Difference]:
        """Yield them; paths are those of the value."""
        before, now = old.keywords, new.keywords
        if old.type != new.type:
            make = self._verdicts.widen if new.type == "number" else self._verdicts.narrow
            yield make("type", f"it was {a(old.type)}, is {a(new.type)}", new.place, old=old.type, new=new.type)
        if "enum" in before or "enum" in now:
            yield from self._enumeration(old, new)
        if not ("enum" in before and "enum" in now):
            yield from self._bounds(old, new)
        yield from self._format(old, new)
        yield from self._unique(old, new)
        yield from self._tag(old, new)
        yield from self._whole_keywords(old, new)
        yield from compare_extras(self._verdicts, before, now, new.place)

    def _enumeration(self, old: Branch, new: Branch) -> Iterator[Difference]:
        before, now = old.keywords.get("enum"), new.keywords.get("enum")
        if before is None:
            told = f"only {_list(now)} may stand there now"
            yield self._verdicts.narrow("enum", told, new.place, new=now)
        elif now is None:
            yield self._release(old, new)
        else:
            for value in (each for each in before if not _in(each, now)):
                yield self._loss(value, old, new)
            for value in (each for each in now if not _in(each, before)):
                yield self._growth(value, old, new)

    def _loss(self, value: JsonValue, old: Branch, new: Branch) -> Difference:
        told = f"the value {show(value)} is gone"
        if not BY_NAME.keys().isdisjoint(old.keywords):  # programs are written for a code
            return self._verdicts.of("enum-removed", "breaking", told, new.place, old=value)
        return self._verdicts.narrow("enum-removed", told, new.place, old=value)

    def _growth(self, value: JsonValue, old: Branch, new: Branch) -> Difference:
        told = f"the value {show(value)} is new"
        if old.keywords.get("x-mayGrow") and not self._verdicts.of_clients:
            return self._verdicts.of(
                "enum-added", "compatible", f"{told}, in an enumeration that may grow", new.place, new=value
            )
        return self._verdicts.widen("enum-added", told, new.place, new=value)

    def _release(self, old: Branch, new: Branch) -> Difference:
        values = old.keywords["enum"]
        lost = [value for value in values if not ranges.admits(new.keywords, value)]
        narrowed: bool | None = bool(lost)
        if not lost and {"pattern", "multipleOf", "format"} & new.keywords.keys():
            narrowed = None
        verdict = self._verdicts.sort(narrowed=narrowed, widened=True)
        told = f"more than {_list(values)} may stand there now"
        return self._verdicts.of("enum", verdict, told, new.place, old=values)

    def _bounds(self, old: Branch, new: Branch) -> Iterator[Difference]:
        if "enum" in old.keywords:  # whether its values are still admitted is said there
            return
        for move in ranges.moves((old.type, new.type), old.keywords, new.keywords):
            verdict = self._verdicts.sort(narrowed=move.narrowed, widened=move.widened)
            told = f"the {move.told} was {_bound(move.old)}, is {_bound(move.new)} ({move.kind})"
            yield self._verdicts.of(move.kind, verdict, told, new.place, old=move.old, new=move.new)

    def _format(self, old: Branch, new: Branch) -> Iterator[Difference]:
        before, now = old.keywords.get("format"), new.keywords.get("format")
        if before != now:
            verdict = self._verdicts.sort(narrowed=now is not None, widened=before is not None)
            told = f"the format was {before or 'not told'}, is {now or 'not told'}"
            yield self._verdicts.of("format", verdict, told, new.place, old=before, new=now)

    def _unique(self, old: Branch, new: Branch) -> Iterator[Difference]:
        before, now = (bool(each.keywords.get("uniqueItems")) for each in (old, new))
        if before != now:
            make = self._verdicts.narrow if now else self._verdicts.widen
            told = "no item may stand there twice now" if now else "items may stand there twice now"
            yield make("uniqueItems", told, new.place, old=before, new=now)

    def _tag(self, old: Branch, new: Branch) -> Iterator[Difference]:
        before, now = (each.keywords.get("discriminator", {}).get("propertyName") for each in (old, new))
        if before is not None and now is not None and before != now:
            told = f"the variants are told apart by `{now}`, were by `{before}`"
            yield self._verdicts.of("discriminator", "breaking", told, new.place, old=before, new=now)

    def _whole_keywords(self, old: Branch, new: Branch) -> Iterator[Difference]:
        """Compare the keywords that only a judge of schemas understands, such as patterns."""
        before, now = _untold(old.keywords), _untold(new.keywords)
        for names in _units((*before, *now)):
            there, here = ({name: each[name] for name in names if name in each} for each in (before, now))
            if not self._same.of(there, here):
                name = next(name for name in names if name in there or name in here)
                narrowed, widened = self._moves(old.type, there, here)
                told = f"`{name}` was {_keyword(there)}, is {_keyword(here)}"
                verdict = self._verdicts.sort(narrowed=narrowed, widened=widened)
                if verdict == "undecided":
                    told += ", and nobody can tell whether the one admits what the other does"
                yield self._verdicts.of(name, verdict, told, new.place, old=before.get(name), new=now.get(name))

    def _moves(self, kind: str, old: SchemaKeywords, new: SchemaKeywords) -> tuple[bool | None, bool | None]:
        if not old and NARROWING.issuperset(new):
            return True, False
        if not new and NARROWING.issuperset(old):
            return False, True
        there, here = _write_out(self._old, {"type": kind, **old}), _write_out(self._new, {"type": kind, **new})
        if there is None or here is None:
            return None, None
        narrowed, widened = covers(here, there), covers(there, here)
        return (None if narrowed is None else not narrowed), (None if widened is None else not widened)


def a(kind: str) -> str:
    """Write a JSON type with its article."""
    if kind == "null":
        return "null"
    return (
        f"an {kind}" if kind[0] in "aeiou" else {"string": "a text", "boolean": "true or false"}.get(kind, f"a {kind}")
    )


def _units(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield the keywords that mean something together, each once, and every other one alone."""
    found = {name: next((unit for unit in TOGETHER if name in unit), (name,)) for name in names}
    return iter(dict.fromkeys(found.values()))


def _untold(keywords: SchemaKeywords) -> SchemaKeywords:
    return {name: value for name, value in keywords.items() if name not in TOLD and not name.startswith("x-")}


def _write_out(document: WireSchema, value: JsonValue, depth: int = 0) -> JsonValue:
    """Write references out; None where they don't end."""
    if depth > MOST_INLINED:
        return None
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        return _write_out(document, document.target(value["$ref"], "#").node, depth + 1)
    if isinstance(value, dict):
        inner = {name: _write_out(document, each, depth) for name, each in value.items()}
        lost = any(each is None and value[name] is not None for name, each in inner.items())
        return None if lost else inner
    if isinstance(value, list):
        items = [_write_out(document, each, depth) for each in value]
        return (
            None if any(each is None and there is not None for each, there in zip(items, value, strict=True)) else items
        )
    return value


def _in(value: JsonValue, values: list[JsonValue]) -> bool:
    return any(value == each and isinstance(value, bool) == isinstance(each, bool) for each in values)


def _list(values: JsonValue) -> str:
    return show(values).strip("[]")


def _bound(value: JsonValue) -> str:
    return "unlimited" if value is None else f"{value}"


def _keyword(told: SchemaKeywords) -> str:
    return show(next(iter(told.values()))) if told else "not told"
