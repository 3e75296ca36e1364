"""What was found between two schemas, for people and for programs."""

import json
from collections.abc import Sequence

from orchd.compatibility import Difference, WireSchema

WORDS = {"breaking": "BREAKING", "undecided": "undecided", "compatible": "ok"}
"""The words that a report begins its lines with."""
HINT = "more of what is undecided can be told with the extra: pip install 'orchd[compatibility]'"
MOST_FRAMES = 6
"""So many further frames are named."""


def as_text(found: Sequence[Difference]) -> str:
    """Return a line for each difference, what breaks clients first, and how many there are."""
    lines = [line for verdict in WORDS for each in found if each.verdict == verdict for line in _lines(each)]
    return "".join(f"{_plain(line)}\n" for line in [*lines, _sum(found)])


def as_json(old: WireSchema, new: WireSchema, found: Sequence[Difference]) -> str:
    """Return all of it as one JSON object."""
    told = {
        "old": old.protocol,
        "new": new.protocol,
        "breaking": any(each.breaking for each in found),
        "differences": [_object(each) for each in found],
    }
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _lines(each: Difference) -> list[str]:
    where = " ".join([each.direction, *each.frames[:1], each.path] if each.frames else [each.direction])
    more = [f"{'':11}also in {_names(each.frames[1:])}"] if len(each.frames) > 1 else []
    mark = [f"{'':11}accept it by its id: {each.id}"] if each.verdict == "undecided" else []
    return [f"{WORDS[each.verdict]:<10} {where}: {each.told}", *more, *mark]


def _names(frames: Sequence[str]) -> str:
    rest = len(frames) - MOST_FRAMES
    return ", ".join(frames[:MOST_FRAMES]) + (f" and {rest} more" if rest > 0 else "")


def _sum(found: Sequence[Difference]) -> str:
    if not found:
        return "nothing that differs"
    counts = {verdict: sum(each.verdict == verdict for each in found) for verdict in WORDS}
    told = [f"{count} {verdict}" for verdict, count in counts.items() if count]
    return f"{len(found)} {'difference' if len(found) == 1 else 'differences'}: {', '.join(told)}"


def _object(each: Difference) -> dict[str, object]:
    told: dict[str, object] = {"id": each.id, "breaking": each.breaking, "verdict": each.verdict, "kind": each.kind}
    told |= {"direction": each.direction, "frames": each.frames, "path": each.path, "schemaPath": each.place}
    return told | {"message": each.told, "old": each.old, "new": each.new}


def _plain(line: str) -> str:
    """Names in a file are anybody's: no control character reaches a terminal."""
    return "".join(each if each.isprintable() else "?" for each in line)
