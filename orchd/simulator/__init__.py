"""A model server that makes its answers up: `orchd simulate`, the daemon's demo model, and the tests' upstream.

It speaks what LM Studio speaks (native v1 and v0, and the OpenAI-compatible API), with models that can be loaded and
unloaded, and it goes wrong on request in the ways that real servers do (`FAULTS_HELP`). No model runs: every answer
says that it is simulated, every response has the header `X-Simulated: true`, and every model id starts with
`simulated`. Answers depend on the seed, the model and the last user message only; an assistant's message at the end of
a request is continued (`prefill`), to the same text as if it had never stopped. Tools are called when the request
demands it, and on request (`calls`).

Not spoken: `/v1/completions`, `/v1/responses`, `/v1/messages`, downloads, images, and tools in the native API. `ttl` is
ignored.
"""

from orchd.simulator.faults import FAULTS_HELP, Faults
from orchd.simulator.server import Simulator, serve_forever
from orchd.simulator.settings import (
    DEFAULT_MODELS,
    OPTIONS,
    CommandOption,
    ModelSpec,
    SimulatorConfig,
    demo,
    parse_model,
)
from orchd.simulator.stats import ModelStats, Stats

__all__ = [
    "DEFAULT_MODELS",
    "FAULTS_HELP",
    "OPTIONS",
    "CommandOption",
    "Faults",
    "ModelSpec",
    "ModelStats",
    "Simulator",
    "SimulatorConfig",
    "Stats",
    "demo",
    "parse_model",
    "serve_forever",
]
