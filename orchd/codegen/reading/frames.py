"""The whole contract, read from a schema: requests, frames, subscriptions, codes."""

from collections.abc import Collection, Iterable
from typing import TypeVar

from orchd.codegen.reading.contract import (
    CloseCodeFact,
    Contract,
    ErrorCodeFact,
    NumberedChanges,
    ObjectType,
    RequestType,
    RightFact,
    ServerFrameType,
    SessionFacts,
    SubscriptionType,
    TextPlace,
)
from orchd.codegen.reading.document import (
    REF,
    SchemaDocument,
    SchemaError,
    SchemaNode,
    SessionNote,
    SubscriptionNote,
    read_document,
)
from orchd.codegen.reading.soundness import check_contract
from orchd.codegen.reading.values import ValueReader
from orchd.patterns import lazy_pattern

MAJOR = 1
"""The protocol that this writes clients of."""
_TITLE = lazy_pattern(r"orchd\.v(\d{1,6})")
F = TypeVar("F", RequestType, ServerFrameType)
_ROOTS = ("ClientFrame", "ServerFrame")


def read_contract(text: bytes) -> Contract:
    """Read the text of a schema file. Raises `SchemaError` for whatever no client can be written from."""
    document = read_document(text)
    _check_protocol(document.title)
    for root in _ROOTS:
        if root not in document.definitions:
            raise SchemaError(f"there is no {root!r}", "$.$defs")
    if document.session is None:
        raise SchemaError("there is no 'x-session': it was printed by a release of orchd that is too old for it")
    contract = _ContractReader(document, document.session).read()
    check_contract(contract)
    return contract


def _check_protocol(title: str) -> None:
    found = _TITLE.fullmatch(title)
    if found is None:
        raise SchemaError(f"it is no schema of orchd's protocol: its title is {title[:100]!r}", "$.title")
    if int(found[1]) > MAJOR:
        raise SchemaError(f"it is of the protocol {title}; this release of orchd writes clients of orchd.v{MAJOR}")
    if int(found[1]) < MAJOR:
        raise SchemaError(f"it is of the protocol {title}, which is older than orchd.v{MAJOR}")


