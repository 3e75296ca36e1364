"""What clients are written from is the same whatever Python writes it."""

import subprocess
import sys

import msgspec

from orchd.features.reference import members, schema_text
from tests.house.source import ROOT
from tests.house.test_wire import structs


def test_each_text_about_members_is_about_some() -> None:
    """A struct's own text may stand at a base that it has its members from."""
    found: dict[str, set[str]] = {}
    for struct in set(structs()):
        for base in struct.__mro__:
            found.setdefault(base.__name__, set()).update(field.encode_name for field in msgspec.structs.fields(struct))
    everywhere = set().union(*found.values())
    for name, told in members().items():
        unknown = {name} - everywhere if isinstance(told, str) else set(told) - found.get(name, set())
        assert not unknown, f"members.toml: no such member: {name} {unknown}"


def test_the_schema_is_written_without_docstrings_too() -> None:
    command = [sys.executable, "-OO", "-m", "orchd.features.reference", "schema"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=True)
    assert done.stdout == schema_text()
