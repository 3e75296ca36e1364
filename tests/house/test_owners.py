"""Nobody gets at another one's rows: each statement on a table whose rows belong to somebody says whose are meant.

A statement does by a condition on `user_id`, or by one that an `Owner` or an `OwnedTable` renders (`visible` and
`changeable`). Those that don't are listed here with the reason, and so is each use of `everybodys`. Inserts name whose
the row is.
"""

import ast
import re
from collections.abc import Iterator, Mapping

import pytest

from tests.house.owner_exceptions import EVERYBODYS, WITHOUT_OWNER
from tests.house.source import ORCHD, Function, Module
from tests.house.test_sql import tables

OWNED = (
    "conversation",
    "conversation_draft",
    "conversation_import",
    "task",
    "assistant",
    "instruction",
    "model_rating",
    "verification",
    "text_job",
    "credential",
    "file",
    "file_upload",
    "account",
    "knowledge",
    "prompt",
    "template",
    "workflow",
    "notification",
    "message_rating",
    "message_reaction",
)
"""Tables that have a `user_id`: whose a row is."""

BELOW: Mapping[str, str] = {
    "chat_message": "conversation",
    "journal": "chat_message",
    "journal_stream": "chat_message",
    "verification_claim": "verification",
    "text_part": "text_job",
    "task_dependency": "task",
    "subtask": "task",
    "subtask_dependency": "subtask",
    "task_step": "task",
    "task_log": "task",
    "task_approval": "task",
    "knowledge_source": "knowledge",
    "prompt_version": "prompt",
    "account_usage": "account",
    "conversation_import_line": "conversation_import",
}
"""Tables whose rows belong to whoever a row of another one belongs to."""

NOBODYS: Mapping[str, str] = {
    "file_content": "contents by their hash, which are only reached by somebody's file",
    "model_benchmark": "how fast a model is on this machine is a fact for all",
    "model_quality": "how well models do is a fact for all",
    "judge_trial": "how well models judge is a fact for all",
    "daemon": "the runs of the daemon",
    "long_text": "texts by their digest, between two statements of one transaction",
    "provider": "by frames for admins: model servers are there for all",
    "user": "people: by frames for admins, and by one's own id",
    "api_token": "by frames that say whose",
    "web_session": "by frames that say whose",
    "access_change": "what each run of the daemon looks at",
    "project": "by membership, which is what it is for",
    "project_member": "membership itself",
    "team": "by frames for admins",
    "team_member": "membership itself",
    "server_key": "keys of the daemon itself",
    "change_number": "the number of the last change",
    "search_entry": "an index: what is found is read again under whoever asks",
    "search_text": "an index: what is found is read again under whoever asks",
    "search_posting": "an index: what is found is read again under whoever asks",
    "search_word": "the words that there are; they show nobody a row",
    "search_source": "how far the index has come",
    "entity_change": "each is told to those who see its row",
    "audit_log": "by frames for admins",
    "access_grant": "an admin's own, by `admin_id`",
    "model_usage": "one's own by `user_id`, anybody's by admins",
    "quota": "by frames for admins",
    "setting": "one's own by `holder_id`, those for everybody by admins",
    "quota_use": "the daemon's own work: what was used of quotas",
}
"""Tables whose rows belong to nobody, or which have rules of their own."""

_READS = re.compile(r"\b(?:FROM|JOIN|UPDATE)\s+(\w+)")
_OWNED_COLUMN = re.compile(r"\buser_id = \?")
_RENDERS = ("visible", "changeable")


def is_due(module: Module) -> bool:
    return module.path.startswith("orchd/features/")


def queries() -> list[Module]:
    return [module for module in ORCHD if is_due(module) and module.path.endswith("queries.py")]


def text_of(node: ast.expr) -> str:
    """Return a text as far as it is written there; what is filled in is `{name}`."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    assert isinstance(node, ast.JoinedStr)
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part).strip('f')}}}"
        for part in node.values
    )


def texts(place: ast.AST) -> Iterator[ast.expr]:
    """Yield the texts of a function or an assignment, docstrings aside, each once."""
    if isinstance(place, ast.expr):
        inner = (ast.Constant, ast.JoinedStr)
        if isinstance(place, inner):
            yield place
            return
    for child in ast.iter_child_nodes(place):
        if not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):
            yield from texts(child)


def places(module: Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield functions and the constants of a module, by their names."""
    for node in module.tree.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0]), node
        elif isinstance(node, ast.ClassDef):
            yield from ((inner.name, inner) for inner in node.body if isinstance(inner, Function))


