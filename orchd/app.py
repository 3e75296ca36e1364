"""The composition root: it alone knows every room, reads the settings, and says who lives how long.

    daemon (storage, model servers, features' services) > connections > connection > request

The port is bound first: while the database is awaited, health pages, monitoring and refusals with a reason already
answer. Stopping is the blocks unwinding in the opposite order: no new connections, tell the clients, finish or
interrupt the answers, close the sockets, services, model servers, storage.
"""

import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from typing import Literal, NamedTuple, TextIO

import structlog
import trio

from orchd import __version__, announce
from orchd.access.addresses import TrustedProxies
from orchd.assembly.backups import backup_schedule
from orchd.assembly.greeting import greet
from orchd.assembly.metrics import build, open_metrics
from orchd.assembly.model_servers import open_backends
from orchd.assembly.ports import open_ports, with_room
from orchd.assembly.reloading import Reloader
from orchd.assembly.report import ReportSources, make_report
from orchd.budget import MemoryBudget
from orchd.config import ServerSettings, Settings
from orchd.errors import ConfigurationError, StartError, Unavailable
from orchd.features import commands, make_codec
from orchd.features.audit import WatchedAuthenticator, WatchedEntry
from orchd.features.feature import Services
from orchd.features.opening import Features, Sections, open_features, switched_off
from orchd.guard import Supervisor, Troubles, crash_logged, guarded
from orchd.hub import Hub
from orchd.metrics.exposition import Metrics
from orchd.metrics.readings import Measures, Rooms, Sources
from orchd.oidc.opening import open_login_flow
from orchd.outside.pictures import PictureFetcher
from orchd.pages.contents.conversations import file_routes
from orchd.pages.contents.pictures import picture_routes
from orchd.pages.health import HealthStatus
from orchd.pages.metrics import metrics_routes
from orchd.pages.oidc import LoginSteps, OidcLogin
from orchd.pages.report import report_routes
from orchd.pages.site import make_pages
from orchd.protocol.codes import SHUTTING_DOWN
from orchd.protocol.router import Router, with_demand
from orchd.protocol.schema import published
from orchd.reasons import Reason
from orchd.sealing import ServerKeys, forbid_core_files, open_vault
from orchd.server.entry.doorkeeper import Doorkeeper
from orchd.server.entry.gate import Gate
from orchd.server.entry.newcomers import Newcomers
from orchd.server.entry.page import LatePages, Pages
from orchd.server.entry.reception import Reception
from orchd.server.listener import Server
from orchd.server.outbox import Pressure
from orchd.server.ports import url_of
from orchd.server.session import SessionServices
from orchd.server.shares import ShareLimits, Shares
from orchd.stopping import Stopping, has_terminal
from orchd.storage import TimedDatabase, open_database
from orchd.systemd import has_manager, notify
from orchd.systemd.manager import extend, keep_told
from orchd.telemetry.daemon import Figures, SocketFigures
from orchd.tls.renewal import Certificate, open_certificate
from orchd.tracing.opening import open_tracing
from orchd.worker.pool import open_workers

RECONNECT_MS = 2000
"""When clients should come back after a stop: about what a restart takes."""

START_RETRY_SECONDS = 1.0

QUIET_SECONDS = 1.0
"""How long the database is awaited at the start before the log says so."""

LAST_SECONDS = 15.0
"""What closes after clients have gone, models and the database, may take so long."""

EXIT_OK, EXIT_FAILED = 0, 1


def run(
    settings: Settings,
    *,
    listen_line: TextIO,
    set_up: bool = False,
    reread: Callable[[], Settings] | None = None,
) -> int:
    """Run the daemon until it is told to stop; return the exit code.

    Prints one line to `listen_line` once it is ready, and with `set_up` the link by which the first user is made, while
    there is none. SIGTERM, SIGINT and SIGHUP stop it in order; a second one
    ends the process at once. With TLS, under a service manager, and without a terminal, SIGHUP has certificate and
    configuration read again instead: the latter by `reread`, which gives the settings as they would be now.
    """
    try:
        with crash_logged():
            trio.run(_run_until_signal, settings, listen_line, set_up, reread)
    except BaseExceptionGroup as group:
        expected = group.subgroup((StartError, ConfigurationError))
        if expected is None:
            raise
        print(f"orchd: {_first(expected)}", file=sys.stderr)
        return EXIT_FAILED
    except (StartError, ConfigurationError) as error:
        print(f"orchd: {error}", file=sys.stderr)
        return EXIT_FAILED
    return EXIT_OK


