import json

import pytest
import trio

from orchd.claims import MAX_ANSWER_BYTES, MAX_SOURCE_BYTES, Source
from orchd.features.verification.hallucination.claims import measure
from orchd.features.verification.hallucination.inspection import Inspection
from orchd.features.verification.records import CheckRequest
from orchd.features.verification.wording import words
from orchd.llm import Turn
from tests.fix_verification import JudgingBackends, Watching, examination, interview, judge, work

SOURCE = Source("notes", "The river Tejo rises in the Sierra de Albarracín. It is 1007 kilometres long.")
TRUE = "The river Tejo rises in the Sierra de Albarracín."
FALSE = "Penguins founded a bakery on Mars."
ASKED = (Turn("user", "Tell me of the Tejo."),)


async def run(asked: CheckRequest, backends: JudgingBackends | None = None) -> tuple[Inspection, Watching]:
    """Inspect with a judge and an author where there are models."""
    watching = Watching()
    backends = backends or JudgingBackends()
    found = Inspection(asked, measure, interview(backends, watching), watching)
    there = {info.id for info in backends.infos}
    with trio.fail_after(60):
        await found.read()
        await found.ask(
            judge("judge-b") if "judge-b" in there else None,
            backends.target("author-a") if "author-a" in there else None,
        )
    return found, watching


async def test_without_models_the_texts_speak() -> None:
    found, watching = await run(work(answer=f"{TRUE} {FALSE}", sources=(SOURCE,), grounded=True))
    first, second = found.claims
    assert (first.support, first.method, first.evidence is not None) == (1.0, "verbatim", True)
    assert second.score is not None
    assert second.score < 0.5
    assert [claim.index for claim in watching.claims] == [0, 1]
    assert [finding.kind for finding in found.findings] == ["unsupported"]
    assert "nobody_else" in [gap.code for gap in found.gaps]
    assert found.sources == ["notes"]


@pytest.mark.parametrize("answer", ["Paris.", "42", "Sim.", "Yes."])
async def test_a_short_answer_is_not_punished(answer: str) -> None:
    found, _ = await run(work(answer=answer, question="What?", prompt=ASKED, samples=0))
    assert (found.confidence, found.findings) == (100, [])


@pytest.mark.parametrize("answer", ["The notes don't say who named it.", "As fontes não dizem quem o nomeou.", "Sure!"])
async def test_that_the_sources_do_not_say_it_costs_nothing(answer: str) -> None:
    found, _ = await run(work(answer=answer, sources=(SOURCE,), grounded=True))
    assert (found.claims, found.findings, found.confidence) == ([], [], 100)


async def test_a_language_that_is_not_read_is_told_and_costs_nothing() -> None:
    source = Source("notes", "Der Tejo entspringt nicht in der Sierra.")
    found, _ = await run(
        work(answer="Der Tejo entspringt nicht in der Sierra.", sources=(source,), grounded=True, samples=0)
    )
    told = [words(gap) for gap in found.gaps if gap.code == "language_unread"]
    assert [line.split(" seems")[0] for line in told] == ["language: the answer", "language: the source notes"]
    assert told[0].split(";")[0].endswith("in German")
    assert (found.findings, found.confidence) == ([], 100)


async def test_what_is_no_answer_or_repeats_itself_is_found() -> None:
    blank, _ = await run(work(answer="[insert answer here]"))
    assert [finding.kind for finding in blank.findings] == ["no_answer"]
    assert blank.confidence == 0
    again, _ = await run(work(answer=f"{TRUE} " * 4))
    assert "repetition" in [finding.kind for finding in again.findings]