def rendered(place: ast.AST) -> set[str]:
    """Return the names that are set to something which an owner renders."""
    found: set[str] = set()
    for node in ast.walk(place):
        if isinstance(node, ast.Assign):
            calls = {
                ast.unparse(call.func).rpartition(".")[2] for call in ast.walk(node.value) if isinstance(call, ast.Call)
            }
            used = {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
            if calls & set(_RENDERS) or used & found:
                found |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return found


def unconditioned(module: Module) -> Iterator[str]:
    """Yield the places with a statement on somebody's rows that doesn't say whose."""
    for name, place in places(module):
        conditions = rendered(place)
        for node in texts(place):
            text = text_of(node)
            if not {*OWNED, *BELOW} & set(_READS.findall(text)):
                continue
            filled = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            if not _OWNED_COLUMN.search(text) and not filled & conditions:
                yield name
                break


def reaching_all(module: Module) -> Iterator[str]:
    """Yield the places that name `everybodys`."""
    for name, place in places(module):
        if any(isinstance(node, ast.Attribute) and node.attr == "everybodys" for node in ast.walk(place)):
            yield name


def loose_tables(module: Module) -> Iterator[str]:
    """Yield the owned tables that are declared without being said to be."""
    wrapped = [
        argument
        for call in module.nodes
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "OwnedTable"
        for argument in call.args
    ]
    inside = set(map(id, wrapped))
    names = {ast.unparse(argument) for argument in wrapped}
    inside |= {
        id(node.value)
        for node in module.tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in names
    }
    for call in module.nodes:
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "Table" and id(call) not in inside:
            table = ast.literal_eval(call.args[0])
            if table in OWNED or table in BELOW:
                yield f"{module.at(call.lineno)} {table}"


def test_every_statement_on_somebodys_rows_says_whose() -> None:
    found = {module.path: set(unconditioned(module)) for module in queries()}
    listed = {path: set(names) for path, names in WITHOUT_OWNER.items()}
    wrong = {path: names - listed.get(path, set()) for path, names in found.items()}
    assert not {path: names for path, names in wrong.items() if names}, "add an owner's condition"
    stale = {path: names - found.get(path, set()) for path, names in listed.items()}
    assert not {path: names for path, names in stale.items() if names}, "these have one by now: take them out here"


def test_everybodys_rows_are_reached_in_few_places() -> None:
    found = {module.path: set(reaching_all(module)) for module in ORCHD if is_due(module)}
    assert {path: names for path, names in found.items() if names} == {
        path: set(names) for path, names in EVERYBODYS.items() if names
    }


def test_owned_tables_are_declared_so() -> None:
    assert not [place for module in ORCHD if is_due(module) for place in loose_tables(module)]


def test_of_every_table_it_is_known_whose_its_rows_are() -> None:
    known = [*OWNED, *BELOW, *NOBODYS]
    assert sorted(known) == sorted(tables("mysql"))
    assert all(parent in OWNED or parent in BELOW for parent in BELOW.values())


QUERY = "def f(owner, row_id):\n    {before}yield Statement({text}, (row_id,))\n"


@pytest.mark.parametrize(
    ("text", "before", "found"),
    [
        ('"SELECT id FROM conversation WHERE id = ?"', "", True),
        ('"SELECT id FROM conversation WHERE id = ? AND user_id = ?"', "", False),
        ('"UPDATE chat_message SET content = ? WHERE id = ?"', "", True),
        ('"DELETE FROM text_part WHERE job_id = ?"', "", True),
        ('"INSERT INTO conversation (user_id) VALUES (?)"', "", False),
        ('"SELECT id FROM daemon"', "", False),
        ('f"SELECT id FROM conversation WHERE {own}"', "own, values = owner.visible('conversation'); ", False),
        ('f"SELECT id FROM conversation WHERE {own}"', "own = 'id = ?'; ", True),
        ('f"SELECT m.id FROM daemon d JOIN chat_message m WHERE {own}"', "", True),
        ('"SELECT id FROM " "conversation"', "", True),
    ],
)
def test_a_statement_without_an_owner_is_found(text: str, before: str, found: bool) -> None:
    module = Module("orchd/features/chat/queries.py", QUERY.format(text=text, before=before))
    assert list(unconditioned(module)) == (["f"] if found else [])


def test_a_constant_without_an_owner_is_found() -> None:
    module = Module("orchd/features/chat/queries.py", 'Q = "SELECT id FROM task WHERE id = ?"')
    assert list(unconditioned(module)) == ["Q"]


def test_a_use_of_everybodys_and_a_loose_table_are_found() -> None:
    text = 'T = Table("task", Row, "task")\ndef f():\n    return TASKS.everybodys.find\n'
    module = Module("orchd/features/chat/queries.py", text)
    assert list(reaching_all(module)) == ["f"]
    assert list(loose_tables(module)) == ["orchd/features/chat/queries.py:1 task"]
