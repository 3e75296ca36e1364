"""Who does what: which models are asked for a piece of work, in which order, and why.

What a person has said goes first: a model that is fixed is the only one, an assistant's own models come in its order.
After those come the models that suit the kind of work best, as `Models.suggest` orders them by what they can, their
measured speed, their ratings and how their earlier results were judged. Difficulties are spread over the sizes that are
there, from the least to the largest. Models that have failed at this piece come last. Each point is kept
by a code, of which its sentence is made.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from msgspec import UNSET

from orchd.errors import Forbidden, NotFound, Unavailable
from orchd.features.models import (
    AssistantItem,
    Instructions,
    Models,
    ModelSuggestion,
    TaskType,
    assistants,
    count_told,
    find_assistant,
    ground_words,
    instructions_for,
    instructions_of,
)
from orchd.features.task.core.causes import failure
from orchd.features.task.core.results import AssignmentGroundCode, TaskAssignmentGround
from orchd.features.task.core.rows import TaskRow
from orchd.features.task.core.work import SubtaskOrder, requester_of
from orchd.llm import AskedInVain, Backends, Requester, Target
from orchd.storage import Database

PAGE = 200
"""Assistants that are read at once; more than a planner could be told of."""

MAX_TARGETS = 6
SUGGESTED = 50

PLANNING_DIFFICULTY, JOINING_DIFFICULTY = 8, 6
PLANNERS = ("planning", "research")
"""Categories of assistants that plan, the first that has one with a model."""


class Assignment(NamedTuple):
    """The models for a piece of work, the first one first, never none; why; and the assistant whose part it is."""

    targets: tuple[Target, ...]
    grounds: list[TaskAssignmentGround]
    assistant: AssistantItem | None = None
    instructions: Instructions = Instructions()

    @property
    def reasons(self) -> list[str]:
        """Why, for people."""
        return [line_of(ground) for ground in self.grounds]

    @property
    def system_prompt(self) -> str:
        """What is told before anything else: the assistant's prompt, then instructions; empty when there is none."""
        return self.instructions.after("" if self.assistant is None else self.assistant.system_prompt)


class Requirements(NamedTuple):
    """What models are looked for; `model` is the only one, if a person has fixed it. `avoid` are names as they were
    given in results: "id@backend"."""

    task_type: TaskType
    difficulty: int
    model: str | None = None
    assistant: AssistantItem | None = None
    avoid: Collection[str] = ()


