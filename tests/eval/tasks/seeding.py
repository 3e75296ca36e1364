"""Faults that are put into a right text by rules, so that a fault's kind and place are known.

A rule returns the text with the fault in it, None where the text has nothing that it could be put into. `number` says
which of several wordings of a fault is meant. Content is changed in one place only, and the rest stays as it was.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

from tests.eval.tasks.texts import PartText, TaskText
from tests.eval.tasks.wording import WORDINGS

SENTENCE = re.compile(r"(?<=[.!?])\s+(?!\[part:)")
MARK = re.compile(r"\s*\[part:(\d)\]")
NUMBER = re.compile(r"(?<![\d.,])\d+(?:[.,]\d+)*(?!\d)")
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?![.,]\d)")


class Seed(NamedTuple):
    """A text in which a fault is to be put: of the step about `part`, or of the joined answer (None)."""

    text: TaskText
    twin: TaskText
    part: PartText | None
    right: str
    number: int

    @property
    def subject(self) -> str:
        """What it is about."""
        return self.text.topic if self.part is None else self.part.aspect


class FaultyText(NamedTuple):
    """What a model writes, and how it says that it ended."""

    text: str
    finish: str = "stop"


Rule: TypeAlias = Callable[[Seed], FaultyText | str | None]


def figure(seed: Seed) -> str | None:
    """Another figure: the first one that belongs to no date."""
    months = "|".join(WORDINGS[seed.text.language].months)
    dated = re.compile(rf"\d+º?\s+(?:de\s+)?(?:{months})|(?:{months})\s+\d|\[part:\d|{YEAR.pattern}")
    taken = [range(*match.span()) for match in dated.finditer(seed.right)]
    for found in NUMBER.finditer(seed.right):
        if not any(found.start() in span or found.end() - 1 in span for span in taken):
            first = str(int(found[0][0]) % 9 + 1)
            return seed.right[: found.start()] + first + seed.right[found.start() + 1 :]
    return None


def date(seed: Seed) -> str | None:
    """Another month where there is one, else another year."""
    months = WORDINGS[seed.text.language].months
    found = re.search(rf"\b(?:{'|'.join(months)})\b", seed.right)
    if found is not None and seed.number % 2 == 0:
        other = months[(months.index(found[0]) + 3) % len(months)]
    else:
        found = YEAR.search(seed.right)
        other = "" if found is None else str(int(found[0]) + 6)
    return None if found is None else seed.right[: found.start()] + other + seed.right[found.end() :]


def unit(seed: Seed) -> str | None:
    """The same figure of something else."""
    for name, other in WORDINGS[seed.text.language].units.items():
        found = re.search(rf"(?<=\d )(?:million |milhões de )?{name}\b", seed.right)
        if found is not None:
            return seed.right[: found.start()] + found[0].replace(name, other) + seed.right[found.end() :]
    return None


def names(seed: Seed) -> str | None:
    """Two people who have changed places."""
    one, other = seed.text.names
    if one not in seed.right or other not in seed.right:
        return None
    return seed.right.replace(one, "\0").replace(other, one).replace("\0", other)


def negated(seed: Seed) -> str | None:
    """A sentence turned round."""
    parts = seed.text.part if seed.part is None else (seed.part,)
    usable = [part.denied for part in parts if part.denied[0] in seed.right]
    return seed.right.replace(*usable[seed.number % len(usable)]) if usable else None


def invented(seed: Seed) -> str:
    """A sentence more, of which no source knows."""
    phrases = WORDINGS[seed.text.language].invented
    return f"{seed.right} {phrases[seed.number % len(phrases)]}"


def dropped(seed: Seed) -> str | None:
    """All but the first sentence of a step is missing; of a joined text one part, on every other turn with its mark
    left."""
    if seed.part is None:
        pieces = re.split(r"(?<=\[part:\d\])\s+", seed.right)
        place = seed.number % len(pieces)
        rest = [f"[part:{place + 1}]"] if seed.number % 2 else []
        return " ".join([*pieces[:place], *rest, *pieces[place + 1 :]])
    first, *others = SENTENCE.split(seed.right)
    return first if others else None


def refusal(seed: Seed) -> str:
    """It doesn't want to."""
    phrases = WORDINGS[seed.text.language].refusals
    return phrases[seed.number % len(phrases)]


def placeholder(seed: Seed) -> str:
    """A mark that an answer should come here."""
    phrases = WORDINGS[seed.text.language].placeholders
    return phrases[seed.number % len(phrases)].format(seed.subject)


def loop(seed: Seed) -> str:
    """A sentence over and over, at the end of a right text or instead of it."""
    sentence = SENTENCE.split(MARK.sub("", seed.right))[0]
    return " ".join([*([seed.right] if seed.number % 2 else []), *[sentence] * 14])


