"""Whether an answer is an answer at all: rules that each give their reason, and that a short right answer passes.

They look for what comes in place of an answer: from model servers an error's text, broken characters; from models a
placeholder, a refusal, a loop, the question again, a form. Whether an answer is true is another matter, and its length
says nothing about it: "42" is fine. What is not `sure` may be right after all, and is for whoever checks it.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple, Protocol, TypeAlias

from msgspec import UNSET, Meta, UnsetType

from orchd.claims import language_of_tags, language_tags
from orchd.features.models.response.echoes import is_echo, is_short_echo
from orchd.features.models.response.ending import unfinished_piece
from orchd.features.models.response.forms import form_of
from orchd.features.models.response.loops import loop_of
from orchd.features.models.response.placeholders import is_placeholder, open_slot
from orchd.features.models.response.refusals import is_refusal
from orchd.features.models.response.steering import steering
from orchd.features.models.response.thinking import is_thinking
from orchd.features.models.response.tongue import wrong_language
from orchd.llm import is_cut_off
from orchd.patterns import lazy_pattern

NOTHING = frozenset(["null", "undefined", "[object object]"])
"""What programs write where there is nothing. "None", "NaN" and "[]" are right answers to some questions."""

VALUES = lazy_pattern(
    r"\b(?:null|undefined|nil|none|json|values?|objects?|code|scripts?|sql|programs?|functions?|variables?|returns?"
    r"|outputs?|prints?|evaluat\w+|types?|java\w*|pointers?|databases?|queries|query|api|logic|word|statistic\w*"
    r"|hypothes[ie]s|valor\w*|objet\w+|código|função|variável|retorna|devolve|imprime|palavra|hipótese|nul[ao])\b",
    re.IGNORECASE,
)
"""Words of questions to which such a value may be the answer."""

REPORT = lazy_pattern(
    r"error code:?\s*[45]\d\d\s*[-:(–]|(?:error|failed|failure|exception|traceback|internal server error)\b\s*"
    r"(?::|\((?:code\s*)?\d|\(most recent|(?:code\s*)?\d{3}\b\s*(?:[:.(–-]|\Z))",
    re.I,
)
"""How a server's error report begins; "Error handling in Go is explicit" and "Error 404 means" do not."""

REPORT_CHARACTERS = 300
TEMPLATE = lazy_pattern(r"<\|[a-z_]{2,32}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")
"""Marks of chat templates, which a model only writes when its template is wrong."""

UNSEEN = lazy_pattern(r"[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe0f\ufeff]+")
"""Characters that show nothing."""

GARBLED_SHARE = 0.05
"""More replacement characters than this share of the text: bytes were lost, or the tokenizer is broken."""


SURE = frozenset({"empty", "placeholder", "refusal", "loop", "form", "echo", "garbled", "steering", "thoughts"})
"""Rules whose breach leaves no answer. What breaks another one may be right, if seldom."""

UNFIT = frozenset({"cut_off", "unfinished", "language", "no_value"})
"""Rules whose breach leaves an answer, and hardly the one that was asked for."""

REASON_CHARACTERS = 120


ResponseRule: TypeAlias = Annotated[
    Literal[
        "cut_off",
        "echo",
        "empty",
        "error_report",
        "form",
        "gap",
        "garbled",
        "language",
        "loop",
        "no_value",
        "nothing",
        "placeholder",
        "refusal",
        "short_echo",
        "steering",
        "template",
        "thoughts",
        "unfinished",
    ],
    Meta(
        title="ResponseRule",
        description="What a text breaks that is no answer, or seldom one. `nothing` and `no_value`: it is just such a "
        "word as null, where that was asked for and where it was not.",
    ),
]


class Objection(NamedTuple):
    """A rule that an answer breaks. `quote`: the words that break it; of a `form` what it is, of one that was `cut_off`
    how it ended, if not at its greatest length. `languages`: those that it may be in, as tags, `other_languages` those
    of all that was asked."""

    rule: ResponseRule
    quote: str = ""
    languages: tuple[str, ...] = ()
    other_languages: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why it is no answer, for people."""
        return _REASONS[self.rule](self)

    @property
    def sure(self) -> bool:
        """Whether it can't be an answer, whatever was asked."""
        return self.rule in SURE

    @property
    def unfit(self) -> bool:
        """Whether it can hardly be what was asked for."""
        return self.rule in UNFIT


class ToldObjection(Protocol):
    """A message that says in members of its own which rule an answer breaks."""

    @property
    def rule(self) -> ResponseRule | UnsetType: ...
    @property
    def quote(self) -> str | UnsetType: ...
    @property
    def languages(self) -> list[str] | UnsetType: ...
    @property
    def other_languages(self) -> list[str] | UnsetType: ...


def objection_words(told: ToldObjection) -> str:
    """Return why it is no answer, for people."""
    assert told.rule is not UNSET
    languages, others = told.languages or (), told.other_languages or ()
    return Objection(told.rule, told.quote or "", tuple(languages), tuple(others)).reason


def no_answer(text: str, prompt: str | None = None, around: str = "") -> Objection | None:
    """Return why `text` is no answer at all, None where it may be one. Never waits, and takes some milliseconds.

    `prompt` is what was asked, and `around` what else its author was told: what was asked for is an answer, even if it
    is a template, a refusal or the same line a hundred times. Without a prompt, what nobody can tell is passed over.
    """
    return next((found for found in check_response(text, prompt=prompt, around=around) if found.sure), None)


