"""What `orchd check` says of model servers and model files; with `--deep`, each of them has to answer something.

A server that lists models may still fail to load one, and a file that is whole may be of a kind that llama.cpp doesn't
know: only a few tokens tell. That loads models and takes their time, so it is done only when it is asked for.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import trio

from orchd.assembly.model_servers import backend_specs, local_spec
from orchd.cli.findings import Finding, Findings
from orchd.cli.keys.key_checks import StoredKeys, give_keys
from orchd.cli.reaching.options import daemon_url
from orchd.client import PageQuestion, Trust, ask_page, websocket_url
from orchd.config import Settings
from orchd.errors import OrchdError, StartError
from orchd.llm import (
    SEARCHED,
    BackendHealth,
    Backends,
    BackendSpec,
    ModelInfo,
    Prompt,
    Recording,
    Sampling,
    Target,
    Turn,
    Usage,
)
from orchd.llm.local import demand_package, inspect, open_local

QUESTION = Prompt((Turn("user", "Count from one to twenty."),), Sampling(temperature=0.0, max_tokens=16))
DEEP_SECONDS = 900.0
"""For one model: it may have to be loaded first."""
DEMO_SECONDS = 3.0
"""For the daemon that may be running to say how it is."""
BASE = "no chat template: a base model, which goes on with a text rather than answers"


async def model_servers(
    settings: Settings, origins: Mapping[str, str], stored: StoredKeys | None = None
) -> list[Finding]:
    """Ask the servers, as the daemon does at its start."""
    health = await _probe(backend_specs(settings.backends), stored)
    if settings.backends:
        places = [origins.get(f"backends[{index}].url", "") for index in range(len(settings.backends))]
        return [_check_server(each, place) for each, place in zip(health, places, strict=False)]
    found = [Finding("ok", f"model server {each.url}", _offer(each)) for each in health if each.ok]
    met = [Finding("note", f"model server {each.url}", each.reason or "") for each in health if each.somebody]
    if settings.local.models:
        return found + met
    if found or settings.models.demo:
        return (found or [Finding("note", "model server", "only the simulated model of `--demo`")]) + met
    if (demo := await running_demo(settings)) is not None:
        return [*met, Finding("note", "model server", f"only the simulated model of the daemon at {demo}")]
    fix = "start LM Studio's server, name one with `--backend URL` or `[[backends]]`, or try `--demo`"
    return [*met, Finding("note", "model server", f"none at {', '.join(SEARCHED)}; {fix}")]


class _ToldServer(msgspec.Struct):
    simulated: bool = False


class _ToldReport(msgspec.Struct):
    """What is looked at of a daemon's `/readyz`."""

    backends: list[_ToldServer] = []


async def running_demo(settings: Settings) -> str | None:
    """Return the address of a daemon that runs where this configuration has one, with a simulated model; else None."""
    if settings.server.port == 0:
        return None
    own = settings.server.tls_certificate
    address, trust = daemon_url(None, settings), Trust(own=None if own is None else Path(own))
    asked = PageQuestion("GET", "readyz", seconds=DEMO_SECONDS, any_status=True)
    try:
        answer = await ask_page(urlsplit(websocket_url(address)), asked, trust)
        told = msgspec.json.decode(answer.body, type=_ToldReport)
    except (OrchdError, msgspec.MsgspecError):
        return None
    return address if any(server.simulated for server in told.backends) else None


def model_files(settings: Settings) -> list[Finding]:
    """What could be run without a server; nothing is loaded for that. Blocks on the disk for a moment."""
    if not settings.local.models:
        return []
    try:
        demand_package()
    except StartError as error:
        return [Finding("FAILED", "local models", str(error))]
    models, rejected = inspect(local_spec(settings.local))
    found = [
        Finding("note", f"local model {file.id}", f"{_size(file.size_bytes)}; {BASE}")
        if file.template is False
        else Finding("ok", f"local model {file.id}", _size(file.size_bytes))
        for file in models.values()
    ]
    found += [Finding("note", f"model file {path}", f"is left out: {reason}") for path, reason in rejected]
    return found if models else [*found, Finding("FAILED", "local models", "none of the files can be offered")]


async def answers(settings: Settings, stored: StoredKeys | None, report: Findings) -> None:
    """Have one model of each server that is there say something, and the default model; report what each did. Takes
    minutes at most."""
    async with _open_backends(settings, stored) as backends:
        for target in await _targets(backends, settings.models.default):
            if isinstance(target, Finding):
                report.add(target)
            else:
                report.begin(f"waiting for an answer of {target.backend}; its model may have to be loaded")
                report.add(await _answer(backends, target))


async def _probe(specs: Sequence[BackendSpec], stored: StoredKeys | None) -> list[BackendHealth]:
    backends = Backends(specs)
    give_keys(backends, stored)
    async with trio.open_nursery() as nursery:
        await nursery.start(backends.run)
        await backends.wait_first_probe()
        nursery.cancel_scope.cancel()
    return backends.health()


@asynccontextmanager
async def _open_backends(settings: Settings, stored: StoredKeys | None) -> AsyncIterator[Backends]:
    async with AsyncExitStack() as stack:
        local = None
        if settings.local.models:
            local = await stack.enter_async_context(open_local(local_spec(settings.local)))
        backends = Backends(backend_specs(settings.backends), local=local)
        give_keys(backends, stored)
        async with trio.open_nursery() as nursery:
            await nursery.start(backends.run)
            await backends.wait_first_probe()
            yield backends
            nursery.cancel_scope.cancel()


async def _targets(backends: Backends, default: str | None) -> list[Target | Finding]:
    """Return the model to ask of each server: the default one, else the one that a chat would get there."""
    found: dict[str, Target | Finding] = {}
    if default is not None:
        try:
            target = await backends.resolve(default, None, None)
            found[target.backend] = target
        except OrchdError as error:
            found[""] = Finding("FAILED", f"default model {default}", error.message)
    for health in backends.health():
        if health.ok and health.name not in found:
            chosen = _first([info for info in backends.models() if info.backend == health.name])
            nobody = Finding("note", f"answer of {health.name}", "it has no model for chats")
            found[health.name] = nobody if chosen is None else Target(chosen, health.name)
    return list(found.values())


def _first(models: Sequence[ModelInfo]) -> ModelInfo | None:
    chats = [info for info in models if info.chats]
    return next((info for info in chats if info.loaded), chats[0] if chats else None)


async def _answer(backends: Backends, target: Target) -> Finding:
    what, recording = f"answer of {target.model.id} on {target.backend}", Recording(target)
    with trio.move_on_after(DEEP_SECONDS):
        try:
            outcome = await backends.stream(target, QUESTION, recording)
        except OrchdError as error:
            return Finding("FAILED", what, error.message)
        return Finding("ok", what, _times(recording, outcome.usage))
    return Finding("FAILED", what, f"nothing within {DEEP_SECONDS / 60:g} minutes")


def _times(recording: Recording, usage: Usage | None) -> str:
    first = f"its first token after {recording.first_token_seconds or 0.0:.1f} s"
    speed = recording.speed(usage)
    return f"{first}, then {speed:.1f} tokens/s" if speed else first


def _check_server(health: BackendHealth, place: str) -> Finding:
    if health.ok:
        return Finding("ok", f"model server {health.url}", _offer(health))
    return Finding("FAILED", f"model server {health.url}", f"{health.reason} ({place})")


def _offer(health: BackendHealth) -> str:
    offer = f"{health.kind}, {health.models} model{'' if health.models == 1 else 's'}"
    return "; ".join([offer, *(note.text for note in health.notes)])


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"
