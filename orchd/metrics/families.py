"""All families of metrics: what each is called, what it means, and where its values are.

Names and labels are a promise, to dashboards and rules of people. Whatever a client, a model server or a person can
choose is no label, but for the names of model servers and models, of which `telemetry` lets in so many and no more.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple, TypeAlias

from orchd.metrics.readings import Scrape
from orchd.telemetry.figures import Histogram, Labels

FamilyKind: TypeAlias = Literal["counter", "gauge", "histogram", "info"]
SampleValue: TypeAlias = "float | Histogram | Mapping[str, str]"
Sample: TypeAlias = tuple[Labels, SampleValue]


class MetricFamily(NamedTuple):
    """One family. Its `name` ends in its `unit`, and lacks what its kind adds: `_total` to a counter, `_info`, and what
    a histogram has. `read` gives its samples, whose labels have these names."""

    name: str
    kind: FamilyKind
    text: str
    read: Callable[[Scrape], Iterable[Sample]]
    labels: tuple[str, ...] = ()
    unit: str = ""


def _one(value: Callable[[Scrape], float]) -> Callable[[Scrape], Iterable[Sample]]:
    return lambda now: [((), float(value(now)))]


def _health(now: Scrape) -> Iterable[Sample]:
    return [((server.name,), float(server.ok)) for server in now.rooms.backends.health() if server.known]


def _models(now: Scrape) -> Iterable[Sample]:
    return [((server.name,), float(server.models)) for server in now.rooms.backends.health() if server.known]


def _work(of: Literal["running", "waiting"]) -> Callable[[Scrape], Iterable[Sample]]:
    def read(now: Scrape) -> Iterable[Sample]:
        servers = now.rooms.backends
        known = (server.name for server in servers.health() if server.known)
        return [((name,), float(getattr(servers.workload(name), of))) for name in known]

    return read


def _by_name(counts: Mapping[str, int]) -> Iterable[Sample]:
    return [((name,), float(count)) for name, count in counts.items()]


def _troubles(now: Scrape) -> Iterable[Sample]:
    return [((trouble.what,), float(trouble.times)) for trouble in now.rooms.troubles.report()]


def _build(now: Scrape) -> Iterable[Sample]:
    return [((), now.build)]


_SERVER = ("backend",)

FAMILIES: tuple[MetricFamily, ...] = (
    MetricFamily("orchd_build", "info", "What runs: its version, its protocol and Python's version.", _build),
    MetricFamily(
        "orchd_ready",
        "gauge",
        "1 while the daemon can do its work, as `/readyz` says.",
        _one(lambda now: now.measures.ready()),
    ),
    MetricFamily(
        "orchd_connections", "gauge", "WebSockets that are open.", _one(lambda now: now.measures.connections())
    ),
    MetricFamily(
        "orchd_connections_opened",
        "counter",
        "WebSockets that were opened.",
        _one(lambda now: now.rooms.figures.sockets.opened),
    ),
    MetricFamily(
        "orchd_connections_closed",
        "counter",
        "WebSockets that have ended, by close code; `none` for those that broke off.",
        lambda now: now.rooms.figures.sockets.closed.read().items(),
        ("code",),
    ),
    MetricFamily(
        "orchd_frames_received",
        "counter",
        "Frames of clients, by type; `unknown` for those that have none that is known.",
        lambda now: now.rooms.figures.sockets.frames_in.read().items(),
        ("type",),
    ),
    MetricFamily(
        "orchd_frames_sent",
        "counter",
        "Frames to clients, handshakes, pings and closes among them.",
        _one(lambda now: now.rooms.figures.sockets.frames_out),
    ),
    MetricFamily(
        "orchd_sent_bytes",
        "counter",
        "The same in bytes.",
        _one(lambda now: now.rooms.figures.sockets.bytes_out),
        unit="bytes",
    ),
    MetricFamily(
        "orchd_errors",
        "counter",
        "`error` frames to clients, by code.",
        lambda now: now.rooms.figures.sockets.errors.read().items(),
        ("code",),
    ),
    MetricFamily(
        "orchd_request_seconds",
        "histogram",
        "From the frame of a request to its last reply.",
        lambda now: [((), now.rooms.figures.sockets.requests)],
        unit="seconds",
    ),
    MetricFamily(
        "orchd_http_responses",
        "counter",
        "Answers to HTTP requests, by status.",
        lambda now: now.rooms.figures.sockets.pages.read().items(),
        ("status",),
    ),
    MetricFamily("orchd_backend_up", "gauge", "1 while a model server answers.", _health, _SERVER),
    MetricFamily("orchd_backend_models", "gauge", "Models that a model server lists.", _models, _SERVER),
    MetricFamily("orchd_queue_running", "gauge", "Requests that a model server works on.", _work("running"), _SERVER),
    MetricFamily("orchd_queue_waiting", "gauge", "Requests that wait for their turn.", _work("waiting"), _SERVER),
    MetricFamily(
        "orchd_queue_wait_seconds",
        "histogram",
        "How long requests waited for their turn, by priority: `chat`, `urgent`, `task`, `background`.",
        lambda now: now.rooms.figures.models.waits.read().items(),
        ("backend", "priority"),
        "seconds",
    ),
    MetricFamily(
        "orchd_model_load_seconds",
        "histogram",
        "How long requests waited for their model to be loaded.",
        lambda now: now.rooms.figures.models.loads.read().items(),
        _SERVER,
        "seconds",
    ),
    MetricFamily(
        "orchd_first_token_seconds",
        "histogram",
        "From a request's turn to its first token; a load is in it, and the wait for the turn is not.",
        lambda now: now.rooms.figures.models.first.read().items(),
        _SERVER,
        "seconds",
    ),
    MetricFamily(
        "orchd_token_gap_seconds",
        "histogram",
        "Between two tokens of an answer, as they are read: what comes at once counts as one.",
        lambda now: now.rooms.figures.models.gaps.read().items(),
        _SERVER,
        "seconds",
    ),
    MetricFamily(
        "orchd_attempts",
        "counter",
        "Generations that were tried, by what they ended as: `ok`, the code of an error, or `cancelled`.",
        lambda now: now.rooms.figures.models.attempts.read().items(),
        ("backend", "outcome"),
    ),
    MetricFamily(
        "orchd_prompt_tokens",
        "counter",
        "Tokens of prompts, guessed where a model server doesn't tell them.",
        lambda now: now.rooms.figures.models.tokens_in.read().items(),
        ("backend", "model"),
        "tokens",
    ),
    MetricFamily(
        "orchd_completion_tokens",
        "counter",
        "Tokens of answers, guessed where a model server doesn't tell them.",
        lambda now: now.rooms.figures.models.tokens_out.read().items(),
        ("backend", "model"),
        "tokens",
    ),
    MetricFamily(
        "orchd_database_up",
        "gauge",
        "1 while the database answers.",
        _one(lambda now: now.rooms.database.health().ok),
    ),
    MetricFamily(
        "orchd_database_has_room",
        "gauge",
        "0 while its disk has no room for anything new.",
        _one(lambda now: now.has_room and not now.rooms.database.health().full),
    ),
    MetricFamily(
        "orchd_database_places",
        "gauge",
        "Transactions that may run at once: MySQL's connections, SQLite's readers.",
        _one(lambda now: now.rooms.database.places().size),
    ),
    MetricFamily(
        "orchd_database_places_used",
        "gauge",
        "Those that do.",
        _one(lambda now: now.rooms.database.places().used),
    ),
    MetricFamily(
        "orchd_database_places_waiting",
        "gauge",
        "Transactions that wait for a place.",
        _one(lambda now: now.rooms.database.places().waiting),
    ),
    MetricFamily(
        "orchd_database_transaction_seconds",
        "histogram",
        "How long transactions took, their waits included, by kind: `read`, `write`, and `write_relaxed`, which "
        "doesn't wait for the disk.",
        lambda now: now.rooms.figures.storage.seconds.read().items(),
        ("kind",),
        "seconds",
    ),
    MetricFamily(
        "orchd_database_failures",
        "counter",
        "Transactions that failed, by kind and the code of their error.",
        lambda now: now.rooms.figures.storage.failures.read().items(),
        ("kind", "code"),
    ),
    MetricFamily(
        "orchd_event_loop_delay_seconds",
        "histogram",
        "How late the event loop wakes a task that has slept, looked at once a second.",
        lambda now: [((), now.rooms.figures.loop)],
        unit="seconds",
    ),
    MetricFamily(
        "orchd_journal_lag_seconds",
        "gauge",
        "How long text of running answers has waited to be written down: about what a crash would cost.",
        _one(lambda now: now.measures.journal_lag()),
        unit="seconds",
    ),
    MetricFamily(
        "orchd_running",
        "gauge",
        "Work that an end waits for and that runs now: `answers`, `tasks`, `relays`, `calls` (of tools).",
        lambda now: _by_name(now.measures.running()),
        ("kind",),
    ),
    MetricFamily(
        "orchd_tasks",
        "gauge",
        "Tasks by status, as they were at most a quarter of a minute ago.",
        lambda now: _by_name(now.tasks),
        ("status",),
    ),
    MetricFamily(
        "orchd_troubles",
        "counter",
        "Failures of the daemon's own tasks, by what has failed: each is a line in the log.",
        _troubles,
        ("what",),
    ),
)
OF_MODELS = "model"
"""The label of families that nobody is told who may use some models only."""
