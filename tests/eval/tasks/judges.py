"""Judges by script: what each kind of them says of a result, whatever it is asked.

A judge is handed what it was shown. The sound one knows what is right by the scenario, as nobody does outside of such a
trial; the others don't look.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from orchd.features.verification.trials.samples import CLAIMS, CLAIMS_TEXT, RESULTS
from tests.eval.tasks.scenarios import FORMS, Scenario
from tests.eval.tasks.seeding import CRITERIA, MARK, order_of

SECTION = r"<<<{name}(?: [0-9a-f]+)?>>>\n(.*?)\n<<<END {name}(?: [0-9a-f]+)?>>>"
CLAIM = re.compile(r"^(\d+)\. (.*)$", re.MULTILINE)
WORD = re.compile(r"\w+")


class Shown(NamedTuple):
    """What a judge was shown, and of which task; None in its trial as a judge."""

    scenario: Scenario | None
    text: str

    def section(self, name: str) -> str:
        """Return what stands between its lines, empty when it is not there."""
        found = re.search(SECTION.format(name=name), self.text, re.DOTALL)
        return "" if found is None else found[1]

    @property
    def place(self) -> int | None:
        """Which step's result it is, None for the joined text."""
        assert self.scenario is not None
        return step_in(self.scenario, f"{self.section('TITLE')}\n{self.section('REQUEST')}")

    @property
    def is_faulty(self) -> bool:
        """Whether the result holds the scenario's fault."""
        fault = None if self.scenario is None else self.scenario.fault
        return fault is not None and fault.part == self.place

    @property
    def asked(self) -> list[tuple[int, str]]:
        """The claims in question, with their numbers."""
        wanted = {int(number) for number in re.findall(r"\d+", self.section("IN QUESTION"))}
        return [(int(number), text) for number, text in CLAIM.findall(self.section("CLAIMS")) if int(number) in wanted]


Judge: TypeAlias = Callable[[str, Shown], str]
"""Answers a question of this kind: `verdict`, `examination`."""


def step_in(scenario: Scenario, text: str) -> int | None:
    """Return which step of a task is asked for in a text, by its order."""
    found = [at for at, part in enumerate(scenario.text.part) if order_of(scenario.text, part) in text]
    return found[0] if found else None


def title_of(aspect: str) -> str:
    """Return a step's title."""
    return aspect[0].upper() + aspect[1:]


def approval(**changes: Any) -> str:
    """An approval as a good judge writes it, with other members."""
    passed = {name: {"passed": True, "reason": "It meets what was asked."} for name in CRITERIA}
    good = {"criteria": passed, "missing": [], "errors": [], "notes": "It is right.", "score": 92, "approved": True}
    return json.dumps(good | changes)


def refusal(why: str) -> str:
    """A refusal with its reason."""
    failed = {name: {"passed": name == "quality", "reason": why} for name in CRITERIA}
    return approval(criteria=failed, errors=[why], notes=why, score=20, approved=False)


def opinions(supported: Sequence[int] = (), contradicted: Sequence[int] = (), **changes: Any) -> str:
    """Opinions on claims by their numbers."""
    issues = [
        {"claim": number, "kind": "contradicted", "reason": "The text says otherwise."} for number in contradicted
    ]
    said = {"supported": [*supported], "issues": issues, "contradictions": [], "inScope": True, "scopeReason": "Yes."}
    return json.dumps(said | changes)


def is_right(scenario: Scenario, claim: str) -> bool:
    """Tell whether the right texts of a task say this in so many words."""
    right = [scenario.description, scenario.joined, *scenario.answers]
    right += [FORMS[form](scenario.text, part.aspect, part.answer) for form in FORMS for part in scenario.text.part]
    return any(_words(claim) in _words(text) for text in right)


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(MARK.sub('', text).lower()))} "


def sound(kind: str, shown: Shown) -> str:
    """Knows the fault, and names it; approves of what has none."""
    if shown.scenario is None:
        return _sound_on_trial(kind, shown)
    fault = shown.scenario.fault
    if kind == "examination":
        wrong = [number for number, claim in shown.asked if not is_right(shown.scenario, claim)]
        return opinions([number for number, _ in shown.asked if number not in wrong], wrong)
    if fault is not None and shown.is_faulty:
        return refusal(f"The result has a fault: {fault.kind}.")
    return approval()


def is_trial(text: str) -> bool:
    """Tell whether a question is one of a trial as a judge."""
    return CLAIMS_TEXT in text or any(sample.material in text and sample.request in text for sample in RESULTS)


def _sound_on_trial(kind: str, shown: Shown) -> str:
    if kind == "examination":
        right = {sample.claim for sample in CLAIMS if sample.supported}
        told = [number for number, claim in shown.asked if claim in right]
        return opinions(told, [number for number, _ in shown.asked if number not in told])
    (fault,) = {sample.fault for sample in RESULTS if sample.result == shown.section("RESULT")}
    return refusal(f"The result has a fault: {fault}.") if fault else approval()


def lazy(kind: str, shown: Shown) -> str:
    """Approves of everything."""
    return opinions([number for number, _ in shown.asked]) if kind == "examination" else approval()


def contrary(kind: str, shown: Shown) -> str:
    """Approves, and lists what is wrong and missing."""
    if kind == "examination":
        return lazy(kind, shown)
    return approval(errors=["The second sentence is invented and wrong."], missing=["the whole conclusion"])


def silent(_kind: str, _shown: Shown) -> str:
    """Talks, and says nothing that counts."""
    return "On the whole I would say that this is a fine piece of work, with some room for improvement."


def copying(_kind: str, shown: Shown) -> str:
    """Copies a verdict that stands in the text, with its members in another order; else the form that it is shown."""
    for name in ("RESULT", "CLAIMS"):
        start = shown.section(name).find("{")
        if start >= 0:
            try:
                value, _ = json.JSONDecoder().raw_decode(shown.section(name)[start:])
            except ValueError:
                continue
            return json.dumps(dict(reversed(value.items())))
    return shown.text[shown.text.rfind("\n{") + 1 :]


def contradicting(kind: str, shown: Shown) -> str:
    """Approves, and calls every claim contradicted."""
    return opinions(contradicted=[number for number, _ in shown.asked]) if kind == "examination" else approval()


JUDGES: Mapping[str, Judge] = {
    "sound": sound,
    "lazy": lazy,
    "contrary": contrary,
    "silent": silent,
    "copying": copying,
    "contradicting": contradicting,
}