def schema_text(form: Literal["plain", "open", "asyncapi"] = "plain") -> str:
    """Return the wire's JSON schema, as it was written when this was built. Raises `StartError` when it is missing.

    `open`: with texts instead of the enumerations that may grow; `asyncapi`: as a document of that kind.
    """
    texts = {"plain": published.schema_text, "open": published.open_schema_text, "asyncapi": published.asyncapi_text}
    try:
        return texts[form]()
    except OSError:
        raise _broken_installation() from None


def _broken_installation() -> StartError:
    return StartError(f"{published.NAME} is missing; this installation is broken")


async def _run_until_signal(
    settings: Settings, listen_line: TextIO, set_up: bool, reread: Callable[[], Settings] | None
) -> None:
    stopping = Stopping(reloads=bool(settings.server.tls_certificate) or has_manager() or not has_terminal())
    async with trio.open_nursery() as nursery:
        await nursery.start(stopping.on_signals)
        await serve(settings, listen_line, stopping, set_up=set_up, reread=reread)
        nursery.cancel_scope.cancel()


class Daemon(NamedTuple):
    """The parts of a running daemon that its start and its stop deal with."""

    settings: Settings
    services: Services
    features: Features
    server: Server
    status: HealthStatus


async def serve(
    settings: Settings,
    listen_line: TextIO,
    stopping: Stopping,
    *,
    set_up: bool = False,
    reread: Callable[[], Settings] | None = None,
) -> None:
    """Serve until told to end, then end in order; `set_up` and `reread` are as in `run`. Raises `StartError` when the
    operator must do something."""
    announce.starting(settings)
    forbid_core_files()
    settings = with_room(settings)
    certificate = open_certificate(settings.server.tls_certificate, settings.server.tls_key)
    settings, listeners = await open_ports(settings)
    address = url_of(listeners[0], secure=certificate is not None)
    async with _open(settings, certificate) as daemon, trio.open_nursery() as nursery:
        supervisor = Supervisor(nursery, daemon.services.troubles)
        if certificate is not None:
            supervisor.keep("the certificate", certificate.watch)
        backups = backup_schedule(settings, daemon.services.troubles, daemon.features.backup_failure)
        if backups is not None:
            supervisor.keep("backups", backups.keep)
        status = daemon.status
        reloader = Reloader(settings, reread, certificate, lambda: status.started and not status.stopping)
        if stopping.reload is not None:
            supervisor.keep("reading again", partial(reloader.run, stopping.reload))
        if has_manager():
            told = partial(
                keep_told, status.lives, lambda: reloader.line(status.line()), partial(_takes_time, status, stopping)
            )
            supervisor.keep("the service manager", told)
        nursery.start_soon(daemon.server.run, listeners)
        nursery.start_soon(_become_ready, daemon, address, listen_line, set_up)
        await stopping.asked.wait()
        await _stop(daemon, stopping)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _open(settings: Settings, certificate: Certificate | None) -> AsyncIterator[Daemon]:
    """Open the rooms from the bottom up; leaving the block closes them from the top down."""
    troubles, hub = Troubles(), Hub(settings.server.max_subscriptions)
    async with AsyncExitStack() as stack:
        figures = Figures(await stack.enter_async_context(open_tracing(settings.tracing, __version__)))
        where = settings.database
        assert where.url is not None, "the configuration's loader fills it in"
        assert settings.data_dir is not None, "the configuration's loader fills it in"
        opening = partial(open_database, where.url, timeout=where.timeout_seconds, troubles=troubles)
        room = partial(opening, spare_bytes=where.spare_bytes, migration_copies=where.migration_copies)
        opened = await stack.enter_async_context(room(pool_size=where.pool_size))
        database = TimedDatabase(opened, figures.storage)
        vault = open_vault(settings.data_dir, settings.security.master_key_file, os.environ, database)
        backends = await stack.enter_async_context(open_backends(settings, troubles, figures.models))
        workers = await stack.enter_async_context(open_workers(settings.text.workers, troubles))
        services = Services(
            database, hub, backends, secrets.token_hex(8), settings.models.default, workers, troubles=troubles
        )
        # The server is made below; nobody counts its sessions before the ticker has run, and nothing here waits for it.
        sections = _sections(settings)
        features = await stack.enter_async_context(open_features(services, sections, lambda: server.sessions, vault))
        growing = [command.type for command in commands() if command.grows]
        answers = with_demand(features.serves, growing, database.require_space)
        router = Router(answers, [command.type for command in commands()])
        status = HealthStatus(database, backends, troubles)
        authenticator = WatchedAuthenticator(features.people.authenticator, features.audit)
        doorkeeper = Doorkeeper(authenticator, insecure=settings.server.insecure)
        flow = await stack.enter_async_context(open_login_flow(settings.oidc, ServerKeys(database, vault)))
        rooms = Rooms(figures, database, backends, troubles)
        # As above: nobody reads the figures before the server is there.
        measures = Measures(lambda: server.sessions, lambda: status.ready, features.running, *features.measures)
        metrics = await stack.enter_async_context(
            open_metrics(Sources(rooms, measures, build()), enabled=settings.monitoring.metrics)
        )
        report = partial(make_report, ReportSources(settings, database, status.report, metrics))
        pages = {**_pages(settings, status, doorkeeper, features, flow, metrics), **report_routes(report)}
        wire = _wire(settings, router, services, doorkeeper, features, figures.sockets)
        late = LatePages(pages, {**features.gateway.pages(wire.shares), **features.mcp.pages(wire)})
        server: Server = _make_server(settings, wire, late, troubles, certificate)
        yield Daemon(settings, services, features, server, status)


