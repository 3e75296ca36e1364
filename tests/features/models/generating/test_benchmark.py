import pytest
import trio

from orchd.errors import Timeout, TooLarge
from orchd.features.models.generating.benchmark import BenchmarkPlan, measure
from orchd.features.models.loading.progress import Progress
from orchd.features.models.messages import ModelProgress
from orchd.llm.types import ANY_REQUESTER, Listener, Outcome, Prompt, Usage
from tests.fix_chat import TARGET, Script, ScriptedBackends


def plan(runs: int) -> BenchmarkPlan:
    return BenchmarkPlan(TARGET, runs, 16, "n", ANY_REQUESTER)


def failing(*errors: Exception | None) -> Script:
    """Answer, or raise, once for each."""
    left = list(errors)

    async def script(_prompt: Prompt, listener: Listener) -> Outcome:
        await trio.lowlevel.checkpoint()
        error = left.pop(0)
        if error is not None:
            raise error
        listener.on_delta("content", "a")
        return Outcome("stop", "tiny", Usage(20, 16, 36))

    return script


def quiet(_frame: ModelProgress) -> None:
    """Nobody listens."""


async def test_no_two_prompts_begin_alike() -> None:
    backends = ScriptedBackends(failing(None, None, None))
    runs = await measure(backends, plan(3), Progress(quiet, "m"))
    assert [run.completion_tokens for run in runs] == [16, 16, 16]
    begins = {prompt.turns[0].content[:6] for prompt in backends.prompts}
    assert begins == {"[n-0] ", "[n-1] ", "[n-2] "}
    assert {prompt.sampling.max_tokens for prompt in backends.prompts} == {16}


async def test_a_run_that_fails_is_a_result() -> None:
    backends = ScriptedBackends(failing(None, Timeout("late"), None))
    runs = await measure(backends, plan(3), Progress(quiet, "m"))
    assert [run.error and run.error.code for run in runs] == [None, "timeout", None]


async def test_when_the_first_one_fails_there_is_nothing_to_measure() -> None:
    with pytest.raises(Timeout):
        await measure(ScriptedBackends(failing(Timeout("late"))), plan(3), Progress(quiet, "m"))
    with pytest.raises(TooLarge):
        await measure(ScriptedBackends(failing(None, TooLarge("long"))), plan(2), Progress(quiet, "m"))


async def test_a_run_that_had_to_wait_has_no_times() -> None:
    async def waits(_prompt: Prompt, listener: Listener) -> Outcome:
        await trio.lowlevel.checkpoint()
        listener.on_phase("queued", None)
        listener.on_delta("content", "a")
        return Outcome("stop", "tiny", Usage(20, 16, 36))

    (run,) = await measure(ScriptedBackends(waits), plan(1), Progress(quiet, "m"))
    assert (run.first_token_ms, run.total_ms, run.completion_tokens) == (None, None, 16)
