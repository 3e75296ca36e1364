from collections.abc import Sequence

import pytest

from orchd.claims import ClaimFinding, Source
from orchd.errors import Unavailable
from orchd.features.verification.hallucination.sampling import (
    SAMPLED_CHARACTERS,
    SAMPLES,
    SampleAgreement,
    sample,
    samples_wanted,
)
from orchd.features.verification.wording import words
from orchd.llm import Turn
from tests.fix_verification import JudgingBackends, interview, work

ASKED = (Turn("user", "Why?"),)


@pytest.mark.parametrize(
    ("members", "claims", "open_claims", "wanted"),
    [
        ({}, 3, 1, SAMPLES),
        ({}, 3, 0, 0),
        ({}, 0, 0, 0),
        ({"prompt": ()}, 3, 3, 0),
        ({"samples": 5}, 3, 0, 5),
        ({"samples": 0}, 3, 3, 0),
        ({"task_type": "code"}, 3, 3, 0),
        ({"answer": "x" * (SAMPLED_CHARACTERS + 1)}, 3, 3, 0),
        ({"answer": "x" * (SAMPLED_CHARACTERS + 1), "samples": 1}, 3, 3, 1),
    ],
)
def test_how_often_an_author_is_asked_again(
    members: dict[str, object], claims: int, open_claims: int, wanted: int
) -> None:
    asked = work(**{"prompt": ASKED, **members})
    assert samples_wanted(asked, claims=claims, open_claims=open_claims) == wanted


async def measured(sources: Sequence[Source]) -> list[ClaimFinding]:
    return [ClaimFinding(sources[0].text, 0, 1, 0.5, "lexical", None, "unclear")]


async def run(backends: JudgingBackends, count: int = 2) -> SampleAgreement:
    author = backends.target("author-a") if backends.infos else None
    return await sample(interview(backends), author, work(prompt=ASKED), count, measured)


async def test_its_other_answers_are_measured() -> None:
    backends = JudgingBackends("author-a")
    done = await run(backends, 3)
    assert [row[0].claim for row in done.ledgers] == ["Something else."] * 3
    assert [prompt.turns for prompt in backends.prompts] == [ASKED] * 3
    assert done.gaps == []


async def test_an_author_that_fails_or_is_gone_is_noted() -> None:
    backends = JudgingBackends("author-a")
    backends.says["author-a", "sample"] = Unavailable("away")
    done = await run(backends)
    assert done.ledgers == []
    assert [gap.code for gap in done.gaps] == ["author_failed"] * 2
    assert "away" in words(done.gaps[0])
    gone = await run(JudgingBackends())
    assert (gone.ledgers, [gap.code for gap in gone.gaps]) == ([], ["author_away"])