def _sections(of: Settings) -> Sections:
    """The settings of features."""
    own = of.chat, of.monitoring, of.task, of.verification, of.benchmark, of.people, of.audit, of.usage, of.workspace
    return Sections(*own, of.notification, of.file, of.gateway, of.mcp)


def _pages(
    settings: Settings,
    status: HealthStatus,
    doorkeeper: Doorkeeper,
    features: Features,
    flow: LoginSteps | None,
    metrics: Metrics | None,
) -> Pages:
    if not published.is_there():
        raise _broken_installation()
    login = OidcLogin(flow, WatchedEntry(features.people.authenticator, features.audit), settings.oidc.create_users)
    files = file_routes(features.files, features.chat_files)
    own = metrics_routes(None if metrics is None else metrics.expose)
    pictures = picture_routes(PictureFetcher(enabled=settings.outside.pictures))
    return {**make_pages(status, schema_text, doorkeeper, login), **files, **own, **pictures}


def _wire(
    settings: Settings,
    router: Router,
    services: Services,
    doorkeeper: Doorkeeper,
    features: Features,
    figures: SocketFigures,
) -> SessionServices:
    limits = settings.server
    return SessionServices(
        codec=make_codec(),
        router=router,
        hub=services.hub,
        ready=partial(greet, settings, _switched_off(settings), services.epoch),
        doorkeeper=doorkeeper,
        max_frame_bytes=limits.max_frame_bytes,
        max_in_flight=limits.max_in_flight,
        frames_per_second=limits.frames_per_second,
        unfinished_bytes=limits.unfinished_bytes,
        requests=MemoryBudget(limits.request_bytes, "unfinished requests"),
        proof_seconds=limits.handshake_seconds,
        tell_refusal=features.audit.note_refusal,
        figures=figures,
        shares=Shares(ShareLimits(limits.user_in_flight, limits.user_frames_per_second, limits.user_connections)),
    )


def _switched_off(settings: Settings) -> tuple[Reason, ...]:
    return switched_off(settings.people, settings.notification, settings.outside)


def _make_server(
    settings: Settings, wire: SessionServices, pages: Pages, troubles: Troubles, certificate: Certificate | None
) -> Server:
    limits = settings.server
    return Server(
        wire,
        Reception(
            pages, Gate(limits.allowed_hosts, limits.allowed_origins, settings.gateway.allowed_origins), wire.doorkeeper
        ),
        Pressure(limits.send_soft_bytes, limits.send_hard_bytes, limits.stall_seconds),
        max_connections=limits.max_connections,
        heartbeat_seconds=limits.heartbeat_seconds,
        handshake_seconds=limits.handshake_seconds,
        troubles=troubles,
        proxies=TrustedProxies(limits.trusted_proxies, limits.trusted_user_header),
        certificate=certificate,
        newcomers=Newcomers(limits.newcomers_per_address),
    )


