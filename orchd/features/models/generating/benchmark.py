"""Measuring a model: the same question several times, each time as if it were the first.

Each run begins with words of its own, so that no server answers from a prompt it has read before. What is stored is
every run; the spread is taken when it is shown. `PROMPT_VERSION` changes with the question: only equal ones compare.
"""

from typing import NamedTuple

from orchd.errors import OrchdError
from orchd.features.models.generating.benchmark_messages import ModelRun
from orchd.features.models.generating.heard import Heard, failure, usage_of
from orchd.features.models.loading.progress import Progress
from orchd.features.models.service import ANOTHER_MAY
from orchd.llm import Backends
from orchd.llm.types import Claim, Listener, Outcome, Prompt, Sampling, Target, Turn

PROMPT_VERSION = 1
QUESTION = "Explain in about two hundred words how a compiler turns source code into a program that a machine can run."


class Plan(NamedTuple):
    """What is to be measured. `nonce` sets this benchmark's prompts apart from those of all others."""

    target: Target
    runs: int
    max_tokens: int
    nonce: str
    claim: Claim


async def measure(backends: Backends, plan: Plan, progress: Progress) -> list[ModelRun]:
    """Ask `plan.runs` times, one after another. A run that fails is a result too; raises when the first one does."""
    done: list[ModelRun] = []
    progress.runs = plan.runs
    for run in range(plan.runs):
        progress.run = run + 1
        heard = Heard(progress)
        try:
            outcome = await _ask(backends, plan, run, heard)
        except ANOTHER_MAY as error:
            if not done:
                raise
            done.append(_failed(error))
        else:
            done.append(_run(heard, outcome))
    return done


async def _ask(backends: Backends, plan: Plan, run: int, listener: Listener) -> Outcome:
    text = f"[{plan.nonce}-{run}] {QUESTION}"
    prompt = Prompt(
        (Turn("user", text),),
        Sampling(temperature=0.0, max_tokens=plan.max_tokens, seed=run),
        soft=("temperature", "seed"),
    )
    return await backends.stream(plan.target, prompt, listener, claim=plan.claim)


def _run(heard: Heard, outcome: Outcome) -> ModelRun:
    timings, usage = heard.timings(outcome.usage), usage_of(outcome.usage)
    return ModelRun(
        first_token_ms=None if heard.waited else timings.first_token_ms,
        total_ms=None if heard.waited else timings.total_ms,
        tokens_per_second=timings.tokens_per_second,
        prompt_tokens=None if usage is None else usage.prompt_tokens,
        completion_tokens=None if usage is None else usage.completion_tokens,
        error=None,
    )


def _failed(error: OrchdError) -> ModelRun:
    return ModelRun(None, None, None, None, None, failure(error))
