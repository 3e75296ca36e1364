"""The tasks that are tried: faulty ones, each with one fault, and faultless ones in the forms that models like.

All follow from the texts by rules and numbers, so two runs try the same.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import NamedTuple, TypeAlias

import msgspec

from tests.eval.tasks.seeding import CONTENT, KINDS, SENTENCE, FaultyText, Seed, introduction, reworded, seeded
from tests.eval.tasks.texts import LANGUAGES, Language, PartText, TaskText, texts
from tests.eval.tasks.wording import WORDINGS

Form: TypeAlias = Callable[[TaskText, str, str], str]

FAULTS = 200
STEPS_ONLY = ("answer to another step", "error report", "thoughts only")
"""Kinds that are tried in steps only."""


class Amounts(NamedTuple):
    """How many tasks to make: for each kind of fault of content or of form, in a step or in a joined text, and of each
    form of faultless ones."""

    content: int
    form: int
    joined_content: int
    joined_form: int
    faultless: int


ALL = Amounts(content=8, form=5, joined_content=5, joined_form=3, faultless=40)


class Fault(NamedTuple):
    """What is wrong, and where: in the answer of the step `part`, or in the joined text (None)."""

    kind: str
    part: int | None
    written: FaultyText


class Scenario(NamedTuple):
    """A task, the answers that models give to its steps, and how they join them. `form` is how right texts are
    written; without a `fault` all of them are right.
    """

    title: str
    text: TaskText
    form: str
    answers: tuple[str, ...]
    joined: str
    fault: Fault | None

    @property
    def description(self) -> str:
        """The material."""
        return "\n\n".join([introduction(self.text), *(part.source for part in self.text.part)])

    def answer(self, place: int) -> FaultyText:
        """What a step's model writes."""
        if self.fault is not None and self.fault.part == place:
            return self.fault.written
        return FaultyText(self.answers[place])

    @property
    def joining(self) -> FaultyText:
        """What the joining model writes."""
        if self.fault is not None and self.fault.part is None:
            return self.fault.written
        return FaultyText(self.joined)


def plain(_text: TaskText, _subject: str, right: str) -> str:
    """As it is."""
    return right


def listed(_text: TaskText, _subject: str, right: str) -> str:
    """A line for each sentence."""
    return "\n".join(f"- {sentence}" for sentence in SENTENCE.split(right))


def talking(text: TaskText, subject: str, right: str) -> str:
    """With a word before and after."""
    wording = WORDINGS[text.language]
    return f"{wording.opening.format(subject)}\n\n{right}\n\n{wording.closing}"


def headed(_text: TaskText, subject: str, right: str) -> str:
    """Under a heading, with an emphasis."""
    first, *others = right.split(" ")
    return f"## {subject[0].upper()}{subject[1:]}\n\n**{first}** {' '.join(others)}"


def cited(_text: TaskText, _subject: str, right: str) -> str:
    """With a note behind each sentence."""
    return " ".join(f"{sentence[:-1]} [1]{sentence[-1]}" for sentence in SENTENCE.split(right))


FORMS: Mapping[str, Form] = {
    "plain": plain,
    "as a list": listed,
    "with talk": talking,
    "with a heading": headed,
    "with citations": cited,
}

JOININGS: Mapping[str, Callable[[TaskText, tuple[str, ...]], str]] = {
    "plain": lambda text, _answers: reworded(text),
    "as a list": lambda _text, answers: " ".join(f"{answer} [part:{n}]" for n, answer in enumerate(answers, 1)),
    "with talk": lambda text, _answers: talking(text, text.topic, reworded(text)),
    "with a heading": lambda text, answers: "\n\n".join(
        f"## {part.aspect}\n\n{answer} [part:{n}]"
        for n, (part, answer) in enumerate(zip(text.part, answers, strict=True), 1)
    ),
    "with citations": lambda text, _answers: reworded(text),
}
"""How the results are joined by whoever writes in a form: in other words, or in the results' own."""


def written(text: TaskText, form: str, title: str, fault: Fault | None = None) -> Scenario:
    """Return a task whose right texts are written in a form."""
    answers = tuple(FORMS[form](text, part.aspect, part.answer) for part in text.part)
    bare = tuple(part.answer for part in text.part)
    joined = JOININGS[form](text, answers if form == "as a list" else bare)
    return Scenario(title, text, form, answers, joined, fault)


class _Titles:
    """Titles of which none comes twice."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], Iterator[int]] = {}

    def next(self, text: TaskText) -> str:
        number = next(self._used.setdefault((text.language, text.id), count()))
        return WORDINGS[text.language].titles[number].format(text.topic)


class ScenarioSet(NamedTuple):
    """Faulty tasks and faultless ones; `condensed` ones leave small things out when they join, as a model might."""

    faulty: list[Scenario]
    faultless: list[Scenario]
    condensed: list[Scenario]


def scenarios(amounts: Amounts = ALL) -> ScenarioSet:
    """Return faulty tasks, 200 at most, and faultless ones."""
    known = {language: texts(language) for language in LANGUAGES}
    titles = _Titles()
    faulty = [
        *_faulty(known, titles, amounts.content, amounts.form, joined=False),
        *_faulty(known, titles, amounts.joined_content, amounts.joined_form, joined=True),
    ]
    mixed = [text for pair in zip(*known.values(), strict=True) for text in pair]
    some = _spread(mixed, amounts.faultless)
    faultless = [written(text, form, titles.next(text)) for form in FORMS for text in some]
    condensed = [written(text, "plain", titles.next(text))._replace(joined=text.joined) for text in some]
    return ScenarioSet(faulty[:FAULTS], faultless, condensed)


def _spread(mixed: list[TaskText], wanted: int) -> list[TaskText]:
    """Return so many texts of both languages, from all over the list."""
    return [mixed[(place * 7) % len(mixed)] for place in range(wanted)]


def _faulty(
    known: Mapping[Language, list[TaskText]], titles: _Titles, content: int, form: int, *, joined: bool
) -> Iterator[Scenario]:
    """Yield tasks with a fault of each kind in turn, in both languages, from text to text."""
    kinds = [kind for kind in KINDS if not (joined and kind in STEPS_ONLY)]
    place = 0
    for turn, kind in enumerate(kinds):
        wanted, made = content if kind in CONTENT else form, 0
        while made < wanted:
            language = LANGUAGES[(made + turn) % len(LANGUAGES)]
            fault = _fault(known, kind, language, place // len(LANGUAGES), made, joined=joined)
            place += 1
            if fault is not None:
                text, found = fault
                yield written(text, "plain", titles.next(text), found)
                made += 1


def _fault(
    known: Mapping[Language, list[TaskText]], kind: str, language: Language, place: int, number: int, *, joined: bool
) -> tuple[TaskText, Fault] | None:
    text = known[language][place % len(known[language])]
    twins = {twin.id: twin for other in known if other != language for twin in known[other]}
    if joined:
        made = seeded(kind, Seed(text, twins[text.id], None, reworded(text), number))
        return None if made is None else (text, Fault(kind, None, made))
    for turn in range(len(text.part)):
        at = (number + turn) % len(text.part)
        part: PartText = text.part[at]
        made = seeded(kind, Seed(text, twins[text.id], part, part.answer, number))
        if made is not None:
            return text, Fault(kind, at, made)
    return None


def texts_of(scenario: Scenario) -> bytes:
    """Return all that is said in a task, for a comparison of two."""
    return msgspec.json.encode((scenario.title, scenario.answers, scenario.joining, scenario.fault))
