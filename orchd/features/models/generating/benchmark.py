"""Measuring a model: the same question several times, each time as if it were the first.

Each run begins with words of its own, so that no server answers from a prompt it has read before. What is stored is
every run; the spread is taken when it is shown. `PROMPT_VERSION` changes with the question: only equal ones compare.
"""

from typing import NamedTuple

from orchd.features.models.generating.benchmark_messages import ModelRun
from orchd.features.models.generating.reporting import failure, timings, usage_of
from orchd.features.models.loading.progress import Progress
from orchd.features.models.service import ANOTHER_MAY
from orchd.llm import Answer, Asker, Backends, Hooks, NoAnswerError
from orchd.llm.types import Prompt, Requester, Sampling, Target, Turn

PROMPT_VERSION = 1
QUESTION = "Explain in about two hundred words how a compiler turns source code into a program that a machine can run."


class BenchmarkPlan(NamedTuple):
    """What is to be measured. `nonce` sets this benchmark's prompts apart from those of all others."""

    target: Target
    runs: int
    max_tokens: int
    nonce: str
    requester: Requester


async def measure(backends: Backends, plan: BenchmarkPlan, progress: Progress) -> list[ModelRun]:
    """Ask `plan.runs` times, one after another. A run that fails is a result too; raises when the first one does."""
    done: list[ModelRun] = []
    progress.runs = plan.runs
    asker = Asker(backends, plan.requester, hooks=Hooks(phase=progress.on_phase, queue=progress.on_queue))
    for run in range(plan.runs):
        progress.run = run + 1
        try:
            done.append(_run(await asker.ask([plan.target], _prompt(plan, run))))
        except NoAnswerError as failed:
            if not done or not isinstance(failed.error, ANOTHER_MAY):
                raise failed.error from None
            done.append(ModelRun(None, None, None, None, None, failure(failed.error)))
    return done


def _prompt(plan: BenchmarkPlan, run: int) -> Prompt:
    return Prompt(
        (Turn("user", f"[{plan.nonce}-{run}] {QUESTION}"),),
        Sampling(temperature=0.0, max_tokens=plan.max_tokens, seed=run),
        soft=("temperature", "seed"),
    )


def _run(answer: Answer) -> ModelRun:
    recording, usage = answer.recording, usage_of(answer.outcome.usage)
    took = timings(recording, answer.outcome.usage)
    return ModelRun(
        first_token_ms=None if recording.waited else took.first_token_ms,
        total_ms=None if recording.waited else took.total_ms,
        tokens_per_second=took.tokens_per_second,
        prompt_tokens=None if usage is None else usage.prompt_tokens,
        completion_tokens=None if usage is None else usage.completion_tokens,
        error=None,
    )
