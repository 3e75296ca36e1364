"""The door's object: has an answer checked, or two compared, and keeps what came of it."""

from collections.abc import Sequence
from functools import partial

import trio

from orchd.clock import unix_now
from orchd.errors import OrchdError
from orchd.features.models import Models
from orchd.features.text import Texts
from orchd.features.verification import deciding, queries
from orchd.features.verification.checking.consulting import CheckerLimits
from orchd.features.verification.checking.panel import Panel
from orchd.features.verification.hallucination import confidence as weighing
from orchd.features.verification.hallucination.claims import MAX_CLAIMS, REQUEST, Ledger
from orchd.features.verification.hallucination.inspection import Inspection
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge, JudgeCategory, Judges, choose, is_passing
from orchd.features.verification.judging.preferring import prefer
from orchd.features.verification.judging.standing import UNTRIED
from orchd.features.verification.judging.validating import reconsider, validate
from orchd.features.verification.judging.verdicts import abstention
from orchd.features.verification.messages import VerifyCost, VerifyLedger, VerifySourceLabel, VerifyVerdict
from orchd.features.verification.records import (
    TASK,
    Appointer,
    CheckListener,
    CheckReport,
    CheckRequest,
    Preference,
    ResultPair,
    SilentCheckListener,
)
from orchd.features.verification.remarks import VerifyRemark
from orchd.features.verification.trials.trials import JudgeTrials
from orchd.features.verification.wording import paragraph, words
from orchd.llm import Backends, Cost, Target
from orchd.protocol.types import MAX_INTEGER, Expense
from orchd.storage import Database
from orchd.worker.pool import TextWorkers

UNWATCHED, LIMITS = SilentCheckListener(), CheckerLimits()

BYTES_PER_TOKEN = 3
RULES_TOKENS = 1_200
"""About what a judge is told besides."""
READERS = 2
"""Judges that should be able to read an answer."""
MOST_TRIALS = 3
"""Models that are tried for one verdict, one after the other."""
HIGH_SIDE = 2
"""A text counts as so many times its tokens, where they are guessed."""


