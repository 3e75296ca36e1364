"""SQL stands in `queries.py` or `..._queries.py`, in storage/ and in entity/, which makes it for tables declared in
queries; a feature writes only its own tables; both databases have the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ORCHD, ROOT, Module, strings

OWNERS: dict[str, tuple[str, ...]] = {
    "people": ("user", "api_token", "web_session", "access_change"),
    "audit": ("audit_log",),
    "breakglass": ("access_grant",),
    "usage": ("model_usage", "quota", "quota_use"),
    "provider": ("provider",),
    "account": ("account", "account_usage"),
    "project": ("project", "project_member", "team", "team_member"),
    "conversation": ("conversation", "conversation_draft"),
    "chat": ("chat_message", "message_rating", "message_reaction"),
    "journal": ("journal", "journal_stream"),
    "models": ("model_benchmark", "model_rating", "assistant", "instruction"),
    "presence": ("daemon",),
    "credential": ("credential",),
    "sealing": ("server_key",),
    "storage": ("long_text",),
    "entity": (
        "entity_change",
        "change_number",
        "search_entry",
        "search_text",
        "search_posting",
        "search_word",
        "search_source",
    ),
    "task": (
        "task",
        "task_dependency",
        "subtask",
        "subtask_dependency",
        "task_step",
        "task_log",
        "task_approval",
        "model_quality",
    ),
    "text": ("text_job", "text_part"),
    "verification": ("verification", "verification_claim", "judge_trial"),
    "file": ("file", "file_content", "file_upload"),
    "workspace": ("knowledge", "knowledge_source", "prompt", "prompt_version", "template", "workflow"),
    "transfer": ("conversation_import", "conversation_import_line"),
    "notification": ("notification",),
    "setting": ("setting",),
}
"""Feature, or room → the tables that it alone writes."""

QUERIES = re.compile(r"/(?:\w+_)?queries\.py")
"""A feature with many statements has more files of them than one."""

STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|REPLACE|CREATE|ALTER|DROP)\s")
# `ON DUPLICATE KEY UPDATE`, `DO UPDATE` and `FOR UPDATE` name no table.
WRITE = re.compile(r"\b(?:INTO|DELETE\s+FROM|(?<!KEY )(?<!DO )(?<!FOR )UPDATE)\s+([\w{}]+)")
TABLE = re.compile(r"CREATE (?:VIRTUAL )?TABLE (\w+) (?:USING fts5 )?\((.*?)\n\)([^;]*);", re.DOTALL)
MIGRATIONS = ROOT / "migrations"


def feature(module: Module) -> str | None:
    parts = module.path.split("/")
    return parts[2] if parts[1] == "features" and len(parts) > 3 else None


def may_hold_sql(module: Module) -> bool:
    has_tables = feature(module) is not None or module.path.startswith("orchd/sealing/")
    inside = has_tables and QUERIES.search(module.path) is not None
    return inside or module.path.startswith(("orchd/storage/", "orchd/entity/"))


def strays(module: Module) -> Iterator[str]:
    yield from (module.at(line) for line, text in strings(module) if STATEMENT.match(text))
    yield from (module.at(call.lineno) for call in calls(module, "Table", "SortOrder", "update_of"))


def written(module: Module) -> set[str]:
    """Return the tables that a module's statements write, and those that it declares: a `Table` can be written."""
    declared = {ast.unparse(call.args[0]).strip("'") if call.args else "{}" for call in calls(module, "Table")}
    return declared | {table for _, text in strings(module) if STATEMENT.match(text) for table in WRITE.findall(text)}


def calls(module: Module, *names: str) -> Iterator[ast.Call]:
    """Yield the calls by which a feature names tables, members and conditions that are filled into SQL."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and feature(module) and ast.unparse(node.func).rpartition(".")[2] in names:
            yield node


def computed(module: Module) -> Iterator[str]:
    """Find what such a call is given that isn't written there: only values may come from elsewhere."""
    for call in calls(module, "Table", "SortOrder", "update_of"):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        texts = (part for argument in given if not isinstance(argument, ast.Name) for part in ast.walk(argument))
        wrong = [part for part in texts if isinstance(part, ast.JoinedStr | ast.Call | ast.BinOp | ast.Starred)]
        inside = any(call in ast.walk(function) for function in module.functions)
        if wrong or inside or any(keyword.arg is None for keyword in call.keywords):
            yield module.at(call.lineno)


