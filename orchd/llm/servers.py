"""The model servers of a daemon, made from its settings: one for each address, with names that tell them apart."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from orchd.errors import ConfigurationError
from orchd.llm.backend import Backend
from orchd.llm.local import Local
from orchd.llm.probing.address import read_address
from orchd.llm.types import BackendSpec
from orchd.llm.wire.pipe import Connect

SEARCHED = ("http://127.0.0.1:1234", "http://127.0.0.1:8080", "http://127.0.0.1:11434")
"""Where LM Studio, llama.cpp and Ollama listen by default: looked at when no server is configured."""


def _apart(specs: Sequence[BackendSpec]) -> list[BackendSpec]:
    """Name those that have only their paths to be told apart by, as several behind one proxy do."""
    addresses = [read_address(spec.url) for spec in specs]
    unnamed = {address.shown: address.host for spec, address in zip(specs, addresses, strict=True) if spec.name is None}
    crowded = Counter(unnamed.values())
    return [
        replace(spec, name=address.shown.partition("://")[2])
        if spec.name is None and crowded[address.host] > 1
        else spec
        for spec, address in zip(specs, addresses, strict=True)
    ]


def make_backends(
    specs: Sequence[BackendSpec], simulated: BackendSpec | None, local: Local | None, connect: Connect
) -> list[Backend]:
    """Make the backends: one for each address, the first spelling of it wins. Models of our own come first."""
    explicit = bool(specs)
    wanted = _apart(specs or [BackendSpec(url) for url in SEARCHED]) + ([simulated] if simulated else [])
    found: dict[str, Backend] = {}
    if local is not None:
        own = Backend(local.spec, explicit=True, transport=local.transport, note=local.note)
        local.tell(own.probe_soon)
        found[own.url] = own
    for spec in wanted:
        backend = Backend(spec, explicit=explicit and not spec.simulated, connect=connect)
        found.setdefault(backend.url, backend)
    names = [backend.name for backend in found.values()]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"backend name: two backends are called {name!r}")
    return list(found.values())
