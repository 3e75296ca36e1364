"""Requests whose answer grows and can be resumed: where its text is, and what else a client asks about it."""

from dataclasses import dataclass

from orchd.codegen.reading.contract import Contract, ObjectType, RequestType
from orchd.codegen.reading.document import SchemaError

SAFE = ("read", "status")
"""Rights of requests that change nothing."""


@dataclass(frozen=True)
class AnswerShape:
    """How an answer comes: `streaming` is the type of the frames with its text, the others name their members."""

    streaming: str
    of: str
    chunk: str
    seq: str
    channel: str
    resume: RequestType
    cancel: RequestType | None
    """The request by which it is cancelled from another connection."""


def answer_shape(contract: Contract, request: RequestType) -> AnswerShape:
    """Return the shape of a request's answer. Raises `SchemaError` where the schema says of none how it is resumed."""
    kinds = [contract.server_frames[kind] for kind in request.before]
    frame = next((kind for kind in kinds if kind.text is not None), None)
    if frame is None or frame.text is None or frame.text.seq is None or frame.text.channel is None:
        raise SchemaError("no frame before the reply has a text that can be resumed", f"$.$defs.{request.name}")
    resume = find_request(contract, request.resume or "")
    cancel = contract.requests.get(f"{resume.type.rpartition(':')[0]}:cancel")
    text, of = frame.text, frame.text.of[0]
    check_members(contract.objects[resume.payload], {of, "afterSeq", "epoch"})
    if cancel is not None:
        check_members(contract.objects[cancel.payload], {of})
    assert text.seq is not None
    assert text.channel is not None
    return AnswerShape(frame.type, of, text.chunk, text.seq, text.channel, resume, cancel)


def find_request(contract: Contract, kind: str) -> RequestType:
    """Return the request of a type. Raises `SchemaError` when there is none."""
    found = contract.requests.get(kind)
    if found is None:
        raise SchemaError(f"there is no request {kind!r}", "$.$defs")
    return found


def check_members(payload: ObjectType, given: set[str]) -> None:
    """Raise `SchemaError` unless a request can be made of these members, and of no others."""
    there = {member.name for member in payload.members}
    needed = {member.name for member in payload.members if member.required}
    if not given <= there or not needed <= given:
        raise SchemaError(f"its members must be {', '.join(sorted(given))}", f"$.$defs.{payload.name}")
