"""Docstrings that say nothing: the type of a handler's command again, or a sentence that fits any function."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.house.source import ORCHD, Module

REPEATS = re.compile(r"Answers? `[a-z:]+`")
OFTEN = 4
"""Functions that do different things and have one docstring: it is about none of them."""


def documented(modules: list[Module]) -> Iterator[tuple[str, str]]:
    """Yield the place and the docstring of each function that does something."""
    for module in modules:
        for node in module.functions:
            text = ast.get_docstring(node)
            if text is not None and len(node.body) > 1:
                yield module.at(node.lineno), text


def repeating(modules: list[Module]) -> list[str]:
    return [place for place, text in documented(modules) if REPEATS.match(text)]


def shared(modules: list[Module]) -> dict[str, list[str]]:
    places = defaultdict(list)
    for place, text in documented(modules):
        places[text].append(place)
    return {text: found for text, found in places.items() if len(found) >= OFTEN}


def test_no_handler_says_the_type_of_its_command_again() -> None:
    assert not repeating(ORCHD), "COMMANDS says what it answers; say what is not to be seen there, or nothing"


def test_no_docstring_fits_everything() -> None:
    assert not shared(ORCHD), "say what this one does, or nothing"


def test_docstrings_that_say_nothing_are_found() -> None:
    text = "def f():\n    'Pass it on.'\n    f()\n" * OFTEN + "def g():\n    'Answer `task:get`.'\n    f()\n"
    assert list(shared([Module("orchd/x.py", text)])) == ["Pass it on."]
    assert repeating([Module("orchd/x.py", text)]) == ["orchd/x.py:13"]
