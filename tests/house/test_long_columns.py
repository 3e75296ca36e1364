"""On MySQL a long text may stand elsewhere, with a mark in its column: SQL stores it, reads it and asks its length."""

import re
from collections.abc import Iterator

import pytest

from tests.house.source import ORCHD, ROOT, strings
from tests.house.test_sql import QUERIES, feature

MIGRATIONS = sorted((ROOT / "migrations/mysql").iterdir())
COLUMN = re.compile(r"(\w+)\s+(?:LONG|MEDIUM)?TEXT\b")
LONG = frozenset(name for path in MIGRATIONS for name in COLUMN.findall(path.read_text(encoding="utf-8")))
SQL = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE|AND|OR|SET|BY|JOIN)\b|\?")
HARMLESS = re.compile(r"\bLENGTH\([\w.]+\)|\b[\w.]+ IS (?:NOT )?NULL|'[^']*'")
"""What is done to a column without a look at its text, and literals."""
TOKEN = re.compile(r"[\w.]+|\S")
TABLE_FOLLOWS = frozenset(("FROM", "INTO", "JOIN", "UPDATE"))
CLAUSES = frozenset(("INSERT", "SELECT", "FROM", "WHERE", "SET", "VALUES", "ON", "BY", "HAVING", "AND", "OR"))


def looked_at(sql: str) -> Iterator[str]:
    """Find the long columns with which a statement, or a part of one, does more than to store and to read them."""
    tokens = ["", "", "", *TOKEN.findall(HARMLESS.sub("!", sql)), "", ""]
    clause = ""
    for place, token in enumerate(tokens):
        clause = token if token in CLAUSES else clause
        if token.rpartition(".")[2] not in LONG or tokens[place - 1] in TABLE_FOLLOWS:
            continue
        before, after, value = tokens[place - 1], tokens[place + 1], tokens[place + 2]
        named = clause == "INSERT" and (before == "," or tokens[place - 3] == "INTO")
        read = clause in ("", "SELECT") and before in ("", ",", "SELECT") and after in ("", ",", "FROM", "{")
        stored = clause == "SET" and before in ("SET", ",") and after == "=" and value in ("?", "NULL", "!")
        if not (named or stored or (read and "INSERT" not in tokens)):
            yield token


def test_sql_does_not_look_at_long_texts() -> None:
    queries = [module for module in ORCHD if feature(module) and QUERIES.search(module.path)]
    texts = [(module.at(line), text) for module in queries for line, text in strings(module) if SQL.search(text)]
    assert len(texts) > 100
    wrong = [f"{place}: {column}" for place, text in texts for column in looked_at(text)]
    assert not wrong, f"MySQL would take the mark for the text; read it, and do that in Python: {wrong}"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT id FROM chat_message WHERE content = ?",
        "SELECT id FROM chat_message m JOIN task t ON m.content = t.result",
        "SELECT id FROM chat_message ORDER BY id, content",
        "SELECT SUBSTR(m.content, 1, 9) FROM chat_message m",
        "SELECT DISTINCT content FROM chat_message",
        "SELECT content || ? FROM chat_message",
        "SELECT COALESCE(reasoning, content) FROM chat_message",
        "SELECT MAX(content) FROM chat_message",
        "UPDATE chat_message SET content = reasoning WHERE id = ?",
        "UPDATE chat_message SET status = ?, content = content || ? WHERE id = ?",
        "UPDATE chat_message SET status = content WHERE id = ?",
        "INSERT INTO task (title, result) SELECT title, content FROM chat_message WHERE id = ?",
        "DELETE FROM chat_message WHERE content LIKE ?",
        "AND content = ?",
        "content LIKE ?",
    ],
)
def test_a_look_at_a_long_text_is_found(sql: str) -> None:
    assert list(looked_at(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO journal (text, message_id, body) VALUES (?, ?, '')",
        "SELECT id, m.content, reasoning FROM chat_message m WHERE id = ? AND runs_json IS NOT NULL",
        "SELECT m.role, m.content {}",
        "SELECT id FROM result JOIN content ON content.id = result.id",
        "UPDATE result SET status = ?",
        "SELECT LENGTH(m.content) FROM chat_message m WHERE LENGTH(content) + LENGTH(reasoning) < ?",
        "UPDATE chat_message SET content = ?, reasoning = '', runs_json = NULL WHERE id = ?",
    ],
)
def test_storing_reading_and_measuring_are_none(sql: str) -> None:
    assert not list(looked_at(sql))
