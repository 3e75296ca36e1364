"""All entities that are declared, and something to send for each, by their types: a new one is tried, too."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, TypeAlias

from msgspec import NODEFAULT, inspect, structs

from orchd.entity.clauses import camel
from orchd.entity.wire import DaemonItem, Entity
from orchd.features import commands
from tests.house.source import ORCHD

Json: TypeAlias = dict[str, Any]


def _declared() -> Iterator[Entity[Any]]:
    for module in ORCHD:
        if module.path.startswith("orchd/features/"):
            yield from (value for value in vars(import_module(module.name)).values() if isinstance(value, Entity))


ALL: dict[str, Entity[Any]] = {entity.kind: entity for entity in _declared()}
"""By how their frames begin."""
DECLARED = {kind: entity for kind, entity in ALL.items() if not issubclass(entity.rows.everybodys.row, DaemonItem)}
"""Those whose rows belong to somebody."""
ASKED = {command.type for command in commands()}
ENTITIES = {kind: entity for kind, entity in DECLARED.items() if f"{kind}:create" in ASKED}
"""Those that people create; the rows of the others only the daemon makes."""


def key_of(entity: Entity[Any]) -> str:
    """The member by which requests name a row, on the wire."""
    return camel(entity.key)


def rows_sql(entity: Entity[Any]) -> str:
    """What selects all rows that a user has."""
    table = entity.rows.name
    if entity.parent is None:
        return f"SELECT t.* FROM {table} t WHERE t.user_id = ?"
    return f"SELECT t.* FROM {table} t JOIN {entity.parent.name} o ON o.id = t.{entity.by} WHERE o.user_id = ?"


def draft(entity: Entity[Any], own: Mapping[str, int], word: str = "mine") -> Json:
    """What creates a row, no more than must be said; ids are one's `own`, by the member that has them."""
    needed: Json = {}
    for field in structs.fields(entity.payloads.create):
        if field.required:
            value = own.get(field.encode_name)
            needed[field.encode_name] = value or sample(inspect.type_info(field.type), word)
    return needed


def text_member(entity: Entity[Any]) -> str:
    """A member that can be any text, on the wire."""
    for field in structs.fields(entity.payloads.update):
        if sample(inspect.type_info(field.type), "a word") == "a word":
            return field.encode_name
    raise AssertionError(f"{entity.kind} has no text")


def sample(kind: inspect.Type, word: str) -> Any:
    """A value of a type, the first that will do; texts have this word in them."""
    match kind:
        case inspect.Metadata(type=inner):
            return sample(inner, word)
        case inspect.UnionType(types=types):
            return sample(next(each for each in types if not isinstance(each, inspect.NoneType)), word)
        case inspect.LiteralType(values=values):
            return values[0]
        case inspect.StrType():
            return word
        case inspect.BoolType():
            return True
        case inspect.IntType(ge=least):
            return least or 1
        case inspect.FloatType(ge=least):
            return float(least or 1)
        case inspect.StructType(fields=fields):
            tag = {kind.tag_field: kind.tag} if kind.tag_field else {}
            return tag | {
                each.encode_name: sample(each.type, word)
                for each in fields
                if each.required and each.default is NODEFAULT
            }
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            return [sample(item, word)]
        case inspect.DictType():
            return {}
    raise AssertionError(f"no value is known for {kind}")


def above(entity: Entity[Any]) -> list[Entity[Any]]:
    """The entities to whose rows one of this belongs, the outermost first."""
    parents = [each for each in ENTITIES.values() if entity.parent is each.rows]
    return [*(outer for parent in parents for outer in above(parent)), *parents]
