"""The trials of a daemon's models: kept until the model's file changes, or for some weeks.

A model is tried while nobody asks any for anything (`measure`), and at the latest before it judges for the first time
(`standing`). A trial that can't be made is no trial: the judge's approval verifies nothing then, and the next check
tries again. A simulated model makes up what it says, so it is not tried, and judges only what others of its kind wrote.
"""

from collections.abc import Callable, Collection, Sequence

import structlog
import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError
from orchd.features.models import LoadedModel
from orchd.features.text import Texts
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.judging.standing import UNTRIED, JudgeStanding
from orchd.features.verification.records import SilentCheckListener
from orchd.features.verification.remarks import VerifyRemark, failure_of
from orchd.features.verification.trials import trial_queries
from orchd.features.verification.trials.samples import VERSION
from orchd.features.verification.trials.trial import Trial
from orchd.features.verification.trials.trial_queries import TrialRow
from orchd.features.verification.trials.trying import try_judge
from orchd.features.verification.wording import trial_words
from orchd.llm import Backends, ModelInfo, Priority, Requester
from orchd.protocol.identity import DAEMON_USER_ID
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

HOLDS_MS = 30 * 24 * 3600 * 1000
"""Servers that tell nothing of a file may have another one under the same name by then."""

FOR_A_CHECK = Requester(Priority.TASK, DAEMON_USER_ID, "trial of a judge")
"""As urgent as the check that waits for it; nobody's quota pays for it."""

MADE_OF_CHARACTERS = 256


class JudgeTrials:
    """Finds what trials have shown, and has them made. `now` is Unix milliseconds."""

    name = "trials of judges"

    def __init__(
        self,
        database: Database,
        backends: Backends,
        texts: Texts,
        workers: TextWorkers,
        now: Callable[[], int] = unix_now,
    ) -> None:
        self._database = database
        self._backends = backends
        self._texts = texts
        self._workers = workers
        self._now = now
        self._turns: dict[str, trio.Lock] = {}

    async def find(self, infos: Collection[ModelInfo]) -> dict[str, TrialRow]:
        """Return the trials of these models that still hold, by `id@backend`. Raises Unavailable."""
        rows = {(row.model, row.backend): row for row in await self._database.read(trial_queries.trials)}
        found = {info.full_name: (info, rows.get((info.id, info.backend))) for info in infos}
        return {name: row for name, (info, row) in found.items() if row is not None and self._holds(row, info)}

    async def names_measured(self, infos: Sequence[ModelInfo]) -> set[str]:
        """Return which of these models were tried, by `id@backend`. Raises Unavailable."""
        return set(await self.find(infos))

    async def measure(self, loaded: LoadedModel, requester: Requester) -> None:
        """Try a model and keep the result. Waits for it, minutes perhaps. Raises OrchdError when it can't be asked."""
        await self._make(Judge(loaded.target, "", False), requester)

    async def with_standing(self, judges: Sequence[Judge]) -> list[Judge]:
        """Return judges with what is known of them. Raises Unavailable."""
        known = await self.find([judge.target.model for judge in judges])
        return [
            judge._replace(standing=known[judge.name].trial.standing) if judge.name in known else judge
            for judge in judges
        ]

    async def standing(self, judge: Judge) -> JudgeStanding:
        """Return what a judge's trial has shown, which is made if there is none. Waits for the model then, minutes
        perhaps. Raises Unavailable when the database is away.
        """
        if judge.target.model.simulated:
            return UNTRIED
        turn = self._turns.setdefault(judge.name, trio.Lock())
        try:
            async with turn:
                return await self._standing(judge)
        finally:
            if not turn.locked() and not turn.statistics().tasks_waiting:
                self._turns.pop(judge.name, None)

    async def _standing(self, judge: Judge) -> JudgeStanding:
        known = await self.find([judge.target.model])
        if judge.name in known:
            return known[judge.name].trial.standing
        try:
            return (await self._make(judge, FOR_A_CHECK)).standing
        except OrchdError as error:
            return JudgeStanding(VerifyRemark(code="untried", error=failure_of(error)), UNTRIED.weight)

    async def _make(self, judge: Judge, requester: Requester) -> Trial:
        interview = Interview(self._backends, self._texts, requester, SilentCheckListener(), self._workers)
        trial = await try_judge(interview, judge)
        info = judge.target.model
        row = TrialRow(info.id, info.backend, VERSION, made_of(info), trial, self._now())
        await self._database.write(trial_queries.keep, row)
        log = structlog.get_logger().bind(model=info.id, name=info.backend)
        why = trial.failure
        log.info("judge tried", passed=why is None, reason=None if why is None else trial_words(why))
        return trial

    def _holds(self, row: TrialRow, info: ModelInfo) -> bool:
        return row.samples == VERSION and row.made_of == made_of(info) and row.at <= self._now() < row.at + HOLDS_MS


def made_of(info: ModelInfo) -> str:
    """Return what is known of a model's file: it changes when the file does, as far as its server tells."""
    told = (info.digest, info.size_bytes, info.quantization, info.parameters)
    return " ".join("" if value is None else str(value) for value in told)[:MADE_OF_CHARACTERS]
