"""The modules of families, one for each first word of requests, and the client that has them all."""

from collections.abc import Iterator

from orchd.codegen.families import Family
from orchd.codegen.naming import snake, spell_names
from orchd.codegen.python.data import DataWriter
from orchd.codegen.python.methods import MethodWriter
from orchd.codegen.python.names import family_class
from orchd.codegen.python.objects import ObjectWriter
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

    def __init__(self, contract: Contract, objects: ObjectWriter, data: DataWriter, root: Family) -> None:
        self._contract, self._data, self._root = contract, data, root
        self._methods = MethodWriter(contract, objects)

    def family_modules(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each module of families."""
        names = self._names(self._root)
        for name, family in self._root.families.items():
            yield names[name], self._family_module(family)

    def client_module(self) -> str:
        """Write the client itself, and how one gets it."""
        families = list(self._root.families.values())
        names = self._names(self._root)
        lines = [
            "class Client:",
            *docstring("A connection to a daemon that comes back by itself; made by `connect`.", INDENT),
            "",
            f"{INDENT}def __init__(self, link: Link) -> None:",
            f"{INDENT * 2}self._link = self.link = link",
            *docstring("What all requests go through; for programs that look after the connection.", INDENT * 2),
            *(line for family in families for line in _family_property(family, names[family.path[-1]])),
            *_OWN.format(ready=self._payload(self._contract.session.ready)).splitlines(),
        ]
        typed = [[line] for line in lines]
        for last, request in self._root.requests.items():
            typed.append(self._methods.method(request, names[last])[:-2])
            constants = self._methods.constants(request)
            needed = self._data.imports([[*constants, f" {request.payload}("]])
            lines += ["", *self._methods.method(request, names[last], [*import_block(needed), "", *constants])]
        address = f'"ws://127.0.0.1:3001{self._contract.session.path}"'
        blocks = [lines, _CONNECT.format(address=address).splitlines()]
        found = self._imports(blocks)
        late = self._data.imports(typed)
        found["collections.abc"] = [*found["collections.abc"], "AsyncGenerator", "Callable"]
        found["typing"] = [*found["typing"], "TYPE_CHECKING", "Any"]
        found |= {"contextlib": ["asynccontextmanager"], "functools": ["cached_property"], "ssl": ["SSLContext"]}
        found |= {".facts": ["FACTS"], ".runtime.failures": ["OrchdError"], ".runtime.opening": ["open_link"]}
        found |= {".runtime.link": ["Link", "LinkTerms"], ".runtime.messages": ["Frame"]}
        found[".runtime.socket"] = ["check_address", "make_dialer"]
        found[".runtime.streams"] = ["UnaskedFrames", *found.get(".runtime.streams", [])]
        late |= {f".families.{names[family.path[-1]]}": [family_class(family)] for family in families}
        head = [*import_block(found), "", "if TYPE_CHECKING:", *import_block(late, indent=INDENT)]
        return module("The client: one method a request, by what it is about.", head, *blocks)

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
        return module(about, import_block(self._imports(blocks) | self._data.imports(blocks), below=1), *blocks)

    def _class(self, family: Family) -> list[str]:
        names = self._names(family)
        lines = [
            f"class {family_class(family)}:",
            *docstring(f"`client.{'.'.join(map(snake, family.path))}`.", INDENT),
            "",
            f"{INDENT}def __init__(self, link: Link) -> None:",
            f"{INDENT * 2}self._link = link",
            *(
                f"{INDENT * 2}self.{names[name]} = {family_class(inner)}(link)"
                for name, inner in family.families.items()
            ),
        ]
        if family.own is not None:
            lines += ["", *self._methods.method(family.own, "__call__")]
        for last, request in family.requests.items():
            lines += ["", *self._methods.method(request, names[last])]
        return lines

    def _imports(self, blocks: list[list[str]]) -> dict[str, list[str]]:
        found = {
            "__future__": ["annotations"],
            "collections.abc": mentioned_names(blocks, "Mapping", "Sequence"),
            "typing": mentioned_names(blocks, "Any", "Literal", "Never", "TypeAlias"),
            "msgspec": mentioned_names(blocks, "UNSET", "UnsetType"),
        }
        for name, classes in _RUNTIME.items():
            found[f".runtime.{name}"] = mentioned_names(blocks, *classes)
        return found


def _all(family: Family) -> Iterator[RequestType]:
    if family.own is not None:
        yield family.own
    yield from family.requests.values()


def _family_property(family: Family, name: str) -> list[str]:
    """Write how a client has a family: its module is loaded when somebody asks for it."""
    return [
        "",
        f"{INDENT}@cached_property",
        f"{INDENT}def {name}(self) -> {family_class(family)}:",
        *docstring(f"Requests whose type begins with `{family.path[0]}`.", INDENT * 2),
        f"{INDENT * 2}from .families.{name} import {family_class(family)}",
        "",
        f"{INDENT * 2}return {family_class(family)}(self._link)",
    ]


_OWN = '''
    @property
    def ready(self) -> {ready} | None:
        """What the daemon said first on the connection that there is; None while there is none."""
        session = self._link.connected
        return None if session is None else session.ready

    def unasked(self) -> UnaskedFrames:
        """Give frames that belong to no request and to no subscription, as they come; of many the latest ones.

        Raises what has ended the connection for good.
        """
        return UnaskedFrames(self._link)

    async def request(
        self, kind: str, data: dict[str, Any] | None = None, take: Callable[[Frame], None] = lambda _: None
    ) -> Frame:
        """Make any request by its type, also one that this client doesn't know; return the last frame of it.

        Its `plain` is what came; frames before it are handed to `take`, which must not wait. Raises as the methods do.
        """
        return await self._link.ask(FACTS.call_of(kind), data or {{}}, take)'''

_CONNECT = '''@asynccontextmanager
async def connect(
    url: str = {address},
    *,
    token: str | None = None,
    token_in_frame: bool = False,
    headers: Mapping[str, str] | None = None,
    patient: bool = False,
    tries: int | None = None,
    ssl_context: SSLContext | None = None,
    told_loss: Callable[[OrchdError, int], None] = lambda _error, _attempt: None,
) -> AsyncGenerator[Client]:
    """Connect to a daemon, and stay connected inside of the block.

    `token` is sent as a header, or in the first frame where a proxy doesn't let headers through (`token_in_frame`);
    `headers` go with it. Unless it is `patient`, a daemon that isn't there is an error; later on, the connection comes
    back by itself, after so many `tries` in a row no more: `told_loss` hears each time why it has to, and which attempt
    it is.
    Raises `DisconnectedError`, `NotADaemonError`, `UnauthorizedError`, `ValueError` for an address that is none.
    """
    check_address(url)
    terms = LinkTerms(url, make_dialer(url, ssl_context), token, token_in_frame, headers or {{}}, tries, told_loss)
    async with open_link(FACTS, terms, patient=patient) as link:
        yield Client(link)'''
