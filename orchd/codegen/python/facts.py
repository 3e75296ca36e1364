"""The module of errors, and what the runtime is told of the protocol."""

from orchd.codegen.answers import SAFE
from orchd.codegen.python.names import error_class
from orchd.codegen.python.source import INDENT, call, dictionary, docstring, import_block, module, text
from orchd.codegen.reading.contract import Contract

_NAMES = ("protocol", "ready", "closing", "error", "ping", "cancel", "authenticate")


def error_module(contract: Contract) -> str:
    """Write an exception for each error code."""
    names = {fact.code: error_class(fact.code) for fact in contract.error_codes}
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
        ".runtime.failures": ["RequestError"],
    }
    return module("Why a request was refused or has failed, by the code of its error.", import_block(found), *blocks)


def facts_module(contract: Contract) -> str:
    """Write what the runtime must know of the protocol."""
    session = contract.session
    final = ", ".join(str(fact.code) for fact in contract.close_codes if not fact.reconnect)
    given = [
        *(f"{name}={text(getattr(session, name))}" for name in _NAMES),
        "payloads=PAYLOADS",
        "errors=ERRORS",
        f"no_reconnect=frozenset({{{final}}})" if final else "no_reconnect=frozenset()",
        f"reconnect_seconds={session.reconnect_seconds!r}",
        f"silence_seconds={session.silence_seconds!r}",
        f"pong_seconds={session.pong_seconds!r}",
    ]
    replies = {
        request.type: (request.reply, request.reply_data)
        for request in contract.requests.values()
        if request.reply != request.type or request.reply_data
    }
    inner = [
        *(f"{INDENT}{line}," for line in given),
        f"{INDENT}replies={{",
        *(f"{INDENT * 2}{text(kind)}: ({text(reply)}, {dictionary(said)})," for kind, (reply, said) in replies.items()),
        f"{INDENT}}},",
        f"{INDENT}safe=frozenset(",
        f"{INDENT * 2}{{",
        *(f"{INDENT * 3}{text(each.type)}," for each in contract.requests.values() if each.right in SAFE),
        f"{INDENT * 2}}}",
        f"{INDENT}),",
    ]
    found = {
        ".errors": ["ERRORS"],
        ".runtime.facts": ["ProtocolFacts"],
        ".types": ["PAYLOADS"],
    }
    return module(
        "What holds for every connection of this protocol.",
        [*import_block(found), "", "FACTS = ProtocolFacts(", *inner, ")", f"PATH = {text(session.path)}"],
    )
