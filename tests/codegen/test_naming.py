"""Names of the wire in the spelling of a language."""

import pytest

from orchd.codegen.naming import pascal, plain, snake, spell_names, words
from orchd.codegen.reading.document import SchemaError


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("rxBytesPerSecond", ["rx", "bytes", "per", "second"]),
        ("execution-log", ["execution", "log"]),
        ("task:dependency:add", ["task", "dependency", "add"]),
        ("HTTPMethod", ["http", "method"]),
        ("x", ["x"]),
    ],
)
def test_the_words_of_a_name(name: str, parts: list[str]) -> None:
    assert words(name) == parts


def test_spellings() -> None:
    assert snake("conversationId") == "conversation_id"
    assert snake("sha256") == "sha256"
    assert pascal("execution-log") == "ExecutionLog"


def test_what_nobody_sees_is_left_out() -> None:
    assert plain("a\0b\u202ec d\ne") == "abc d\ne"


def test_reserved_names_get_a_mark() -> None:
    assert spell_names(["from", "to"], snake, {"from"}, "here") == {"from": "from_", "to": "to"}


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["taskId", "task_id"], "'taskId' and 'task_id' would both be called 'task_id', at here"),
        (["from_", "from"], "would both be called 'from_'"),
        (["?"], "can't be made a name"),
        (["2nd"], "can't be made a name"),
    ],
)
def test_two_names_that_become_one_are_refused(names: list[str], complaint: str) -> None:
    def spell(name: str) -> str:
        return name if name.endswith("_") else snake(name)

    with pytest.raises(SchemaError, match=complaint):
        spell_names(names, spell, {"from"}, "here")
