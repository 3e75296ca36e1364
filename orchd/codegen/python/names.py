"""What objects, errors and constants are called in Python; refused where one would hide another."""

import keyword
from collections.abc import Iterable

from orchd.codegen.families import Family
from orchd.codegen.naming import pascal, spell_names, words
from orchd.codegen.reading.contract import Contract, RequestType
from orchd.codegen.reading.document import SchemaError
from orchd.codegen.unions import name_unions

_TAKEN = """
    str int float bool dict list tuple frozenset set type object property
    Any Literal TypeAlias Never TYPE_CHECKING Mapping Sequence AsyncIterator Callable asynccontextmanager
    cached_property SSLContext UNSET UnsetType field annotations RequestData ServerData UNKNOWN_TAG PAYLOADS REQUESTS
    ERRORS FACTS PATH ProtocolFacts Client Link LinkTerms Frame OrchdError RequestError UnaskedFrames open_link
    check_address make_dialer connect AnswerStream RequestStream Subscription AnswerTerms Call FollowTerms
"""
"""What the modules of a client have of the language, of libraries and of the runtime."""


def check_names(contract: Contract, root: Family) -> None:
    """Raise `SchemaError` for a name that can't be one in Python, or not beside the others."""
    taken = {*_TAKEN.split()} | {family_class(family) for family in root.walk() if family.path}
    unions = [*name_unions(contract).values()]
    names = [*contract.objects, *contract.enumerations, *unions, *(f"Unknown{name}" for name in unions)]
    names += [event_name(request) for request in contract.requests.values()]
    _check_unlike(names, "$.$defs")
    for name in names:
        if not name.isidentifier() or keyword.iskeyword(name) or name in taken:
            raise SchemaError(f"nothing can be called {name!r} in Python", "$.$defs")
    errors = spell_names([fact.code for fact in contract.error_codes], error_class, (), "$.$defs.ErrorCode.x-codes")
    if "RequestError" in errors.values():
        raise SchemaError("the name of all errors can't be that of one code", "$.$defs.ErrorCode.x-codes")
    for top in root.families.values():
        _check_unlike([family_class(family) for family in top.walk()], "the types of requests")
        _check_constants(request for family in top.walk() for request in _requests(family))
    _check_constants(root.requests.values())


def event_name(request: RequestType) -> str:
    """Return what the frames are called that come besides a request's reply, where they are of several types."""
    return f"{request.name.removesuffix('Frame')}Event"


def error_class(code: str) -> str:
    """Return what the exception for an error code is called."""
    return f"{pascal(code)}Error" if pascal(code) else ""


def family_class(family: Family) -> str:
    """Return what the class of a family's requests is called."""
    return f"{''.join(pascal(part) for part in family.path)}Requests"


def constant_name(kind: str) -> str:
    """Return what the constant of a request is called."""
    return "_" + "_".join(words(kind)).upper()


def _check_constants(requests: Iterable[RequestType]) -> None:
    spell_names((request.type for request in requests), constant_name, (), "the types of requests")


def _requests(family: Family) -> list[RequestType]:
    return [*([family.own] if family.own else []), *family.requests.values()]


def _check_unlike(names: list[str], where: str) -> None:
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SchemaError(f"two things would be called {twice!r}", where)
