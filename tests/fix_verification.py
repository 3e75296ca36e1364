"""Verification with a real database, and judges that say what a test writes."""

import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

import pytest
import trio

from orchd.entity import LOCAL_OWNER
from orchd.errors import OrchdError
from orchd.features.models import Models
from orchd.features.monitoring import FreeMemory
from orchd.features.text import Texts
from orchd.features.text.cutting.calibration import Calibration
from orchd.features.text.cutting.counting import Counting
from orchd.features.text.cutting.cutting import Cutting
from orchd.features.text.processing.process import Processing
from orchd.features.verification import CheckRequest, Verification, VerifyClaimItem
from orchd.features.verification.checking.consulting import CheckerLimits
from orchd.features.verification.hallucination.claims import measure
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.records import TASK, Appointer, SilentCheckListener
from orchd.features.verification.trials.samples import CLAIMS, CLAIMS_TEXT, RESULTS
from orchd.features.verification.trials.trials import JudgeTrials
from orchd.llm import (
    BackendHealth,
    Backends,
    BackendSpec,
    Listener,
    ModelInfo,
    Outcome,
    Prompt,
    Requester,
    Target,
    Usage,
)
from orchd.llm.types import ANY_REQUESTER
from orchd.storage import Database, open_database
from orchd.worker.pool import InPlace
from tests.migrated import place_database

Kind: TypeAlias = Literal["verdict", "examination", "comparison", "sample"]
Said: TypeAlias = str | OrchdError | Callable[[Prompt], str]

DEFAULT_LIMITS = CheckerLimits()
SMALL_TALK = Usage(10, 5, 15)
CRITERIA = ("complete", "correct", "requirements", "quality")


OURS = Appointer(LOCAL_OWNER, TASK)
"""The local owner, whose assistants may judge."""


def verdict(**members: Any) -> str:
    """A good verdict as a judge writes it, with other members."""
    criteria = {name: {"passed": True, "reason": "fine"} for name in CRITERIA}
    good = {"criteria": criteria, "missing": [], "errors": [], "notes": "good", "score": 90, "approved": True}
    return json.dumps(good | members)


def refusal(**members: Any) -> str:
    """A verdict that does not approve."""
    return verdict(**{"score": 30, "approved": False, "errors": ["the sum is wrong"], "notes": "bad"} | members)


def examination(**members: Any) -> str:
    """An examination that finds nothing wrong, with other members."""
    good = {"supported": [], "issues": [], "contradictions": [], "inScope": True, "scopeReason": "yes"}
    return json.dumps(good | members)


def sound(prompt: Prompt) -> str:
    """What a judge says in its trial who knows the labels; it approves of anything else."""
    shown = prompt.turns[-1].content
    return refusal() if any(sample.fault and f"\n{sample.result}\n" in shown for sample in RESULTS) else verdict()


def sound_opinions(prompt: Prompt) -> str:
    """What such a judge says of the claims of its trial; nothing of others."""
    if CLAIMS_TEXT not in prompt.turns[-1].content:
        return examination()
    right = [number for number, sample in enumerate(CLAIMS, 1) if sample.supported]
    wrong = [number for number, sample in enumerate(CLAIMS, 1) if not sample.supported]
    issues = [{"claim": number, "kind": "contradicted", "reason": "no"} for number in wrong]
    return examination(supported=right, issues=issues)


GOOD: dict[Kind, Said] = {
    "verdict": verdict(),
    "examination": examination(),
    "comparison": json.dumps({"reason": "the same", "better": "same"}),
    "sample": "Something else.",
}


def kind_of(prompt: Prompt) -> Kind:
    """What a judge is asked."""
    members = [] if prompt.schema is None else prompt.schema["properties"]
    if "approved" in members:
        return "verdict"
    if "inScope" in members:
        return "examination"
    return "comparison" if "better" in members else "sample"