async def test_a_judge_adds_its_opinions() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "examination"] = examination(
        issues=[{"claim": 2, "kind": "contradicted", "reason": "penguins don't bake"}],
        contradictions=[{"first": 1, "second": 2, "reason": "one is dry"}],
        inScope=False,
        scopeReason="nobody asked for penguins",
    )
    found, watching = await run(work(answer=f"{TRUE} {FALSE}", sources=(SOURCE,)), backends)
    assert found.claims[1].judged == "contradicted"
    assert [finding.kind for finding in found.findings] == ["contradiction", "contradiction", "scope"]
    assert {finding.checked_by for finding in found.findings} == {"judge-b@fake"}
    assert "penguins don't bake" in found.findings[1].reason
    assert [claim.index for claim in watching.claims] == [0, 1, 1]
    assert watching.claims[-1] == found.claims[1]


async def test_where_sources_are_the_ground_a_refuted_claim_counts_once() -> None:
    backends = JudgingBackends("judge-b")
    backends.says["judge-b", "examination"] = examination(issues=[{"claim": 2, "kind": "contradicted", "reason": "no"}])
    found, _ = await run(work(answer=f"{TRUE} {FALSE}", sources=(SOURCE,), grounded=True), backends)
    assert [(finding.kind, finding.checked_by) for finding in found.findings] == [("unsupported", "judge-b@fake")]


async def test_what_its_author_says_again_is_agreed() -> None:
    backends = JudgingBackends("author-a", "judge-b")
    backends.says["author-a", "sample"] = f"I say: {FALSE}"
    found, watching = await run(work(answer=FALSE, prompt=ASKED, samples=2), backends)
    assert found.claims[0].agreement is not None
    assert found.claims[0].agreement > 0.5
    assert found.findings == []
    assert backends.asked.count(("author-a", "sample")) == 2
    assert watching.claims[-1].agreement == found.claims[0].agreement
    backends.says["author-a", "sample"] = "Quite another thing entirely."
    other, _ = await run(work(answer=FALSE, prompt=ASKED, samples=2), backends)
    assert [finding.kind for finding in other.findings] == ["inconsistent"]


async def test_its_author_is_asked_again_only_where_that_can_still_flag_it() -> None:
    backends = JudgingBackends("author-a", "judge-b")
    thrifty = work(answer=f"{FALSE} {TRUE}", prompt=ASKED, economical=True)
    await run(thrifty, backends)
    assert ("author-a", "sample") not in backends.asked, "25 points don't flag it"
    doubts = {"contradictions": [{"first": 1, "second": 2, "reason": "no"}]}
    backends.says["judge-b", "examination"] = json.dumps(json.loads(examination()) | doubts)
    found, _ = await run(thrifty, backends)
    assert [finding.kind for finding in found.findings] == ["contradiction", "inconsistent"]
    assert backends.asked.count(("author-a", "sample")) == 2
    backends.says["judge-b", "examination"] = json.dumps(
        json.loads(examination()) | doubts | {"inScope": False, "scopeReason": "no"}
    )
    await run(thrifty, backends)
    assert backends.asked.count(("author-a", "sample")) == 2, "it is flagged as it is"


async def test_what_is_too_long_is_said_to_be() -> None:
    long, _ = await run(work(answer="word " * (MAX_ANSWER_BYTES // 5 + 1)))
    assert long.claims == []
    assert long.gaps[0].code == "answer_too_long"
    large = Source("large", "x" * MAX_SOURCE_BYTES)
    cut, _ = await run(work(answer=TRUE, sources=(SOURCE, large)))
    assert "sources_left_out" in [gap.code for gap in cut.gaps]
    assert cut.sources == ["notes"]


async def test_both_at_once_keep_what_the_other_found() -> None:
    backends = JudgingBackends("author-a", "judge-b")
    backends.says["author-a", "sample"] = FALSE
    backends.says["judge-b", "examination"] = json.dumps(json.loads(examination()) | {"supported": [2]})
    found, _ = await run(work(answer=f"{TRUE} {FALSE}", prompt=ASKED, samples=1), backends)
    assert found.claims[1].judged == "supported"
    assert found.claims[1].agreement is not None
