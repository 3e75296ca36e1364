"""The modules of frames and of errors, and what the runtime is told of the protocol."""

from collections.abc import Mapping

from orchd.codegen.answers import SAFE
from orchd.codegen.reading.contract import Contract, RequestType
from orchd.codegen.typescript.names import error_name, event_name
from orchd.codegen.typescript.source import INDENT, docstring, imports, listing, member_name, module, text, union


def event_frames(contract: Contract, request: RequestType) -> list[str]:
    """Return the frames that come besides a request's reply, by their names in the schema."""
    kinds = request.pushes if request.subscription is not None else () if request.resume else request.before
    return [contract.server_frames[kind].name for kind in kinds]


def frame_module(contract: Contract, names: Mapping[str, str]) -> str:
    """Write each frame as a type, and what the daemon and clients send as one union each."""
    sent, received = [*contract.requests.values()], [*contract.server_frames.values()]
    blocks = [
        _frame(names[frame.name], frame.description, frame.type, "id?: string", f"data: {names[frame.payload]}")
        for frame in received
    ]
    for request in sent:
        payload = names[request.payload]
        data = f"data: {payload}" if request.payload_required else f"data?: {payload} | null"
        blocks.append(_frame(names[request.name], request.description, request.type, "id?: string | null", data))
    for request in sent:
        events = event_frames(contract, request)
        if len(events) > 1:
            about = docstring(f"What comes besides the reply to `{request.type}`.")
            blocks.append([*about, *union(names[event_name(request)], [names[frame] for frame in events])])
    rows = [_request_type(contract, names, request) for request in sent]
    about = docstring("What each type of request takes, and what its reply says.")
    blocks.append([*about, "export interface RequestTypes {", *(line for row in rows for line in row), "}"])
    about = docstring("Whatever a daemon sends. Later ones may send frames of other types, too.")
    blocks.append([*about, *union(names["ServerFrame"], [names[frame.name] for frame in received])])
    blocks.append(
        [
            *docstring("Whatever a client may send."),
            *union(names["ClientFrame"], [names[request.name] for request in sent]),
        ]
    )
    found = {
        "./requests.ts": [names[request.payload] for request in sent],
        "./types.ts": [names[frame.payload] for frame in received],
    }
    return module("Frames: what travels, with its type and its id.", imports(found, types=True), *blocks)


def _request_type(contract: Contract, names: Mapping[str, str], request: RequestType) -> list[str]:
    reply = names[contract.server_frames[request.reply].payload]
    line = f"{INDENT}{member_name(request.type)}: {{ data: {names[request.payload]}; reply: {reply} }};"
    return [line]


def error_module(contract: Contract) -> str:
    """Write an exception for each error code."""
    blocks = []
    for fact in contract.error_codes:
        later = " The same request may succeed later." if fact.retryable else ""
        blocks.append(
            [*docstring(fact.description + later), f"export class {error_name(fact.code)} extends RequestError {{}}"]
        )
    return module(
        "Why a request was refused or has failed, by the code of its error.",
        imports({"./runtime/failures.ts": ["RequestError"]}),
        *blocks,
    )


def facts_module(contract: Contract) -> str:
    """Write what the runtime must know of the protocol."""
    session = contract.session
    names = ("protocol", "path", "ready", "closing", "error", "ping", "cancel", "authenticate")
    final = [str(fact.code) for fact in contract.close_codes if not fact.reconnect]
    errors = [f"{INDENT * 2}{member_name(fact.code)}: {error_name(fact.code)}," for fact in contract.error_codes]
    given = [
        *(f"{INDENT}{name}: {text(getattr(session, name))}," for name in names),
        f"{INDENT}errors: {{",
        *errors,
        f"{INDENT}}},",
        *listing("noReconnect: ", final, ",", INDENT, brackets="[]"),
        *listing(
            "reconnectSeconds: ", [f"{value:g}" for value in session.reconnect_seconds], ",", INDENT, brackets="[]"
        ),
        f"{INDENT}calls: {{",
        *(line for request in contract.requests.values() for line in _call_row(request)),
        f"{INDENT}}},",
        f"{INDENT}silenceSeconds: {session.silence_seconds:g},",
        f"{INDENT}pongSeconds: {session.pong_seconds:g},",
    ]
    found = [
        *imports({"./errors.ts": [error_name(fact.code) for fact in contract.error_codes]}),
        *imports({"./runtime/facts.ts": ["ProtocolFacts"]}, types=True),
    ]
    return module(
        "What holds for every connection of this protocol.",
        found,
        ["export const FACTS: ProtocolFacts = {", *given, "};"],
    )


def _call_row(request: RequestType) -> list[str]:
    """Write what ends a request, where that is not a frame of its own type after which it may not be sent again."""
    given = call_members(request)[1:]
    plain = given == [f"reply: {text(request.type)}"]
    return [] if plain else listing(f"{member_name(request.type)}: ", given, ",", INDENT * 2)


def call_members(request: RequestType) -> list[str]:
    """Write the members of a `Call`."""
    given = [f"type: {text(request.type)}", f"reply: {text(request.reply)}"]
    if request.reply_data:
        members = ", ".join(f"{member_name(name)}: {text(value)}" for name, value in request.reply_data.items())
        given.append(f"replyData: {{ {members} }}")
    if request.right in SAFE:
        given.append("safe: true")
    return given


def _frame(name: str, about: str, kind: str, *members: str) -> list[str]:
    head = docstring(about.split("\n\n")[0] or kind)
    inner = [f"{INDENT}{line};" for line in (f"type: {text(kind)}", *members)]
    return [*head, f"export interface {name} {{", *inner, "}"]
