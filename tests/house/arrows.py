"""The arrows of ARCHITECTURE.md: which room imports which, and why the edges between features are there."""

BELOW_FEATURES = (
    "clock",
    "protocol",
    "hub",
    "storage",
    "entity",
    "sealing",
    "llm",
    "worker",
    "json_schema",
    "guard",
    "budget",
    "wakeup",
    "telemetry",
    "errors",
    "reasons",
)

ARROWS: dict[str, tuple[str, ...]] = {
    # The ground: imports nothing of orchd's.
    "version": (),
    # What every room may use.
    "patterns": (),
    "directories": (),
    # What differs in the single file.
    "frozen": (),
    "reasons": (),
    "errors": ("reasons",),
    "masking": (),
    # What a file is, by its first bytes.
    "signatures": (),
    "clock": (),
    # What rooms count; each is given its own.
    "telemetry": ("errors",),
    "wakeup": (),
    "stopping": ("wakeup",),
    "systemd": ("frozen",),
    # Memory that clients fill, bounded: for sessions and for features.
    "budget": ("errors",),
    "descriptors": (),
    "web": (),
    # Who comes in, by plain values.
    "access": ("protocol", "errors", "reasons"),
    # The listener's certificate, and the handshakes of those who connect.
    "tls": ("wakeup", "errors"),
    # What an operator may set of a feature. Light, since the command line reads settings without loading any feature.
    "settings": (),
    # A database as a whole and its files, to a file and back.
    "backup": ("clock", "frozen", "guard", "storage", "errors", "version"),
    # Texts and what they claim: pure, so that the command line gets at it without the daemon.
    "claims": (),
    # Texts of PDFs, for worker processes.
    "pdf": ("errors",),
    # Two files of the wire's schema: it knows JSON only.
    "compatibility": (),
    # Strangers' schemas and values: pure, and bounded in what they cost.
    "json_schema": ("errors",),
    # Clients for other people, from a schema file alone.
    "codegen": ("errors",),
    # The rooms; none of them sees the configuration.
    "protocol": ("errors", "reasons"),
    "storage": ("clock", "frozen", "guard", "wakeup", "telemetry", "errors"),
    # Structs to rows, and errors that name the member at fault.
    "entity": ("protocol", "storage", "hub", "wakeup", "clock", "errors"),
    # Values that only master keys open, which stand outside of the database.
    "sealing": ("clock", "storage", "errors"),
    # What servers say is shown to clients, so it passes the masks.
    "llm": ("frozen", "guard", "wakeup", "telemetry", "errors", "reasons", "masking"),
    # The net outside, as far as people name addresses of it.
    "outside": ("signatures", "budget", "errors"),
    # The other end of the wire: it shares a few facts with the client (`SIMULATOR_KNOWS`), and no code.
    "simulator": ("llm", "json_schema", "errors"),
    "guard": ("errors", "reasons", "telemetry"),
    "hub": ("protocol", "wakeup", "errors"),
    "worker": ("frozen", "guard", "errors"),
    # Whether a terminal shows colours: apart from the log, which takes long to load.
    "colour": (),
    "log": ("colour", "masking", "telemetry"),
    "server": ("access", "tls", "clock", "protocol", "hub", "guard", "budget", "wakeup", "telemetry", "errors"),
    # A feature knows what it is given (`feature`), never the roster.
    "feature": BELOW_FEATURES,
    "account": ("feature", *BELOW_FEATURES),
    # It watches log-ins.
    "audit": ("feature", "access", "settings", *BELOW_FEATURES),
    "chat": ("feature", "settings", "claims", *BELOW_FEATURES),
    "conversation": ("feature", *BELOW_FEATURES),
    "models": ("feature", "claims", "settings", *BELOW_FEATURES),
    "monitoring": ("feature", "settings", *BELOW_FEATURES),
    "journal": ("feature", *BELOW_FEATURES),
    "people": ("feature", "access", "settings", *BELOW_FEATURES),
    "presence": ("feature", *BELOW_FEATURES),
    "project": ("feature", "access", *BELOW_FEATURES),
    "text": ("feature", "claims", *BELOW_FEATURES),
    "verification": ("feature", "claims", "settings", *BELOW_FEATURES),
    "breakglass": ("feature", *BELOW_FEATURES),
    "usage": ("feature", "settings", *BELOW_FEATURES),
    "task": ("feature", "claims", "settings", *BELOW_FEATURES),
    "credential": ("feature", *BELOW_FEATURES),
    # It has the bounds of the configured ones.
    "provider": ("feature", "settings", *BELOW_FEATURES),
    "file": ("feature", "pdf", "settings", "signatures", *BELOW_FEATURES),
    "search": ("feature", *BELOW_FEATURES),
    # It speaks HTTP instead of frames: its pages are a feature's own.
    "gateway": ("feature", "server", "settings", *BELOW_FEATURES),
    # So are its; its tools ask by frames, from within.
    "mcp": ("feature", "access", "claims", "server", "settings", *BELOW_FEATURES),
    "transfer": ("feature", "settings", *BELOW_FEATURES),
    "workspace": ("feature", "settings", *BELOW_FEATURES),
    "notification": ("feature", "outside", "settings", *BELOW_FEATURES),
    "setting": ("feature", *BELOW_FEATURES),
    "roster": (
        "feature",
        "settings",
        *BELOW_FEATURES,
        "account",
        "audit",
        "breakglass",
        "usage",
        "chat",
        "conversation",
        "journal",
        "models",
        "monitoring",
        "people",
        "presence",
        "project",
        "text",
        "verification",
        "task",
        "credential",
        "provider",
        "file",
        "gateway",
        "mcp",
        "search",
        "transfer",
        "workspace",
        "notification",
        "setting",
    ),
    # What the daemon says of itself.
    "announce": ("config", "people", "storage", "llm", "masking"),
    # The figures of rooms, as Prometheus reads them.
    "metrics": ("telemetry", "llm", "storage", "guard", "wakeup", "errors"),
    # Spans, as OpenTelemetry sends them.
    "tracing": ("telemetry", "settings", "errors"),
    # Parts of the composition.
    "assembly": (
        "backup",
        "config",
        "guard",
        "llm",
        "log",
        "metrics",
        "protocol",
        "server",
        "simulator",
        "storage",
        "systemd",
        "telemetry",
        "tls",
        "descriptors",
        "wakeup",
        "version",
        "errors",
    ),
    # The composition: app alone knows every room.
    "app": (
        "assembly",
        "audit",
        "access",
        "oidc",
        "tls",
        "descriptors",
        "roster",
        "feature",
        "metrics",
        "outside",
        "tracing",
        "pages",
        "server",
        "simulator",
        "web",
        *BELOW_FEATURES,
        "config",
        "log",
        "stopping",
        "systemd",
        "announce",
    ),
    "oidc": ("access", "settings", "sealing", "protocol", "errors"),
    "pages": ("oidc", "server", "access", "protocol", "storage", "llm", "guard", "web", "frozen", "errors"),
    "config": ("access", "settings", "errors", "masking"),
    # What everybody gets who writes a client in Python.
    "orchd_client": (),
    "client": ("orchd_client", "errors"),
    "cli": (
        "access",
        "app",
        "assembly",
        "audit",
        "backup",
        "tls",
        "client",
        "clock",
        "codegen",
        "colour",
        "config",
        "entity",
        "log",
        "orchd_client",
        "claims",
        "compatibility",
        "credential",
        "frozen",
        "people",
        "presence",
        "protocol",
        # What is kept for how long, of all features.
        "roster",
        "sealing",
        "simulator",
        "storage",
        "llm",
        "wakeup",
        "errors",
        "masking",
    ),
    "main": ("assembly", "cli", "frozen"),
}

