"""The search for what an answer made up: by its sources, by asking its author again, by asking a judge.

The texts come first, since they cost nothing and are there without any model. Then its author is asked again, and at
the same time a judge who is not the author looks for contradictions and at the claims that the texts don't settle.
Second opinions on single claims come last: nothing depends on them. A model that can't be asked leaves a note in
`gaps`; it counts neither for the answer nor against it.
"""

from collections.abc import Sequence

import trio
from msgspec import UNSET

from orchd.claims import ClaimFinding, LanguageNote, Source, language_notes, language_tags
from orchd.features.models import check_response, repetition
from orchd.features.verification.checking.panel import Panel
from orchd.features.verification.hallucination import claims as claiming
from orchd.features.verification.hallucination import confidence as weighing
from orchd.features.verification.hallucination.claims import Ledger
from orchd.features.verification.hallucination.examination import Contradiction, Examination
from orchd.features.verification.hallucination.examining import examine
from orchd.features.verification.hallucination.sampling import sample, samples_wanted
from orchd.features.verification.judging.interview import Interview
from orchd.features.verification.judging.judges import Judge
from orchd.features.verification.messages import FindingKind, VerifyClaimItem, VerifyClaimOpinion, VerifyFinding
from orchd.features.verification.records import CheckListener, CheckRequest
from orchd.features.verification.remarks import RemarkCode, VerifyRemark, shorten
from orchd.llm import Target

GIVEN_CHARACTERS = 2_000
"""Of each source, to tell its language."""

LEDGER_SECONDS = 600.0
"""For one answer's ledger: some seconds at the bounds, more where others work as well."""