class Assigner:
    """Chooses among the models that are there now."""

    def __init__(self, database: Database, backends: Backends, models: Models) -> None:
        self._database = database
        self._backends = backends
        self._models = models

    async def assistants(self, task: TaskRow) -> list[AssistantItem]:
        """Return assistants that may be assigned, by name: the first of those that whose task it is has."""
        return await self._database.read(assistants, task.whose.reader, None, True, PAGE)

    async def for_order(self, order: SubtaskOrder) -> Assignment:
        """Choose who does a subtask. Raises NotFound or Unavailable when the fixed model, or any model at all, isn't
        available."""
        subtask = order.subtask
        assistant = None if subtask.assistant is None else await self.find(order.task, subtask.assistant)
        kind: TaskType = "general" if subtask.task_type == "embedding" else subtask.task_type
        wanted = Requirements(kind, subtask.difficulty, subtask.model, assistant, order.avoid)
        choice = await self._choose(wanted, requester_of(order.task))
        if subtask.model is None and subtask.assistant is not None and assistant is None:
            choice.grounds.insert(0, TaskAssignmentGround(code="assistant_gone", assistant=subtask.assistant))
        return choice._replace(instructions=await self.instructions(order.task, assistant, general=True))

    async def for_planning(self, task: TaskRow, assistants: Sequence[AssistantItem]) -> Assignment:
        """Choose who plans a task. Raises like `for_order`."""
        planners = [
            assistant
            for kind in PLANNERS
            for assistant in assistants
            if assistant.category == kind and assistant.model is not None
        ]
        assistant = planners[0] if planners else None
        wanted = Requirements("reasoning", PLANNING_DIFFICULTY, task.model, assistant)
        choice = await self._choose(wanted, requester_of(task))
        return choice._replace(instructions=await self.instructions(task, assistant, general=False))

    async def for_joining(self, task: TaskRow) -> Assignment:
        """Choose who joins the results of a task. Raises like `for_order`."""
        return await self._choose(Requirements("analysis", JOINING_DIFFICULTY, task.model), requester_of(task))

    async def find(self, task: TaskRow, name: str) -> AssistantItem | None:
        """Return an assistant that may be assigned, None when there is none of this name."""
        return await self._database.read(find_assistant, task.whose.reader, name)

    async def instructions(self, task: TaskRow, assistant: AssistantItem | None, *, general: bool) -> Instructions:
        """Return what an assistant is told besides, and what everybody is who works for the same people (`general`);
        they are counted."""
        reader, project_id = task.whose.reader, task.whose.project_id
        assistant_id = None if assistant is None else assistant.id
        if general:
            told = await self._database.read(instructions_for, reader, project_id, assistant_id)
        elif assistant_id is not None:
            told = await self._database.read(instructions_of, reader, assistant_id)
        else:
            return Instructions()
        if told.ids:
            await self._database.write(count_told, told)
        return told

    async def _choose(self, wanted: Requirements, requester: Requester) -> Assignment:
        if wanted.model is not None:
            target = await self._backends.resolve(wanted.model, None, None, requester=requester)
            fixed = TaskAssignmentGround(code="fixed", model=wanted.model)
            return Assignment((target,), [fixed], wanted.assistant)
        grounds: list[TaskAssignmentGround] = []
        own = await self._own(wanted.assistant, requester, grounds)
        suggested = await self._suggestions(wanted, requester, grounds)
        ordered = _without_repeats([*own, *suggested])
        if not ordered:
            raise Unavailable("no model server has a language model", reason="no_model")
        fresh = [target for target in ordered if not is_among(target, wanted.avoid)]
        used = [target for target in ordered if is_among(target, wanted.avoid)]
        if used and fresh:
            grounds.append(TaskAssignmentGround(code="last_resort", models=_names(used)))
        elif used:
            grounds.append(TaskAssignmentGround(code="all_failed"))
        targets = tuple((fresh + used)[:MAX_TARGETS])
        if len(targets) > 1:
            first, *others = targets
            grounds.append(TaskAssignmentGround(code="next", model=first.full_name, models=_names(others)))
        return Assignment(targets, grounds, wanted.assistant)

    async def _own(
        self, assistant: AssistantItem | None, requester: Requester, grounds: list[TaskAssignmentGround]
    ) -> list[Target]:
        """Return those of an assistant's models that are available, in its order."""
        if assistant is None:
            return []
        found: list[Target] = []
        for name in (*([] if assistant.model is None else [assistant.model]), *assistant.fallbacks):
            try:
                target = await self._backends.resolve(name, None, None, requester=requester)
            except (NotFound, Unavailable, Forbidden) as error:
                told = failure(error.code, error.message, error.reason)
                unable = TaskAssignmentGround(code="assistant_unable", assistant=assistant.name, model=name, error=told)
                grounds.append(unable)
                continue
            if target.model.chats:
                found.append(target)
            else:
                other = TaskAssignmentGround(
                    code="assistant_other", assistant=assistant.name, model=name, purpose=target.model.purpose
                )
                grounds.append(other)
        if found:
            uses = TaskAssignmentGround(code="assistant_uses", assistant=assistant.name, models=_names(found))
            grounds.append(uses)
        return found

    async def _suggestions(
        self, wanted: Requirements, requester: Requester, grounds: list[TaskAssignmentGround]
    ) -> list[Target]:
        """Return the models that suit the kind of work, the best first, each on the server that is best placed."""
        suggestions = await self._models.suggest(wanted.task_type, SUGGESTED, wanted.difficulty, requester=requester)
        if not suggestions and wanted.task_type != "general":
            grounds.append(TaskAssignmentGround(code="none_made_for", task_type=wanted.task_type))
            suggestions = await self._models.suggest("general", SUGGESTED, wanted.difficulty, requester=requester)
        ranked = _real(suggestions)
        found: list[Target] = []
        for suggestion in ranked:
            if len(found) > MAX_TARGETS:
                break
            try:
                found.append(await self._backends.resolve(suggestion.model.id, None, None, requester=requester))
            except (NotFound, Unavailable):
                continue
        if ranked:
            grounds.append(_suits(ranked[0], wanted))
        return found


