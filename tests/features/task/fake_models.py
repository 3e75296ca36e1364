"""Model servers in memory: what each model answers is a function of the test."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from orchd.errors import NotFound, OrchdError, Unavailable
from orchd.features.models import AssistantItem, Instructions, ModelSuggestion, TaskType
from orchd.features.models.catalog.catalog import item
from orchd.features.models.catalog.recommend import Candidate, recommend
from orchd.features.task.core.results import Part
from orchd.features.task.core.rows import TaskRow
from orchd.features.task.core.work import SubtaskOrder, TaskBrief
from orchd.features.task.workers.assigning import Assigner
from orchd.features.task.workers.generating import Generator
from orchd.features.text import Digest, ShortenedText
from orchd.features.verification import Appointer
from orchd.llm import (
    BackendHealth,
    Backends,
    Cost,
    CostListener,
    Listener,
    ModelInfo,
    Outcome,
    Prompt,
    Requester,
    Target,
    Usage,
)
from orchd.llm.types import ANY_REQUESTER
from orchd.protocol.identity import LOCAL_USER_ID
from tests.features.task import states

Reply: TypeAlias = str | OrchdError | tuple[str, OrchdError | str]
"""An answer; an error before the first token; text and an error after it, or text and another finish reason."""

Script: TypeAlias = Callable[[str, Prompt], Awaitable[Reply] | Reply]

NOW = "2026-01-01T00:00:00.000Z"


class FakeBackends(Backends):
    """These models; `script` answers by the model's id and the prompt. `asked` holds what was asked of whom."""

    def __init__(self, *infos: ModelInfo) -> None:
        super().__init__([])
        self.infos = infos or (ModelInfo("alpha", "one", context=4000), ModelInfo("beta", "two", context=4000))
        self.script: Script = lambda model, prompt: f"{model} says so."
        self.usage: Usage | None = Usage(10, 5, 15)
        self.asked: list[tuple[str, Prompt]] = []
        self.claims: list[Requester] = []

    def models(self, *, away: bool = False, requester: Requester = ANY_REQUESTER) -> list[ModelInfo]:
        """All of them are there."""
        return list(self.infos)

    async def resolve(self, asked: str | None, conversation: str | None, default: str | None, **_: object) -> Target:
        """Find by id, or id@backend."""
        for info in self.infos:
            if asked in (info.id, f"{info.id}@{info.backend}"):
                return Target(info, info.backend)
        raise NotFound(f"no model server has a model {asked}", field="model")

    async def _answer(
        self, target: Target, prompt: Prompt, listener: Listener, max_bytes: int, requester: Requester
    ) -> Outcome:
        """Stand in below the real fall-backs."""
        self.asked.append((target.model.id, prompt))
        self.claims.append(requester)
        listener.on_phase("prompt", None)
        if isinstance(listener, CostListener):
            listener.on_call()
        found = self.script(target.model.id, prompt)
        reply = found if isinstance(found, str | OrchdError | tuple) else await found
        text, end = reply if isinstance(reply, tuple) else ("", reply) if isinstance(reply, OrchdError) else (reply, "")
        if text:
            listener.on_phase("generating", None)
            listener.on_delta("reasoning", "Hm.")
            listener.on_delta("content", text)
        if isinstance(end, OrchdError):
            raise end
        return Outcome(end or "stop", target.model.id, self.usage)

    @property
    def names(self) -> list[str]:
        """Who was asked, in order."""
        return [model for model, _ in self.asked]


class FakeModels:
    """Suggests the models in the order of the real recommendation."""

    def __init__(self, backends: FakeBackends) -> None:
        self._backends = backends

    async def suggest(
        self, task: TaskType, limit: int, difficulty: int | None = None, **_: object
    ) -> list[ModelSuggestion]:
        """Score them by what they are."""
        scored = recommend(task, [Candidate(info, None, None) for info in self._backends.infos], difficulty)
        items = [
            item(model.candidate.info, model.candidate.info.id, well(model.candidate.info), None) for model in scored
        ]
        return [
            ModelSuggestion(shown, suggestion.score, suggestion.reasons, suggestion.grounds)
            for shown, suggestion in zip(items, scored, strict=True)
        ][:limit]


def well(info: ModelInfo) -> BackendHealth:
    """A healthy server of a model."""
    return BackendHealth(info.backend, "http://127.0.0.1:1", "openai", ok=True, reason=None, models=1)


