"""What the source says of a struct and of its members: the docstrings that become descriptions in the schema.

They are read from the source, not from the running program: under `python -OO` there are none, and their indentation
depends on Python's version. Used where the schema is written, never by a daemon.
"""

import ast
import inspect
import sys
from functools import cache

import msgspec
from msgspec import Struct


def sentence(kind: type) -> str:
    """Return the first line of a class's own docstring."""
    return _texts_of(kind)[0].partition("\n")[0]


def description(kind: type[Struct]) -> str:
    """Return a struct's own docstring, its lines joined; of one that was made of another one (`described_by`) also that
    one's, or only that one's, if its `description_from` says so; and that of what it was made of besides
    (`described_also_by`)."""
    own, others = join_lines(_texts_of(kind)[0]), []
    from_other = getattr(kind, "description_from", None)
    if from_other is not None:
        others.append(description(getattr(kind, "described_by")))  # noqa: B009  # of such structs there is no type
    if (also := getattr(kind, "described_also_by", None)) is not None:
        others.append(description(also))
    return "\n\n".join(others if from_other not in (None, "both") else [own, *others])


def members(kind: type[Struct]) -> dict[str, str]:
    """Return what stands below the members of a struct and of its bases, by their names on the wire."""
    found: dict[str, str] = {}
    for base in sources(kind):
        found.update(_texts_of(base)[1])
    names = {field.name: field.encode_name for field in msgspec.structs.fields(kind)}
    return {names[name]: text for name, text in found.items() if name in names}


def sources(kind: type[Struct]) -> list[type[Struct]]:
    """Return the structs that say what members of this one are, the last word last: those that it was made of
    (`described_by`, `described_also_by`), its bases, and itself."""
    made_of: type[Struct] | None = getattr(kind, "described_by", None)
    also: type[Struct] | None = getattr(kind, "described_also_by", None)
    others = [each for each in (made_of, also) if each is not None]
    classes = [base for each in (*others, kind) for base in reversed(each.__mro__)]
    return [each for each in classes if issubclass(each, Struct) and each is not Struct]


def join_lines(text: str) -> str:
    """Return paragraphs of one line each, so that a generator can break them as its language wants it."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


@cache
def _classes(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


@cache
def _texts_of(kind: type) -> tuple[str, dict[str, str]]:
    node = _classes(kind.__module__).get(kind.__name__)
    if node is None:  # made by `defstruct`: what is written there is no docstring, so that it is never left out
        return inspect.cleandoc(kind.__dict__.get("__doc__") or ""), kind.__dict__.get("described_members", {})
    below = zip(node.body, node.body[1:], strict=False)
    return ast.get_docstring(node) or "", {
        member.target.id: join_lines(inspect.cleandoc(text.value.value))
        for member, text in below
        if isinstance(member, ast.AnnAssign)
        and isinstance(member.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