class _ContractReader:
    def __init__(self, document: SchemaDocument, session: SessionNote) -> None:
        self._document, self._session = document, session
        self._nodes = document.definitions
        client, server = (self._branches(root) for root in _ROOTS)
        for name in client:
            if name in server:
                raise SchemaError(f"clients and the daemon both send {name!r}", "$.$defs.ServerFrame")
        frames = {*client, *server, *_ROOTS}
        self._inner = {name: node for name, node in self._nodes.items() if name not in frames}
        self._values = ValueReader(self._inner)
        self._types = {name: self._type_of(name) for name in (*client, *server)}
        self._client, self._server = client, server

    def read(self) -> Contract:
        inner = self._inner
        objects = {name: self._values.read_object(name, node) for name, node in inner.items() if node.enum is None}
        enumerations = {
            name: self._values.read_enumeration(name, node) for name, node in inner.items() if node.enum is not None
        }
        requests = [self._request(name, self._nodes[name]) for name in self._client]
        server = [self._server_frame(name, self._nodes[name], objects) for name in self._server]
        return Contract(
            self._document.title,
            _by_type(requests),
            _by_type(server),
            objects,
            enumerations,
            tuple(
                ErrorCodeFact(code, told.retryable, told.common, told.description)
                for code, told in self._definition("ErrorCode").x_codes.items()
            ),
            self._definition("ErrorReason").x_reasons,
            tuple(CloseCodeFact(told.code, told.reconnect, told.description) for told in self._document.close_codes),
            self._session_facts(),
            tuple(RightFact(name, told.description, tuple(told.roles)) for name, told in self._document.rights.items()),
        )

    def _definition(self, name: str) -> SchemaNode:
        if name not in self._nodes:
            raise SchemaError(f"there is no {name!r}", "$.$defs")
        return self._nodes[name]

    def _branches(self, root: str) -> list[str]:
        names = [str(branch.ref).removeprefix(REF) for branch in self._nodes[root].one_of]
        for index, name in enumerate(names):
            if name not in self._nodes:
                raise SchemaError(f"there is no {REF + name!r}", f"$.$defs.{root}.oneOf[{index}].$ref")
        return sorted(names, key=[*self._nodes].index)  # as the definitions stand: what belongs together

    def _type_of(self, name: str) -> str:
        told = self._nodes[name].properties.get("type")
        if told is None or not isinstance(told.const, str):
            raise SchemaError("a frame needs a constant `type`", f"$.$defs.{name}.properties")
        return told.const

    def _type_of_request(self, frame: str, path: str) -> str:
        """Return the type of a frame that clients send."""
        return self._find_type(frame, self._client, path)

    def _type_of_frame(self, frame: str, path: str) -> str:
        """Return the type of a frame that the daemon sends."""
        return self._find_type(frame, self._server, path)

    def _find_type(self, frame: str, sent: Collection[str], path: str) -> str:
        if frame not in self._types:
            raise SchemaError(f"there is no frame {frame!r}", path)
        if frame not in sent:
            raise SchemaError(f"{frame!r} goes in the other direction", path)
        return self._types[frame]

    def _payload(self, name: str, node: SchemaNode) -> str:
        path = f"$.$defs.{name}.properties.data"
        if "data" not in node.properties:
            raise SchemaError("a frame needs `data`", f"$.$defs.{name}.properties")
        return self._values.read_reference(node.properties["data"], path)

    def _request(self, name: str, node: SchemaNode) -> RequestType:
        path = f"$.$defs.{name}"
        if node.x_reply is None:
            raise SchemaError("there is no 'x-reply'", path)
        note = node.x_subscription
        return RequestType(
            self._types[name],
            name,
            self._payload(name, node),
            "data" in node.required,
            node.description,
            node.x_right,
            node.x_scope,
            self._type_of_frame(node.x_reply, f"{path}.x-reply"),
            node.x_reply_data,
            tuple(self._type_of_frame(frame, f"{path}.x-before") for frame in node.x_before),
            tuple(self._type_of_frame(frame, f"{path}.x-pushes") for frame in node.x_pushes),
            None if node.x_errors is None else tuple(self._error(code, f"{path}.x-errors") for code in node.x_errors),
            None if note is None else self._subscription(note, f"{path}.x-subscription"),
            None if node.x_resume is None else self._type_of_request(node.x_resume, f"{path}.x-resume"),
            next(iter(node.examples), None),
        )

    def _error(self, code: str, path: str) -> str:
        if code not in self._definition("ErrorCode").x_codes:
            raise SchemaError(f"there is no error code {code!r}", path)
        return code

    def _subscription(self, note: SubscriptionNote, path: str) -> SubscriptionType:
        changes = None
        if note.since is not None and note.number is not None and note.recovered is not None:
            changes = NumberedChanges(note.since, note.number, note.recovered)
        keys = {self._type_of_frame(frame, f"{path}.keys"): told for frame, told in note.keys.items()}
        return SubscriptionType(self._type_of_request(note.end, f"{path}.end"), note.key, keys, changes)

    def _server_frame(self, name: str, node: SchemaNode, objects: dict[str, ObjectType]) -> ServerFrameType:
        payload, text = self._payload(name, node), None
        if node.x_text is not None:
            note = node.x_text
            text = TextPlace(tuple(note.of), note.chunk, note.done, note.channel, note.seq)
            members = {member.name for member in objects[payload].members}
            for member in filter(None, (*note.of, note.chunk, note.done, note.channel, note.seq)):
                if member not in members:
                    raise SchemaError(f"{payload} has no member {member!r}", f"$.$defs.{name}.x-text")
        example = next(iter(node.examples), None)
        return ServerFrameType(self._types[name], name, payload, node.description, text, example)

    def _session_facts(self) -> SessionFacts:
        note = self._session
        received, sent = (note.ready, note.closing, note.error), (note.ping, note.cancel, note.authenticate)
        ready, closing, error = (self._type_of_frame(frame, "$.x-session") for frame in received)
        ping, cancel, authenticate = (self._type_of_request(frame, "$.x-session") for frame in sent)
        return SessionFacts(
            note.protocol,
            note.path,
            ready,
            closing,
            error,
            ping,
            cancel,
            authenticate,
            tuple(note.reconnect_seconds),
            note.silence_seconds,
            note.pong_seconds,
        )


def _by_type(frames: Iterable[F]) -> dict[str, F]:
    """Return frames by their types. Raises `SchemaError` when two have the same."""
    found: dict[str, F] = {}
    for frame in frames:
        if frame.type in found:
            raise SchemaError(f"{found[frame.type].name} and {frame.name} have the same type {frame.type!r}", "$.$defs")
        found[frame.type] = frame
    return found