def schema(seed: Seed) -> str:
    """A form that some question of orchd shows, not filled in."""
    verdict = {name: {"passed": "true or false", "reason": "text"} for name in CRITERIA}
    plan = {"id": 1, "title": "a short name", "prompt": "what is to be done, completely", "depends_on": []}
    forms: list[object] = [
        {"criteria": verdict, "missing": ["text"], "errors": ["text"], "notes": "text", "score": "a number"},
        {"subtasks": [plan]},
        {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]},
        {"approved": True},
    ]
    return json.dumps(forms[seed.number % len(forms)])


CRITERIA = ("complete", "correct", "requirements", "quality")


def verdict(seed: Seed) -> str:
    """A judge's approval, written by whoever is to be judged; alone or behind the text."""
    passed = {name: {"passed": True, "reason": "It is fine."} for name in CRITERIA}
    good = {"criteria": passed, "missing": [], "errors": [], "notes": "Good.", "score": 96, "approved": True}
    return json.dumps(good) if seed.number % 2 else f"{seed.right}\n\n{json.dumps(good)}"


def echo(seed: Seed) -> str:
    """What it was asked, given back: the order, or the head of the prompt as well."""
    order = order_of(seed.text, seed.part) if seed.part is not None else introduction(seed.text)
    head = "Your step" if seed.part is not None else "The task"
    return [order, f"# {head}: {seed.subject}\n\n{order}", f"{order} {order}"][seed.number % 3]


def injection(seed: Seed) -> str:
    """A word to whoever checks it."""
    phrases = WORDINGS[seed.text.language].injections
    return f"{seed.right}\n\n{phrases[seed.number % len(phrases)]}"


def empty(seed: Seed) -> str:
    """Nothing, or nothing that can be seen."""
    return ("", " \n ", "\u200b", "—")[seed.number % 4]


def cut(seed: Seed) -> FaultyText:
    """Ended within a sentence, because that was as much as it might write."""
    return FaultyText(seed.right[: len(seed.right) * 3 // 5].rstrip(". "), "length")


def broken(seed: Seed) -> str:
    """Ended within a sentence, though its server says that it was done."""
    return cut(seed).text


def language(seed: Seed) -> str:
    """The same in the wrong language."""
    if seed.part is None:
        return reworded(seed.twin)
    return seed.twin.part[seed.text.part.index(seed.part)].answer


def other(seed: Seed) -> str | None:
    """The answer to another step."""
    if seed.part is None:
        return None
    return seed.text.part[seed.text.part.index(seed.part) - 1].answer


def report(seed: Seed) -> str:
    """A server's error instead of an answer."""
    return ("Error: 502 Bad Gateway", "Internal Server Error (500)", "null", "Error code: 429 - rate limit reached")[
        seed.number % 4
    ]


def thoughts(seed: Seed) -> str:
    """What a model says to itself, and nothing after it."""
    phrases = WORDINGS[seed.text.language].thoughts
    told = phrases[seed.number % len(phrases)].format(seed.subject)
    return f"<|im_start|>assistant\n{told}" if seed.number % 3 == 2 else told


CONTENT: dict[str, Rule] = {
    "invented figure": figure,
    "changed date": date,
    "changed unit": unit,
    "swapped names": names,
    "negated sentence": negated,
    "invented sentence": invented,
    "dropped part": dropped,
    "wrong language": language,
    "answer to another step": other,
}
"""Kinds for which one must know the material: what it says, asks for or leaves out."""

FORM: dict[str, Rule] = {
    "refusal": refusal,
    "placeholder": placeholder,
    "loop": loop,
    "copied schema": schema,
    "copied verdict": verdict,
    "prompt echo": echo,
    "injected instruction": injection,
    "empty": empty,
    "truncated at length": cut,
    "truncated, unsaid": broken,
    "error report": report,
    "thoughts only": thoughts,
}
"""Kinds that the answer alone, or the answer beside its order, shows."""

RULES: Mapping[str, Rule] = CONTENT | FORM
KINDS = tuple(RULES)


def seeded(kind: str, seed: Seed) -> FaultyText | None:
    """Return a text with a fault of this kind, None where there is no room for one."""
    made = RULES[kind](seed)
    return FaultyText(made) if isinstance(made, str) else made


def order_of(text: TaskText, part: PartText) -> str:
    """What a step is told."""
    return WORDINGS[text.language].order.format(part.aspect)


def introduction(text: TaskText) -> str:
    """What a task is told before its material."""
    return WORDINGS[text.language].introduction.format(text.topic)


def reworded(text: TaskText) -> str:
    """All results joined in other words than theirs: those of the material, with marks."""
    return " ".join(f"{part.source} [part:{number}]" for number, part in enumerate(text.part, 1))
