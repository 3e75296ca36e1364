"""What clients are written from is the same whatever Python writes it."""

import subprocess
import sys

import msgspec

from orchd.features.reference import members, schema_text
from tests.house.source import ROOT
from tests.house.test_wire import structs
from tests.wire_schema import published


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


def test_members_are_told_by_what_they_are_where_they_stand() -> None:
    definitions = published()["$defs"]

    def told(struct: str, member: str) -> str:
        return str(definitions[struct]["properties"][member]["description"])

    assert told("ConversationItem", "archived").startswith("Whether it is put away")
    assert told("ConversationList", "archived").startswith("Only those with this value. Whether it is put away")
    assert told("TemplateList", "active").startswith("Only those that may be chosen")
    assert told("ConversationList", "total").startswith("Whether to count")
    assert told("ConversationPage", "total").startswith("How many fit")
    assert told("ProviderCreate", "untested").startswith("Store it without trying it")
    assert "With `untested` it is stored all the same" in definitions["ProviderCreateFrame"]["description"]
