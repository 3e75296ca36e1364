"""The whole comparison: which frames there are, what a request promises, and what holds for a connection."""

from collections.abc import Iterator
from dataclasses import replace

from orchd.compatibility.difference import Breakage, Difference, SchemaKeywords, merge
from orchd.compatibility.extras import compare_extras, show
from orchd.compatibility.reading.document import REF, SchemaPlace, SchemaRefused, WireSchema
from orchd.compatibility.reading.sameness import Sameness
from orchd.compatibility.requests import REQUEST, compare_requests
from orchd.compatibility.verdicts import Verdicts
from orchd.compatibility.walk import Walk

CLOSE_CODES = "x-closeCodes"
SERVED = {"client": "request", "server": "server frame"}


def compare(old: WireSchema, new: WireSchema) -> list[Difference]:
    """Return in what two schemas differ, those of the same kind in several frames as one. Raises `SchemaRefused`."""
    try:
        return merge([*_Comparison(old, new).differences()])
    except RecursionError:
        raise SchemaRefused("it is nested too deeply") from None


class _Comparison:
    def __init__(self, old: WireSchema, new: WireSchema) -> None:
        self._old, self._new = old, new
        self._same = Sameness(old, new)
        self._walks = {"client": Walk(old, new, "client", self._same), "server": Walk(old, new, "server", self._same)}

    def differences(self) -> Iterator[Difference]:
        yield from self._protocol()
        for root in ("client", "server"):
            yield from self._frames(root)
        yield from self._lone_definitions()
        yield from _close_codes(self._old.whole, self._new.whole)
        verdicts = Verdicts("protocol")
        whole = self._notes(self._old.whole, self._new.whole)
        yield from compare_extras(verdicts, *whole, SchemaPlace("#", None), skipped=frozenset({CLOSE_CODES}))

    def _protocol(self) -> Iterator[Difference]:
        old, new = self._old.protocol, self._new.protocol
        if old != new:
            told = f"the protocol was {old}, is {new}"
            yield Difference("protocol", "breaking", told, "#/title", old=old, new=new)

    def _frames(self, root: str) -> Iterator[Difference]:
        before, now, walk = self._old.frames[root], self._new.frames[root], self._walks[root]
        for kind, place in before.items():
            if kind not in now:
                told = f"the {SERVED[root]} `{kind}` is gone{self._renaming(root, kind)}"
                yield replace(walk.verdicts.of("frame-removed", "breaking", told, place, old=kind), frames=(kind,))
            else:
                for each in self._of_frame(walk, kind, place, now[kind]):
                    yield replace(each, frames=(kind,))
        for kind, place in now.items():
            if kind not in before:
                told = f"the {SERVED[root]} `{kind}` is new"
                yield replace(walk.verdicts.of("frame-added", "compatible", told, place, new=kind), frames=(kind,))

    def _renaming(self, root: str, kind: str) -> str:
        before, now = self._old.frames[root], self._new.frames[root]
        there = before[kind].node["properties"].get("data", True)
        candidates = [
            other
            for other, place in now.items()
            if other not in before and self._same.of(there, place.node["properties"].get("data", True))
        ]
        return f"; `{candidates[0]}`, which is new, says the same: was it renamed?" if len(candidates) == 1 else ""

    def _of_frame(self, walk: Walk, kind: str, old: SchemaPlace, new: SchemaPlace) -> Iterator[Difference]:
        bare = [SchemaPlace(each.pointer, _without_notes(each.node)) for each in (old, new)]
        yield from walk.differences(*bare)
        if walk.verdicts.of_clients:
            yield from compare_requests(self._old, self._new, old, new)
        yield from compare_extras(walk.verdicts, *self._notes(old.node, new.node), new, skipped=REQUEST)

    def _notes(self, old: SchemaKeywords, new: SchemaKeywords) -> tuple[SchemaKeywords, SchemaKeywords]:
        """Return what both say in keywords of our own."""
        before, now = ({name: each[name] for name in each if name.startswith("x-")} for each in (old, new))
        return self._old.by_type(before), self._new.by_type(now)

    def _lone_definitions(self) -> Iterator[Difference]:
        """Compare the definitions that only words refer to, such as the reasons of errors."""
        walk = self._walks["server"]
        seen = [
            self._walks["client"].reached[index] | self._walks["server"].reached[index] | _roots(document)
            for index, document in enumerate((self._old, self._new))
        ]
        for name, node in self._old.definitions.items():
            place = SchemaPlace(f"{REF}{name}", node)
            if place.pointer in seen[0] or not isinstance(node, dict):
                continue
            there = self._new.definitions.get(name)
            if there is not None and f"{REF}{name}" not in seen[1]:
                yield from walk.differences(place, SchemaPlace(place.pointer, there))
            elif there is None and "enum" in node:
                yield walk.verdicts.of("definition-removed", "breaking", f"the definition `{name}` is gone", place)


def _roots(document: WireSchema) -> set[str]:
    """Return what is reached without a walk: the two roots, and frames that the other document hasn't got."""
    roots = {
        document.resolve(SchemaPlace("#", document.whole).at("properties", root)).pointer for root in document.frames
    }
    return roots | {place.pointer for frames in document.frames.values() for place in frames.values()}


def _without_notes(node: SchemaKeywords) -> SchemaKeywords:
    return {name: value for name, value in node.items() if not name.startswith("x-")}


def _close_codes(old: SchemaKeywords, new: SchemaKeywords) -> Iterator[Difference]:
    before, now = ({each["code"]: each for each in whole.get(CLOSE_CODES, [])} for whole in (old, new))
    place = f"#/{CLOSE_CODES}"
    for code, told in before.items():
        if code not in now:
            yield Difference("close-code-removed", "breaking", f"the close code {code} is gone", place, old=code)
            continue
        for name in dict.fromkeys((*told, *now[code])):
            there, here = told.get(name), now[code].get(name)
            if name != "description" and there != here:
                said = f"close code {code}: `{name}` was {show(there)}, is {show(here)}"
                verdict: Breakage = "breaking" if name in told else "compatible"
                yield Difference(f"close-code-{name}", verdict, said, place, old=there, new=here)
    for code in (each for each in now if each not in before):
        yield Difference("close-code-added", "compatible", f"the close code {code} is new", place, new=code)
