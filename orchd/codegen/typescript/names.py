"""What definitions are called in TypeScript: as in the schema, but for names that are taken."""

from orchd.codegen.families import Family
from orchd.codegen.naming import pascal, spell_names
from orchd.codegen.reading.contract import Contract, RequestType
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.unions import name_unions
from orchd.patterns import lazy_pattern

_NAME = lazy_pattern(r"[A-Za-z_$][A-Za-z0-9_$]*")
_WORDS = """
any as async await bigint boolean break case catch class const constructor continue debugger declare default delete do
else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof
let module namespace never new null number object of package private protected public readonly require return set static
string super switch symbol this throw true try type typeof undefined unique unknown var void while with yield
"""
_GLOBALS = "AbortSignal Array AsyncDisposable AsyncGenerator Error Object Promise Record String Symbol"
_RUNTIME = """
AnswerStream AnswerTerms Call ChangeGap Client ConnectOptions ConnectionState DisconnectedError FACTS FollowTerms
Frame FrameTooLongError Link NotADaemonError Open OrchdError OverflowedError ProtocolFacts RequestError RequestOptions
RequestStream RequestTypes SocketLike Subscription TextChunk callable connect openLink
"""
METHOD_RESERVED = frozenset({"constructor", "then"})
"""Names that methods and families can't have; whoever has a `then` would be waited for."""
CLIENT_RESERVED = METHOD_RESERVED | {"close", "ready", "reconnect", "request", "state", "unasked", "watch"}
"""Names that the client has for itself."""


def definition_names(contract: Contract, root: Family) -> dict[str, str]:
    """Return what each object, enumeration, union and frame is called.

    One that would hide a word of the language, a class or a part of the runtime is called `…Data`. Raises `SchemaError`
    for a name that can't be one in a program, and for two that become one.
    """
    taken = {*_WORDS.split(), *_GLOBALS.split(), *_RUNTIME.split()}
    errors = [error_name(fact.code) for fact in contract.error_codes]
    for fact, name in zip(contract.error_codes, errors, strict=True):
        if not _NAME.fullmatch(name) or name in taken or errors.count(name) > 1:
            raise SchemaError(f"the code {fact.code!r} can't be an exception", "$.$defs.ErrorCode.x-codes")
    taken |= {*errors}
    taken |= {family_name(family) for family in root.walk()}
    sent, received = contract.requests.values(), contract.server_frames.values()
    names = [*contract.objects, *contract.enumerations, *name_unions(contract).values()]
    names += [frame.name for frame in received]
    names += [request.name for request in sent]
    names += ["ClientFrame", "ServerFrame", *(event_name(request) for request in sent)]
    for name in names:
        if not _NAME.fullmatch(name):
            raise SchemaError(f"{name!r} can't be made a name in a program", "$.$defs")
    return spell_names(names, lambda name: f"{name}Data" if name in taken else name, (), "$.$defs")


def error_name(code: str) -> str:
    """Return what the exception for an error code is called."""
    return f"{pascal(code)}Error" if pascal(code) else ""


def family_name(family: Family) -> str:
    """Return what the class of a family's requests is called."""
    return f"{''.join(pascal(part) for part in family.path)}Requests"


def event_name(request: RequestType) -> str:
    """Return what the frames are called that come besides a request's reply, where they are of several types."""
    return f"{request.name.removesuffix('Frame')}Event"
