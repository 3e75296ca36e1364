"""The settings: one frozen typed tree, each with its unit, default and a sentence.

`docs/settings.md` is generated from here. How the tree is filled (file, environment, flags) is in `load.py`.
Names in TOML are camelCase; the environment says `ORCHD_SERVER_MAX_FRAME_BYTES` for `server.maxFrameBytes`.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from orchd.settings.audit import AuditSettings
from orchd.settings.backup import BackupSettings
from orchd.settings.bounds import KIB, MIB, MINUTES, ByteLimit, CountLimit, Layers, Seconds, ServedName, Slots
from orchd.settings.chat import ChatSettings
from orchd.settings.entry.gateway import GatewaySettings
from orchd.settings.entry.mcp import McpSettings
from orchd.settings.entry.outside import OutsideSettings
from orchd.settings.kept.file import FileSettings
from orchd.settings.kept.workspace import WorkspaceSettings
from orchd.settings.models import BenchmarkSettings
from orchd.settings.monitoring import MonitoringSettings
from orchd.settings.notification import NotificationSettings
from orchd.settings.oidc import OidcSettings
from orchd.settings.people import PeopleSettings
from orchd.settings.task import TaskSettings
from orchd.settings.tracing import TracingSettings
from orchd.settings.usage import UsageSettings
from orchd.settings.verification import VerificationSettings


class ServerSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The port, its limits and its patience."""

    host: Annotated[
        str, Meta(description="Address to listen on. While there is no user, only this machine itself is let in.")
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535, description="TCP port for HTTP and `/ws`; 0 takes any free one.")] = 3001
    insecure: Annotated[
        bool,
        Meta(description="While there is no user, let in whoever reaches the address; and log in over plain http."),
    ] = False
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(description="Names accepted in `Host` besides IP addresses and `localhost`, e.g. `orchd.lan`."),
    ] = ()
    allowed_origins: Annotated[
        tuple[str, ...],
        Meta(description="Origins of web pages that may connect besides the daemon's own, e.g. `https://chat.lan`."),
    ] = ()
    tls_certificate: Annotated[
        str | None,
        Meta(
            description="File with the certificate and those that vouch for it, in PEM: the port then speaks TLS, "
            "https and wss. It is read again on SIGHUP and when it changes."
        ),
    ] = None
    tls_key: Annotated[str | None, Meta(description="File with the certificate's key, in PEM, without a password.")] = (
        None
    )
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses or networks of proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed, "
            'e.g. `["127.0.0.1", "10.0.0.0/24"]`.'
        ),
    ] = ()
    trusted_user_header: Annotated[
        str | None,
        Meta(
            description="Header in which a trusted proxy names the user that it has recognised, e.g. `Remote-User`; "
            "unset: none."
        ),
    ] = None
    max_connections: Annotated[CountLimit, Meta(description="Open connections; further ones get HTTP 503.")] = 10_000
    newcomers_per_address: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            description="Open connections from one address (in IPv6: one /64) that have not proved whose they are; "
            "further ones get HTTP 503 at once; ten times as many from this machine; 0: any number.",
        ),
    ] = 256
    max_frame_bytes: Annotated[
        ByteLimit, Meta(description="Longest client frame, in bytes; longer ones close 1009.")
    ] = 1 * MIB
    max_in_flight: Annotated[
        int, Meta(ge=1, le=1_000, description="Unfinished requests per connection; further ones are `busy`.")
    ] = 32
    max_subscriptions: Annotated[
        CountLimit, Meta(description="Conversations and tasks that a connection may follow; further ones are `busy`.")
    ] = 10_000
    frames_per_second: Annotated[
        float,
        Meta(
            ge=0,
            le=1_000_000,
            description="Frames a second that a connection may go on sending, ten times as many at once; further ones "
            "are `rate_limited`, and whoever floods all the same is closed 4501; 0: any number.",
        ),
    ] = 1_000.0
    user_connections: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            description="Open connections of a user; further ones are `busy` and closed 4002, to come back later; 0: "
            "any number. Not for the local owner.",
        ),
    ] = 50
    user_in_flight: Annotated[
        int,
        Meta(
            ge=0,
            le=1_000_000,
            description="Unfinished requests of a user over all connections; further ones are `busy`; 0: any number.",
        ),
    ] = 0
    user_frames_per_second: Annotated[
        float,
        Meta(
            ge=0,
            le=1_000_000,
            description="Requests a second that a user may go on sending over all connections, ten times as many at "
            "once; further ones are `rate_limited`; 0: any number. Both are not for the local owner.",
        ),
    ] = 0.0
    request_bytes: Annotated[
        ByteLimit,
        Meta(
            description="Bytes of memory for the frames of unfinished requests, over all connections, a quarter of "
            "it for one; further requests are `busy`."
        ),
    ] = 256 * MIB
    unfinished_bytes: Annotated[
        ByteLimit,
        Meta(
            description="Bytes of client messages that have begun to come and not ended, over all connections; "
            "above, the oldest of them closes 4000."
        ),
    ] = 64 * MIB
    heartbeat_seconds: Annotated[
        Seconds, Meta(description="Seconds between protocol pings; two without an answer close 4001.")
    ] = 30.0
    handshake_seconds: Annotated[
        Seconds, Meta(description="Seconds a client has to send an HTTP head, and to stay idle between requests.")
    ] = 10.0
    send_soft_bytes: Annotated[
        ByteLimit, Meta(description="Unsent bytes above which a connection's answers are merged until it drains.")
    ] = 64 * KIB
    send_hard_bytes: Annotated[
        ByteLimit, Meta(description="Unsent bytes, besides one large frame, above which a connection is closed 4000.")
    ] = 2 * MIB
    stall_seconds: Annotated[
        Seconds, Meta(description="Seconds without any progress in sending after which a connection is closed 4000.")
    ] = 30.0
    grace_seconds: Annotated[
        float, Meta(ge=0, le=86_400, description="Seconds that running answers get to finish at shutdown.")
    ] = 10.0
    reuse_port: Annotated[
        bool,
        Meta(description="Share the port with another daemon of the same user, for upgrades without a gap (Linux)."),
    ] = False
    spread_seconds: Annotated[
        float,
        Meta(ge=0, le=3_600, description="Seconds over which clients are told to reconnect when a daemon makes way."),
    ] = 5.0
    close_seconds: Annotated[
        Seconds,
        Meta(description="Seconds at shutdown for all closing handshakes and the rest of HTTP answers together."),
    ] = 2.0


class DatabaseSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Where everything is kept."""

    url: Annotated[
        str | None,
        Meta(
            description="`sqlite:///absolute/path` or `mysql://user:password@host:3306/name`; "
            "unset: `orchd.db` in the data directory."
        ),
    ] = None
    password_file: Annotated[
        str | None, Meta(description="File that holds the MySQL password, so that the URL need not.")
    ] = None
    pool_size: Annotated[int, Meta(ge=1, le=100, description="Open MySQL connections, or SQLite readers.")] = 4
    timeout_seconds: Annotated[Seconds, Meta(description="Seconds after which a transaction gives up.")] = 10.0
    spare_bytes: Annotated[
        int,
        Meta(
            ge=0,
            le=1024**4,
            description="Bytes of SQLite's disk, though at most a twentieth of it, that are left to what has begun: "
            "when less is free, nothing new is taken. 0: none.",
        ),
    ] = 256 * MIB
    migration_copies: Annotated[
        int,
        Meta(
            ge=0,
            le=100,
            description="Copies of SQLite's file that are kept beside it: one is made before it is migrated, and "
            "nothing is migrated where there is no room for it. 0: none.",
        ),
    ] = 3


class BackendSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """One model server."""

    url: Annotated[
        str, Meta(description="Its address, with or without `/v1`; another vendor's prefix is taken as it stands.")
    ]
    name: Annotated[str | None, Meta(description="Short name shown to users; default: host and port.")] = None
    kind: Annotated[
        Literal["lmstudio", "llamacpp", "ollama", "openai"] | None,
        Meta(description="What it is; unset: found out by probing."),
    ] = None
    api_key: Annotated[str | None, Meta(description="Bearer token, if the server wants one.")] = None
    api_key_file: Annotated[str | None, Meta(description="File that holds the token, instead of `apiKey`.")] = None
    credential: Annotated[
        str | None,
        Meta(description="Name of an admin's stored credential that holds the token, instead of `apiKey`."),
    ] = None
    account: Annotated[
        str | None,
        Meta(description="Name of an admin's stored account that pays for what is asked of it; unset: nobody counts."),
    ] = None
    slots: Annotated[
        Slots | None,
        Meta(
            description="Answers it generates at once, further ones wait their turn here; unset: what it says, "
            "else 4 a model for LM Studio, 1 for Ollama and llama-cpp-python, no limit for vLLM, 8 for others.",
        ),
    ] = None
    models: Annotated[
        tuple[ServedName, ...],
        Meta(description="Models that it serves but does not list."),
    ] = ()
    aliases: Annotated[
        dict[ServedName, ServedName],
        Meta(description='Other names for its models, each with the model\'s id: `{ fast = "qwen3-8b-instruct" }`.'),
    ] = {}
    connect_seconds: Annotated[Seconds, Meta(description="Seconds to open a connection.")] = 5.0
    first_event_seconds: Annotated[
        Seconds, Meta(description="Seconds until the first output; loading and prefill are silent.")
    ] = 15 * MINUTES
    gap_seconds: Annotated[Seconds, Meta(description="Seconds between two pieces of output.")] = 120.0
    total_seconds: Annotated[Seconds | None, Meta(description="Seconds for a whole answer; unset: no limit.")] = None


class ModelSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which model answers, and how servers are watched."""

    default: Annotated[str | None, Meta(description="Model for conversations that name none.")] = None
    probe_seconds: Annotated[Seconds, Meta(description="Seconds between probes of servers that are away.")] = 10.0
    demo: Annotated[bool, Meta(description="Offer a built-in simulated model, labelled as simulated.")] = False


class LocalSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Models without a server: GGUF files that the daemon runs itself, with the package `xllamacpp` beside it."""

    models: Annotated[
        tuple[str, ...],
        Meta(description="GGUF file, or directory of such files, to run models from; none: no models are run."),
    ] = ()
    context_tokens: Annotated[
        int,
        Meta(ge=256, le=16_777_216, description="Tokens of context for each answer, at most what the model can have."),
    ] = 8_192
    slots: Annotated[
        int, Meta(ge=1, le=64, description="Answers that a model generates at once; each takes memory for its context.")
    ] = 2
    threads: Annotated[Slots | None, Meta(description="Processor threads for a model; unset: llama.cpp's choice.")] = (
        None
    )
    gpu_layers: Annotated[
        Layers | None,
        Meta(description="Layers to put on the graphics card; unset: as many as fit there."),
    ] = None
    max_loaded: Annotated[
        int, Meta(ge=1, le=64, description="Models in memory at once; for another one the least used makes room.")
    ] = 1
    idle_seconds: Annotated[
        Seconds | None, Meta(description="Seconds after which an unused model is taken out of memory; unset: never.")
    ] = None
    load_seconds: Annotated[
        Seconds, Meta(description="Seconds to load a model and read the prompt, until the first output.")
    ] = 15 * MINUTES


class TextSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Work on long texts, in processes of its own."""

    workers: Annotated[
        int, Meta(ge=1, le=64, description="Processes that work on long texts at once; further texts wait.")
    ] = 2


class SecuritySettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The keys under which secrets are sealed."""

    master_key_file: Annotated[
        str | None,
        Meta(
            description="File with the master key that stored secrets are sealed under; unset: the systemd credential "
            "`orchd-master-key`, else `$ORCHD_MASTER_KEY`, else `master.keys` in the data directory, made on first use."
        ),
    ] = None


class LogSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What goes to stderr."""

    level: Annotated[Literal["debug", "info", "warning", "error"], Meta(description="Lowest level written.")] = "info"
    format: Annotated[
        Literal["auto", "json", "text"], Meta(description="`auto`: text on a terminal, JSON elsewhere.")
    ] = "auto"


class TerminalSettings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """`orchd chat`; the daemon has no use for these."""

    history: Annotated[
        bool,
        Meta(description="Keep what is typed, in `$XDG_STATE_HOME/orchd/chat_history` (`~/.local/state` if unset)."),
    ] = True
    markdown: Annotated[bool, Meta(description="Format answers on a terminal; `--plain` turns it off once.")] = True
    reasoning: Annotated[bool, Meta(description="Show what models think before they answer.")] = True


class Settings(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The whole configuration."""

    data_dir: Annotated[
        str | None,
        Meta(
            description="Directory for the embedded database; unset: `$STATE_DIRECTORY`, else `~/.local/share/orchd`."
        ),
    ] = None
    server: ServerSettings = ServerSettings()
    database: DatabaseSettings = DatabaseSettings()
    backends: Annotated[
        tuple[BackendSettings, ...],
        Meta(description="Model servers; unset: LM Studio, llama.cpp and Ollama are looked for on loopback."),
    ] = ()
    models: ModelSettings = ModelSettings()
    local: LocalSettings = LocalSettings()
    chat: ChatSettings = ChatSettings()
    monitoring: MonitoringSettings = MonitoringSettings()
    task: TaskSettings = TaskSettings()
    benchmark: BenchmarkSettings = BenchmarkSettings()
    verification: VerificationSettings = VerificationSettings()
    text: TextSettings = TextSettings()
    security: SecuritySettings = SecuritySettings()
    people: PeopleSettings = PeopleSettings()
    audit: AuditSettings = AuditSettings()
    usage: UsageSettings = UsageSettings()
    workspace: WorkspaceSettings = WorkspaceSettings()
    notification: NotificationSettings = NotificationSettings()
    file: FileSettings = FileSettings()
    outside: OutsideSettings = OutsideSettings()
    backup: BackupSettings = BackupSettings()
    gateway: GatewaySettings = GatewaySettings()
    mcp: McpSettings = McpSettings()
    oidc: OidcSettings = OidcSettings()
    log: LogSettings = LogSettings()
    tracing: TracingSettings = TracingSettings()
    terminal: TerminalSettings = TerminalSettings()
