"""Splitting a task: what a planner is told, and one chance to mend a plan that can't be used.

Servers that can are held to a JSON schema. What a schema can't say (no circles, nothing left out) is checked here, and
so is everything else, since not all servers can. A plan that fails is shown to the same model once, with the reason.
"""

import json
from collections.abc import Sequence
from typing import Any

from orchd.errors import OrchdError, UpstreamError
from orchd.features.models import AssistantItem
from orchd.features.task.core.plan_check import MAX_DEPTH, MAX_SUBTASKS, UnusablePlan
from orchd.features.task.core.results import EarlierPlan, Part, Plan, PlannedSubtask
from orchd.features.task.core.work import StepListener, TaskBrief, requester_of
from orchd.features.task.workers.assigning import Assigner, Assignment
from orchd.features.task.workers.context_window import Truncator, room
from orchd.features.task.workers.generating import SOFT, Generator
from orchd.features.task.workers.plan_reading import TYPES, read_plan
from orchd.llm import Answer, Cost, Fit, FittedPrompt, NoAnswerError, Prompt, Sampling, Target, Turn
from orchd.worker.pool import TextWorkers

TEMPERATURE = 0.4
MAX_TOLD = 50
"""Assistants that a planner is told of, by name."""

DESCRIPTION_CHARACTERS = 200

RULES = f"""\
You split a task into subtasks. Each is done by a model that sees the task's text, its own prompt and the results of \
the subtasks that it depends on, and nothing else.

* List all subtasks that the task needs. Summarise nothing and leave nothing out; don't add what was not asked for. A \
task that is one piece of work is one subtask.
* The results are joined afterwards: don't plan a subtask for that, nor for checking.
* prompt: everything that whoever does it must know and do, in full sentences, in the language of the task.
* depends_on: the ids of those subtasks whose results it needs. Subtasks that don't need each other are done at the \
same time. No circles.
* difficulty: an integer from 1 (anybody can) to 10 (only the best can).
* task_type: the kind of work.
* assistant: the name of an assistant from the list if one suits, else "".
* {MAX_SUBTASKS} subtasks at most, {MAX_DEPTH} in a row at most.

Answer with one JSON object and nothing else."""

_FORM = {
    "id": 1,
    "title": "<TITLE>",
    "prompt": "<PROMPT>",
    "depends_on": ["<ID>"],
    "difficulty": "<1 TO 10>",
    "task_type": "<KIND>",
    "assistant": "<NAME>",
}
"""The form of a subtask. It is no plan: a model that copies it has written one that is refused."""

INPUTS = """\
# Results of other tasks, on which this one builds

They are material. Subtasks that depend on nothing are handed them as well; the others are not."""

EARLIER = """\
# The plan before, which a person did not take

{plan}

What they said of it:

{said}

Write another plan that does what they want."""
EARLIER_PROMPT_CHARACTERS = 300
"""Shown of each prompt of the plan before."""

_REPAIR = """\
This plan can't be used: {why}.

Write the whole plan again, mended, as one JSON object and nothing else."""


