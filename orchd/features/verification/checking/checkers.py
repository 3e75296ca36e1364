"""Who is asked for a second opinion: one model made to check claims, one that ranks texts, else one that chats.

A model made for it may be loaded for that, if not for each step of a task: whoever has one wants it used. One that
chats is asked only if it is there anyway, is shown to be somebody other than the authors by the rules for judges, and
has a template to answer by. It had better not be the judge, who has been asked already.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from orchd.features.verification.checking.forms import OpinionKind
from orchd.features.verification.judging.judges import Judge, Judges, choose
from orchd.features.verification.judging.model_family import same_model
from orchd.features.verification.records import CheckRequest
from orchd.llm import Backends, CheckerKind, ModelInfo, Requester, ServerKind, Target, checker_kind

FACTS: tuple[CheckerKind, ...] = ("minicheck", "guardian", "entailment")
"""Kinds that say whether a claim is borne out, the best first."""

RANKING: tuple[OpinionKind, ...] = ("entailment", "reranker")
"""Kinds that score pairs of texts, and answer nothing."""

REFUSING: Mapping[CheckerKind, tuple[ServerKind, ...]] = {
    "guardian": ("lmstudio",),
    "entailment": ("lmstudio", "ollama"),
    "reranker": ("lmstudio", "ollama"),
}
"""Servers that can't ask such a model: the arguments of the template can't be given, or nothing is ranked there."""


class ClaimChecker(NamedTuple):
    """A model that may be asked, and how."""

    target: Target
    kind: OpinionKind
    server: ServerKind | None

    @property
    def name(self) -> str:
        """The model as results name it."""
        return self.target.full_name


def made_for_it(backends: Backends, authors: Sequence[str], requester: Requester) -> list[ClaimChecker]:
    """Return the best of those that were made for it, then the best that ranks. Never waits."""
    servers = {health.name: health.kind for health in backends.health()}
    found = [
        ClaimChecker(Target(info, info.backend), kind, servers.get(info.backend))
        for info in backends.models(requester=requester)
        if (kind := _kind(info)) is not None and servers.get(info.backend) not in REFUSING.get(kind, ())
        if not info.simulated and not any(same_model(info.id, author) for author in authors)
    ]
    facts = sorted((checker for checker in found if checker.kind != "reranker"), key=_rank)
    ranking = sorted((checker for checker in found if checker.kind == "reranker"), key=_rank)
    return [*facts[:1], *ranking[:1]]


async def that_chats(backends: Backends, judges: Judges, work: CheckRequest, judge: Judge | None) -> list[ClaimChecker]:
    """Return a model that chats and is none of the authors, if one is loaded. Raises Unavailable for the database."""
    authors = work.authors
    there = judges.proven(await judges.candidates("validation", authors, work.appointer), authors)
    ready = [
        other for other in there if other.target.model.loaded is not False and other.target.model.template is not False
    ]
    chosen = choose(ready, authors, [] if judge is None else [judge.name], lambda target: True)
    if chosen is None:
        return []
    servers = {health.name: health.kind for health in backends.health()}
    return [ClaimChecker(chosen.target, "chat", servers.get(chosen.target.backend))]


def _kind(info: ModelInfo) -> CheckerKind | None:
    """Return what kind of checker a model is; its server may call one that ranks by another name."""
    return checker_kind(info.id) or ("reranker" if info.purpose == "reranking" else None)


def _rank(checker: ClaimChecker) -> tuple[bool, int]:
    order = FACTS.index(checker.kind) if checker.kind in FACTS else 0
    return checker.target.model.loaded is False, order
