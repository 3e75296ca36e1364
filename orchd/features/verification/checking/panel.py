"""The checkers of a daemon, as a check of an answer asks them."""

from collections.abc import Sequence

from orchd.features.verification.checking.checkers import FACTS, made_for_it, that_chats
from orchd.features.verification.checking.consulting import CheckerLimits, Tell, consult
from orchd.features.verification.checking.control import ControlResults
from orchd.features.verification.checking.questions import ClaimQuestion
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge, Judges
from orchd.features.verification.records import CheckRequest
from orchd.features.verification.remarks import VerifyRemark
from orchd.llm import Backends, Priority, Scorer

STEP_CALLS = 8
"""At most for a step of a task, whose calls may be counted."""


class Panel:
    """Finds checkers and asks them within `limits`."""

    def __init__(self, backends: Backends, judges: Judges, limits: CheckerLimits) -> None:
        self._backends = backends
        self._judges = judges
        self._limits = limits
        self._control = ControlResults()

    async def consult(
        self,
        interview: Interview,
        work: CheckRequest,
        judge: Judge | None,
        questions: Sequence[ClaimQuestion],
        tell: Tell,
    ) -> list[VerifyRemark]:
        """Ask who is there, telling each opinion; return what could not be asked.

        `judge` is who was asked about the claims before. Raises Unavailable when the database is away.
        """
        if not questions or not self._limits.calls:
            return []
        checkers = made_for_it(self._backends, work.authors, work.requester)
        if not work.ask_around:  # a task's own models would be thrown out for it, and loaded again, at each step
            checkers = [checker for checker in checkers if checker.target.model.loaded is not False]
        if work.ask_around and not any(checker.kind in FACTS for checker in checkers):
            checkers = [*checkers, *await that_chats(self._backends, self._judges, work, judge)]
        if not checkers:
            return []
        limits = self._limits if work.ask_around else self._limits._replace(calls=min(self._limits.calls, STEP_CALLS))
        requester = work.requester._replace(priority=Priority.BACKGROUND)
        scorer = Scorer(self._backends, requester, self._limits.seconds)
        try:
            return await consult(scorer, checkers, questions, limits, tell, self._control)
        finally:
            interview.pay(scorer.cost)
