"""How models are to be run in processes of our own."""

import msgspec

from orchd.llm.types import BackendSpec, Deadlines

NAME = "local"
URL = "http://local.localhost"
"""Stands for all the processes where a server has its address: names under `localhost` are this machine (RFC 6761), and
nothing is ever connected to there.
"""


class LocalSpec(msgspec.Struct, frozen=True):
    """Which files, and how. `context` is in tokens, for each of the `slots` answers that a model generates at once.

    `threads` and `gpu_layers` None leave it to llama.cpp. `max_loaded`: how many models may be in memory at once.
    `idle_seconds`: how long a model stays there unused, None for ever. `load_seconds` is for a load and the first
    output together.
    """

    paths: tuple[str, ...]
    context: int = 8192
    slots: int = 2
    threads: int | None = None
    gpu_layers: int | None = None
    max_loaded: int = 1
    idle_seconds: float | None = None
    load_seconds: float = 900.0

    @property
    def backend(self) -> BackendSpec:
        """The server that these models are together."""
        return BackendSpec(URL, name=NAME, kind="llamacpp", deadlines=Deadlines(first_event=self.load_seconds))
