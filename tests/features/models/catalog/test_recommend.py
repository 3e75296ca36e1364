import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchd.features.models.catalog.recommend import WEIGHTS, Candidate, ModelQuality, recommend
from orchd.features.models.catalog.sizes import SizeLadder, billions
from orchd.features.models.enums import TaskType
from orchd.features.models.messages import ModelStars
from orchd.llm.types import ModelInfo

TASKS = st.sampled_from([*WEIGHTS])


def candidate(
    name: str,
    *,
    speed: float | None = None,
    rating: ModelStars | None = None,
    quality: ModelQuality | None = None,
    **members: object,
) -> Candidate:
    return Candidate(ModelInfo(name, "one", **members), speed, rating, quality)  # type: ignore[arg-type]  # any member


def order(task: TaskType, *candidates: Candidate) -> list[str]:
    return [scored.candidate.info.id for scored in recommend(task, candidates)]


def test_each_task_finds_the_model_made_for_it() -> None:
    models = (
        candidate("general-7b", max_context=8192),
        candidate("qwen2.5-coder-7b", max_context=8192),
        candidate("deepseek-r1-7b", max_context=8192),
        candidate("long-7b", max_context=131_072),
        candidate("seer-7b", capabilities=("vision",), max_context=8192),
        candidate("nomic-embed", type="embedding"),
    )
    assert order("code", *models)[0] == "qwen2.5-coder-7b"
    assert order("reasoning", *models)[0] == "deepseek-r1-7b"
    assert order("analysis", *models)[0] == "long-7b"
    assert order("vision", *models) == ["seer-7b"]
    assert order("embedding", *models) == ["nomic-embed"]
    assert "nomic-embed" not in order("chat", *models)


def test_speed_counts_for_a_chat_and_size_for_reasoning() -> None:
    fast, large = candidate("fast-3b", speed=80.0), candidate("large-32b", speed=4.0)
    assert order("chat", large, fast) == ["fast-3b", "large-32b"]
    assert order("reasoning", fast, large) == ["large-32b", "fast-3b"]


def test_the_largest_is_first_only_until_speed_or_quality_is_measured() -> None:
    def first(slow: float | None = None, fast: float | None = None, poor: ModelQuality | None = None) -> str:
        large = candidate("large-70b", speed=slow, quality=poor)
        return order("general", large, candidate("middle-14b", speed=fast))[0]

    assert first() == "large-70b"
    assert first(slow=3.0, fast=40.0) == "middle-14b"
    assert first(slow=20.0, fast=40.0) == "large-70b", "fast enough"
    assert first(poor=ModelQuality(10, 3, None)) == "middle-14b"
    assert first(poor=ModelQuality(10, 9, None)) == "large-70b"


SIZES = ("big-70b", "mid-14b", "some-7b", "little-4b", "tiny-1b")


def test_difficulties_are_spread_over_the_sizes_without_gaps_and_the_reason_fits() -> None:
    chosen = {}
    for difficulty in range(1, 11):
        best = recommend("general", [candidate(name) for name in SIZES], difficulty)[0]
        chosen[difficulty] = best.candidate.info.id
        assert any(reason.endswith(f"of the sizes here the one for difficulty {difficulty}") for reason in best.reasons)
    assert [chosen[difficulty] for difficulty in range(1, 11)] == [
        *(name for name in reversed(SIZES) for _ in range(2))
    ]


@given(TASKS, st.lists(st.sampled_from([0.5, 1, 2, 3, 4, 7, 8, 14, 32, 70]), min_size=1, unique=True))
def test_a_harder_piece_never_gets_a_smaller_model_and_none_of_ten_rungs_is_left_out(
    task: TaskType, sizes: list[float]
) -> None:
    kind = "embedding" if task == "embedding" else "llm"
    models = [candidate(f"m-{size:g}b", type=kind, capabilities=("vision",)) for size in sizes]
    chosen = [billions(recommend(task, models, hard)[0].candidate.info) or 0.0 for hard in range(1, 11)]
    assert chosen == sorted(chosen)
    assert len(set(chosen)) == len(SizeLadder([model.info for model in models]).rungs)