FEATURE_EDGES: dict[str, tuple[str, ...]] = {
    # Who somebody is includes of which projects they are a member; who changed users and tokens is kept.
    "people": ("audit", "project"),
    # Who changes members is kept.
    "project": ("audit",),
    # An answer belongs to a conversation and to a daemon that lives; its text is journalled while it grows; models are
    # told instructions, and asked for titles unless somebody has set that they aren't.
    "chat": ("conversation", "file", "journal", "models", "presence", "project", "setting"),
    # It may be a project's.
    "conversation": ("models", "project"),
    # Quotas belong to users and tokens, and their changes are in the audit log.
    "usage": ("audit", "people"),
    # A model is loaded only where there is memory for it; an assistant may be a project's.
    "models": ("monitoring", "project"),
    # Rows may be put into projects; prompts are asked as questions of a chat.
    "workspace": ("chat", "project"),
    # Conversations are copied, given and taken with all that was said in them; what dead runs left is deleted.
    "transfer": ("chat", "conversation", "presence"),
    # Programs ask assistants as they ask models, and tasks, too; endless answers are stopped, and kept, as in chats.
    "gateway": ("chat", "models", "task"),
    # A request takes the same of the daemon; assistants are found as programs find them, by name, and texts are checked
    # for which there is no frame.
    "mcp": ("gateway", "models", "verification"),
    # What people are told is what becomes of their tasks and quotas, as far as they want.
    "notification": ("account", "setting", "task", "usage"),
    # What it shows is what owners are shown, and each time is told them.
    "breakglass": ("audit", "chat", "conversation", "notification", "task"),
    # Secrets are changed and used under everybody's eyes.
    "credential": ("audit",),
    # A model server has its key from a credential; who adds one is kept; its kind is that of all of them.
    "provider": ("account", "audit", "credential", "models"),
    # An account has its key from a credential.
    "account": ("credential",),
    # A text that is no answer is no output of a part.
    "text": ("models",),
    # Judges are models and assistants, shown what fits into their contexts; what they judge may be a chat's answer.
    "verification": ("chat", "models", "text"),
    # Models plan, do and join what is cut to fit; others check; load brakes; what dead daemons ran goes on.
    # They may be a project's.
    "task": ("models", "monitoring", "presence", "project", "text", "usage", "verification"),
}
