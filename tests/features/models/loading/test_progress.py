import pytest
import trio
import trio.testing
from msgspec import UNSET

from orchd.errors import NotFound
from orchd.features.models.loading.progress import REPEAT_SECONDS, Progress, telling
from orchd.features.models.messages import ModelProgress
from orchd.llm import LoadNews
from orchd.llm.types import ModelInfo, Target

TARGET = Target(ModelInfo("m", "one"), "one")


def test_small_steps_are_not_told() -> None:
    frames: list[ModelProgress] = []
    progress = Progress(frames.append, "m@one")
    progress.of(TARGET)
    for step in (0.0, 0.001, 0.002, 0.5, 0.505, 2.0):
        progress.on_phase("prompt", step)
    assert [frame.progress for frame in frames] == [0.0, 0.5, 1.0]
    assert {(frame.model, frame.backend) for frame in frames} == {("m", "one")}


def test_a_place_in_the_queue_is_told_and_forgotten_after_it() -> None:
    frames: list[ModelProgress] = []
    progress = Progress(frames.append, None)
    progress.on_queue(2, None)
    progress.on_queue(1, 500)
    progress.loading(LoadNews("loading"))
    progress.on_queue(1, 300)
    progress.on_phase("generating", None)
    shown = [(frame.phase, frame.position, frame.eta_ms) for frame in frames]
    assert shown == [
        ("queued", 2, UNSET),
        ("queued", 1, 500),
        ("loading", 1, 500),
        ("loading", 1, 300),
        ("generating", UNSET, UNSET),
    ]
    assert frames[0].model is None


async def test_a_long_phase_is_told_again(autojump_clock: trio.testing.MockClock) -> None:
    frames: list[ModelProgress] = []
    async with telling(frames.append, "m") as progress:
        await trio.sleep(3.5 * REPEAT_SECONDS)
        assert frames == []
        progress.loading(LoadNews("loading"))
        await trio.sleep(2 * REPEAT_SECONDS)
        assert [frame.phase for frame in frames] == ["loading"] * 3
        progress.on_phase("generating", None)
        await trio.sleep(2 * REPEAT_SECONDS)
    assert len(frames) == 4


async def test_a_failure_leaves_as_itself() -> None:
    with pytest.raises(NotFound):
        async with telling(lambda _: None, "m"):
            raise NotFound("gone")


def test_a_load_is_told_with_its_place_and_the_time_that_is_left() -> None:
    frames: list[ModelProgress] = []
    progress = Progress(frames.append, "m")
    progress.loading(LoadNews("queued"))
    progress.loading(LoadNews("queued", position=2, eta_ms=9_000))
    progress.loading(LoadNews("loading"))
    progress.loading(LoadNews("loading", eta_ms=4_000))
    shown = [(frame.phase, frame.position, frame.eta_ms) for frame in frames]
    assert shown[:2] == [("queued", UNSET, UNSET), ("queued", 2, 9_000)]
    assert shown[-1] == ("loading", UNSET, 4_000)
