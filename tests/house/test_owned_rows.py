"""No table is forgotten when a user's rows are adopted, given away or deleted."""

import re
from collections.abc import Iterator

from orchd.entity.owned import OWNED_TABLES
from tests.house.source import ROOT

BESIDE = {
    "api_token": "goes with its user, whose it can only be",
    "web_session": "goes with its user, whose it can only be",
    "access_change": "says about whom there is news",
    "audit_log": "says who did something, also when they are gone",
    "model_usage": "counts what somebody took, also when they are gone",
    "project_member": "goes with its user",
    "team_member": "goes with its user",
    "entity_change": "whose a row was when it changed",
}
"""Tables with a column `user_id` that does not say whose the row is."""

CREATED = re.compile(r"CREATE TABLE (\w+) \((.*?)\n\)", re.DOTALL)
ADDED = re.compile(r"ALTER TABLE (\w+) ADD COLUMN user_id\b")
UNIQUE = re.compile(r"CREATE UNIQUE INDEX (\w+)\s+ON (\w+) \(user_id, ([\w, ]+)\)")


def migrations(database: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "migrations" / database).iterdir()))


def tables_of_users(text: str) -> Iterator[str]:
    yield from (table for table, columns in CREATED.findall(text) if re.search(r"^\s*user_id\b", columns, re.MULTILINE))
    yield from ADDED.findall(text)


def test_every_table_that_says_whose_its_rows_are_is_handed_on() -> None:
    for database in ("sqlite", "mysql"):
        found = {*tables_of_users(migrations(database))}
        assert found - BESIDE.keys() == {*OWNED_TABLES}, "name it in OWNED_TABLES, or say in BESIDE what it is"
        assert found >= BESIDE.keys()


def test_what_a_user_may_have_once_is_known() -> None:
    """`present` is NULL where a row was removed, so that its name is free again."""
    found = {table: columns.split(", ") for _, table, columns in UNIQUE.findall(migrations("sqlite"))}
    assert {table: tuple(name for name in names if name != "present") for table, names in found.items()} == {
        table: owned.distinct for table, owned in OWNED_TABLES.items() if owned.distinct
    }
    assert {table for table, names in found.items() if "present" in names} == {
        table for table, owned in OWNED_TABLES.items() if owned.distinct and owned.kept
    }


def test_every_table_that_says_who_shares_its_rows_is_released() -> None:
    for database in ("sqlite", "mysql"):
        text = migrations(database)
        shared = {*re.findall(r"ALTER TABLE (\w+) ADD COLUMN project_id\b", text)}
        shared |= {table for table, columns in CREATED.findall(text) if re.search(r"^\s*project_id\b", columns, re.M)}
        known = {table for table, owned in OWNED_TABLES.items() if owned.shared}
        assert shared - {"project_member", "entity_change"} == known
        versions = {*re.findall(r"ALTER TABLE (\w+) ADD COLUMN version\b", text)}
        versions |= {table for table, columns in CREATED.findall(text) if re.search(r"^\s*version\b", columns, re.M)}
        assert versions & known == {table for table in known if OWNED_TABLES[table].versioned}
        removed = {*re.findall(r"ALTER TABLE (\w+) ADD COLUMN deleted_at\b", text)}
        removed |= {table for table, columns in CREATED.findall(text) if re.search(r"^\s*deleted_at\b", columns, re.M)}
        assert removed & OWNED_TABLES.keys() == {table for table, owned in OWNED_TABLES.items() if owned.kept}