KNOWN = {"vision": "it sees images", "reasoning": "it thinks before it answers"}


@pytest.mark.parametrize("task", [*WEIGHTS])
def test_every_task_gives_its_reasons(task: TaskType) -> None:
    (scored,) = recommend(
        task,
        [
            candidate(
                "coder-7b",
                type="embedding" if task == "embedding" else "llm",
                max_context=8192,
                loaded=True,
                capabilities=("vision", "reasoning"),
                speed=30.0,
                rating=ModelStars(4.0, 3),
            )
        ],
    )
    assert {"7B parameters", "a context of 8192 tokens", "it is loaded"} < set(scored.reasons)
    assert {"measured here: 30 tokens/s", "rated 4.0 of 5 by 3"} < set(scored.reasons)
    assert (KNOWN.get(task, "it is loaded") in scored.reasons, scored.score > 0) == (True, True)
    assert ("by its name it is made for code" in scored.reasons) == (task == "code")


def test_a_simulated_model_comes_last_and_says_so() -> None:
    real, simulated = candidate("tiny-1b"), candidate("simulated", simulated=True, max_context=131_072)
    assert order("general", simulated, real) == ["tiny-1b", "simulated"]
    (only,) = recommend("general", [simulated])
    assert "it is simulated: its answers are made up by a program" in only.reasons


@pytest.mark.parametrize("task", [task for task in WEIGHTS if task != "embedding"])
def test_what_does_not_chat_is_no_suggestion_and_a_base_model_a_late_one(task: TaskType) -> None:
    speech = candidate("speech-70b", purpose="speech", capabilities=("vision",))
    base = candidate("base-70b", template=False, capabilities=("vision",), loaded=True)
    chat = candidate("chat-1b", template=True, capabilities=("vision",))
    assert order(task, speech, base, chat) == ["chat-1b", "base-70b"]


def test_no_model_is_no_suggestion() -> None:
    assert recommend("vision", [candidate("blind-7b", capabilities=())]) == []


@given(TASKS, st.floats(1, 5), st.floats(1, 5), st.integers(1, 50))
def test_a_better_rating_never_ranks_lower(task: TaskType, one: float, other: float, count: int) -> None:
    kind = "embedding" if task == "embedding" else "llm"
    better, worse = max(one, other), min(one, other)
    found = order(
        task,
        candidate("better-7b", type=kind, capabilities=("vision",), rating=ModelStars(better, count)),
        candidate("worse-7b", type=kind, capabilities=("vision",), rating=ModelStars(worse, count)),
    )
    assert found[0] == "better-7b"


@given(TASKS, st.integers(1, 50), st.data())
def test_more_approvals_never_rank_lower(task: TaskType, checked: int, data: st.DataObject) -> None:
    kind = "embedding" if task == "embedding" else "llm"
    fewer, more = sorted(data.draw(st.tuples(st.integers(0, checked), st.integers(0, checked))))
    better, worse = (
        candidate(name, type=kind, capabilities=("vision",), quality=ModelQuality(checked, approved, None))
        for name, approved in (("better-7b", more), ("worse-7b", fewer))
    )
    assert order(task, better, worse)[0] == "better-7b"
    assert f"{more} of {checked} checked results were approved here" in recommend(task, [better])[0].reasons


def test_what_was_never_checked_says_nothing() -> None:
    plain, unchecked = candidate("a-7b"), candidate("a-7b", quality=ModelQuality(0, 0, None))
    assert recommend("chat", [plain])[0].score == recommend("chat", [unchecked])[0].score


@given(TASKS, st.lists(st.sampled_from(["a-7b", "b-70b", "coder-3b", "embed", "vl-2b"]), unique=True))
def test_reasons_go_with_every_point(task: TaskType, names: list[str]) -> None:
    scored = recommend(task, [candidate(name, loaded=True) for name in names])
    assert all(model.reasons for model in scored)
    assert [model.score for model in scored] == sorted((model.score for model in scored), reverse=True)
