"""The model servers of a daemon: those of its settings, one for each address, with names that tell them apart; and
those that are added, changed and taken away while it runs."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import trio
from msgspec.structs import replace

from orchd.errors import ConfigurationError
from orchd.guard import Supervisor, Troubles
from orchd.llm import local as local_models
from orchd.llm.backend import Backend
from orchd.llm.probing.address import read_address
from orchd.llm.types import BackendSpec
from orchd.llm.wire.pipe import Connect
from orchd.telemetry.daemon import ModelFigures

SEARCHED = ("http://127.0.0.1:1234", "http://127.0.0.1:8080", "http://127.0.0.1:11434")
"""Where LM Studio, llama.cpp and Ollama listen by default: looked at when no server is configured."""

CLOSE_SECONDS = 5.0


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
    specs: Sequence[BackendSpec],
    simulated: BackendSpec | None,
    local: "local_models.Local | None",
    connect: Connect,
    figures: ModelFigures,
) -> list[Backend]:
    """Make the backends: one for each address, the first spelling of it wins. Models of our own come first."""
    explicit = bool(specs)
    wanted = _apart(specs or [BackendSpec(url) for url in SEARCHED]) + ([simulated] if simulated else [])
    found: dict[str, Backend] = {}
    if local is not None:
        own = Backend(local.spec, explicit=True, transport=local.transport, notes=local.notes, figures=figures)
        local.tell(own.probe_soon)
        found[own.url] = own
    for spec in wanted:
        backend = Backend(spec, explicit=explicit and not spec.simulated, connect=connect, figures=figures)
        found.setdefault(backend.url, backend)
    names = [backend.name for backend in found.values()]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"backend name: two backends are called {name!r}")
    return list(found.values())


class ServerSet:
    """The model servers that are asked: the `first` ones, from the settings, and those that are added. `present` has
    them by name; it is the same object all the time, and changes."""

    def __init__(
        self,
        first: Iterable[Backend],
        connect: Connect,
        probe_seconds: float,
        troubles: Troubles | None,
        figures: ModelFigures,
    ) -> None:
        self._figures = figures
        self.first = tuple(first)
        self.present: dict[str, Backend] = {backend.name: backend for backend in self.first}
        self._connect, self._probe_seconds, self._troubles = connect, probe_seconds, troubles
        self._supervisor: Supervisor | None = None
        self._scopes: dict[Backend, trio.CancelScope] = {}
        """Of those that are watched, also while they end."""
        self.queue_listeners: list[Callable[[], None]] = []
        """Called whenever the queue of any of them has changed. They must not wait."""

    @property
    def watched(self) -> list[Backend]:
        """Those that are asked, and those that are not any more and still have something to end."""
        return [*self.present.values(), *(each for each in self._scopes if each not in self.present.values())]

    async def run(self, *, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Watch them until cancelled, then close them; `started` at once."""
        async with trio.open_nursery() as nursery:
            self._supervisor = Supervisor(nursery, self._troubles)
            for backend in self.present.values():
                self._begin(backend)
            task_status.started()
            await trio.sleep_forever()

    def serve_more(self, specs: Mapping[str, BackendSpec]) -> dict[str, str]:
        """Have these asked besides those of the settings, by their names, and no others; return by name why some can't
        be. Those that go or are changed end what runs; what waits for them is refused."""
        added, refused = dict[str, Backend](), dict[str, str]()
        taken = {backend.url: backend.name for backend in self.first if backend.explicit}
        for name, spec in specs.items():
            try:
                url = self._check(name, spec, taken)
            except ConfigurationError as error:
                refused[name] = str(error)
                continue
            taken[url], old = name, self.present.get(name)
            added[name] = old if old is not None and old.spec == spec else self._make(spec, explicit=True)
        self._change([*self._first_besides(taken), *added.values()])
        return refused

    def _check(self, name: str, spec: BackendSpec, taken: Mapping[str, str]) -> str:
        """Return an address in its normal form. Raises ConfigurationError where it, or the name, is taken."""
        if any(backend.name == name and _is_fixed(backend) for backend in self.first):
            raise ConfigurationError(f"the configuration has a model server called {name}")
        url = read_address(spec.url).shown
        if url in taken:
            raise ConfigurationError(f"{taken[url]} is at that address already")
        return url

    def _first_besides(self, taken: Mapping[str, str]) -> list[Backend]:
        """Return those of the settings; one that is only looked for gives way to one that is added, and comes back."""
        names = set(taken.values())
        kept = [each for each in self.first if _is_fixed(each) or not (each.url in taken or each.name in names)]
        return [self._make(each.spec, explicit=False) if each.closing else each for each in kept]

    def _make(self, spec: BackendSpec, *, explicit: bool) -> Backend:
        return Backend(spec, explicit=explicit, connect=self._connect, figures=self._figures)

    def _change(self, backends: Sequence[Backend]) -> None:
        gone = [each for each in self.present.values() if each not in backends]
        come = [each for each in backends if each not in self.present.values()]
        self.first = tuple(next((new for new in come if new.spec is each.spec), each) for each in self.first)
        self.present.clear()
        self.present.update((backend.name, backend) for backend in backends)
        for backend in gone:
            self._end(backend)
        for backend in come:
            self._begin(backend)

    def _begin(self, backend: Backend) -> None:
        backend.queue.stirred = self._tell_queue
        if self._supervisor is not None:
            self._scopes[backend] = trio.CancelScope()
            self._supervisor.run("model server", self._watch, backend)

    def _tell_queue(self) -> None:
        for told in self.queue_listeners:
            told()

    def _end(self, backend: Backend) -> None:
        backend.closing = True
        backend.queue.close()
        if self._supervisor is None:
            backend.probed.set()
        else:
            self._supervisor.run("ending a model server", self._let_end, backend)

    async def _let_end(self, backend: Backend) -> None:
        await backend.queue.wait_empty()
        self._scopes[backend].cancel()

    async def _watch(self, backend: Backend) -> None:
        try:
            with self._scopes[backend]:
                async with trio.open_nursery() as nursery:
                    supervisor = Supervisor(nursery, self._troubles)
                    supervisor.keep("model server", partial(backend.watch, supervisor, self._probe_seconds))
        finally:
            del self._scopes[backend]
            backend.closed = True
            backend.probed.set()  # also where it was ended before its first probe began
            with trio.move_on_after(CLOSE_SECONDS, shield=True):
                await backend.aclose()


def _is_fixed(backend: Backend) -> bool:
    """Tell whether nothing that is added takes its place: it was configured, is simulated, or runs here."""
    return backend.explicit or backend.simulated
