"""Material that fits into a model's context."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.errors import UpstreamError
from orchd.features.task.core.results import Part
from orchd.features.task.workers.context_window import (
    AROUND_TOKENS,
    LEAST_TOKENS,
    ORDER_CUT,
    TEXT_CUT,
    ContextFitter,
    FittedParts,
    PromptParts,
    room,
    shares,
)
from orchd.llm import Cost, ModelInfo, Target
from tests.features.task.fake_models import Words, parts


def target(context: int | None) -> Target:
    return Target(ModelInfo("m", "one", context=context), "one")


def words(count: int, last: str = "end") -> str:
    return " ".join(["w"] * (count - 1) + [last]) if count else ""


def material(order: int = 10, around: int = 10, guidance: int = 0, *results: int) -> PromptParts:
    return PromptParts(words(order), words(guidance), words(around), tuple(parts(*map(words, results))))


async def fit(given: PromptParts, context: int = 1000, share: float = 1.0, beside: str = "") -> FittedParts:
    return await ContextFitter(Words(), 0).fit(target(context), given, share, beside)


async def test_what_fits_stays_whole_and_costs_nothing() -> None:
    given = material(50, 100, 20, 100, 30)
    assert await fit(given) == FittedParts(given, (), Cost())


async def test_results_are_cut_the_longest_first() -> None:
    trimmed = await fit(material(50, 50, 0, 30, 900, 700))
    sizes = [len(part.text.split()) for part in trimmed.material.parts]
    assert sizes[0] == 30
    assert 150 < sizes[1] == sizes[2] < 400
    assert [part.subtask_id for part in trimmed.material.parts] == [11, 12, 13]
    assert [cut.code for cut in trimmed.cuts] == ["result_cut"] * 2


async def test_a_tasks_long_text_is_condensed_for_the_step() -> None:
    trimmer = Words()
    given = material(20, 3000, 0, 50)._replace(order="Find the harbour.")
    trimmed = await ContextFitter(trimmer, 8).fit(target(1000), given, 1.0)
    assert trimmed.material.around == "digest of end"
    assert trimmed.material.order == "Find the harbour."
    assert trimmed.cost == Cost(3, 100, 20)
    assert trimmed.cuts == (TEXT_CUT,)
    user, model, instruction = trimmer.digested[0]
    assert (user, model) == (8, "m@one")
    assert "Find the harbour." in instruction


async def test_an_order_that_is_too_long_is_condensed_without_loss_of_instructions() -> None:
    trimmer = Words()
    trimmed = await ContextFitter(trimmer, 8).fit(target(1000), material(2000), 1.0)
    assert trimmed.material.order == "digest of end"
    assert ORDER_CUT in trimmed.cuts
    assert "no instruction" in trimmer.digested[0][2]


async def test_what_was_condensed_for_a_model_is_not_condensed_again() -> None:
    trimmer = Words()
    fitter = ContextFitter(trimmer, 8)
    first = await fitter.fit(target(1000), material(10, 3000), 1.0)
    again = await fitter.fit(target(1000), material(10, 3000), 0.5)
    assert (first.cost.calls, again.cost, len(trimmer.digested)) == (3, Cost(), 1)
    assert again.cuts == first.cuts
    await fitter.fit(target(900), material(10, 3000), 1.0)
    assert len(trimmer.digested) == 2


async def test_what_cannot_be_condensed_is_an_error() -> None:
    trimmer = Words()
    trimmer.error = UpstreamError("no luck")
    with pytest.raises(UpstreamError, match="no luck"):
        await ContextFitter(trimmer, 8).fit(target(1000), material(2000), 1.0)


async def test_an_unknown_context_has_the_size_that_the_trimmer_takes_for_it() -> None:
    trimmed = await ContextFitter(Words(), 8).fit(target(None), material(10, 2000), 1.0)
    assert trimmed.cuts == ()


def test_room() -> None:
    assert room(4000, 1.0) == 4000 - 1000 - AROUND_TOKENS
    assert room(4000, 0.5) == (4000 - 1000 - AROUND_TOKENS) // 2
    assert room(10, 1.0) == room(-500, 1.0) == LEAST_TOKENS


@given(st.lists(st.integers(0, 500), max_size=12), st.integers(-10, 2000))
def test_shares_are_fair(sizes: list[int], total: int) -> None:
    limits = shares(sizes, total)
    assert sum(limits) <= max(0, total)
    assert all(limit <= size for limit, size in zip(limits, sizes, strict=True))
    cut = [limit for limit, size in zip(limits, sizes, strict=True) if limit < size]
    whole = [limit for limit, size in zip(limits, sizes, strict=True) if limit == size]
    assert not cut or max(cut) - min(cut) <= 1
    assert not cut or max(whole, default=0) <= max(cut)
    assert not cut or sum(limits) > total - len(sizes)


SIZES = st.integers(0, 3000)


@given(order=SIZES, around=SIZES, guidance=SIZES, results=st.lists(SIZES, max_size=6), context=st.integers(400, 8000))
async def test_all_of_it_fits(order: int, around: int, guidance: int, results: list[int], context: int) -> None:
    given = material(order, around, guidance, *results)
    trimmed = (await fit(given, context, 1.0)).material
    size = sum(len(text.split()) for text in (trimmed.order, trimmed.guidance, trimmed.around))
    size += sum(len(part.text.split()) for part in trimmed.parts)
    assert size <= room(context, 1.0)
    assert len(trimmed.parts) == len(results)


async def test_what_stands_beside_it_has_room() -> None:
    given = material(50, 50, 0, 700)
    free = (await fit(given)).material.parts[0].text
    less = (await fit(given, beside=words(200))).material.parts[0].text
    assert 140 <= len(free.split()) - len(less.split()) <= 160 + 50


def test_parts_keep_their_names() -> None:
    assert parts("x")[0] == Part(11, "Part 1", "x")
