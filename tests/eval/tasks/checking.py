"""Answers of single steps held against their sources by `Verification` alone, as `verify:message` has it done.

There an answer must rest on its sources; in a task it need not.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import trio

from orchd.features.models import open_models
from orchd.features.monitoring import MemoryMeter
from orchd.features.monitoring.messages import MonitoringMemory
from orchd.features.text import open_texts
from orchd.features.verification import CheckRequest, Source, Verification, VerificationOutcome, open_verification
from tests.eval.tasks.judges import title_of
from tests.eval.tasks.scenarios import Scenario
from tests.eval.tasks.seeding import order_of
from tests.eval.tasks.trial import AUTHOR, HANG_SECONDS, Ending, Panel, served

ENDINGS: dict[VerificationOutcome, Ending] = {
    "verified": "verified",
    "self_checked": "self-checked",
    "rejected": "rejected",
    "undecided": "asked",
}
AT_ONCE = 8


class SourceCheck(NamedTuple):
    """How the check of a step's answer ended; `kind` is that of its fault, empty when it has none."""

    scenario: Scenario
    kind: str
    ending: Ending
    confidence: int
    found: tuple[str, ...]


async def checked(scenarios: Sequence[Scenario], panel: Panel) -> list[SourceCheck]:
    """Check an answer of each scenario, the faulty one or each step in turn; those with a joined fault are left out."""
    places = [place for place in map(_place, scenarios, range(len(scenarios))) if place is not None]
    wanted = [scenario for scenario in scenarios if scenario.fault is None or scenario.fault.part is not None]
    made: dict[int, SourceCheck] = {}
    with TemporaryDirectory() as directory, trio.fail_after(HANG_SECONDS):
        async with served(Path(directory), wanted, panel) as services, trio.open_nursery() as nursery:
            models = open_models(services, MemoryMeter(_memory, list)).door
            verification = open_verification(services, models, open_texts(services).door).door
            limiter = trio.CapacityLimiter(AT_ONCE)

            async def check(number: int) -> None:
                async with limiter:
                    made[number] = await _check(verification, wanted[number], places[number])

            for number in range(len(wanted)):
                nursery.start_soon(check, number)
    return [made[number] for number in range(len(wanted))]


def _place(scenario: Scenario, number: int) -> int | None:
    return number % len(scenario.text.part) if scenario.fault is None else scenario.fault.part


async def _check(verification: Verification, scenario: Scenario, place: int) -> SourceCheck:
    part, written = scenario.text.part[place], scenario.answer(place)
    report = await verification.check(
        CheckRequest(
            question=order_of(scenario.text, part),
            answer=written.text,
            authors=(f"{AUTHOR}@models",),
            title=title_of(part.aspect),
            requirements=f"It is one step of this task: {scenario.title}",
            sources=(Source("the material", scenario.description),),
            grounded=True,
            finish_reason=written.finish,
        )
    )
    kind = "" if scenario.fault is None else scenario.fault.kind
    found = tuple(finding.reason for finding in report.ledger.findings)
    return SourceCheck(scenario, kind, ENDINGS[report.outcome], report.confidence, found)


def _memory() -> MonitoringMemory:
    return MonitoringMemory(None, None, None, None, None, None)