def _real(suggestions: list[ModelSuggestion]) -> list[ModelSuggestion]:
    """Leave out simulated models where there are others."""
    return [suggestion for suggestion in suggestions if not suggestion.model.simulated] or suggestions


def is_among(target: Target, names: Collection[str]) -> bool:
    """Tell whether a model is one of these, on whichever server."""
    return any(target.model.is_called(name) or _id_in(name) == target.model.id for name in names)


def _id_in(name: str) -> str:
    return name.rpartition("@")[0] or name


def _without_repeats(targets: Sequence[Target]) -> list[Target]:
    return list({target.full_name: target for target in targets}.values())


def _names(targets: Sequence[Target]) -> list[str]:
    return [target.full_name for target in targets]


def line_of(ground: TaskAssignmentGround) -> str:
    """Return in a sentence what a ground says."""
    return _WORDS[ground.code](ground)


def failure_grounds(asked: Sequence[AskedInVain]) -> list[TaskAssignmentGround]:
    """Return why a text is not of those models that were asked for it before."""
    return [
        TaskAssignmentGround(code="failed", model=each.model, error=failure(each.code, each.message, each.reason))
        for each in asked
    ]


def _suits(best: ModelSuggestion, wanted: Requirements) -> TaskAssignmentGround:
    """Return why a model is the first of those that suit the kind of work."""
    return TaskAssignmentGround(
        code="suits",
        task_type=wanted.task_type,
        difficulty=wanted.difficulty,
        model=best.model.name,
        grounds=best.grounds,
    )


def _suits_words(ground: TaskAssignmentGround) -> str:
    known = "; ".join(map(ground_words, ground.grounds or ())) or "nothing is known of it"
    return f"For {ground.task_type} work of difficulty {ground.difficulty}, {ground.model} suits best: {known}."


def _other_words(ground: TaskAssignmentGround) -> str:
    what = "does not chat" if ground.purpose == "other" else f"is a model for {ground.purpose}"
    return f"The assistant {ground.assistant} would use {ground.model}, but that {what}."


def _unable_words(ground: TaskAssignmentGround) -> str:
    why = "" if ground.error is UNSET else ground.error.message
    return f"The assistant {ground.assistant} would use {ground.model}, but {why}."


def _models(ground: TaskAssignmentGround) -> str:
    return ", ".join(ground.models or ())


_WORDS: Mapping[AssignmentGroundCode, Callable[[TaskAssignmentGround], str]] = {
    "all_failed": lambda ground: "All models that there are have failed at this before; they are asked again.",
    "assistant_gone": lambda ground: f"The assistant {ground.assistant} is not there any more.",
    "assistant_other": _other_words,
    "assistant_unable": _unable_words,
    "assistant_uses": lambda ground: f"The assistant {ground.assistant} uses {_models(ground)}.",
    "failed": lambda ground: f"{ground.model} failed: {'' if ground.error is UNSET else ground.error.message}.",
    "fixed": lambda ground: f"The model {ground.model} is fixed by a person.",
    "last_resort": lambda ground: f"Only as a last resort, as an attempt of theirs failed: {_models(ground)}.",
    "next": lambda ground: f"If {ground.model} fails: {_models(ground)}.",
    "none_made_for": lambda ground: f"No model is known to be made for {ground.task_type}.",
    "order_condensed": lambda ground: "The order was too long for the model, and was condensed part by part.",
    "result_cut": lambda ground: f'Of the result of "{ground.title}", {ground.count} characters were left out.',
    "suits": _suits_words,
    "text_condensed": lambda ground: "The task's text was too long for the model, and was condensed part by part.",
}
