"""The simulator itself: the routes, the listeners and what tests ask of it."""

import sys
from collections.abc import Callable, Sequence

import trio

from orchd.errors import StartError
from orchd.simulator.api.catalog import V0_ITEM, CatalogDesk
from orchd.simulator.api.chat import ChatDesk, FaultDesk, answered_by_fault
from orchd.simulator.api.dialect import json_bytes
from orchd.simulator.http import ClientConnection, HttpExchange, HttpHandler, HttpRequest
from orchd.simulator.models import Registry
from orchd.simulator.refusal import RefusedError
from orchd.simulator.settings import SimulatorConfig
from orchd.simulator.stats import StatCounters, Stats

OPEN_TO_ALL = ("/lmstudio-greeting", "/simulator/stats", "/simulator/reset")


class Simulator:
    """A model server that makes its answers up. One object serves once; its counts can be read before and after."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._config = config
        self._counters = StatCounters()
        self._registry = Registry(config, self._counters)
        self._faults = FaultDesk(config.fault)
        chat = ChatDesk(config, self._registry, self._counters, self._faults)
        catalog = CatalogDesk(self._registry, self._faults, jit=config.jit)
        self._generating: dict[tuple[str, str], HttpHandler] = {
            ("POST", "/v1/chat/completions"): chat.openai,
            ("POST", "/v1/embeddings"): chat.embeddings,
            ("POST", "/api/v0/chat/completions"): chat.complete_extended,
            ("POST", "/api/v0/embeddings"): chat.embeddings,
            ("POST", "/api/v1/chat"): chat.native_chat,
        }
        self._routes: dict[tuple[str, str], HttpHandler] = {
            ("GET", "/v1/models"): catalog.openai,
            ("GET", "/api/v0/models"): catalog.v0,
            ("GET", "/api/v1/models"): catalog.native_list,
            ("POST", "/api/v1/models/load"): catalog.load,
            ("POST", "/api/v1/models/unload"): catalog.unload,
            ("GET", "/lmstudio-greeting"): self._greet,
            ("GET", "/simulator/stats"): self._tell_stats,
            ("POST", "/simulator/reset"): self._reset,
        }
        self._v0_one = catalog.v0_one

    def stats(self) -> Stats:
        return self._counters.snapshot()

    def reset(self) -> None:
        """Set the counts to zero, and let faults with `times` begin anew."""
        self._counters.reset()
        self._faults.reset()

    async def until(self, condition: Callable[[Stats], bool]) -> Stats:
        """Wait until the counts meet a condition, for ever if need be; the caller sets a deadline.

        It is looked at whenever a request, generation, load or connection begins or ends, not at every token.
        """
        while not condition(stats := self.stats()):
            await self._counters.wait_change()
        return stats

    async def serve(
        self,
        listeners: Sequence[trio.SocketListener] | None = None,
        *,
        task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Serve until cancelled; `task_status` gets the URL. Closes the listeners, which it opens if none are given.

        Raises `StartError` when the address can't be listened on.
        """
        if listeners is None:
            listeners = await self._open()
        async with trio.open_nursery() as nursery:
            self._registry.nursery = nursery
            await nursery.start(trio.serve_listeners, self._serve_stream, listeners)
            host, port = listeners[0].socket.getsockname()[:2]
            task_status.started(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")

    async def _open(self) -> list[trio.SocketListener]:
        config = self._config
        try:
            return await trio.open_tcp_listeners(config.port, host=config.host)
        except OSError as error:
            where = f"{config.host}:{config.port}"
            raise StartError(f"the simulator can't listen on {where}: {error.strerror}") from error

    async def _serve_stream(self, stream: trio.SocketStream) -> None:
        connection = ClientConnection(stream, self._handle, self._config.keep_alive_seconds)
        self._counters.connections += 1
        try:
            if self._counters.connections > self._config.max_connections:
                await connection.refuse(503, "Too many connections")
            else:
                await connection.serve()
        finally:
            self._counters.connections -= 1
            self._counters.touch()

    async def _handle(self, request: HttpRequest, exchange: HttpExchange) -> None:
        try:
            self._check_key(request)
            await self._route(request, exchange)
        except RefusedError as refused:
            await exchange.answer(refused.status, refused.body())

    async def _route(self, request: HttpRequest, exchange: HttpExchange) -> None:
        key = (request.method, request.path)
        if request.path.startswith("/simulator/"):
            await self._routes.get(key, self._answer_unknown)(request, exchange)
            return
        known = key in self._generating or key in self._routes
        self._counters.request(request.path if known else "other")
        if key in self._generating:
            await self._generating[key](request, exchange)
            return
        faults = self._faults.of(request, generates=False)
        if await answered_by_fault(faults, exchange):
            return
        await trio.sleep(faults.headers)
        one = request.method == "GET" and request.path.startswith(V0_ITEM)
        await self._routes.get(key, self._v0_one if one else self._answer_unknown)(request, exchange)

    def _check_key(self, request: HttpRequest) -> None:
        key = self._config.api_key
        if key is None or request.path in OPEN_TO_ALL or request.headers.get("authorization") == f"Bearer {key}":
            return
        raise RefusedError(401, "An API key is required", code="invalid_api_key")

    async def _answer_unknown(self, request: HttpRequest, exchange: HttpExchange) -> None:
        """LM Studio answers unknown paths with status 200, and so do we: clients must look for `error`."""
        message = f"Unexpected endpoint or method. ({request.method} {request.path})"
        await exchange.answer(200, json_bytes({"error": message}))

    async def _greet(self, request: HttpRequest, exchange: HttpExchange) -> None:
        await exchange.answer(200, json_bytes({"lmstudio": True, "simulated": True}))

    async def _tell_stats(self, request: HttpRequest, exchange: HttpExchange) -> None:
        await exchange.answer(200, json_bytes(self.stats()))

    async def _reset(self, request: HttpRequest, exchange: HttpExchange) -> None:
        self.reset()
        await exchange.answer(200, json_bytes({"reset": True}))


async def serve_forever(config: SimulatorConfig) -> None:
    """Serve until cancelled; prints one line `listening on URL` on stdout when ready. Raises `StartError`."""
    await Simulator(config).serve(task_status=_Announcement())


class _Announcement:
    """Says where the simulator listens, once it does."""

    def started(self, value: str | None = None) -> None:
        sys.stdout.write(f"listening on {value}\n")
        sys.stdout.flush()