class Inspection:
    """Looks into one answer: `read`, then `ask`, once each. Without a `panel` no checkers are asked."""

    def __init__(
        self,
        work: CheckRequest,
        ledger: Ledger,
        interview: Interview,
        witness: CheckListener,
        panel: Panel | None = None,
    ) -> None:
        self.claims: list[VerifyClaimItem] = []
        self.findings: list[VerifyFinding] = []
        self.sources: list[str] = []
        """The names of what the claims were measured by."""
        self.gaps: list[VerifyRemark] = []
        """What could not be looked into, and why."""
        self._work = work
        self._ledger = ledger
        self._interview = interview
        self._witness = witness
        self._panel = panel
        self._texts: list[Source] = []

    @property
    def no_answer(self) -> VerifyRemark | None:
        """Why it is no answer at all, whatever a judge might say; None when it may be one."""
        sure = (finding for finding in self.findings if finding.kind == "no_answer")
        return next((finding.remark for finding in sure if finding.points == weighing.NO_ANSWER), None)

    @property
    def confidence(self) -> int:
        """What the findings leave of 100."""
        return weighing.confidence(self.findings)

    async def ask(self, judge: Judge | None, author: Target | None) -> None:
        """Have models look into it; `judge` is none of its authors, `author` may be asked again. Waits for both, one
        after the other where it is to be economical.

        Raises what a worker for long texts does.
        """
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._ask_judge, judge)
            if not self._work.economical:
                nursery.start_soon(self._ask_again, author)
        await self._ask_checkers(judge)
        self._weigh()
        if self._work.economical and weighing.samples_decide(self._work.task_type, self.findings):
            await self._ask_again(author)

    def _weigh(self) -> None:
        if self._work.grounded:
            self.findings += weighing.dispute_findings(self.claims)
            self.findings += weighing.support_findings(self.claims)

    async def read(self) -> None:
        """Look at the texts alone. Raises what a worker for long texts does."""
        work = self._work
        self.findings += weighing.no_answer(
            check_response(
                work.answer,
                prompt=work.question,
                around=_around(work),
                given=[source.text[:GIVEN_CHARACTERS] for source in work.sources],
                finish_reason=work.finish_reason,
            )
        )
        repeated = await self._interview.workers.run(repetition, work.answer)
        if repeated is not None:
            times = UNSET if repeated.times is None else repeated.times
            code: RemarkCode = "repeats" if repeated.times is not None else "ends_repeating"
            self._find("repetition", weighing.REPETITION, VerifyRemark(code=code, quote=repeated.quote, count=times))
        if not claiming.fits(work.answer):
            self.gaps.append(VerifyRemark(code="answer_too_long"))
            return
        wanted = claiming.sources_of(work)
        sources = claiming.within_limit(wanted)
        if len(sources) < len(wanted):
            self.gaps.append(VerifyRemark(code="sources_left_out"))
        self.sources, self._texts = [source.name for source in sources], sources
        texts = [(source.name, source.text) for source in sources]
        self.gaps += map(_language, await self._interview.workers.run(language_notes, ("", work.answer), texts))
        found = await self._measure(sources)
        if len(found) == claiming.MAX_MEASURED:
            self.gaps.append(VerifyRemark(code="claims_left_out", limit=claiming.MAX_MEASURED))
        self.claims = claiming.items(found, sources, grounded=work.grounded)
        await self._tell(range(len(self.claims)))

    async def _measure(self, sources: Sequence[Source]) -> list[ClaimFinding]:
        workers = self._interview.workers
        return await workers.run(self._ledger, self._work.answer, sources, seconds=LEDGER_SECONDS, slow=True)

    async def _ask_again(self, author: Target | None) -> None:
        open_claims = len(claiming.in_question(self.claims))
        count = samples_wanted(self._work, claims=len(self.claims), open_claims=open_claims)
        if count == 0:
            return
        done = await sample(self._interview, author, self._work, count, self._measure)
        self.gaps += done.gaps
        if done.ledgers:
            self.claims = claiming.with_agreement(self.claims, done.ledgers, grounded=self._work.grounded)
            self.findings += weighing.inconsistent(self.claims, len(done.ledgers))
            await self._tell(range(len(self.claims)))

    async def _ask_judge(self, judge: Judge | None) -> None:
        examined, gaps = await examine(self._interview, judge, self._work, self.claims)
        self.gaps += gaps
        if examined is None or judge is None:
            return
        self.claims = claiming.with_opinions(
            self.claims, examined.opinions, judge.name, judge.standing.weight, grounded=self._work.grounded
        )
        self._note(examined, judge.name)
        await self._tell(sorted(examined.opinions))

    async def _ask_checkers(self, judge: Judge | None) -> None:
        """Have checkers look at the claims: only where there are sources to hold them against."""
        if self._panel is None or not self._work.sources:
            return
        asked = claiming.questions(self.claims, self._texts)
        self.gaps += await self._panel.consult(self._interview, self._work, judge, asked, self._take)

    async def _take(self, index: int, said: VerifyClaimOpinion) -> None:
        self.claims[index] = claiming.with_opinion(self.claims[index], said, grounded=self._work.grounded)
        await self._tell([index])

    def _note(self, examined: Examination, judge: str) -> None:
        """Keep what a judge found; where sources are the ground, what they refute is counted with what they lack."""
        reasons = [self._pair(contradiction) for contradiction in examined.contradictions]
        if not self._work.grounded:
            reasons += [
                VerifyRemark(code="claim_contradicted", claim=shorten(self.claims[index].claim), note=reason or UNSET)
                for index, (opinion, reason) in sorted(examined.opinions.items())
                if opinion == "contradicted"
            ]
        self.findings += weighing.contradiction_findings(reasons, judge)
        if examined.out_of_scope is not None:
            remark = VerifyRemark(code="out_of_scope", note=examined.out_of_scope or UNSET)
            self._find("scope", weighing.OUT_OF_SCOPE, remark, judge)

    def _pair(self, one: Contradiction) -> VerifyRemark:
        first, second = shorten(self.claims[one.first].claim), shorten(self.claims[one.second].claim)
        return VerifyRemark(code="claims_contradict", claim=first, other_claim=second, note=one.reason or UNSET)

    def _find(self, kind: FindingKind, points: int, remark: VerifyRemark, judge: str | None = None) -> None:
        self.findings.append(weighing.finding(kind, points, remark, judge))

    async def _tell(self, indices: Sequence[int]) -> None:
        """Tell of claims as they are known by then: another task may have learnt more meanwhile."""
        for index in indices:
            if index < claiming.MAX_CLAIMS:
                await self._witness.on_claim(self.claims[index])


def _language(note: LanguageNote) -> VerifyRemark:
    named, its_own = note.name or UNSET, [*language_tags(note.language)]
    if note.answer is None:
        return VerifyRemark(code="language_unread", name=named, languages=its_own)
    answers = [*language_tags(note.answer)]
    return VerifyRemark(code="languages_differ", name=named, languages=answers, other_languages=its_own)


def _around(work: CheckRequest) -> str:
    """Return what its author was told besides the question."""
    return f"{work.title}\n{work.requirements}\n{work.context}"
