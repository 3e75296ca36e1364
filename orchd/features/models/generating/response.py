"""Whether an answer is an answer at all: rules that each give their reason, and that a short right answer passes.

They look for what model servers send in place of an answer. Whether an answer is true is another matter, and its
length says nothing about it: "42" is fine.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from orchd.llm import is_cut_off

NOTHING = frozenset(["null", "undefined", "[object object]"])
"""What programs write where there is nothing. "None", "NaN" and "[]" are right answers to some questions."""

REPORT = re.compile(
    r"(?:error|failed|failure|exception|traceback|internal server error)\b\s*"
    r"(?::|\((?:code\s*)?\d|\(most recent|(?:code\s*)?\d{3}\b\s*(?:[:.(–-]|\Z))",
    re.I,
)
"""How a server's error report begins; "Error handling in Go is explicit" and "Error 404 means" do not."""

REPORT_CHARACTERS = 300
TEMPLATE = re.compile(r"<\|[a-z_]{2,32}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")
"""Marks of chat templates, which a model only writes when its template is wrong."""

GARBLED_SHARE = 0.05
"""More replacement characters than this share of the text: bytes were lost, or the tokenizer is broken."""


class Objection(NamedTuple):
    """A rule that an answer breaks, and why, for people."""

    rule: str
    reason: str


def check_response(text: str, *, prompt: str | None = None, finish_reason: str | None = None) -> list[Objection]:
    """Return what speaks against `text` being an answer; nothing when it may be one. Never waits.

    `prompt`: what was asked, to tell an echo; `finish_reason`: as the server gave it, to tell a cut.
    """
    stripped = text.strip()
    if not stripped:
        return [Objection("empty", "the answer is empty")]
    found = [objection for rule in _RULES for objection in rule(stripped)]
    if prompt is not None and len(stripped) > 3 and stripped == prompt.strip():
        found.append(Objection("echo", "the answer only repeats the question"))
    if finish_reason == "length":
        found.append(Objection("cut_off", "the answer was cut off at its greatest length"))
    elif is_cut_off(finish_reason):
        found.append(Objection("cut_off", f"the answer is only a part of one: it ended with `{finish_reason}`"))
    return found


def _nothing(text: str) -> Iterator[Objection]:
    if text.lower() in NOTHING:
        yield Objection("nothing", f"the answer is just {text[:20]!r}")


def _report(text: str) -> Iterator[Objection]:
    if len(text) <= REPORT_CHARACTERS and REPORT.match(text):
        yield Objection("error_report", "the answer is an error report")


def _placeholder(text: str) -> Iterator[Objection]:
    """A text wholly in brackets stands for an answer, unless it is JSON."""
    inner = text[1:-1]
    if text[0] == "[" and text[-1] == "]" and "[" not in inner and "]" not in inner and not _is_json(text):
        yield Objection("placeholder", "the answer is a placeholder in brackets")


def _is_json(text: str) -> bool:
    try:
        msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _template(text: str) -> Iterator[Objection]:
    found = TEMPLATE.search(text)
    if found is not None:
        yield Objection("template", f"the answer holds a mark of the chat template, {found[0]}")


def _garbling(text: str) -> Iterator[Objection]:
    if text.count("\ufffd") > GARBLED_SHARE * len(text):
        yield Objection("garbled", "the answer is garbled: it holds many replacement characters")


_RULES: tuple[Callable[[str], Iterator[Objection]], ...] = (_nothing, _report, _placeholder, _template, _garbling)
