"""What the schema promises of a request: its reply, the frames before it and after it, and who may make it."""

from collections.abc import Iterator

from orchd.compatibility.difference import Breakage, Difference, SchemaKeywords
from orchd.compatibility.extras import show
from orchd.compatibility.reading.document import SchemaPlace, WireSchema
from orchd.compatibility.verdicts import Verdicts

REQUEST = frozenset({"x-reply", "x-replyData", "x-before", "x-pushes", "x-right", "x-scope", "x-errors"})

RIGHTS = ("status", "read", "own", "change", "admin")
"""From what everybody may to what only admins may."""

SAID = {
    "x-reply": "the reply that ends it",
    "x-replyData": "what tells its reply from earlier frames of the same type",
    "x-right": "the right that it needs",
    "x-scope": "the scope that a token needs for it",
}
PLAIN = ("x-replyData", "x-errors")
"""What names no frames."""
SENT = {"x-before": "before the reply", "x-pushes": "afterwards, without an id"}


def compare_requests(old: WireSchema, new: WireSchema, there: SchemaPlace, here: SchemaPlace) -> Iterator[Difference]:
    """Yield the differences between what two schemas promise of one request."""
    verdicts = Verdicts("client")
    before, now = _promises(old, there.node), _promises(new, here.node)
    for name, what in SAID.items():
        if before.get(name) != now.get(name):
            told = f"{what} was {_show(before.get(name))}, is {_show(now.get(name))}"
            place = SchemaPlace(f"{here.pointer}/{name}", None)
            verdict: Breakage = "compatible" if _is_looser(name, before, now) else "breaking"
            yield verdicts.of(name, verdict, told, place, old=before.get(name), new=now.get(name))
    yield from _errors(verdicts, before, now, SchemaPlace(f"{here.pointer}/x-errors", None))
    for name, when in SENT.items():
        place = SchemaPlace(f"{here.pointer}/{name}", None)
        yield from _frames_sent(
            verdicts, old, name, when, before.get(name, []), now.get(name, []), now.get("x-reply"), place
        )


def _errors(verdicts: Verdicts, old: SchemaKeywords, new: SchemaKeywords, place: SchemaPlace) -> Iterator[Difference]:
    """Any client must bear codes that it doesn't know; and where nothing was said, nothing was promised."""
    if "x-errors" not in old:
        return
    codes, present = old["x-errors"], new.get("x-errors", [])
    for code in (each for each in codes if each not in present):
        yield verdicts.of("x-errors-removed", "compatible", f"it no longer ends with `{code}`", place, old=code)
    for code in (each for each in present if each not in codes):
        yield verdicts.of("x-errors-added", "compatible", f"it may end with `{code}` now", place, new=code)


def _frames_sent(
    verdicts: Verdicts,
    released: WireSchema,
    name: str,
    when: str,
    old: list[str],
    new: list[str],
    reply: str | None,
    place: SchemaPlace,
) -> Iterator[Difference]:
    for kind in (each for each in old if each not in new):
        told = f"`{kind}` is no longer sent {when}"
        yield verdicts.of(f"{name}-removed", "breaking", told, place, old=kind)
    for kind in (each for each in new if each not in old):
        told = f"`{kind}` may be sent {when} now"
        if kind not in released.frames["server"]:
            told += ", a type that clients of the old schema ignore"
            yield verdicts.of(f"{name}-added", "compatible", told, place, new=kind)
        elif kind == reply and name == "x-before":
            yield verdicts.of(f"{name}-added", "breaking", f"{told}: the type of its reply", place, new=kind)
        else:
            yield verdicts.of(f"{name}-added", "undecided", told, place, new=kind)


def _promises(document: WireSchema, node: SchemaKeywords) -> SchemaKeywords:
    """Return what is said of a request, with the types of frames instead of the names of their definitions."""
    return {name: node[name] if name in PLAIN else document.by_type(node[name]) for name in REQUEST & node.keys()}


def _is_looser(name: str, old: SchemaKeywords, new: SchemaKeywords) -> bool:
    """Return whether more people may make it, or whether nothing was said of it at all."""
    if name not in old:
        return name != "x-replyData"
    if name != "x-right" or new.get(name) not in RIGHTS or old[name] not in RIGHTS:
        return False
    return RIGHTS.index(new[name]) < RIGHTS.index(old[name])


def _show(value: object) -> str:
    return "not said" if value is None else show(value)
