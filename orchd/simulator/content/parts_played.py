"""Answers of a planner and of a judge: random values that follow a schema, made to hang together.

A schema can't say that steps depend on earlier ones only, or that a judge who finds nothing wrong approves. Without
that no task would ever get through a simulated model. So a value is recognised by its members' names, and what it says
is put in order; the schema judges it again, and where it refuses, the random value stands. All texts still begin with
`simulated`.
"""

import random
from typing import TypeAlias

from orchd.json_schema import Checker, Json, JsonSchema

MemberSchemas: TypeAlias = dict[str, Json]

STEPS = 3
"""Of each plan: two that stand alone, and one that needs both."""

APPROVED_FROM = 70
GOOD_SCORES = (75, 98)

VERDICTS = frozenset(["approved", "pass", "passed", "met", "in_scope", "inScope"])
"""True members of a judge's answer when there is nothing wrong."""

FINDINGS = frozenset(["missing", "errors", "contradictions", "issues"])
"""Lists that are empty then."""

DEPENDENCIES = frozenset(["depends_on", "dependsOn", "dependencies"])


def play(value: Json, schema: JsonSchema, rng: random.Random, score: int | None) -> Json:
    """Return a plan or a verdict that hangs together in place of `value`; any other value as it is.

    `score`: what the judge is to give, 0 to 100; None for a good one. Below `APPROVED_FROM` it does not approve.
    """
    if not isinstance(value, dict):
        return value
    given = rng.randint(*GOOD_SCORES) if score is None else score
    played = _verdict_members(value, given) | _plan_members(value)
    return played if Checker(schema).flaw(played) is None else value


def _plan_members(value: MemberSchemas) -> MemberSchemas:
    steps = value.get("subtasks")
    pattern = next((step for step in steps if isinstance(step, dict)), None) if isinstance(steps, list) else None
    return {} if pattern is None else {"subtasks": [_step(pattern, number) for number in range(1, STEPS + 1)]}


def _step(pattern: MemberSchemas, number: int) -> Json:
    """Write a step with the members that `pattern` has."""
    needed: list[Json] = [*range(1, number)] if number == STEPS else []
    told: MemberSchemas = {
        "id": number,
        "title": f"Simulated step {number}",
        "prompt": f"Simulated step {number} of {STEPS}: do nothing, and say so.",
        "task_type": "general",
        **dict.fromkeys(DEPENDENCIES, needed),
    }
    return pattern | {name: told[name] for name in pattern.keys() & told.keys()}


def _verdict_members(value: MemberSchemas, score: int) -> MemberSchemas:
    """Return a judge's answer whose verdicts, scores and findings say the same; anybody else's as it is."""
    return _agreeing(value, score) if value.keys() & {*VERDICTS, *FINDINGS} else value


def _agreeing(value: MemberSchemas, score: int) -> MemberSchemas:
    return {name: _member(name, member, score) for name, member in value.items()}


def _member(name: str, member: Json, score: int) -> Json:
    good = score >= APPROVED_FROM
    if isinstance(member, bool):
        return good if name in VERDICTS else member
    if isinstance(member, int | float) and name.lower().endswith("score"):
        return score
    if isinstance(member, list) and name in FINDINGS:
        return [] if good else member
    return _agreeing(member, score) if isinstance(member, dict) else member