class Verification:
    """Checks answers. Needs no model to be there: what needs one then says so, and nothing is approved."""

    def __init__(
        self,
        database: Database,
        backends: Backends,
        models: Models,
        texts: Texts,
        workers: TextWorkers,
        ledger: Ledger,
        checkers: CheckerLimits = LIMITS,
        trials: JudgeTrials | None = None,
    ) -> None:
        """Without `trials` every judge's approval counts."""
        self._database = database
        self._backends = backends
        self._texts = texts
        self._ledger = ledger
        self._workers = workers
        self._judges = Judges(database, backends, models)
        self._panel = Panel(backends, self._judges, checkers)
        self.trials = trials

    async def check(self, work: CheckRequest, listener: CheckListener = UNWATCHED) -> CheckReport:
        """Check an answer and store what was found, if it shall be `stored`. Waits as long as the models take: minutes;
        cancel it at any time, and the models are let go and nothing is stored.

        Raises Unavailable when the database is away, Conflict when the message was deleted meanwhile, Busy, Timeout or
        Unavailable when its texts can't be looked at; RateLimited where a quota refuses the judge of what is no chat's
        answer, so that it is checked when that is over. A model that can't be asked otherwise raises nothing: it
        abstains.
        """
        interview = Interview(self._backends, self._texts, work.requester, listener, self._workers)
        validator, own = await self._validator(work, interview)
        inspection = Inspection(work, self._ledger, interview, listener, self._panel)
        await inspection.read()
        if (why := inspection.no_answer) is None:
            verdicts = await self._judge(work, interview, inspection, validator, own=own)
        else:
            verdicts = [abstention("validator", None, why)]
        made = _ledger(work, inspection, verdicts, interview, own=own)
        if made.outcome == "undecided" and work.message_id is None and _is_over_quota(interview.unasked):
            assert interview.unasked is not None
            raise interview.unasked
        if work.stored:
            made = await self._database.write(queries.add, work.requester.user, made, unix_now())
        return _report(made, interview)

    async def _judge(
        self, work: CheckRequest, interview: Interview, inspection: Inspection, validator: Judge | None, *, own: bool
    ) -> list[VerifyVerdict]:
        """Return the verdicts, the inspection done. Waits for the models; raises what a worker for long texts does."""
        if not own:
            validator = await self._appoint("validation", work, interview, work.authors)
        verdicts: list[VerifyVerdict] = []
        failed: list[OrchdError] = []
        claims = inspection.claims

        async def first() -> None:
            if validator is None:
                interview.unasked = self._judges.away(work.requester)
            nobody = abstention("validator", None, VerifyRemark(code="no_model"))
            verdicts.append(nobody if validator is None else await validate(interview, validator, work, claims))

        async def inspect() -> None:
            try:
                await inspection.ask(None if own else validator, self._author(work))
            except OrchdError as error:
                failed.append(error)
                nursery.cancel_scope.cancel()

        async with trio.open_nursery() as nursery:
            nursery.start_soon(first)
            nursery.start_soon(inspect)
        if failed:
            raise failed[0]
        doubts = _doubts(work, inspection, verdicts, interview, own=own)
        if validator is not None and not deciding.is_settled(verdicts[0], doubts, own=own):
            verdicts += await self._decider(work, interview, validator, verdicts[0], inspection)
        return verdicts

    async def readable(self, author: str, request: str, appointer: Appointer) -> int | None:
        """Return how many tokens the answer of a model to `request` may have, so that two others can read it (one where
        there is only one): who validates it, and who decides. It is about so many, rather too few; None where nobody is
        there. Without another model its author will read it. Waits for the servers' first probe.

        Raises Unavailable when the database is away.
        """
        interview = Interview(self._backends, self._texts, TASK, UNWATCHED, self._workers)
        candidates = await self._judges.candidates("validation", (author,), appointer)
        others = self._judges.proven(candidates, (author,)) or candidates
        rooms = sorted((interview.room(judge.target) for judge in others), reverse=True)[:READERS]
        return max(0, rooms[-1] - RULES_TOKENS - _tokens(request)) // HIGH_SIDE if rooms else None

    async def better(self, pair: ResultPair, listener: CheckListener = UNWATCHED) -> Preference:
        """Return which of two results is better, judged blind; stores nothing. Waits for a model, minutes perhaps.

        Raises Unavailable when the database is away.
        """
        interview = Interview(self._backends, self._texts, pair.requester, listener, self._workers)
        authors = (*pair.first_authors, *pair.second_authors)
        candidates = self._judges.proven(await self._judges.candidates("analysis", authors, pair.appointer), authors)
        tokens = _tokens(pair.title, pair.requirements, pair.question, pair.first, pair.second)
        fits = partial(_fits, interview, tokens)
        judge = choose(candidates, authors, pair.avoid, fits)
        return await prefer(interview, judge, pair)

    async def _validator(self, work: CheckRequest, interview: Interview) -> tuple[Judge | None, bool]:
        """Return who gives the first verdict, and whether that may be an author."""
        candidates = await self._judges.candidates("validation", work.authors, work.appointer)
        fits = partial(_fits, interview, _tokens(work.request, work.context, work.answer))
        other = choose(self._judges.proven(candidates, work.authors), work.authors, work.avoid, fits)
        if other is not None:
            return other, False
        own = choose(candidates, work.authors, work.avoid, fits)
        return own or choose(candidates, (), work.avoid, fits), True

    async def _decider(
        self, work: CheckRequest, interview: Interview, validator: Judge, first: VerifyVerdict, inspection: Inspection
    ) -> list[VerifyVerdict]:
        """Return the verdict of a third model, none when there is no third model."""
        judge = await self._appoint("analysis", work, interview, (*work.authors, validator.name))
        if judge is None or judge.standing.failure is not None:
            return []
        return [await reconsider(interview, judge, work, inspection.claims, first, inspection.findings)]

    async def _appoint(
        self, category: JudgeCategory, work: CheckRequest, interview: Interview, others: Sequence[str]
    ) -> Judge | None:
        """Return the best judge who is none of `others`, tried; one that has failed only where nobody else is there.

        Waits for trials, `MOST_TRIALS` at most; raises Unavailable when the database is away.
        """
        proven = self._judges.proven(
            await self._judges.candidates(category, work.authors, work.appointer), work.authors
        )
        fits = partial(_fits, interview, _tokens(work.request, work.context, work.answer))
        if self.trials is None:
            return choose(proven, others, work.avoid, fits)
        known = {judge.name: judge for judge in await self.trials.with_standing(proven)}
        for _ in range(MOST_TRIALS):
            judge = choose([*known.values()], others, work.avoid, fits)
            if judge is None or judge.standing is not UNTRIED:
                return judge
            standing = await self.trials.standing(judge)
            known[judge.name] = judge = judge._replace(standing=standing)
            if standing.failure is None:
                return judge
        return choose([*known.values()], others, work.avoid, fits)

    def _author(self, work: CheckRequest) -> Target | None:
        """Return the model that may be asked again: the author, if there is just one and it is there."""
        return self._judges.find(work.authors[0], work.requester) if len(work.authors) == 1 else None


