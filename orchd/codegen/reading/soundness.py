"""Whether the parts of a contract fit together: what a schema is refused by although each part of it can be read."""

from collections.abc import Iterable

from orchd.codegen.reading.contract import (
    BooleanType,
    Contract,
    IntegerType,
    MapType,
    MemberType,
    Nullable,
    NumberType,
    ObjectReference,
    ObjectType,
    PlainUnion,
    RequestType,
    TaggedUnion,
    TextType,
    ValueType,
    inner_types,
)
from orchd.codegen.reading.document import SchemaError
from orchd.patterns import lazy_pattern

MOST_NESTED = 64
"""So many types may stand in one another; compilers give up at some depth."""
_PATH = lazy_pattern(r"/[A-Za-z0-9._~/-]*")


def check_contract(contract: Contract) -> None:
    """Raise `SchemaError` for what would become a client that doesn't compile, or one that says something else."""
    _check_session(contract)
    _check_tables(contract)
    for told in contract.objects.values():
        for member in told.members:
            _check_member(contract, told, member, f"$.$defs.{told.name}.properties.{member.name}")
    for frame in contract.server_frames.values():
        if contract.objects[frame.payload].closed:
            raise SchemaError(f"{frame.payload} is closed, which only data of clients may be", f"$.$defs.{frame.name}")
        if frame.text is not None and not frame.text.of:
            raise SchemaError("`of` must name a member", f"$.$defs.{frame.name}.x-text")
    for request in contract.requests.values():
        _check_request(contract, request)


def _check_session(contract: Contract) -> None:
    if contract.session.protocol != contract.protocol:
        raise SchemaError(f"the protocol must be {contract.protocol}, as in the title", "$.x-session.protocol")
    if not _PATH.fullmatch(contract.session.path):
        raise SchemaError("it is no path of an address", "$.x-session.path")


def _check_tables(contract: Contract) -> None:
    for told in contract.enumerations.values():
        if not told.values:
            raise SchemaError("an enumeration needs a value", f"$.$defs.{told.name}.enum")
    if not contract.error_codes:
        raise SchemaError("there must be an error code", "$.$defs.ErrorCode.x-codes")
    if not contract.error_reasons:
        raise SchemaError("there must be a reason", "$.$defs.ErrorReason.x-reasons")


def _check_member(contract: Contract, told: ObjectType, member: MemberType, path: str) -> None:
    inner = [*inner_types(member.type)]
    if len(inner) > MOST_NESTED:
        raise SchemaError(f"more than {MOST_NESTED} types stand in one another", path)
    for each in inner:
        if isinstance(each, ObjectReference) and contract.objects[each.name].closed and not told.closed:
            raise SchemaError(f"{each.name} is closed, which only data of clients may be", path)
        if isinstance(each, PlainUnion) and _objects(each):
            raise SchemaError("objects in a union need a `discriminator`", path)
        if isinstance(each, TaggedUnion):
            _check_tags(contract, each, path)
    if not _fits(member.default, member.type):
        raise SchemaError("its default is not of its type", path)


def _objects(union: PlainUnion) -> bool:
    """Whether JSON doesn't tell the types of a union apart, since there is an object beside another one."""
    return sum(isinstance(each, ObjectReference | TaggedUnion | MapType) for each in union.types) > 1


def _check_tags(contract: Contract, union: TaggedUnion, path: str) -> None:
    if len({tag for tag, _ in union.branches}) < len(union.branches):
        raise SchemaError(f"two of a union have the same {union.tag!r}", path)
    if len({contract.objects[name].closed for _, name in union.branches}) > 1:
        raise SchemaError("some of a union are closed and some are not", path)


def _fits(value: object, kind: ValueType) -> bool:
    match kind:
        case _ if value is None:
            return True
        case Nullable(of=inner):
            return _fits(value, inner)
        case TextType():
            return isinstance(value, str)
        case BooleanType():
            return isinstance(value, bool)
        case IntegerType():
            return isinstance(value, int) and not isinstance(value, bool)
        case NumberType():
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return True


def _check_request(contract: Contract, request: RequestType) -> None:
    path = f"$.$defs.{request.name}"
    if not contract.objects[request.payload].closed:
        raise SchemaError(f"{request.payload} must be closed: clients send it", path)
    reply = contract.server_frames[request.reply].payload
    _check_names(contract, reply, request.reply_data, f"{path}.x-replyData")
    follows = request.subscription
    if follows is None:
        return
    where = f"{path}.x-subscription"
    if follows.key is not None:
        for payload in (request.payload, contract.requests[follows.end].payload):
            _check_names(contract, payload, [follows.key], where)
        for kind, told in follows.keys.items():
            _check_names(contract, contract.server_frames[kind].payload, told.split(".")[:1], f"{where}.keys")
    if follows.changes is not None:
        _check_names(contract, request.payload, [follows.changes.since], where)
        _check_names(contract, reply, [follows.changes.recovered], where)


def _check_names(contract: Contract, payload: str, names: Iterable[str], path: str) -> None:
    there = {member.name for member in contract.objects[payload].members}
    for name in names:
        if name not in there:
            raise SchemaError(f"{payload} has no member {name!r}", path)