class Planner:
    """Plans by the models that the assigner chooses."""

    def __init__(self, assigner: Assigner, generator: Generator, trimmer: Truncator, workers: TextWorkers) -> None:
        self._assigner = assigner
        self._generator = generator
        self._trimmer = trimmer
        self._workers = workers

    async def plan(self, brief: TaskBrief, listener: StepListener) -> tuple[Plan, Cost]:
        """Return a checked plan, and what it cost. Waits as long as models take.

        Raises NoAnswerError: what the models' servers raise, or UpstreamError (its reason is `unusable_plan`) when what
        the model wrote twice is no plan.
        """
        assistants = await self._assigner.assistants(brief.task)
        choice = await self._assigner.for_planning(brief.task, assistants)
        requester = requester_of(brief.task)
        question = self._question(brief, assistants, choice)
        written = await self._generator.write(choice.targets, question, requester, listener)
        try:
            return await self._read(written, assistants), written.cost
        except UnusablePlan as flaw:
            repair = self._repair(question, written, flaw)
        try:
            mended = await self._generator.write(_first(written.target, choice), repair, requester, listener)
            return await self._read(mended, assistants), written.cost.plus(mended.cost)
        except NoAnswerError as failed:
            raise NoAnswerError(failed.error, written.cost.plus(failed.spent), failed.model) from failed
        except UnusablePlan as flaw:
            refused = UpstreamError(
                f"the plan of {mended.target.full_name} can't be used: {flaw}", reason="unusable_plan"
            )
            raise NoAnswerError(refused, written.cost.plus(mended.cost), mended.target.full_name) from flaw

    def _question(self, brief: TaskBrief, assistants: Sequence[AssistantItem], choice: Assignment) -> Fit:
        task, schema = brief.task, plan_schema([assistant.name for assistant in assistants[:MAX_TOLD]])
        system = "\n\n".join(text for text in (choice.system_prompt.strip(), RULES) if text)
        form = f"# The form of the answer\n\n{json.dumps({'subtasks': [_FORM]})}"
        ending = "\n\n".join(text for text in (_earlier(brief.earlier), _list_assistants(assistants), form) if text)

        async def fit(target: Target, share: float) -> FittedPrompt:
            beside = self._trimmer.at_most(target, f"{system}\n{task.title}\n{ending}")
            limit = room(self._trimmer.context(target) - beside, share)
            inputs = await self._inputs(brief.inputs, target, limit // 2)
            limit -= self._trimmer.at_most(target, inputs) if inputs else 0
            text = await self._trimmer.shorten(target, task.description, limit)
            cuts = (f"The planner saw the task's text without {text.left_out} characters.",) if text.left_out else ()
            user = "\n\n".join(part for part in (f"# The task: {task.title}", text.text, inputs, ending) if part)
            turns = (Turn("system", system), Turn("user", user))
            return FittedPrompt(Prompt(turns, Sampling(temperature=TEMPERATURE), schema, soft=SOFT), cuts=cuts)

        return fit

    async def _inputs(self, inputs: Sequence[Part], target: Target, limit: int) -> str:
        """Return what other tasks that this one builds on have come to, in `limit` tokens; empty when there is none."""
        shown = []
        for part in inputs:
            text = await self._trimmer.shorten(target, part.text, max(1, limit // len(inputs)))
            shown.append(f"## {part.title}\n\n{text.text}")
        return "\n\n".join([INPUTS, *shown]) if shown else ""

    def _repair(self, question: Fit, written: Answer, flaw: UnusablePlan) -> Fit:
        async def fit(target: Target, share: float) -> FittedPrompt:
            half = self._trimmer.context(target) // 4
            shown = await self._trimmer.shorten(target, written.text, int(half * share))
            asked = await question(target, share * 0.6)
            turns = (*asked.prompt.turns, Turn("assistant", shown.text), Turn("user", _REPAIR.format(why=flaw)))
            return FittedPrompt(
                Prompt(turns, asked.prompt.sampling, asked.prompt.schema, soft=SOFT), asked.cost, asked.cuts
            )

        return fit

    async def _read(self, written: Answer, assistants: Sequence[AssistantItem]) -> Plan:
        """Read a plan. Raises UnusablePlan, and NoAnswerError when it can't be read now: it has cost something."""
        names = [assistant.name for assistant in assistants]
        try:
            subtasks = await self._workers.run(read_plan, written.text, names, raises=(UnusablePlan,))
        except OrchdError as error:
            raise NoAnswerError(error, written.cost, None) from error
        return Plan(subtasks, written.target.full_name)


def _earlier(earlier: EarlierPlan | None) -> str:
    """Return what a planner is told of the plan before, which was not taken; empty when there was none."""
    if earlier is None:
        return ""
    plan = {"subtasks": [_as_planned(number, subtask) for number, subtask in enumerate(earlier.subtasks, 1)]}
    said = "\n".join(f"* {note}" for note in earlier.notes) or "They did not say why."
    return EARLIER.format(plan=json.dumps(plan, ensure_ascii=False), said=said)


def _as_planned(number: int, subtask: PlannedSubtask) -> dict[str, Any]:
    prompt = subtask.prompt
    if len(prompt) > EARLIER_PROMPT_CHARACTERS:
        prompt = prompt[:EARLIER_PROMPT_CHARACTERS] + "…"
    needed = [index + 1 for index in subtask.depends_on]
    members = {"id": number, "title": subtask.title, "prompt": prompt, "depends_on": needed}
    return {**members, "difficulty": subtask.difficulty, "task_type": subtask.task_type}


def plan_schema(names: Sequence[str]) -> dict[str, Any]:
    """Return the JSON schema of a plan, with keywords that every server with structured output knows.

    `names` are those of the assistants.
    """
    members = {
        "id": {"type": "integer", "minimum": 1, "maximum": MAX_SUBTASKS},
        "title": {"type": "string"},
        "prompt": {"type": "string"},
        "depends_on": {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": MAX_SUBTASKS}},
        "difficulty": {"type": "integer", "minimum": 1, "maximum": 10},
        "task_type": {"type": "string", "enum": sorted(TYPES)},
        "assistant": {"type": "string", "enum": ["", *names]},
    }
    subtasks = {"type": "array", "minItems": 1, "items": _object(members)}
    return _object({"subtasks": subtasks})


def _object(members: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _list_assistants(assistants: Sequence[AssistantItem]) -> str:
    if not assistants:
        return "# Assistants\n\nThere are none."
    return "# Assistants\n\n" + "\n".join(map(_introduce, assistants[:MAX_TOLD]))


def _introduce(one: AssistantItem) -> str:
    about = ", ".join(text for text in (one.category, *one.capabilities) if text)
    told = " ".join(one.description.split())[:DESCRIPTION_CHARACTERS]
    return f"* {one.name}" + (f" ({about})" if about else "") + (f": {told}" if told else "")


def _first(target: Target, choice: Assignment) -> list[Target]:
    return [target, *(other for other in choice.targets if other != target)]
