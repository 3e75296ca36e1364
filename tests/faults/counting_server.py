"""A model server that counts: what each model is asked, by the part it has in a task, and what that takes.

Its answers are a function of the test. It tells usage with each answer, and `seen` is what all of that comes to.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple, TypeAlias, cast

import trio

from orchd.features.feature import Services
from orchd.features.models import open_models
from orchd.features.monitoring import MemoryMeter
from orchd.features.monitoring.messages import MonitoringMemory
from orchd.features.task.workers.workers import make_workers
from orchd.features.text import open_texts
from orchd.features.verification import open_verification
from orchd.hub import Hub
from orchd.llm import Backends, BackendSpec
from orchd.storage import Database
from tests.features.task.hands import Hands, Works, working
from tests.fix_daemon import UNTRIED
from tests.fix_upstream import DONE, SSE_HEAD, Exchange, Upstream, delta, finish, reply, usage

Part: TypeAlias = Literal["plan", "do", "validate", "examine", "compare", "join"]

SAYS: dict[Part, str] = {
    "plan": "You split a task into subtasks",
    "do": "You do one step",
    "validate": "You check a result",
    "examine": "You look for invented",
    "compare": "Two results, A and B",
    "join": "A task was split into steps",
}
"""What each part is told first, anywhere in the first turn."""

GOOD_VERDICT = {
    "criteria": {
        name: {"passed": True, "reason": "fine"} for name in ("complete", "correct", "requirements", "quality")
    },
    "missing": [],
    "errors": [],
    "notes": "good",
    "score": 90,
    "approved": True,
}
GOOD_EXAMINATION = {"supported": [], "issues": [], "contradictions": [], "inScope": True, "scopeReason": "yes"}


class Asked(NamedTuple):
    """One request: of which model, for which part of a task, and what it was told."""

    model: str
    part: Part
    prompt: str
    body: dict[str, Any]


class Said(NamedTuple):
    """What is answered: a text, or a status with an error; with the finish reason."""

    text: str = ""
    status: int = 200
    finish: str = "stop"


Script: TypeAlias = Callable[[Asked], "str | Said | None"]
"""None leaves the answer to `CountingServer.usual`."""


class CountingServer:
    """A server with these models, on `upstream`; `plan` are the prompts of the subtasks, each on its own."""

    def __init__(self, upstream: Upstream, *models: str, plan: tuple[str, ...] = (), context: int = 32_000) -> None:
        self.url = upstream.url
        self.asked: list[Asked] = []
        self.script: Script = lambda asked: None
        self.plan = plan
        self.tokens = 0
        """Read and written, as the server told with its answers."""
        data = [{"id": model, "object": "model", "max_model_len": context} for model in models]
        upstream.routes["GET /v1/models"] = reply(200, {"object": "list", "data": data})
        upstream.script = self._answer

    @property
    def calls(self) -> Counter[Part]:
        """How often each part was asked."""
        return Counter(asked.part for asked in self.asked)

    def usual(self, asked: Asked) -> str:
        """What goes well."""
        match asked.part:
            case "plan":
                return json.dumps({"subtasks": [{"title": f"Step {step}", "prompt": step} for step in self.plan]})
            case "validate":
                return json.dumps(GOOD_VERDICT)
            case "examine":
                return json.dumps(GOOD_EXAMINATION)
            case "compare":
                return json.dumps({"reason": "the same", "better": "same"})
            case "join":
                parts = asked.prompt.partition("# The results")[2].split("## [part:")[1:]
                return "\n\n".join(map(_with_mark, parts))
            case "do":
                told = asked.prompt.rpartition("# Your step: ")[2].splitlines()[-1]
                return f"What was asked is: {told} The Douro flows past Porto."

    async def _answer(self, exchange: Exchange) -> None:
        if not exchange.path.endswith("/chat/completions"):
            await exchange.send(reply(404, {"error": "no route"}))
            return
        body = exchange.json()
        system, prompt = body["messages"][0]["content"], body["messages"][-1]["content"]
        part = next(part for part, words in SAYS.items() if words in system)
        asked = Asked(body["model"], part, prompt, body)
        self.asked.append(asked)
        await trio.lowlevel.checkpoint()
        said = self.script(asked)
        said = Said(self.usual(asked)) if said is None else Said(said) if isinstance(said, str) else said
        if said.status != 200:
            await exchange.send(reply(said.status, {"error": {"message": "it broke", "type": "server_error"}}))
            return
        read, written = len(prompt.split()), len(said.text.split())
        self.tokens += read + written
        await exchange.send(SSE_HEAD)
        if said.text:
            await exchange.send(delta(content=said.text))
        await exchange.send(finish(said.finish), usage(read, written), DONE)


def _with_mark(part: str) -> str:
    """Return a result as it was shown, with its mark behind it."""
    text = part.partition("\n\n")[2].strip()
    return f"{text} [part:{part.partition(']')[0]}]"


@asynccontextmanager
async def daemon(
    server: CountingServer, upstream: Upstream, database: Database, *, probe_seconds: float = 1e6
) -> AsyncIterator[Works]:
    """Run tasks by real workers that ask this server, by the virtual clock."""
    async with trio.open_nursery() as nursery:
        backends = Backends(
            [BackendSpec(upstream.url, name="box")], probe_seconds=probe_seconds, connect=upstream.connect
        )
        await nursery.start(backends.run)
        await backends.wait_first_probe()
        services = Services(database, Hub(), backends, "e")
        models = open_models(services, MemoryMeter(_memory, list)).door
        texts = open_texts(services).door
        verification = open_verification(services, models, texts, UNTRIED).door
        real = make_workers(database, backends, models, texts, verification, services.workers)
        async with working(database, cast("Hands", real), now=_now) as works:
            yield works
        nursery.cancel_scope.cancel()


def _now() -> int:
    return round(trio.current_time() * 1000)


def _memory() -> MonitoringMemory:
    return MonitoringMemory(64 * 1024**3, None, 32 * 1024**3, None, None, None)