class JudgingBackends(Backends):
    """Models named as a test wants; each says what `says` holds for it and for what it is asked, else what is good."""

    def __init__(self, *names: str, context: int = 32_000) -> None:
        super().__init__([BackendSpec("http://127.0.0.1:9")])
        self.infos = [ModelInfo(name, "fake", context=context, loaded=True) for name in names]
        self.away = False
        self.says: dict[tuple[str, Kind], Said] = {}
        self.asked: list[tuple[str, Kind]] = []
        self.prompts: list[Prompt] = []
        self.claims: list[Requester] = []

    def target(self, name: str) -> Target:
        """A model of this name."""
        return next(Target(info, info.backend) for info in self.infos if info.id == name)

    async def wait_first_probe(self) -> None:
        """They are there."""

    def models(self, *, away: bool = False, requester: Requester = ANY_REQUESTER) -> list[ModelInfo]:
        """As told."""
        there = [] if self.away and not away else self.infos
        return [info for info in there if requester.models is None or info.id in requester.models]

    def health(self) -> list[BackendHealth]:
        """All is well."""
        return [BackendHealth("fake", "http://127.0.0.1:9", "openai", True, None, len(self.infos))]

    async def count_tokens(self, target: Target, what: object) -> int | None:
        """It can't tell."""
        return None

    async def stream(
        self,
        target: Target,
        prompt: Prompt,
        listener: Listener,
        *,
        max_bytes: int = 0,
        requester: Requester = ANY_REQUESTER,
        fallbacks: Sequence[str] = (),
        reprompt: Callable[[Target], Prompt] | None = None,
    ) -> Outcome:
        """Say what was written for it, after a moment."""
        kind = kind_of(prompt)
        self.asked.append((target.model.id, kind))
        self.prompts.append(prompt)
        self.claims.append(requester)
        try:
            listener.on_phase("generating", None)
            await trio.lowlevel.checkpoint()
            said = self.says.get((target.model.id, kind), GOOD[kind])
            if isinstance(said, OrchdError):
                raise said
            if text := said if isinstance(said, str) else said(prompt):
                listener.on_delta("content", text)
            return Outcome("stop", target.model.id, SMALL_TALK)
        finally:
            listener.on_close()


class Watching(SilentCheckListener):
    """A witness that remembers."""

    def __init__(self) -> None:
        self.claims: list[VerifyClaimItem] = []
        self.models: list[str] = []

    async def on_claim(self, requester: VerifyClaimItem) -> None:
        """Keep it."""
        await trio.lowlevel.checkpoint()
        self.claims.append(requester)

    def on_model(self, name: str) -> None:
        """Keep it."""
        self.models.append(name)


def work(**members: Any) -> CheckRequest:
    """A short answer of `author-a`, not grounded, its author not to be asked again."""
    given = {"question": "How much is two and two?", "answer": "Four.", "authors": ("author-a@fake",)}
    return CheckRequest(**given | members)


def texts_of(backends: Backends, database: Database) -> Texts:
    """The texts' door."""
    counting = Counting(backends, Calibration(), None)
    cutting = Cutting(counting, InPlace())
    return Texts(counting, cutting, Processing(database, backends, counting, cutting))


def interview(backends: Backends, watching: Watching | None = None) -> Interview:
    """What judges are asked with; there is no database, and none is needed."""
    return Interview(
        backends, texts_of(backends, cast("Database", None)), TASK, watching or SilentCheckListener(), InPlace()
    )


def judge(name: str, *, prompt: str = "", context: int | None = 32_000) -> Judge:
    """A judge of this name."""
    return Judge(Target(ModelInfo(name, "fake", context=context), "fake"), prompt, bool(prompt))


class Panel:
    """The door, and what is behind it."""

    def __init__(
        self,
        database: Database,
        backends: JudgingBackends,
        checkers: CheckerLimits = DEFAULT_LIMITS,
        *,
        tried: bool = False,
    ) -> None:
        self.database = database
        self.backends = backends
        self.watching = Watching()
        models = Models(database, backends, _memory)
        texts = texts_of(backends, database)
        self.trials = JudgeTrials(database, backends, texts, InPlace(), lambda: self.now)
        self.now = 1_000_000
        trials = self.trials if tried else None
        self.verification = Verification(database, backends, models, texts, InPlace(), measure, checkers, trials)


async def _memory() -> FreeMemory:
    return FreeMemory(None, None, None)


@asynccontextmanager
async def sqlite(directory: Path) -> AsyncIterator[Database]:
    """A migrated database in a file."""
    async with open_database(place_database(directory / "verify.db"), pool_size=1, timeout=10) as database:
        with trio.fail_after(60):
            await database.wait_ready()
        yield database


@asynccontextmanager
async def _panel(directory: Path, *names: str, context: int = 32_000, tried: bool = False) -> AsyncIterator[Panel]:
    async with sqlite(directory) as database:
        yield Panel(database, JudgingBackends(*names, context=context), tried=tried)


OpenPanel: TypeAlias = Callable[..., AbstractAsyncContextManager[Panel]]


@pytest.fixture
def open_panel(tmp_path: Path) -> OpenPanel:
    """`async with open_panel("author-a", "judge-b") as panel`: verification with these models there, whose approval
    counts; with `tried`, only after their trial.
    """
    return partial(_panel, tmp_path)