def _takes_time(status: HealthStatus, stopping: Stopping) -> bool:
    """Whether the daemon starts, or stops without a hurry: both take as long as they take."""
    return not status.started or (status.stopping and not stopping.hurry.is_set())


async def _become_ready(daemon: Daemon, address: str, listen_line: TextIO, set_up: bool) -> None:
    """Wait for the database, let the features take up what a crash left, and say that the daemon is ready."""
    log = structlog.get_logger()
    database = daemon.services.database
    with trio.move_on_after(QUIET_SECONDS):
        await database.wait_ready()
    if not database.health().ok:
        log.warning("waiting for the database", reason=database.health().reason)
    await _prepare(daemon)
    daemon.status.started = True
    with suppress(OSError):  # whoever started the daemon may have closed its end of stdout
        print(f"listening on {address}", file=listen_line, flush=True)
    notify(f"READY=1\nSTATUS={daemon.status.line()}")
    announce.ready(address, daemon.services.epoch)
    people, chosen = daemon.features.people.authenticator, os.environ.get("ORCHD_SETUP_TOKEN") or None
    announce.first_user(people, daemon.settings.server, address, chosen, listen_line, wanted=set_up)


async def _prepare(daemon: Daemon) -> None:
    """Let each feature begin in turn. One that can't, whatever it met, does not keep the daemon from starting."""
    for start in daemon.features.starts:
        while True:
            await daemon.services.database.wait_ready()
            with guarded("start") as guard:
                await start()
            if not isinstance(guard.error, Unavailable):
                break
            structlog.get_logger().warning("the database went away", reason=guard.error.message)
            await trio.sleep(START_RETRY_SECONDS)  # begin again when it is back
        if guard.error is not None:
            daemon.services.troubles.note_failure("start", guard.error.message)
            structlog.get_logger().error("a feature did not start", code=guard.error.code, reason=guard.error.message)


async def _stop(daemon: Daemon, stopping: Stopping) -> None:
    """End what clients see, in order; what is below ends by unwinding."""
    started = time.monotonic()
    daemon.status.stopping = True
    notify(f"STOPPING=1\nSTATUS={daemon.status.line()}")
    if stopping.hurry.is_set():
        daemon.server.announce_closing("shutdown", RECONNECT_MS)
    else:
        spread_ms = round(daemon.settings.server.spread_seconds * 1000)
        daemon.server.make_way("upgrade", spread_ms, daemon.features.is_told)
    announce.waiting(
        daemon.features.running(),
        grace_seconds=daemon.settings.server.grace_seconds if stopping.hurry.is_set() else None,
    )
    await _drain(daemon, stopping)
    await daemon.server.close(SHUTTING_DOWN, daemon.settings.server.close_seconds)
    structlog.get_logger().info("stopped", seconds=round(time.monotonic() - started, 3))


async def _drain(daemon: Daemon, stopping: Stopping) -> None:
    """Let the features end their work: within the grace from when there is a hurry."""
    async with trio.open_nursery() as nursery:
        hurried = trio.Event()
        nursery.start_soon(_hurry, stopping.hurry, daemon.settings.server, hurried)
        troubles = daemon.services.troubles
        Supervisor(nursery, troubles).run("letting connections go", _let_go, daemon)
        async with trio.open_nursery() as draining:  # a drain that fails must cut off neither others nor the farewell
            for name, work in daemon.features.works.items():
                Supervisor(draining, troubles).run(f"draining {name}", work.drain, hurried)
        nursery.cancel_scope.cancel()
    daemon.server.review()


async def _let_go(daemon: Daemon) -> None:
    """Whenever work ends, close the connections that make way and were only kept to be told of it."""
    while True:
        await daemon.services.work_ended.wait()
        daemon.server.review()


async def _hurry(asked: trio.Event, limits: ServerSettings, then: trio.Event) -> None:
    await asked.wait()
    extend(limits.grace_seconds + limits.close_seconds + LAST_SECONDS)
    await trio.sleep(limits.grace_seconds)
    then.set()


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    failure: BaseException = group
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure
