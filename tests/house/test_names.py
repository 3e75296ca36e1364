"""Names: one meaning each, nouns for classes, and a name for whatever a client sees in the schema."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.house.source import ORCHD, TESTS, Module

SCHEMA = Path("protocol.schema.json")

IRREGULAR = frozenset(
    [
        "Begun",
        "Born",
        "Bound",
        "Broken",
        "Built",
        "Caught",
        "Chosen",
        "Cut",
        "Done",
        "Drawn",
        "Driven",
        "Found",
        "Given",
        "Grown",
        "Heard",
        "Held",
        "Kept",
        "Known",
        "Left",
        "Lost",
        "Made",
        "Meant",
        "Put",
        "Read",
        "Said",
        "Seen",
        "Sent",
        "Set",
        "Shown",
        "Spent",
        "Taken",
        "Told",
        "Understood",
        "Unseen",
        "Wanted",
        "Won",
        "Written",
    ]
)
ADJECTIVE = re.compile(r"(?!give|live|drive|arrive|\w*ceive|archive)[a-z]+(?:ive|ful|ous)|missing|refuting|similar")
"""Words by which nothing can be told of what a function returns."""

NOUNS = frozenset({"Feed", "Need", "Seed", "Speed", "Shed"})
"""Words that only look like one."""

VERBS = frozenset({"read", "set", "put", "cut", "bound", "feed", "embed"})
"""Participles that are verbs as well."""

PARTICIPLES: dict[str, str] = {
    "Cancelled": "the payload of the frame `cancelled`: its type is on the wire",
    "Unauthorized": "an error, named after its code",
}
"""Classes that may be called so. This list may only shrink."""

DONE: dict[str, str] = {
    "started": "what Trio calls a task's word that it has started",
}
"""Functions that may be called so. This list may only shrink."""

TWICE: dict[str, str] = {}
"""Public names that two modules may define. This list may only shrink."""


def defined(modules: list[Module]) -> Iterator[tuple[str, str, ast.stmt]]:
    """Yield the place, the name and the statement of each class and each alias at the top of a module."""
    for module in modules:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef):
                yield module.at(node.lineno), node.name, node
            elif isinstance(node, ast.AnnAssign | ast.Assign):
                target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
                if isinstance(target, ast.Name) and re.match(r"[A-Z][a-z]", target.id):
                    yield module.at(node.lineno), target.id, node


def is_participle(name: str) -> bool:
    """Whether a name is one word that says what was done, and not what it is."""
    word = name.lstrip("_")
    return word in IRREGULAR or (re.fullmatch(r"[A-Z][a-z]+ed", word) is not None and word not in NOUNS)


def twice(modules: list[Module]) -> dict[str, list[str]]:
    places = defaultdict(list)
    for place, name, _ in defined(modules):
        if not name.startswith("_"):
            places[name].append(place)
    return {name: found for name, found in places.items() if len(found) > 1 and name not in TWICE}


def participles(modules: list[Module]) -> list[str]:
    return [
        f"{place} {name}"
        for place, name, node in defined(modules)
        if isinstance(node, ast.ClassDef) and is_participle(name) and name not in PARTICIPLES
    ]


def done(modules: list[Module]) -> list[str]:
    """Return the functions named by what was done alone; a property, or a block that is `guarded`, may be called so."""
    return [
        f"{module.at(node.lineno)} {node.name}"
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and is_participle(node.name.lstrip("_").capitalize())
        and node.name.lstrip("_") not in (*DONE, *VERBS)
        and not {"property", "cached_property", "contextmanager"} & set(map(ast.unparse, node.decorator_list))
    ]


def qualities(modules: list[Module]) -> list[str]:
    """Return the functions named by an adjective alone."""
    return [
        f"{module.at(node.lineno)} {node.name}"
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and ADJECTIVE.fullmatch(node.name.lstrip("_"))
        and not {"property", "cached_property"} & set(map(ast.unparse, node.decorator_list))
    ]


def ones(modules: list[Module]) -> list[str]:
    """Return the places of loops and comprehensions whose variable is called `one`."""
    return [
        module.at(name.lineno)
        for module in modules
        for node in module.nodes
        if isinstance(node, ast.For | ast.AsyncFor | ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name) and name.id == "one"
    ]


def nameless(schema: Any, path: str = "$defs") -> Iterator[str]:
    """Yield the paths of enumerations that stand anywhere but under a name of their own."""
    if isinstance(schema, Mapping):
        if "enum" in schema and path.count(".") != 1:
            yield path
        for key, value in schema.items():
            yield from nameless(value, f"{path}.{key}")
    elif isinstance(schema, list):
        for place, value in enumerate(schema):
            yield from nameless(value, f"{path}[{place}]")


def test_no_two_public_classes_have_one_name() -> None:
    assert not twice(ORCHD), "a reader who finds one of them takes it for the other"


def test_no_class_is_named_by_what_was_done() -> None:
    assert not participles(ORCHD), "name the thing: a `FetchResult`, not `Fetched`"


def test_no_function_is_named_by_what_was_done() -> None:
    assert not done(ORCHD), "say what it does or returns: `_decode` or `_questions`, not `_decoded` or `_asked`"


def test_no_function_is_named_by_a_quality() -> None:
    assert not qualities(ORCHD), "say what it returns, or that it tells whether: `last_word`, not `decisive`"


def test_loops_say_what_they_go_through() -> None:
    assert not ones([*ORCHD, *TESTS]), "`for subtask in …` says what it is"


def test_exceptions_are_needed() -> None:
    names = {name for _, name, _ in defined(ORCHD)}
    assert set(PARTICIPLES) <= names
    assert set(TWICE) <= names
    functions = {node.name for module in ORCHD for node in module.nodes if isinstance(node, ast.FunctionDef)}
    assert set(DONE) <= functions


def test_the_schema_has_names_for_people() -> None:
    definitions = json.loads(SCHEMA.read_text(encoding="utf-8"))["$defs"]
    assert not [name for name in definitions if "Wish" in name]
    assert not list(nameless(definitions))


def test_the_rules_find_what_they_are_for() -> None:
    text = "class Fetched: ...\nclass Feed: ...\nKind = int\nx = [one for one in y]\n"
    text += "def _told(): ...\ndef read(): ...\ndef _decisive(): ...\ndef receive(): ...\n"
    modules = [Module("orchd/a.py", text), Module("orchd/b.py", "Kind = str\nclass _Made: ...\n")]
    assert participles(modules) == ["orchd/a.py:1 Fetched", "orchd/b.py:2 _Made"]
    assert list(twice(modules)) == ["Kind"]
    assert done(modules) == ["orchd/a.py:5 _told"]
    assert qualities(modules) == ["orchd/a.py:7 _decisive"]
    assert ones(modules) == ["orchd/a.py:4"]
    assert list(nameless({"A": {"enum": []}, "B": {"items": {"enum": []}}})) == ["$defs.B.items"]
