"""A check of an answer: the files to hold it against, and what was found, as lines for people."""

import shlex
from pathlib import Path
from typing import Any

from orchd.cli.showing import count_of, one_line, span
from orchd.errors import Invalid, TooLarge

_OUTCOMES = {
    "verified": "verified: approved by {reviewer}, another model than its author",
    "self_checked": "approved by {reviewer}, which verifies nothing: it is the author, or failed its trial as a judge",
    "rejected": "rejected by {reviewer}",
    "undecided": "undecided: you have to judge for yourself",
}
_TEXTS = {
    "contradicted": "the sources say something else",
    "not_found": "the sources do not say it, nor anything else in its place",
    "unclear": "the words of the sources alone don't tell",
}
_REPEATED = ("- Found: ", "- Not borne out: ")
"""Guidance that says again, for whoever tries again, what the findings and claims say."""
_SHOWN = 12
_MOST_FILES = 50
_MOST_BYTES = 1_000_000
"""Of all files together; a frame takes little more."""


def read_sources(argument: str) -> list[dict[str, str]]:
    """Return the files that are named, quoted as in a shell, as `verify:message` takes them. Blocks while it reads.

    Raises `Invalid` or `TooLarge`, which name the file.
    """
    try:
        names = shlex.split(argument)
    except ValueError:
        raise Invalid("a quotation mark is not closed") from None
    if len(names) > _MOST_FILES:
        raise Invalid(f"at most {_MOST_FILES} files can be given")
    left, sources = _MOST_BYTES, []
    for name in names:
        data = _read(name, left + 1)
        left -= len(data)
        if left < 0:
            raise TooLarge(f"{one_line(name)}: too large; {_MOST_BYTES} bytes at most, of all files together")
        sources.append({"name": name[-200:], "text": _decode(name, data)})
    return sources


def _read(name: str, most: int) -> bytes:
    try:
        with Path(name).expanduser().open("rb") as file:
            return file.read(most)
    except (OSError, RuntimeError, ValueError) as error:  # a home that is not known, a name with a NUL
        raise Invalid(f"{one_line(name)}: {getattr(error, 'strerror', None) or error}") from None


def _decode(name: str, data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"{one_line(name)}: not UTF-8, at byte {error.start}") from None
    if not text.strip():
        raise Invalid(f"{one_line(name)}: there is no text in it")
    return text


def ledger_lines(ledger: dict[str, Any], *, sources: bool = False) -> list[str]:
    """The outcome, then what speaks against the answer, then the claims that nothing supports.

    `sources`: whether any were given. Without them a high confidence says little, and that is told.
    """
    outcome = _OUTCOMES.get(ledger["outcome"], ledger["outcome"])
    if ledger["outcome"] == "rejected" and ledger.get("reviewer") is None:
        outcome = "rejected: it is no answer, so no model was asked"
    found = ": nothing was found against it" if ledger["confidence"] == 100 else ""
    found = ", which is too low to rely on" if ledger.get("flagged") else found
    lines = [
        outcome.replace("{reviewer}", one_line(ledger.get("reviewer") or "a model")),
        f"confidence {ledger['confidence']} of 100{found}; {count_of(ledger['claimCount'], 'claim')} looked at",
    ]
    if not sources:
        lines.append("- no sources were given, so no claim was held against any; `/verify FILE ...` does that")
    lines += [f"- {one_line(ledger['notes'])}"] if ledger.get("notes") else []
    lines += [one_line(line) for line in ledger.get("guidance", "").splitlines() if not line.startswith(_REPEATED)]
    lines += [f"- {one_line(finding['reason'])} (-{finding['points']})" for finding in ledger["findings"]]
    lines += [f"- not looked into: {one_line(reason)}" for reason in ledger["unchecked"]]
    doubtful = [claim for claim in ledger["claims"] if claim["score"] is not None and claim["score"] < 0.5]
    lines += [f"? {one_line(claim['claim'])}{_why(claim, sources=sources)}" for claim in doubtful[:_SHOWN]]
    if len(doubtful) > _SHOWN:
        lines.append(f"... and {count_of(len(doubtful) - _SHOWN, 'more claim')} in doubt")
    cost = ledger["cost"]
    return [*lines, f"({count_of(cost['calls'], 'call')} to models, {span(cost['seconds'] * 1000)})"]


def _why(claim: dict[str, Any], *, sources: bool) -> str:
    texts = _say_of(claim) if sources else []
    said = [opinion for opinion in claim.get("opinions", ()) if opinion["kind"] != "judge" and opinion["opinion"]]
    others = [f"{one_line(opinion['by'])} finds it {one_line(opinion['opinion'])}" for opinion in said]
    reasons = [one_line(claim["reason"])] if claim.get("reason") else []
    why = [*texts, *reasons, *others]
    return f": {'; '.join(why)}" if why else ""


def _say_of(claim: dict[str, Any]) -> list[str]:
    """What the sources say of a claim, with the place where they come closest."""
    words = _TEXTS.get(claim.get("verdict") or "")
    if words is None:
        return []
    place = claim.get("evidence")
    if place is None or claim["verdict"] == "not_found":
        return [words]
    return [f"{words}: “{one_line(place['text'])}” ({one_line(place['source'])})"]