def filled_from_outside(module: Module) -> Iterator[str]:
    """Find what a function fills into a statement though its caller gave it; values travel as parameters."""
    for function in module.functions:
        arguments = function.args
        given = {argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
        for node in (node for text in sql_texts(function) for node in ast.walk(text)):
            if isinstance(node, ast.FormattedValue):
                plain = isinstance(node.value, ast.Name) and node.value.id not in given
                if not plain:
                    yield f"{module.at(node.lineno)}: {ast.unparse(node.value)}"


def sql_texts(function: ast.AST) -> list[ast.expr]:
    """Return the texts of a function's statements, and of the variables that are filled into them."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    texts = [call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Statement"]
    joined = [node for node in ast.walk(function) if isinstance(node, ast.JoinedStr)]
    texts += [text for text in joined if STATEMENT.match(str(getattr(text.values[0], "value", "")))]
    filled = {node.id for text in texts for node in ast.walk(text) if isinstance(node, ast.Name)}
    set_to = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
    return texts + [
        statement.value for statement in set_to if filled & {ast.unparse(target) for target in statement.targets}
    ]


def test_what_a_caller_gave_is_found_in_a_statement_only() -> None:
    told = "def f(x, y):\n    w = f'a {x}'\n    yield Statement(f'SELECT {w} {y.z}')\n    raise Error(f'{x}')\n"
    assert {place[-3:] for place in filled_from_outside(Module("orchd/f.py", told))} == {"y.z", ": x"}


def files(database: str) -> list[Path]:
    return sorted((MIGRATIONS / database).iterdir())


def tables(database: str) -> dict[str, tuple[str, str]]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in files(database))
    return {name: (columns, options) for name, columns, options in TABLE.findall(text)}


def test_sql_stands_in_queries() -> None:
    wrong = [place for module in ORCHD if not may_hold_sql(module) for place in strays(module)]
    assert not wrong, f"SQL outside queries.py: {wrong}"


def test_a_feature_writes_only_its_own_tables() -> None:
    for module in ORCHD:
        owner = feature(module)
        if owner is not None:
            foreign = written(module) - set(OWNERS.get(owner, ()))
            assert not foreign, f"{module.path} writes {foreign}; ask the owner's door instead"


def test_no_callers_value_is_filled_into_sql() -> None:
    queries = [module for module in ORCHD if feature(module) and QUERIES.search(module.path)]
    wrong = [place for module in queries for place in filled_from_outside(module)]
    assert not wrong, f"use `?` and a parameter: {wrong}"


def test_tables_are_declared_once_in_words_that_are_written_there() -> None:
    wrong = [place for module in ORCHD for place in computed(module)]
    assert not wrong, f"name tables, members and conditions of a Table in plain texts, at the module's level: {wrong}"


@pytest.mark.parametrize(
    "text",
    [
        'T = Table(f"{name}", Row, "thing")',
        'T = Table("x" + name, Row, "thing")',
        'def f(name):\n    return Table(name, Row, "thing")',
        'def f(name):\n    return T.update_of("a", where=name)',
        'S = T.update_of("a", where="id = " + name)',
        "O = SortOrder(tuple(names))",
        "S = T.update_of(*names)",
        "T = Table(**names)",
    ],
)
def test_a_table_of_computed_words_is_found(text: str) -> None:
    assert list(computed(Module("orchd/features/chat/queries.py", text)))


@pytest.mark.parametrize("filled", ["name", "name.upper()", "row.title", "1 + 1"])
def test_a_callers_value_in_sql_is_found(filled: str) -> None:
    module = Module("orchd/features/chat/queries.py", f'def f(name):\n    return f"SELECT {{{filled}}}"')
    assert list(filled_from_outside(module))


def test_every_table_has_one_owner() -> None:
    owned = [table for tables_ in OWNERS.values() for table in tables_]
    assert sorted(owned) == sorted(tables("mysql"))


def test_both_databases_have_the_same_migrations() -> None:
    names = [path.name for path in files("sqlite")]
    assert names == [path.name for path in files("mysql")]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.sql", name) for name in names)


def test_both_databases_have_the_same_tables() -> None:
    """But for the words of entries, of which SQLite's index of texts is the table."""
    assert {*tables("sqlite"), "search_posting"} == {*tables("mysql")}


def test_mysql_tables_name_their_character_set() -> None:
    for name, (_, options) in tables("mysql").items():
        assert "CHARACTER SET utf8mb4 COLLATE utf8mb4_" in options, f"{name} would take the server's default"


def test_sqlite_never_hands_out_an_id_twice() -> None:
    for name, (columns, _) in tables("sqlite").items():
        assert not re.search(r"INTEGER PRIMARY KEY(?! AUTOINCREMENT)", columns), f"{name} would reuse deleted ids"


@pytest.mark.parametrize(
    ("sql", "table"),
    [
        ("INSERT INTO daemon (epoch) VALUES (?)", {"daemon"}),
        ("INSERT INTO daemon (epoch) VALUES (?) ON DUPLICATE KEY UPDATE epoch = ?", {"daemon"}),
        ("UPDATE chat_message SET status = ?", {"chat_message"}),
        ("DELETE FROM conversation WHERE id = ?", {"conversation"}),
        ("SELECT id FROM conversation FOR UPDATE", set()),
        ("WITH x AS (SELECT 1) DELETE FROM daemon", {"daemon"}),
    ],
)
def test_a_written_table_is_seen(sql: str, table: set[str]) -> None:
    module = Module("orchd/features/chat/queries.py", f"q = {sql!r}")
    assert written(module) == table
    assert list(strays(module))


def test_a_declared_table_is_seen() -> None:
    module = Module("orchd/features/chat/service.py", 'T = entity.Table("assistant", Row, "assistant")')
    assert written(module) == {"assistant"}
    assert list(strays(module)) == ["orchd/features/chat/service.py:1"]


def test_a_table_filled_into_a_statement_is_nobodys() -> None:
    module = Module("orchd/features/chat/queries.py", 'q = f"UPDATE {table} SET x = 1"')
    assert written(module) == {"{}"}