def _fits(interview: Interview, tokens: int, target: Target) -> bool:
    """Tell whether a judge can be shown so much. Sources don't count: they may be cut."""
    return tokens + RULES_TOKENS < interview.room(target)


def _tokens(*texts: str) -> int:
    """Return about how many tokens texts are, for all models alike: it is only for choosing one of many."""
    return sum(len(text.encode()) for text in texts) // BYTES_PER_TOKEN


def _doubts(
    work: CheckRequest, inspection: Inspection, verdicts: list[VerifyVerdict], interview: Interview, *, own: bool
) -> deciding.Doubts:
    """Return what was found besides the verdicts, as it stands when the first judge has spoken, or later."""
    claims, findings = inspection.claims, inspection.findings
    flagged = inspection.confidence < weighing.threshold(work.task_type)
    return deciding.Doubts(
        refused=inspection.no_answer is not None,
        flagged=flagged,
        texts_alone=flagged and weighing.rests_on_texts_alone(work.task_type, findings, claims, alone=own),
        disputed=work.grounded and any(map(weighing.is_disputed, claims)),
        disowned=weighing.is_disowned(claims, verdicts[0].model),
        unread=work.grounded
        and any(map(weighing.is_open, claims))
        and interview.coverage.unread(work.sources) is not None,
    )


def _ledger(
    work: CheckRequest, inspection: Inspection, verdicts: list[VerifyVerdict], interview: Interview, *, own: bool
) -> VerifyLedger:
    doubts = _doubts(work, inspection, verdicts, interview, own=own)
    outcome = deciding.decide(verdicts[0], verdicts[1] if len(verdicts) > 1 else None, doubts, own=own)
    said = deciding.last_word(verdicts)
    remarks = deciding.remarks(outcome, verdicts, doubts, own=own)
    unread = interview.coverage.unread(work.sources)
    gaps = [*inspection.gaps, *([] if unread is None else [unread])]
    found = deciding.guidance(verdicts, inspection.findings, inspection.claims)
    return VerifyLedger(
        id=1,
        message_id=work.message_id,
        timestamp="",
        authors=list(work.authors),
        task_type=work.task_type,
        outcome=outcome,
        score=None if said is None else said.score,
        reviewer=None if said is None else said.model,
        notes=paragraph(remarks),
        guidance=deciding.guidance_text(found),
        confidence=inspection.confidence,
        threshold=weighing.threshold(work.task_type),
        flagged=doubts.flagged,
        verdicts=verdicts,
        findings=inspection.findings,
        unchecked=[*map(words, gaps)],
        claims=inspection.claims[:MAX_CLAIMS],
        claim_count=len(inspection.claims),
        sources=inspection.sources,
        cost=_cost(interview.cost),
        remarks=remarks,
        gaps=gaps,
        faults=found,
        labels=_labels(work, inspection.sources),
    )


def _labels(work: CheckRequest, names: Sequence[str]) -> list[VerifySourceLabel]:
    """Return what those of the sources are that no person has named."""
    given = {source.name for source in work.sources}
    own = [*work.labels, *([] if REQUEST in given else [VerifySourceLabel(REQUEST, "request")])]
    return [label for label in own if label.name in names]


def _cost(cost: Cost) -> VerifyCost:
    expenses = [Expense(min(price.micros, MAX_INTEGER), price.currency) for price in cost.prices]
    return VerifyCost(cost.calls, cost.prompt_tokens, cost.completion_tokens, round(cost.seconds, 3), expenses)


def _is_over_quota(error: OrchdError | None) -> bool:
    return error is not None and error.reason == "quota"


def _report(made: VerifyLedger, interview: Interview) -> CheckReport:
    failed = interview.unasked if made.outcome == "undecided" else None
    return CheckReport(
        outcome=made.outcome,
        score=made.score,
        reviewer=made.reviewer,
        notes=made.notes,
        guidance=made.guidance,
        ledger_id=made.id,
        verdicts=made.verdicts,
        cost=interview.cost,
        confidence=made.confidence,
        flagged=made.flagged,
        ledger=made,
        unasked=failed.message if failed is not None and is_passing(failed) else None,
        remarks=made.remarks,
        faults=made.faults,
    )
