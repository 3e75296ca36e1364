"""Who may import whom: the arrows of ARCHITECTURE.md, checked on the import statements themselves."""

import re
from collections.abc import Iterator
from graphlib import TopologicalSorter

import pytest

from tests.house.arrows import ARROWS, FEATURE_EDGES
from tests.house.source import NAMES, ORCHD, Module, imported

"""Which feature may call which other one's door. The only edges between features."""

DOORS: dict[str, tuple[str, ...]] = {
    "compatibility": ("orchd.compatibility",),
    "json_schema": ("orchd.json_schema",),
    "storage": ("orchd.storage", "orchd.storage.database", "orchd.storage.whole"),
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
    "gateway": ("orchd.features.gateway",),
    "mcp": ("orchd.features.mcp",),
    "transfer": ("orchd.features.transfer",),
    "workspace": ("orchd.features.workspace",),
    "notification": ("orchd.features.notification",),
    "setting": ("orchd.features.setting",),
}
"""What of a room others may import, where that is not the whole room."""

SIMULATOR_KNOWS = {"orchd.llm.types", "orchd.llm.tools"}
"""What the simulator may import of the client that it is the other end for: names and structs as the wire has them."""

EVERYBODYS = ("version", "patterns", "directories")
"""Rooms that every other may import."""

MODULE_ROOMS = {
    "orchd": "version",
    "orchd.__main__": "main",
    "orchd.features": "roster",
    "orchd.features.feature": "feature",
    "orchd.features.late_work": "feature",
    "orchd.features.opening": "roster",
    "orchd.features.requester": "feature",
    "orchd.features.reference": "roster",
    "orchd.features.retention": "roster",
}
"""Modules that don't say their room by their own name."""


def room(name: str) -> str:
    """Return the room of a dotted module name."""
    if name in MODULE_ROOMS:
        return MODULE_ROOMS[name]
    parts = name.split(".")
    return parts[2] if parts[1] == "features" else parts[1]


def allowed(here: str) -> tuple[str, ...]:
    return (here, *EVERYBODYS, *ARROWS[here], *FEATURE_EDGES.get(here, ()))


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
    found = (getattr(node, "id", getattr(node, "attr", None)) for node in module.nodes)
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
    tuple(
        TopologicalSorter(
            {here: set(allowed(here)) - {here} for here in ARROWS if here not in EVERYBODYS}
        ).static_order()
    )


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
