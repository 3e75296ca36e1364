"""The modules of frames and of errors, and what the runtime is told of the protocol."""

from collections.abc import Mapping

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
        _frame(names[frame.name], frame.description, frame.type, f"data: {names[frame.payload]}") for frame in received
    ]
    for request in sent:
        mark = "" if request.payload_required else "?"
        data = f"data{mark}: {names[request.payload]}"
        blocks.append(_frame(names[request.name], request.description, request.type, data))
    for request in sent:
        events = event_frames(contract, request)
        if len(events) > 1:
            about = docstring(f"What comes besides the reply to `{request.type}`.")
            blocks.append([*about, *union(names[event_name(request)], [names[frame] for frame in events])])
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


def _frame(name: str, about: str, kind: str, data: str) -> list[str]:
    head = docstring(about.split("\n\n")[0] or kind)
    return [
        *head,
        f"export interface {name} {{",
        *(f"{INDENT}{line};" for line in (f"type: {text(kind)}", "id?: string", data)),
        "}",
    ]
