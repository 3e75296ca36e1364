from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.entity import LOCAL_OWNER
from orchd.features.models import Models
from orchd.features.models.queries import ASSISTANTS
from orchd.features.verification.judging.judges import Judge, Judges, choose
from orchd.features.verification.judging.model_family import same_family, same_model
from orchd.features.verification.judging.standing import UNTRIED, JudgeStanding
from orchd.features.verification.remarks import VerifyRemark
from orchd.llm import ModelInfo, Target
from orchd.llm.types import ANY_REQUESTER
from orchd.protocol.types import ClientPayload
from tests.fix_models import assistant_draft
from tests.fix_verification import OURS, OpenPanel, Panel, judge

NAMES = st.lists(
    st.sampled_from(["qwen3-8b", "qwen3-4b", "llama-3-8b", "gemma-3-4b", "phi-4", "phi-4@x", "qwq-32b"]), max_size=5
)


def anybody(target: Target) -> bool:
    return True


@given(NAMES, NAMES, NAMES)
def test_a_judge_is_nobody_who_wrote_it(names: list[str], authors: list[str], avoid: list[str]) -> None:
    candidates = [judge(name) for name in names]
    chosen = choose(candidates, authors, avoid, anybody)
    free = [judge for judge in candidates if not any(same_model(judge.name, author) for author in authors)]
    assert (chosen is None) == (not free)
    if chosen is not None:
        assert chosen in free
        strangers = [judge for judge in free if not any(same_family(judge.name, author) for author in authors)]
        wanted = [judge for judge in strangers if not any(same_model(judge.name, name) for name in avoid)]
        assert not wanted or chosen in wanted


def test_what_goes_before_what() -> None:
    qwen, qwen_small, llama = judge("qwen3-8b"), judge("qwen3-4b"), judge("llama-3-8b")
    appointed = judge("qwen3-14b", prompt="Be strict.")
    assert choose([qwen_small, llama], ["qwen3-8b"], [], anybody) == llama
    assert choose([qwen_small, llama], ["qwen3-8b"], ["llama-3-8b"], anybody) == qwen_small
    assert choose([qwen_small, llama, appointed], ["qwen3-8b"], [], anybody) == appointed
    assert choose([qwen, llama], [], [], lambda target: target.model.id == "llama-3-8b") == llama
    assert choose([qwen], ["qwen3:8b"], [], anybody) is None
    failed = appointed._replace(
        standing=JudgeStanding(VerifyRemark(code="approved_wrong", count=6, total=6), UNTRIED.weight)
    )
    assert choose([failed, qwen_small], [], [], anybody) == qwen_small, "who has failed comes last, even if appointed"
    assert choose([failed], [], [], anybody) == failed


def of(panel: Panel) -> Judges:
    async def memory() -> Any:
        raise AssertionError("nothing is loaded")

    return Judges(panel.database, panel.backends, Models(panel.database, panel.backends, memory))


def names(judges: list[Judge]) -> list[str]:
    return [judge.name for judge in judges]


def draft(name: str, category: str, *models: str, active: bool = True) -> ClientPayload:
    return assistant_draft(
        name,
        f"I am {name}.",
        category=category,
        model=models[0] if models else None,
        fallbacks=models[1:],
        active=active,
    )


async def test_the_appointed_come_first(open_panel: OpenPanel) -> None:
    async with open_panel("big-70b", "small-1b", "mid-8b") as panel:
        for assistant in (
            draft("Ada", "validation", "gone-7b", "small-1b"),
            draft("Bob", "validation", "mid-8b", active=False),
            draft("Cleo", "analysis", "mid-8b@fake", "small-1b"),
            draft("Dan", "validation"),
        ):
            await panel.database.write(ASSISTANTS.owned_by(LOCAL_OWNER).add, assistant, 1)
        validators = await of(panel).candidates("validation", ["big-70b"], OURS)
        assert names(validators) == ["small-1b@fake", "big-70b@fake", "mid-8b@fake"]
        assert (validators[0].prompt, validators[0].appointed) == ("I am Ada.", True)
        assert not validators[1].appointed
        analysts = await of(panel).candidates("analysis", ["big-70b"], OURS)
        assert names(analysts)[:2] == ["mid-8b@fake", "small-1b@fake"]


@pytest.mark.parametrize(("author", "there"), [("real-8b", False), ("simulated-small", True), ("gone", False)])
async def test_a_simulated_model_judges_only_what_simulated_models_wrote(
    open_panel: OpenPanel, author: str, there: bool
) -> None:
    async with open_panel("real-8b") as panel:
        panel.backends.infos += [
            ModelInfo("simulated-small", "demo", simulated=True),
            ModelInfo("simulated-large", "demo", simulated=True),
            ModelInfo("embedder", "fake", type="embedding"),
        ]
        found = names(await of(panel).candidates("validation", [author], OURS))
        assert ("simulated-large@demo" in found) is there
        assert "real-8b@fake" in found
        assert "embedder@fake" not in found


async def test_nobody_appoints_a_model_that_is_for_something_else(open_panel: OpenPanel) -> None:
    async with open_panel("real-8b") as panel:
        panel.backends.infos += [ModelInfo("bespoke-minicheck:7b", "fake", purpose="checking")]
        await panel.database.write(
            ASSISTANTS.owned_by(LOCAL_OWNER).add, draft("Ada", "validation", "bespoke-minicheck:7b"), 1
        )
        assert names(await of(panel).candidates("validation", [], OURS)) == ["real-8b@fake"]


async def test_a_model_is_found_by_its_name(open_panel: OpenPanel) -> None:
    async with open_panel("a", "b") as panel:
        judges = of(panel)
        assert judges.find("a", ANY_REQUESTER) == judges.find("a@fake", ANY_REQUESTER) == panel.backends.target("a")
        assert judges.find("c", ANY_REQUESTER) is None


async def test_an_author_under_a_name_that_nobody_lists_may_be_anybody(open_panel: OpenPanel) -> None:
    async with open_panel("gpt-4o", "qwen3-8b", "homemade") as panel:
        judges = of(panel)
        everybody = await judges.candidates("validation", [], OURS)

        def proven(*authors: str) -> set[str]:
            return {judge.target.model.id for judge in judges.proven(everybody, authors)}

        assert proven("homemade@gone") == {"gpt-4o", "qwen3-8b"}
        assert proven("gpt-4o-2024-08-06") == {"qwen3-8b"}
        assert proven("alias") == set()
        assert proven("homemade", "qwen3:8b") == {"gpt-4o"}
        assert proven() == set()
