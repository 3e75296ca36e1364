"""Who judges: never the author, rather somebody of another family, whom the user has appointed if there is one.

The user appoints judges by making assistants of the categories `validation` and `analysis`. After them come all models
that are there, by how well they suit such work. A simulated model makes up what it says, so it may judge only what
simulated models wrote.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from orchd.entity import Owner
from orchd.errors import OrchdError, Unavailable
from orchd.features.models import AssistantItem, Models, TaskType, assistants, instructions_of
from orchd.features.verification.judging.model_family import different_family, same_family, same_model
from orchd.features.verification.judging.standing import UNTRIED, JudgeStanding
from orchd.features.verification.records import Appointer
from orchd.llm import Backends, ModelInfo, Requester, Target
from orchd.llm.types import ANY_REQUESTER
from orchd.reasons import Reason
from orchd.storage import Database, Steps

JudgeCategory: TypeAlias = Literal["validation", "analysis"]

SUITS: dict[JudgeCategory, TaskType] = {"validation": "analysis", "analysis": "reasoning"}
"""The kind of task that judging is most like, for each of the two roles."""

MAX_ASSISTANTS, MAX_MODELS = 50, 50

BROKEN_OFF: tuple[Reason | None, ...] = ("connection_lost", "truncated", "gateway")
"""Reasons of answers that ended with their server, or with the way to it."""
SERVER_FAULT = range(500, 600)


class Judge(NamedTuple):
    """A model that may judge; `prompt` is the appointing assistant's own, `appointed` whether there is one. `standing`
    is what its trial has shown."""

    target: Target
    prompt: str
    appointed: bool
    standing: JudgeStanding = UNTRIED

    @property
    def name(self) -> str:
        """The model as results name it."""
        return self.target.full_name


class Judges:
    """Finds the judges for one answer at a time."""

    def __init__(self, database: Database, backends: Backends, models: Models) -> None:
        self._database = database
        self._backends = backends
        self._models = models

    async def candidates(self, category: JudgeCategory, authors: Sequence[str], appointer: Appointer) -> list[Judge]:
        """Return all who might judge, authors included, the appointed first. Waits for the servers' first probe.

        Raises Unavailable when the database is away.
        """
        people = await self._database.read(_staff, appointer.owner, category)
        suggested = await self._models.suggest(SUITS[category], MAX_MODELS, requester=appointer.requester)
        there = self._there(appointer.requester)
        appointed = [
            Judge(target, prompt, True)
            for person, prompt in people
            for name in (person.model, *person.fallbacks)
            if name is not None and (target := _find(name, there)) is not None and target.model.chats
        ]
        others = [
            Judge(Target(info, info.backend), "", False)
            for suggestion in suggested
            for info in there
            if (info.id, info.backend) == (suggestion.model.id, suggestion.model.backend)
        ]
        made_up = bool(authors) and all(self._is_simulated(author) for author in authors)
        return [judge for judge in _once([*appointed, *others]) if made_up or not judge.target.model.simulated]

    def proven(self, candidates: Sequence[Judge], authors: Sequence[str]) -> list[Judge]:
        """Return those who are shown to be somebody other than the authors; nobody where no author is known.

        A server may report another name than it lists, so an author that no server lists could be any model that is
        not of a family of its own. Never waits.
        """
        listed = [info.id for info in self._backends.models(away=True)]
        known = {author for author in authors if any(same_model(author, name) for name in listed)}

        def other(judge: Judge, author: str) -> bool:
            return not same_model(judge.name, author) and (author in known or different_family(judge.name, author))

        return [judge for judge in candidates if authors and all(other(judge, author) for author in authors)]

    def away(self, requester: Requester) -> Unavailable | None:
        """Return the error that all models that may be used for `requester` are away for now, None when there are none.

        Never waits.
        """
        known = any(info.type == "llm" for info in self._backends.models(away=True, requester=requester))
        return Unavailable("the servers of all models are away", reason="no_server") if known else None

    def find(self, name: str, requester: Requester) -> Target | None:
        """Return a model that is there and may be used by its name, `id` or `id@backend`. Never waits."""
        return _find(name, self._there(requester))

    def _there(self, requester: Requester) -> list[ModelInfo]:
        return [info for info in self._backends.models(requester=requester) if info.type == "llm"]

    def _is_simulated(self, author: str) -> bool:
        found = _find(author, self._there(ANY_REQUESTER))
        return found is not None and found.model.simulated


def _staff(owner: Owner, category: JudgeCategory) -> Steps[list[tuple[AssistantItem, str]]]:
    """Return assistants of a category, each with what it is told before anything else."""
    found: list[tuple[AssistantItem, str]] = []
    for person in (yield from assistants(owner, category, True, MAX_ASSISTANTS)):
        told = yield from instructions_of(owner, person.id)
        found.append((person, told.after(person.system_prompt)))
    return found


def is_passing(error: OrchdError) -> bool:
    """Tell whether a judge that could not be asked for this may answer another time."""
    fault = error.reason in BROKEN_OFF or error.http_status in SERVER_FAULT
    return error.reason != "load_failed" and (error.retryable or fault)


def choose(
    candidates: Sequence[Judge], others: Sequence[str], avoid: Sequence[str], fits: Callable[[Target], bool]
) -> Judge | None:
    """Return the best judge who is none of `others`, None when there is nobody else. Never waits.

    Better is, in this order: whose context the question fits, who has not failed its trial, who is not to be avoided,
    who was appointed, who is of another family than all `others`, who comes first.
    """
    free = [candidate for candidate in candidates if not any(same_model(candidate.name, other) for other in others)]

    def rank(judge: Judge) -> tuple[bool, bool, bool, bool, bool]:
        unwanted = any(same_model(judge.name, name) for name in avoid)
        kin = any(same_family(judge.name, other) for other in others)
        failed = judge.standing.failure is not None
        return not fits(judge.target), failed, unwanted, not judge.appointed, kin

    return min(free, key=rank, default=None)


def _find(name: str, there: Sequence[ModelInfo]) -> Target | None:
    found = next((info for info in there if info.is_called(name)), None)
    return None if found is None else Target(found, found.backend)


def _once(judges: Sequence[Judge]) -> Iterator[Judge]:
    """Leave out who comes again: a model that was appointed is in the list of all models too."""
    seen: set[str] = set()
    for judge in judges:
        if judge.name not in seen:
            seen.add(judge.name)
            yield judge
