"""The modules of families, one for each first word of requests, and the client that has them all."""

from collections.abc import Iterator

from orchd.codegen.families import Family
from orchd.codegen.naming import pascal, snake, spell_names
from orchd.codegen.python.methods import MethodWriter
from orchd.codegen.python.objects import PACKAGE, ObjectWriter
from orchd.codegen.python.source import INDENT, METHOD_RESERVED, docstring, import_block, mentioned_names, module
from orchd.codegen.reading.contract import Contract, RequestType

_RUNTIME = {
    "answers": ("AnswerStream",),
    "facts": ("AnswerTerms", "Call", "FollowTerms"),
    "link": ("Link",),
    "streams": ("RequestStream", "Subscription"),
}


class ClientWriter:
    """Writes the modules by which requests are made."""

    def __init__(self, contract: Contract, objects: ObjectWriter, root: Family) -> None:
        self._contract, self._objects, self._root = contract, objects, root
        self._methods = MethodWriter(contract, objects)

    def family_modules(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each module of families."""
        for family in self._root.families.values():
            yield snake(family.path[0]), self._family_module(family)

    def client_module(self) -> str:
        """Write the client itself, and how one gets it."""
        families = list(self._root.families.values())
        names = self._names(self._root)
        constants = [line for request in self._root.requests.values() for line in self._methods.constants(request)]
        lines = [
            "class Client:",
            *docstring("A connection to a daemon that comes back by itself; made by `connect`.", INDENT),
            "",
            f"{INDENT}def __init__(self, link: Link) -> None:",
            f"{INDENT * 2}self._link = link",
            *(f"{INDENT * 2}self.{names[family.path[-1]]} = {_class(family)}(link)" for family in families),
            *_OWN.format(ready=self._payload(self._contract.session.ready)).splitlines(),
        ]
        for last, request in self._root.requests.items():
            lines += ["", *self._methods.method(request, names[last])]
        address = f'"ws://127.0.0.1:3001{self._contract.session.path}"'
        connecting = _CONNECT.format(address=address).splitlines()
        blocks = [constants, lines, connecting] if constants else [lines, connecting]
        found = self._imports(blocks)
        found["collections.abc"] = [*found["collections.abc"], "AsyncIterator"]
        found |= {"contextlib": ["asynccontextmanager"], "ssl": ["SSLContext"]}
        for family in families:
            found[f"{PACKAGE}.families.{snake(family.path[0])}"] = [_class(family)]
        found[f"{PACKAGE}.facts"] = ["FACTS"]
        found[f"{PACKAGE}.runtime.messages"] = ["Received"]
        found[f"{PACKAGE}.runtime.opening"] = ["open_link"]
        return module("The client: one method a request, by what it is about.", import_block(found), *blocks)

    def _payload(self, kind: str) -> str:
        return self._contract.server_frames[kind].payload

    def _names(self, family: Family) -> dict[str, str]:
        where = f"requests that begin with {':'.join(family.path)!r}"
        return spell_names([*family.families, *family.requests], snake, METHOD_RESERVED, where)

    def _family_module(self, top: Family) -> str:
        classes = [self._class(family) for family in top.walk()]
        constants = [
            line for family in top.walk() for request in _all(family) for line in self._methods.constants(request)
        ]
        blocks = [constants, *classes]
        about = f"Requests whose type begins with `{top.path[0]}`."
        return module(about, import_block(self._imports(blocks)), *blocks)

    def _class(self, family: Family) -> list[str]:
        names = self._names(family)
        lines = [
            f"class {_class(family)}:",
            *docstring(f"`client.{'.'.join(map(snake, family.path))}`.", INDENT),
            "",
            f"{INDENT}def __init__(self, link: Link) -> None:",
            f"{INDENT * 2}self._link = link",
            *(f"{INDENT * 2}self.{names[name]} = {_class(inner)}(link)" for name, inner in family.families.items()),
        ]
        if family.own is not None:
            lines += ["", *self._methods.method(family.own, "__call__")]
        for last, request in family.requests.items():
            lines += ["", *self._methods.method(request, names[last])]
        return lines

    def _imports(self, blocks: list[list[str]]) -> dict[str, list[str]]:
        objects = self._contract.objects
        sent = mentioned_names(blocks, *(name for name, told in objects.items() if told.closed))
        sent += mentioned_names(blocks, *(name for union, name in self._objects.aliases() if objects[union].closed))
        found = {
            "__future__": ["annotations"],
            "collections.abc": mentioned_names(blocks, "Mapping", "Sequence"),
            "typing": mentioned_names(blocks, "Any", "Literal", "TypeAlias"),
            "msgspec": mentioned_names(blocks, "UNSET", "UnsetType"),
            f"{PACKAGE}.requests": sent,
            f"{PACKAGE}.types": mentioned_names(blocks, *self._objects.received_names()),
        }
        for name, classes in _RUNTIME.items():
            found[f"{PACKAGE}.runtime.{name}"] = mentioned_names(blocks, *classes)
        return found


def _all(family: Family) -> Iterator[RequestType]:
    if family.own is not None:
        yield family.own
    yield from family.requests.values()


def _class(family: Family) -> str:
    return f"{''.join(pascal(part) for part in family.path)}Requests"


_OWN = '''
    @property
    def ready(self) -> {ready} | None:
        """What the daemon said first on the connection that there is; None while there is none."""
        session = self._link.connected
        return None if session is None else session.ready

    def unasked(self) -> AsyncIterator[Received]:
        """Give frames that belong to no request and to no subscription, as they come; of many the latest ones."""
        return self._link.unasked()'''

_CONNECT = '''@asynccontextmanager
async def connect(
    url: str = {address},
    *,
    token: str | None = None,
    token_in_frame: bool = False,
    patient: bool = False,
    ssl_context: SSLContext | None = None,
) -> AsyncIterator[Client]:
    """Connect to a daemon, and stay connected inside of the block.

    `token` is sent as a header, or in the first frame where a proxy doesn't let headers through (`token_in_frame`).
    Unless it is `patient`, a daemon that isn't there is an error; later on, the connection comes back by itself.
    Raises `DisconnectedError`, `NotADaemonError`, `UnauthorizedError`, `ValueError` for an address that is none.
    """
    async with open_link(
        FACTS, url, token=token, token_in_frame=token_in_frame, patient=patient, ssl_context=ssl_context
    ) as link:
        yield Client(link)'''
