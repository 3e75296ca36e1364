"""Who may import whom: the arrows of ARCHITECTURE.md, checked on the import statements themselves."""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter

import pytest

from tests.house.source import NAMES, ORCHD, Module, imported

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
    "errors",
    "reasons",
)

ARROWS: dict[str, tuple[str, ...]] = {
    # The ground: imports nothing of orchd's.
    "version": (),
    # What differs in the single file.
    "frozen": (),
    "reasons": (),
    "errors": ("reasons",),
    "masking": (),
    "clock": (),
    "wakeup": (),
    "stopping": ("wakeup",),
    "systemd": (),
    # Memory that clients fill, bounded: for sessions and for features.
    "budget": ("errors",),
    "descriptors": (),
    "web": (),
    # Who comes in, by plain values.
    "access": ("protocol", "errors"),
    # The listener's certificate, and the handshakes of those who connect.
    "tls": ("wakeup", "errors"),
    # What an operator may set of a feature. Light, since the command line reads settings without loading any feature.
    "settings": (),
    # Texts and what they claim: pure, so that the command line gets at it without the daemon.
    "claims": (),
    # Two files of the wire's schema: it knows JSON only.
    "compatibility": (),
    # Strangers' schemas and values: pure, and bounded in what they cost.
    "json_schema": ("errors",),
    # Clients for other people, from a schema file alone.
    "codegen": ("errors",),
    # The rooms; none of them sees the configuration.
    "protocol": ("errors", "reasons"),
    "storage": ("clock", "guard", "wakeup", "errors"),
    # Structs to rows, and errors that name the member at fault.
    "entity": ("protocol", "storage", "hub", "wakeup", "clock", "errors"),
    # Values that only master keys open, which stand outside of the database.
    "sealing": ("clock", "storage", "errors"),
    # What servers say is shown to clients, so it passes the masks.
    "llm": ("frozen", "guard", "wakeup", "errors", "reasons", "masking"),
    # The other end of the wire: it shares a few facts with the client (`SIMULATOR_KNOWS`), and no code.
    "simulator": ("llm", "json_schema", "errors"),
    "guard": ("errors", "reasons"),
    "hub": ("protocol", "wakeup", "errors"),
    "worker": ("frozen", "guard", "errors"),
    # Whether a terminal shows colours: apart from the log, which takes long to load.
    "colour": (),
    "log": ("colour", "masking"),
    "server": ("access", "tls", "clock", "protocol", "hub", "guard", "budget", "wakeup", "errors"),
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
    "file": ("feature", "settings", *BELOW_FEATURES),
    "search": ("feature", *BELOW_FEATURES),
    "transfer": ("feature", "settings", *BELOW_FEATURES),
    "workspace": ("feature", "settings", *BELOW_FEATURES),
    "notification": ("feature", "settings", *BELOW_FEATURES),
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
        "search",
        "transfer",
        "workspace",
        "notification",
        "setting",
    ),
    # What the daemon says of itself.
    "announce": ("config", "people", "storage", "llm", "masking"),
    # The composition: app alone knows every room.
    "app": (
        "audit",
        "access",
        "oidc",
        "tls",
        "descriptors",
        "roster",
        "feature",
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
    "pages": ("oidc", "server", "access", "protocol", "storage", "llm", "guard", "web", "errors"),
    "config": ("access", "settings", "errors", "masking"),
    # What everybody gets who writes a client in Python.
    "orchd_client": (),
    "client": ("orchd_client", "errors"),
    "cli": (
        "access",
        "app",
        "audit",
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
        "protocol",
        "sealing",
        "simulator",
        "storage",
        "llm",
        "wakeup",
        "errors",
        "masking",
    ),
    "main": ("cli", "frozen"),
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
    # Rows may be put into projects; prompts are asked as questions of a chat; removed messages and tasks go for good.
    "workspace": ("chat", "project", "task"),
    # Conversations are copied, given and taken with all that was said in them; what dead runs left is deleted.
    "transfer": ("chat", "conversation", "presence"),
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
"""Which feature may call which other one's door. The only edges between features."""

DOORS: dict[str, tuple[str, ...]] = {
    "compatibility": ("orchd.compatibility",),
    "json_schema": ("orchd.json_schema",),
    "storage": ("orchd.storage", "orchd.storage.database"),
    "entity": (
        "orchd.entity",
        "orchd.entity.owned_rows",
        "orchd.entity.search",
        "orchd.entity.search.find_queries",
        "orchd.entity.search.ranking",
        "orchd.entity.search.search_queries",
        "orchd.entity.search.word_queries",
        "orchd.entity.search.words",
        "orchd.entity.wire",
    ),
    "sealing": ("orchd.sealing", "orchd.sealing.rotation", "orchd.sealing.sources"),
    "llm": ("orchd.llm", "orchd.llm.types", "orchd.llm.tools", "orchd.llm.local"),
    "audit": ("orchd.features.audit",),
    "breakglass": ("orchd.features.breakglass",),
    "usage": ("orchd.features.usage",),
    "chat": ("orchd.features.chat",),
    "conversation": ("orchd.features.conversation",),
    "journal": ("orchd.features.journal",),
    "models": ("orchd.features.models",),
    "monitoring": ("orchd.features.monitoring",),
    "people": ("orchd.features.people",),
    "presence": ("orchd.features.presence",),
    "project": ("orchd.features.project",),
    "claims": ("orchd.claims", "orchd.claims.types"),
    "worker": ("orchd.worker.pool",),
    "text": ("orchd.features.text",),
    "verification": ("orchd.features.verification",),
    "task": ("orchd.features.task",),
    "credential": ("orchd.features.credential",),
    "provider": ("orchd.features.provider",),
    "file": ("orchd.features.file",),
    "account": ("orchd.features.account",),
    "search": ("orchd.features.search",),
    "transfer": ("orchd.features.transfer",),
    "workspace": ("orchd.features.workspace",),
    "notification": ("orchd.features.notification",),
    "setting": ("orchd.features.setting",),
}
"""What of a room others may import, where that is not the whole room."""

SIMULATOR_KNOWS = {"orchd.llm.types", "orchd.llm.tools"}
"""What the simulator may import of the client that it is the other end for: names and structs as the wire has them."""

MODULE_ROOMS = {
    "orchd": "version",
    "orchd.__main__": "main",
    "orchd.features": "roster",
    "orchd.features.feature": "feature",
    "orchd.features.opening": "roster",
    "orchd.features.requester": "feature",
    "orchd.features.reference": "roster",
}
"""Modules that don't say their room by their own name."""


def room(name: str) -> str:
    """Return the room of a dotted module name."""
    if name in MODULE_ROOMS:
        return MODULE_ROOMS[name]
    parts = name.split(".")
    return parts[2] if parts[1] == "features" else parts[1]


def allowed(here: str) -> tuple[str, ...]:
    return (here, "version", *ARROWS[here], *FEATURE_EDGES.get(here, ()))


def wrong_arrows(module: Module) -> Iterator[str]:
    here = room(module.name)
    for line, target in imported(module):
        there = room(target)
        if there not in allowed(here):
            yield f"{module.at(line)}: {here} must not import {there} ({target})"
        elif there != here and target not in DOORS.get(there, (target,)):
            yield f"{module.at(line)}: {target} lies behind the door of {there}: {', '.join(DOORS[there])}"


def test_every_module_has_a_room() -> None:
    unknown = [f"{name} ({room(name)})" for name in sorted(NAMES) if room(name) not in ARROWS]
    assert not unknown, f"no room for {unknown}: put them into one, or add an arrow to ARROWS with its reason"


def test_each_import_follows_an_arrow() -> None:
    wrong = [text for module in ORCHD if room(module.name) in ARROWS for text in wrong_arrows(module)]
    assert not wrong, "\n".join(wrong)


def test_the_simulator_shares_only_facts_with_the_client_that_it_tries_out() -> None:
    ours = (module for module in ORCHD if room(module.name) == "simulator")
    shared = {target for module in ours for _, target in imported(module) if room(target) == "llm"}
    assert shared <= SIMULATOR_KNOWS


def test_what_ties_the_features_together_is_typed() -> None:
    loose = [module.path for module in ORCHD if WIRING.fullmatch(module.path) and "Any" in mentioned(module)]
    assert sum(WIRING.fullmatch(module.path) is not None for module in ORCHD) > 15
    assert not loose, f"name the type, so that a wrong edge is found by mypy: {loose}"


WIRING = re.compile(
    r"orchd/(app|features/(__init__|feature|opening)|features/\w+/(__init__|service)|protocol/(command|router))\.py"
)


def mentioned(module: Module) -> set[str]:
    """Return the names in a module's code, also those that stand behind a dot."""
    found = (getattr(node, "id", getattr(node, "attr", None)) for node in ast.walk(module.tree))
    return {name for name in found if name is not None}


@pytest.mark.parametrize("text", ["x: Any", "x: typing.Any", "def f(x: dict[str, Any]): ..."])
def test_any_is_found_however_it_is_imported(text: str) -> None:
    assert "Any" in mentioned(Module("orchd/app.py", text))


def test_a_features_settings_are_read_by_that_feature_and_by_what_fills_them() -> None:
    readers = {(target, room(module.name)) for module in ORCHD for _, target in imported(module) if is_section(target)}
    strangers = [f"{here} reads {target}" for target, here in readers if here not in (leaf(target), "config", "roster")]
    assert readers, "there are such imports, and they are seen"
    assert not strangers, f"give it what it needs as an argument: {strangers}"


def is_section(target: str) -> bool:
    return target.startswith("orchd.settings.") and leaf(target) != "bounds"


def leaf(target: str) -> str:
    return target.rpartition(".")[2]


def test_no_arrow_points_up() -> None:
    tuple(TopologicalSorter({here: set(allowed(here)) - {here} for here in ARROWS if here != "version"}).static_order())


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {module.name: {target for _, target in imported(module)} - {module.name} for module in ORCHD}
    tuple(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def test_tables_name_only_what_exists() -> None:
    rooms = {room(name) for name in NAMES}
    assert set(ARROWS) == rooms, f"rooms without a module: {sorted(set(ARROWS) - rooms)}"
    assert set(MODULE_ROOMS) <= NAMES, f"no such modules: {sorted(set(MODULE_ROOMS) - NAMES)}"


def test_every_package_says_what_it_is() -> None:
    silent = [module.path for module in ORCHD if not module.text.lstrip().startswith('"""')]
    assert not silent, f"no module docstring: {silent}"


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        ("orchd/llm/asking/stream.py", "from orchd.config import Settings", "llm must not import config"),
        ("orchd/protocol/codec.py", "import orchd.hub", "protocol must not import hub"),
        ("orchd/features/monitoring/service.py", "from orchd.features import chat", "monitoring must not import chat"),
        ("orchd/features/chat/service.py", "from orchd.features.conversation import queries", "behind the door"),
        (
            "orchd/features/chat/queries.py",
            "from orchd.storage.sqlite.sqlite_database import SqliteDatabase",
            "behind the door",
        ),
    ],
)
def test_a_wrong_import_is_found(path: str, text: str, complaint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"orchd.features.conversation.queries", "orchd.features.chat", "orchd.storage.sqlite.sqlite_database"}
    monkeypatch.setattr("tests.house.source.NAMES", NAMES | known)
    assert any(complaint in text for text in wrong_arrows(Module(path, text)))