class Bureau(Assigner):
    """An assigner without a database."""

    def __init__(self, backends: FakeBackends, *staff: AssistantItem) -> None:
        self._backends = backends
        self._models = FakeModels(backends)  # type: ignore[assignment] # only `suggest` is used
        self.staff = list(staff)

    async def assistants(self, task: TaskRow) -> list[AssistantItem]:
        """Return the test's."""
        return self.staff

    async def find(self, task: TaskRow, name: str) -> AssistantItem | None:
        """Return one of the test's."""
        return next((assistant for assistant in self.staff if assistant.name == name), None)

    async def instructions(self, task: TaskRow, assistant: AssistantItem | None, *, general: bool) -> Instructions:
        """There are none."""
        return Instructions()


class Words:
    """A trimmer that counts words; contexts are in words too. A digest is the text's last word."""

    def __init__(self) -> None:
        self.digested: list[tuple[int, str, str]] = []
        self.error: OrchdError | None = None

    def at_most(self, target: Target, text: str) -> int:
        """Count words."""
        return len(text.split())

    def context(self, target: Target) -> int:
        """Return it."""
        return target.model.context or 4000

    async def shorten(self, target: Target, text: str, limit: int) -> ShortenedText:
        """Keep the first words."""
        words = text.split()
        if len(words) <= limit:
            return ShortenedText(text, 0)
        kept = " ".join(words[: max(0, limit)])
        return ShortenedText(kept, len(text) - len(kept))

    async def digest(self, user: int, target: Target, text: str, instruction: str, reduce: str) -> Digest:
        """Keep the last word."""
        if self.error is not None:
            raise self.error
        self.digested.append((user, target.full_name, instruction))
        return Digest(f"digest of {text.split()[-1]}", Cost(3, 100, 20))


class Readership:
    """Those who will check an answer can read so many tokens."""

    def __init__(self, tokens: int | None = None) -> None:
        self.tokens = tokens

    async def readable(self, author: str, request: str, appointer: Appointer) -> int | None:
        """Say so."""
        return self.tokens


class Audience:
    """Hears what is told while a step runs."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.models: list[str] = []
        self.cost = Cost()

    def on_delta(self, text: str) -> None:
        """Keep it."""
        self.told.append(text)

    def on_model(self, name: str) -> None:
        """Keep it."""
        self.models.append(name)

    def on_cost(self, cost: Cost) -> None:
        """Add it."""
        self.cost = self.cost.plus(cost)


def generator(backends: FakeBackends, seconds: float = 60.0) -> Generator:
    """A generator that counts words."""
    return Generator(backends, Words().at_most, seconds)


def assistant(
    name: str, model: str | None = None, *fallbacks: str, category: str = "", prompt: str = ""
) -> AssistantItem:
    """An assistant as it is stored."""
    return AssistantItem(
        id=1,
        name=name,
        category=category,
        model=model,
        fallbacks=fallbacks,
        system_prompt=prompt,
        user_id=LOCAL_USER_ID,
        project_id=None,
        version=1,
        created_at=NOW,
        updated_at=NOW,
        deleted_at=None,
    )


def order(
    about: str = "All about rivers.",
    parts: Sequence[Part] = (),
    guidance: str | None = None,
    avoid: Sequence[str] = (),
    **changes: object,
) -> SubtaskOrder:
    """A subtask that is to be done, of a task with the text `about`."""
    members = {"title": "The step", "prompt": "Name a river.", **changes}
    return SubtaskOrder(
        states.task(title="The task", description=about), states.subtask(3, **members), 1, guidance, avoid, parts
    )


def brief(description: str = "All about rivers.", model: str | None = None) -> TaskBrief:
    """A task as the planner sees it."""
    return TaskBrief(states.task(title="The task", description=description, model=model))


def parts(*texts: str) -> list[Part]:
    """Results with the ids 11, 12, ..."""
    return [Part(10 + number, f"Part {number}", text) for number, text in enumerate(texts, 1)]


def away(name: str = "it") -> Unavailable:
    """A server that can't be reached."""
    return Unavailable(f"{name} can't be reached", reason="connect")


def system_of(prompt: Prompt) -> str:
    """What the model is told first."""
    return prompt.turns[0].content


def user_of(prompt: Prompt) -> str:
    """What it is asked last."""
    return prompt.turns[-1].content


def targets(backends: FakeBackends, *names: str) -> Sequence[Target]:
    """Models by their ids."""
    return [Target(info, info.backend) for name in names for info in backends.infos if info.id == name]