def check_response(
    text: str,
    *,
    prompt: str | None = None,
    around: str = "",
    given: Sequence[str] = (),
    finish_reason: str | None = None,
) -> list[Objection]:
    """Return what speaks against `text` being an answer; nothing when it may be one. Never waits.

    `prompt`: what was asked, to tell an echo and, with what stands `around` it, what was asked for; `given`: texts that
    it may be in the language of; `finish_reason`: as the server gave it, to tell a cut.
    """
    stripped = text.strip()
    if not UNSEEN.sub("", stripped):
        return [Objection("empty")]
    asked = prompt if prompt is None else f"{prompt}\n{around}"
    found = [objection for rule in _RULES for objection in rule(stripped, asked)]
    found += [] if prompt is None else _echo(stripped, prompt)
    found += _language(stripped, asked, given)
    if finish_reason == "length":
        found.append(Objection("cut_off"))
    elif is_cut_off(finish_reason):
        found.append(Objection("cut_off", finish_reason or ""))
    return found


def _nothing(text: str, asked: str | None) -> Iterator[Objection]:
    if text.lower() in NOTHING:
        yield Objection("nothing" if asked is None or VALUES.search(asked) else "no_value", text[:20])


def _report(text: str, _: str | None) -> Iterator[Objection]:
    if len(text) <= REPORT_CHARACTERS and REPORT.match(text):
        yield Objection("error_report")


def _placeholder(text: str, asked: str | None) -> Iterator[Objection]:
    if is_placeholder(text, asked):
        yield Objection("placeholder", _short(text))
    elif (slot := open_slot(text, asked)) is not None:
        yield Objection("gap", _short(slot))


def _refusal(text: str, asked: str | None) -> Iterator[Objection]:
    if is_refusal(text, asked):
        yield Objection("refusal", _short(text))


def _loop(text: str, asked: str | None) -> Iterator[Objection]:
    if (piece := loop_of(text, asked)) is not None:
        yield Objection("loop", _short(piece))


def _form(text: str, asked: str | None) -> Iterator[Objection]:
    if (form := form_of(text, asked)) is not None:
        yield Objection("form", form)


def _echo(text: str, prompt: str) -> Iterator[Objection]:
    if is_echo(text, prompt):
        yield Objection("echo")
    elif is_short_echo(text, prompt):
        yield Objection("short_echo")


def _steering(text: str, asked: str | None) -> Iterator[Objection]:
    if (words := steering(text, asked)) is not None:
        yield Objection("steering", _short(words))


def _thoughts(text: str, asked: str | None) -> Iterator[Objection]:
    if is_thinking(text, asked):
        yield Objection("thoughts", _short(text))


def _ending_objection(text: str, _: str | None) -> Iterator[Objection]:
    if (piece := unfinished_piece(text)) is not None:
        yield Objection("unfinished", _short(piece))


def _language(text: str, asked: str | None, given: Sequence[str]) -> Iterator[Objection]:
    if (tongues := wrong_language(text, asked, given)) is not None:
        yield Objection("language", "", *map(language_tags, tongues))


def _template(text: str, _: str | None) -> Iterator[Objection]:
    found = TEMPLATE.search(text)
    if found is not None:
        yield Objection("template", found[0])


def _garbling(text: str, _: str | None) -> Iterator[Objection]:
    if text.count("\ufffd") > GARBLED_SHARE * len(text):
        yield Objection("garbled")


def _short(text: str) -> str:
    line = " ".join(text[: 4 * REASON_CHARACTERS].split())
    return line if len(line) <= REASON_CHARACTERS else f"{line[: REASON_CHARACTERS - 1]}…"


_REASONS: Mapping[ResponseRule, Callable[[Objection], str]] = {
    "cut_off": lambda found: (
        f"the answer is only a part of one: it ended with `{found.quote}`"
        if found.quote
        else "the answer was cut off at its greatest length"
    ),
    "echo": lambda found: "the answer only repeats the question",
    "empty": lambda found: "the answer is empty",
    "error_report": lambda found: "the answer is an error report",
    "form": lambda found: f"the answer is {found.quote}, which nobody asked for",
    "gap": lambda found: f"a part of the answer was never written: {found.quote}",
    "garbled": lambda found: "the answer is garbled: it holds many replacement characters",
    "language": lambda found: (
        f"the answer is in {language_of_tags(found.languages)}, and all that was asked in "
        f"{language_of_tags(found.other_languages)}"
    ),
    "loop": lambda found: f"the answer says the same over and over: {found.quote}",
    "no_value": lambda found: f"the answer is just {found.quote!r}",
    "nothing": lambda found: f"the answer is just {found.quote!r}",
    "placeholder": lambda found: f"the answer is a placeholder: {found.quote}",
    "refusal": lambda found: f"the answer is a refusal: {found.quote}",
    "short_echo": lambda found: "the answer only repeats the question",
    "steering": lambda found: f"the answer speaks to whoever checks it: {found.quote}",
    "template": lambda found: f"the answer holds a mark of the chat template, {found.quote}",
    "thoughts": lambda found: f"the answer only says what is to be done: {found.quote}",
    "unfinished": lambda found: f"the answer ends in the middle of a sentence: {found.quote}",
}

_RULES: tuple[Callable[[str, str | None], Iterator[Objection]], ...] = (
    _nothing,
    _report,
    _placeholder,
    _refusal,
    _loop,
    _form,
    _steering,
    _thoughts,
    _ending_objection,
    _template,
    _garbling,
)
