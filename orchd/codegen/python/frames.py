"""The modules of frames and of errors, and what the runtime is told of the protocol."""

from orchd.codegen.naming import pascal
from orchd.codegen.python.objects import PACKAGE
from orchd.codegen.python.source import INDENT, call, docstring, import_block, module, text, union
from orchd.codegen.reading.contract import Contract


def frame_module(contract: Contract) -> str:
    """Write each frame as a type, and what the daemon and clients send as one union each."""
    sent = list(contract.requests.values())
    received = list(contract.server_frames.values())
    blocks = [
        [
            *call(f"class {frame.name}", ["ServerMessage", "kw_only=True", f"tag={text(frame.type)}"], ":"),
            *docstring(_first_sentence(frame.description) or frame.type, INDENT),
            "",
            f"{INDENT}data: {frame.payload}",
        ]
        for frame in received
    ]
    blocks += [
        [
            *call(f"class {request.name}", ["ClientMessage", "kw_only=True", f"tag={text(request.type)}"], ":"),
            *docstring(_first_sentence(request.description) or request.type, INDENT),
            "",
            f"{INDENT}data: {request.payload}"
            + ("" if request.payload_required else f" = field(default_factory={request.payload})"),
        ]
        for request in sent
    ]
    blocks.append(union("ServerFrame", [frame.name for frame in received]))
    blocks.append(union("ClientFrame", [request.name for request in sent]))
    table = [f"{INDENT}{text(frame.type)}: {frame.name}," for frame in received]
    blocks.append(["SERVER_FRAMES: Mapping[str, type[ServerMessage]] = {", *table, "}"])
    found = {
        "__future__": ["annotations"],
        "collections.abc": ["Mapping"],
        "typing": ["TypeAlias"],
        "msgspec": [] if all(request.payload_required for request in sent) else ["field"],
        f"{PACKAGE}.requests": [request.payload for request in sent],
        f"{PACKAGE}.runtime.messages": ["ClientMessage", "ServerMessage"],
        f"{PACKAGE}.types": [frame.payload for frame in received],
    }
    return module("Frames: what travels, with its type and its id.", import_block(found), *blocks)


def error_module(contract: Contract) -> str:
    """Write an exception for each error code."""
    names = {fact.code: f"{pascal(fact.code)}Error" for fact in contract.error_codes}
    blocks = []
    for fact in contract.error_codes:
        later = " The same request may succeed later." if fact.retryable else ""
        blocks.append([f"class {names[fact.code]}(RequestError):", *docstring(fact.description + later, INDENT)])
    reasons = call("ErrorReason: TypeAlias = Literal", [text(name) for name in contract.error_reasons], brackets="[]")
    meanings = [f"`{name}`: {told}" for name, told in contract.error_reasons.items()]
    blocks.append([*reasons, *docstring("\n\n".join(["What `reason` of an error may be.", *meanings]))])
    table = [f"{INDENT}{text(code)}: {name}," for code, name in names.items()]
    blocks.append(["ERRORS: Mapping[str, type[RequestError]] = {", *table, "}"])
    found = {
        "collections.abc": ["Mapping"],
        "typing": ["Literal", "TypeAlias"],
        f"{PACKAGE}.runtime.failures": ["RequestError"],
    }
    return module("Why a request was refused or has failed, by the code of its error.", import_block(found), *blocks)


def facts_module(contract: Contract) -> str:
    """Write what the runtime must know of the protocol."""
    session = contract.session
    final = ", ".join(str(fact.code) for fact in contract.close_codes if not fact.reconnect)
    given = [
        *(
            f"{name}={text(getattr(session, name))}"
            for name in ("protocol", "ready", "closing", "error", "ping", "cancel", "authenticate")
        ),
        "union=ServerFrame",
        "frames=SERVER_FRAMES",
        "errors=ERRORS",
        f"no_reconnect=frozenset({{{final}}})" if final else "no_reconnect=frozenset()",
        f"reconnect_seconds={session.reconnect_seconds!r}",
        f"silence_seconds={session.silence_seconds!r}",
        f"pong_seconds={session.pong_seconds!r}",
    ]
    inner = [f"{INDENT}{line}," for line in given]
    found = {
        f"{PACKAGE}.errors": ["ERRORS"],
        f"{PACKAGE}.frames": ["SERVER_FRAMES", "ServerFrame"],
        f"{PACKAGE}.runtime.facts": ["ProtocolFacts"],
    }
    return module(
        "What holds for every connection of this protocol.",
        [*import_block(found), "", "FACTS = ProtocolFacts(", *inner, ")", f"PATH = {text(session.path)}"],
    )


def _first_sentence(told: str) -> str:
    return told.split("\n\n")[0]
